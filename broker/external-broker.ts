/**
 * Door of the platform behind a broker that is not ours (Mosquitto, EMQX, NATS): one session with
 * a fixed client id that the broker keeps while we are away. The same promise as the embedded one:
 * a message is acknowledged to the broker only when `accept` has said that it is on disk. Many are
 * in flight at once; on an error the connection is dropped, and all that was not acknowledged
 * comes again. What the broker itself loses is outside the promise.
 */
import {
  connect,
  type IClientOptions,
  type IConnackPacket,
  type IPublishPacket,
  type MqttClient,
} from "mqtt";
import type { Clock } from "../model/clock.ts";
import { uplinkFilters } from "../model/device-formats.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Counter, Metrics } from "../model/metrics.ts";
import type { AcceptUplink } from "../model/uplink.ts";
import { brokerCounts } from "./broker-metrics.ts";
import type { Broker, BrokerDeps, BrokerStats, OutgoingMessage } from "./broker-types.ts";
import { createFollowedSources, type KeptFilters, refusedOf } from "./followed-sources.ts";
import { type HostState, hostMessage } from "./host-state.ts";
import { crewOfCasesTopic } from "./topic-rights.ts";

export type { KeptFilters };

export interface ExternalBrokerDeps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  accept: AcceptUplink;
  /** Filters beside the formats' own, which are data; `sourcesChanged` says when they are others. */
  sourceFilters?(): readonly string[];
  /** What of them was subscribed to before a restart; without it only this process' own is known. */
  keptFilters?: KeptFilters;
  /** The broker has acknowledged a message to a crew's `cases` topic; that must do here. */
  onDelivered: BrokerDeps["onDelivered"];
}

export interface ExternalBrokerOptions {
  /** `mqtt://`, `mqtts://`, `ws://`, `wss://`; may carry user and password. */
  url: string;
  /** One platform, one id: a second one would take the first one's session over. */
  clientId?: string;
  /** Messages that wait for the journal; beyond it nothing is read. */
  pendingMax?: number;
  packetBytesMax?: number;
  reconnectMs?: number;
  /** How long start() waits for the broker before it goes on without. */
  startMsMax?: number;
  /** Said while we are connected; the broker says the other when we are lost to it. */
  hostState?: HostState | undefined;
}

const FILTERS = [
  "v1/+/+/telemetry",
  "v1/+/+/status",
  "v1/+/+/state",
  "v1/+/+/command/ack",
  "v1/crews/+/position",
  ...uplinkFilters(),
];

const DEFAULTS = {
  clientId: "gridwarden",
  pendingMax: 5_000,
  packetBytesMax: LIMITS.packetBytesMax as number,
  reconnectMs: 1_000,
  startMsMax: 10_000,
};
const KEEP_ALIVE_S = 30;
const DRAIN_MS_MAX = 3_000;
const DRAIN_CHECK_MS = 5;

type Stream = MqttClient["stream"];

export function createExternalBroker(
  deps: ExternalBrokerDeps,
  options: ExternalBrokerOptions,
): Broker {
  return new ExternalBroker(deps, { ...DEFAULTS, ...options });
}

class ExternalBroker implements Broker {
  readonly #deps: ExternalBrokerDeps;
  readonly #options: ExternalBrokerOptions & typeof DEFAULTS;
  readonly #log: Log;
  readonly #received: Counter;
  readonly #closed: Counter;
  readonly #dropped: Counter;
  #client: MqttClient | undefined;
  #pending = 0;
  #isSubscribed = false;
  #isStopping = false;
  readonly #sources: ReturnType<typeof createFollowedSources>;
  /** Lets MQTT.js go on to the next packet. */
  #resume: (() => void) | undefined;
  #onSubscribed: (() => void) | undefined;
  /** When the connection that stands was begun. */
  #upSince = 0;

