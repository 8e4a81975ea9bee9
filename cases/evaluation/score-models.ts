/**
 * How points are given, as data: two models, what is taken off, and the bands of grades. A city may
 * have others; these are checked on load like its own would be.
 */
import { z } from "zod";
import {
  type DeductionMade,
  Grade,
  GradeColour,
  type ScoreModelId,
} from "../../model/evaluation.ts";
import { type CountName, type Counts, roundTo } from "./counts.ts";
import { RATE_NAMES, type RateName, ratesOf } from "./indicators.ts";

const Rate = z.enum(RATE_NAMES);

/** `share`: points × rate. `rest`: points × (1 − rate). `band`: the points of the first band that holds the count. */
const Term = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("share"), rate: Rate, points: z.number().positive() }),
  z.strictObject({ kind: z.literal("rest"), rate: Rate, points: z.number().positive() }),
  z.strictObject({
    kind: z.literal("band"),
    count: z.string(),
    points: z.number().positive(),
    bands: z.array(z.strictObject({ upTo: z.int().min(0), points: z.number().min(0) })).min(1),
  }),
]);

const ScoreModel = z
  .strictObject({
    modelId: z.enum(["A", "B"]),
    terms: z.array(Term).min(1),
    decimals: z.int().min(0).max(4),
    source: z.string(),
  })
  .refine(({ terms }) => terms.every(isDescending), "bands must rise in count and fall in points");

type ScoreModel = z.infer<typeof ScoreModel>;
type Term = z.infer<typeof Term>;

function isDescending(term: Term): boolean {
  if (term.kind !== "band") return true;
  return term.bands.every(({ upTo, points }, index) => {
    const before = term.bands[index - 1];
    return points <= term.points && (!before || (upTo > before.upTo && points < before.points));
  });
}

export const SCORE_MODELS: Readonly<Record<ScoreModelId, ScoreModel>> = {
  A: ScoreModel.parse({
    modelId: "A",
    terms: [
      {
        kind: "band",
        count: "reworks" satisfies CountName,
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
    decimals: 2,
    source: "the model of departments of a running system, like the example of CJ/T 292's annex",
  }),
  B: ScoreModel.parse({
    modelId: "B",
    terms: [
      { kind: "share", rate: "handleRate", points: 30 },
      { kind: "share", rate: "onTimeHandleRate", points: 20 },
      { kind: "rest", rate: "reworkRate", points: 20 },
      { kind: "rest", rate: "overdueRate", points: 20 },
      { kind: "rest", rate: "extensionRate", points: 10 },
    ],
    decimals: 2,
    source: "the rule of a city's evaluation (JN)",
  }),
};

const Deduction = z.strictObject({
  deductionId: z.string(),
  /** Each time. */
  points: z.number().positive(),
  /** What in a case's history is the evidence. */
  mark: z.enum(["failedCheck", "repeatedFailedCheck", "refusedReturn"]),
  title: z.strictObject({ zh: z.string(), en: z.string() }),
  source: z.string(),
});

/** A fraud is no record of the history; it comes with imported marks. */
export const DEDUCTIONS = z.array(Deduction).parse([
  {
    deductionId: "failed-check",
    points: 0.2,
    mark: "failedCheck",
    title: { zh: "核查不通过", en: "failed check" },
    source: "JH",
  },
  {
    deductionId: "third-failed-check",
    points: 0.5,
    mark: "repeatedFailedCheck",
    title: { zh: "同一案卷第三次及以上核查不通过", en: "third or later failed check of one case" },
    source: "JH",
  },
  {
    deductionId: "refused-return",
    points: 1,
    mark: "refusedReturn",
    title: { zh: "无理推诿", en: "groundless return" },
    source: "JH",
  },
]);

const BANDS = z
  .array(z.strictObject({ from: z.number(), grade: Grade, colour: GradeColour }))
  .parse([
    { from: 90, grade: "excellent", colour: "green" },
    { from: 80, grade: "good", colour: "blue" },
    { from: 60, grade: "fair", colour: "yellow" },
  ]);
const LAST_BAND = { grade: Grade.enum.poor, colour: GradeColour.enum.red };

export function gradeOf(score: number): Pick<(typeof BANDS)[number], "grade" | "colour"> {
  const { grade, colour } = BANDS.find(({ from }) => score >= from) ?? LAST_BAND;
  return { grade, colour };
}

/**
 * Points by the model. Where a term's rate is null the other terms stand for it; where nothing was
 * due there are none. A rate above 1 (more reworks than closed cases) counts as 1.
 */
export function basePoints({ terms, decimals }: ScoreModel, counts: Counts): number | null {
  const rates = ratesOf(counts);
  if (rates.handleRate === null) return null;
  let [points, of, whole] = [0, 0, 0];
  for (const term of terms) {
    const got = pointsOf(term, counts, rates);
    whole += term.points;
    if (got === undefined) continue;
    points += got;
    of += term.points;
  }
  return of === 0 ? null : roundTo((points * whole) / of, decimals);
}

function pointsOf(
  term: Term,
  counts: Counts,
  rates: Record<RateName, number | null>,
): number | undefined {
  if (term.kind === "band") {
    const count = counts[term.count as CountName];
    return term.bands.find(({ upTo }) => count <= upTo)?.points ?? 0;
  }
  const rate = rates[term.rate];
  if (rate === null) return undefined;
  const counted = Math.min(1, Math.max(0, rate));
  return term.points * (term.kind === "share" ? counted : 1 - counted);
}

/** Not under 0. */
export function scoreOf(
  base: number,
  deductions: readonly Pick<DeductionMade, "points">[],
  { decimals }: ScoreModel,
): number {
  const taken = deductions.reduce((sum, { points }) => sum + points, 0);
  return Math.max(0, roundTo(base - taken, decimals));
}
