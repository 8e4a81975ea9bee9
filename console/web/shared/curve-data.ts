/**
 * What a curve shows, without drawing it: where its lines break, its range of values, its ticks, what
 * is said of it. Times are ms since 1970; no point between two parts means that nothing was measured.
 */
import { formatHour, formatTime, ticksOf } from "./platform-time.ts";

/** null: told to be no value. */
export type CurvePoint = readonly [number, number | null];
export interface CurveSeries {
  name: string;
  unit: string;
  points: readonly CurvePoint[];
  /** Of a boolean: what 0 and 1 mean. It stays as it was until it changes. */
  states?: readonly [string, string];
}
export interface CurveLimit {
  value: number;
  label: string;
}
/** An alarm or a case on the curve; without `until` it stands at one time. */
export interface CurveMark {
  kind: string;
  /** What marks of this kind are called; each kind has a row of its own. */
  kindName: string;
  at: number;
  until?: number;
  label: string;
}
export interface Span {
  from: number;
  to: number;
}

/** A pause longer than this many usual steps is a gap, */
const GAP_STEPS = 3.5;
/** unless it is short: a device that hurries in an alarm has not been silent before. */
const GAP_MS_MIN = 15 * 60_000;

/** The points in parts: between two of them nothing was measured. */
export function partsOf(points: readonly CurvePoint[]): [number, number][][] {
  const gapMs = Math.max(usualStep(points) * GAP_STEPS, GAP_MS_MIN);
  const parts: [number, number][][] = [];
  let before: number | undefined;
  for (const [at, value] of points) {
    if (value === null) {
      before = undefined;
      continue;
    }
    if (before === undefined || at - before > gapMs) parts.push([]);
    parts.at(-1)?.push([at, value]);
    before = at;
  }
  return parts;
}

function usualStep(points: readonly CurvePoint[]): number {
  const steps = points
    .slice(1)
    .map(([at], n) => at - (points[n]?.[0] ?? 0))
    .sort((a, b) => a - b);
  return steps[Math.floor((steps.length - 1) / 2)] ?? Infinity;
}

type Column = (number | null | undefined)[];

/**
 * One row of times, and of each series its values at them: null where it has a gap, undefined where
 * only another series has a value.
 */
export function alignedOf(series: readonly CurveSeries[]): [number[], ...Column[]] {
  const columns = series.map(({ points }) => {
    const values = new Map<number, number | null>();
    for (const part of partsOf(points)) {
      const [first] = part[0] ?? [0];
      const last = [...values.keys()].at(-1);
      if (last !== undefined) values.set((last + first) / 2, null);
      for (const [at, value] of part) values.set(at, value);
    }
    return values;
  });
  const times = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return [times, ...columns.map((column) => times.map((at) => column.get(at)))];
}

const MARGIN_SHARE = 0.08;
const MARGIN_SHARE_OF_VALUE = 0.02;
const MARGIN_MIN = 0.1;

/** Lowest and highest shown value with room above and below; what is never below nought gets no axis below it. */
export function rangeOf(low: number, high: number, limits: readonly number[]): [number, number] {
  const least = Math.min(low, ...limits);
  const most = Math.max(high, ...limits);
  if (!Number.isFinite(least) || !Number.isFinite(most)) return [0, 1];
  const margin = Math.max(
    (most - least) * MARGIN_SHARE,
    Math.abs(most) * MARGIN_SHARE_OF_VALUE,
    MARGIN_MIN,
  );
  return [least >= 0 ? Math.max(0, least - margin) : least - margin, most + margin];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 5, 10, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
];

/** Round times of the platform's zone, as many as fit, with what is written at each. */
export function timeTicks(
  { from, to }: Span,
  ticksMax: number,
  offsetMinutes: number,
): { at: number; text: string }[] {
  const step = STEPS.find((each) => (to - from) / each <= ticksMax) ?? STEPS.at(-1) ?? DAY;
  return ticksOf(from, to, step, offsetMinutes).map((at, n) => {
    const text = formatTime(at, offsetMinutes);
    const day = text.slice(5, 10);
    if (step >= DAY) return { at, text: day };
    const hour = step < MINUTE ? text.slice(11, 19) : formatHour(at, offsetMinutes);
    const isNewDay = text.slice(11, 19) === "00:00:00";
    return { at, text: n === 0 || isNewDay ? `${hour}\n${day}` : hour };
  });
}

const SPAN_MS_MIN = 10 * SECOND;

/** Nearer (`factor` below 1) or further around the middle of the view, within the whole. */
export function zoomed(view: Span, whole: Span, factor: number): Span {
  const middle = (view.from + view.to) / 2;
  const half = Math.max(((view.to - view.from) * factor) / 2, SPAN_MS_MIN / 2);
  return within({ from: middle - half, to: middle + half }, whole);
}

/** Moved by a share of what is shown, within the whole. */
export function moved(view: Span, whole: Span, share: number): Span {
  const by = (view.to - view.from) * share;
  return within({ from: view.from + by, to: view.to + by }, whole);
}

export function within({ from, to }: Span, whole: Span): Span {
  const size = Math.min(to - from, whole.to - whole.from);
  const start = Math.min(Math.max(from, whole.from), whole.to - size);
  return { from: Math.round(start), to: Math.round(start + size) };
}

export interface Seen {
  count: number;
  gaps: number;
  low: number;
  high: number;
  last: [number, number];
}

/** Of one series, what lies in the view; undefined where nothing does. */
export function seenOf(points: readonly CurvePoint[], { from, to }: Span): Seen | undefined {
  const parts = partsOf(points)
    .map((part) => part.filter(([at]) => at >= from && at <= to))
    .filter((part) => part.length > 0);
  const all = parts.flat();
  const last = all.at(-1);
  if (last === undefined) return undefined;
  const found = { count: all.length, gaps: parts.length - 1, low: last[1], high: last[1], last };
  for (const [, value] of all) {
    found.low = Math.min(found.low, value);
    found.high = Math.max(found.high, value);
  }
  return found;
}

/** At most three decimals, none that says nothing. */
export const plainNumber = (value: number): string => String(Number(value.toFixed(3)));

export function valueText(value: number, { unit, states }: Omit<CurveSeries, "points">): string {
  if (states !== undefined) return states[value === 0 ? 0 : 1];
  return unit === "" ? plainNumber(value) : `${plainNumber(value)} ${unit}`;
}
