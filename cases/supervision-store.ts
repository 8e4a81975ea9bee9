/**
 * Supervision orders, their numbers, the cases they cover and their due times, as rows. Every write
 * takes the transaction it belongs to; nothing is kept in memory, so a rollback leaves nothing.
 */
import type { Case, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { CaseNo } from "../model/ids.ts";
import { AWAITING_REPLY, type Supervision, SupervisionNo } from "../model/supervision.ts";
import { parseCase } from "./case-store.ts";
import type { SupervisionDue, SupervisionDueKind } from "./supervision-deadline.ts";

/** Four digits of an order's number. */
const ORDERS_PER_YEAR_MAX = 9_999;

/** @throws GridwardenError RATE_LIMITED when the year's four digits are used up. */
export async function nextSupervisionNo(
  tx: Sql,
  areaCode: string,
  year: number,
): Promise<SupervisionNo> {
  const areaYear = `${areaCode}${year}`;
  await tx.run(
    `insert into supervision_counters (area_year, last) values (?, 1)
     on conflict (area_year) do update set last = supervision_counters.last + 1`,
    [areaYear],
  );
  const row = await tx.get<{ last: number }>(
    "select last from supervision_counters where area_year = ?",
    [areaYear],
  );
  const number = row?.last ?? 0;
  if (number > ORDERS_PER_YEAR_MAX) {
    throw new GridwardenError(
      "RATE_LIMITED",
      `year ${year} of area '${areaCode}' has ${ORDERS_PER_YEAR_MAX} supervision orders, the most ` +
        "its numbers can tell apart; cover more cases with one order",
    );
  }
  return SupervisionNo.parse(`DB${areaYear}${String(number).padStart(4, "0")}`);
}

export async function insertSupervision(
  tx: Sql,
  order: Supervision,
  cases: readonly Pick<Case, "caseNo" | "state">[],
): Promise<void> {
  await tx.run(
    `insert into supervisions (supervision_no, version, state, is_awaited, unit_id, issued_at,
      deadline, body) values (?, ?, ?, 1, ?, ?, ?, ?)`,
    [
      order.supervisionNo,
      order.version,
      order.state,
      order.unitId,
      order.issuedAt,
      Math.round(order.deadline),
      JSON.stringify(order),
    ],
  );
  for (const { caseNo, state } of cases) {
    await tx.run(
      "insert into supervision_cases (supervision_no, case_no, state_at_issue) values (?, ?, ?)",
      [order.supervisionNo, caseNo, state],
    );
  }
}

/** @throws GridwardenError SUPERVISION_VERSION_CONFLICT when it is no longer at `formerVersion`. */
export async function updateSupervision(
  tx: Sql,
  order: Supervision,
  formerVersion: number,
): Promise<void> {
  const { changes } = await tx.run(
    `update supervisions set version = ?, state = ?, is_awaited = ?, deadline = ?, replied_at = ?,
      body = ? where supervision_no = ? and version = ?`,
    [
      order.version,
      order.state,
      AWAITING_REPLY.has(order.state) ? 1 : 0,
      Math.round(order.deadline),
      order.repliedAt ?? null,
      JSON.stringify(order),
      order.supervisionNo,
      formerVersion,
    ],
  );
  if (changes !== 1) throw supervisionConflict(order.supervisionNo, formerVersion, undefined);
}

/** `current` is absent where it is not known any more. */
export function supervisionConflict(
  supervisionNo: string,
  wanted: number,
  current: number | undefined,
): GridwardenError {
  const stands = current === undefined ? "another version" : `version ${current}`;
  return new GridwardenError(
    "SUPERVISION_VERSION_CONFLICT",
    `order '${supervisionNo}' is at ${stands}, you changed version ${wanted}; read it again`,
    { details: { supervisionNo, ...(current !== undefined && { version: current }) } },
  );
}

/** @throws GridwardenError SUPERVISION_NOT_FOUND */
export async function needSupervision(sql: Sql, supervisionNo: string): Promise<Supervision> {
  const found = await findSupervision(sql, supervisionNo);
  if (found !== undefined) return found;
  const message = `no supervision order has the number '${supervisionNo}'`;
  throw new GridwardenError("SUPERVISION_NOT_FOUND", message, { details: { supervisionNo } });
}

export async function findSupervision(
  sql: Sql,
  supervisionNo: string,
): Promise<Supervision | undefined> {
  const row = await sql.get<{ body: string }>(
    "select body from supervisions where supervision_no = ?",
    [supervisionNo],
  );
  return row === undefined ? undefined : parseSupervision(row.body);
}

/** What this file wrote; nobody else writes it. */
export const parseSupervision = (body: string): Supervision => JSON.parse(body) as Supervision;

/** By the cases' numbers. */
export async function coveredCases(
  sql: Sql,
  supervisionNo: string,
): Promise<{ theCase: Case; stateAtIssue: CaseState }[]> {
  const rows = await sql.all<{ body: string; state: string }>(
    `select cases.body as body, supervision_cases.state_at_issue as state
     from supervision_cases join cases on cases.case_no = supervision_cases.case_no
     where supervision_cases.supervision_no = ? order by cases.case_no`,
    [supervisionNo],
  );
  return rows.map(({ body, state }) => ({
    theCase: parseCase(body),
    stateAtIssue: state as CaseState,
  }));
}

export async function isCovered(sql: Sql, supervisionNo: string, caseNo: string): Promise<boolean> {
  const row = await sql.get(
    "select 1 as found from supervision_cases where supervision_no = ? and case_no = ?",
    [supervisionNo, caseNo],
  );
  return row !== undefined;
}

/** The cases it covers that have not ended, by their numbers. */
export async function openCaseNos(sql: Sql, supervisionNo: string): Promise<CaseNo[]> {
  const rows = await sql.all<{ caseNo: CaseNo }>(
    `select cases.case_no as "caseNo"
     from supervision_cases join cases on cases.case_no = supervision_cases.case_no
     where supervision_cases.supervision_no = ? and cases.is_open = 1 order by cases.case_no`,
    [supervisionNo],
  );
  return rows.map(({ caseNo }) => caseNo);
}

/** Orders behind that number which have not ended, by their numbers. */
export async function nextUnended(
  sql: Sql,
  supervisionNo: string,
  max: number,
): Promise<Supervision[]> {
  const rows = await sql.all<{ body: string }>(
    `select body from supervisions where supervision_no > ?
       and state in ('ISSUED', 'ACKNOWLEDGED', 'REPLIED', 'SENT_BACK')
     order by supervision_no limit ?`,
    [supervisionNo, max],
  );
  return rows.map(({ body }) => parseSupervision(body));
}

/** As the row names it. */
const keyOf = ({ kind, mark }: Pick<SupervisionDue, "kind" | "mark">): string => `${kind}:${mark}`;

export interface WaitingSupervision extends SupervisionDue {
  supervisionNo: string;
}

/** Makes the order's waiting dues these; what was done once is never waiting again. */
export async function saveSupervisionDues(
  tx: Sql,
  supervisionNo: string,
  dues: readonly SupervisionDue[],
): Promise<void> {
  await tx.run("delete from supervision_dues where supervision_no = ? and done_at is null", [
    supervisionNo,
  ]);
  for (const due of dues) {
    await tx.run(
      `insert into supervision_dues (supervision_no, kind, at) values (?, ?, ?)
       on conflict (supervision_no, kind) do nothing`,
      [supervisionNo, keyOf(due), Math.round(due.at)],
    );
  }
}

/** Those that fell due, oldest first. */
export async function waitingSupervisionDues(
  sql: Sql,
  now: Instant,
  max: number,
): Promise<WaitingSupervision[]> {
  const rows = await sql.all<{ supervisionNo: string; key: string; at: number }>(
    `select supervision_no as "supervisionNo", kind as "key", at from supervision_dues
     where done_at is null and at <= ? order by at, supervision_no, kind limit ?`,
    [now, max],
  );
  return rows.map(({ key, ...row }) => {
    const [kind, mark = ""] = key.split(":");
    return { ...row, kind: kind as SupervisionDueKind, mark };
  });
}

export async function markSupervisionDueDone(
  tx: Sql,
  due: WaitingSupervision,
  now: Instant,
): Promise<void> {
  await tx.run("update supervision_dues set done_at = ? where supervision_no = ? and kind = ?", [
    now,
    due.supervisionNo,
    keyOf(due),
  ]);
}

/** Puts a due that could not be done to a later time. */
export async function postponeSupervisionDue(
  tx: Sql,
  due: WaitingSupervision,
  until: Instant,
): Promise<void> {
  await tx.run("update supervision_dues set at = ? where supervision_no = ? and kind = ?", [
    until,
    due.supervisionNo,
    keyOf(due),
  ]);
}

export async function firstSupervisionDueAt(sql: Sql): Promise<Instant | undefined> {
  const row = await sql.get<{ at: number | null }>(
    "select min(at) as at from supervision_dues where done_at is null",
  );
  return row?.at ?? undefined;
}
