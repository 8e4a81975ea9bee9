/**
 * Local time of a zone: days, hours of the day and the case number's date are counted where the
 * city stands. Zones come from the runtime's own tables; offsets are cached by quarter hour,
 * since every zone's changes fall on one.
 */
import { type Instant, MINUTE_MS } from "./clock.ts";

export interface LocalTime {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 Sunday to 6 Saturday */
  weekday: number;
  /** 0 to 1439 */
  minuteOfDay: number;
}

export interface TimeZone {
  readonly name: string;
  offsetMs(at: Instant): number;
  local(at: Instant): LocalTime;
  /** The instant at which the local clock shows this; a time that a zone skips counts on. */
  instant(year: number, month: number, day: number, hour?: number, minute?: number): Instant;
  startOfDay(at: Instant): Instant;
  /** Local midnight that is `days` days after the local midnight before `at`. */
  addDays(at: Instant, days: number): Instant;
  /** `yyyyMMdd` */
  dateDigits(at: Instant): string;
  /** ISO 8601 with the zone's offset. */
  iso(at: Instant): string;
}

const QUARTER_MS = 15 * MINUTE_MS;
const OFFSETS_CACHED_MAX = 10_000;

/** @throws RangeError when the runtime does not know the zone. */
export function timeZone(name: string): TimeZone {
  const offsetMs = offsetReader(name);
  const shifted = (at: Instant): Date => new Date(at + offsetMs(at));
  const instant = (year: number, month: number, day: number, hour = 0, minute = 0): Instant => {
    const wanted = Date.UTC(year, month - 1, day, hour, minute);
    const guess = wanted - offsetMs(wanted);
    const at = wanted - offsetMs(guess);
    // West of Greenwich a skipped midnight would count back, into the day before.
    return at + offsetMs(at) < wanted ? guess : at;
  };
  const startOfDay = (at: Instant): Instant => {
    const date = shifted(at);
    return instant(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate());
  };
  return {
    name,
    offsetMs,
    instant,
    startOfDay,
    addDays(at, days) {
      const date = shifted(at);
      return instant(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate() + days);
    },
    local(at) {
      const date = shifted(at);
      const hour = date.getUTCHours();
      const minute = date.getUTCMinutes();
      return {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        hour,
        minute,
        second: date.getUTCSeconds(),
        weekday: date.getUTCDay(),
        minuteOfDay: hour * 60 + minute,
      };
    },
    dateDigits: (at) => shifted(at).toISOString().slice(0, 10).replaceAll("-", ""),
    iso(at) {
      const offset = offsetMs(at);
      const minutes = Math.abs(offset) / MINUTE_MS;
      const two = (n: number): string => String(Math.floor(n)).padStart(2, "0");
      const sign = offset < 0 ? "-" : "+";
      return `${shifted(at).toISOString().slice(0, -1)}${sign}${two(minutes / 60)}:${two(minutes % 60)}`;
    },
  };
}

function offsetReader(name: string): (at: Instant) => number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: name,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const cached = new Map<number, number>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS);
    const known = cached.get(quarter);
    if (known !== undefined) return known;
    const from = quarter * QUARTER_MS;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(from)) part[type] = Number(value);
    const shown = Date.UTC(
      part.year ?? 0,
      (part.month ?? 1) - 1,
      part.day,
      part.hour,
      part.minute,
      part.second,
    );
    const offset = shown - from;
    if (cached.size >= OFFSETS_CACHED_MAX) cached.clear();
    cached.set(quarter, offset);
    return offset;
  };
}

/** Minutes of the day of an `HH:mm`. */
export function minuteOfDay(text: string): number {
  const [hour = "0", minute = "0"] = text.split(":");
  return Number(hour) * 60 + Number(minute);
}

/** Is a minute of the day inside `from`..`to`, which may span midnight? */
export function isWithinDay(minute: number, from: number, to: number): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
