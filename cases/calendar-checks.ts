/**
 * What is wrong with a table of calendars before it is put: every fault with its row and the cure,
 * and what is odd but taken. Pure; answers faults, throws nothing.
 */
import type { CalendarOverride, HolidayDay, RowFault } from "../model/calendar.ts";
import { LIMITS } from "../model/limits.ts";
import { nearestName } from "../model/nearest-name.ts";

/** As somebody wrote it, in JSON or in a file. */
export interface HolidayRow {
  date: string;
  kind: string;
  name?: string | undefined;
}

export interface OverrideRow {
  class?: string | undefined;
  areaPrefix?: string | undefined;
  calendar: string;
}

interface Checked<T> {
  rows: T[];
  faults: RowFault[];
  warnings: RowFault[];
}

const DATE = /^\d{4}-\d\d-\d\d$/;
const KINDS = ["off", "work"] as const;
const AREA_PREFIX = /^\d{1,16}$/;
const NAME_LENGTH_MAX = 100;

export function checkHolidays(year: number, given: readonly HolidayRow[]): Checked<HolidayDay> {
  const checked: Checked<HolidayDay> = { rows: [], faults: [], warnings: [] };
  const rowOfDate = new Map<string, { row: number; kind: string }>();
  for (const [index, { date, kind, name }] of given.entries()) {
    const row = index + 1;
    const former = rowOfDate.get(date);
    const message = dateFault(date, year) ?? kindFault(kind) ?? twiceFault(date, kind, former);
    if (message !== undefined) {
      checked.faults.push({ row, message });
      continue;
    }
    if (name !== undefined && name.length > NAME_LENGTH_MAX) {
      checked.faults.push({ row, message: `name is longer than ${NAME_LENGTH_MAX} characters` });
      continue;
    }
    rowOfDate.set(date, { row, kind });
    checked.rows.push({ date, kind: kind as HolidayDay["kind"], ...(name ? { name } : {}) });
    const warning = needlessText(date, kind);
    if (warning !== undefined) checked.warnings.push({ row, message: warning });
  }
  const hasDayOff = checked.rows.some(({ kind }) => kind === "off");
  if (!hasDayOff && checked.faults.length === 0) {
    const message = `no row is 'off'; a year without a day off is none: write the days of ${year}'s notice`;
    checked.faults.push({ row: 0, message });
  }
  checked.rows.sort((a, b) => (a.date < b.date ? -1 : 1));
  return checked;
}

function dateFault(date: string, year: number): string | undefined {
  const isReal = DATE.test(date) && new Date(date).toJSON()?.startsWith(date) === true;
  if (!isReal) return `date is '${date.slice(0, 40)}', wanted a day as ${year}-01-31`;
  if (date.startsWith(`${year}-`)) return undefined;
  const other = date.slice(0, 4);
  return `date is '${date}', wanted a day of ${year}; it belongs into /api/v1/holidays/${other}`;
}

function kindFault(kind: string): string | undefined {
  if ((KINDS as readonly string[]).includes(kind)) return undefined;
  return `kind is '${kind.slice(0, 40)}', wanted 'off' or 'work'${meant(kind, KINDS)}`;
}

function twiceFault(
  date: string,
  kind: string,
  former: { row: number; kind: string } | undefined,
): string | undefined {
  if (former === undefined) return undefined;
  if (former.kind === kind) {
    return `date '${date}' is listed twice, first in row ${former.row}; take one of them out`;
  }
  return `date '${date}' is '${former.kind}' in row ${former.row} and '${kind}' here; keep the right one`;
}

/** A day off at a weekend is in every notice; a make-up day is a Saturday or Sunday. */
function needlessText(date: string, kind: string): string | undefined {
  const weekday = new Date(date).getUTCDay();
  const isWeekend = weekday === 0 || weekday === 6;
  if (kind !== "work" || isWeekend) return undefined;
  return `date '${date}' is a weekday and worked anyway; is it the day that was meant?`;
}

export interface OverrideSurroundings {
  calendars: readonly string[];
  /** Slugs of the asset classes. */
  classes: readonly string[];
}

export function checkOverrides(
  given: readonly OverrideRow[],
  { calendars, classes }: OverrideSurroundings,
): Checked<CalendarOverride> {
  const checked: Checked<CalendarOverride> = { rows: [], faults: [], warnings: [] };
  const max = LIMITS.calendarOverridesMax;
  if (given.length > max) {
    checked.faults.push({ row: 0, message: `${given.length} rows; at most ${max} are taken` });
    return checked;
  }
  for (const [index, raw] of given.entries()) {
    const row = index + 1;
    const { class: slug, areaPrefix, calendar } = raw;
    const message =
      unknownText("class", slug, classes) ??
      unknownText("calendar", calendar, calendars) ??
      areaFault(areaPrefix) ??
      (slug === undefined && areaPrefix === undefined
        ? "class and areaPrefix are both empty; a row needs one of them"
        : undefined);
    if (message !== undefined) {
      checked.faults.push({ row, message });
      continue;
    }
    const hider = checked.rows.findIndex((above) => hides(above, raw));
    if (hider !== -1) {
      const text = `row ${hider + 1} fits every case that this one fits and stands above it; move this one up`;
      checked.warnings.push({ row, message: text });
    }
    checked.rows.push({
      ...(slug !== undefined && { class: slug }),
      ...(areaPrefix !== undefined && { areaPrefix }),
      calendar,
    });
  }
  return checked;
}

function hides(above: CalendarOverride, row: OverrideRow): boolean {
  if (above.class !== undefined && above.class !== row.class) return false;
  const prefix = above.areaPrefix;
  return prefix === undefined || row.areaPrefix?.startsWith(prefix) === true;
}

function areaFault(areaPrefix: string | undefined): string | undefined {
  if (areaPrefix === undefined || AREA_PREFIX.test(areaPrefix)) return undefined;
  return `areaPrefix is '${areaPrefix.slice(0, 40)}', wanted the first digits of a unit grid: 6 of an area, 9 of a street, 12 of a community`;
}

function unknownText(
  field: string,
  got: string | undefined,
  known: readonly string[],
): string | undefined {
  if (got === undefined || known.includes(got)) return undefined;
  return `${field} '${got.slice(0, 40)}' is not there${meant(got, known)}`;
}

function meant(got: string, known: readonly string[]): string {
  const nearest = nearestName(got.slice(0, 40), known);
  return nearest === undefined ? "" : `; did you mean '${nearest}'?`;
}
