/**
 * A score model as a city sets it: by which rates points are given, what is taken off and added, from where
 * on which grade begins. Data: nothing of it is in the code, and nothing stops at 100.
 */
import { z } from "zod";
import { CaseSource } from "./case.ts";
import { COUNT_NAMES, RATE_NAMES } from "./indicator.ts";

export const ScoreModelId = z.string().regex(/^[A-Za-z0-9-]{1,20}$/, "letters, digits and -");

const Title = z.strictObject({
  zh: z.string().trim().min(1).max(100),
  en: z.string().trim().min(1).max(100),
});
const Name = z.string().regex(/^[a-z0-9-]{1,40}$/, "small letters, digits and -");
const Points = z.number().positive().max(1_000);

/**
 * `share`: points × rate. `rest`: points × (1 − rate). `band`: the points of the first band that holds the
 * count. `mark`: points × the mean of third parties' marks of that name / `outOf`. A term with
 * nothing to judge is stood for by the others.
 */
const Term = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("share"), rate: z.enum(RATE_NAMES), points: Points }),
  z.strictObject({ kind: z.literal("rest"), rate: z.enum(RATE_NAMES), points: Points }),
  z.strictObject({
    kind: z.literal("band"),
    count: z.enum(COUNT_NAMES),
    points: Points,
    bands: z
      .array(z.strictObject({ upTo: z.int().min(0), points: z.number().min(0) }))
      .min(1)
      .max(20),
  }),
  z.strictObject({
    kind: z.literal("mark"),
    markId: Name,
    points: Points,
    outOf: z.number().positive().max(1_000),
  }),
]);
export type ScoreTerm = z.infer<typeof Term>;

/** What a strike is: each is a record in a case's history. */
export const STRIKES = [
  "failedCheck",
  "repeatedFailedCheck",
  "refusedReturn",
  "relapse",
  "rework",
] as const;
export type Strike = (typeof STRIKES)[number];

/** The n-th strike of a period costs the points of the last rung that begins at n or before. */
const StrikeLadder = z.strictObject({
  deductionId: Name,
  mark: z.enum(STRIKES),
  title: Title,
  ladder: z
    .array(
      z.strictObject({ from: z.int().min(1).max(100_000), points: z.number().min(0).max(100) }),
    )
    .min(1)
    .max(20),
  source: z.string().max(200),
});

export const Grade = z.enum(["excellent", "good", "fair", "poor"]);
export type Grade = z.infer<typeof Grade>;
export const GradeColour = z.enum(["green", "blue", "yellow", "red"]);
export type GradeColour = z.infer<typeof GradeColour>;

const GradeBand = z.strictObject({ from: z.number(), grade: Grade, colour: GradeColour });

export const ScoreModel = z
  .strictObject({
    title: Title,
    terms: z.array(Term).min(1).max(50),
    /** A case of that source counts so often in what the points are made of; 1 unless said. */
    sourceWeights: z.partialRecord(CaseSource, z.number().min(0).max(10)).optional(),
    strikes: z.array(StrikeLadder).max(20).default([]),
    /** Bonus and deduction items that people record: so many points of each at most. */
    items: z
      .strictObject({
        bonusMax: z.number().min(0).max(1_000),
        deductionMax: z.number().min(0).max(1_000),
      })
      .default({ bonusMax: 0, deductionMax: 1_000 }),
    /** Items and marks count that were recorded until so many days after the period's end. */
    settleDays: z.int().min(0).max(120).default(0),
    /** The best first; below the last one: poor, red. */
    grades: z
      .array(GradeBand)
      .min(1)
      .max(10)
      .default([
        { from: 90, grade: "excellent", colour: "green" },
        { from: 80, grade: "good", colour: "blue" },
        { from: 60, grade: "fair", colour: "yellow" },
      ]),
    decimals: z.int().min(0).max(4).default(2),
    source: z.string().min(1).max(500),
  })
  .superRefine(({ terms, strikes, grades }, context) => {
    const fault = (path: (string | number)[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    for (const [n, term] of terms.entries()) {
      if (term.kind === "band" && !isDescending(term)) {
        fault(
          ["terms", n, "bands"],
          "must rise in count and fall in points, none above the term's",
        );
      }
    }
    for (const [n, { ladder }] of strikes.entries()) {
      if (ladder[0]?.from !== 1) fault(["strikes", n, "ladder", 0, "from"], "the first is 1");
      if (!isRising(ladder))
        fault(["strikes", n, "ladder"], "each rung begins after the one before");
    }
    if (!isRising([...grades].reverse())) fault(["grades"], "the best first, each from less");
    const ids = strikes.map(({ deductionId }) => deductionId);
    if (new Set(ids).size < ids.length) fault(["strikes"], "each deductionId once");
  });
export type ScoreModel = z.infer<typeof ScoreModel>;

type Band = Extract<ScoreTerm, { kind: "band" }>;

function isDescending({ bands, points: whole }: Band): boolean {
  return bands.every(({ upTo, points }, index) => {
    const before = bands[index - 1];
    return points <= whole && (!before || (upTo > before.upTo && points < before.points));
  });
}

const isRising = (steps: readonly { from: number }[]): boolean =>
  steps.every(({ from }, index) => from > (steps[index - 1]?.from ?? Number.NEGATIVE_INFINITY));
