/** Score models, and what people record beside the cases, as they are put and shown. */
import { z } from "zod";
import { NewItem } from "../../model/evaluation-item.ts";
import { LIMITS } from "../../model/limits.ts";
import { ScoreModel, ScoreModelId } from "../../model/score-model.ts";
import { IsoTime, PageQuery, pageOf } from "./common.ts";

export const ModelParams = z.strictObject({ modelId: ScoreModelId });
export const ModelQuery = z.strictObject({
  version: z.coerce.number().int().min(0).optional().describe("the one that is to be changed"),
});
export const ModelBody = ScoreModel.meta({ id: "ScoreModel" });
export const ModelAnswer = z
  .object({
    modelId: z.string(),
    version: z.int().describe("0: as it was shipped"),
    model: ModelBody,
    changedAt: IsoTime.optional(),
    changedBy: z.string().optional(),
  })
  .meta({ id: "KeptScoreModel" });
export const ModelList = z.object({ items: z.array(ModelAnswer) });

export const ItemParams = z.strictObject({ itemId: z.string().max(40) });
export const ItemQuery = PageQuery.extend({
  period: z.string().max(20).optional(),
  subjectId: z.string().max(64).optional(),
});
export const ItemsBody = z
  .union([
    z.strictObject({ items: z.array(NewItem).min(1).max(LIMITS.evaluationItemsPerCallMax) }),
    z.strictObject({ csv: z.string() }),
  ])
  .meta({ id: "EvaluationItems" });
export const RevokeBody = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export const ItemAnswer = z
  .object({
    itemId: z.string(),
    kind: z.string(),
    period: z.string(),
    subject: z.string(),
    subjectId: z.string(),
    points: z.number(),
    markId: z.string().optional(),
    reason: z.string(),
    evidence: z.array(z.string()),
    at: IsoTime,
    by: z.string(),
    revoked: z.object({ at: IsoTime, by: z.string(), reason: z.string() }).optional(),
  })
  .meta({ id: "EvaluationItem" });
export const ItemPage = pageOf(ItemAnswer);
export const ItemList = z.object({ items: z.array(ItemAnswer) });
