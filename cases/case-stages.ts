/**
 * Limits of the stages (环节时限) beside the crew's: how long a case may wait to be accepted,
 * verified, filed, dispatched, checked and closed. They run on, nights and holidays included. At each
 * share of a limit those whose stage it is have a notice. Source of the times: TimerDefaults of the
 * city system of Yuncheng (运城); of filing and closing it names none: own defaults.
 */
import type { HoldTime } from "../model/asset-class.ts";
import type { Case, CaseState } from "../model/case.ts";
import { type DurationMs, HOUR_MS, type Instant, MINUTE_MS } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import { hasReason, STAGE_SHARES, type Stage, type StageNotice } from "../model/notice.ts";
import { personAskedAt } from "./verification.ts";

interface StageLimit {
  stage: Exclude<Stage, "handling" | "arrive">;
  ms: DurationMs;
}

const STAGE_LIMITS: Partial<Record<CaseState, StageLimit>> = {
  REPORTED: { stage: "accept", ms: 15 * MINUTE_MS },
  VERIFYING: { stage: "verify", ms: 30 * MINUTE_MS },
  PENDING_FILING: { stage: "file", ms: 15 * MINUTE_MS },
  PENDING_DISPATCH: { stage: "dispatch", ms: 15 * MINUTE_MS },
  CHECKING: { stage: "check", ms: 30 * MINUTE_MS },
  PENDING_CLOSE: { stage: "close", ms: HOUR_MS },
};

/** How long a case may stand in a state; for ever where its stage has no limit. */
export const stageLimitMs = (state: CaseState): DurationMs =>
  STAGE_LIMITS[state]?.ms ?? Number.POSITIVE_INFINITY;

interface StageDue {
  kind: StageNotice;
  /** Tells this wait from another of the same case. */
  mark: string;
  at: Instant;
}

/**
 * Warnings of the stage that the case stands in. A sensor's new case has none: the system answers it
 * itself, at once, or when its review is over. While sensors may prove a repair nobody is late with
 * its check.
 */
export function stageDues(
  theCase: Case,
  hold: HoldTime | undefined,
  zone: TimeZone,
  lostAt?: Instant,
): readonly StageDue[] {
  const limit = STAGE_LIMITS[theCase.state];
  if (limit === undefined) return [];
  const { state, source, stageSince: movedAt } = theCase;
  if (state === "REPORTED" && source === "sensor" && movedAt === undefined) return [];
  const since = stageBegan(theCase, hold, zone, lostAt);
  return STAGE_SHARES.map((share) => ({
    kind: `${limit.stage}-${share}` as const,
    mark: `${since}`,
    at: since + (limit.ms * share) / 100,
  }));
}

/** The crew's way to the place, from dispatch on; each dispatch has one. */
export function arrivalDues(theCase: Case): readonly StageDue[] {
  const { arriveBy, dispatchedAt } = theCase;
  if (arriveBy === undefined || dispatchedAt === undefined) return [];
  if (!hasReason("arrive-100", theCase)) return [];
  return STAGE_SHARES.map((share) => ({
    kind: `arrive-${share}` as const,
    mark: `${dispatchedAt}`,
    at: dispatchedAt + ((arriveBy - dispatchedAt) * share) / 100,
  }));
}

function stageBegan(
  theCase: Case,
  hold: HoldTime | undefined,
  zone: TimeZone,
  lostAt: Instant | undefined,
): Instant {
  const { state, openedAt, stageSince = openedAt, feedbackAt, checkingSince } = theCase;
  if (state !== "CHECKING" || feedbackAt === undefined) return stageSince;
  const since = { feedbackAt, checkingSince: checkingSince ?? feedbackAt, lostAt };
  return personAskedAt(hold, since, zone);
}
