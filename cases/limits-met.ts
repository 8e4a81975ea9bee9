/**
 * The limits of a crew's way beside its deadline: by when it must be at the place (到场), and whether
 * it was there, had made the place safe and had repaired it in time. Arrival runs on, nights and
 * holidays included; the other two are held against the deadline of the case's own row.
 */
import type { FilingCondition } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/clock.ts";

/** Own default: no table names one. */
const ARRIVE_MS_LIFE_SAFETY: DurationMs = 30 * MINUTE_MS;

type Verdicts = Pick<Case, "arrivedInTime" | "madeSafeInTime" | "repairedInTime">;

/** Nothing where the row sets no limit and nobody's life depends on it. */
export function arriveByOf(
  { lifeSafety }: Pick<Case, "lifeSafety">,
  condition: Pick<FilingCondition, "arriveWithinMs"> | undefined,
  dispatchedAt: Instant,
): Instant | undefined {
  const ms = condition?.arriveWithinMs ?? (lifeSafety ? ARRIVE_MS_LIFE_SAFETY : undefined);
  return ms === undefined ? undefined : dispatchedAt + ms;
}

/** Judged once: a deadline that moves later changes no verdict. The last instant is in time. */
export function limitsMet(theCase: Case): Verdicts {
  const { arrivedAt, arriveBy, madeSafeAt, repairedAt, deadline } = theCase;
  return {
    ...verdict("arrivedInTime", theCase, arrivedAt, arriveBy),
    ...verdict("madeSafeInTime", theCase, madeSafeAt, deadline),
    ...verdict("repairedInTime", theCase, repairedAt, deadline),
  };
}

function verdict(
  name: keyof Verdicts,
  theCase: Verdicts,
  at: Instant | undefined,
  limit: Instant | undefined,
): Verdicts {
  const judged = theCase[name];
  if (judged !== undefined) return { [name]: judged };
  return at === undefined || limit === undefined ? {} : { [name]: at <= limit };
}
