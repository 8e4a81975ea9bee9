/**
 * A reading: one value of one measurement of one device at one time.
 * Its identity is device, measurement, period and key; the first one stands.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import type { DeviceId } from "./ids.ts";

export const Period = z.enum(["instant", "minute", "hour", "day"]);
export type Period = z.infer<typeof Period>;

export type Quality = "good" | "suspect" | "bad";

/** Bits of a reading's flags as they are stored; never renumber. */
export const FLAG_BITS = {
  "clock-absent": 1 << 0,
  "clock-future": 1 << 1,
  "clock-past": 1 << 2,
  late: 1 << 3,
  range: 1 << 4,
  "hj212-T": 1 << 5,
  "hj212-F": 1 << 6,
  "hj212-M": 1 << 7,
  "hj212-S": 1 << 8,
  "hj212-C": 1 << 9,
  "hj212-D": 1 << 10,
  "hj212-B": 1 << 11,
  /** An HJ 212 flag that no version of the standard names: suspect. */
  "hj212-unknown": 1 << 12,
  /** The quality that a Sparkplug metric bears, OPC's: bad, and stale, which is suspect. */
  "opc-bad": 1 << 13,
  "opc-stale": 1 << 14,
} as const;
export type Flag = keyof typeof FLAG_BITS;
/** Or-ed FLAG_BITS. */
export type Flags = number;

export const CLOCK_FLAGS =
  FLAG_BITS["clock-absent"] | FLAG_BITS["clock-future"] | FLAG_BITS["clock-past"];
export const SUSPECT_FLAGS =
  FLAG_BITS.range | FLAG_BITS["hj212-T"] | FLAG_BITS["hj212-unknown"] | FLAG_BITS["opc-stale"];
export const BAD_FLAGS =
  FLAG_BITS["hj212-F"] |
  FLAG_BITS["hj212-M"] |
  FLAG_BITS["hj212-S"] |
  FLAG_BITS["hj212-C"] |
  FLAG_BITS["hj212-D"] |
  FLAG_BITS["hj212-B"] |
  FLAG_BITS["opc-bad"];

export function qualityOf(flags: Flags): Quality {
  if ((flags & BAD_FLAGS) !== 0) return "bad";
  return (flags & SUSPECT_FLAGS) !== 0 ? "suspect" : "good";
}

export function flagNames(flags: Flags): Flag[] {
  return (Object.keys(FLAG_BITS) as Flag[]).filter((name) => (flags & FLAG_BITS[name]) !== 0);
}

/** One value as a decoder found it in an uplink, before it is judged. Booleans are 0 and 1. */
export interface DecodedValue {
  deviceId: DeviceId;
  measurement: string;
  period: Period;
  value: number;
  /** What the device says; absent when it says nothing. A period's start. */
  claimedAt: Instant | undefined;
  /** What lateness is judged by: the newest time of its uplink (a period's end, a DataTime). */
  newestAt: Instant | undefined;
  seq: number | undefined;
  /** FLAG_BITS that the format itself carries (HJ 212). */
  flags: Flags;
  min?: number;
  max?: number;
  /** What a period added up to, in the measurement's unit of amount (kg, m³). */
  total?: number;
}

export interface Reading {
  readonly deviceId: DeviceId;
  readonly measurement: string;
  readonly period: Period;
  /** When it stands: the device's time, or the receipt where that clock is no good. */
  readonly observedAt: Instant;
  readonly receivedAt: Instant;
  readonly value: number;
  readonly flags: Flags;
  /** The time that the device claimed, where it differs from `observedAt`. */
  readonly claimedAt?: Instant;
  readonly min?: number;
  readonly max?: number;
  readonly total?: number;
}

/** What became of one decoded value. */
export type Verdict = "new" | "duplicate" | "conflict";
