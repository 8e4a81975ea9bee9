/**
 * Timelines as rows, kept up with the history: a batch of records a transaction, behind a cursor that
 * lies beside them, so a crash loses nothing and counts nothing twice. Each record is held against
 * the chain as it is taken; what was changed later is found by `recompute`.
 */
import type { ChainFault } from "../../model/audit.ts";
import { type Case, DRILL, TERMINAL_STATES } from "../../model/case.ts";
import type { Instant } from "../../model/clock.ts";
import type { Database, Sql, SqlRow } from "../../model/database.ts";
import { LIMITS } from "../../model/limits.ts";
import type { TimeZone } from "../../model/local-time.ts";
import type { CalendarBook } from "../calendar.ts";
import { findCase } from "../case-store.ts";
import { CHAIN_BEGIN, type ChainLink, chainWalk } from "../history-chain.ts";
import { type CaseTimeline, PACKING, packTimeline, unpackTimeline } from "./timeline.ts";
import { entryOf, factsOf } from "./timeline-records.ts";

/** Holds the event loop, and other writers, for some milliseconds. */
const RECORDS_AT_ONCE = 500;
const TIMELINES_AT_ONCE = 1_000;
/** Of a case that is open. */
export const NEVER = Number.MAX_SAFE_INTEGER;

/** A timeline with its place in the chain. */
export interface KeptTimeline {
  timeline: CaseTimeline;
  /** Number of its first record in the chain. */
  firstSeq: number;
  endedAt: Instant;
}

/** How deadlines of old records are counted anew. */
export interface ReplayDeps {
  calendars: CalendarBook;
  zone: TimeZone;
}

/** The last turn of each database, which the next one waits for. */
const turns = new WeakMap<Database, Promise<unknown>>();

/**
 * Takes what the history has got since, then reads; one who asks at a time. Pages are read in the
 * order of the cases' ends, so a case that ends between two pages would be missed or read twice.
 */
export function afterFollowing<T>(
  database: Database,
  deps: ReplayDeps,
  read: () => Promise<T>,
): Promise<T> {
  const mine = (turns.get(database) ?? Promise.resolve()).then(async () => {
    await followHistory(database, deps);
    return await read();
  });
  turns.set(
    database,
    mine.catch(() => {}),
  );
  return mine;
}

