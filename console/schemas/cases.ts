/** Cases: what the list takes, a report from people, an event, and a case as it is shown. */
import { z } from "zod";
import { Case, CaseSource, CaseState } from "../../model/case.ts";
import { AssetId, CaseNo, CrewId, UnitId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime, PageQuery, pageOf, TimeParameter } from "./common.ts";

const IDEMPOTENCY_KEY = new RegExp(`^[\\x21-\\x7e]{1,${LIMITS.idempotencyKeyLengthMax}}$`);

export const CaseQuery = PageQuery.extend({
  status: z
    .enum(["open", "closed", ...CaseState.options])
    .optional()
    .describe("`open`: every state that is not terminal"),
  assetId: AssetId.optional(),
  unitId: UnitId.optional(),
  crewId: CrewId.optional(),
  from: TimeParameter.optional().describe("opened at or after"),
  to: TimeParameter.optional().describe("opened before"),
});

export const CaseParams = z.strictObject({ caseNo: CaseNo });

/** The writes of cases take it. */
export const IdempotencyHeader = z.object({
  "idempotency-key": z
    .string()
    .regex(IDEMPOTENCY_KEY, `1 to ${LIMITS.idempotencyKeyLengthMax} printable ASCII characters`)
    .optional()
    .describe("the client's name for this write: sent again, it is answered and not done again"),
});

/** Sensors report through their alarms, never here. */
export const CaseReportBody = z
  .strictObject({
    source: CaseSource.exclude(["sensor"]).default("citizen"),
    kind: z
      .enum(["component", "event"])
      .optional()
      .describe("the condition's; else a component's where an asset is named, else an event's"),
    categoryCode: z
      .string()
      .regex(/^\d{4}$/, "4 digits: 大类 and 小类")
      .optional(),
    conditionId: z.string().min(1).max(64).optional(),
    assetId: AssetId.optional(),
    lon: z.number().min(-180).max(180).optional(),
    lat: z.number().min(-90).max(90).optional(),
    address: z.string().max(500).optional(),
    description: z.string().trim().min(1).max(2000).optional(),
  })
  .superRefine((report, context) => {
    if (report.assetId !== undefined) return;
    for (const field of ["lon", "lat"] as const) {
      if (report[field] !== undefined) continue;
      context.addIssue({
        code: "custom",
        path: [field],
        message: "a place in WGS-84 degrees, or an assetId",
      });
    }
  })
  .meta({ id: "CaseReport" });
export type CaseReportBody = z.infer<typeof CaseReportBody>;

export const TransitionBody = z
  .strictObject({
    event: z.string().min(1).max(64),
    version: z.int().positive().optional(),
    note: z.string().max(2000).optional(),
    reason: z.string().max(2000).optional(),
    outcome: z.string().max(64).optional(),
    until: TimeParameter.optional(),
    unitId: UnitId.optional(),
    crewId: CrewId.optional(),
    files: z.array(z.string().max(200)).max(20).optional(),
  })
  .meta({ id: "Transition" });
export type TransitionBody = z.infer<typeof TransitionBody>;

const shown = {
  ...Case.shape,
  openedAt: IsoTime,
  reviewUntil: IsoTime.optional(),
  dispatchedAt: IsoTime.optional(),
  deadline: IsoTime.optional(),
  startedAt: IsoTime.optional(),
  feedbackAt: IsoTime.optional(),
  checkingSince: IsoTime.optional(),
  closedAt: IsoTime.optional(),
  stageSince: IsoTime.optional(),
  madeSafeAt: IsoTime.optional(),
  repairedAt: IsoTime.optional(),
  extensionAskedAt: IsoTime.optional(),
  suspendAskedAt: IsoTime.optional(),
  suspendAskedUntil: IsoTime.optional(),
  suspendedAt: IsoTime.optional(),
  suspendUntil: IsoTime.optional(),
};

export const CaseAnswer = z.object(shown).meta({ id: "Case" });
export type CaseAnswer = z.infer<typeof CaseAnswer>;
export const CasePage = pageOf(CaseAnswer);

export type CaseDetailAnswer = z.infer<typeof CaseDetailAnswer>;
export const CaseDetailAnswer = z
  .object({
    ...shown,
    history: z.array(
      z.object({
        seq: z.int(),
        event: z.string(),
        from: CaseState.optional(),
        to: CaseState,
        actor: z.string(),
        role: z.string(),
        unitId: z.string().optional(),
        at: IsoTime,
        note: z.string().optional(),
        reason: z.string().optional(),
        outcome: z.string().optional(),
      }),
    ),
    evidence: z.array(
      z.object({
        alarmId: z.string(),
        ruleId: z.string(),
        ruleVersion: z.int(),
        deviceId: z.string().optional(),
        measurement: z.string().optional(),
        value: z.number().optional(),
        observedAt: IsoTime.optional(),
        receivedAt: IsoTime.optional(),
        flags: z.array(z.string()).optional(),
        joinedAt: IsoTime,
        returnedAt: IsoTime.optional(),
        clearedAt: IsoTime.optional(),
      }),
    ),
    members: z
      .array(
        z.object({
          alarmId: z.string(),
          ruleId: z.string(),
          assetId: z.string(),
          deviceId: z.string().optional(),
          joinedAt: IsoTime,
          splitCaseNo: z.string().optional().describe("the case that it got of its own"),
        }),
      )
      .describe("alarms below the asset that share its fault"),
  })
  .meta({ id: "CaseDetail" });
