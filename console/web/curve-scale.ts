/** What a curve shows, without drawing it: the range of values, where the line breaks, the labels. */
export type Point = readonly [number, number];

/** A pause longer than this many usual steps is a gap, */
const GAP_STEPS = 3.5;
/** unless it is short: a device that hurries in an alarm has not been silent before. */
const GAP_MS_MIN = 15 * 60_000;
export const HOUR_MS = 3_600_000;
export const SPAN_MS_MAX = 24 * HOUR_MS;
const SPANS_MS = [HOUR_MS, 6 * HOUR_MS, SPAN_MS_MAX];
const TICKS = 4;
const MARGIN_SHARE = 0.08;
const MARGIN_SHARE_OF_VALUE = 0.02;
const MARGIN_MIN = 0.1;

/** Lowest and highest shown value, with room above and below; never of no height. */
export function rangeOf(
  lines: readonly (readonly Point[])[],
  limits: readonly number[],
  isBoolean: boolean,
): [number, number] {
  if (isBoolean) return [0, 1];
  let low = Math.min(...limits, Infinity);
  let high = Math.max(...limits, -Infinity);
  for (const line of lines) {
    for (const [, value] of line) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  const margin = Math.max(
    (high - low) * MARGIN_SHARE,
    Math.abs(high) * MARGIN_SHARE_OF_VALUE,
    MARGIN_MIN,
  );
  // What is never below nought gets no axis below it.
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}

/** The shortest span to look back on that holds every point; a young platform fills its curve too. */
export function spanOf(lines: readonly (readonly Point[])[], to: number): number {
  const first = lines.reduce((oldest, line) => Math.min(oldest, line[0]?.[0] ?? to), to);
  return SPANS_MS.find((span) => first >= to - span && first < to) ?? SPAN_MS_MAX;
}

/** The line in parts: between two of them nothing was measured. */
export function partsOf(line: readonly Point[]): Point[][] {
  const gapMs = Math.max(usualStep(line) * GAP_STEPS, GAP_MS_MIN);
  const parts: Point[][] = [];
  let before: Point | undefined;
  for (const point of line) {
    if (before === undefined || point[0] - before[0] > gapMs) parts.push([]);
    parts.at(-1)?.push(point);
    before = point;
  }
  return parts;
}

function usualStep(line: readonly Point[]): number {
  const steps = line
    .slice(1)
    .map((point, n) => point[0] - (line[n]?.[0] ?? 0))
    .sort((a, b) => a - b);
  return steps[Math.floor(steps.length / 2)] ?? Infinity;
}

export const tickStepOf = (spanMs: number): number => spanMs / TICKS;

/** Few enough digits for the axis, enough to tell its labels apart. */
export function axisLabel(value: number, span: number): string {
  const decimals = Math.max(0, Math.min(3, 1 - Math.floor(Math.log10(span))));
  const text = value.toFixed(decimals);
  return Number(text) === 0 ? (0).toFixed(decimals) : text;
}
