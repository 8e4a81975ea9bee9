/**
 * A working calendar: which local days are worked and at which hours. Built from named calendars
 * and holiday notices, which are data. A day of a year whose notice is not out yet is judged by
 * its weekday alone and is not certain.
 */
import { minuteOfDay } from "../model/local-time.ts";
import { NAMED_CALENDARS, NamedCalendar, OFFICE_CALENDAR } from "./calendars/named.ts";
import { HOLIDAY_NOTICES, HolidayNotice } from "./calendars/notices.ts";

interface LocalDay {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
}

export interface WorkCalendar {
  readonly name: string;
  /** Minutes of the day, in order. */
  readonly spans: readonly { from: number; to: number }[];
  /** `isCertain` is false where a notice would have to say and is not out yet. */
  dayOf(day: LocalDay): { isWorked: boolean; isCertain: boolean };
}

export interface CalendarBook {
  /** The office's where the name is absent or unknown. */
  named(name: string | undefined): WorkCalendar;
  has(name: string): boolean;
}

export interface CalendarData {
  calendars: readonly NamedCalendar[];
  notices: readonly HolidayNotice[];
}

const DEFAULT_CALENDARS: CalendarData = {
  calendars: NAMED_CALENDARS,
  notices: HOLIDAY_NOTICES,
};

/** Runs day and night: what urgent hours are counted by. */
export const CONTINUOUS: WorkCalendar = {
  name: "continuous",
  spans: [{ from: 0, to: 1440 }],
  dayOf: () => ({ isWorked: true, isCertain: true }),
};

/** @throws ZodError or Error when the data is not sound: calendars are checked when loaded. */
export function calendarBook(data: CalendarData = DEFAULT_CALENDARS): CalendarBook {
  const years = new Map<number, Map<string, boolean>>();
  for (const raw of data.notices) {
    const notice = HolidayNotice.parse(raw);
    years.set(notice.year, daysOfNotice(notice));
  }
  const calendars = new Map<string, WorkCalendar>();
  for (const raw of data.calendars) {
    const declared = NamedCalendar.parse(raw);
    calendars.set(declared.name, workCalendar(declared, years));
  }
  const office = calendars.get(OFFICE_CALENDAR);
  if (office === undefined) {
    throw new Error(`calendars name no '${OFFICE_CALENDAR}'; units without a calendar work by it`);
  }
  return {
    named: (name) => (name === undefined ? office : (calendars.get(name) ?? office)),
    has: (name) => calendars.has(name),
  };
}

function workCalendar(
  declared: NamedCalendar,
  years: ReadonlyMap<number, ReadonlyMap<string, boolean>>,
): WorkCalendar {
  const spans = declared.hours.map(({ from, to }) => ({
    from: minuteOfDay(from),
    to: minuteOfDay(to),
  }));
  let end = 0;
  for (const span of spans) {
    if (span.from < end || span.to <= span.from) {
      throw new Error(`calendar '${declared.name}' has hours out of order or overlapping`);
    }
    end = span.to;
  }
  const isEveryDay = declared.days === "every-day";
  return {
    name: declared.name,
    spans,
    dayOf(day) {
      if (isEveryDay) return { isWorked: true, isCertain: true };
      const weekday = new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay();
      const isWeekday = weekday !== 0 && weekday !== 6;
      const notice = years.get(day.year);
      return {
        isWorked: notice?.get(monthDay(day.month, day.day)) ?? isWeekday,
        isCertain: notice !== undefined,
      };
    },
  };
}

/** `MM-dd` of every day that the notice moves, and whether it is worked. */
function daysOfNotice(notice: HolidayNotice): Map<string, boolean> {
  const days = new Map<string, boolean>();
  for (const { from, to } of notice.off) {
    const last = dayNumber(notice.year, to);
    for (let day = dayNumber(notice.year, from); day <= last; day += 1) {
      const date = new Date(day * 86_400_000);
      days.set(monthDay(date.getUTCMonth() + 1, date.getUTCDate()), false);
    }
  }
  for (const day of notice.work) days.set(day, true);
  return days;
}

const monthDay = (month: number, day: number): string =>
  `${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;

const dayNumber = (year: number, text: string): number =>
  Date.UTC(year, Number(text.slice(0, 2)) - 1, Number(text.slice(3))) / 86_400_000;