  constructor(deps: ExternalBrokerDeps, options: ExternalBrokerOptions & typeof DEFAULTS) {
    this.#deps = deps;
    this.#options = options;
    this.#log = deps.log.of("broker");
    this.#sources = createFollowedSources({
      wanted: () => deps.sourceFilters?.() ?? [],
      ...{ kept: deps.keptFilters, log: this.#log },
    });
    const counts = brokerCounts(deps.metrics, () => this.stats());
    this.#received = counts.received;
    this.#closed = counts.closed;
    this.#dropped = counts.dropped;
  }

  async start(): Promise<Record<string, never>> {
    const { url, clientId, reconnectMs, startMsMax } = this.#options;
    const client = connect(url, {
      clientId,
      clean: false,
      resubscribe: false,
      protocolVersion: 4,
      keepalive: KEEP_ALIVE_S,
      reconnectPeriod: reconnectMs,
      ...this.#will(),
    });
    this.#client = client;
    client.on("packetreceive", (packet) => {
      if (packet.cmd === "publish") this.#take(client, packet);
    });
    client.handleMessage = (_packet, done) => {
      if (this.#pending < this.#options.pendingMax && !this.#isStopping) done();
      else this.#resume = done;
    };
    client.on("connect", (connack) => {
      void this.#sayState(client, true);
      this.#subscribe(client, connack);
    });
    client.on("close", () => {
      this.#resume = undefined;
    });
    client.on("error", (error) => {
      this.#log.warn("the external broker answered with an error", { error: String(error) });
    });
    client.on("reconnect", () => {
      this.#log.info("connecting to the external broker again");
      // Its will is of the connection that begins now.
      Object.assign(client.options, this.#will());
    });
    await this.#firstSubscription(startMsMax);
    return {};
  }

  async stop(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    this.#client = undefined;
    this.#isStopping = true;
    for (let check = 0; this.#pending > 0 && check < DRAIN_MS_MAX / DRAIN_CHECK_MS; check += 1) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    }
    const isForced = !client.connected;
    // The broker forgets a will when it is told good-bye.
    if (!isForced) await this.#sayState(client, false);
    await client.endAsync(isForced);
  }

  #will(): Pick<IClientOptions, "will"> {
    const { hostState } = this.#options;
    if (hostState === undefined) return {};
    this.#upSince = this.#deps.clock.now();
    const { topic, payload, qos } = hostMessage(hostState, false, this.#upSince);
    return { will: { topic, payload: Buffer.from(payload), qos, retain: true } };
  }

  async #sayState(client: MqttClient, isUp: boolean): Promise<void> {
    const { hostState } = this.#options;
    if (hostState === undefined) return;
    const { topic, payload, qos } = hostMessage(hostState, isUp, this.#upSince);
    try {
      await client.publishAsync(topic, Buffer.from(payload), { qos, retain: true });
    } catch (error) {
      this.#log.warn(`'${topic}' was not said to the external broker`, { error: String(error) });
    }
  }

  async publish(message: OutgoingMessage): Promise<void> {
    const client = this.#client;
    if (client?.connected !== true) {
      throw new GridwardenError(
        "INTERNAL",
        `the external broker is not connected; '${message.topic}' was not sent`,
      );
    }
    const payload = Buffer.from(message.payload);
    const { topic, qos, retain = false } = message;
    await client.publishAsync(topic, payload, { qos, retain });
    const crewId = crewOfCasesTopic(topic);
    if (qos === 1 && crewId !== undefined) {
      this.#deps.onDelivered({ username: crewId, topic, payload });
    }
  }

  sourcesChanged(): void {
    const client = this.#client;
    if (client?.connected === true && this.#isSubscribed) this.#sources.follow(client);
  }

  /** Who is connected is the broker's own affair. */
  disconnect(): void {}

  isHeard(): boolean {
    return this.stats().isConnected;
  }

  stats(): BrokerStats {
    const isConnected = this.#client?.connected === true && this.#isSubscribed;
    return {
      connections: isConnected ? 1 : 0,
      clients: 0,
      sessions: 0,
      queuedMessages: 0,
      queuedBytes: 0,
      retainedMessages: 0,
      pendingUplinks: this.#pending,
      isConnected,
    };
  }

  #firstSubscription(waitMsMax: number): Promise<void> {
    return new Promise((resolve) => {
      const limit = setTimeout(() => {
        this.#log.warn("the external broker does not answer yet; going on without it");
        resolve();
      }, waitMsMax);
      this.#onSubscribed = () => {
        clearTimeout(limit);
        resolve();
      };
    });
  }

  /** A session that the broker kept has its subscriptions; a new process may want others. */
  #subscribe(client: MqttClient, connack: IConnackPacket): void {
    if (connack.sessionPresent && this.#isSubscribed) {
      this.#sources.follow(client);
      return;
    }
    client.subscribe([...FILTERS], { qos: 1 }, (error, _grants, packet) => {
      const refused = refusedOf(FILTERS, packet);
      if (error || refused.length > 0) {
        this.#log.error("the external broker refuses subscriptions; check its access rights", {
          refused,
          error: error ? String(error) : undefined,
        });
        client.stream.destroy();
        return;
      }
      this.#isSubscribed = true;
      this.#sources.follow(client);
      this.#log.info("subscribed at the external broker");
      this.#onSubscribed?.();
    });
  }

  /**
   * MQTT.js handles one message at a time and would acknowledge each before it looks at the next:
   * one sync of the disk a message. So the message is taken from its hands as QoS 0, which it
   * never acknowledges, and the acknowledgement is written here when the journal has it.
   */
  #take(client: MqttClient, packet: IPublishPacket): void {
    const { topic, payload, qos, messageId } = packet;
    const stream = client.stream;
    packet.qos = 0;
    const acknowledge = (): void => {
      if (qos === 1 && messageId !== undefined) acknowledgeOn(client, stream, messageId);
    };
    this.#received.add(1);
    // A retained copy comes with every subscription; what it says was said before, at a time that
    // it does not carry. The message itself came when it was published.
    if (packet.retain || payload.length > this.#options.packetBytesMax) {
      this.#dropped.add(1, { what: packet.retain ? "retained" : "packet-size" });
      acknowledge();
      return;
    }
    this.#pending += 1;
    this.#deps.accept(
      {
        source: "mqtt",
        sender: "",
        topic,
        payload: Buffer.from(payload),
        receivedAt: this.#deps.clock.now(),
      },
      (error) => {
        this.#pending -= 1;
        if (error === undefined) acknowledge();
        else this.#giveBack(client, stream);
        if (this.#pending < this.#options.pendingMax && !this.#isStopping) this.#goOn();
      },
    );
  }

  #goOn(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  /** Ends the connection on which it came, so that the broker sends it again on the next. */
  #giveBack(client: MqttClient, stream: Stream): void {
    if (client.stream !== stream || stream.destroyed) return;
    this.#closed.add(1, { reason: "journal" });
    stream.destroy();
  }
}

function acknowledgeOn(client: MqttClient, stream: Stream, messageId: number): void {
  if (client.stream !== stream || stream.destroyed || !stream.writable) return;
  stream.cork();
  stream.write(Buffer.from([0x40, 2, messageId >> 8, messageId & 0xff]));
  process.nextTick(() => stream.uncork());
}
