/**
 * The history of cases as rows that are only ever added, each a link of one chain over all cases.
 * Written in the transaction of the step that it tells of. The number and the hash before come from
 * the database and not from memory, so a rollback, also to a savepoint, leaves no gap.
 */
import type { CaseHistoryEntry, CaseState } from "../model/case.ts";
import type { Database, Sql, SqlRow, SqlValue } from "../model/database.ts";
import { present } from "./case-evidence.ts";
import type { CaseRecord } from "./case-machine.ts";
import { asStored, CHAIN_BEGIN, type ChainLink, HASHED_COLUMNS, hashOf } from "./history-chain.ts";

const COLUMNS = [...HASHED_COLUMNS, "hash"] as const;
const INSERT = `insert into case_history (${COLUMNS.join(", ")})
  values (${COLUMNS.map(() => "?").join(", ")})`;
/** Rows of before the chain that are read at once. */
const OLD_ROWS_AT_ONCE = 1_000;

/**
 * A record of a case, or of a supervision order over cases: both lie in one table and one chain, so
 * that one walk finds the first broken record of either. `detail` is JSON of what has no column.
 */
export type HistoryRecord = Omit<CaseRecord, "from" | "to"> & {
  from: string | undefined;
  to: string;
  detail?: string;
};

/** Adds records behind the newest; answers the number of the last one in its case or order. */
export async function addHistory(
  tx: Sql,
  caseNo: string,
  records: readonly HistoryRecord[],
): Promise<number> {
  const row = await tx.get<{ last: number | null }>(
    "select max(seq) as last from case_history where case_no = ?",
    [caseNo],
  );
  let seq = row?.last ?? 0;
  let last = await lastLink(tx);
  for (const record of records) {
    seq += 1;
    const linked = link(rowOf(caseNo, seq, record), last);
    last = linked.link;
    await tx.run(
      INSERT,
      COLUMNS.map((name) => linked.row[name] ?? null),
    );
  }
  await noteEnd(tx, last);
  return seq;
}

export async function historyOf(sql: Sql, caseNo: string): Promise<CaseHistoryEntry[]> {
  const rows = await sql.all("select * from case_history where case_no = ? order by seq", [caseNo]);
  return rows.map((row) => {
    const entry = {
      seq: row.seq,
      caseNo: row.case_no,
      event: row.event,
      from: (row.from_state ?? undefined) as CaseState | undefined,
      to: row.to_state,
      actor: row.actor,
      role: row.role,
      at: row.at,
      ...present(row, { unit_id: "unitId", note: "note", reason: "reason", outcome: "outcome" }),
      ...(typeof row.files === "string" && { files: JSON.parse(row.files) }),
    };
    return entry as CaseHistoryEntry;
  });
}

/**
 * Chains the history of before there was a chain, case by case; once, before anything is added.
 * Where the end is noted already nothing is done: a row without a link is then a forgery.
 */
export async function chainOldHistory(database: Database): Promise<void> {
  if ((await notedEnd(database.reader)) !== undefined) return;
  await database.transaction(async (tx) => {
    let last = await lastLink(tx);
    let [caseNo, seq]: [SqlValue, SqlValue] = ["", 0];
    for (;;) {
      const rows: SqlRow[] = await tx.all(
        `select * from case_history where chain_seq is null
           and (case_no, seq) > (?, ?) order by case_no, seq limit ?`,
        [caseNo, seq, OLD_ROWS_AT_ONCE],
      );
      for (const row of rows) {
        const linked = link(row, last);
        last = linked.link;
        [caseNo, seq] = [row.case_no ?? "", row.seq ?? 0];
        await tx.run(
          "update case_history set chain_seq = ?, prev_hash = ?, hash = ? where case_no = ? and seq = ?",
          [
            ...["chain_seq", "prev_hash", "hash"].map((name) => linked.row[name] ?? null),
            caseNo,
            seq,
          ],
        );
      }
      if (rows.length < OLD_ROWS_AT_ONCE) break;
    }
    await noteEnd(tx, last);
  });
}

/** The end as it was noted with the last record; nothing before the first. */
export async function notedEnd(sql: Sql): Promise<ChainLink | undefined> {
  const row = await sql.get<{ chain_seq: number; hash: string }>(
    "select chain_seq, hash from case_chain where id = 1",
  );
  return row === undefined ? undefined : { chainSeq: row.chain_seq, hash: row.hash };
}

/**
 * Behind which a new record goes: the end as noted or the last record, whichever is later. So
 * a chain that somebody has cut or lengthened can still be written to, and shows it for ever.
 */
async function lastLink(tx: Sql): Promise<ChainLink> {
  const noted = (await notedEnd(tx)) ?? CHAIN_BEGIN;
  const row = await tx.get<{ chain_seq: number; hash: string }>(
    `select chain_seq, hash from case_history where chain_seq is not null
     order by chain_seq desc limit 1`,
  );
  if (row === undefined || row.chain_seq <= noted.chainSeq) return noted;
  return { chainSeq: row.chain_seq, hash: row.hash };
}

async function noteEnd(tx: Sql, { chainSeq, hash }: ChainLink): Promise<void> {
  await tx.run(
    `insert into case_chain (id, chain_seq, hash) values (1, ?, ?)
     on conflict (id) do update set chain_seq = excluded.chain_seq, hash = excluded.hash`,
    [chainSeq, hash],
  );
}

function link(row: SqlRow, last: ChainLink): { row: SqlRow; link: ChainLink } {
  const chainSeq = last.chainSeq + 1;
  const linked = { ...row, chain_seq: chainSeq, prev_hash: last.hash };
  const hash = hashOf(linked);
  return { row: { ...linked, hash }, link: { chainSeq, hash } };
}

function rowOf(caseNo: string, seq: number, record: HistoryRecord): SqlRow {
  const row: SqlRow = {
    case_no: caseNo,
    seq,
    event: record.event,
    from_state: record.from ?? null,
    to_state: record.to,
    actor: record.actor,
    role: record.role,
    unit_id: record.unitId ?? null,
    at: record.at,
    note: record.note ?? null,
    reason: record.reason ?? null,
    outcome: record.outcome ?? null,
    detail: record.detail ?? null,
    files: record.files === undefined ? null : JSON.stringify(record.files),
  };
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === "string") row[name] = asStored(value);
  }
  return row;
}
