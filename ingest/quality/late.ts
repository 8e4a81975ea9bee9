/**
 * Is an uplink late? Its newest time lies more than 15 min before its receipt, beyond the usual
 * skew of its device. A clock that is slow (or off by a time zone) shows the same delay hour after
 * hour; a backlog shows delays that shrink, or come all at once. So a larger skew is believed only
 * when uplinks of three separate slots of 10 min agree on it within 5 min, with none on time
 * between them; one smaller delay disproves it at once. Never above a day. Until it is believed,
 * readings of such a clock are late: history, but no pages.
 */
import { DAY_MS, type Instant, MINUTE_MS } from "../../model/clock.ts";
import { type Finding, finding } from "./finding.ts";

export const LATE_MS_MIN = 15 * MINUTE_MS;
const SKEW_SLOT_MS = 10 * MINUTE_MS;
const SKEW_SLOTS_MIN = 3;
const SKEW_TOLERANCE_MS = 5 * MINUTE_MS;
export const SKEW_MS_MAX = DAY_MS;

const LATE = finding("late", "the uplink's newest time is more than 15 min before its receipt");

export function flagLate(
  newestAt: Instant | undefined,
  receivedAt: Instant,
  usualSkewMs: number,
): Finding | undefined {
  if (newestAt === undefined) return undefined;
  return receivedAt - newestAt - usualSkewMs > LATE_MS_MIN ? LATE : undefined;
}

/** What is remembered of a device: its usual skew, and a larger one that is not believed yet. */
export interface Skew {
  usualMs: number;
  candidateMs: number;
  /** Slots that agreed on the candidate; 0: there is none. */
  candidateSlots: number;
  lastSlot: number;
}

export function newSkew(usualMs = 0): Skew {
  return { usualMs, candidateMs: 0, candidateSlots: 0, lastSlot: 0 };
}

/** The memory after an uplink whose newest time was `newestAt`; changed in place. */
export function learnSkew(skew: Skew, newestAt: Instant, receivedAt: Instant): void {
  const delayMs = Math.max(0, receivedAt - newestAt);
  if (delayMs <= skew.usualMs + SKEW_TOLERANCE_MS) {
    if (delayMs < skew.usualMs) skew.usualMs = delayMs;
    skew.candidateSlots = 0;
    return;
  }
  if (delayMs > SKEW_MS_MAX) return;
  const slot = Math.floor(receivedAt / SKEW_SLOT_MS);
  const isAgreed =
    skew.candidateSlots > 0 && Math.abs(delayMs - skew.candidateMs) <= SKEW_TOLERANCE_MS;
  if (!isAgreed) {
    skew.candidateMs = delayMs;
    skew.candidateSlots = 1;
  } else if (slot !== skew.lastSlot) {
    skew.candidateSlots += 1;
  }
  skew.candidateMs = Math.min(skew.candidateMs, delayMs);
  skew.lastSlot = slot;
  if (skew.candidateSlots < SKEW_SLOTS_MIN) return;
  skew.usualMs = skew.candidateMs;
  skew.candidateSlots = 0;
}
