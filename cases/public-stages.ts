/**
 * The history of a case as the public is told of it: which of the seven stages it has come to and
 * when, and how it stands. A case that goes back loses the stages behind; what waits (a return, a
 * suspension) keeps those that it has. No name, note or reason comes through. Pure.
 */
import type { Case, CaseHistoryEntry, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import {
  PUBLIC_STAGES,
  type PublicReport,
  type PublicStage,
  type PublicStanding,
} from "../model/question.ts";

const STAGE_OF: Partial<Record<CaseState, PublicStage>> = {
  REPORTED: "found",
  VERIFYING: "found",
  PENDING_FILING: "found",
  PENDING_DISPATCH: "filed",
  DISPATCHED: "dispatched",
  HANDLING: "handled",
  FEEDBACK: "reportedBack",
  CHECKING: "reportedBack",
  PENDING_CLOSE: "verified",
  CLOSED: "closed",
};

const STANDING_OF: Partial<Record<CaseState, PublicStanding>> = {
  CLOSED: "closed",
  NOT_ACCEPTED: "notAccepted",
  NOT_FILED: "notAccepted",
  VOIDED: "voided",
  FORCE_CLOSED: "ended",
};

export function publicStages(
  theCase: Case,
  history: readonly Pick<CaseHistoryEntry, "to" | "at">[],
  now: Instant,
): Pick<PublicReport, "standing" | "stage" | "stages" | "dueBy" | "isInTime"> {
  const reached = new Map<PublicStage, Instant>();
  for (const { to, at } of history) {
    const stage = STAGE_OF[to];
    if (stage === undefined) continue;
    for (const later of PUBLIC_STAGES.slice(PUBLIC_STAGES.indexOf(stage) + 1)) {
      reached.delete(later);
    }
    if (!reached.has(stage)) reached.set(stage, at);
  }
  const stages = PUBLIC_STAGES.flatMap((stage) => {
    const at = reached.get(stage);
    return at === undefined ? [] : [{ stage, at }];
  });
  return {
    standing: STANDING_OF[theCase.state] ?? "underWay",
    stage: stages.at(-1)?.stage ?? "found",
    stages,
    ...timeliness(theCase, now),
  };
}

/** The clock stands while it is suspended. */
function timeliness(
  { deadline, feedbackAt, suspendedAt }: Case,
  now: Instant,
): Pick<PublicReport, "dueBy" | "isInTime"> {
  if (deadline === undefined) return {};
  return { dueBy: deadline, isInTime: (feedbackAt ?? suspendedAt ?? now) <= deadline };
}
