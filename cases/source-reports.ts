/**
 * Reports as rows beside their case, with who said each. A case's body, history, orders and answers
 * know nothing of it; only whoever asks for the reports of one case sees a name.
 */
import type { Case } from "../model/case.ts";
import type { KeptReport, Reporter } from "../model/case-report.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";

export interface NewReport {
  at: Instant;
  source: Case["source"];
  externalSystem?: string | undefined;
  externalNo?: string | undefined;
  reporter?: Reporter | undefined;
  description?: string | undefined;
  snapshotUrl?: string | undefined;
}

export async function addReport(tx: Sql, caseNo: string, report: NewReport): Promise<void> {
  const row = await tx.get<{ last: number | null }>(
    "select max(seq) as last from case_reports where first_case_no = ?",
    [caseNo],
  );
  await tx.run(
    `insert into case_reports (case_no, first_case_no, seq, at, source, external_system,
      external_no, reporter_name, reporter_phone, description, snapshot_url)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
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
      report.description ?? null,
      report.snapshotUrl ?? null,
    ],
  );
}

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
  | "description"
  | "snapshot_url",
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
    ...reporterOf(row),
    ...(row.description !== null && { description: row.description }),
    ...(row.snapshot_url !== null && { snapshotUrl: row.snapshot_url }),
  }));
}

function reporterOf({ reporter_name: name, reporter_phone: phone }: ReportRow): {
  reporter?: Reporter;
} {
  if (name === null && phone === null) return {};
  return { reporter: { ...(name !== null && { name }), ...(phone !== null && { phone }) } };
}
