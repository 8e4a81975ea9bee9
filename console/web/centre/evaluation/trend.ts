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

/** To 2, 4, 6 or 10 times a power of ten, so that half of it is round, too. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([2, 4, 6].find((step) => step * power >= value) ?? 10);
}

export interface Point {
  x: number;
  y: number;
}

/** Runs of points that are joined; a point alone is a run of one. */
export function runsOf(
  { values }: Pick<TrendLine, "values">,
  { width, height, top }: { width: number; height: number; top: number },
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
    run.push({ x, y: top === 0 ? height : height - (value / top) * height });
  }
  return run.length > 0 ? [...runs, run] : runs;
}
