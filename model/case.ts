/**
 * A case (案卷): one fault of the city's, from found to closed. States, events and roles are those
 * of digital city management (数字化城管); the machine in cases/ says which event goes where.
 */
import { z } from "zod";
import { CaseLimit, LimitClass } from "./asset-class.ts";
import type { AssistOrder } from "./assist.ts";
import type { Instant } from "./clock.ts";
import type { FileInRecord } from "./file.ts";
import { type AlarmId, AssetId, CaseNo, CrewId, GridCell, RuleId, UnitId } from "./ids.ts";

export const CaseState = z.enum([
  "REPORTED",
  "VERIFYING",
  "PENDING_FILING",
  "PENDING_DISPATCH",
  "DISPATCHED",
  "RETURN_REVIEW",
  "SUSPENDED",
  "HANDLING",
  "FEEDBACK",
  "CHECKING",
  "PENDING_CLOSE",
  "NOT_ACCEPTED",
  "NOT_FILED",
  "VOIDED",
  "CLOSED",
  "FORCE_CLOSED",
]);
export type CaseState = z.infer<typeof CaseState>;

export const TERMINAL_STATES: ReadonlySet<CaseState> = new Set([
  "NOT_ACCEPTED",
  "NOT_FILED",
  "VOIDED",
  "CLOSED",
  "FORCE_CLOSED",
]);

export const CaseSource = z.enum([
  "sensor",
  "patrol",
  "hotline",
  "citizen",
  "video",
  "media",
  "leader",
  "transfer",
]);

/** What a crew's feedback says of its work; without one it is repaired. */
export const CaseOutcome = z.enum([
  "repaired",
  "madeSafe",
  "nothingFound",
  "notOurs",
  "cannotReach",
  "needsReplacement",
]);
export type CaseOutcome = z.infer<typeof CaseOutcome>;

/** The outcome of a crew that looked and found nothing to repair. */
export const NOTHING_FOUND = "nothingFound" satisfies CaseOutcome;
/** The danger is gone, the repair is another case's. */
export const MADE_SAFE = "madeSafe" satisfies CaseOutcome;

/** The outcome that the report of a drill has in the history, under its hash. */
export const DRILL = "drill";

/** Milliseconds inside the platform; the API shows them as ISO 8601 with offset. */
const Time = z.int();

export const Case = z.strictObject({
  caseNo: CaseNo,
  kind: z.enum(["component", "event"]),
  categoryCode: z.string(),
  conditionId: z.string(),
  state: CaseState,
  version: z.int().positive(),
  source: CaseSource,
  lifeSafety: z.boolean(),
  /** 演练: people practise by it. It is nobody's work and counts in nothing. */
  isDrill: z.boolean().optional(),
  description: z.string().max(2000).optional(),
  assetId: AssetId.optional(),
  class: z.string().optional(),
  lon: z.number(),
  lat: z.number(),
  address: z.string().max(500).optional(),
  gridCell: GridCell.optional(),
  responsibleGrid: z.string().optional(),
  unitId: UnitId.optional(),
  crewId: CrewId.optional(),
  limit: CaseLimit,
  /** What the limit was chosen by: the class of the area, the version of the filing table. */
  limitClass: LimitClass.optional(),
  conditionVersion: z.int().min(0).optional(),
  calendar: z.string().optional(),
  /** Of the calendar when the case was dispatched; absent: as it was shipped. */
  calendarVersion: z.int().positive().optional(),
  openedAt: Time,
  /** When the present state began. */
  stageSince: Time.optional(),
  reviewUntil: Time.optional(),
  dispatchedAt: Time.optional(),
  deadline: Time.optional(),
  /** The calendar of the deadline's year was not known yet: weekends alone were counted. */
  deadlineProvisional: z.boolean().optional(),
  /** The crew must have accepted by then, else the next one is asked; absent: nobody waits. */
  acceptUntil: Time.optional(),
  acceptedAt: Time.optional(),
  /** A turn of the roster ends or begins: not accepted by then, it goes to a crew on duty. */
  handoverAt: Time.optional(),
  /** Of this dispatch, in order: crews that declined, and those that did not answer in time. */
  declinedBy: z.array(CrewId).optional(),
  unansweredBy: z.array(CrewId).optional(),
  /** It stands at its unit until a crew that takes it comes on duty. */
  nextDutyAt: Time.optional(),
  startedAt: Time.optional(),
  /** 到场: when the crew must be there, when it said that it was, and whether that was in time. */
  arriveBy: Time.optional(),
  arrivedAt: Time.optional(),
  arrivedInTime: z.boolean().optional(),
  feedbackAt: Time.optional(),
  /** What the crew's feedback said beside its note; gone when the work is sent back. */
  outcome: z.string().max(64).optional(),
  checkingSince: Time.optional(),
  closedAt: Time.optional(),
  reworkCount: z.int().min(0),
  /** Of feedback that said so; kept when the case is checked or sent back. */
  madeSafeAt: Time.optional(),
  repairedAt: Time.optional(),
  /** Each against the deadline of its own row, judged when it was said. */
  madeSafeInTime: z.boolean().optional(),
  repairedInTime: z.boolean().optional(),
  /** Settled on the spot (自处置) by who found it; no unit had it. */
  selfHandled: z.boolean().optional(),
  /** Who passed the check: the sensor by its hold time, or a person. */
  provenBy: z.enum(["sensor", "inspector"]).optional(),
  /** Feedback that the sensor denied. */
  falseRepairCount: z.int().positive().optional(),
  /** Closed and taken up again; `relapseCount` of them since the sensor alarmed again. */
  reopenCount: z.int().positive().optional(),
  relapseCount: z.int().positive().optional(),
  /** When the reporter said that it is not solved; once per case. */
  disputedAt: Time.optional(),
  /** The repair of what was made safe, and the other way round. */
  linkedCaseNo: CaseNo.optional(),
  /** Of such a repair: the condition whose sensors prove it, the one that was made safe. */
  provenByConditionId: z.string().optional(),
  /** Returns (退回) that were asked for, and those refused (推诿). */
  returnCount: z.int().positive().optional(),
  refusedReturnCount: z.int().positive().optional(),
  /** Units whose return was accepted, in order; the rule does not choose them again. */
  returnedBy: z.array(UnitId).optional(),
  /** Returned so often that its owner must be settled by consultation (会商). */
  needsConsultation: z.boolean().optional(),
  /** When somebody asked for one before that. */
  consultAskedAt: Time.optional(),
  /** The ruling (裁定) of a consultation by which it has its unit. */
  ruledBy: z.string().optional(),
  /** Extensions (延期) that were granted, and since when one is asked for. */
  extensionCount: z.int().positive().optional(),
  extensionAskedAt: Time.optional(),
  /** 挂账: asked for, standing, and how often it was granted. */
  suspendAskedAt: Time.optional(),
  suspendAskedUntil: Time.optional(),
  suspendedAt: Time.optional(),
  suspendUntil: Time.optional(),
  suspendCount: z.int().positive().optional(),
  /** The end of a suspension that is over: the clock went on then, or earlier. */
  lastSuspendUntil: Time.optional(),
  /** How often its deadline was counted again and moved, since a year's holidays were put. */
  recountCount: z.int().positive().optional(),
  /** 督办: its leaders watch it. */
  supervised: z.boolean().optional(),
  /** Assets that share its fault: a feeder's dark lamps. */
  memberCount: z.int().positive().optional(),
  /** Reports by people and cameras that it stands on, with those that joined. */
  reportCount: z.int().positive().optional(),
  /** Of a duplicate: the case that has its reports now. */
  mergedInto: CaseNo.optional(),
  ruleId: RuleId.optional(),
});
export type Case = z.infer<typeof Case>;

