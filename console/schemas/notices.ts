/** Notices to people beside the crew: what must be known or done about a case or a rule. */
import { z } from "zod";
import { CaseNo, RuleId, UnitId } from "../../model/ids.ts";
import { NOTICE_ROLE, NoticeKind } from "../../model/notice.ts";
import { SupervisionNo } from "../../model/supervision.ts";
import { IsoTime, PageQuery, pageOf, QueryBoolean } from "./common.ts";

export const NoticeQuery = PageQuery.extend({
  standing: QueryBoolean.optional().describe("`true`: those that nobody has taken care of yet"),
});
export const NoticeParams = z.strictObject({ noticeId: z.string().min(1).max(128) });

export const NoticeAnswer = z
  .object({
    noticeId: z.string(),
    kind: NoticeKind,
    role: z
      .enum(Object.values(NOTICE_ROLE))
      .describe("whose it is; `unit`: of the unit `unitId` or one above it"),
    caseNo: CaseNo.optional().describe("absent of a notice about no case"),
    unitId: UnitId.optional(),
    ruleId: RuleId.optional().describe("of a notice about a rule; its case is the one that told"),
    ruleVersion: z.int().optional(),
    supervisionNo: SupervisionNo.optional().describe("of a notice about a supervision order"),
    lastPlace: z
      .object({ ruleId: z.string(), period: z.string() })
      .optional()
      .describe("of a unit's last place: by which rule, at the end of which period"),
    devices: z
      .object({ count: z.int(), some: z.array(z.string()) })
      .optional()
      .describe("devices that it concerns: how many, and the ids of some"),
    lifeSafety: z.boolean(),
    isDrill: z.boolean().optional().describe("about a drill; its text says so, too"),
    text: z.object({ zh: z.string(), en: z.string() }),
    at: IsoTime,
    doneAt: IsoTime.optional(),
    doneBy: z.string().optional().describe("`system`: its reason is gone"),
  })
  .meta({ id: "Notice" });
export type NoticeAnswer = z.infer<typeof NoticeAnswer>;
export const NoticePage = pageOf(NoticeAnswer);
