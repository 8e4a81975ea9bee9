/**
 * Which periods have ended since the last ones that were taken care of, as the city's own calendar
 * has them: each local midnight ends a day, a Monday's also a week, a month's first also the month,
 * and so on. After a downtime all are named, the oldest first. Pure.
 */
import { DAY_MS, type Instant } from "../../model/clock.ts";
import type { EvaluationPeriod } from "../../model/evaluation.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { PublicationKind } from "../../model/publication.ts";
import { dayName, periodOf, weekName } from "./period.ts";

export interface DuePeriod extends EvaluationPeriod {
  kind: PublicationKind;
}

const MONDAY = 1;
const MONTHS_PER_QUARTER = 3;

/**
 * Those that ended after `doneUntil` and not after `now`, of equal ends the shortest first. What
 * ended more than `LIMITS.publicationMakeUpDaysMax` days ago is left out.
 */
export function duePeriods(doneUntil: Instant, now: Instant, zone: TimeZone): DuePeriod[] {
  const due: DuePeriod[] = [];
  const oldest = now - LIMITS.publicationMakeUpDaysMax * DAY_MS;
  const from = Math.max(doneUntil, oldest);
  for (let days = 1; ; days += 1) {
    const midnight = zone.addDays(from, days);
    if (midnight > now) return due;
    due.push(...endingAt(midnight, zone));
  }
}

/** The period's length, by its name. */
export function kindOfPeriod(period: string): PublicationKind {
  if (period.includes("W")) return "week";
  if (period.includes("Q")) return "quarter";
  const parts = period.split("-").length;
  if (parts === 3) return "day";
  return parts === 2 ? "month" : "year";
}

function endingAt(midnight: Instant, zone: TimeZone): DuePeriod[] {
  const lastDay = zone.addDays(midnight, -1);
  const { year, month } = zone.local(lastDay);
  const { day, weekday, month: newMonth } = zone.local(midnight);
  const isMonthOver = day === 1;
  const names = [dayName(lastDay, zone)];
  if (weekday === MONDAY) names.push(weekName(lastDay, zone));
  if (isMonthOver) names.push(dayName(lastDay, zone).slice(0, "2026-11".length));
  if (isMonthOver && month % MONTHS_PER_QUARTER === 0) {
    names.push(`${year}-Q${month / MONTHS_PER_QUARTER}`);
  }
  if (isMonthOver && newMonth === 1) names.push(`${year}`);
  return names.map((name) => ({ ...periodOf(name, zone), kind: kindOfPeriod(name) }));
}
