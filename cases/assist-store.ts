/**
 * Assists as rows: whole in `body`, with what is searched for beside it. `next_due_at` is when its
 * unit is warned next, null when it is not: so a warning that fell due while the platform was down
 * is given once. Every write takes the transaction it belongs to.
 */
import { type Assist, AssistId } from "../model/assist.ts";
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";

export const assistMigrations: readonly Migration[] = [
  {
    id: "cases-0015-assists",
    statements: [
      `create table assists (
        assist_id text primary key,
        case_no text not null,
        number integer not null,
        version integer not null,
        state text not null,
        unit_id text not null,
        crew_id text,
        asked_at bigint not null,
        next_due_at bigint,
        body text not null
      )`,
      "create unique index assists_case on assists (case_no, number)",
      "create index assists_asked on assists (asked_at, assist_id)",
      "create index assists_unit on assists (unit_id, asked_at, assist_id)",
      "create index assists_crew on assists (crew_id, asked_at, assist_id)",
      "create index assists_state on assists (state, asked_at, assist_id)",
      "create index assists_due on assists (next_due_at) where next_due_at is not null",
    ],
  },
];

export interface AssistFilter {
  unitId?: string | undefined;
  crewId?: string | undefined;
  /** `open`: asked or started; else one state. */
  state?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface AssistPage {
  items: Assist[];
  next?: string;
}

type BodyRow = { body: string };
const parse = ({ body }: BodyRow): Assist => JSON.parse(body) as Assist;

export async function nextAssistId(
  tx: Sql,
  caseNo: string,
): Promise<{ assistId: AssistId; number: number }> {
  const row = await tx.get<{ last: number | null }>(
    "select max(number) as last from assists where case_no = ?",
    [caseNo],
  );
  const number = (row?.last ?? 0) + 1;
  return { assistId: AssistId.parse(`${caseNo}-a${number}`), number };
}

export async function insertAssist(
  tx: Sql,
  assist: Assist,
  number: number,
  nextDueAt: Instant | undefined,
): Promise<void> {
  const { assistId, caseNo, version, state, unitId, crewId, askedAt } = assist;
  await tx.run(
    `insert into assists (assist_id, case_no, number, version, state, unit_id, crew_id, asked_at,
      next_due_at, body) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      assistId,
      caseNo,
      number,
      version,
      state,
      unitId,
      crewId ?? null,
      askedAt,
      nextDueAt ?? null,
      JSON.stringify(assist),
    ],
  );
}

/** @throws GridwardenError ASSIST_VERSION_CONFLICT when it is no longer at `former`'s version. */
export async function updateAssist(
  tx: Sql,
  assist: Assist,
  former: Assist,
  nextDueAt: Instant | undefined,
): Promise<void> {
  const { changes } = await tx.run(
    `update assists set version = ?, state = ?, crew_id = ?, next_due_at = ?, body = ?
     where assist_id = ? and version = ?`,
    [
      assist.version,
      assist.state,
      assist.crewId ?? null,
      nextDueAt ?? null,
      JSON.stringify(assist),
      assist.assistId,
      former.version,
    ],
  );
  if (changes !== 1) throw assistConflict(assist.assistId, former.version, undefined);
}

export function assistConflict(
  assistId: string,
  wanted: number,
  current: number | undefined,
): GridwardenError {
  const stands = current === undefined ? "another" : `${current}`;
  return new GridwardenError(
    "ASSIST_VERSION_CONFLICT",
    `assist '${assistId}' is at version ${stands}, you changed version ${wanted}; read it again`,
    { details: { assistId, ...(current !== undefined && { version: current }) } },
  );
}

/** @throws GridwardenError ASSIST_NOT_FOUND */
export async function needAssist(sql: Sql, assistId: string): Promise<Assist> {
  const row = await sql.get<BodyRow>("select body from assists where assist_id = ?", [assistId]);
  if (row !== undefined) return parse(row);
  throw new GridwardenError("ASSIST_NOT_FOUND", `no assist has the id '${assistId}'`, {
    details: { assistId },
  });
}

/** In the order in which they were asked for. */
export async function assistsOf(sql: Sql, caseNo: string): Promise<Assist[]> {
  const rows = await sql.all<BodyRow>(
    "select body from assists where case_no = ? order by number",
    [caseNo],
  );
  return rows.map(parse);
}

export async function dueAssists(tx: Sql, now: Instant, max: number): Promise<Assist[]> {
  const rows = await tx.all<BodyRow>(
    `select body from assists where next_due_at is not null and next_due_at <= ?
     order by next_due_at, assist_id limit ?`,
    [now, max],
  );
  return rows.map(parse);
}

export async function firstAssistDue(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ at: number | null }>(
    "select min(next_due_at) as at from assists where next_due_at is not null",
  );
  return row?.at ?? undefined;
}

/** Newest first. */
export async function listAssists(sql: Sql, filter: AssistFilter): Promise<AssistPage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const wheres = ["1 = 1"];
  const parameters: SqlValue[] = [];
  const where = (condition: string, ...values: SqlValue[]): void => {
    wheres.push(condition);
    parameters.push(...values);
  };
  if (filter.unitId !== undefined) where("unit_id = ?", filter.unitId);
  if (filter.crewId !== undefined) where("crew_id = ?", filter.crewId);
  if (filter.state === "open") where("state in ('ASKED', 'STARTED')");
  else if (filter.state !== undefined) where("state = ?", filter.state);
  if (filter.cursor !== undefined) {
    const last = readCursor(filter.cursor);
    where("(asked_at < ? or (asked_at = ? and assist_id < ?))", last.at, last.at, last.assistId);
  }
  const rows = await sql.all<BodyRow>(
    `select body from assists where ${wheres.join(" and ")}
     order by asked_at desc, assist_id desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map(parse);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.askedAt}.${last.assistId}` };
}

function readCursor(cursor: string): { at: Instant; assistId: string } {
  const match = /^(\d{1,16})\.(\d{19}-a\d{1,4})$/.exec(cursor);
  if (match === null) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
    );
  }
  return { at: Number(match[1]), assistId: match[2] ?? "" };
}
