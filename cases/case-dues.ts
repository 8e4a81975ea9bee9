/**
 * Due times of cases. They lie in the database, so that what fell due while the platform was down
 * is done once when it is back, in the order of its time. Which times a case has follows from the
 * case alone. A row's `kind` is its kind and, where a case may wait for the same more than once, a
 * mark behind a colon: each is done once.
 */

import type { HoldTime } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import { hasReason, type StageNotice, waitsForCrew } from "../model/notice.ts";
import type { CalendarBook } from "./calendar.ts";
import { arrivalDues, stageDues } from "./case-stages.ts";
import { calendarFor, limitMs, subtractWorking } from "./deadline.ts";
import { personAskedAt, provenAtEarliest, SENSOR_GRACE_MS } from "./verification.ts";

/** What of the handling limit is left when the crew's lead, and when the crew, is warned. */
const SHARES_LEFT = [
  ["half", 0.5],
  ["due-soon", 0.2],
] as const;

export type DueKind =
  | "review"
  | "half"
  | "due-soon"
  | "overdue"
  | "resume"
  | "check"
  | "ask-person"
  | "sensor-look"
  | "alarm-over"
  | "accept-wanted"
  | "accept-handover"
  | "duty"
  | StageNotice;

export interface Due {
  kind: DueKind;
  mark?: string;
  at: Instant;
}

export interface CaseDue extends Due {
  caseNo: string;
}

/**
 * `hold` is the row's where the asset's sensors can prove a repair; `lostAt`: since when it is known
 * that they say nothing.
 */
export function duesOf(
  theCase: Case,
  hold: HoldTime | undefined,
  calendars: CalendarBook,
  zone: TimeZone,
  lostAt?: Instant,
): Due[] {
  const { state, reviewUntil, deadline, feedbackAt, suspendUntil } = theCase;
  if (state === "REPORTED" && reviewUntil !== undefined) {
    return [{ kind: "review", at: reviewUntil }];
  }
  if (state === "SUSPENDED" && suspendUntil !== undefined) {
    return [{ kind: "resume", at: suspendUntil }];
  }
  if (hasReason("handling-100", theCase) && deadline !== undefined) {
    const ofCrew = [...crewDues(theCase), ...arrivalDues(theCase)];
    return [...handlingDues(theCase, deadline, calendars, zone), ...ofCrew];
  }
  const stages = stageDues(theCase, hold, zone, lostAt);
  if (state !== "CHECKING" || feedbackAt === undefined) return [...stages];
  const { checkingSince = feedbackAt } = theCase;
  const askAt = personAskedAt(hold, { feedbackAt, checkingSince, lostAt }, zone);
  const ask: Due = { kind: "ask-person", at: askAt };
  if (hold === undefined) return [ask, ...stages];
  const check: Due = { kind: "check", at: provenAtEarliest(hold, feedbackAt, zone) };
  const lookAt = checkingSince + SENSOR_GRACE_MS;
  const isLooked = lostAt === undefined && lookAt < askAt;
  const look: Due[] = isLooked
    ? [{ kind: "sensor-look", mark: `${checkingSince}`, at: lookAt }]
    : [];
  return [check, ...look, ask, ...stages];
}

/** The crew's answer, or a crew that comes on duty; each time is told from another by itself. */
function crewDues(theCase: Case): Due[] {
  const { state, crewId, acceptUntil, handoverAt, nextDutyAt } = theCase;
  if (state === "DISPATCHED" && crewId !== undefined) {
    // Of two at one time the handover is first by its name: who has gone off duty was not silent.
    return [...dueAt("accept-handover", handoverAt), ...dueAt("accept-wanted", acceptUntil)];
  }
  return waitsForCrew(theCase) ? dueAt("duty", nextDutyAt) : [];
}

const dueAt = (kind: DueKind, at: Instant | undefined): Due[] =>
  at === undefined ? [] : [{ kind, mark: `${at}`, at }];

/** A new deadline by an extension, or by another unit after a return, is warned of anew. */
function handlingDues(
  theCase: Case,
  deadline: Instant,
  calendars: CalendarBook,
  zone: TimeZone,
): Due[] {
  const calendar = calendarFor(theCase.limit, calendars.of(theCase));
  const round = clockRound(theCase);
  const mark = round === 0 ? {} : { mark: `${round}` };
  const warnings = SHARES_LEFT.map(([kind, share]) => {
    const leftMs = limitMs(theCase.limit) * share;
    return { kind, ...mark, at: subtractWorking(deadline, leftMs, calendar, zone) };
  });
  return [...warnings, { kind: "overdue", ...mark, at: deadline }];
}

