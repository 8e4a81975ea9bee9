/**
 * A supervision order (督办): a leader's written order to one unit over one or many cases, which must
 * be answered by its deadline. States and events are those of the machine in cases/; what it told is
 * in the same history as the cases' own steps.
 */
import { z } from "zod";
import type { CaseState } from "./case.ts";
import type { Instant } from "./clock.ts";
import { CaseNo, UnitId, Username } from "./ids.ts";
import { LIMITS } from "./limits.ts";

export const SupervisionNo = z
  .string()
  .regex(/^DB\d{14}$/, "DB and 14 digits: area, year, number of the year")
  .brand<"SupervisionNo">();
export type SupervisionNo = z.infer<typeof SupervisionNo>;

export const SupervisionState = z.enum([
  "ISSUED",
  "ACKNOWLEDGED",
  "REPLIED",
  "SENT_BACK",
  "ACCEPTED",
  "CANCELLED",
]);
export type SupervisionState = z.infer<typeof SupervisionState>;

/** A reply is wanted: the clock runs. */
export const AWAITING_REPLY: ReadonlySet<SupervisionState> = new Set([
  "ISSUED",
  "ACKNOWLEDGED",
  "SENT_BACK",
]);

/** 一般, 重要, 紧急. */
export const SupervisionLevel = z.enum(["ordinary", "important", "urgent"]);
export type SupervisionLevel = z.infer<typeof SupervisionLevel>;

/** Milliseconds inside the platform; the API shows them as ISO 8601 with offset. */
const Time = z.int();
const PersonName = z.string().trim().min(1).max(100);

/**
 * How a deadline was set, at the issue and by each extension: at a time, or so many working days by
 * that version of a calendar, from then or from the deadline that is extended, whichever is later.
 */
const DeadlineStep = z.union([
  z.strictObject({ at: Time, until: Time }),
  z.strictObject({
    at: Time,
    workingDays: z.int().positive(),
    calendar: z.string(),
    calendarVersion: z.int().min(0),
  }),
]);
export type DeadlineStep = z.infer<typeof DeadlineStep>;

export const Supervision = z.strictObject({
  supervisionNo: SupervisionNo,
  version: z.int().positive(),
  state: SupervisionState,
  level: SupervisionLevel,
  title: z.string().trim().min(1).max(200),
  text: z.string().trim().min(1).max(4000),
  /** Who gave it into the platform. */
  issuedBy: Username,
  /** By name: who orders it, and who answers for it. */
  orderingLeader: PersonName,
  accountableLeader: PersonName,
  responsiblePerson: PersonName,
  /** The accountable office. */
  unitId: UnitId,
  caseCount: z.int().min(1).max(LIMITS.supervisionCasesMax),
  /** One of its cases, whose number its notices bear, and whether any is life safety. */
  firstCaseNo: CaseNo,
  lifeSafety: z.boolean(),
  issuedAt: Time,
  deadline: Time,
  /** When 80 % of the time is over. */
  warnAt: Time,
  /** The calendar of the deadline's year was not known yet: weekends alone were counted. */
  deadlineProvisional: z.boolean().optional(),
  deadlineSteps: z.array(DeadlineStep).optional(),
  /** How often a year's holidays have moved the deadline. */
  recountCount: z.int().optional(),
  extensionCount: z.int().min(0),
  acknowledgedAt: Time.optional(),
  /** Of the reply that stands; gone when it is sent back. */
  repliedAt: Time.optional(),
  sentBackCount: z.int().min(0),
  /** Accepted or cancelled. */
  endedAt: Time.optional(),
});
export type Supervision = z.infer<typeof Supervision>;

export interface SupervisionHistoryEntry {
  seq: number;
  event: string;
  from: SupervisionState | undefined;
  to: SupervisionState;
  /** A user's name, or `system`. */
  actor: string;
  role: string;
  unitId?: string;
  at: Instant;
  note?: string;
  reason?: string;
  /** Of a reminder: the notice's kind. */
  outcome?: string;
  /** The deadline that holds from then on. */
  deadline?: Instant;
  /** Ids of files that a reply names. */
  files?: string[];
}

/** A case that an order covers, as it was when the order was issued and as it is now. */
export interface SupervisedCase {
  caseNo: CaseNo;
  /** Of the filing condition, where it has a row. */
  title: { zh: string; en: string } | undefined;
  address: string | undefined;
  unitId: string | undefined;
  stateAtIssue: CaseState;
  state: CaseState;
  deadline: Instant | undefined;
  closedAt: Instant | undefined;
}

export interface SupervisionDetails {
  supervision: Supervision;
  unitName: string | undefined;
  history: SupervisionHistoryEntry[];
  cases: SupervisedCase[];
}

/** Orders issued in a span, those that were cancelled left out but counted. */
export interface SupervisionCounts {
  issued: number;
  /** A reply stands, accepted or not. */
  answered: number;
  answeredInTime: number;
  accepted: number;
  /** Past the deadline without a reply. */
  overdueOpen: number;
  cancelled: number;
  /** Answered of issued, 0 to 1; it must reach 1. Nothing where none was issued. */
  shareAnswered: number | undefined;
}

export interface SupervisionSummary extends SupervisionCounts {
  units: ({ unitId: string; unitName: string | undefined } & SupervisionCounts)[];
}

/** Notices of supervision orders; whose they are and what they say. */
export const SUPERVISION_NOTICES = [
  "supervision-issued",
  "supervision-sent-back",
  "supervision-replied",
  "supervision-80",
  "supervision-overdue",
  "supervision-overdue-lead",
  "supervision-overdue-leader",
] as const;
export type SupervisionNotice = (typeof SUPERVISION_NOTICES)[number];

export const isSupervisionNotice = (kind: string): kind is SupervisionNotice =>
  (SUPERVISION_NOTICES as readonly string[]).includes(kind);

export const SUPERVISION_NOTICE_ROLE = {
  "supervision-issued": "unit",
  "supervision-sent-back": "unit",
  "supervision-replied": "shift-lead",
  "supervision-80": "unit",
  "supervision-overdue": "unit",
  "supervision-overdue-lead": "shift-lead",
  "supervision-overdue-leader": "leader",
} as const satisfies Record<SupervisionNotice, string>;

export const SUPERVISION_NOTICE_TEXT = {
  "supervision-issued": {
    zh: "本单位收到督办单，请签收，并在时限前回复。",
    en: "Your unit has a supervision order; acknowledge it, and reply by its deadline.",
  },
  "supervision-sent-back": {
    zh: "督办回复被退回，请按意见重新办理并回复。",
    en: "The reply to a supervision order is sent back; do what it asks and reply again.",
  },
  "supervision-replied": {
    zh: "督办单已回复，请审核：办结，或退回重办。",
    en: "A supervision order is answered; accept the reply, or send it back.",
  },
  "supervision-80": {
    zh: "督办时限已过80%，请尽快回复。",
    en: "80 % of a supervision order's time has passed; reply soon.",
  },
  "supervision-overdue": {
    zh: "本单位（或下属单位）的督办单已超期未回复，请立即办理。",
    en: "A supervision order of your unit, or of one below it, is overdue without a reply; answer it now.",
  },
  "supervision-overdue-lead": {
    zh: "督办单超期未回复，请督促责任单位。",
    en: "A supervision order is overdue without a reply; press its unit.",
  },
  "supervision-overdue-leader": {
    zh: "督办单超期后又过一个工作日仍未回复，请领导过问。",
    en: "A supervision order is one more working day overdue without a reply; take it up yourself.",
  },
} as const satisfies Record<SupervisionNotice, { zh: string; en: string }>;
