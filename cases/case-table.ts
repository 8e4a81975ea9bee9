/**
 * The workflow of a case as rows of data: which event takes a case from where to where, whose it
 * is, what it needs and what it sends. A pair that has no row is refused. `admin` may do all.
 * Stages, events and roles are those of digital city management (数字化城管).
 */
import type { CaseState, OrderKind } from "../model/case.ts";
import { Role } from "../model/registry.ts";

/** A user's role, or the platform itself. */
export type CaseRole = Role | "system";
export const CASE_ROLES: readonly CaseRole[] = [...Role.options, "system"];

export const CASE_EVENTS = [
  "report",
  "confirm",
  "accept",
  "reject",
  "void",
  "file",
  "refuse",
  "dispatch",
  "start",
  "feedback",
  "sendCheck",
  "checkPass",
  "rework",
  "close",
  "forceClose",
  "urge",
] as const;
export type CaseEvent = (typeof CASE_EVENTS)[number];

export interface CaseRow {
  event: CaseEvent;
  /** `none`: there is no case before. */
  from: readonly (CaseState | "none")[];
  to: CaseState | "same";
  roles: readonly CaseRole[];
  /** A text without which it is refused. */
  needs?: "note" | "reason";
  /** What it changes beside the state; the machine knows each by name. */
  effect?: "dispatch" | "start" | "feedback" | "check" | "rework" | "end";
  /** Told to the crew, where the case has one. */
  order?: OrderKind;
  /** Events that happen at once in its place, in this order, a record each. */
  steps?: readonly CaseEvent[];
}

/** 专业部门: the handling unit and the units above it, and the crew that has the order. */
const HANDLER: readonly CaseRole[] = ["unit", "crew"];

const OPEN: readonly CaseState[] = [
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
];
const FILED_UNDONE: readonly CaseState[] = [
  "PENDING_DISPATCH",
  "DISPATCHED",
  "RETURN_REVIEW",
  "SUSPENDED",
  "HANDLING",
];
const DONE_UNCLOSED: readonly CaseState[] = ["FEEDBACK", "CHECKING", "PENDING_CLOSE"];

export const CASE_ROWS: readonly CaseRow[] = [
  { event: "report", from: ["none"], to: "REPORTED", roles: ["inspector", "acceptor", "system"] },
  {
    event: "confirm",
    from: ["REPORTED"],
    to: "DISPATCHED",
    roles: ["acceptor", "shift-lead", "system"],
    steps: ["accept", "file", "dispatch"],
  },
  { event: "accept", from: ["REPORTED"], to: "PENDING_FILING", roles: ["acceptor", "system"] },
  {
    event: "reject",
    from: ["REPORTED"],
    to: "NOT_ACCEPTED",
    roles: ["acceptor"],
    needs: "reason",
    effect: "end",
  },
  {
    event: "void",
    from: ["REPORTED", "PENDING_FILING", "PENDING_DISPATCH"],
    to: "VOIDED",
    roles: ["shift-lead"],
    needs: "reason",
    effect: "end",
  },
  {
    // Of what the crew looked at and did not find; the machine asks for the outcome.
    event: "void",
    from: ["FEEDBACK"],
    to: "VOIDED",
    roles: ["shift-lead"],
    effect: "end",
    order: "closed",
  },
  {
    event: "file",
    from: ["PENDING_FILING"],
    to: "PENDING_DISPATCH",
    roles: ["shift-lead", "system"],
  },
  {
    event: "refuse",
    from: ["PENDING_FILING"],
    to: "NOT_FILED",
    roles: ["shift-lead"],
    needs: "reason",
    effect: "end",
  },
  {
    event: "dispatch",
    from: ["PENDING_DISPATCH"],
    to: "DISPATCHED",
    roles: ["dispatcher", "system"],
    effect: "dispatch",
    order: "dispatched",
  },
  { event: "start", from: ["DISPATCHED"], to: "HANDLING", roles: HANDLER, effect: "start" },
  {
    event: "feedback",
    from: ["HANDLING"],
    to: "FEEDBACK",
    roles: HANDLER,
    needs: "note",
    effect: "feedback",
  },
  {
    event: "sendCheck",
    from: ["FEEDBACK"],
    to: "CHECKING",
    roles: ["acceptor", "dispatcher", "system"],
    effect: "check",
  },
  {
    event: "checkPass",
    from: ["CHECKING"],
    to: "PENDING_CLOSE",
    roles: ["inspector", "system"],
  },
  {
    event: "rework",
    from: DONE_UNCLOSED,
    to: "HANDLING",
    roles: ["inspector", "dispatcher", "system"],
    needs: "reason",
    effect: "rework",
    order: "rework",
  },
  {
    event: "close",
    from: ["PENDING_CLOSE"],
    to: "CLOSED",
    roles: ["shift-lead"],
    effect: "end",
    order: "closed",
  },
  {
    event: "forceClose",
    from: FILED_UNDONE,
    to: "FORCE_CLOSED",
    roles: ["leader"],
    needs: "reason",
    effect: "end",
    order: "withdrawn",
  },
  {
    event: "forceClose",
    from: DONE_UNCLOSED,
    to: "FORCE_CLOSED",
    roles: ["leader"],
    needs: "reason",
    effect: "end",
    order: "closed",
  },
  { event: "urge", from: OPEN, to: "same", roles: ["shift-lead", "leader"], order: "urged" },
];
