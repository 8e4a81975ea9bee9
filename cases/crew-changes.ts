/**
 * What a case keeps of its crew: who has the order and until when it must be accepted, who accepted,
 * who declined, who did not answer; or, without a crew, when one comes on duty. Pure.
 */
import assert from "node:assert/strict";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { CaseContext, CrewPlan } from "./case-machine.ts";

/** The case as it is before anybody is asked. */
export function withoutCrew(current: Case): Case {
  const { declinedBy: _declined, unansweredBy: _unanswered, ...kept } = withoutOrder(current);
  return kept;
}

/** As the plan says who gets it next. */
export function withCrewPlan(current: Case, plan: CrewPlan): Case {
  const { crewId, acceptUntil, handoverAt, nextDutyAt } = plan;
  return {
    ...withoutOrder(current),
    ...(crewId !== undefined && { crewId }),
    ...(acceptUntil !== undefined && { acceptUntil }),
    ...(handoverAt !== undefined && { handoverAt }),
    ...(nextDutyAt !== undefined && { nextDutyAt }),
  };
}

function withoutOrder(current: Case): Case {
  const {
    crewId: _crew,
    acceptUntil: _until,
    acceptedAt: _accepted,
    handoverAt: _turn,
    nextDutyAt: _duty,
    ...kept
  } = current;
  return kept;
}

/** The crew has answered, by a word for it or by another act: it is no longer waited for. */
export function answered(current: Case): Case {
  const { acceptUntil: _until, handoverAt: _turn, ...kept } = current;
  return kept;
}

export function accepted(current: Case, _context: CaseContext, now: Instant): Case {
  return { ...answered(current), acceptedAt: current.acceptedAt ?? now };
}

/** To start is to accept. */
export function started(current: Case, context: CaseContext, now: Instant): Case {
  const before = taken(current, context, now);
  const begun = before.crewId === undefined ? before : accepted(before, context, now);
  return { ...begun, startedAt: now };
}

/** A case that stands at its unit is the crew's that sets to work, so that further orders reach it. */
export function taken(current: Case, context: CaseContext, now: Instant): Case {
  const { roles, crewId } = context.actor;
  if (current.crewId !== undefined || crewId === undefined || !roles.includes("crew")) {
    return current;
  }
  return accepted(withCrewPlan(current, { crewId }), context, now);
}

/** A crew keeps what it declined where nobody else is there to have it. */
export function declined(current: Case, { crewPlan }: CaseContext): Case {
  const { crewId, declinedBy = [] } = current;
  assert(crewPlan !== undefined, `case '${current.caseNo}' is declined and nobody is next`);
  const after = withCrewPlan(current, crewPlan);
  if (crewId === undefined || declinedBy.includes(crewId)) return after;
  return { ...after, declinedBy: [...declinedBy, crewId] };
}

/** Taken from a crew that did not answer, or by somebody's word from one that did. */
export function redispatched(current: Case, { crewPlan }: CaseContext): Case {
  const { crewId, unansweredBy = [], acceptedAt } = current;
  assert(crewPlan !== undefined, `case '${current.caseNo}' is to go to nobody`);
  const after = withCrewPlan(current, crewPlan);
  const isSilent = crewId !== undefined && acceptedAt === undefined;
  return isSilent ? { ...after, unansweredBy: [...unansweredBy, crewId] } : after;
}
