/**
 * Deadlines (处置时限). Urgent hours run on, nights and holidays included; working hours and days
 * count the calendar's hours only, and a working day is 8 of them, not "the same time next day".
 * Pure: walks local days of the zone; a span that a zone shortens or lengthens counts as it is.
 */
import type { CaseLimit } from "../model/asset-class.ts";
import { type DurationMs, HOUR_MS, type Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import { CONTINUOUS, type WorkCalendar } from "./calendar.ts";

export interface Deadline {
  deadline: Instant;
  /** A day on the way belongs to a year whose holidays are not announced yet. */
  provisional: boolean;
}

const WORKING_DAY_HOURS = 8;
/** No limit of any table comes near; a calendar without hours would walk for ever. */
const DAYS_WALKED_MAX = 20_000;

export function addLimit(
  start: Instant,
  limit: CaseLimit,
  calendar: WorkCalendar,
  zone: TimeZone,
): Deadline {
  return addWorking(start, limitMs(limit), calendarFor(limit, calendar), zone);
}

/** Working time of a limit: what has to be counted off by its calendar. */
export function limitMs(limit: CaseLimit): DurationMs {
  const hours = limit.unit === "working-day" ? limit.value * WORKING_DAY_HOURS : limit.value;
  return Math.round(hours * HOUR_MS);
}

/** What a limit is counted by: urgent hours know no calendar. */
export function calendarFor(limit: CaseLimit, calendar: WorkCalendar): WorkCalendar {
  return limit.unit === "urgent-hour" ? CONTINUOUS : calendar;
}

/** The instant at which `workMs` of working time have passed since `start`. */
export function addWorking(
  start: Instant,
  workMs: DurationMs,
  calendar: WorkCalendar,
  zone: TimeZone,
): Deadline {
  let left = workMs;
  let provisional = false;
  for (let days = 0; days < DAYS_WALKED_MAX; days += 1) {
    const day = spansOfDay(zone.addDays(start, days), calendar, zone);
    provisional ||= !day.isCertain;
    for (const span of day.spans) {
      const from = Math.max(span.from, start);
      if (from >= span.to) continue;
      if (span.to - from >= left) return { deadline: from + left, provisional };
      left -= span.to - from;
    }
  }
  throw new Error(`calendar '${calendar.name}' has too few working hours for ${workMs} ms`);
}

/** The newest instant from which `workMs` of working time remain until `end`. */
export function subtractWorking(
  end: Instant,
  workMs: DurationMs,
  calendar: WorkCalendar,
  zone: TimeZone,
): Instant {
  let left = workMs;
  for (let days = 0; days < DAYS_WALKED_MAX; days += 1) {
    const { spans } = spansOfDay(zone.addDays(end, -days), calendar, zone);
    for (const span of spans.toReversed()) {
      const to = Math.min(span.to, end);
      if (to <= span.from) continue;
      if (to - span.from >= left) return to - left;
      left -= to - span.from;
    }
  }
  throw new Error(`calendar '${calendar.name}' has too few working hours for ${workMs} ms`);
}

/** Working time between two instants; 0 where `to` is not later. */
export function workingMsBetween(
  from: Instant,
  to: Instant,
  calendar: WorkCalendar,
  zone: TimeZone,
): DurationMs {
  let sum = 0;
  for (let days = 0; days < DAYS_WALKED_MAX; days += 1) {
    const midnight = zone.addDays(from, days);
    if (midnight >= to) break;
    for (const span of spansOfDay(midnight, calendar, zone).spans) {
      sum += Math.max(0, Math.min(span.to, to) - Math.max(span.from, from));
    }
  }
  return sum;
}

function spansOfDay(
  midnight: Instant,
  calendar: WorkCalendar,
  zone: TimeZone,
): { spans: { from: Instant; to: Instant }[]; isCertain: boolean } {
  const { year, month, day } = zone.local(midnight);
  const { isWorked, isCertain } = calendar.dayOf({ year, month, day });
  if (!isWorked) return { spans: [], isCertain };
  const at = (minute: number): Instant => zone.instant(year, month, day, 0, minute);
  return {
    spans: calendar.spans.map(({ from, to }) => ({ from: at(from), to: at(to) })),
    isCertain,
  };
}
