/**
 * One row for each write of the API: who, when, what, about what, and how it ended. Kept for a
 * time and a number; the oldest go first. No bodies are kept, so no secret is.
 */
import type { AuditDraft, AuditEntry, AuditFilter } from "../model/audit.ts";
import type { Instant } from "../model/clock.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Sql, SqlRow, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { present } from "./case-evidence.ts";

/** Entries that one tick forgets; more wait for the next. */
const SWEPT_AT_ONCE = 1_000;

export interface AuditPage {
  items: AuditEntry[];
  next?: string;
}

export async function addEntry(
  tx: Sql,
  entry: AuditDraft & Pick<AuditEntry, "at" | "result">,
): Promise<void> {
  const { at, requestId, actor, roles, action, route, subject, result } = entry;
  const row = await tx.get<{ last: number | null }>("select max(seq) as last from audit_entries");
  await tx.run(
    `insert into audit_entries (seq, at, request_id, actor, roles, action, route, subject, result)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      (row?.last ?? 0) + 1,
      at,
      requestId,
      actor,
      roles.join(","),
      action,
      route,
      subject ?? null,
      result,
    ],
  );
}

/** Newest first. @throws GridwardenError REQUEST_INVALID for a cursor of another list */
export async function listEntries(sql: Sql, filter: AuditFilter): Promise<AuditPage> {
  const { limit, cursor, from, to, actor, subject } = filter;
  const conditions: string[] = [];
  const parameters: SqlValue[] = [];
  const where = (condition: string, ...values: SqlValue[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (from !== undefined) where("at >= ?", from);
  if (to !== undefined) where("at < ?", to);
  if (actor !== undefined) where("actor = ?", actor);
  if (subject !== undefined) where("subject = ?", subject);
  if (cursor !== undefined) {
    const last = decodeCursor(cursor);
    where("(at < ? or (at = ? and seq < ?))", last.at, last.at, last.seq);
  }
  const clause = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const rows = await sql.all(
    `select * from audit_entries ${clause} order by at desc, seq desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map(entryOf);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.at}-${last.seq}` };
}

function entryOf(row: SqlRow): AuditEntry {
  const entry = {
    seq: row.seq,
    at: row.at,
    requestId: row.request_id,
    actor: row.actor,
    roles: String(row.roles)
      .split(",")
      .filter((role) => role !== ""),
    action: row.action,
    route: row.route,
    result: row.result,
    ...present(row, { subject: "subject" }),
  };
  return entry as AuditEntry;
}

function decodeCursor(cursor: string): { at: Instant; seq: number } {
  const [, at, seq] = /^(\d{1,15})-(\d{1,15})$/.exec(cursor) ?? [];
  if (at !== undefined && seq !== undefined) return { at: Number(at), seq: Number(seq) };
  throw new GridwardenError(
    "REQUEST_INVALID",
    `cursor '${cursor.slice(0, 80)}' is none of this list; take 'next' of the page before`,
  );
}

/** Forgets what is too old or too much, some at a time. */
export async function sweepEntries(tx: Sql, now: Instant): Promise<void> {
  const row = await tx.get<{ last: number | null }>("select max(seq) as last from audit_entries");
  if (row?.last == null) return;
  await forget(tx, "seq", row.last - LIMITS.auditEntriesMax);
  await forget(tx, "at", now - LIMITS.auditEntryDaysMax * DAY_MS);
}

function forget(tx: Sql, column: "seq" | "at", upTo: number): Promise<unknown> {
  return tx.run(
    `delete from audit_entries where seq in
       (select seq from audit_entries where ${column} <= ? order by ${column} limit ?)`,
    [upTo, SWEPT_AT_ONCE],
  );
}