/** The condition whose sensors say whether the case's repair holds. */
export const proofConditionOf = (
  theCase: Pick<Case, "conditionId" | "provenByConditionId">,
): string => theCase.provenByConditionId ?? theCase.conditionId;

export interface CaseHistoryEntry {
  seq: number;
  caseNo: CaseNo;
  event: string;
  from: CaseState | undefined;
  to: CaseState;
  /** A user's name, or `system`. */
  actor: string;
  role: string;
  unitId?: string;
  at: Instant;
  note?: string;
  reason?: string;
  outcome?: string;
  /** Files that were attached with it. */
  files?: FileInRecord[];
}

/** What the case stands on: the alarms that joined it and the readings that fired them. */
export interface CaseEvidence {
  alarmId: AlarmId;
  ruleId: RuleId;
  ruleVersion: number;
  /** Absent where the asset itself bore the alarm. */
  deviceId?: string;
  /** The reading that fired it, with its times and flags; a silent device's alarm has none. */
  measurement?: string;
  value?: number;
  observedAt?: Instant;
  receivedAt?: Instant;
  flags?: string[];
  joinedAt: Instant;
  returnedAt?: Instant;
  clearedAt?: Instant;
}

/** What one sensor read: `[ms since 1970, value]`, oldest first. */
export interface CurveSeries {
  deviceId: string;
  measurement: string;
  unit: string;
  points: [Instant, number][];
}

/** What the sensors of a case read, from before its first alarm until after its end. */
export interface CaseCurve {
  from: Instant;
  to: Instant;
  /** Thinned and kept beside the case; absent while it is read from the store of readings. */
  keptAt?: Instant;
  series: CurveSeries[];
}

/** An alarm below the case's asset that shares its fault. */
export interface CaseMember {
  alarmId: AlarmId;
  ruleId: RuleId;
  assetId: AssetId;
  deviceId?: string;
  joinedAt: Instant;
  /** The case that it got of its own, since it was still bad when the common fault was over. */
  splitCaseNo?: CaseNo;
}

export const OrderKind = z.enum([
  "dispatched",
  "changed",
  "withdrawn",
  "due-soon",
  "overdue",
  "extended",
  "urged",
  "supervised",
  "returned",
  "rework",
  "closed",
]);
export type OrderKind = z.infer<typeof OrderKind>;

/** A line that keeps a crew alive. A value that is too old is absent and `isKnown` is false. */
export interface Hazard {
  measurement: string;
  unit: string;
  value?: number;
  observedAt?: Instant;
  ageMs?: number;
  isKnown: boolean;
  text: { zh: string; en: string };
}

/** An order to a crew, as it lies in the outbox; `orderId` is stable over every sending. */
export interface Order {
  orderId: string;
  kind: OrderKind;
  crewId: CrewId;
  caseNo: CaseNo;
  case: Case;
  /** Of an order to an assisting crew: its sub-task. */
  assist?: AssistOrder;
  hazards: Hazard[];
  createdAt: Instant;
}

/** A newest value with what is needed to judge its age. */
export interface LatestReading {
  deviceId: string;
  measurement: string;
  unit: string;
  value: number;
  observedAt: Instant;
  receivedAt: Instant;
  flags: number;
}
