/**
 * What a window of a series comes to: its mean, its ends, how far they lie apart, a quantile. Pure;
 * means and ends allocate nothing in proportion to the window.
 */
import type { Instant } from "../model/clock.ts";
import type { Signal } from "../model/rule.ts";
import type { History } from "./series-history.ts";

type WindowFn = Extract<Signal, { kind: "window" }>["fn"];

export function windowValue(
  fn: WindowFn,
  history: History,
  from: Instant,
  pointsMin: number,
): number | undefined {
  const first = history.indexFrom(from);
  const n = history.count - first;
  if (n < Math.max(1, pointsMin)) return undefined;
  switch (fn) {
    case "mean":
      return meanFrom(history, first);
    case "min":
      return endsFrom(history, first).min;
    case "max":
      return endsFrom(history, first).max;
    case "range": {
      const { min, max } = endsFrom(history, first);
      return max - min;
    }
    case "p50":
      return quantile(valuesFrom(history, first), 0.5);
    case "p90":
      return quantile(valuesFrom(history, first), 0.9);
    case "p95":
      return quantile(valuesFrom(history, first), 0.95);
  }
}

function meanFrom(history: History, first: number): number {
  const { count } = history;
  let sum = 0;
  for (let index = first; index < count; index += 1) sum += history.value(index);
  return sum / (count - first);
}

function endsFrom(history: History, first: number): { min: number; max: number } {
  const { count } = history;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let index = first; index < count; index += 1) {
    const value = history.value(index);
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return { min, max };
}

function valuesFrom(history: History, first: number): number[] {
  const values: number[] = [];
  for (let index = first; index < history.count; index += 1) values.push(history.value(index));
  return values;
}

/** Linear between the two nearest ranks. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? Number.NaN;
  const above = sorted[Math.ceil(rank)] ?? Number.NaN;
  return below + (above - below) * (rank - Math.floor(rank));
}
