/** Publications of evaluations as they are asked for and shown. */
import { z } from "zod";
import { PublicationId, PublicationKind, PublicationState } from "../../model/publication.ts";
import { ScoreModelId } from "../../model/score-model.ts";
import { IsoTime, PageQuery, pageOf } from "./common.ts";
import { EvaluationAnswer, EvaluationQuery } from "./evaluation.ts";
import { LastPlacesAnswer } from "./last-places.ts";
import { RenewalAnswer } from "./renewals.ts";

const Period = EvaluationQuery.shape.period;
const Lang = z.enum(["zh", "en"]).default("zh");

export const PublicationQuery = PageQuery.extend({
  kind: PublicationKind.optional(),
  period: Period.optional(),
  state: PublicationState.optional(),
});
export const PublicationParams = z.strictObject({ publicationId: PublicationId });
export const LangQuery = z.strictObject({ lang: Lang });
export const ExportQuery = EvaluationQuery.extend({ lang: Lang });
export const RanksParams = z.strictObject({ period: Period });

export const PublicationBody = z
  .strictObject({ period: Period, model: ScoreModelId.default("B") })
  .meta({ id: "NewPublication" });
const version = z.int().positive().optional().describe("the one that you saw");
export const ApproveBody = z.strictObject({ version }).meta({ id: "Approve" });
export const WithdrawBody = z
  .strictObject({ version, reason: z.string().trim().min(1).max(500) })
  .meta({ id: "Withdraw" });

const { verified, fault } = EvaluationAnswer.shape;

export const PublicationAnswer = z
  .object({
    publicationId: z.string().describe("the period and the number of its edition"),
    kind: PublicationKind,
    period: z.string(),
    from: IsoTime,
    to: IsoTime.describe("exclusive"),
    edition: z.int().describe("from 1; a further one says something else"),
    version: z.int().describe("of its state, from 1"),
    state: PublicationState,
    model: ScoreModelId,
    computedAt: IsoTime,
    verified,
    fault,
    hash: z.string().describe("SHA-256 of the brief as it is kept"),
    approvedBy: z.string().optional(),
    approvedAt: IsoTime.optional(),
    withdrawnBy: z.string().optional(),
    withdrawnAt: IsoTime.optional(),
    reason: z.string().optional().describe("why it was withdrawn"),
  })
  .meta({ id: "Publication" });
export type PublicationAnswer = z.infer<typeof PublicationAnswer>;
export const PublicationPage = pageOf(PublicationAnswer);

/** Kept as it was: an older one may lack what the API answers of a period by now. */
const UnitsThen = z
  .looseObject({ items: z.array(z.looseObject({ subjectId: z.string() })) })
  .describe("`Evaluation` of the units, as it was answered when it was counted");

export const PublicationDetailAnswer = PublicationAnswer.extend({
  units: UnitsThen,
  area: z.record(z.string(), z.number().nullable()).describe("counts and rates of the whole"),
  lastPlaces: LastPlacesAnswer.shape.items,
  renewals: RenewalAnswer.shape.items,
  hasMoreRenewals: z.boolean(),
}).meta({ id: "PublicationDetails" });
export type PublicationDetailAnswer = z.infer<typeof PublicationDetailAnswer>;
