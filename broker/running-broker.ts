/** The parts of the embedded broker between one start and its stop, and what they tell each other. */
import type { Duplex } from "node:stream";
import type { Client } from "aedes";
import { MINUTE_MS, type Timer } from "../model/clock.ts";
import type { Log } from "../model/log.ts";
import { matchesFilter } from "../model/topic-filter.ts";
import type { BrokerLimits } from "./broker-limits.ts";
import type { BrokerCounts } from "./broker-metrics.ts";
import type {
  BrokerDeps,
  BrokerOptions,
  BrokerStats,
  DisconnectReason,
  OutgoingMessage,
  Ports,
} from "./broker-types.ts";
import { ClientsOfUsers } from "./clients-of-users.ts";
import { ConnectionGuard } from "./connection-guard.ts";
import { Hub } from "./hub.ts";
import { Listeners } from "./listeners.ts";
import type { BrokerClient } from "./member.ts";
import { MessageRouter } from "./message-router.ts";
import { type BrokerPacket, Persistence } from "./persistence.ts";
import type { SessionsFile } from "./sessions-file.ts";
import { createSignIn } from "./sign-in.ts";
import { crewOfCasesTopic } from "./topic-rights.ts";
import { type EndReason, Traffic } from "./traffic.ts";

const AGE_CHECK_PERIOD_MS = 10 * MINUTE_MS;
/** aedes looks for wills of earlier processes every fourth heartbeat. */
const HEARTBEATS_PER_WILL_CHECK = 4;
/** Packets a client may send before it has its CONNACK; one read of its socket holds no more. */
const EARLY_PACKETS_MAX = 10_000;
const DRAIN_CHECK_MS = 5;

export class RunningBroker {
  readonly #deps: BrokerDeps;
  readonly #options: BrokerOptions & BrokerLimits;
  readonly #log: Log;
  readonly #counts: BrokerCounts;
  readonly #file: SessionsFile;
  readonly #persistence: Persistence;
  readonly #traffic: Traffic;
  readonly #guard: ConnectionGuard;
  readonly #hub: Hub;
  readonly #listeners: Listeners;
  readonly #clients = new ClientsOfUsers();
  #ageCheck: Timer | undefined;