async function followHistory(database: Database, deps: ReplayDeps): Promise<void> {
  for (;;) {
    const taken = await database.transaction((tx) => takeBatch(tx, deps));
    if (taken < RECORDS_AT_ONCE) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function takeBatch(tx: Sql, deps: ReplayDeps): Promise<number> {
  let last = await cursorOf(tx);
  const rows = await tx.all(
    "select * from case_history where chain_seq > ? order by chain_seq limit ?",
    [last.chainSeq, RECORDS_AT_ONCE],
  );
  if (rows.length === 0) return 0;
  const byCase = new Map<string, SqlRow[]>();
  for (const row of rows) {
    const walk = chainWalk(last);
    const fault = walk.take(row);
    if (fault !== undefined) await noteFault(tx, Number(row.chain_seq), fault);
    last = { chainSeq: Number(row.chain_seq), hash: String(row.hash) };
    const caseNo = String(row.case_no);
    byCase.set(caseNo, [...(byCase.get(caseNo) ?? []), row]);
  }
  for (const [caseNo, records] of byCase) await lengthen(tx, caseNo, records, deps);
  await tx.run(
    `insert into evaluation_cursor (id, packing, chain_seq, hash) values (1, ?, ?, ?)
     on conflict (id) do update set packing = excluded.packing, chain_seq = excluded.chain_seq,
       hash = excluded.hash`,
    [PACKING, last.chainSeq, last.hash],
  );
  return rows.length;
}

/** Where to go on; from the beginning where the words of the packing are others now. */
async function cursorOf(tx: Sql): Promise<ChainLink> {
  const row = await tx.get<{ packing: string; chain_seq: number; hash: string }>(
    "select packing, chain_seq, hash from evaluation_cursor where id = 1",
  );
  if (row?.packing === PACKING) return { chainSeq: row.chain_seq, hash: row.hash };
  await tx.run("delete from evaluation_timelines");
  await tx.run("delete from evaluation_faults");
  return CHAIN_BEGIN;
}

async function noteFault(tx: Sql, chainSeq: number, fault: ChainFault): Promise<void> {
  const noted = await tx.get<{ n: number }>("select count(*) as n from evaluation_faults");
  if ((noted?.n ?? 0) >= LIMITS.evaluationFaultsMax) return;
  await tx.run("insert into evaluation_faults (chain_seq, body) values (?, ?)", [
    chainSeq,
    JSON.stringify(fault),
  ]);
}

async function lengthen(
  tx: Sql,
  caseNo: string,
  records: readonly SqlRow[],
  deps: ReplayDeps,
): Promise<void> {
  const row = await tx.get<{ body: string; first_seq: number }>(
    "select body, first_seq from evaluation_timelines where case_no = ?",
    [caseNo],
  );
  const kept = row && { timeline: unpackTimeline(caseNo, row.body), firstSeq: row.first_seq };
  const after = await extended(tx, caseNo, kept, records, deps);
  if (after === undefined) return;
  const { timeline, firstSeq, endedAt } = after;
  await tx.run(
    `insert into evaluation_timelines (case_no, first_at, first_seq, ended_at, body)
     values (?, ?, ?, ?, ?)
     on conflict (case_no) do update set ended_at = excluded.ended_at, body = excluded.body`,
    [caseNo, timeline.entries[0]?.at ?? 0, firstSeq, endedAt, packTimeline(timeline)],
  );
}

/** With further records; nothing where they are no case's: a supervision order's, or all forged. */
async function extended(
  sql: Sql,
  caseNo: string,
  kept: Omit<KeptTimeline, "endedAt"> | undefined,
  records: readonly SqlRow[],
  { calendars, zone }: ReplayDeps,
): Promise<KeptTimeline | undefined> {
  const theCase = await findCase(sql, caseNo);
  if (theCase === undefined || (kept === undefined && isDrill(records[0], theCase))) {
    return undefined;
  }
  const counting = { limit: theCase.limit, calendar: calendars.of(theCase), zone };
  const entries = [...(kept?.timeline.entries ?? [])];
  for (const record of records) {
    const entry = entryOf(record, entries, theCase, counting);
    if (entry !== undefined) entries.push(entry);
  }
  const last = entries.at(-1);
  if (last === undefined) return undefined;
  return {
    timeline: { caseNo, ...(kept?.timeline ?? factsOf(theCase)), entries },
    firstSeq: kept?.firstSeq ?? Number(records[0]?.chain_seq),
    endedAt: TERMINAL_STATES.has(last.to) ? last.at : NEVER,
  };
}

/** A report says under its hash that it is one; of the records after it nothing is kept either. */
function isDrill(first: SqlRow | undefined, theCase: Case): boolean {
  if (first?.event === "report") return first.outcome === DRILL;
  return theCase.isDrill === true;
}

/** Timelines that may count from `from` on, a page at a time, from the rows that were kept. */
export async function eachKept(
  sql: Sql,
  { from, asOf }: { from: Instant; asOf: Instant },
  take: (kept: KeptTimeline) => void,
): Promise<void> {
  let [ended, caseNo] = [from, ""];
  for (;;) {
    const rows = await sql.all<{ no: string; seq: number; ended: number; body: string }>(
      `select case_no as no, first_seq as seq, ended_at as ended, body from evaluation_timelines
       where (ended_at, case_no) > (?, ?) and first_at < ? order by ended_at, case_no limit ?`,
      [ended, caseNo, asOf, TIMELINES_AT_ONCE],
    );
    for (const { no, seq, ended: endedAt, body } of rows) {
      take({ timeline: unpackTimeline(no, body), firstSeq: seq, endedAt });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < TIMELINES_AT_ONCE) return;
    [ended, caseNo] = [last.ended, last.no];
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The same out of the history itself, which is read whole; nothing kept is believed. */
export async function eachFromLog(
  sql: Sql,
  deps: ReplayDeps,
  take: (kept: KeptTimeline) => void,
): Promise<void> {
  let caseNo = "";
  for (;;) {
    const cases = await sql.all<{ no: string }>(
      "select distinct case_no as no from case_history where case_no > ? order by case_no limit ?",
      [caseNo, TIMELINES_AT_ONCE],
    );
    for (const { no } of cases) {
      const records = await sql.all(
        "select * from case_history where case_no = ? and chain_seq is not null order by seq",
        [no],
      );
      const kept = await extended(sql, no, undefined, records, deps);
      if (kept !== undefined) take(kept);
    }
    const last = cases.at(-1);
    if (last === undefined || cases.length < TIMELINES_AT_ONCE) return;
    caseNo = last.no;
  }
}

/** The first fault from one record of the chain on and before another. */
export async function faultWithin(
  sql: Sql,
  { firstSeq, endSeq }: { firstSeq: number; endSeq: number },
): Promise<ChainFault | undefined> {
  const row = await sql.get<{ body: string }>(
    `select body from evaluation_faults where chain_seq >= ? and chain_seq < ?
     order by chain_seq limit 1`,
    [firstSeq, endSeq],
  );
  return row === undefined ? undefined : (JSON.parse(row.body) as ChainFault);
}

/** Number of the first record of a case that was reported at `at` or later. */
export async function seqAfter(sql: Sql, at: Instant): Promise<number> {
  const row = await sql.get<{ seq: number | null }>(
    "select min(first_seq) as seq from evaluation_timelines where first_at >= ?",
    [at],
  );
  return row?.seq ?? NEVER;
}
