/**
 * Door of the embedded MQTT broker (aedes, MQTT 3.1.1): devices, gateways, crews and services sign
 * in over TCP, TLS or WebSocket and use the topics that are theirs. What they publish is handed to
 * `accept`; its PUBACK leaves after `accept` has said that it is on disk, and never if it has not.
 * Sessions, retained messages, queues and wills outlive the process. Payloads are never read here.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { BROKER_LIMITS, type BrokerLimits } from "./broker-limits.ts";
import { type BrokerCounts, brokerCounts } from "./broker-metrics.ts";
import type {
  Broker,
  BrokerDeps,
  BrokerOptions,
  BrokerStats,
  DisconnectReason,
  OutgoingMessage,
  Ports,
} from "./broker-types.ts";
import { hostMessage } from "./host-state.ts";
import { RunningBroker } from "./running-broker.ts";
import { openSessionsFile } from "./sessions-file.ts";

export type { Broker, BrokerDeps, BrokerOptions } from "./broker-types.ts";

export function createBroker(deps: BrokerDeps, options: BrokerOptions): Broker {
  return new EmbeddedBroker(deps, options);
}

class EmbeddedBroker implements Broker {
  readonly #deps: BrokerDeps;
  readonly #options: BrokerOptions & BrokerLimits;
  readonly #log: Log;
  readonly #counts: BrokerCounts;
  #running: RunningBroker | undefined;
  #stopping: Promise<void> | undefined;
  #upSince = 0;

  constructor(deps: BrokerDeps, options: BrokerOptions) {
    this.#deps = deps;
    this.#options = { ...BROKER_LIMITS, ...options };
    this.#log = deps.log.of("broker");
    this.#counts = brokerCounts(deps.metrics, () => this.stats());
  }

  async start(): Promise<Ports> {
    await mkdir(this.#options.dataDirectory, { recursive: true });
    const file = openSessionsFile(join(this.#options.dataDirectory, "broker.sqlite"));
    const running = new RunningBroker(this.#deps, this.#options, this.#log, this.#counts, file);
    try {
      const ports = await running.start();
      this.#running = running;
      await this.#sayState(true);
      this.#log.info("the broker accepts connections", { ...ports });
      return ports;
    } catch (error) {
      await running.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#sayState(false);
    const running = this.#running;
    this.#running = undefined;
    if (running !== undefined) this.#stopping = running.stop();
    await this.#stopping;
  }

  async #sayState(isUp: boolean): Promise<void> {
    const { hostState } = this.#options;
    if (hostState === undefined || this.#running === undefined) return;
    if (isUp) this.#upSince = this.#deps.clock.now();
    try {
      await this.#running.publish(hostMessage(hostState, isUp, this.#upSince));
    } catch (error) {
      this.#log.warn(`'${hostState.topic}' was not said`, { error: String(error) });
    }
  }

  async publish(message: OutgoingMessage): Promise<void> {
    if (this.#running === undefined) {
      throw new GridwardenError("INTERNAL", `the broker is not running: '${message.topic}'`);
    }
    await this.#running.publish(message);
  }

  disconnect(username: string, reason: DisconnectReason = "identity"): void {
    this.#running?.disconnect(username, reason);
  }

  isHeard(topic: string, usernames?: readonly string[]): boolean {
    return this.#running?.isHeard(topic, usernames) === true;
  }

  /** Asked of each message. */
  sourcesChanged(): void {}

  stats(): BrokerStats {
    return this.#running?.stats() ?? STOPPED;
  }
}

const STOPPED: BrokerStats = {
  connections: 0,
  clients: 0,
  sessions: 0,
  queuedMessages: 0,
  queuedBytes: 0,
  retainedMessages: 0,
  pendingUplinks: 0,
  isConnected: false,
};
