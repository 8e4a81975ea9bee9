/**
 * Periods of an evaluation in the city's own days: day `2026-11-27`, week `2026-W47` (ISO 8601,
 * Monday first), month `2026-11`, quarter `2026-Q4`, year `2026`; the one of the same length before,
 * and the one of the same name a year ago. Pure.
 */
import { DAY_MS } from "../../model/clock.ts";
import { GridwardenError, isErrorCode } from "../../model/errors.ts";
import type { EvaluationPeriod } from "../../model/evaluation.ts";
import type { TimeZone } from "../../model/local-time.ts";

const PATTERN =
  /^(?<year>20\d\d)(?:-(?:W(?<week>\d\d)|Q(?<quarter>[1-4])|(?<month>\d\d)(?:-(?<day>\d\d))?))?$/;
const MONTHS_PER_QUARTER = 3;
const DAYS_PER_WEEK = 7;
const YEAR_DIGITS = 4;

/** @throws GridwardenError REQUEST_INVALID */
export function periodOf(text: string, zone: TimeZone): EvaluationPeriod {
  const { year: y, week, quarter, month, day } = PATTERN.exec(text)?.groups ?? {};
  if (y === undefined) throw periodInvalid(text);
  const year = Number(y);
  if (week !== undefined) return weekOf(text, year, Number(week), zone);
  if (quarter !== undefined) {
    const first = (Number(quarter) - 1) * MONTHS_PER_QUARTER + 1;
    return months(text, year, first, MONTHS_PER_QUARTER, zone);
  }
  if (month === undefined) return months(text, year, 1, 12, zone);
  if (Number(month) < 1 || Number(month) > 12) throw periodInvalid(text);
  if (day !== undefined) return dayOf(text, zone.instant(year, Number(month), Number(day)), zone);
  return months(text, year, Number(month), 1, zone);
}

/** The period that ended when this one began. */
export function periodBefore({ period, from }: EvaluationPeriod, zone: TimeZone): EvaluationPeriod {
  const { year, month } = zone.local(zone.addDays(from, -1));
  if (isDay(period)) return periodOf(dayName(zone.addDays(from, -1), zone), zone);
  if (period.includes("W")) return periodOf(weekName(zone.addDays(from, -1), zone), zone);
  if (period.includes("Q")) return periodOf(`${year}-Q${month / MONTHS_PER_QUARTER}`, zone);
  if (period.includes("-")) return periodOf(`${year}-${two(month)}`, zone);
  return periodOf(`${year}`, zone);
}

/** A year ago (同比); nothing where that year had none: a 53rd week, 29 February, before the year 2000. */
export function periodLastYear(
  { period }: Pick<EvaluationPeriod, "period">,
  zone: TimeZone,
): EvaluationPeriod | undefined {
  const name = `${Number(period.slice(0, YEAR_DIGITS)) - 1}${period.slice(YEAR_DIGITS)}`;
  try {
    return periodOf(name, zone);
  } catch (error) {
    if (isErrorCode(error, "REQUEST_INVALID")) return undefined;
    throw error;
  }
}

/** Of a day nothing is scored: its figures are too few. */
export const isDay = (period: string): boolean => /^\d{4}-\d\d-\d\d$/.test(period);

export function dayName(at: number, zone: TimeZone): string {
  const { year, month, day } = zone.local(at);
  return `${year}-${two(month)}-${two(day)}`;
}

/** A day that the month does not have counts on into the next one, and is named otherwise. */
function dayOf(period: string, from: number, zone: TimeZone): EvaluationPeriod {
  if (dayName(from, zone) !== period) throw periodInvalid(period);
  return { period, from, to: zone.addDays(from, 1) };
}

function months(
  period: string,
  year: number,
  month: number,
  count: number,
  zone: TimeZone,
): EvaluationPeriod {
  return {
    period,
    from: zone.instant(year, month, 1),
    to: zone.instant(year, month + count, 1),
  };
}

/** The week that holds 4 January is the first. */
function weekOf(period: string, year: number, week: number, zone: TimeZone): EvaluationPeriod {
  const fourth = zone.instant(year, 1, 4);
  const monday = zone.addDays(fourth, -((zone.local(fourth).weekday + 6) % DAYS_PER_WEEK));
  const from = zone.addDays(monday, (week - 1) * DAYS_PER_WEEK);
  if (week < 1 || weekName(from, zone) !== period) throw periodInvalid(period);
  return { period, from, to: zone.addDays(from, DAYS_PER_WEEK) };
}

export function weekName(at: number, zone: TimeZone): string {
  const { year, month, day, weekday } = zone.local(at);
  const thursday = Date.UTC(year, month - 1, day + 4 - (weekday === 0 ? DAYS_PER_WEEK : weekday));
  const ofYear = new Date(thursday).getUTCFullYear();
  const days = (thursday - Date.UTC(ofYear, 0, 1)) / DAY_MS;
  return `${ofYear}-W${two(Math.floor(days / DAYS_PER_WEEK) + 1)}`;
}

const two = (n: number): string => String(n).padStart(2, "0");

const periodInvalid = (text: string): GridwardenError =>
  new GridwardenError(
    "REQUEST_INVALID",
    `field 'period': got '${text.slice(0, 40)}', wanted a day '2026-11-27', a week '2026-W47', a ` +
      "month '2026-11', a quarter '2026-Q4' or a year '2026'",
  );
