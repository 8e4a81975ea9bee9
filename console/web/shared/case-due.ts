/**
 * Until when a case is due as it stands: its confirmation, the limit of its stage, its deadline while
 * the crew has it. Pure. Of a check nobody knows it by the case alone: its sensors may prove the repair.
 */
import type { CaseItem, CaseState } from "./platform-types.ts";

const MINUTE_MS = 60_000;

/** The limits of the stages (cases/case-stages.ts), held equal to them by a test. */
export const STAGE_LIMITS_MS: Partial<Record<CaseState, number>> = {
  REPORTED: 15 * MINUTE_MS,
  VERIFYING: 30 * MINUTE_MS,
  PENDING_FILING: 15 * MINUTE_MS,
  PENDING_DISPATCH: 15 * MINUTE_MS,
  PENDING_CLOSE: 60 * MINUTE_MS,
};
const CLOCK_RUNS: readonly CaseState[] = ["DISPATCHED", "HANDLING", "RETURN_REVIEW"];
const DUE_SOON_SHARE = 0.2;

/** In which nothing is waited for any more. */
export const ENDED_STATES: readonly CaseState[] = [
  "NOT_ACCEPTED",
  "NOT_FILED",
  "VOIDED",
  "CLOSED",
  "FORCE_CLOSED",
];

export const hasEnded = ({ state }: Pick<CaseItem, "state">): boolean =>
  ENDED_STATES.includes(state);

export interface CaseDue {
  /** ms since 1970 */
  from: number;
  until: number;
}
export type Timed = Pick<CaseItem, "state" | "openedAt"> &
  Partial<Pick<CaseItem, "source" | "stageSince" | "reviewUntil" | "deadline">>;
export type Urgent = Timed & Pick<CaseItem, "caseNo" | "lifeSafety">;

/** Nothing where no limit runs. */
export function dueOf(item: Timed): CaseDue | undefined {
  const { state, source, openedAt, stageSince, reviewUntil, deadline } = item;
  const opened = Date.parse(openedAt);
  if (CLOCK_RUNS.includes(state)) {
    return deadline === undefined ? undefined : { from: opened, until: Date.parse(deadline) };
  }
  if (state === "REPORTED" && reviewUntil !== undefined) {
    return { from: opened, until: Date.parse(reviewUntil) };
  }
  // What a sensor has reported the platform itself answers.
  if (state === "REPORTED" && source === "sensor" && stageSince === undefined) return undefined;
  const limitMs = STAGE_LIMITS_MS[state];
  const from = stageSince === undefined ? opened : Date.parse(stageSince);
  return limitMs === undefined ? undefined : { from, until: from + limitMs };
}

export const isLate = (item: Timed, now: number): boolean =>
  (dueOf(item)?.until ?? Number.POSITIVE_INFINITY) < now;

export function urgencyOf({ from, until }: CaseDue, now: number): "calm" | "soon" | "over" {
  if (until < now) return "over";
  return until - now < (until - from) * DUE_SOON_SHARE ? "soon" : "calm";
}

/** Dangers to life first, then what is due first; what has no time set comes last. */
export function byUrgency(a: Urgent, b: Urgent): number {
  return (
    Number(b.lifeSafety) - Number(a.lifeSafety) ||
    dueAt(a) - dueAt(b) ||
    a.caseNo.localeCompare(b.caseNo)
  );
}

/** Read once of each case, since lists of thousands are sorted again and again. */
const dues = new WeakMap<Timed, number>();

/** ms since 1970; of what has no time set, later than any. */
export function dueAt(item: Timed): number {
  const known = dues.get(item);
  if (known !== undefined) return known;
  const due = dueOf(item)?.until ?? Number.MAX_SAFE_INTEGER;
  dues.set(item, due);
  return due;
}
