/**
 * What the broker knows of a connected client beside what aedes does: who it is, what it may use,
 * and at which QoS its subscriptions were granted.
 */
import type { Client } from "aedes";
import { matchesFilter } from "../model/topic-filter.ts";
import type { DisconnectReason } from "./broker-types.ts";
import type { Qos } from "./session.ts";
import type { PublishRight, TopicRights } from "./topic-rights.ts";

export interface Member {
  readonly username: string;
  readonly rights: TopicRights;
  /** Filter to granted QoS; most devices have none or one. */
  readonly granted: Map<string, Qos>;
}

/** CONNACK return codes of MQTT 3.1.1. */
export const RETURN_CODES = {
  "client-id": 2,
  unavailable: 3,
  "wrong-key": 4,
  anonymous: 5,
  "will-topic": 5,
} as const;
export type Refusal = keyof typeof RETURN_CODES;

/** aedes' client with what the hooks hang on it. */
export interface BrokerClient extends Client {
  member?: Member;
  refusal?: Refusal;
  willTopic?: string;
  willRight?: PublishRight;
  /** It has signed in. */
  isArrived?: boolean;
  /** Before it had signed in its user was disconnected. */
  turnedAway?: DisconnectReason;
  /** A reason for its end was already counted. */
  isEnding?: boolean;
}

/** The highest QoS granted by a subscription that matches (MQTT 3.1.1, 3.3.5). */
export function grantedQos(member: Member, topic: string): Qos {
  let highest: Qos = 0;
  for (const [filter, qos] of member.granted) {
    if (member.granted.size === 1) return qos;
    if (qos > highest && matchesFilter(filter, topic)) highest = qos;
  }
  return highest;
}
