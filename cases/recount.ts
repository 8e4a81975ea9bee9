/**
 * A year's holidays were put: the deadlines of open cases that touch the year are counted again from
 * their dispatch, then those of supervision orders. Some cases a transaction, behind a cursor that
 * lies in the database, so a crash loses nothing and does nothing twice. Where a deadline moves, the
 * crew has the order `changed`, the history a record `recount`, and what was to fall due falls due by
 * the new one.
 */

import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Supervision } from "../model/supervision.ts";
import type { CalendarBook } from "./calendar.ts";
import { countAgain } from "./case-clock.ts";
import type { CaseDesk } from "./case-desk.ts";
import { historyOf } from "./case-history.ts";
import { settleNotices } from "./case-notices.ts";
import { parseCase, updateCase } from "./case-store.ts";
import type { Deadline } from "./deadline.ts";
import { type CaseEffects, putChanged } from "./desk-words.ts";
import type { TryOne } from "./set-aside.ts";
import type { createSupervisionRecount } from "./supervision-recount.ts";
import { nextUnended } from "./supervision-store.ts";

/** Cases that one transaction looks at; and orders, once all cases are done. */
const CASES_AT_ONCE = 100;
const ORDERS_AT_ONCE = 100;
/** The crew has it in hand; one that is suspended is told when it goes on. */
const AT_CREW: readonly Case["state"][] = ["DISPATCHED", "HANDLING", "RETURN_REVIEW"];

interface Recount {
  year: number;
  version: number;
  openedAt: Instant;
  caseNo: string;
  supervisionNo: string;
  moved: number;
}

export interface RecountDeps {
  desk: Pick<CaseDesk, "renewDues" | "noteHistory" | "putOrder">;
  calendars: CalendarBook;
  zone: TimeZone;
  log: Log;
  tryOne: TryOne;
  /** Of a supervision order; answers whether its deadline moved. */
  recountOrder: ReturnType<typeof createSupervisionRecount>;
}

/** Begins, or begins anew where the year was put again before it was done. */
export async function beginRecount(
  tx: Sql,
  { year, version }: { year: number; version: number },
  now: Instant,
): Promise<void> {
  await tx.run(
    `insert into calendar_recounts (year, version, opened_at, case_no, moved, since)
     values (?, ?, 0, '', 0, ?)
     on conflict (year) do update set version = excluded.version, opened_at = 0, case_no = '',
       supervision_no = '', moved = 0, since = excluded.since, done_at = null`,
    [year, version, now],
  );
}

export async function nextRecount(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ since: number | null }>(
    "select min(since) as since from calendar_recounts where done_at is null",
  );
  return row?.since ?? undefined;
}

