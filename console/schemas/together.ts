/** Working together on a case: assists, and stewards of places. */
import { z } from "zod";
import { CaseLimit } from "../../model/asset-class.ts";
import { Assist, AssistId, AssistState } from "../../model/assist.ts";
import { CrewId, UnitId, Username } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Steward, StewardId, StewardKind } from "../../model/steward.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";

const Text = z.string().trim().min(1).max(2000);
const Version = z.int().positive().optional().describe("the one that was read");

export const AssistBody = z
  .strictObject({
    unitId: UnitId,
    crewId: CrewId.optional().describe("else one of the unit's, as an order is given"),
    task: Text,
    limit: CaseLimit.extend({ value: z.number().positive().max(LIMITS.assistLimitValueMax) })
      .optional()
      .describe("the case's own when absent"),
    version: z.int().positive().optional().describe("of the case"),
  })
  .meta({ id: "NewAssist" });

export const AssistAnswer = z
  .object({
    ...Assist.shape,
    askedAt: IsoTime,
    deadline: IsoTime,
    startedAt: IsoTime.optional(),
    endedAt: IsoTime.optional(),
  })
  .meta({ id: "Assist" });
export type AssistAnswer = z.infer<typeof AssistAnswer>;
export const AssistPage = pageOf(AssistAnswer);
export const AssistQuery = PageQuery.extend({
  unitId: UnitId.optional(),
  crewId: CrewId.optional(),
  state: z
    .enum(["open", ...AssistState.options])
    .optional()
    .describe("`open`: asked or started"),
});
export const AssistParams = z.strictObject({ assistId: AssistId });
export const AssistTransitionBody = z
  .strictObject({
    event: z.string().min(1).max(64),
    version: Version,
    note: z.string().max(2000).optional(),
    reason: z.string().max(2000).optional(),
    crewId: CrewId.optional().describe("of a `start`: the crew that goes"),
  })
  .meta({ id: "AssistTransition" });

export const UrgeBody = z
  .strictObject({ note: z.string().max(2000).optional(), version: Version })
  .meta({ id: "Urge" });

export const StewardBody = Steward.extend({
  validFrom: TimeParameter.optional().describe("now when absent"),
  validUntil: TimeParameter.optional(),
}).meta({ id: "NewSteward" });
export const StewardPatchBody = z
  .strictObject({
    name: Steward.shape.name.optional(),
    phone: Steward.shape.phone.unwrap().nullable().optional(),
    username: Username.nullable().optional(),
    validUntil: TimeParameter.nullable().optional(),
  })
  .meta({ id: "StewardPatch" });
export const StewardAnswer = z
  .object({ ...Steward.shape, validFrom: IsoTime, validUntil: IsoTime.optional() })
  .meta({ id: "Steward" });
export type StewardAnswer = z.infer<typeof StewardAnswer>;
export const StewardPage = pageOf(StewardAnswer);
export const StewardQuery = PageQuery.extend({
  scopeKind: StewardKind.optional(),
  scope: z.string().min(1).max(64).optional(),
  username: Username.optional(),
  at: TimeParameter.optional().describe("in force then; those of every time when absent"),
});
export const StewardParams = z.strictObject({ stewardId: StewardId });
