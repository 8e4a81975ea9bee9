/** Supervision orders (督办): what the list takes, a new order, an event, and an order as it is shown. */
import { z } from "zod";
import { CaseState } from "../../model/case.ts";
import { CaseNo, UnitId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { Supervision, SupervisionNo, SupervisionState } from "../../model/supervision.ts";
import { FileIds } from "./cases.ts";
import { IsoTime, PageQuery, pageOf, QueryBoolean, TimeParameter } from "./common.ts";

export const SupervisionQuery = PageQuery.extend({
  state: SupervisionState.optional(),
  unitId: UnitId.optional(),
  caseNo: CaseNo.optional().describe("orders that cover this case"),
  overdue: QueryBoolean.optional().describe("`true`: past the deadline without a reply"),
  from: TimeParameter.optional().describe("issued at or after"),
  to: TimeParameter.optional().describe("issued before"),
});
export const SupervisionParams = z.strictObject({ supervisionNo: SupervisionNo });
export const SummaryQuery = SupervisionQuery.pick({ from: true, to: true });
export const PrintQuery = z.strictObject({ lang: z.enum(["zh", "en"]).default("zh") });

const WorkingDays = z
  .int()
  .min(1)
  .max(LIMITS.supervisionDaysMax)
  .optional()
  .describe("by the calendar of the unit");
const ONE_DEADLINE = "one of the two: a time, or a number of working days";

export const SupervisionBody = z
  .strictObject({
    ...Supervision.pick({
      title: true,
      text: true,
      orderingLeader: true,
      accountableLeader: true,
      responsiblePerson: true,
      unitId: true,
    }).shape,
    level: Supervision.shape.level.default("ordinary"),
    caseNos: z.array(CaseNo).min(1).max(LIMITS.supervisionCasesMax),
    deadline: TimeParameter.optional(),
    workingDays: WorkingDays,
  })
  .superRefine(({ deadline, workingDays }, context) => {
    if ((deadline === undefined) !== (workingDays === undefined)) return;
    context.addIssue({ code: "custom", path: ["deadline"], message: ONE_DEADLINE });
  })
  .meta({ id: "NewSupervision" });
export type SupervisionBody = z.infer<typeof SupervisionBody>;

export const SupervisionTransitionBody = z
  .strictObject({
    event: z.string().min(1).max(64),
    version: z.int().positive().optional(),
    note: z.string().max(2000).optional().describe("of a reply: its text"),
    reason: z.string().max(2000).optional(),
    until: TimeParameter.optional().describe("of `extend`: the new deadline"),
    workingDays: WorkingDays.describe("of `extend`: so many more, from the present deadline"),
    files: FileIds.optional().describe("ids, of a reply"),
  })
  .superRefine(({ until, workingDays }, context) => {
    if (until === undefined || workingDays === undefined) return;
    context.addIssue({ code: "custom", path: ["until"], message: ONE_DEADLINE });
  })
  .meta({ id: "SupervisionTransition" });
export type SupervisionTransitionBody = z.infer<typeof SupervisionTransitionBody>;

const { warnAt: _at, firstCaseNo: _first, deadlineSteps: _steps, ...kept } = Supervision.shape;
const shown = {
  ...kept,
  issuedAt: IsoTime,
  deadline: IsoTime,
  acknowledgedAt: IsoTime.optional(),
  repliedAt: IsoTime.optional(),
  endedAt: IsoTime.optional(),
  isOverdue: z.boolean().describe("past the deadline without a reply"),
};

export const SupervisionAnswer = z.object(shown).meta({ id: "Supervision" });
export type SupervisionAnswer = z.infer<typeof SupervisionAnswer>;
export const SupervisionMovedAnswer = SupervisionAnswer.extend({
  openCaseNos: z
    .array(CaseNo)
    .optional()
    .describe("of `accept`: covered cases that have not ended; they hold nothing up"),
}).meta({ id: "SupervisionMoved" });
export const SupervisionPage = pageOf(SupervisionAnswer);

export const SupervisionDetailAnswer = z
  .object({
    ...shown,
    unitName: z.string().optional(),
    history: z.array(
      z.object({
        seq: z.int(),
        event: z.string(),
        from: SupervisionState.optional(),
        to: SupervisionState,
        actor: z.string(),
        role: z.string(),
        unitId: z.string().optional(),
        at: IsoTime,
        note: z.string().optional(),
        reason: z.string().optional(),
        outcome: z.string().optional().describe("of `remind`: the notice's kind"),
        deadline: IsoTime.optional().describe("that holds from then on"),
        files: z.array(z.string()).optional(),
      }),
    ),
    cases: z.array(
      z.object({
        caseNo: CaseNo,
        title: z.object({ zh: z.string(), en: z.string() }).optional(),
        address: z.string().optional(),
        unitId: z.string().optional(),
        stateAtIssue: CaseState,
        state: CaseState,
        deadline: IsoTime.optional(),
        closedAt: IsoTime.optional(),
      }),
    ),
  })
  .meta({ id: "SupervisionDetail" });
export type SupervisionDetailAnswer = z.infer<typeof SupervisionDetailAnswer>;

const counts = {
  issued: z.int().describe("without the cancelled"),
  answered: z.int().describe("a reply stands"),
  answeredInTime: z.int(),
  accepted: z.int(),
  overdueOpen: z.int().describe("past the deadline without a reply"),
  cancelled: z.int(),
  shareAnswered: z.number().optional().describe("answered of issued; it must reach 1"),
};
export const SupervisionSummaryAnswer = z
  .object({
    ...counts,
    units: z.array(z.object({ unitId: z.string(), unitName: z.string().optional(), ...counts })),
  })
  .meta({ id: "SupervisionSummary" });
