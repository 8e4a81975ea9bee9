/**
 * An assist (协办): what another unit does for a case beside its lead unit, as a sub-task with a
 * limit, a crew and a feedback of its own. It belongs to its case and ends with it at the latest.
 */
import { z } from "zod";
import { CaseLimit } from "./asset-class.ts";
import type { Instant } from "./clock.ts";
import { CaseNo, CrewId, UnitId } from "./ids.ts";

export const AssistState = z.enum(["ASKED", "STARTED", "DONE", "DECLINED", "CANCELLED"]);
export type AssistState = z.infer<typeof AssistState>;

export const AssistEvent = z.enum(["start", "done", "decline", "cancel"]);
export type AssistEvent = z.infer<typeof AssistEvent>;

/** The case's number, and the number of the assist in it. */
export const AssistId = z
  .string()
  .regex(/^\d{19}-a\d{1,4}$/, "the case's 19 digits, '-a' and the number of the assist")
  .brand<"AssistId">();
export type AssistId = z.infer<typeof AssistId>;

/** Milliseconds inside the platform; the API shows them as ISO 8601 with offset. */
const Time = z.int();

export const Assist = z.strictObject({
  assistId: AssistId,
  caseNo: CaseNo,
  state: AssistState,
  version: z.int().positive(),
  unitId: UnitId,
  crewId: CrewId.optional(),
  task: z.string(),
  limit: CaseLimit,
  calendar: z.string(),
  askedAt: Time,
  askedBy: z.string(),
  deadline: Time,
  deadlineProvisional: z.boolean().optional(),
  startedAt: Time.optional(),
  endedAt: Time.optional(),
  /** The unit's feedback. */
  note: z.string().optional(),
  /** Why it was declined or cancelled. */
  reason: z.string().optional(),
  /** The last share of the limit, in percent, at which the unit was warned. */
  warnedPercent: z.int().optional(),
});
export type Assist = z.infer<typeof Assist>;

/** Nobody has ended it yet: `repaired` waits for it. */
export const isOpenAssist = ({ state }: Pick<Assist, "state">): boolean =>
  state === "ASKED" || state === "STARTED";

/** What the assisting crew's order carries beside the case. */
export interface AssistOrder {
  assistId: AssistId;
  task: string;
  deadline: Instant;
}
