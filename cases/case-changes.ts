/**
 * What a step changes in a case beside its state, effect by effect. Pure: a case in, a case out;
 * units, crews and deadlines were chosen and counted by the caller.
 */
import assert from "node:assert/strict";
import { type Case, MADE_SAFE } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { CaseContext, MovedDeadline } from "./case-machine.ts";
import type { CaseChange } from "./case-words.ts";

type Change = (current: Case, context: CaseContext, now: Instant) => Case;

const CHANGES: Record<CaseChange, Change> = {
  dispatch: dispatched,
  start: (current, _context, now) => ({ ...current, startedAt: now }),
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
  rework: reworked,
  end: (current, _context, now) => ({ ...withoutAsked(current), closedAt: now }),
  supervise: (current) => ({ ...current, supervised: true }),
};

export function changeCase(
  change: CaseChange | undefined,
  current: Case,
  context: CaseContext,
  now: Instant,
): Case {
  return change === undefined ? { ...current } : CHANGES[change](current, context, now);
}

function dispatched(current: Case, { plan }: CaseContext, now: Instant): Case {
  assert(plan !== undefined, `case '${current.caseNo}' is dispatched without a plan`);
  const { crewId: _former, deadlineProvisional: _formerly, ...kept } = current;
  return {
    ...kept,
    unitId: plan.unitId,
    ...(plan.crewId !== undefined && { crewId: plan.crewId }),
    calendar: plan.calendar,
    dispatchedAt: now,
    deadline: plan.deadline,
    ...(plan.deadlineProvisional && { deadlineProvisional: true }),
  };
}

/** The clock runs on until it is judged; what else was asked for falls with it. */
function returned(current: Case): Case {
  const returnCount = (current.returnCount ?? 0) + 1;
  return {
    ...withoutAsked(current),
    returnCount,
    ...(returnCount >= LIMITS.caseReturnsConsulted && { needsConsultation: true }),
  };
}

/** Nobody's, until it is dispatched anew with a new clock. */
function returnAccepted(current: Case): Case {
  const { unitId, ...rest } = current;
  const {
    crewId: _crew,
    calendar: _calendar,
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
    ...withoutAsked(current),
    suspendedAt: now,
    suspendUntil,
    suspendCount: (current.suspendCount ?? 0) + 1,
  };
}

function resumed(current: Case, { movedDeadline }: CaseContext, now: Instant): Case {
  const { suspendedAt: _since, suspendUntil: _until, ...kept } = current;
  return { startedAt: now, ...withDeadline(kept, movedDeadline) };
}

function fedBack(current: Case, { outcome }: CaseContext, now: Instant): Case {
  const isRepaired = outcome === undefined || outcome === "repaired";
  return {
    ...withoutAsked(current),
    feedbackAt: now,
    ...(outcome !== undefined && { outcome }),
    ...(outcome === MADE_SAFE && { madeSafeAt: current.madeSafeAt ?? now }),
    ...(isRepaired && { repairedAt: now }),
  };
}

/** Same unit and crew; the clock goes on where feedback stopped it. */
function reworked(current: Case, { movedDeadline }: CaseContext): Case {
  const {
    feedbackAt: _fed,
    checkingSince: _checked,
    outcome: _said,
    repairedAt: _notRepaired,
    ...kept
  } = current;
  return { ...withDeadline(kept, movedDeadline), reworkCount: current.reworkCount + 1 };
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
