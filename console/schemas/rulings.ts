/** Rulings of consultations: what is asked for, and a ruling as it is shown. */
import { z } from "zod";
import { UnitId } from "../../model/ids.ts";
import { Ruling, RulingId, RulingScope } from "../../model/ruling.ts";
import { CaseAnswer } from "./cases.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";

const Text = z.string().trim().min(1).max(2000);

export const RulingBody = z
  .strictObject({
    unitId: UnitId,
    reason: Text,
    scope: RulingScope.optional().describe("the case's own category and street when absent"),
    validUntil: TimeParameter.optional(),
    version: z.int().positive().optional().describe("of the case"),
  })
  .meta({ id: "NewRuling" });
export const RulingAnswer = z
  .object({
    ...Ruling.shape,
    ruledAt: IsoTime,
    validUntil: IsoTime.optional(),
    revokedAt: IsoTime.optional(),
  })
  .meta({ id: "Ruling" });
export type RulingAnswer = z.infer<typeof RulingAnswer>;
export const RulingPage = pageOf(RulingAnswer);
export const RulingMade = z.object({ case: CaseAnswer, ruling: RulingAnswer });
export const RulingQuery = PageQuery.extend({
  unitId: UnitId.optional(),
  categoryCode: RulingScope.shape.categoryCode,
});
export const RulingParams = z.strictObject({ rulingId: RulingId });
export const RevokeBody = z
  .strictObject({ reason: Text, version: z.int().positive().optional() })
  .meta({ id: "Revocation" });
