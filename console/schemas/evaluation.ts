/** Evaluation (综合评价) as it is asked for and shown. */
import { z } from "zod";
import { CaseState } from "../../model/case.ts";
import { EvaluationSubject } from "../../model/evaluation.ts";
import { Grade, GradeColour, ScoreModelId } from "../../model/score-model.ts";
import { IsoTime, PageQuery, pageOf } from "./common.ts";

export const EvaluationQuery = z.strictObject({
  period: z
    .string()
    .max(20)
    .describe(
      "a day `2026-11-27` (without scores), a week `2026-W47`, a month `2026-11`, a quarter `2026-Q4` or a year `2026`",
    ),
  subject: EvaluationSubject,
  model: ScoreModelId.default("B").describe("by which points are given"),
});

export type EvaluationQuery = z.infer<typeof EvaluationQuery>;

export const CountedCasesQuery = PageQuery.extend({
  ...EvaluationQuery.omit({ model: true }).shape,
  subjectId: z.string().min(1).max(64).describe("as an item of the evaluation has it"),
  indicator: z.string().max(40).describe("a count, no rate: `overdueUnhandled`"),
});
export type CountedCasesQuery = z.infer<typeof CountedCasesQuery>;

const Change = z.object({ score: z.number().nullable(), rank: z.int().nullable() });

const Item = z.object({
  subjectId: z.string(),
  name: z.string().optional(),
  kind: z.string().optional().describe("kind of the unit"),
  unitId: z.string().optional().describe("of a crew"),
  peerGroup: z.string().optional().describe("ranks are within it"),
  indicators: z
    .record(z.string(), z.number().nullable())
    .describe("counts, and rates to 4 decimals; null: nothing is under the line"),
  basePoints: z.number().nullable().describe("by the model, before deductions"),
  deductions: z.array(
    z.object({
      deductionId: z.string(),
      points: z.number(),
      count: z.int(),
      caseNos: z.array(z.string()).describe("the evidence, 20 at most"),
    }),
  ),
  extras: z
    .array(
      z.object({
        itemId: z.string(),
        kind: z.enum(["bonus", "deduction"]),
        points: z.number(),
        reason: z.string(),
      }),
    )
    .describe("items that people recorded, the newest 20"),
  marks: z.record(z.string(), z.number()).describe("the mean of third parties' marks, by name"),
  score: z.number().nullable().describe("null: nothing was due, so nothing is judged"),
  grade: Grade.nullable(),
  colour: GradeColour.nullable(),
  rank: z.int().nullable().describe("ties share one; null: not ranked"),
  rankedOf: z.int().describe("how many of the peer group are ranked"),
  change: Change.describe(
    "against the period before; null where either has none. A rank that fell by one is 1",
  ),
  changeOnLastYear: Change.describe("against the same period a year ago, with the ranks of then"),
});

export const EvaluationAnswer = z
  .object({
    period: z.string(),
    from: IsoTime,
    to: IsoTime.describe("exclusive"),
    subject: EvaluationSubject,
    model: ScoreModelId,
    modelVersion: z.int().describe("0: as it was shipped"),
    asOf: IsoTime.describe("what came later does not count: the period's end, or now"),
    isOver: z
      .boolean()
      .describe("false: the period runs, and is compared with the same part of the others"),
    verified: z
      .boolean()
      .describe("the records of the period, and of those it is compared with, were as written"),
    fault: z
      .object({
        kind: z.string(),
        chainSeq: z.int().optional(),
        caseNo: z.string().optional(),
        seq: z.int().optional(),
        message: z.string(),
      })
      .optional()
      .describe("the first record that was not"),
    items: z.array(Item).describe("the best of each peer group first"),
  })
  .meta({ id: "Evaluation" });
export type EvaluationAnswer = z.infer<typeof EvaluationAnswer>;

export const CountedCasesAnswer = pageOf(
  z.object({
    caseNo: z.string(),
    count: z.int().describe("how often it is counted: of a case dispatched twice, 2"),
    reportedAt: IsoTime,
    state: CaseState.describe("at `asOf`"),
  }),
)
  .extend({
    asOf: IsoTime,
    total: z.int().describe("the figure: all cases, each as often as it is counted"),
  })
  .meta({ id: "CountedCases" });
