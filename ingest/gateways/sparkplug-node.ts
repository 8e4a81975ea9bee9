/**
 * What a Sparkplug host knows of one edge node: its running birth, what its births and those of its
 * devices declare, the sequence of its messages and those that wait for one before them
 * (Sparkplug 3.0, "Host Application Message Ordering"). Time is the receipt; nothing here sends.
 */
import type { Instant } from "../../model/clock.ts";
import { LIMITS } from "../../model/limits.ts";
import type { DeclaredMetric } from "../../model/sparkplug.ts";
import type { Uplink } from "../../model/uplink.ts";
import type { SparkplugMetric } from "./sparkplug-payload.ts";

export interface NodeState {
  /** False: no birth is known, or it has died since. */
  isBorn: boolean;
  bdSeq: number | undefined;
  /** Of the newest message in order; undefined: none is known. */
  seq: number | undefined;
  /** By the device's name; of the node itself "". */
  births: Map<string, Birth>;
  /** Wait for a message before them, in the order of their seq. */
  held: Held[];
  /** When it was last asked for its births; 0: never. */
  askedAt: Instant;
}

export interface Birth {
  readonly byAlias: Map<number, MetricFacts>;
  readonly byName: Map<string, MetricFacts>;
}

export interface MetricFacts {
  readonly name: string;
  readonly datatype: number | undefined;
  /** False: the protocol's own, or a property. */
  readonly isReading: boolean;
}

export interface Held {
  readonly seq: number;
  readonly uplink: Uplink;
  readonly position: number;
}

/** A seq is below it. */
export const SEQ_COUNT = 256;

export function newNode(): NodeState {
  return {
    ...{ isBorn: false, bdSeq: undefined, seq: undefined },
    ...{ births: new Map(), held: [], askedAt: 0 },
  };
}

/** `ahead`: messages before it are missing; `behind`: later ones have been taken. */
export function placeOf(node: NodeState, seq: number): "next" | "ahead" | "behind" {
  if (node.seq === undefined) return "next";
  const steps = distance(node.seq, seq);
  if (steps === 1) return "next";
  return steps === 0 || steps >= SEQ_COUNT / 2 ? "behind" : "ahead";
}

/** False: there is no room, or one with this seq waits already. */
export function hold(node: NodeState, held: Held): boolean {
  if (node.held.length >= LIMITS.sparkplugHeldPerNodeMax) return false;
  const from = node.seq ?? 0;
  const steps = distance(from, held.seq);
  const at = node.held.findIndex((each) => distance(from, each.seq) >= steps);
  if (at !== -1 && node.held[at]?.seq === held.seq) return false;
  node.held.splice(at === -1 ? node.held.length : at, 0, held);
  return true;
}

/** The one that waits and is next now. */
export function takeNext(node: NodeState): Held | undefined {
  const [first] = node.held;
  return first !== undefined && placeOf(node, first.seq) === "next" ? node.held.shift() : undefined;
}

/** When the first of them has waited long enough; undefined: that is not over at `now`. */
export function overdueAt({ held }: NodeState, now: Instant): Instant | undefined {
  if (held.length === 0) return undefined;
  const since = Math.min(...held.map(({ uplink }) => uplink.receivedAt));
  const until = since + LIMITS.sparkplugReorderMsMax;
  return now > until ? until : undefined;
}

/** True at most once in the time that a node is left in peace. */
export function mayAsk(node: NodeState, now: Instant): boolean {
  if (node.askedAt > 0 && Math.abs(now - node.askedAt) < LIMITS.sparkplugRebirthMsMin) return false;
  node.askedAt = now;
  return true;
}

/** Names that the specification or custom gives to what is no reading. */
const NO_READING = /^(?:bdSeq$|(?:Node|Device) (?:Control|Info)\/|Properties\/)/;

export function metricFacts(name: string, datatype: number | undefined): MetricFacts {
  return { name, datatype, isReading: !NO_READING.test(name) };
}

/** What a birth declares, as far as there is room in the node for it. */
export function birthOf(node: NodeState, metrics: readonly SparkplugMetric[]): Birth {
  const birth: Birth = { byAlias: new Map(), byName: new Map() };
  let room = LIMITS.sparkplugMetricsPerNodeMax;
  for (const { byName } of node.births.values()) room -= byName.size;
  for (const { name, alias, datatype } of metrics) {
    if (name === undefined || name === "" || birth.byName.size >= room) continue;
    if (name.length > LIMITS.sparkplugNameLengthMax) continue;
    const facts = metricFacts(name, datatype);
    birth.byName.set(name, facts);
    if (alias !== undefined) birth.byAlias.set(alias, facts);
  }
  return birth;
}

/** The readings that the birth of the device declares; undefined: none counts now. */
export function declaredOf({ births }: NodeState, device: string): DeclaredMetric[] | undefined {
  const birth = births.get(device);
  if (birth === undefined) return undefined;
  const { byName, byAlias } = birth;
  const aliases = new Map([...byAlias].map(([alias, facts]) => [facts, alias]));
  const readings = [...byName.values()].filter(({ isReading }) => isReading);
  return readings.map((facts) => {
    const { name, datatype } = facts;
    const alias = aliases.get(facts);
    return {
      name,
      ...(alias === undefined ? {} : { alias }),
      ...(datatype === undefined ? {} : { datatype }),
    };
  });
}

function distance(from: number, to: number): number {
  return (to - from + SEQ_COUNT) % SEQ_COUNT;
}
