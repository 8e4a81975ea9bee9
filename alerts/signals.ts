/**
 * From the recent past of a series to the one number that a limit is held against: a rate, a mean,
 * hours, a forecast. Pure; `undefined` says that the past does not suffice to say anything, which
 * raises nothing and clears nothing.
 * Windows end with the newest reading and count by the readings' own times.
 */
import { DAY_MS, type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { minuteOfDay, type TimeZone } from "../model/local-time.ts";
import type { Period } from "../model/reading.ts";
import type { Signal } from "../model/rule.ts";
import { plannedLight } from "./lighting-plan.ts";
import type { History } from "./series-history.ts";
import { windowValue } from "./window-value.ts";

export interface SignalContext {
  zone: TimeZone;
  /** WGS-84 degrees of the asset, and what is said of it. */
  place: { lon: number; lat: number };
  attributes: Readonly<Record<string, string | number | boolean>>;
  /** The recent past of a series of the same device, where a rule looks back on it. */
  history(measurement: string, period: Period): History | undefined;
  /** How far the device is off its neighbours; undefined where that is not known. */
  offNeighbours(
    series: { measurement: string; period: Period },
    signal: Extract<Signal, { kind: "off-neighbours" }>,
    now: Instant,
  ): number | undefined;
}

/** Of the points of a window, the first so many parts of its length must be covered. */
const COVERED_SHARE_MIN = 0.5;

export function signalValue(
  signal: Signal,
  series: { measurement: string; period: Period },
  context: SignalContext,
): number | undefined {
  const history = context.history(series.measurement, series.period);
  if (history === undefined) return undefined;
  const last = history.count - 1;
  if (last < 0) return undefined;
  const now = history.at(last);
  switch (signal.kind) {
    case "rate":
      return slopePerMinute(history, now - signal.overMs, signal.overMs, signal.pointsMin);
    case "window":
      return windowValue(signal.fn, history, now - signal.overMs, signal.pointsMin);
    case "hours":
      return hoursWithin(history, now - signal.overMs, signal.gapMs, qualifies(signal));
    case "unchanged":
      return hoursUnchanged(history, signal);
    case "jump":
      return jump(history, signal.overMs);
    case "forecast":
      return hoursUntil(history, signal);
    case "days-without":
      return daysWithout(history, signal, context.zone);
    case "valid-mean":
      return validMean(signal, history, series, context);
    case "against-plan":
      return againstPlan(signal, history.value(last), now, context);
    case "off-neighbours":
      return context.offNeighbours(series, signal, now);
  }
}

/** How far back a signal looks. */
export function depthOf(signal: Signal): DurationMs {
  switch (signal.kind) {
    case "rate":
    case "window":
    case "hours":
    case "jump":
      return signal.overMs;
    case "unchanged":
      return signal.depthMs;
    case "forecast":
      return signal.fitMs;
    case "days-without":
      return (signal.daysMax + 1) * DAY_MS;
    case "valid-mean":
      // The span that has ended, and the one that runs.
      return signal.span === "day" ? 2 * DAY_MS : 63 * DAY_MS;
    case "against-plan":
      return 0;
    case "off-neighbours":
      // The window ends where the period began.
      return signal.overMs + LIMITS.neighbourSampleMs;
  }
}

/** Least squares over the points from `from` on. */
function slopePerMinute(
  history: History,
  from: Instant,
  overMs: DurationMs,
  pointsMin: number,
): number | undefined {
  const first = history.indexFrom(from);
  const n = history.count - first;
  if (n < Math.max(2, pointsMin)) return undefined;
  const origin = history.at(first);
  if (history.at(history.count - 1) - origin < overMs * COVERED_SHARE_MIN) return undefined;
  let [sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0];
  for (let index = first; index < history.count; index += 1) {
    const x = (history.at(index) - origin) / MINUTE_MS;
    const y = history.value(index);
    sumX += x;
    sumY += y;
    sumXX += x * x;
    sumXY += x * y;
  }
  const spread = n * sumXX - sumX * sumX;
  return spread === 0 ? undefined : (n * sumXY - sumX * sumY) / spread;
}

function qualifies({
  above,
  below,
}: Extract<Signal, { kind: "hours" | "unchanged" }>): (value: number) => boolean {
  return (value) =>
    (above === undefined || value > above) && (below === undefined || value < below);
}

/** A point counts until the next one, at most for `gapMs`: silence adds nothing. */
function hoursWithin(
  history: History,
  from: Instant,
  gapMs: DurationMs,
  isIt: (value: number) => boolean,
): number | undefined {
  const first = history.indexFrom(from);
  if (history.count - first < 2) return undefined;
  let sumMs = 0;
  for (let index = first; index < history.count - 1; index += 1) {
    if (!isIt(history.value(index))) continue;
    sumMs += Math.min(gapMs, history.at(index + 1) - history.at(index));
  }
  return sumMs / HOUR_MS;
}

/** 0 while fewer than `pointsMin` readings in a row were the same, and where that is no wonder. */
function hoursUnchanged(history: History, signal: Extract<Signal, { kind: "unchanged" }>): number {
  const { tolerance, pointsMin } = signal;
  const last = history.count - 1;
  const value = history.value(last);
  if (!qualifies(signal)(value)) return 0;
  let first = last;
  while (first > 0 && Math.abs(history.value(first - 1) - value) <= tolerance) first -= 1;
  if (last - first + 1 < pointsMin) return 0;
  return (history.at(last) - history.at(first)) / HOUR_MS;
}

/** From the reading before, which must not be older than `overMs`. */
function jump(history: History, overMs: DurationMs): number | undefined {
  const last = history.count - 1;
  if (last < 1 || history.at(last) - history.at(last - 1) > overMs) return undefined;
  return Math.abs(history.value(last) - history.value(last - 1));
}

/** Hours until `reaches`, by the slope since the last fall; endless while it does not rise. */
function hoursUntil(
  history: History,
  signal: Extract<Signal, { kind: "forecast" }>,
): number | undefined {
  const last = history.count - 1;
  const value = history.value(last);
  if (value >= signal.reaches) return 0;
  let first = history.indexFrom(history.at(last) - signal.fitMs);
  for (let index = last; index > first; index -= 1) {
    if (history.value(index - 1) - history.value(index) >= signal.fallsBy) first = index;
  }
  const from = history.at(first);
  const slope = slopePerMinute(history, from, history.at(last) - from, signal.pointsMin);
  if (slope === undefined) return undefined;
  return slope <= 0 ? Number.POSITIVE_INFINITY : (signal.reaches - value) / slope / 60;
}

/** Local days since the value last fell by `fallsBy` or more; or since the oldest point. */
function daysWithout(
  history: History,
  { fallsBy, atLeast, dueBy }: Extract<Signal, { kind: "days-without" }>,
  zone: TimeZone,
): number {
  const last = history.count - 1;
  if (atLeast !== undefined && history.value(last) < atLeast) return 0;
  let since = history.at(0);
  for (let index = last; index > 0; index -= 1) {
    if (history.value(index - 1) - history.value(index) < fallsBy) continue;
    since = history.at(index);
    break;
  }
  const now = history.at(last);
  const days = Math.round((zone.startOfDay(now) - zone.startOfDay(since)) / DAY_MS);
  const isDue = dueBy === undefined || zone.local(now).minuteOfDay >= minuteOfDay(dueBy);
  return isDue ? days : Math.max(0, days - 1);
}

/**
 * The mean of the local day or month that has ended: weighted by flow where a weight is named, of
 * good points alone, and only where enough of what was due is there (HJ 356-2019: 75 %).
 * With the last period of a span the device's own mean of it is still on its way: wait for the next.
 */
function validMean(
  signal: Extract<Signal, { kind: "valid-mean" }>,
  history: History,
  { measurement, period }: { measurement: string; period: Period },
  { zone, history: historyOf }: SignalContext,
): number | undefined {
  const now = history.at(history.count - 1);
  const until = startOf(signal.span, now, zone);
  if (startOf(signal.span, now + PERIOD_MS[period], zone) !== until) return undefined;
  const from = startOf(signal.span, until - 1, zone);
  if (signal.span === "day" && hasPoint(historyOf(measurement, "day"), from)) return undefined;
  const weights = signal.weight === undefined ? undefined : historyOf(signal.weight, period);
  const end = history.indexFrom(until);
  let [sum, weightSum, n] = [0, 0, 0];
  for (let index = history.indexFrom(from); index < end; index += 1) {
    const weight =
      weights === undefined ? 1 : weightAt(weights, history.at(index), signal.dueEveryMs);
    if (weight === undefined) continue;
    sum += history.value(index) * weight;
    weightSum += weight;
    n += 1;
  }
  const due = (until - from) / signal.dueEveryMs;
  return n < due * signal.shareMin || weightSum <= 0 ? undefined : sum / weightSum;
}

/** A period's reading stands at its start. */
export const PERIOD_MS: Record<Period, DurationMs> = {
  instant: 0,
  minute: 0,
  hour: HOUR_MS,
  day: DAY_MS,
};

function hasPoint(history: History | undefined, at: Instant): boolean {
  return history !== undefined && history.at(history.indexFrom(at)) === at;
}

function startOf(span: "day" | "month", at: Instant, zone: TimeZone): Instant {
  if (span === "day") return zone.startOfDay(at);
  const { year, month } = zone.local(at);
  return zone.instant(year, month, 1);
}

/** The newest weight at or before the time, not older than one that is due. */
function weightAt(weights: History, at: Instant, dueEveryMs: DurationMs): number | undefined {
  const index = weights.indexFrom(at + 1) - 1;
  return index < 0 || at - weights.at(index) >= dueEveryMs ? undefined : weights.value(index);
}

/** What begins so near the end of the plan's hours says nothing: a delay would end outside them. */
const PLAN_END_MS = 15 * MINUTE_MS;

/** 1 where the lamp contradicts its plan, 0 where it keeps it; nothing while it may be either. */
function againstPlan(
  signal: Extract<Signal, { kind: "against-plan" }>,
  isLit: number,
  now: Instant,
  { zone, place, attributes }: SignalContext,
): number | undefined {
  const plannedAt = (at: Instant) => plannedLight({ at, place, attributes, zone });
  const planned = plannedAt(now);
  if (planned !== signal.planned) return undefined;
  if (isLit === (planned === "lit" ? 1 : 0)) return 0;
  return plannedAt(now + PLAN_END_MS) === planned ? 1 : undefined;
}
