/**
 * The words of the case machine: who acts, which events there are, and what a row of its table may
 * ask for and change. The rows themselves are in `case-table.ts`.
 */
import type { CaseOutcome, CaseState, OrderKind } from "../model/case.ts";
import { Role } from "../model/registry.ts";

/** A user's role, the platform itself, or the named steward of the case's place. */
export type CaseRole = Role | "system" | "steward";
export const CASE_ROLES: readonly CaseRole[] = [...Role.options, "system", "steward"];

export const CASE_EVENTS = [
  "report",
  "sendVerify",
  "verifyResult",
  "confirm",
  "accept",
  "reject",
  "void",
  "file",
  "refuse",
  "dispatch",
  "consult",
  "rule",
  "acceptOrder",
  "declineOrder",
  "redispatch",
  "start",
  "arrive",
  "return",
  "acceptReturn",
  "refuseReturn",
  "requestExtension",
  "approveExtension",
  "refuseExtension",
  "requestSuspend",
  "approveSuspend",
  "refuseSuspend",
  "resume",
  "feedback",
  "sendCheck",
  "checkPass",
  "rework",
  "close",
  "settle",
  "reopen",
  "forceClose",
  "urge",
  "supervise",
  "join",
] as const;
export type CaseEvent = (typeof CASE_EVENTS)[number];

/** What must hold beside state, role and text; `case-guards.ts` knows each by name. */
export type CaseGuard =
  | "nothing-found"
  | "no-relapse"
  | "not-accepted"
  | "has-crew"
  | "another-crew"
  | "known-outcome"
  | "not-arrived"
  | "small-and-shown"
  | "proof-or-reason"
  | "may-relapse"
  | "may-dispute"
  | "may-extend"
  | "extension-asked"
  | "may-suspend"
  | "suspension-asked"
  | "may-join";

/** What a row changes beside the state; `case-changes.ts` knows each by name. */
export type CaseChange =
  | "dispatch"
  | "consult"
  | "rule"
  | "accept-order"
  | "decline-order"
  | "redispatch"
  | "start"
  | "arrive"
  | "return"
  | "accept-return"
  | "refuse-return"
  | "ask-extension"
  | "extend"
  | "refuse-extension"
  | "ask-suspension"
  | "suspend"
  | "refuse-suspension"
  | "resume"
  | "feedback"
  | "check"
  | "pass"
  | "rework"
  | "end"
  | "settle"
  | "relapse"
  | "dispute"
  | "supervise"
  | "merge";

export interface CaseRow {
  event: CaseEvent;
  /** `none`: there is no case before. */
  from: readonly (CaseState | "none")[];
  to: CaseState | "same";
  roles: readonly CaseRole[];
  /** The row is meant where this is said; of several rows the first that is meant is taken. */
  outcome?: CaseOutcome;
  /** A text without which it is refused. */
  needs?: "note" | "reason";
  guard?: CaseGuard;
  effect?: CaseChange;
  /** Told to the crew, where the case has one. */
  order?: OrderKind;
  /** Events that happen at once in its place, in this order, a record each. */
  steps?: readonly CaseEvent[];
}
