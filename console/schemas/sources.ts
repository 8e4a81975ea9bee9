/** Duplicates, orders of hotlines with their answers, events of video analyses. */
import { z } from "zod";
import { CaseSource, CaseState } from "../../model/case.ts";
import { ExternalNo, ExternalSystem, Reporter, VideoEvent } from "../../model/case-report.ts";
import { CaseNo } from "../../model/ids.ts";
import { LIMITS } from "../../model/limits.ts";
import { IsoTime, QueryBoolean, TimeParameter } from "./common.ts";
import { degrees } from "./files.ts";

const Fate = z.enum(["opened", "joined", "repeated"]);

export const SimilarAnswer = z
  .object({
    caseNo: z.string(),
    distanceM: z.number(),
    ageMs: z.int(),
    state: CaseState,
    conditionId: z.string(),
    categoryCode: z.string(),
    description: z.string().optional(),
  })
  .meta({ id: "SimilarCase", description: "An open case nearby that may be about the same" });

export const SimilarQuery = z.strictObject({
  lon: degrees(180),
  lat: degrees(90),
  categoryCode: z
    .string()
    .regex(/^\d{4}$/, "4 digits: 大类 and 小类")
    .optional(),
  conditionId: z.string().min(1).max(64).optional(),
});

export const JoinBody = z
  .strictObject({
    into: CaseNo.describe("the case that it is a duplicate of"),
    version: z.int().positive().optional().describe("of the duplicate"),
  })
  .meta({ id: "Join" });

export const ReportShown = z
  .object({
    at: IsoTime,
    source: CaseSource,
    firstCaseNo: z.string().optional().describe("the duplicate that it was first told as"),
    externalSystem: z.string().optional(),
    externalNo: z.string().optional(),
    reporter: Reporter.optional(),
    description: z.string().optional(),
    snapshotUrl: z.string().optional(),
    publicNo: z.string().optional(),
  })
  .meta({ id: "KeptReport" });

const ORDER_TEXT =
  "externalNo, externalSystem, and: title, text, lon, lat, address, assetId, componentCode, kind, categoryCode, conditionId, reporter {name, phone}, receivedAt, answerBy";

export const OrdersBody = z
  .union([
    z.record(z.string(), z.unknown()),
    z.array(z.unknown()).min(1).max(LIMITS.hotlineOrdersPerCallMax),
  ])
  .describe(`one order, or up to ${LIMITS.hotlineOrdersPerCallMax}: ${ORDER_TEXT}`);

const Rejected = z
  .object({
    row: z.int().describe("counted from 1"),
    line: z.int().optional(),
    externalNo: z.string().optional(),
    code: z.string(),
    message: z.string(),
  })
  .meta({ id: "RejectedOrder" });
const taken = {
  opened: z.int(),
  joined: z.int(),
  repeated: z.int(),
  rejected: z.array(Rejected),
  orders: z.array(
    z.object({
      externalSystem: z.string(),
      externalNo: z.string(),
      caseNo: z.string(),
      fate: Fate,
      publicNo: z.string().optional().describe("for whoever reported it"),
    }),
  ),
};
export const OrdersAnswer = z.object(taken).meta({ id: "OrdersTaken" });
export const OrdersImportAnswer = z
  .object({ ...taken, ignored: z.array(z.string()).describe("columns that were not read") })
  .meta({ id: "OrdersImported" });

export const OrdersFile = z.unknown().describe("CSV in UTF-8 or GB18030 with a header row");
export const OrdersFileQuery = z.strictObject({
  system: ExternalSystem.optional().describe("of every row, where no column says it"),
});

export const AnswersQuery = z.strictObject({
  since: z.coerce
    .number()
    .int()
    .min(0)
    .default(0)
    .describe("the `next` of the call before, or the position of the last answer that was seen"),
  system: ExternalSystem.optional(),
  open: QueryBoolean.optional().describe("only those whose newest change was not delivered"),
  limit: z.coerce.number().int().min(1).max(LIMITS.listMax).default(LIMITS.listDefault),
});

export const OrderAnswerShown = z
  .object({
    externalSystem: z.string(),
    externalNo: z.string(),
    caseNo: z.string(),
    state: CaseState,
    stateText: z.string().describe("in the field's own words"),
    isFinal: z.boolean(),
    unitId: z.string().optional(),
    unitName: z.string().optional(),
    deadline: IsoTime.optional(),
    result: z.string().optional().describe("the crew's word, or why it was refused"),
    closedAt: IsoTime.optional(),
    answerBy: IsoTime.optional(),
    position: z.int().describe("its place in the order of all changes"),
    changedAt: IsoTime,
    deliveredAt: IsoTime.optional(),
    question: z
      .object({ questionId: z.string(), askedAt: IsoTime, expiresAt: IsoTime })
      .optional()
      .describe("what its reporter shall be asked; answered by `callback`"),
  })
  .meta({ id: "OrderAnswer" });
export const AnswersPage = z.object({
  items: z.array(OrderAnswerShown),
  next: z.int().describe("`since` of the next call, also where nothing has changed"),
});

export const OrderParams = z.strictObject({ externalNo: ExternalNo });
export const DeliveredBody = z
  .strictObject({
    system: ExternalSystem.optional().describe("where several have the number"),
    position: z.int().min(1).optional().describe("of the answer that they have; else the newest"),
  })
  .meta({ id: "Delivered" });
export const UnsolvedBody = z
  .strictObject({
    system: ExternalSystem.optional(),
    reason: z.string().trim().min(1).max(2000),
  })
  .meta({ id: "Unsolved" });

/** A sender's own fields beside these are not read. */
export const VideoBody = z
  .object({ ...VideoEvent.shape, observedAt: TimeParameter })
  .meta({ id: "VideoEvent" });
export const VideoAnswer = z
  .object({
    fate: z.enum([...Fate.options, "refused"]),
    caseNo: z.string().optional(),
    reason: z.enum(["confidence-low", "too-old", "clock-future"]).optional(),
  })
  .meta({ id: "VideoFate" });
