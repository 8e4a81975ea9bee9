/** A figure of some subjects over periods as lines in a box, with gaps where there is none. Pure. */
import type { EvaluationAnswer } from "../../shared/platform-types.ts";
import { isRate } from "./figures.ts";

export interface TrendLine {
  subjectId: string;
  /** One a period; null: nothing to show, also where it is not loaded yet. */
  values: (number | null)[];
}

/** `of` is `score` or the name of an indicator. */
export function linesOf(
  answers: readonly (Pick<EvaluationAnswer, "items"> | undefined)[],
  subjectIds: readonly string[],
  of: string,
): TrendLine[] {
  return subjectIds.map((subjectId) => ({
    subjectId,
    values: answers.map((answer) => {
      const item = answer?.items.find((each) => each.subjectId === subjectId);
      const value = of === "score" ? item?.score : item?.indicators[of];
      return value ?? null;
    }),
  }));
}

const SCORE_MAX = 100;

/** The upper end of the scale: points to 100, rates to 1, counts to a round number; more where more is. */
export function topOf(lines: readonly TrendLine[], of: string): number {
  const most = Math.max(0, ...lines.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const usual = of === "score" ? SCORE_MAX : isRate(of) ? 1 : 0;
  return most <= usual ? usual : roundUp(most);
}

const STEPS = 10;

/**
 * The lower end: 0, or where all lie in the upper half of a scale of points or rates the tenth of it below
 * them, so that what is close together is told apart.
 */
export function bottomOf(lines: readonly TrendLine[], of: string, top: number): number {
  const least = Math.min(
    ...lines.flatMap(({ values }) => values.filter((value) => value !== null)),
  );
  const isShare = of === "score" || isRate(of);
  if (!isShare || !Number.isFinite(least) || least < top / 2) return 0;
  return (Math.min(Math.floor((least / top) * STEPS), STEPS - 1) * top) / STEPS;
}

/** Heights of names at the ends of lines, each at least so far below the one above it, in their order. */
export function spread(heights: readonly number[], gap: number): number[] {
  const sorted = heights.map((height, index) => ({ height, index }));
  sorted.sort((a, b) => a.height - b.height);
  const placed: number[] = [];
  let next = -Infinity;
  for (const { height, index } of sorted) {
    placed[index] = Math.max(height, next);
    next = (placed[index] ?? 0) + gap;
  }
  return placed;
}

/** To 2, 4, 6 or 10 times a power of ten, so that half of it is round, too. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([2, 4, 6].find((step) => step * power >= value) ?? 10);
}

export interface Point {
  x: number;
  y: number;
}

export interface TrendBox {
  width: number;
  height: number;
  top: number;
  bottom?: number;
}

/** Runs of points that are joined; a point alone is a run of one. */
export function runsOf(
  { values }: Pick<TrendLine, "values">,
  { width, height, top, bottom = 0 }: TrendBox,
): Point[][] {
  const runs: Point[][] = [];
  let run: Point[] = [];
  for (const [index, value] of values.entries()) {
    if (value === null) {
      if (run.length > 0) runs.push(run);
      run = [];
      continue;
    }
    const x = values.length < 2 ? width / 2 : (index / (values.length - 1)) * width;
    const share = top === bottom ? 0 : (value - bottom) / (top - bottom);
    run.push({ x, y: height - share * height });
  }
  return run.length > 0 ? [...runs, run] : runs;
}
