/**
 * Flood of orders to one recipient: calm -> flood when more than 10 new ones came within 10 minutes,
 * flood -> calm when fewer than 5 have. Pure: each new order is told with its own time, so the same
 * orders give the same floods, whoever asks and when.
 * Bounds after ISA-18.2 / IEC 62682 (alarm flood: begins above 10 in 10 minutes for one operator, ends
 * below 5) and EEMUA 191.
 */
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";

export interface Flood {
  readonly state: "calm" | "flood";
  /** When this state began; absent where there was never another. */
  readonly since?: Instant;
  /** Of the newest orders, oldest first: as many as the bounds ask for. */
  readonly times: readonly Instant[];
}

export const CALM: Flood = { state: "calm", times: [] };

const TIMES_KEPT = LIMITS.floodOrdersPer10Min + 1;

/** The state with one more order; whether that order falls into a flood is the state after it. */
export function afterOrder(before: Flood, at: Instant): Flood {
  const { state, since, times } = floodAt(before, at);
  const newest = [...times, at].slice(-TIMES_KEPT);
  const isFlood = state === "flood" || countSince(newest, at) > LIMITS.floodOrdersPer10Min;
  if (isFlood && state === "calm") return { state: "flood", since: at, times: newest };
  return { state, ...(since === undefined ? {} : { since }), times: newest };
}

/** The state at a time with no order since. What lies ahead came before the clock was set back. */
export function floodAt(before: Flood, now: Instant): Flood {
  const flood = notAfter(before, now);
  const endsAt = floodEndsAt(flood);
  if (endsAt === undefined || endsAt > now) return flood;
  return { state: "calm", since: endsAt, times: flood.times };
}

/** When a flood ends if no order comes; undefined while it is calm. */
export function floodEndsAt({ state, times }: Flood): Instant | undefined {
  if (state === "calm") return undefined;
  const last = times.at(-LIMITS.floodEndsBelowPer10Min) ?? times.at(0) ?? 0;
  return last + LIMITS.floodWindowMs;
}

function countSince(times: readonly Instant[], now: Instant): number {
  return times.filter((at) => at > now - LIMITS.floodWindowMs).length;
}

function notAfter(flood: Flood, now: Instant): Flood {
  const { state, since, times } = flood;
  if ((times.at(-1) ?? now) <= now && (since ?? now) <= now) return flood;
  return {
    state,
    ...(since === undefined ? {} : { since: Math.min(since, now) }),
    times: times.map((at) => Math.min(at, now)),
  };
}
