/**
 * Turns what SQLite says into DATABASE_FAILED with what failed, why, and the cure where the person
 * at the machine has one. The driver's own code stands in `details.sqliteCode`, so that a room can
 * tell a broken constraint from a broken disk.
 */
import { GridwardenError } from "../model/errors.ts";

const CURES: readonly [prefix: string, cure: string][] = [
  ["SQLITE_FULL", "the disk is full; free space there and it goes on by itself"],
  ["SQLITE_IOERR", "the disk gave an error; look at the system's log for the drive"],
  ["SQLITE_READONLY", "the file cannot be written; check its owner, its mode and the mount"],
  ["SQLITE_CANTOPEN", "the file cannot be opened; check its folder, owner and mode"],
  ["SQLITE_PERM", "the file cannot be opened; check its owner and mode"],
  ["SQLITE_BUSY", "another process writes to it; stop it, only one may use a data folder"],
  ["SQLITE_NOTADB", "the file is not a database; put back a backup or move it away"],
  ["SQLITE_CORRUPT", "the file is damaged; put back a backup"],
];

export function databaseFailed(
  cause: unknown,
  about: { file: string; sql?: string },
): GridwardenError {
  if (cause instanceof GridwardenError) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  const sqliteCode = sqliteCodeOf(cause, said);
  const cure = CURES.find(([prefix]) => sqliteCode?.startsWith(prefix))?.[1];
  return new GridwardenError(
    "DATABASE_FAILED",
    `database '${about.file}': ${said}` +
      (sqliteCode === undefined ? "" : ` (${sqliteCode})`) +
      (about.sql === undefined ? "" : `, in '${about.sql}'`) +
      (cure === undefined ? "" : `; ${cure}`),
    { cause, details: sqliteCode === undefined ? {} : { sqliteCode } },
  );
}

function sqliteCodeOf(cause: unknown, said: string): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string" && code !== "") return code;
  return said.includes("Unable to open") ? "SQLITE_CANTOPEN" : undefined;
}