  constructor(
    deps: BrokerDeps,
    options: BrokerOptions & BrokerLimits,
    log: Log,
    counts: BrokerCounts,
    file: SessionsFile,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#log = log;
    this.#counts = counts;
    this.#file = file;
    this.#persistence = new Persistence(file, options, log, {
      dropped: (what) => counts.dropped.add(1, { what }),
      writeFailures: counts.writeFailures,
    });
    this.#traffic = new Traffic(
      {
        clock: deps.clock,
        accept: deps.accept,
        lookUps: deps,
        sawMessage: deps.sawMessage,
        persistence: this.#persistence,
        end: (client, reason) => this.#end(client, reason),
        subscriptionRefused: () => counts.subscriptionsRefused.add(1),
      },
      options,
    );
    this.#guard = new ConnectionGuard(options, {
      received: (messages) => counts.received.add(messages),
      tooLarge: (connection) => this.#end(clientOf(connection), "packet-size"),
      slowed: () => counts.slowed.add(1),
    });
    this.#hub = this.#makeHub();
    this.#listeners = new Listeners(options, {
      connected: (stream) => this.#adopt(stream),
      refused: () => counts.refused.add(1, { reason: "connections" }),
      tooLarge: () => counts.closed.add(1, { reason: "packet-size" }),
    });
  }

  async start(): Promise<Ports> {
    this.#persistence.load(this.#file, this.#deps.clock.now());
    await this.#hub.listen();
    this.#guard.start();
    this.#ageCheck = this.#deps.clock.every(AGE_CHECK_PERIOD_MS, () => {
      this.#persistence.sessions.forgetAged(this.#deps.clock.now());
    });
    return this.#listeners.open();
  }

  async stop(): Promise<void> {
    this.#listeners.stopListening();
    this.#guard.stop();
    this.#ageCheck?.cancel();
    await this.#drained();
    this.#traffic.isStopped = true;
    this.#persistence.keepWills();
    await new Promise<void>((resolve) => this.#hub.close(resolve));
    this.#listeners.closeConnections();
    this.#persistence.close();
    this.#file.close();
  }

  publish(message: OutgoingMessage): Promise<void> {
    const { topic, qos } = message;
    const payload = Buffer.from(message.payload);
    const packet = { cmd: "publish", topic, payload, qos, dup: false } as const;
    return new Promise((resolve, reject) => {
      this.#hub.publish({ ...packet, retain: message.retain ?? false }, (error) => {
        if (error) reject(error);
        else if (qos === 0) resolve();
        else this.#persistence.flushed().then(resolve, reject);
      });
    });
  }

  disconnect(username: string, reason: DisconnectReason): void {
    for (const client of this.#clients.of(username)) {
      if (client.isArrived !== true) {
        client.turnedAway = reason;
        continue;
      }
      this.#countEnd(client, reason);
      client.close();
    }
  }

  isHeard(topic: string, usernames: readonly string[] | undefined): boolean {
    if (usernames === undefined) return this.#hub.hasReceiver(topic);
    const hears = ({ member }: BrokerClient): boolean =>
      [...(member?.granted.keys() ?? [])].some((filter) => matchesFilter(filter, topic));
    return usernames.some((username) => [...this.#clients.of(username)].some(hears));
  }

  stats(): BrokerStats {
    const { sessions, retained } = this.#persistence;
    return {
      connections: this.#listeners.connections,
      clients: this.#clients.count,
      sessions: sessions.size,
      queuedMessages: sessions.queuedCount,
      queuedBytes: sessions.queuedBytes,
      retainedMessages: retained.size,
      pendingUplinks: this.#traffic.pending,
      isConnected: true,
    };
  }

  #makeHub(): Hub {
    const deps = this.#deps;
    const signIn = createSignIn(
      {
        log: this.#log,
        authenticate: deps.authenticate,
        lookUps: deps,
        refused: (reason) => this.#counts.refused.add(1, { reason }),
        begins: (username, client) => this.#clients.begin(username, client),
      },
      this.#options,
    );
    const hub = new Hub(
      {
        ...signIn,
        authorizePublish: this.#traffic.authorizePublish,
        authorizeForward: this.#traffic.authorizeForward,
        authorizeSubscribe: this.#traffic.authorizeSubscribe,
        connectTimeout: this.#options.connectMsMax,
        heartbeatInterval: this.#options.willDelayMs / HEARTBEATS_PER_WILL_CHECK,
        queueLimit: EARLY_PACKETS_MAX,
        // MQTT 3.1 had 23 characters at most; ours carry the user name too.
        maxClientsIdLength: Number.MAX_SAFE_INTEGER,
      },
      new MessageRouter(),
      this.#persistence,
    );
    this.#watch(hub);
    return hub;
  }

  #watch(hub: Hub): void {
    const persistence = this.#persistence;
    const deps = this.#deps;
    hub.addListener("error", (error: Error) => {
      this.#log.error("the broker met a fault", { error: String(error) });
    });
    hub.on("client", (client: BrokerClient) => {
      const hasLost = persistence.sessions.arrive(client.id);
      if (client.member === undefined) return;
      const { rights } = client.member;
      const { identity } = rights;
      this.#clients.arrive(client);
      if (client.turnedAway !== undefined) {
        this.#countEnd(client, client.turnedAway);
        client.close();
        return;
      }
      if (identity.kind === "crew" && client.clean) persistence.passing.remember(client.id);
      if (!hasLost) return;
      for (const filter of client.member.granted.keys()) {
        deps.onSubscribed({ identity, filter, isRestored: true });
      }
    });
    hub.on("clientDisconnect", (client) => {
      persistence.passing.forget(client.id);
      persistence.sessions.leave(client.id, deps.clock.now());
    });
    hub.on("keepaliveTimeout", (client) => this.#countEnd(client, "keep-alive"));
    hub.on("clientError", (client) => this.#countEnd(client, "error"));
    hub.on("connectionError", (client) => this.#countEnd(client, "error"));
    hub.on("subscribe", (subscriptions, client: BrokerClient) => {
      const identity = client.member?.rights.identity;
      if (identity === undefined) return;
      for (const { topic: filter } of subscriptions) {
        if (client.member?.granted.has(filter)) deps.onSubscribed({ identity, filter });
      }
    });
    hub.on("unsubscribe", (filters, client: BrokerClient) => {
      for (const filter of filters) client.member?.granted.delete(filter);
    });
    hub.on("ack", (packet, client: BrokerClient) => {
      const { topic, payload } = (packet ?? {}) as Partial<BrokerPacket>;
      const identity = client.member?.rights.identity;
      if (identity?.kind !== "crew" || topic === undefined || payload === undefined) return;
      if (crewOfCasesTopic(topic) !== identity.crewId) return;
      deps.onDelivered({ username: identity.crewId, topic, payload: Buffer.from(payload) });
    });
  }

  #adopt(stream: Duplex): void {
    this.#guard.guard(stream);
    this.#hub.handle(stream);
  }

  /** Counts why a connection ends, and ends it. */
  #end(client: BrokerClient, reason: EndReason): void {
    this.#countEnd(client, reason);
    client.conn.destroy();
  }

  #countEnd(client: BrokerClient, reason: string): void {
    if (client.isEnding === true) return;
    client.isEnding = true;
    this.#counts.closed.add(1, { reason });
    this.#log.debug("a connection was closed", { client: client.id, reason });
  }

  /** Uplinks on their way to the disk get their acknowledgement; the rest is sent again. */
  async #drained(): Promise<void> {
    const checks = this.#options.drainMsMax / DRAIN_CHECK_MS;
    for (let check = 0; this.#traffic.pending > 0 && check < checks; check += 1) {
      await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
    }
    // The last acknowledgements leave with the next turns of the loop.
    await new Promise((resolve) => setTimeout(resolve, DRAIN_CHECK_MS));
  }
}

function clientOf(connection: Duplex): BrokerClient {
  return (connection as Duplex & { client: Client }).client;
}
