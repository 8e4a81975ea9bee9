/**
 * The clock of a case's deadline: begun by its dispatch, lengthened by extensions, stopped while it
 * is suspended and from feedback to rework. An event says how it moves the clock; the same moves in
 * order, read from the history, count the deadline again when a year's holidays become known. Pure.
 */
import type { Case, CaseHistoryEntry } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { WorkCalendar } from "./calendar.ts";
import { addLimit, addWorking, calendarFor, type Deadline, workingMsBetween } from "./deadline.ts";

/** `extension`: the limit once more. `pause`: what was left at `from` is left at `to`. */
export type ClockMove = { kind: "extension" } | { kind: "pause"; from: Instant; to: Instant };

/** Since when the clock stands, as far as it does. */
type Stopped = Pick<Case, "feedbackAt" | "suspendedAt" | "suspendUntil">;

/** How an event that is taken at `now` moves the clock; nothing for the others. */
export function clockMoveOf(event: string, stopped: Stopped, now: Instant): ClockMove | undefined {
  switch (event) {
    case "rework":
      return { kind: "pause", from: stopped.feedbackAt ?? now, to: now };
    case "resume": {
      // Time that the platform was down for after the end is no gift.
      const to = Math.min(now, stopped.suspendUntil ?? now);
      return { kind: "pause", from: stopped.suspendedAt ?? now, to };
    }
    case "approveExtension":
      return { kind: "extension" };
    default:
      return undefined;
  }
}

export interface Counting {
  limit: Case["limit"];
  calendar: WorkCalendar;
  zone: TimeZone;
}

/** The deadline after a move. What was overdue when the clock stopped stays so. */
export function moveClock(
  before: Deadline,
  move: ClockMove,
  { limit, calendar, zone }: Counting,
): Deadline {
  const { deadline, provisional } = before;
  if (move.kind === "extension") {
    const counted = addLimit(deadline, limit, calendar, zone);
    return { ...counted, provisional: provisional || counted.provisional };
  }
  if (move.from >= deadline) return before;
  const own = calendarFor(limit, calendar);
  const leftMs = workingMsBetween(move.from, deadline, own, zone);
  const counted = addWorking(move.to, leftMs, own, zone);
  return { ...counted, provisional: provisional || counted.provisional };
}

type ClockRecord = Pick<CaseHistoryEntry, "event" | "to" | "at">;

/** Counts from the dispatch on; nothing of a case that has no clock. */
export function countAgain(
  theCase: Case,
  history: readonly ClockRecord[],
  counting: Counting,
): Deadline | undefined {
  const { dispatchedAt } = theCase;
  if (dispatchedAt === undefined || theCase.deadline === undefined) return undefined;
  const { limit, calendar, zone } = counting;
  let counted = addLimit(dispatchedAt, limit, calendar, zone);
  for (const move of clockMoves(theCase, history, dispatchedAt)) {
    counted = moveClock(counted, move, counting);
  }
  return counted;
}

/** What moved the clock since the dispatch that holds, in order. */
export function clockMoves(
  theCase: Pick<Case, "lastSuspendUntil">,
  history: readonly ClockRecord[],
  dispatchedAt: Instant,
): ClockMove[] {
  const moves: ClockMove[] = [];
  let stopped: Stopped = {};
  for (const { event, to, at } of history.slice(beginOf(history, dispatchedAt))) {
    const move = clockMoveOf(event, stopped, at);
    if (move !== undefined) moves.push(move);
    if (event === "feedback" && to === "FEEDBACK") stopped = { feedbackAt: at };
    else if (event === "approveSuspend") {
      stopped = { suspendedAt: at, ...until(theCase.lastSuspendUntil) };
    } else if (move?.kind === "pause") stopped = {};
  }
  return moves;
}

/** Behind the record that began the clock: a dispatch, or another event that dispatches anew. */
function beginOf(history: readonly ClockRecord[], dispatchedAt: Instant): number {
  const begun = history.findLastIndex(
    ({ event, at }) => at === dispatchedAt && STARTS.includes(event),
  );
  return begun === -1 ? history.findIndex(({ at }) => at >= dispatchedAt) : begun + 1;
}

/** A relapse, a repair that is disputed and a ruling for another unit dispatch anew, too. */
const STARTS = ["dispatch", "reopen", "rework", "rule"];

const until = (suspendUntil: Instant | undefined): Stopped =>
  suspendUntil === undefined ? {} : { suspendUntil };
