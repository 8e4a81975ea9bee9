/**
 * Records of the history become entries of a case's timeline. A record's `detail` says the unit, the
 * crew and the deadline that hold after it. A record of before there was one has the unit of its
 * dispatch, the crew that the case has at last, and the deadline as its clock gives it anew. Pure.
 */
import type { Case, CaseState } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";
import type { SqlRow } from "../../model/database.ts";
import type { AfterStep } from "../after-step.ts";
import { type Counting, clockMoveOf, moveClock } from "../case-clock.ts";
import { addLimit } from "../deadline.ts";
import { readOutcome } from "../question-rules.ts";
import { EVALUATED, type EvaluatedEvent, type FixedFacts, type TimelineEntry } from "./timeline.ts";

/** Digits of a grid cell that name its street. */
const STREET_DIGITS = 9;
/** They begin the clock anew, each where it says so. */
const STARTS: readonly string[] = ["dispatch", "rule"];

export function factsOf(theCase: Case): FixedFacts {
  return {
    source: theCase.source,
    street: theCase.gridCell?.slice(0, STREET_DIGITS) ?? "",
    grid: theCase.responsibleGrid ?? "",
    isUrgent: theCase.limit.unit === "urgent-hour",
  };
}

/** The next entry; nothing for a record that moves nothing. */
export function entryOf(
  row: SqlRow,
  before: readonly TimelineEntry[],
  theCase: Case,
  counting: Counting,
): TimelineEntry | undefined {
  const event = eventOf(row);
  if (event === "other" && typeof row.detail !== "string") return undefined;
  const entry: TimelineEntry = {
    ...holding(before.at(-1)),
    // A clock that was set back between two records makes none of them go before the other.
    at: Math.max(Number(row.at), before.at(-1)?.at ?? Number(row.at)),
    event,
    to: row.to_state as CaseState,
    isSystem: row.role === "system",
    isSaid: typeof row.detail === "string" || before.at(-1)?.isSaid === true,
  };
  if (typeof row.detail === "string") return { ...entry, ...said(row.detail) };
  // Once records say what changes, one that says nothing changes nothing.
  if (entry.isSaid) return entry;
  return { ...entry, ...guessed(row, entry, before, theCase, counting) };
}

/** A further report joins a case and moves nothing. */
function eventOf({ event, from_state: from, to_state: to, outcome }: SqlRow): EvaluatedEvent {
  if (event === "answer") return answerOf(outcome);
  const known = EVALUATED.find((name) => name === event) ?? "other";
  return known === "join" && from === to ? "other" : known;
}

function answerOf(outcome: SqlRow[string] | undefined): EvaluatedEvent {
  const said = readOutcome(outcome);
  if (said === undefined) return "other";
  if (said.isSolved) return said.isSatisfied ? "answerGood" : "answerSolved";
  return said.isSatisfied ? "answerSatisfied" : "answerBad";
}

function holding(last: TimelineEntry | undefined) {
  const { unitId = "", crewId = "", deadline = 0 } = last ?? {};
  return { unitId, crewId, deadline };
}

function said(detail: string) {
  const { unitId = "", crewId = "", deadline = 0 } = JSON.parse(detail) as AfterStep;
  return { unitId, crewId, deadline };
}

function guessed(
  row: SqlRow,
  entry: TimelineEntry,
  before: readonly TimelineEntry[],
  theCase: Case,
  counting: Counting,
) {
  const unitId = unitAfter(row, entry, theCase);
  const crewId = unitId === "" ? "" : (theCase.crewId ?? "");
  const deadline = deadlineAfter({ ...entry, unitId }, before, theCase, counting);
  return { unitId, crewId, deadline };
}

/** A ruling's record names the unit of who ruled; the case itself has the one it was ruled to. */
function unitAfter(row: SqlRow, { event, unitId }: TimelineEntry, theCase: Case): string {
  if (event === "dispatch") return typeof row.unit_id === "string" ? row.unit_id : unitId;
  return event === "rule" ? (theCase.unitId ?? unitId) : unitId;
}

function deadlineAfter(
  { at, event, to, unitId, deadline }: TimelineEntry,
  before: readonly TimelineEntry[],
  theCase: Case,
  counting: Counting,
): Instant {
  const { limit, calendar, zone } = counting;
  const isSameUnit = event === "rule" && unitId === before.at(-1)?.unitId;
  const isRelapse = event === "reopen" && to === "HANDLING";
  const isUpheld = event === "rework" && isDisputed(before);
  if ((STARTS.includes(event) && !isSameUnit) || isRelapse || isUpheld) {
    return addLimit(at, limit, calendar, zone).deadline;
  }
  const move = clockMoveOf(event, stoppedIn(before, theCase), at);
  if (move === undefined || deadline === 0) return deadline;
  return moveClock({ deadline, provisional: false }, move, counting).deadline;
}

/** The present check is that of the reporter's word. */
export function isDisputed(before: readonly Pick<TimelineEntry, "event" | "to">[]): boolean {
  const last = before.findLast(
    ({ event, to }) => event === "sendCheck" || (event === "reopen" && to === "CHECKING"),
  );
  return last?.event === "reopen";
}

function stoppedIn(before: readonly TimelineEntry[], { lastSuspendUntil }: Case) {
  const fed = before.findLast(({ event, to }) => event === "feedback" && to === "FEEDBACK");
  const suspended = before.findLast(({ event }) => event === "approveSuspend");
  return {
    ...(fed !== undefined && { feedbackAt: fed.at }),
    ...(suspended !== undefined && { suspendedAt: suspended.at }),
    ...(lastSuspendUntil !== undefined && { suspendUntil: lastSuspendUntil }),
  };
}
