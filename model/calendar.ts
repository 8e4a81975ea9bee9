/**
 * Calendars as data: the hours that a calendar works, the days that a year's notice moves, and which
 * calendar a class or an area has in the place of its unit's. A city changes all three.
 */
import { z } from "zod";
import type { Instant } from "./clock.ts";
import { LIMITS } from "./limits.ts";
import { minuteOfDay } from "./local-time.ts";

export const CalendarName = z.string().regex(/^[a-z0-9-]{1,64}$/, "1 to 64 of a-z 0-9 -");

const Hour = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "HH:mm, or 24:00");
const Span = z.strictObject({ from: Hour, to: Hour });

export const NamedCalendar = z.strictObject({
  name: CalendarName,
  title: z.strictObject({ zh: z.string().max(100), en: z.string().max(100) }),
  /** `work-days`: holidays and weekends are off; `every-day`: no day is. */
  days: z.enum(["work-days", "every-day"]),
  /** In order, without overlap. */
  hours: z.array(Span).min(1).max(24),
  source: z.string().trim().min(1).max(500),
});
export type NamedCalendar = z.infer<typeof NamedCalendar>;

export const HolidayDay = z.strictObject({
  /** `yyyy-MM-dd` */
  date: z.string(),
  /** `work`: a Saturday or Sunday that is worked in the place of a day off (调休). */
  kind: z.enum(["off", "work"]),
  name: z.string().optional(),
});
export type HolidayDay = z.infer<typeof HolidayDay>;

/** Every day that a year's notice moves; a day that it does not name goes by its weekday. */
export const HolidayNotice = z.strictObject({
  year: z.int().min(2000).max(2200),
  /** Who said so and when. */
  source: z.string().trim().min(1).max(500),
  days: z.array(HolidayDay),
});
export type HolidayNotice = z.infer<typeof HolidayNotice>;

/** Of several rows that fit a case the first counts. */
export const CalendarOverride = z.strictObject({
  /** Slug of an asset class. */
  class: z.string().optional(),
  /** First digits of the unit grid: area 6, street 9, community 12. */
  areaPrefix: z.string().optional(),
  calendar: CalendarName,
});
export type CalendarOverride = z.infer<typeof CalendarOverride>;

/** One of the tables as it stands, or stood. */
export type Kept<T> = T & {
  /** 0: as it was shipped; nobody has put another. */
  version: number;
  changedAt?: Instant;
  changedBy?: string;
};

/** `row` is counted from 1. */
export interface RowFault {
  row: number;
  message: string;
}

/** The first thing wrong with a calendar's hours, and which span it is. */
export function hoursFault(
  hours: readonly { from: string; to: string }[],
): { index: number; message: string } | undefined {
  let end = 0;
  let minutes = 0;
  for (const [index, { from, to }] of hours.entries()) {
    const span = { from: minuteOfDay(from), to: minuteOfDay(to) };
    if (span.to <= span.from) {
      return { index, message: `${from} to ${to} ends before it begins; split it at midnight` };
    }
    if (span.from < end) {
      return { index, message: `${from} is before the end of the hours above it: overlapping` };
    }
    end = span.to;
    minutes += span.to - span.from;
  }
  if (minutes >= LIMITS.calendarMinutesPerDayMin) return undefined;
  const message = `${minutes} minutes a day; at least ${LIMITS.calendarMinutesPerDayMin}, so that a deadline comes`;
  return { index: 0, message };
}
