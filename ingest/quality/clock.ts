/**
 * Can the time that a device claims be believed? Absent, too far ahead, or before anything the
 * platform keeps: then the reading stands at its receipt, is judged as live, and the claimed time
 * is kept beside it. Nothing is guessed: seconds sent for milliseconds are a time in 1970.
 */
import { DAY_MS, type Instant, MINUTE_MS } from "../../model/clock.ts";
import { type Finding, finding } from "./finding.ts";

/** A device's clock may run ahead so far. */
export const CLOCK_AHEAD_MS_MAX = 5 * MINUTE_MS;
/** No device of the city is older. */
const CLOCK_EARLIEST: Instant = Date.UTC(2020, 0, 1);

const ABSENT = finding("clock-absent", "the device names no time of observation");
const FUTURE = finding("clock-future", "the claimed time is more than 5 min ahead of the receipt");
const BEFORE = finding("clock-past", "the claimed time is before 2020");
const RETENTION = finding("clock-past", "the claimed time is older than what is kept of its class");

export function flagClock(
  claimedAt: Instant | undefined,
  receivedAt: Instant,
  retentionDays: number,
): Finding | undefined {
  if (claimedAt === undefined) return ABSENT;
  if (claimedAt > receivedAt + CLOCK_AHEAD_MS_MAX) return FUTURE;
  if (claimedAt < CLOCK_EARLIEST) return BEFORE;
  if (claimedAt < receivedAt - retentionDays * DAY_MS) return RETENTION;
  return undefined;
}
