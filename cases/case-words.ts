/**
 * The words of the case machine: who acts, which events there are, and what a row of its table may
 * ask for and change. The rows themselves are in `case-table.ts`.
 */
import type { CaseOutcome, CaseState, OrderKind } from "../model/case.ts";
import { Role } from "../model/registry.ts";

/** A user's role, or the platform itself. */
export type CaseRole = Role | "system";
export const CASE_ROLES: readonly CaseRole[] = [...Role.options, "system"];

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
  "start",
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
  "forceClose",
  "urge",
  "supervise",
] as const;
export type CaseEvent = (typeof CASE_EVENTS)[number];

/** What must hold beside state, role and text; `case-guards.ts` knows each by name. */
export type CaseGuard =
  | "nothing-found"
  | "no-relapse"
  | "known-outcome"
  | "may-extend"
  | "extension-asked"
  | "may-suspend"
  | "suspension-asked";

/** What a row changes beside the state; `case-changes.ts` knows each by name. */
export type CaseChange =
  | "dispatch"
  | "start"
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
  | "rework"
  | "end"
  | "supervise";

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