/** How often the case got a new deadline: by extensions, returning units, recounts, reopening. */
function clockRound(theCase: Case): number {
  const { extensionCount = 0, returnedBy = [], recountCount = 0, reopenCount = 0 } = theCase;
  return extensionCount + returnedBy.length + recountCount + reopenCount;
}

/** As the row names it. */
const keyOf = ({ kind, mark }: Pick<Due, "kind" | "mark">): string =>
  mark === undefined ? kind : `${kind}:${mark}`;

type DueRow = { caseNo: string; key: string; at: Instant };

function readDue({ caseNo, key, at }: DueRow): CaseDue {
  const [kind, mark] = key.split(":");
  return { caseNo, kind: kind as DueKind, at, ...(mark !== undefined && { mark }) };
}

/** Makes the case's waiting dues these; what was done once is never waiting again. */
export async function saveDues(tx: Sql, caseNo: string, dues: readonly Due[]): Promise<void> {
  await tx.run("delete from case_dues where case_no = ? and done_at is null", [caseNo]);
  for (const due of dues) await addDue(tx, caseNo, due);
}

/** One more beside those that follow from the case; twice the same is one. */
export async function addDue(tx: Sql, caseNo: string, due: Due): Promise<void> {
  await tx.run(
    `insert into case_dues (case_no, kind, at) values (?, ?, ?)
     on conflict (case_no, kind) do nothing`,
    [caseNo, keyOf(due), Math.round(due.at)],
  );
}

export async function markDueDone(tx: Sql, due: CaseDue, now: Instant): Promise<void> {
  await tx.run("update case_dues set done_at = ? where case_no = ? and kind = ?", [
    now,
    due.caseNo,
    keyOf(due),
  ]);
}

/** Done, and may come again: every check of a case asks anew. */
export async function forgetDue(tx: Sql, due: CaseDue): Promise<void> {
  await tx.run("delete from case_dues where case_no = ? and kind = ?", [due.caseNo, keyOf(due)]);
}

/** Puts a due that could not be done to a later time. */
export async function postponeDue(tx: Sql, due: CaseDue, until: Instant): Promise<void> {
  await tx.run("update case_dues set at = ? where case_no = ? and kind = ? and done_at is null", [
    until,
    due.caseNo,
    keyOf(due),
  ]);
}

/** When the sensors of the present check were looked for in vain; nothing while they were not. */
export async function sensorsMissedAt(sql: Sql, theCase: Case): Promise<Instant | undefined> {
  const { caseNo, state, checkingSince } = theCase;
  if (state !== "CHECKING" || checkingSince === undefined) return undefined;
  const row = await sql.get<{ at: number | null }>(
    "select done_at as at from case_dues where case_no = ? and kind = ?",
    [caseNo, keyOf({ kind: "sensor-look", mark: `${checkingSince}` })],
  );
  return row?.at ?? undefined;
}

/** Reviews and warnings that fell due, oldest first. */
export async function waitingDues(sql: Sql, now: Instant, max: number): Promise<CaseDue[]> {
  const rows = await sql.all<DueRow>(
    `select case_no as "caseNo", kind as "key", at from case_dues
     where done_at is null and kind <> 'check' and at <= ? order by at, case_no, kind limit ?`,
    [now, max],
  );
  return rows.map(readDue);
}

/** Cases whose repair could be proven by now. */
export async function waitingChecks(sql: Sql, now: Instant): Promise<CaseDue[]> {
  const rows = await sql.all<DueRow>(
    `select case_no as "caseNo", kind as "key", at from case_dues
     where done_at is null and kind = 'check' and at <= ? order by at, case_no`,
    [now],
  );
  return rows.map(readDue);
}

export async function allChecks(sql: Sql): Promise<CaseDue[]> {
  return await waitingChecks(sql, Number.MAX_SAFE_INTEGER);
}

export async function firstDueAt(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ at: number | null }>(
    "select min(at) as at from case_dues where done_at is null and kind <> 'check'",
  );
  return row?.at ?? undefined;
}
