/**
 * Cases, their numbers and who acted on them, as rows. Every write takes the
 * transaction it belongs to; nothing is kept in memory, so a rollback leaves nothing behind.
 */

import { type Case, TERMINAL_STATES } from "../model/case.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { CaseNo } from "../model/ids.ts";
import { isGeneralRow } from "./conditions.ts";

/** Five digits of a case number. */
const CASES_PER_DAY_MAX = 99_999;

export const isOpen = (theCase: Case): boolean => !TERMINAL_STATES.has(theCase.state);

/** What two open cases may not share; a general report shares nothing. */
function openKeyOf(assetId: string, conditionId: string): string {
  return `${assetId}/${conditionId}`;
}

/** @throws GridwardenError RATE_LIMITED when the day's five digits are used up. */
export async function nextCaseNo(tx: Sql, areaCode: string, dateDigits: string): Promise<CaseNo> {
  const areaDay = `${areaCode}${dateDigits}`;
  await tx.run(
    `insert into case_counters (area_day, last) values (?, 1)
     on conflict (area_day) do update set last = case_counters.last + 1`,
    [areaDay],
  );
  const row = await tx.get<{ last: number }>("select last from case_counters where area_day = ?", [
    areaDay,
  ]);
  const number = row?.last ?? 0;
  if (number > CASES_PER_DAY_MAX) {
    throw new GridwardenError(
      "RATE_LIMITED",
      `day '${dateDigits}' of area '${areaCode}' has ${CASES_PER_DAY_MAX} cases, the most its ` +
        "numbers can tell apart; look for a rule that fires without end",
    );
  }
  return CaseNo.parse(`${areaDay}${String(number).padStart(5, "0")}`);
}

/** A drill holds nothing of its asset: no alarm joins it, and it is no relapse and no renewal. */
export async function insertCase(tx: Sql, theCase: Case, isUnique: boolean): Promise<void> {
  const { conditionId, isDrill = false } = theCase;
  const assetId = isDrill ? undefined : theCase.assetId;
  const openKey = isUnique && assetId !== undefined ? openKeyOf(assetId, conditionId) : null;
  await tx.run(
    `insert into cases (case_no, version, state, is_open, asset_id, condition_id, unit_id, crew_id,
      opened_at, open_key, is_drill, body) values (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      theCase.caseNo,
      theCase.version,
      theCase.state,
      assetId ?? null,
      conditionId,
      theCase.unitId ?? null,
      theCase.crewId ?? null,
      theCase.openedAt,
      openKey,
      isDrill ? 1 : 0,
      JSON.stringify(theCase),
    ],
  );
}

/** @throws GridwardenError CASE_VERSION_CONFLICT when it is no longer at `formerVersion`. */
export async function updateCase(tx: Sql, theCase: Case, former: Case): Promise<void> {
  const open = isOpen(theCase) ? 1 : 0;
  const { changes } = await tx.run(
    `update cases set version = ?, state = ?, is_open = ?, unit_id = ?, crew_id = ?,
      dispatched_at = ?, deadline = ?,
      open_key = case when ? = 1 then coalesce(open_key, ?) else null end, body = ?
     where case_no = ? and version = ?`,
    [
      theCase.version,
      theCase.state,
      open,
      theCase.unitId ?? null,
      theCase.crewId ?? null,
      theCase.dispatchedAt ?? null,
      theCase.deadline ?? null,
      open,
      keyOfReopened(theCase, former),
      JSON.stringify(theCase),
      theCase.caseNo,
      former.version,
    ],
  );
  if (changes !== 1) throw versionConflict(theCase.caseNo, former.version, undefined);
  const [before, after] = [crewAtWork(former), crewAtWork(theCase)];
  if (before === after) return;
  if (before !== undefined) await addLoad(tx, before, -1);
  if (after !== undefined) await addLoad(tx, after, 1);
}

/** A case that ended holds its key no more; taken up again it does, unless it is a general report. */
function keyOfReopened(theCase: Case, former: Case): string | null {
  const { assetId, conditionId, isDrill = false } = theCase;
  if (isOpen(former) || assetId === undefined || isDrill || isGeneralRow(theCase)) return null;
  return openKeyOf(assetId, conditionId);
}

/** The crew that has the case in hand: dispatched or being handled. A drill keeps no crew from work. */
function crewAtWork({ state, crewId, isDrill = false }: Case): string | undefined {
  if (isDrill) return undefined;
  return state === "DISPATCHED" || state === "HANDLING" ? crewId : undefined;
}

async function addLoad(tx: Sql, crewId: string, orders: number): Promise<void> {
  await tx.run(
    `insert into case_crew_loads (crew_id, orders) values (?, ?)
     on conflict (crew_id) do update set orders = case_crew_loads.orders + excluded.orders`,
    [crewId, orders],
  );
}

/** Orders that these crews have in hand; a crew without any may be missing. */
export async function crewLoads(
  sql: Sql,
  crewIds: readonly string[],
): Promise<Map<string, number>> {
  const loads = new Map<string, number>();
  for (const crewId of crewIds) {
    const row = await sql.get<{ orders: number }>(
      "select orders from case_crew_loads where crew_id = ?",
      [crewId],
    );
    if (row !== undefined) loads.set(crewId, row.orders);
  }
  return loads;
}

export function versionConflict(
  caseNo: string,
  wanted: number,
  current: number | undefined,
): GridwardenError {
  const stands = current === undefined ? "another" : `${current}`;
  return new GridwardenError(
    "CASE_VERSION_CONFLICT",
    `case '${caseNo}' is at version ${stands}, you changed version ${wanted}; read it again`,
    { details: { caseNo, ...(current !== undefined && { version: current }) } },
  );
}

export async function findCase(sql: Sql, caseNo: string): Promise<Case | undefined> {
  const row = await sql.get<{ body: string }>("select body from cases where case_no = ?", [caseNo]);
  return row === undefined ? undefined : parseCase(row.body);
}

/** @throws GridwardenError CASE_NOT_FOUND */
export async function needCase(sql: Sql, caseNo: string): Promise<Case> {
  const found = await findCase(sql, caseNo);
  if (found !== undefined) return found;
  throw new GridwardenError("CASE_NOT_FOUND", `no case has the number '${caseNo}'`, {
    details: { caseNo },
  });
}

export async function findOpenCase(
  sql: Sql,
  assetId: string,
  conditionId: string,
): Promise<Case | undefined> {
  const row = await sql.get<{ body: string }>("select body from cases where open_key = ?", [
    openKeyOf(assetId, conditionId),
  ]);
  return row === undefined ? undefined : parseCase(row.body);
}

/** The newest case of the fault that was closed by its handling. */
export async function findLastClosed(
  sql: Sql,
  assetId: string,
  conditionId: string,
): Promise<Case | undefined> {
  const row = await sql.get<{ body: string }>(
    `select body from cases where asset_id = ? and condition_id = ? and state = 'CLOSED'
     order by opened_at desc, case_no desc limit 1`,
    [assetId, conditionId],
  );
  return row === undefined ? undefined : parseCase(row.body);
}

/** What this file wrote; nobody else writes it. */
export const parseCase = (body: string): Case => JSON.parse(body) as Case;

/** The last who let the case pass its check: a name, or `system`. */
export async function lastActorOf(
  sql: Sql,
  caseNo: string,
  event: string,
): Promise<string | undefined> {
  const row = await sql.get<{ actor: string }>(
    "select actor from case_history where case_no = ? and event = ? order by seq desc limit 1",
    [caseNo, event],
  );
  return row?.actor;
}
