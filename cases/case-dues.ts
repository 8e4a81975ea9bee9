/**
 * Due times of cases. They lie in the database, so that what fell due while the platform was down
 * is done once when it is back, in the order of its time. Which times a case has follows from the
 * case alone.
 */

import type { HoldTime } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { CalendarBook } from "./calendar.ts";
import type { Due, DueKind } from "./case-store.ts";
import { calendarFor, limitMs, subtractWorking } from "./deadline.ts";
import { personAskedAt, provenAtEarliest } from "./verification.ts";

/** The crew is warned when so much of the limit is left: at 80 % of it. */
const DUE_SOON_SHARE_LEFT = 0.2;

export interface CaseDue extends Due {
  caseNo: string;
}

/** `hold` is the row's where the asset's sensors can prove a repair. */
export function duesOf(
  theCase: Case,
  hold: HoldTime | undefined,
  calendars: CalendarBook,
  zone: TimeZone,
): Due[] {
  const { state, reviewUntil, deadline, limit, feedbackAt } = theCase;
  if (state === "REPORTED" && reviewUntil !== undefined) {
    return [{ kind: "review", at: reviewUntil }];
  }
  if ((state === "DISPATCHED" || state === "HANDLING") && deadline !== undefined) {
    const calendar = calendarFor(limit, calendars.named(theCase.calendar));
    const leftMs = limitMs(limit) * DUE_SOON_SHARE_LEFT;
    return [
      { kind: "due-soon", at: subtractWorking(deadline, leftMs, calendar, zone) },
      { kind: "overdue", at: deadline },
    ];
  }
  if (state === "CHECKING" && feedbackAt !== undefined) {
    const since = { feedbackAt, checkingSince: theCase.checkingSince ?? feedbackAt };
    const ask: Due = { kind: "ask-person", at: personAskedAt(hold, since, zone) };
    if (hold === undefined) return [ask];
    return [{ kind: "check", at: provenAtEarliest(hold, feedbackAt, zone) }, ask];
  }
  return [];
}

/** Makes the case's waiting dues these; what was done once is never waiting again. */
export async function saveDues(tx: Sql, caseNo: string, dues: readonly Due[]): Promise<void> {
  await tx.run("delete from case_dues where case_no = ? and done_at is null", [caseNo]);
  for (const { kind, at } of dues) {
    await tx.run(
      `insert into case_dues (case_no, kind, at) values (?, ?, ?)
       on conflict (case_no, kind) do nothing`,
      [caseNo, kind, Math.round(at)],
    );
  }
}

export async function markDueDone(
  tx: Sql,
  caseNo: string,
  kind: DueKind,
  now: Instant,
): Promise<void> {
  await tx.run("update case_dues set done_at = ? where case_no = ? and kind = ?", [
    now,
    caseNo,
    kind,
  ]);
}

/** Done, and may come again: every check of a case asks anew. */
export async function forgetDue(tx: Sql, caseNo: string, kind: DueKind): Promise<void> {
  await tx.run("delete from case_dues where case_no = ? and kind = ?", [caseNo, kind]);
}

/** Puts a due that could not be done to a later time. */
export async function postponeDue(
  tx: Sql,
  { caseNo, kind }: Pick<CaseDue, "caseNo" | "kind">,
  until: Instant,
): Promise<void> {
  await tx.run("update case_dues set at = ? where case_no = ? and kind = ? and done_at is null", [
    until,
    caseNo,
    kind,
  ]);
}

/** Reviews and warnings that fell due, oldest first. */
export async function waitingDues(sql: Sql, now: Instant, max: number): Promise<CaseDue[]> {
  return await sql.all<CaseDue & Record<string, never>>(
    `select case_no as "caseNo", kind, at from case_dues
     where done_at is null and kind <> 'check' and at <= ? order by at, case_no, kind limit ?`,
    [now, max],
  );
}

/** Cases whose repair could be proven by now. */
export async function waitingChecks(sql: Sql, now: Instant): Promise<CaseDue[]> {
  return await sql.all<CaseDue & Record<string, never>>(
    `select case_no as "caseNo", kind, at from case_dues
     where done_at is null and kind = 'check' and at <= ? order by at, case_no`,
    [now],
  );
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
