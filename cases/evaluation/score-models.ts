/**
 * Points by a score model: its terms, what strikes take off, what people have recorded beside, and the
 * grade. The two models that are shipped are data like a city's own. Pure.
 */
import type { DeductionMade, EvaluationExtra } from "../../model/evaluation.ts";
import { LIMITS } from "../../model/limits.ts";
import {
  Grade,
  GradeColour,
  ScoreModel,
  type ScoreTerm,
  type Strike,
} from "../../model/score-model.ts";
import { type Counts, roundTo } from "./counts.ts";
import { type Rates, ratesOf } from "./indicators.ts";

/** A fraud is no record of the history; it is recorded as an item. */
const STRIKES_OF_ONE_CITY = [
  {
    deductionId: "failed-check",
    mark: "failedCheck",
    ladder: [{ from: 1, points: 0.2 }],
    title: { zh: "核查不通过", en: "failed check" },
    source: "JH",
  },
  {
    deductionId: "third-failed-check",
    mark: "repeatedFailedCheck",
    ladder: [{ from: 1, points: 0.5 }],
    title: { zh: "同一案卷第三次及以上核查不通过", en: "third or later failed check of one case" },
    source: "JH",
  },
  {
    deductionId: "refused-return",
    mark: "refusedReturn",
    ladder: [{ from: 1, points: 1 }],
    title: { zh: "无理推诿", en: "groundless return" },
    source: "JH",
  },
];

export const SHIPPED_MODELS: Readonly<Record<"A" | "B", ScoreModel>> = {
  A: ScoreModel.parse({
    title: { zh: "部门评价", en: "departments" },
    terms: [
      {
        kind: "band",
        count: "reworks",
        points: 10,
        bands: [
          { upTo: 50, points: 10 },
          { upTo: 100, points: 9 },
          { upTo: 200, points: 7.5 },
          { upTo: 500, points: 6 },
          { upTo: 1_000, points: 4 },
        ],
      },
      { kind: "share", rate: "closeRate", points: 30 },
      { kind: "share", rate: "onTimeHandleRate", points: 30 },
      { kind: "rest", rate: "reworkRate", points: 30 },
    ],
    strikes: STRIKES_OF_ONE_CITY,
    source: "the model of departments of a running system, like the example of CJ/T 292's annex",
  }),
  B: ScoreModel.parse({
    title: { zh: "综合评价", en: "evaluation" },
    terms: [
      { kind: "share", rate: "handleRate", points: 30 },
      { kind: "share", rate: "onTimeHandleRate", points: 20 },
      { kind: "rest", rate: "reworkRate", points: 20 },
      { kind: "rest", rate: "overdueRate", points: 20 },
      { kind: "rest", rate: "extensionRate", points: 10 },
    ],
    strikes: STRIKES_OF_ONE_CITY,
    source: "the rule of a city's evaluation (JN)",
  }),
};

const LAST_BAND = { grade: Grade.enum.poor, colour: GradeColour.enum.red };

export function gradeOf(score: number, { grades }: Pick<ScoreModel, "grades">) {
  const { grade, colour } = grades.find(({ from }) => score >= from) ?? LAST_BAND;
  return { grade, colour };
}

/**
 * Points by the model. Where a term has nothing to judge the other terms stand for it; where nothing was
 * due there are none. A rate above 1 (more reworks than closed cases) counts as 1. `marks`: the mean of each.
 */
export function basePoints(
  { terms, decimals }: Pick<ScoreModel, "terms" | "decimals">,
  counts: Counts,
  marks: ReadonlyMap<string, number> = new Map(),
): number | null {
  const rates = ratesOf(counts);
  if (rates.handleRate === null) return null;
  let [points, of, whole] = [0, 0, 0];
  for (const term of terms) {
    const got = pointsOf(term, counts, rates, marks);
    whole += term.points;
    if (got === undefined) continue;
    points += got;
    of += term.points;
  }
  return of === 0 ? null : roundTo((points * whole) / of, decimals);
}

function pointsOf(
  term: ScoreTerm,
  counts: Counts,
  rates: Rates,
  marks: ReadonlyMap<string, number>,
): number | undefined {
  if (term.kind === "band") {
    return term.bands.find(({ upTo }) => counts[term.count] <= upTo)?.points ?? 0;
  }
  if (term.kind === "mark") {
    const mark = marks.get(term.markId);
    return mark === undefined ? undefined : term.points * within(mark / term.outOf);
  }
  const rate = rates[term.rate];
  if (rate === null) return undefined;
  return term.points * (term.kind === "share" ? within(rate) : 1 - within(rate));
}

const within = (share: number): number => Math.min(1, Math.max(0, share));

/** What strikes cost, by the numbers of the cases that are the evidence, one for each strike. */
export function strikesOf(
  { strikes }: Pick<ScoreModel, "strikes">,
  evidence: ReadonlyMap<Strike, readonly string[]>,
): DeductionMade[] {
  return strikes
    .flatMap(({ deductionId, mark, ladder }): DeductionMade[] => {
      const struck = evidence.get(mark) ?? [];
      if (struck.length === 0) return [];
      const caseNos = [...new Set(struck)].sort().slice(0, LIMITS.evaluationEvidenceMax);
      const points = roundTo(costOf(ladder, struck.length), 2);
      return [{ deductionId, points, count: struck.length, caseNos }];
    })
    .sort((a, b) => (a.deductionId < b.deductionId ? -1 : 1));
}

function costOf(ladder: ScoreModel["strikes"][number]["ladder"], count: number): number {
  return ladder.reduce((sum, { from, points }, index) => {
    const to = Math.min(count, (ladder[index + 1]?.from ?? count + 1) - 1);
    return sum + Math.max(0, to - from + 1) * points;
  }, 0);
}

/** May be above 100 where the model or a bonus gives so much; not under 0. */
export function scoreOf(
  base: number,
  deductions: readonly Pick<DeductionMade, "points">[],
  { decimals, items }: Pick<ScoreModel, "decimals" | "items">,
  extras: readonly Pick<EvaluationExtra, "kind" | "points">[] = [],
): number {
  const taken = deductions.reduce((sum, { points }) => sum + points, 0);
  const sumOf = (wanted: EvaluationExtra["kind"]): number =>
    extras.reduce((sum, { kind, points }) => (kind === wanted ? sum + points : sum), 0);
  const bonus = Math.min(items.bonusMax, sumOf("bonus"));
  const off = Math.min(items.deductionMax, sumOf("deduction"));
  return Math.max(0, roundTo(base + bonus - taken - off, decimals));
}
