/**
 * Reads the history's chain out of a database and walks along it, some hundred records at a time,
 * while others may write: what lies before the end as it was noted at the beginning never changes.
 */
import type { ChainFault, ChainReport } from "../model/audit.ts";
import type { Sql, SqlRow } from "../model/database.ts";
import { notedEnd } from "./case-history.ts";
import { CHAIN_BEGIN, type ChainLink, chainWalk } from "./history-chain.ts";

/** Holds the event loop for a few milliseconds. */
const ROWS_AT_ONCE = 500;

export interface ChainSpan {
  /** Number of the first record to look at; 1 when absent. The hash before it is believed. */
  from?: number | undefined;
  /** More are left to another call; all when absent. */
  recordsMax?: number | undefined;
}

/** @throws GridwardenError DATABASE_FAILED */
export async function checkHistory(sql: Sql, span: ChainSpan = {}): Promise<ChainReport> {
  const noted = await notedEnd(sql);
  const before = (span.from ?? 1) - 1;
  const begin = before < 1 ? CHAIN_BEGIN : await linkAt(sql, before);
  if (begin === undefined) {
    const message = `record ${before} is not there, so nothing can be told of those behind it`;
    const broken: ChainFault = { kind: "missing", chainSeq: before, message };
    return { records: 0, lastSeq: 0, lastHash: CHAIN_BEGIN.hash, broken };
  }
  const end = noted?.chainSeq ?? Number.MAX_SAFE_INTEGER;
  const stopAt = Math.min(end, before + (span.recordsMax ?? end));
  const walk = chainWalk(begin);
  const report = (broken?: ChainFault): ChainReport => ({
    records: walk.last.chainSeq - begin.chainSeq,
    lastSeq: walk.last.chainSeq,
    lastHash: walk.last.hash,
    ...(broken !== undefined && { broken }),
  });
  for (;;) {
    const rows = await rowsBehind(sql, walk.last.chainSeq, stopAt);
    for (const row of rows) {
      const fault = walk.take(row);
      if (fault !== undefined) return report(fault);
    }
    if (rows.length < ROWS_AT_ONCE) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (stopAt < end && walk.last.chainSeq === stopAt) return { ...report(), next: stopAt + 1 };
  return report(walk.end(noted) ?? (await strayRow(sql)));
}

function rowsBehind(sql: Sql, chainSeq: number, stopAt: number): Promise<SqlRow[]> {
  return sql.all(
    `select * from case_history where chain_seq > ? and chain_seq <= ?
     order by chain_seq limit ${ROWS_AT_ONCE}`,
    [chainSeq, stopAt],
  );
}

/** The record of that number as it is stored, whether or not its hash is right. */
async function linkAt(sql: Sql, chainSeq: number): Promise<ChainLink | undefined> {
  const row = await sql.get<{ hash: string }>("select hash from case_history where chain_seq = ?", [
    chainSeq,
  ]);
  return row === undefined ? undefined : { chainSeq, hash: row.hash };
}

/** A row that stands in no order, or behind the end; one statement, so that it sees one moment. */
async function strayRow(sql: Sql): Promise<ChainFault | undefined> {
  const loose = await sql.get<{ case_no: string; seq: number }>(
    "select case_no, seq from case_history where chain_seq is null limit 1",
  );
  if (loose !== undefined) {
    const { case_no: caseNo, seq } = loose;
    return { kind: "unchained", caseNo, seq, message: "a record has no place in the chain" };
  }
  const behind = await sql.get<{ case_no: string; seq: number; chain_seq: number }>(
    `select case_no, seq, chain_seq from case_history
     where chain_seq > (select chain_seq from case_chain where id = 1) order by chain_seq limit 1`,
  );
  if (behind === undefined) return undefined;
  const { case_no: caseNo, seq, chain_seq: chainSeq } = behind;
  const message = `record ${chainSeq} stands behind the end of the chain as it was noted`;
  return { kind: "beyond-end", chainSeq, caseNo, seq, message };
}
