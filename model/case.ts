/**
 * A case (案卷): one fault of the city's, from found to closed. States, events and roles are those
 * of digital city management (数字化城管); the machine in cases/ says which event goes where.
 */
import { z } from "zod";
import { CaseLimit } from "./asset-class.ts";
import type { Instant } from "./clock.ts";
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
  calendar: z.string().optional(),
  openedAt: Time,
  /** When the present state began. */
  stageSince: Time.optional(),
  reviewUntil: Time.optional(),
  dispatchedAt: Time.optional(),
  deadline: Time.optional(),
  /** The calendar of the deadline's year was not known yet: weekends alone were counted. */
  deadlineProvisional: z.boolean().optional(),
  startedAt: Time.optional(),
  feedbackAt: Time.optional(),
  /** What the crew's feedback said beside its note; gone when the work is sent back. */
  outcome: z.string().max(64).optional(),
  checkingSince: Time.optional(),
  closedAt: Time.optional(),
  reworkCount: z.int().min(0),
  /** Of feedback that said so; kept when the case is checked or sent back. */
  madeSafeAt: Time.optional(),
  repairedAt: Time.optional(),
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
  /** Extensions (延期) that were granted, and since when one is asked for. */
  extensionCount: z.int().positive().optional(),
  extensionAskedAt: Time.optional(),
  /** 挂账: asked for, standing, and how often it was granted. */
  suspendAskedAt: Time.optional(),
  suspendAskedUntil: Time.optional(),
  suspendedAt: Time.optional(),
  suspendUntil: Time.optional(),
  suspendCount: z.int().positive().optional(),
  /** 督办: its leaders watch it. */
  supervised: z.boolean().optional(),
  /** Assets that share its fault: a feeder's dark lamps. */
  memberCount: z.int().positive().optional(),
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
