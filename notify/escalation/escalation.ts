/**
 * The escalation of one case: whom to call next, and when nobody need be called any more. It begins when
 * the case wants a person, climbs the ladder by time, and stops when somebody takes the order or
 * the case wants none. Pure: it is told the case as it stands and the time.
 */
import type { Case } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";
import { wantsPerson } from "../../model/notice.ts";
import type { Call, Escalation, Who } from "../../model/reaching.ts";
import { inMs, type Ladder } from "./ladder.ts";

/** As it stands after a change of its case; the same object where nothing has changed. */
export function followed(
  before: Escalation | undefined,
  theCase: Case,
  now: Instant,
): Escalation | undefined {
  const isWanted = wantsPerson(theCase);
  if (before === undefined) return isWanted ? begun(theCase, 1, now) : undefined;
  if (!isWanted) return before.state === "over" ? before : ended(before, theCase, now);
  const isSameUnit = before.unitId === theCase.unitId;
  const isSameCrew = isSameUnit && before.crewId === theCase.crewId;
  // Of what has become life safety everybody is told as such.
  const isRaised = theCase.lifeSafety && !before.lifeSafety;
  if (before.state === "over" || isRaised) return begun(theCase, before.round + 1, now);
  if (isSameCrew) return before;
  // Who has taken it knows of it; the new crew does not.
  if (!isSameUnit || before.state === "taken") return begun(theCase, before.round + 1, now);
  const { crew: _former, ...calls } = before.calls;
  const { crewId } = theCase;
  return { ...before, round: before.round + 1, crewId, crewSince: now, calls };
}

function begun(theCase: Case, round: number, now: Instant): Escalation {
  const { caseNo, lifeSafety, isDrill = false, unitId, crewId } = theCase;
  return {
    ...{ caseNo, state: "calling", lifeSafety, isDrill, startedAt: now, round },
    ...{ unitId, crewId, crewSince: now, othersSince: now, calls: {} },
  };
}

function ended(before: Escalation, theCase: Case, now: Instant): Escalation {
  const { acceptedAt, crewId } = theCase;
  const isAccepted = acceptedAt !== undefined && crewId !== undefined;
  const after = isAccepted ? taken(before, `crew:${crewId}`, now) : before;
  const { nextAt: _none, ...rest } = after;
  return { ...rest, state: "over", endedAt: after.endedAt ?? now };
}

/** A person has taken it; the first one stands. */
export function taken(before: Escalation, by: string, now: Instant): Escalation {
  if (before.state !== "calling") return before;
  const { nextAt: _none, ...rest } = before;
  return { ...rest, state: "taken", takenBy: by, endedAt: now };
}

/** Was this step called about the case as it is in hand now? */
export const isOfRound = ({ round }: Escalation, step: string): boolean =>
  step.startsWith(`${round}.`);

/** Calls that are due, once each however long nobody looked, and when the next one is. */
export function callsDue(
  before: Escalation,
  ladder: Ladder,
  now: Instant,
): { escalation: Escalation; calls: Call[] } {
  if (before.state !== "calling") return { escalation: before, calls: [] };
  const calls: Call[] = [];
  const counts = { ...before.calls };
  for (const step of ladder) {
    const at = dueAt(before, step);
    if (at === undefined || at > now) continue;
    const { who } = step;
    const n = counts[who]?.count ?? 0;
    counts[who] = { count: n + 1, lastAt: now };
    calls.push({ who, n, step: `${before.round}.${who}.${n}` });
  }
  return { escalation: scheduled({ ...before, calls: counts }, ladder), calls };
}

/** Nobody could be called, or he has said no: who comes next in the ladder is called now. */
export function broughtForward(before: Escalation, ladder: Ladder, now: Instant): Escalation {
  if (before.state !== "calling") return before;
  const next = ladder.find(({ who }) => who !== "crew" && before.calls[who] === undefined);
  if (next === undefined) return before;
  const othersSince = Math.min(before.othersSince, now - inMs(next.afterSeconds));
  return scheduled({ ...before, othersSince }, ladder);
}

/** What lies ahead since the clock was set back is as if it were now. */
export function notAfter(before: Escalation, ladder: Ladder, now: Instant): Escalation {
  const calls = Object.fromEntries(
    Object.entries(before.calls).map(([who, { count, lastAt }]) => [
      who,
      { count, lastAt: Math.min(lastAt, now) },
    ]),
  );
  const startedAt = Math.min(before.startedAt, now);
  const crewSince = Math.min(before.crewSince, now);
  const othersSince = Math.min(before.othersSince, now);
  return scheduled({ ...before, startedAt, crewSince, othersSince, calls }, ladder);
}

function scheduled({ nextAt: _former, ...before }: Escalation, ladder: Ladder): Escalation {
  if (before.state !== "calling") return before;
  const times = ladder.flatMap((step) => dueAt(before, step) ?? []);
  return times.length === 0 ? before : { ...before, nextAt: Math.min(...times) };
}

/** When the step's next call is due; nothing where it has none any more, or there is no crew. */
function dueAt(escalation: Escalation, step: Ladder[number]): Instant | undefined {
  const { who, afterSeconds, everySeconds, times = Number.POSITIVE_INFINITY } = step;
  if (who === "crew" && escalation.crewId === undefined) return undefined;
  const called = escalation.calls[who];
  if (called === undefined) return sinceOf(escalation, who) + inMs(afterSeconds);
  if (everySeconds === undefined || called.count >= times) return undefined;
  return called.lastAt + inMs(everySeconds);
}

const sinceOf = ({ crewSince, othersSince }: Escalation, who: Who): Instant =>
  who === "crew" ? crewSince : othersSince;
