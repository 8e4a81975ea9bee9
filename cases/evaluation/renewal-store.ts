/**
 * Filings out of the history of cases, by the time at which they were recorded, with asset,
 * condition and unit of the case's row. Read in pages that let other work pass.
 */
import type { Instant } from "../../model/clock.ts";
import type { Migration, Sql } from "../../model/database.ts";
import {
  addFiling,
  type Filing,
  type FilingsByFault,
  renewalsFrom,
  repeatedFilings,
} from "./renewals.ts";

export const renewalMigrations: readonly Migration[] = [
  {
    id: "cases-0031-filings",
    statements: [
      "create index case_history_filed on case_history (at, case_no) where event = 'file'",
    ],
  },
];

const FILINGS_AT_ONCE = 1_000;
const CASES_AT_ONCE = 200;

interface FilingRow {
  at: number;
  case_no: string;
  chain_seq: number;
  asset_id: string;
  condition_id: string;
  unit_id: string | null;
}

/** Those of faults that were filed often enough; not the ones voided since, at `asOf` or before. */
export async function filingsThatCount(
  sql: Sql,
  asOf: Instant,
): Promise<{ filings: Filing[]; firstSeq: number }> {
  const { byFault, firstSeq } = await filingsUntil(sql, asOf);
  const repeated = repeatedFilings(byFault).flat();
  const voided = await voidedAmong(sql, repeated, asOf);
  return { filings: repeated.filter(({ caseNo }) => !voided.has(caseNo)), firstSeq };
}

/** With the number of the first of their records in the chain. */
async function filingsUntil(sql: Sql, asOf: Instant) {
  const byFault: FilingsByFault = new Map();
  let firstSeq = Number.MAX_SAFE_INTEGER;
  let [at, caseNo] = [renewalsFrom(asOf), ""];
  for (;;) {
    const rows = await sql.all<FilingRow>(
      `select h.at, h.case_no, h.chain_seq, c.asset_id, c.condition_id, c.unit_id
       from case_history h join cases c on c.case_no = h.case_no
       where h.event = 'file' and (h.at, h.case_no) > (?, ?) and h.at <= ?
         and h.chain_seq is not null and c.asset_id is not null
       order by h.at, h.case_no limit ?`,
      [at, caseNo, asOf, FILINGS_AT_ONCE],
    );
    for (const row of rows) {
      firstSeq = Math.min(firstSeq, row.chain_seq);
      addFiling(byFault, filingOf(row));
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < FILINGS_AT_ONCE) return { byFault, firstSeq };
    [at, caseNo] = [last.at, last.case_no];
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const filingOf = (row: FilingRow): Filing => ({
  caseNo: row.case_no,
  assetId: row.asset_id,
  conditionId: row.condition_id,
  unitId: row.unit_id ?? undefined,
  filedAt: row.at,
});

/** Also what was looked for and not found. */
async function voidedAmong(
  sql: Sql,
  filings: readonly Filing[],
  asOf: Instant,
): Promise<ReadonlySet<string>> {
  const voided = new Set<string>();
  for (let from = 0; from < filings.length; from += CASES_AT_ONCE) {
    const caseNos = filings.slice(from, from + CASES_AT_ONCE).map(({ caseNo }) => caseNo);
    const rows = await sql.all<{ no: string }>(
      `select distinct case_no as no from case_history
       where case_no in (${caseNos.map(() => "?").join(", ")})
         and to_state = 'VOIDED' and chain_seq is not null and at <= ?`,
      [...caseNos, asOf],
    );
    for (const { no } of rows) voided.add(no);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return voided;
}
