/** The files as rows; every write takes the transaction it belongs to. */
import { setImmediate as breathe } from "node:timers/promises";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { StoredFile } from "../model/file.ts";
import type { CaseNo } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";

interface FileRow {
  body: string;
  case_no: string | null;
}

/** @throws GridwardenError RATE_LIMITED where its sender has too many that are attached to nothing */
export async function insertFile(tx: Sql, file: StoredFile): Promise<void> {
  const { fileId, sha256, uploadedBy, uploadedAt } = file;
  const row = await tx.get<{ loose: number }>(
    "select count(*) as loose from files where uploaded_by = ? and case_no is null",
    [uploadedBy],
  );
  if ((row?.loose ?? 0) >= LIMITS.filesLoosePerUserMax) {
    throw new GridwardenError(
      "RATE_LIMITED",
      `'${uploadedBy}' has sent ${LIMITS.filesLoosePerUserMax} files that are attached to no case; ` +
        `attach them first, or wait: they go after ${LIMITS.fileLooseDaysMax} days`,
    );
  }
  await tx.run(
    "insert into files (file_id, sha256, uploaded_by, uploaded_at, body) values (?, ?, ?, ?, ?)",
    [fileId, sha256, uploadedBy, uploadedAt, JSON.stringify(file)],
  );
}

export async function findFile(sql: Sql, fileId: string): Promise<StoredFile | undefined> {
  const row = await sql.get<FileRow>("select body, case_no from files where file_id = ?", [fileId]);
  if (row === undefined) return undefined;
  const file = JSON.parse(row.body) as StoredFile;
  return row.case_no === null ? file : { ...file, caseNo: row.case_no as CaseNo };
}

export async function markAttached(tx: Sql, fileId: string, caseNo: string): Promise<void> {
  await tx.run("update files set case_no = ? where file_id = ?", [caseNo, fileId]);
}

/** Forgets files that nobody attached in time; answers their digests. */
export async function dropLoose(tx: Sql, before: Instant, atOnce: number): Promise<string[]> {
  const rows = await tx.all<{ file_id: string; sha256: string }>(
    `select file_id, sha256 from files where case_no is null and uploaded_at < ?
     order by uploaded_at, file_id limit ?`,
    [before, atOnce],
  );
  for (const { file_id } of rows) await tx.run("delete from files where file_id = ?", [file_id]);
  return rows.map(({ sha256 }) => sha256);
}

/** Digests that are asked for in one statement; then others have their turn. */
const DIGESTS_AT_ONCE = 200;

/** Those of the digests that a row has. */
export async function knownOf(sql: Sql, digests: readonly string[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let from = 0; from < digests.length; from += DIGESTS_AT_ONCE) {
    const some = digests.slice(from, from + DIGESTS_AT_ONCE);
    const rows = await sql.all<{ sha256: string }>(
      `select distinct sha256 from files where sha256 in (${some.map(() => "?").join(", ")})`,
      some,
    );
    for (const { sha256 } of rows) known.add(sha256);
    await breathe();
  }
  return known;
}
