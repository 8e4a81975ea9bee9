/**
 * The time in a JSON payload: milliseconds since 1970 as a number, or ISO 8601 with an offset.
 * A time without an offset is no time: nobody knows whose noon it is.
 */
import type { Instant } from "../model/clock.ts";

/** The span of dates that can be written at all; a claimed time outside it is none. */
const INSTANT_MS_MAX = 8.64e15;
const ISO =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/;

/** Undefined when it cannot be read. */
export function readObservedAt(claimed: unknown): Instant | undefined {
  if (typeof claimed === "number") {
    return Math.abs(claimed) <= INSTANT_MS_MAX ? Math.floor(claimed) : undefined;
  }
  return typeof claimed === "string" ? readIso(claimed) : undefined;
}

function readIso(text: string): Instant | undefined {
  const match = ISO.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? "0");
  const [year, month, day] = [part(1), part(2), part(3)];
  const [hour, minute, second] = [part(4), part(5), part(6)];
  const [offsetHour, offsetMinute] = [part(9), part(10)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) {
    return undefined;
  }
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const isThatDay = date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  if (!isThatDay) return undefined;
  const millisecond = Number((match[7] ?? "").padEnd(3, "0").slice(0, 3));
  const offsetMs = (match[8] === "-" ? -1 : 1) * (offsetHour * 60 + offsetMinute) * 60_000;
  return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000 + millisecond - offsetMs;
}
