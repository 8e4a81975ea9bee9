/**
 * A working calendar: which local days are worked and at which hours. Built from named calendars,
 * holiday notices and overrides, which are data. A day of a year whose notice is not out yet is
 * judged by its weekday alone and is not certain. Former versions of a calendar stay: a case is
 * counted by the one that it was dispatched under.
 */
import {
  type CalendarOverride,
  HolidayNotice,
  hoursFault,
  NamedCalendar,
} from "../model/calendar.ts";
import type { Case } from "../model/case.ts";
import { minuteOfDay } from "../model/local-time.ts";
import { NAMED_CALENDARS, OFFICE_CALENDAR } from "./calendars/named.ts";
import { HOLIDAY_NOTICES } from "./calendars/notices.ts";

interface LocalDay {
  year: number;
  /** 1 to 12 */
  month: number;
  day: number;
}

export interface WorkCalendar {
  readonly name: string;
  readonly version: number;
  /** Minutes of the day, in order. */
  readonly spans: readonly { from: number; to: number }[];
  /** `isCertain` is false where a notice would have to say and is not out yet. */
  dayOf(day: LocalDay): { isWorked: boolean; isCertain: boolean };
}

export interface CalendarBook {
  /** The newest of the name; the office's where the name is absent or unknown. */
  named(name: string | undefined): WorkCalendar;
  /** The one that the case is counted by. */
  of(theCase: Pick<Case, "calendar" | "calendarVersion">): WorkCalendar;
  has(name: string): boolean;
  /** What a class or an area has in the place of its unit's. */
  override(place: Pick<Case, "class" | "gridCell">): string | undefined;
  hasYear(year: number): boolean;
  /** A day off by its year's notice. */
  isHoliday(day: LocalDay): boolean;
}

/** A calendar without a version is as shipped. */
export interface CalendarData {
  /** Of several of one name the highest version stands. */
  calendars: readonly (NamedCalendar & { version?: number })[];
  notices: readonly HolidayNotice[];
  overrides?: readonly CalendarOverride[];
}

export const DEFAULT_CALENDARS: CalendarData = {
  calendars: NAMED_CALENDARS,
  notices: HOLIDAY_NOTICES,
};

/** Runs day and night: what urgent hours are counted by. */
export const CONTINUOUS: WorkCalendar = {
  name: "continuous",
  version: 0,
  spans: [{ from: 0, to: 1440 }],
  dayOf: () => ({ isWorked: true, isCertain: true }),
};

type Years = ReadonlyMap<number, ReadonlyMap<string, boolean>>;

/** @throws ZodError or Error when the data is not sound: calendars are checked when loaded. */
export function calendarBook(data: CalendarData = DEFAULT_CALENDARS): CalendarBook {
  const years: Years = new Map(data.notices.map((raw) => daysOfNotice(HolidayNotice.parse(raw))));
  const newest = new Map<string, WorkCalendar>();
  const versions = new Map<string, WorkCalendar>();
  for (const { version = 0, ...raw } of data.calendars) {
    const calendar = workCalendar(NamedCalendar.parse(raw), version, years);
    versions.set(`${calendar.name} ${version}`, calendar);
    const former = newest.get(calendar.name);
    if (former === undefined || former.version <= version) newest.set(calendar.name, calendar);
  }
  const office = newest.get(OFFICE_CALENDAR);
  if (office === undefined) {
    throw new Error(`calendars name no '${OFFICE_CALENDAR}'; units without a calendar work by it`);
  }
  const named = (name: string | undefined): WorkCalendar =>
    name === undefined ? office : (newest.get(name) ?? office);
  return {
    named,
    of: ({ calendar, calendarVersion }) =>
      versions.get(`${calendar} ${calendarVersion ?? 0}`) ?? named(calendar),
    has: (name) => newest.has(name),
    override: (place) => data.overrides?.find((row) => isMeant(row, place))?.calendar,
    hasYear: (year) => years.has(year),
    isHoliday: (day) => years.get(day.year)?.get(monthDay(day)) === false,
  };
}

function isMeant(row: CalendarOverride, place: Pick<Case, "class" | "gridCell">): boolean {
  const { class: slug, areaPrefix } = row;
  if (slug !== undefined && slug !== place.class) return false;
  return areaPrefix === undefined || place.gridCell?.startsWith(areaPrefix) === true;
}

function workCalendar(declared: NamedCalendar, version: number, years: Years): WorkCalendar {
  const fault = hoursFault(declared.hours);
  if (fault !== undefined) {
    throw new Error(`calendar '${declared.name}', hours ${fault.index + 1}: ${fault.message}`);
  }
  const isEveryDay = declared.days === "every-day";
  return {
    name: declared.name,
    version,
    spans: declared.hours.map(({ from, to }) => ({ from: minuteOfDay(from), to: minuteOfDay(to) })),
    dayOf(day) {
      if (isEveryDay) return { isWorked: true, isCertain: true };
      const weekday = new Date(Date.UTC(day.year, day.month - 1, day.day)).getUTCDay();
      const notice = years.get(day.year);
      return {
        isWorked: notice?.get(monthDay(day)) ?? (weekday !== 0 && weekday !== 6),
        isCertain: notice !== undefined,
      };
    },
  };
}

/** `MM-dd` of every day that the notice moves, and whether it is worked. */
function daysOfNotice({ year, days }: HolidayNotice): [number, Map<string, boolean>] {
  return [year, new Map(days.map(({ date, kind }) => [date.slice(5), kind === "work"]))];
}

const monthDay = ({ month, day }: LocalDay): string =>
  `${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
