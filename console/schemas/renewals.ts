/** The renewal list as it is asked for and shown. */
import { z } from "zod";
import { UnitId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";
import { EvaluationAnswer } from "./evaluation.ts";

export const RenewalQuery = PageQuery.extend({
  to: TimeParameter.optional().describe("what is filed later does not count; now unless said"),
  unitId: UnitId.optional().describe("of the newest case"),
});
export type RenewalQuery = z.infer<typeof RenewalQuery>;

const Item = z.object({
  assetId: z.string(),
  class: z.string().optional().describe("as it is registered now, and so is the name"),
  name: z.string().optional(),
  conditionId: z.string(),
  title: z
    .object({ zh: z.string(), en: z.string() })
    .optional()
    .describe("of the condition as it is in force now"),
  unitId: z.string().optional().describe("of the newest case that has one"),
  count: z.int().describe("cases filed within 90 days"),
  firstAt: IsoTime.describe("when the first of them was filed"),
  lastAt: IsoTime.describe("when the last of them was filed"),
  caseNos: z
    .array(z.string())
    .describe(`the newest first, ${LIMITS.renewalCaseNosMax} at most; all are counted`),
});

const { verified, fault } = EvaluationAnswer.shape;

export const RenewalAnswer = pageOf(Item)
  .extend({ asOf: IsoTime.describe("`to`, or now"), verified, fault })
  .meta({ id: "Renewals" });
