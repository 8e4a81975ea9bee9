/**
 * Calendars, holidays and overrides as a city reads and replaces them: checked, versioned, and of a
 * year's holidays the deadlines counted again. Every put takes the transaction it belongs to.
 */
import {
  type CalendarOverride,
  type HolidayNotice,
  hoursFault,
  type Kept,
  NamedCalendar,
  type RowFault,
} from "../model/calendar.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { CalendarData } from "./calendar.ts";
import {
  checkHolidays,
  checkOverrides,
  type HolidayRow,
  type OverrideRow,
} from "./calendar-checks.ts";
import { tableInvalid } from "./calendar-csv.ts";
import { type LiveBook, type PutSaid, putTable, readTable, readTables } from "./calendar-tables.ts";
import { type CaseEffects, noEffects } from "./desk-words.ts";
import { openHolidayDues, settleYear } from "./holiday-dues.ts";
import { beginRecount } from "./recount.ts";

export type KeptCalendar = Kept<NamedCalendar>;
export type KeptHolidays = Kept<HolidayNotice>;
export type KeptOverrides = Kept<{ rows: CalendarOverride[] }>;

export interface Calendars {
  /** The newest of each name, by name. */
  list(sql: Sql): Promise<KeptCalendar[]>;
  /** @throws GridwardenError CALENDAR_NOT_FOUND */
  get(sql: Sql, name: string, version?: number): Promise<KeptCalendar>;
  /** @throws GridwardenError TABLE_INVALID, TABLE_VERSION_CONFLICT */
  put(tx: Sql, calendar: NamedCalendar, said: PutSaid): Promise<KeptCalendar>;
  /** @throws GridwardenError CALENDAR_NOT_FOUND */
  holidays(sql: Sql, year: number, version?: number): Promise<KeptHolidays>;
  /** @throws GridwardenError TABLE_INVALID, TABLE_VERSION_CONFLICT */
  putHolidays(
    tx: Sql,
    table: { year: number; source: string; days: readonly HolidayRow[] },
    said: PutSaid,
  ): Promise<{ kept: KeptHolidays; warnings: RowFault[]; effects: CaseEffects }>;
  overrides(sql: Sql, version?: number): Promise<KeptOverrides>;
  /** @throws GridwardenError TABLE_INVALID, TABLE_VERSION_CONFLICT */
  putOverrides(
    tx: Sql,
    rows: readonly OverrideRow[],
    said: PutSaid,
  ): Promise<{ kept: KeptOverrides; warnings: RowFault[] }>;
  /** Before anything is counted: reads what was put, and looks ahead for years without holidays. */
  open(tx: Sql, now: Instant): Promise<void>;
}

const OVERRIDES = { kind: "overrides", name: "overrides" } as const;

export function createCalendars(deps: {
  book: LiveBook;
  shipped: CalendarData;
  /** Slugs of the asset classes. */
  classes: readonly string[];
  zone: TimeZone;
}): Calendars {
  const { book, shipped, classes, zone } = deps;

  async function list(sql: Sql): Promise<KeptCalendar[]> {
    const newest = new Map<string, KeptCalendar>();
    for (const calendar of shipped.calendars)
      newest.set(calendar.name, { ...calendar, version: 0 });
    for (const kept of await readTables(sql, "calendar")) newest.set(kept.name, kept);
    return [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async function get(sql: Sql, name: string, version?: number): Promise<KeptCalendar> {
    const kept = await readTable(sql, "calendar", name, version);
    if (kept !== undefined) return kept;
    const asShipped = shipped.calendars.find((calendar) => calendar.name === name);
    if (asShipped !== undefined && (version ?? 0) === 0) return { ...asShipped, version: 0 };
    const names = (await list(sql)).map((calendar) => calendar.name).join(", ");
    throw notFound(`no calendar has the name '${name}'${ofVersion(version)}; there are ${names}`);
  }

  async function holidays(sql: Sql, year: number, version?: number): Promise<KeptHolidays> {
    const kept = await readTable(sql, "holidays", `${year}`, version);
    if (kept !== undefined) return kept;
    const asShipped = shipped.notices.find((notice) => notice.year === year);
    if (asShipped !== undefined && (version ?? 0) === 0) return { ...asShipped, version: 0 };
    throw notFound(
      `the holidays of ${year}${ofVersion(version)} are not there; put them with PUT /api/v1/holidays/${year}`,
    );
  }

  async function overrides(sql: Sql, version?: number): Promise<KeptOverrides> {
    const kept = await readTable(sql, OVERRIDES.kind, OVERRIDES.name, version);
    if (kept !== undefined) return kept;
    if ((version ?? 0) === 0) return { rows: [...(shipped.overrides ?? [])], version: 0 };
    throw notFound(`the overrides have no version ${version}`);
  }

  return {
    list,
    get,
    async put(tx, given, said) {
      const calendar = NamedCalendar.parse(given);
      const fault = hoursFault(calendar.hours);
      if (fault !== undefined) {
        const row = fault.index + 1;
        throw tableInvalid(`the hours of calendar '${calendar.name}'`, [
          { row, message: fault.message },
        ]);
      }
      book.forget();
      return await putTable(tx, { kind: "calendar", name: calendar.name }, calendar, said);
    },
    holidays,
    async putHolidays(tx, { year, source, days }, said) {
      const { rows, faults, warnings } = checkHolidays(year, days);
      if (faults.length > 0) throw tableInvalid(`the holidays of ${year}`, faults);
      const notice: HolidayNotice = { year, source, days: rows };
      const kept = await putTable(tx, { kind: "holidays", name: `${year}` }, notice, said);
      const effects = noEffects();
      await settleYear(tx, year, zone, said.now, effects);
      await beginRecount(tx, { year, version: kept.version }, said.now);
      book.forget();
      return { kept, warnings, effects };
    },
    overrides,
    async putOverrides(tx, given, said) {
      const calendars = (await list(tx)).map(({ name }) => name);
      const { rows, faults, warnings } = checkOverrides(given, { calendars, classes });
      if (faults.length > 0) throw tableInvalid("the calendar overrides", faults);
      book.forget();
      return { kept: await putTable(tx, OVERRIDES, { rows }, said), warnings };
    },
    async open(tx, now) {
      await book.refresh(tx);
      await openHolidayDues(tx, book, zone, now);
    },
  };
}

const ofVersion = (version: number | undefined): string =>
  version === undefined ? "" : ` in version ${version}`;

const notFound = (message: string): GridwardenError =>
  new GridwardenError("CALENDAR_NOT_FOUND", message);
