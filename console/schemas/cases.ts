/** Cases: what the list takes, a report from people, an event, and a case as it is shown. */
import { z } from "zod";
import { Case, CaseSource, CaseState } from "../../model/case.ts";
import { ExternalNo, ExternalSystem, Reporter } from "../../model/case-report.ts";
import { FileMoment } from "../../model/file.ts";
import { AssetId, CaseNo, CrewId, UnitId } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { PlaceId } from "../../model/place.ts";
import { IsoTime, PageQuery, pageOf, QueryBoolean, TimeParameter } from "./common.ts";
import { CaseFileAnswer } from "./files.ts";
import { ReportShown, SimilarAnswer } from "./sources.ts";
import { AssistAnswer, StewardAnswer } from "./together.ts";

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
  drill: QueryBoolean.optional().describe("`true`: drills alone; `false`: none of them"),
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

export const FileIds = z.array(z.string().min(1).max(200)).max(LIMITS.filesPerStepMax);

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
    placeId: PlaceId.optional().describe("of a place by name: its coordinates, address and grid"),
    lon: z.number().min(-180).max(180).optional(),
    lat: z.number().min(-90).max(90).optional(),
    address: z.string().max(500).optional(),
    description: z.string().trim().min(1).max(2000).optional(),
    reporter: Reporter.optional().describe("kept apart from the case; few may know it"),
    externalNo: ExternalNo.optional().describe("another system's number: twice is one report"),
    externalSystem: ExternalSystem.optional().describe("that system: 12319, 12345"),
    receivedAt: TimeParameter.optional().describe("when that system took it"),
    answerBy: TimeParameter.optional().describe("until when it wants its answer"),
    files: FileIds.optional().describe("sent before by `POST /api/v1/files`"),
  })
  .superRefine((report, context) => {
    if (report.assetId !== undefined || report.placeId !== undefined) return;
    for (const field of ["lon", "lat"] as const) {
      if (report[field] !== undefined) continue;
      context.addIssue({
        code: "custom",
        path: [field],
        message: "a place in WGS-84 degrees, an assetId or a placeId",
      });
    }
  })
  .meta({ id: "CaseReport" });
export type CaseReportBody = z.infer<typeof CaseReportBody>;

/** People practise: nobody outside is told of it. */
export const DrillBody = z
  .strictObject({
    conditionId: z.string().min(1).max(64),
    assetId: AssetId.optional(),
    lon: z.number().min(-180).max(180).optional(),
    lat: z.number().min(-90).max(90).optional(),
    address: z.string().max(500).optional(),
    description: z.string().trim().min(1).max(2000).optional(),
  })
  .meta({ id: "Drill" });

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
    files: FileIds.optional().describe("sent before by `POST /api/v1/files`"),
  })
  .meta({ id: "Transition" });
export type TransitionBody = z.infer<typeof TransitionBody>;

const shown = {
  ...Case.shape,
  openedAt: IsoTime,
  reviewUntil: IsoTime.optional(),
  dispatchedAt: IsoTime.optional(),
  deadline: IsoTime.optional(),
  acceptUntil: IsoTime.optional(),
  acceptedAt: IsoTime.optional(),
  handoverAt: IsoTime.optional(),
  nextDutyAt: IsoTime.optional(),
  startedAt: IsoTime.optional(),
  arriveBy: IsoTime.optional(),
  arrivedAt: IsoTime.optional(),
  disputedAt: IsoTime.optional(),
  feedbackAt: IsoTime.optional(),
  checkingSince: IsoTime.optional(),
  closedAt: IsoTime.optional(),
  stageSince: IsoTime.optional(),
  madeSafeAt: IsoTime.optional(),
  repairedAt: IsoTime.optional(),
  consultAskedAt: IsoTime.optional(),
  extensionAskedAt: IsoTime.optional(),
  suspendAskedAt: IsoTime.optional(),
  suspendAskedUntil: IsoTime.optional(),
  suspendedAt: IsoTime.optional(),
  suspendUntil: IsoTime.optional(),
  lastSuspendUntil: IsoTime.optional(),
};

export const CaseAnswer = z.object(shown).meta({ id: "Case" });
export type CaseAnswer = z.infer<typeof CaseAnswer>;
/** As whoever reports is answered. */
export const ReportAnswer = z
  .object({
    ...shown,
    joined: z.literal(true).optional().describe("an open case of the same thing has it now"),
    repeated: z.literal(true).optional().describe("its number was taken before"),
    similar: z.array(SimilarAnswer).optional().describe("open cases nearby, for a person to join"),
    publicNo: z.string().optional().describe("of the report: tells its stage without a sign-in"),
  })
  .meta({ id: "ReportedCase" });
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
        files: z
          .array(z.object({ fileId: z.string(), sha256: z.string(), moment: FileMoment }))
          .optional()
          .describe("attached with it; the record's hash covers them"),
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
    similar: z
      .array(SimilarAnswer)
      .optional()
      .describe("of a report that nobody has filed yet: open cases nearby"),
    reports: z.array(ReportShown).optional().describe("who reported it, to those who may know"),
    assists: z.array(AssistAnswer).describe("what other units do for it"),
    stewards: z.array(StewardAnswer).describe("of its place, at a time of the case"),
    files: z.array(CaseFileAnswer).describe("photos and documents, as steps attached them"),
    takes: z
      .array(
        z.object({
          event: z.string(),
          roles: z.array(z.string()).describe("whose it is; `admin` may do all"),
          isYours: z.boolean().describe("whoever asks may"),
          needs: z
            .enum(["note", "reason"])
            .optional()
            .describe("a text without which it is refused"),
        }),
      )
      .describe("events that it takes as it stands, those of the platform alone left out"),
    stage: z
      .object({ stage: z.string(), until: IsoTime })
      .optional()
      .describe("of the stage that it stands in, where that has a limit beside the deadline"),
  })
  .meta({ id: "CaseDetail" });

/** What the sensors of a case read, around it. */
export const CaseCurveAnswer = z
  .object({
    from: IsoTime,
    to: IsoTime,
    keptAt: IsoTime.optional().describe("thinned and kept beside the case since then"),
    series: z.array(
      z.object({
        deviceId: z.string(),
        measurement: z.string(),
        unit: z.string(),
        points: z.array(z.tuple([z.int(), z.number()])).describe("[ms since 1970, value]"),
      }),
    ),
  })
  .meta({ id: "CaseCurve" });