export function createRecounts(deps: RecountDeps) {
  const { desk, calendars, zone, log, tryOne, recountOrder } = deps;

  /** One batch of the oldest recount that is not done. */
  async function step(tx: Sql, now: Instant, effects: CaseEffects): Promise<void> {
    const recount = await tx.get<Recount>(
      `select year, version, opened_at as "openedAt", case_no as "caseNo",
         supervision_no as "supervisionNo", moved
       from calendar_recounts where done_at is null order by since, year limit 1`,
    );
    if (recount === undefined) return;
    const cases = await nextCases(tx, recount);
    let { moved } = recount;
    for (const theCase of cases) {
      if (!isTouched(theCase, recount.year, zone)) continue;
      const about = { caseNo: theCase.caseNo, recount: recount.year };
      await tryOne(tx, { what: "due", about }, effects, async (own) => {
        if (await recountOne(tx, theCase, recount, now, own)) moved += 1;
      });
    }
    const areCasesDone = cases.length < CASES_AT_ONCE;
    const orders = areCasesDone ? await nextUnended(tx, recount.supervisionNo, ORDERS_AT_ONCE) : [];
    for (const order of orders) {
      const about = { supervisionNo: order.supervisionNo, recount: recount.year };
      await tryOne(tx, { what: "due", about }, effects, async (own) => {
        if (await recountOrder(tx, order, recount, now, own)) moved += 1;
      });
    }
    const isDone = areCasesDone && orders.length < ORDERS_AT_ONCE;
    const lasts = { lastCase: cases.at(-1), lastOrder: orders.at(-1) };
    await saveCursor(tx, recount, { ...lasts, moved, doneAt: isDone ? now : null });
    if (isDone) log.info("deadlines were counted again", { year: recount.year, moved });
  }

  /** Answers whether the deadline moved. */
  async function recountOne(
    tx: Sql,
    theCase: Case,
    { year, version }: Recount,
    now: Instant,
    effects: CaseEffects,
  ): Promise<boolean> {
    const counting = { limit: theCase.limit, calendar: calendars.of(theCase), zone };
    const counted = countAgain(theCase, await historyOf(tx, theCase.caseNo), counting);
    const { deadline, deadlineProvisional = false } = theCase;
    if (counted === undefined || deadline === undefined) return false;
    const isMoved = counted.deadline !== deadline;
    if (!isMoved && counted.provisional === deadlineProvisional) return false;
    const after = withDeadline(theCase, counted, isMoved);
    await updateCase(tx, after, theCase);
    const seq = await desk.noteHistory(
      tx,
      after,
      "recount",
      noteOf(theCase, after, year, version),
      now,
    );
    await desk.renewDues(tx, after);
    if (isMoved && AT_CREW.includes(after.state)) {
      desk.putOrder(effects, { theCase: after, kind: "changed", mark: `${seq}` }, now);
    }
    settleNotices(effects, theCase, after, now);
    putChanged(effects, after);
    return isMoved;
  }

  function noteOf(before: Case, after: Case, year: number, version: number): string {
    if (before.deadline === after.deadline) return historyNote("recount-same", { year, version });
    const iso = ({ deadline = 0 }: Case): string => zone.iso(deadline);
    return historyNote("recount", { year, version, after: iso(after), before: iso(before) });
  }

  return { step };
}

async function nextCases(tx: Sql, { openedAt, caseNo }: Recount): Promise<Case[]> {
  const rows = await tx.all<{ body: string }>(
    `select body from cases where is_open = 1 and (opened_at, case_no) > (?, ?)
     order by opened_at, case_no limit ?`,
    [openedAt, caseNo, CASES_AT_ONCE],
  );
  return rows.map(({ body }) => parseCase(body));
}

async function saveCursor(
  tx: Sql,
  { year, openedAt, caseNo, supervisionNo }: Recount,
  step: {
    lastCase: Case | undefined;
    lastOrder: Supervision | undefined;
    moved: number;
    doneAt: Instant | null;
  },
): Promise<void> {
  const { lastCase, lastOrder, moved, doneAt } = step;
  await tx.run(
    `update calendar_recounts set moved = ?, done_at = ?, opened_at = ?, case_no = ?,
       supervision_no = ? where year = ?`,
    [
      moved,
      doneAt,
      lastCase?.openedAt ?? openedAt,
      lastCase?.caseNo ?? caseNo,
      lastOrder?.supervisionNo ?? supervisionNo,
      year,
    ],
  );
}

/** From its dispatch to its deadline it has days of the year, or of one that was not known. */
function isTouched(theCase: Case, year: number, zone: TimeZone): boolean {
  const { dispatchedAt, deadline, limit, deadlineProvisional } = theCase;
  if (dispatchedAt === undefined || deadline === undefined) return false;
  if (limit.unit === "urgent-hour") return false;
  if (deadlineProvisional === true) return true;
  return zone.local(dispatchedAt).year <= year && year <= zone.local(deadline).year;
}

function withDeadline(theCase: Case, { deadline, provisional }: Deadline, isMoved: boolean): Case {
  const { deadlineProvisional: _former, ...kept } = theCase;
  return {
    ...kept,
    deadline,
    ...(provisional && { deadlineProvisional: true }),
    ...(isMoved && { recountCount: (theCase.recountCount ?? 0) + 1 }),
    version: theCase.version + 1,
  };
}
