/**
 * Who has a case now and until when: the stage's limit, the crew's answer, the way to the place, the
 * deadline. Pure; who is late is a comparison with the time.
 */
import type { CaseDetail } from "../../shared/platform-types.ts";

export type ClockKind =
  | "review"
  | "accept"
  | "verify"
  | "file"
  | "dispatch"
  | "check"
  | "close"
  | "acceptOrder"
  | "arrive"
  | "handling"
  | "suspended";

export interface CaseClock {
  kind: ClockKind;
  /** Whose it is: a role, or the unit and the crew that have the case. */
  whose: string;
  /** ISO 8601. */
  until: string;
}

/** Whose each stage is; docs/cases.md has the table. */
const STAGE_ROLES: Record<string, string> = {
  accept: "acceptor",
  verify: "inspector",
  file: "shift-lead",
  dispatch: "dispatcher",
  check: "inspector",
  close: "shift-lead",
};
const RUNNING = ["DISPATCHED", "HANDLING", "RETURN_REVIEW"];

type Clocked = Pick<
  CaseDetail,
  | "state"
  | "stage"
  | "reviewUntil"
  | "crewId"
  | "acceptUntil"
  | "acceptedAt"
  | "arriveBy"
  | "arrivedAt"
  | "deadline"
  | "suspendUntil"
>;

export interface CasePending {
  word: "waitReturn" | "waitRuling" | "waitExtension" | "waitSuspend";
  roles: readonly string[];
  /** ISO 8601; absent where the case does not say. */
  since?: string | undefined;
}

/** What somebody has asked for and nobody has answered; no limit runs for that. */
export function pendingOf(
  theCase: Pick<
    CaseDetail,
    | "state"
    | "stageSince"
    | "needsConsultation"
    | "consultAskedAt"
    | "extensionAskedAt"
    | "extensionCount"
    | "suspendAskedAt"
  >,
): CasePending[] {
  const { state, stageSince, needsConsultation, consultAskedAt } = theCase;
  const { extensionAskedAt, extensionCount = 0, suspendAskedAt } = theCase;
  const pending: CasePending[] = [];
  const isDisputed = needsConsultation === true || consultAskedAt !== undefined;
  if (state === "RETURN_REVIEW" && !isDisputed) {
    pending.push({ word: "waitReturn", roles: ["dispatcher", "shift-lead"], since: stageSince });
  }
  if (isDisputed) {
    pending.push({ word: "waitRuling", roles: ["shift-lead", "leader"], since: consultAskedAt });
  }
  if (extensionAskedAt !== undefined) {
    const roles = extensionCount > 0 ? ["leader"] : ["shift-lead", "leader"];
    pending.push({ word: "waitExtension", roles, since: extensionAskedAt });
  }
  if (suspendAskedAt !== undefined) {
    pending.push({ word: "waitSuspend", roles: ["leader"], since: suspendAskedAt });
  }
  return pending;
}

/** The one that ends first before the others. */
export function clocksOf(theCase: Clocked): CaseClock[] {
  const { state, stage, crewId, reviewUntil, acceptUntil, acceptedAt } = theCase;
  const { arriveBy, arrivedAt, deadline, suspendUntil } = theCase;
  const clocks: CaseClock[] = [];
  const put = (kind: ClockKind, whose: string, until: string | undefined): void => {
    if (until !== undefined) clocks.push({ kind, whose, until });
  };
  const hands = crewId === undefined ? "unit" : "crew";
  if (state === "REPORTED") put("review", "acceptor", reviewUntil);
  if (stage !== undefined && Object.hasOwn(STAGE_ROLES, stage.stage)) {
    put(stage.stage as ClockKind, STAGE_ROLES[stage.stage] ?? "", stage.until);
  }
  if (state === "DISPATCHED" && acceptedAt === undefined) put("acceptOrder", "crew", acceptUntil);
  if ((state === "DISPATCHED" || state === "HANDLING") && arrivedAt === undefined) {
    put("arrive", hands, arriveBy);
  }
  if (RUNNING.includes(state)) put("handling", "unit", deadline);
  if (state === "SUSPENDED") put("suspended", "unit", suspendUntil);
  return clocks.sort((a, b) => Date.parse(a.until) - Date.parse(b.until));
}
