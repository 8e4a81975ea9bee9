/**
 * Reports as rows beside their case, with who said each. A case's body, history, orders and answers
 * know nothing of it; only whoever asks for the reports of one case sees a name, and some years after
 * the case has ended nobody does.
 */
import { randomBytes } from "node:crypto";
import type { Case } from "../model/case.ts";
import type { KeptReport, Reporter } from "../model/case-report.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Database, Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { PUBLIC_NO_BYTES, type PublicNo, publicNoOf } from "../model/public-no.ts";

export interface NewReport {
  at: Instant;
  source: Case["source"];
  externalSystem?: string | undefined;
  externalNo?: string | undefined;
  reporter?: Reporter | undefined;
  description?: string | undefined;
  snapshotUrl?: string | undefined;
  hasLink?: boolean | undefined;
}

/** Answers its public number, for whoever reported it. */
export async function addReport(tx: Sql, caseNo: string, report: NewReport): Promise<PublicNo> {
  const publicNo = newPublicNo();
  const row = await tx.get<{ last: number | null }>(
    "select max(seq) as last from case_reports where first_case_no = ?",
    [caseNo],
  );
  await tx.run(
    `insert into case_reports (case_no, first_case_no, seq, at, source, external_system,
      external_no, reporter_name, reporter_phone, reporter_email, description, snapshot_url,
      public_no, has_link) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      caseNo,
      caseNo,
      (row?.last ?? 0) + 1,
      report.at,
      report.source,
      report.externalSystem ?? null,
      report.externalNo ?? null,
      report.reporter?.name ?? null,
      report.reporter?.phone ?? null,
      report.reporter?.email ?? null,
      report.description ?? null,
      report.snapshotUrl ?? null,
      publicNo,
      report.hasLink === true ? 1 : null,
    ],
  );
  return publicNo;
}

const newPublicNo = (): PublicNo => publicNoOf(randomBytes(PUBLIC_NO_BYTES));

/** Of a case that was merged; what it was first told as stays known. */
export async function moveReports(tx: Sql, from: string, to: string): Promise<void> {
  await tx.run("update case_reports set case_no = ? where case_no = ?", [to, from]);
}

type ReportRow = Record<
  | "first_case_no"
  | "source"
  | "external_system"
  | "external_no"
  | "reporter_name"
  | "reporter_phone"
  | "reporter_email"
  | "description"
  | "snapshot_url"
  | "public_no",
  string | null
> & { at: Instant };

/** Oldest first. */
export async function reportsOf(sql: Sql, caseNo: string, max: number): Promise<KeptReport[]> {
  const rows = await sql.all<ReportRow>(
    "select * from case_reports where case_no = ? order by at, first_case_no, seq limit ?",
    [caseNo, max],
  );
  return rows.map((row) => ({
    at: row.at,
    source: row.source as Case["source"],
    ...(row.first_case_no !== null && row.first_case_no !== caseNo
      ? { firstCaseNo: row.first_case_no }
      : {}),
    ...(row.external_system !== null && { externalSystem: row.external_system }),
    ...(row.external_no !== null && { externalNo: row.external_no }),
    ...reporterIn(row),
    ...(row.description !== null && { description: row.description }),
    ...(row.snapshot_url !== null && { snapshotUrl: row.snapshot_url }),
    ...(row.public_no !== null && { publicNo: row.public_no }),
  }));
}

/** Whom a number stands for. */
export async function reportOfPublicNo(
  sql: Sql,
  publicNo: PublicNo,
): Promise<{ caseNo: string; firstCaseNo: string; seq: number } | undefined> {
  return await sql.get(
    `select case_no as "caseNo", first_case_no as "firstCaseNo", seq
     from case_reports where public_no = ?`,
    [publicNo],
  );
}

/** Of the report that another system knows by this number. */
export async function publicNoOfOrder(
  sql: Sql,
  order: { externalSystem: string; externalNo: string },
): Promise<string | undefined> {
  const row = await sql.get<{ no: string | null }>(
    `select public_no as no from case_reports where external_system = ? and external_no = ?
     order by first_case_no, seq limit 1`,
    [order.externalSystem, order.externalNo],
  );
  return row?.no ?? undefined;
}

/** Old reports that get their number in one transaction. */
const NUMBERED_AT_ONCE = 500;

/** Reports of before there were public numbers get theirs; once, at the start. */
export async function fillPublicNumbers(database: Database): Promise<void> {
  for (;;) {
    const rows = await database.reader.all<{ no: string; seq: number }>(
      "select first_case_no as no, seq from case_reports where public_no is null limit ?",
      [NUMBERED_AT_ONCE],
    );
    if (rows.length === 0) return;
    await database.transaction(async (tx) => {
      for (const { no, seq } of rows) {
        await tx.run("update case_reports set public_no = ? where first_case_no = ? and seq = ?", [
          newPublicNo(),
          no,
          seq,
        ]);
      }
    });
  }
}

export function reporterIn(
  row: Pick<ReportRow, "reporter_name" | "reporter_phone" | "reporter_email">,
): { reporter?: Reporter } {
  const { reporter_name: name, reporter_phone: phone, reporter_email: email } = row;
  const reporter = {
    ...(name !== null && { name }),
    ...(phone !== null && { phone }),
    ...(email !== null && { email }),
  };
  return Object.keys(reporter).length === 0 ? {} : { reporter };
}

/** Reports that one sweep looks at; the next one goes on behind them. */
const LOOKED_AT_ONCE = 500;

interface NamedReport {
  at: Instant;
  first_case_no: string;
  seq: number;
}

/**
 * Forgets who reported what ended long ago; the report stays. An ended case's last record is its
 * end. Answers how many were forgotten, and behind which report the next sweep goes on; nothing
 * where it begins anew.
 */
export async function forgetReporters(
  tx: Sql,
  now: Instant,
  behind: NamedReport = { at: Number.MIN_SAFE_INTEGER, first_case_no: "", seq: 0 },
): Promise<{ forgotten: number; last?: NamedReport }> {
  const before = now - LIMITS.reporterDaysMax * DAY_MS;
  const { at, first_case_no: caseNo, seq } = behind;
  const rows = await tx.all<NamedReport & { is_open: number; last_at: Instant }>(
    `select r.at, r.first_case_no, r.seq, c.is_open,
       (select max(h.at) from case_history h where h.case_no = r.case_no) as last_at
     from case_reports r cross join cases c
     where (r.reporter_name is not null or r.reporter_phone is not null
         or r.reporter_email is not null)
       and r.at < ? and r.at >= ?
       and (r.at > ? or r.first_case_no > ? or (r.first_case_no = ? and r.seq > ?))
       and c.case_no = r.case_no
     order by r.at, r.first_case_no, r.seq limit ?`,
    [before, at, at, caseNo, caseNo, seq, LOOKED_AT_ONCE],
  );
  const due = rows.filter((row) => row.is_open === 0 && row.last_at < before);
  for (const row of due) {
    await tx.run(
      `update case_reports set reporter_name = null, reporter_phone = null, reporter_email = null
       where first_case_no = ? and seq = ?`,
      [row.first_case_no, row.seq],
    );
    await tx.run("update questions set note = null where first_case_no = ? and report_seq = ?", [
      row.first_case_no,
      row.seq,
    ]);
  }
  const last = rows.length < LOOKED_AT_ONCE ? undefined : rows.at(-1);
  return { forgotten: due.length, ...(last !== undefined && { last }) };
}
