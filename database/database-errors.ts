/**
 * Turns what SQLite or PostgreSQL says into DATABASE_FAILED with what failed, why, and the cure
 * where the person at the machine has one. The driver's own code stands in `details.sqliteCode` or
 * `details.sqlState`, so that a broken constraint can be told from a broken disk.
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

/** By SQLSTATE, or by the code of the system's call where no server answered. */
const POSTGRES_CURES: readonly [code: string, cure: string][] = [
  ["ECONNREFUSED", "no server listens there; start it, or correct GRIDWARDEN_DATABASE_URL"],
  ["ENOTFOUND", "there is no host of that name; correct GRIDWARDEN_DATABASE_URL"],
  ["28P01", "correct the password in GRIDWARDEN_DATABASE_URL"],
  ["28000", "the server's pg_hba.conf does not let this user in from here"],
  ["3D000", "make the database as docs/postgres.md says"],
  ["42501", "make the user the owner of its database, as docs/postgres.md says"],
  ["53100", "the server's disk is full; free space there and it goes on by itself"],
  ["53300", "raise the server's max_connections"],
  ["57P03", "the server starts or stops; it goes on by itself"],
  ["25006", "this server only reads, as a standby does; name the one that writes"],
];

export function databaseFailed(
  cause: unknown,
  about: { file: string; sql?: string },
): GridwardenError {
  if (cause instanceof GridwardenError) return cause;
  const said = cause instanceof Error ? cause.message : String(cause);
  const sqliteCode = sqliteCodeOf(cause, said);
  const cure = CURES.find(([prefix]) => sqliteCode?.startsWith(prefix))?.[1];
  return failure(cause, about, {
    ...{ said, code: sqliteCode, cure },
    details: sqliteCode === undefined ? {} : { sqliteCode },
  });
}

/** `url` without its password. */
export function postgresFailed(
  cause: unknown,
  about: { url: string; sql?: string },
): GridwardenError {
  if (cause instanceof GridwardenError) return cause;
  const { said, code } = postgresSaid(cause);
  const cure = POSTGRES_CURES.find(([known]) => known === code)?.[1];
  const isState = code !== undefined && /^[0-9A-Z]{5}$/.test(code);
  return failure(
    cause,
    { file: about.url, ...(about.sql === undefined ? {} : { sql: about.sql }) },
    { said, code, cure, details: isState ? { sqlState: code } : {} },
  );
}

function failure(
  cause: unknown,
  about: { file: string; sql?: string },
  what: {
    said: string;
    code: string | undefined;
    cure: string | undefined;
    details: Record<string, string>;
  },
): GridwardenError {
  return new GridwardenError(
    "DATABASE_FAILED",
    `database '${about.file}': ${what.said}` +
      (what.code === undefined ? "" : ` (${what.code})`) +
      (about.sql === undefined ? "" : `, in '${about.sql}'`) +
      (what.cure === undefined ? "" : `; ${what.cure}`),
    { cause, details: what.details },
  );
}

/** Of several addresses of a host each was tried, and the first one's fault tells enough. */
function postgresSaid(cause: unknown): { said: string; code: string | undefined } {
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  const said = first instanceof Error ? first.message : String(first);
  const code = first instanceof Error && "code" in first ? first.code : undefined;
  return { said, code: typeof code === "string" && code !== "" ? code : undefined };
}

function sqliteCodeOf(cause: unknown, said: string): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (typeof code === "string" && code !== "") return code;
  return said.includes("Unable to open") ? "SQLITE_CANTOPEN" : undefined;
}
