/**
 * What reaches the centre beside its sensors: a person's report with who said it, an order of
 * another system under its own number (12319, 12345), a video analysis' finding; and what the
 * centre answers. Who reported is kept apart from the case, so that nothing that shows a case can
 * show a name or a telephone number.
 */
import { z } from "zod";
import type { Case, CaseState } from "./case.ts";
import type { Instant } from "./clock.ts";
import type { ErrorCode } from "./errors.ts";
import { AssetId, type CaseNo, ComponentCode } from "./ids.ts";

/** Another system's name: `12319`, `12345`. */
export const ExternalSystem = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,32}$/, "1 to 32 of A-Z a-z 0-9 . _ -");
/** That system's own number of an order. */
export const ExternalNo = z
  .string()
  .trim()
  .regex(/^[^\p{C}]{1,64}$/u, "1 to 64 printable characters");

export const Reporter = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  phone: z
    .string()
    .trim()
    // Hotlines cover some of the digits with asterisks.
    .regex(/^\+?[\d*() -]{3,32}$/, "3 to 32 digits, with spaces, hyphens, brackets or asterisks")
    .optional(),
  email: z.email().max(254).optional(),
});
export type Reporter = z.infer<typeof Reporter>;

const Lon = z.number().min(-180).max(180);
const Lat = z.number().min(-90).max(90);

/** A time as another system writes it; read by whoever knows the zone. */
const Time = z.int();

/** An order of a hotline, checked. */
export const HotlineOrder = z.strictObject({
  externalNo: ExternalNo,
  externalSystem: ExternalSystem,
  title: z.string().trim().min(1).max(200).optional(),
  text: z.string().trim().min(1).max(1700).optional(),
  lon: Lon.optional(),
  lat: Lat.optional(),
  address: z.string().trim().min(1).max(500).optional(),
  assetId: AssetId.optional(),
  componentCode: ComponentCode.optional(),
  kind: z.enum(["component", "event"]).optional(),
  categoryCode: z
    .string()
    .regex(/^\d{4}$/, "4 digits: 大类 and 小类")
    .optional(),
  conditionId: z.string().min(1).max(64).optional(),
  reporter: Reporter.optional(),
  /** When the hotline took the call. */
  receivedAt: Time.optional(),
  /** Until when the hotline wants its answer. */
  answerBy: Time.optional(),
});
export type HotlineOrder = z.infer<typeof HotlineOrder>;

/** What a video analysis says that it sees. */
export const VideoEvent = z.strictObject({
  /** The sender's own name for it; the same one again is the same event. */
  eventId: z
    .string()
    .trim()
    .regex(/^[^\p{C}]{1,128}$/u, "1 to 128 printable characters"),
  camera: z
    .string()
    .trim()
    .regex(/^[^\p{C}]{1,64}$/u, "1 to 64 printable characters"),
  kind: z.string().min(1).max(64),
  observedAt: Time,
  lon: Lon,
  lat: Lat,
  confidence: z.number().min(0).max(1),
  snapshotUrl: z
    .url({ protocol: /^https?$/ })
    .max(500)
    .optional(),
});
export type VideoEvent = z.infer<typeof VideoEvent>;

/** An open case near a report's place that may be about the same thing. */
export interface SimilarCase {
  caseNo: CaseNo;
  distanceM: number;
  ageMs: number;
  state: CaseState;
  conditionId: string;
  categoryCode: string;
  description?: string;
}

/**
 * `opened` a case of its own, `joined` one that is open, `repeated`: the order under this number had
 * been taken before.
 */
export type ReportFate = "opened" | "joined" | "repeated";

/** The case that a report stands in, with what whoever reports is told beside it. */
export type ReportedCase = Case & {
  joined?: true;
  repeated?: true;
  /** Of a case that the report has opened: others nearby, nearest first. */
  similar?: SimilarCase[];
  /** Of the report: whoever has it is told the stage. */
  publicNo?: string;
};

/** One report as it lies beside its case. */
export interface KeptReport {
  at: Instant;
  source: Case["source"];
  /** The case that it was first told as, where that one was merged into this. */
  firstCaseNo?: string;
  externalSystem?: string;
  externalNo?: string;
  reporter?: Reporter;
  description?: string;
  snapshotUrl?: string;
  publicNo?: string;
}

/** What another system is told of one of its orders. */
export interface OrderAnswer {
  externalSystem: string;
  externalNo: string;
  caseNo: string;
  state: CaseState;
  /** The state in the field's own words. */
  stateText: string;
  /** Nothing more will come of it, unless it is not solved. */
  isFinal: boolean;
  unitId?: string;
  unitName?: string;
  deadline?: Instant;
  /** The crew's word, or the reason why it was refused. */
  result?: string;
  closedAt?: Instant;
  answerBy?: Instant;
  /** Its place in the order of all changes. */
  position: number;
  changedAt: Instant;
  deliveredAt?: Instant;
  /** Of a closed case: what its reporter shall be asked. */
  question?: { questionId: string; askedAt: Instant; expiresAt: Instant };
}

/** A row of a file, or an element of an array, that was not taken. */
export interface RejectedOrder {
  row: number;
  line?: number;
  externalNo?: string;
  code: ErrorCode;
  message: string;
}

export interface TakenOrder {
  externalSystem: string;
  externalNo: string;
  caseNo: string;
  fate: ReportFate;
  publicNo?: string;
}

/** What became of some orders. */
export interface OrdersTaken {
  taken: TakenOrder[];
  rejected: RejectedOrder[];
}

/** Why a video event is not taken up; counted under these names. */
export type VideoRefusal = "confidence-low" | "too-old" | "clock-future";

export type VideoFate =
  | { kind: ReportFate; caseNo: string }
  | { kind: "refused"; reason: VideoRefusal };
