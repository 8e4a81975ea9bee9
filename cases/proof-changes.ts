/**
 * What a case keeps of its crew's arrival, of feedback and its check, and of a reporter who says
 * that it is not solved. Pure.
 */
import { type Case, CaseOutcome, MADE_SAFE } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { CaseContext } from "./case-machine.ts";
import { taken } from "./crew-changes.ts";
import { limitsMet } from "./limits-met.ts";

/** Outcomes by which nobody says that it is in order, so that no sensor denies them. */
const STILL_BAD: readonly (string | undefined)[] = [
  MADE_SAFE,
  CaseOutcome.enum.cannotReach,
  CaseOutcome.enum.needsReplacement,
];

/** Said once; it stands through rework by the same crew, and goes with the crew. */
export function arrived(current: Case, context: CaseContext, now: Instant): Case {
  const there: Case = { ...taken(current, context, now), arrivedAt: now };
  return { ...there, ...limitsMet(there) };
}

/** Another crew has a way of its own. */
export function withoutArrival(current: Case): Case {
  const { arriveBy: _by, arrivedAt: _there, arrivedInTime: _met, ...kept } = current;
  return kept;
}

/** Nobody waits for an arrival any more; one that was said stands. */
export function withoutArriveBy(current: Case): Case {
  return current.arrivedAt === undefined ? withoutArrival(current) : current;
}

export function passed(current: Case, { actor }: CaseContext): Case {
  return { ...current, provenBy: actor.roles.includes("system") ? "sensor" : "inspector" };
}

/** What the system sends back before a proof, its sensor has denied. */
export function sentBack(current: Case, { actor }: CaseContext): Case {
  const { falseRepairCount = 0, reworkCount, state, outcome } = current;
  const isBeforeProof = actor.roles.includes("system") && state !== "PENDING_CLOSE";
  const isDenied = isBeforeProof && !STILL_BAD.includes(outcome);
  return {
    ...withoutArriveBy(withoutFeedback(current)),
    reworkCount: reworkCount + 1,
    ...(isDenied && { falseRepairCount: falseRepairCount + 1 }),
  };
}

/**
 * The sensor alarms again after the close: it counts against the handling. What was made safe before
 * has its repair behind it, and may be made safe anew.
 */
export function reopened(current: Case): Case {
  const { closedAt: _closed, madeSafeAt: safe, madeSafeInTime: _met, ...open } = current;
  const { linkedCaseNo: _repair, ...unlinked } = open;
  return {
    ...withoutFeedback(safe === undefined ? open : unlinked),
    reopenCount: (current.reopenCount ?? 0) + 1,
    relapseCount: (current.relapseCount ?? 0) + 1,
  };
}

/** No sensor is asked, since people disagree with it. */
export function disputed(current: Case, _context: CaseContext, now: Instant): Case {
  const { closedAt = now, provenBy: _proof, ...kept } = current;
  return {
    ...kept,
    feedbackAt: current.feedbackAt ?? closedAt,
    checkingSince: now,
    disputedAt: now,
    reopenCount: (current.reopenCount ?? 0) + 1,
  };
}

/** Is the present check that of the reporter's word? */
export function isDisputed({ disputedAt, checkingSince }: Case): boolean {
  return disputedAt !== undefined && disputedAt === checkingSince;
}

/** Whatever feedback and check said no longer stands. */
function withoutFeedback(current: Case): Case {
  const {
    feedbackAt: _fed,
    checkingSince: _checked,
    outcome: _said,
    repairedAt: _notRepaired,
    repairedInTime: _met,
    provenBy: _proof,
    ...kept
  } = current;
  return kept;
}
