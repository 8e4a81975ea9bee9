/**
 * Rates out of counts, as DOMAIN §4 has them. A rate with nothing under its line is null, never 0 or
 * 1. Exact fractions; they are rounded where they are shown. Pure.
 */
import { type DueName, INTAKE_COUNTS, type RateName } from "../../model/indicator.ts";
import { type Counts, roundTo } from "./counts.ts";

export type Dues = Record<DueName, number>;

export function duesIn(counts: Counts): Dues {
  return {
    dueToHandle: counts.handled + counts.overdueUnhandled,
    dueToClose: counts.closed + counts.overdueUnclosed,
    urgentDueToClose: counts.urgentClosed + counts.urgentOverdueUnclosed,
  };
}

export type Rates = Record<RateName, number | null>;

export function ratesOf(counts: Counts): Rates {
  const { dueToHandle, dueToClose, urgentDueToClose } = duesIn(counts);
  return {
    validRate: share(counts.valid, counts.reported),
    filingRate: share(counts.filed, counts.reported),
    closeOfFiledRate: share(counts.closed, counts.filed),
    handleRate: share(counts.handled, dueToHandle),
    onTimeHandleRate: share(counts.handledOnTime, dueToHandle),
    overdueRate: share(counts.overdueUnhandled, dueToHandle),
    extensionRate: share(counts.extensions, dueToHandle),
    closeRate: share(counts.closed, dueToClose),
    onTimeCloseRate: share(counts.closedOnTime, dueToClose),
    reworkRate: share(counts.reworks, dueToClose),
    refusedReturnRate: share(counts.refusedReturns, counts.dispatched),
    urgentCloseRate: share(counts.urgentClosed, urgentDueToClose),
    urgentOnTimeRate: share(counts.urgentClosedOnTime, urgentDueToClose),
    callbackRate: share(counts.answered, counts.asked),
    satisfactionRate: share(counts.satisfied, counts.answered),
    solvedRate: share(counts.solved, counts.answered),
  };
}

export function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

const RATE_DECIMALS = 4;
/** Rates of the intake are a place's. */
const INTAKE_RATES: readonly RateName[] = ["validRate", "filingRate", "closeOfFiledRate"];

/** Counts and rates as they are shown; the intake of a unit or a crew is not told. */
export function shownIndicators(counts: Counts, hasIntake: boolean): Record<string, number | null> {
  const rates = Object.entries(ratesOf(counts)).map(([name, rate]): [string, number | null] => [
    name,
    shownRate(rate),
  ]);
  const all = [...Object.entries({ ...counts, ...duesIn(counts) }), ...rates];
  const hidden: readonly string[] = hasIntake ? [] : [...INTAKE_COUNTS, ...INTAKE_RATES];
  return Object.fromEntries(all.filter(([name]) => !hidden.includes(name)));
}

export const shownRate = (rate: number | null): number | null =>
  rate === null ? null : roundTo(rate, RATE_DECIMALS);
