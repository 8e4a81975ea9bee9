/**
 * What a step changes in a case beside its state, effect by effect. Pure: a case in, a case out;
 * units, crews and deadlines were chosen and counted by the caller.
 */
import assert from "node:assert/strict";
import { type Case, MADE_SAFE } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { CaseContext, CrewPlan, MovedDeadline } from "./case-machine.ts";
import type { CaseChange } from "./case-words.ts";
import {
  accepted,
  answered,
  declined,
  redispatched,
  started,
  taken,
  withCrewPlan,
  withoutCrew,
} from "./crew-changes.ts";
import { limitsMet } from "./limits-met.ts";
import {
  arrived,
  disputed,
  isDisputed,
  passed,
  reopened,
  sentBack,
  withoutArrival,
  withoutArriveBy,
} from "./proof-changes.ts";

type Change = (current: Case, context: CaseContext, now: Instant) => Case;

const CHANGES: Record<CaseChange, Change> = {
  dispatch: dispatched,
  consult: (current, _context, now) => ({
    ...current,
    needsConsultation: true,
    consultAskedAt: now,
  }),
  rule: ruled,
  "accept-order": accepted,
  "decline-order": declined,
  redispatch: redispatched,
  start: started,
  arrive: arrived,
  return: returned,
  "accept-return": returnAccepted,
  "refuse-return": (current) => ({
    ...current,
    refusedReturnCount: (current.refusedReturnCount ?? 0) + 1,
  }),
  "ask-extension": (current, _context, now) => ({ ...current, extensionAskedAt: now }),
  extend: extended,
  "refuse-extension": withoutExtensionAsked,
  "ask-suspension": suspensionAsked,
  suspend: suspended,
  "refuse-suspension": withoutSuspensionAsked,
  resume: resumed,
  feedback: fedBack,
  check: (current, _context, now) => ({ ...current, checkingSince: now }),
  pass: passed,
  rework: reworked,
  end: (current, _context, now) => ({ ...withoutAsked(current), closedAt: now }),
  settle: (current, _context, now) => ({ ...current, selfHandled: true, closedAt: now }),
  relapse: (current, context, now) => begunAnew(reopened(current), context, now),
  dispute: disputed,
  supervise: (current) => ({ ...current, supervised: true }),
  merge: merged,
};

export function changeCase(
  change: CaseChange | undefined,
  current: Case,
  context: CaseContext,
  now: Instant,
): Case {
  return change === undefined ? { ...current } : CHANGES[change](current, context, now);
}

/** A duplicate: what it says goes on in the other case. */
function merged(current: Case, { into }: CaseContext, now: Instant): Case {
  assert(into !== undefined, `case '${current.caseNo}' is merged into no case`);
  return { ...withoutAsked(current), closedAt: now, mergedInto: into.caseNo };
}

function dispatched(current: Case, { plan }: CaseContext, now: Instant): Case {
  assert(plan !== undefined, `case '${current.caseNo}' is dispatched without a plan`);
  const {
    calendarVersion: _version,
    deadlineProvisional: _formerly,
    ...kept
  } = withCrewPlan(withoutCrew(withoutArrival(current)), plan);
  return {
    ...kept,
    unitId: plan.unitId,
    ...(plan.ruledBy !== undefined && { ruledBy: plan.ruledBy }),
    calendar: plan.calendar,
    ...(plan.calendarVersion !== undefined && { calendarVersion: plan.calendarVersion }),
    dispatchedAt: now,
    deadline: plan.deadline,
    ...(plan.arriveBy !== undefined && { arriveBy: plan.arriveBy }),
    ...(plan.deadlineProvisional && { deadlineProvisional: true }),
  };
}

/**
 * A consultation has said whose it is: the unit that has it goes on by its clock, another begins as
 * after an accepted return.
 */
function ruled(current: Case, context: CaseContext, now: Instant): Case {
  const { plan } = context;
  assert(plan !== undefined, `case '${current.caseNo}' is ruled without a plan`);
  const { needsConsultation: _needed, consultAskedAt: _asked, ...settled } = withoutAsked(current);
  if (plan.unitId !== current.unitId) {
    const free = current.unitId === undefined ? settled : returnAccepted(settled);
    return dispatched(free, context, now);
  }
  const isReturned = current.state === "RETURN_REVIEW";
  return {
    ...settled,
    ...(plan.ruledBy !== undefined && { ruledBy: plan.ruledBy }),
    ...(isReturned && { refusedReturnCount: (current.refusedReturnCount ?? 0) + 1 }),
  };
}

/** The clock runs on until it is judged; what else was asked for falls with it. */
function returned(current: Case): Case {
  const returnCount = (current.returnCount ?? 0) + 1;
  return {
    ...withoutAsked(answered(current)),
    returnCount,
    ...(returnCount >= LIMITS.caseReturnsConsulted && { needsConsultation: true }),
  };
}

