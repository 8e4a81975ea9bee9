/** What the broker asks for and what it offers; the same door whether it is embedded or not. */
import type { Clock } from "../model/clock.ts";
import type { Identity } from "../model/identity.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { AcceptUplink } from "../model/uplink.ts";
import type { BrokerLimits } from "./broker-limits.ts";
import type { HostState } from "./host-state.ts";
import type { TopicLookUps } from "./topic-rights.ts";

/** The ports that were opened. */
export interface Ports {
  mqtt?: number;
  mqtts?: number;
  ws?: number;
}

export interface BrokerDeps extends TopicLookUps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  accept: AcceptUplink;
  authenticate(username: string, password: string): Promise<Identity | undefined>;
  /** A service's message that is for subscribers alone: nobody here reads it. */
  sawMessage?: ((topic: string, payload: Uint8Array) => void) | undefined;
  /** A session of a crew has acknowledged a message of its `cases` topic. */
  onDelivered(delivery: { username: string; topic: string; payload: Uint8Array }): void;
  /**
   * A filter was granted; `isRestored`: not asked for again, but the session has come back and had
   * lost messages to a bound while it was away.
   */
  onSubscribed(subscription: { identity: Identity; filter: string; isRestored?: boolean }): void;
}

export interface BrokerOptions extends Partial<BrokerLimits> {
  dataDirectory: string;
  bind?: string;
  /** Ports: absent is off, 0 is any free one. */
  mqttPort?: number;
  mqttsPort?: number;
  wsPort?: number;
  tls?: { cert: string | Buffer; key: string | Buffer };
  /** Said while it runs. */
  hostState?: HostState | undefined;
}

export interface OutgoingMessage {
  topic: string;
  payload: Uint8Array | string;
  qos: 0 | 1;
  retain?: boolean;
}

export interface BrokerStats {
  connections: number;
  /** Connections that have signed in. */
  clients: number;
  sessions: number;
  queuedMessages: number;
  queuedBytes: number;
  retainedMessages: number;
  /** Uplinks that wait for the journal. */
  pendingUplinks: number;
  isConnected: boolean;
}

export type DisconnectReason = "identity" | "turned-away";

export interface Broker {
  start(): Promise<Ports>;
  stop(): Promise<void>;
  /** Settles at QoS 1 when the message waits on disk for every session that is to have it. */
  publish(message: OutgoingMessage): Promise<void>;
  /**
   * Closes all connections of a user. `identity`, when absent: its key or its topics have changed,
   * or it is gone; `turned-away`: what it sent shows that it is not who it says.
   */
  disconnect(username: string, reason?: DisconnectReason): void;
  /**
   * Would a message to the topic reach somebody now: one of these users, or with none named, anybody?
   * Behind another broker it is not known; then it may, as long as that broker is there.
   */
  isHeard(topic: string, usernames?: readonly string[]): boolean;
  /** Sources of vendors' JSON have changed: other topics may carry something. */
  sourcesChanged(): void;
  stats(): BrokerStats;
}