/** Nobody's, until it is dispatched anew with a new clock. */
function returnAccepted(current: Case): Case {
  const { unitId, ...rest } = withoutCrew(withoutArrival(current));
  const {
    calendar: _calendar,
    calendarVersion: _version,
    ruledBy: _ruling,
    dispatchedAt: _dispatched,
    deadline: _deadline,
    deadlineProvisional: _provisional,
    startedAt: _started,
    ...kept
  } = rest;
  const before = current.returnedBy ?? [];
  return { ...kept, returnedBy: unitId === undefined ? before : [...before, unitId] };
}

function extended(current: Case, { movedDeadline }: CaseContext): Case {
  return {
    ...withDeadline(withoutExtensionAsked(current), movedDeadline),
    extensionCount: (current.extensionCount ?? 0) + 1,
  };
}

function suspensionAsked(current: Case, { until }: CaseContext, now: Instant): Case {
  assert(until !== undefined, `case '${current.caseNo}' is to be suspended without an end`);
  return { ...current, suspendAskedAt: now, suspendAskedUntil: until };
}

/** The clock stands: `suspendedAt` says since when. */
function suspended(current: Case, { until }: CaseContext, now: Instant): Case {
  const suspendUntil = until ?? current.suspendAskedUntil;
  assert(suspendUntil !== undefined, `case '${current.caseNo}' is suspended without an end`);
  return {
    ...withoutArriveBy(withoutAsked(answered(current))),
    suspendedAt: now,
    suspendUntil,
    suspendCount: (current.suspendCount ?? 0) + 1,
  };
}

function resumed(current: Case, { movedDeadline }: CaseContext, now: Instant): Case {
  const { suspendedAt: _since, suspendUntil: until, ...kept } = current;
  const ended = until === undefined ? kept : { ...kept, lastSuspendUntil: until };
  // Where there is no crew nobody has begun.
  const begun = current.crewId === undefined ? {} : { startedAt: now };
  return { ...begun, ...withDeadline(ended, movedDeadline) };
}

function fedBack(current: Case, context: CaseContext, now: Instant): Case {
  const { outcome } = context;
  const isRepaired = outcome === undefined || outcome === "repaired";
  const fed: Case = {
    ...withoutAsked(taken(current, context, now)),
    feedbackAt: now,
    ...(outcome !== undefined && { outcome }),
    ...(outcome === MADE_SAFE && { madeSafeAt: current.madeSafeAt ?? now }),
    ...(isRepaired && { repairedAt: now }),
  };
  return { ...fed, ...limitsMet(fed) };
}

/**
 * Same unit, and the same crew unless the plan says another; the clock goes on where feedback stopped
 * it. What a reporter disputed after its close begins anew.
 */
function reworked(current: Case, context: CaseContext, now: Instant): Case {
  const kept = sentBack(current, context);
  if (isDisputed(current)) return begunAnew(kept, context, now);
  const { crewPlan, movedDeadline } = context;
  const handed = crewPlan === undefined ? kept : handedOn(kept, context, crewPlan, now);
  return withDeadline(handed, movedDeadline);
}

/**
 * A new limit from now on, as if it were dispatched; its crew need not accept or start it. Of life safety a person
 * must say that he goes, so it is not accepted by itself.
 */
function begunAnew(current: Case, context: CaseContext, now: Instant): Case {
  const { selfHandled: _onTheSpot, ...kept } = dispatched(current, context, now);
  const isCalledAbout = kept.lifeSafety && kept.crewId !== undefined;
  return isCalledAbout ? { ...answered(kept), startedAt: now } : begun(kept, context, now);
}

/** Another crew has it from now on, or one that is still to come. */
function handedOn(current: Case, context: CaseContext, plan: CrewPlan, now: Instant): Case {
  return begun(withCrewPlan(withoutArrival(current), plan), context, now);
}

/** Without a crew nobody has begun. */
function begun(current: Case, context: CaseContext, now: Instant): Case {
  const { startedAt: _before, ...kept } = current;
  return kept.crewId === undefined ? kept : started(kept, context, now);
}

function withDeadline(current: Case, moved: MovedDeadline | undefined): Case {
  assert(moved !== undefined, `case '${current.caseNo}' goes on without a deadline`);
  return {
    ...current,
    deadline: moved.deadline,
    ...(moved.provisional && { deadlineProvisional: true }),
  };
}

/** What was asked for and not answered lapses where the case leaves its unit's hands. */
const withoutAsked = (current: Case): Case =>
  withoutExtensionAsked(withoutSuspensionAsked(current));

function withoutExtensionAsked(current: Case): Case {
  const { extensionAskedAt: _asked, ...kept } = current;
  return kept;
}

function withoutSuspensionAsked(current: Case): Case {
  const { suspendAskedAt: _asked, suspendAskedUntil: _until, ...kept } = current;
  return kept;
}

/** Is the crew's feedback one that a check can judge? What was not done waits for a person. */
export function isCheckedAfter(outcome: string | undefined): boolean {
  return outcome === undefined || outcome === "repaired" || outcome === MADE_SAFE;
}
