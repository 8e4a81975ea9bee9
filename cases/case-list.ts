/**
 * The list of cases: filters, newest first, pages by a cursor that stands for the last case of
 * the page before, so that cases opened meanwhile move nothing.
 */
import { type Case, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { parseCase } from "./case-store.ts";

export interface CaseFilter {
  /** `open`: every state that is not terminal; `closed`: every one that is; else one state. */
  status?: string | undefined;
  assetId?: string | undefined;
  unitId?: string | undefined;
  crewId?: string | undefined;
  /** Drills alone, or none of them; all when absent. */
  drill?: boolean | undefined;
  /** By the time of opening; `from` inclusive, `to` exclusive. */
  from?: Instant | undefined;
  to?: Instant | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface CasePage {
  items: Case[];
  next?: string;
}

export async function listCases(sql: Sql, filter: CaseFilter): Promise<CasePage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const conditions: string[] = [];
  const parameters: SqlValue[] = [];
  const where = (condition: string, ...values: SqlValue[]): void => {
    conditions.push(condition);
    parameters.push(...values);
  };
  if (filter.status === "open" || filter.status === "closed") {
    where("is_open = ?", filter.status === "open" ? 1 : 0);
  } else if (filter.status !== undefined) {
    where("state = ?", stateOf(filter.status));
  }
  if (filter.assetId !== undefined) where("asset_id = ?", filter.assetId);
  if (filter.unitId !== undefined) where("unit_id = ?", filter.unitId);
  if (filter.crewId !== undefined) where("crew_id = ?", filter.crewId);
  if (filter.drill !== undefined) where("is_drill = ?", filter.drill ? 1 : 0);
  if (filter.from !== undefined) where("opened_at >= ?", filter.from);
  if (filter.to !== undefined) where("opened_at < ?", filter.to);
  if (filter.cursor !== undefined) {
    const last = decodeCursor(filter.cursor);
    where("(opened_at < ? or (opened_at = ? and case_no < ?))", last.at, last.at, last.caseNo);
  }
  const clause = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const rows = await sql.all<{ body: string }>(
    `select body from cases ${clause} order by opened_at desc, case_no desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => parseCase(row.body));
  const last = items.at(-1);
  return rows.length > limit && last !== undefined
    ? { items, next: encodeCursor(last) }
    : { items };
}

function stateOf(status: string): CaseState {
  const state = CaseState.safeParse(status);
  if (state.success) return state.data;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `status '${status}' is none: write open, closed or one of ${CaseState.options.join(", ")}`,
  );
}

const encodeCursor = (last: Case): string =>
  Buffer.from(`${last.openedAt}:${last.caseNo}`).toString("base64url");

function decodeCursor(cursor: string): { at: Instant; caseNo: string } {
  const [, at, caseNo] =
    /^(\d{1,16}):(\d{19})$/.exec(Buffer.from(cursor, "base64url").toString("latin1")) ?? [];
  if (at === undefined || caseNo === undefined) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `cursor '${cursor.slice(0, 80)}' is none of this list; take 'next' of the page before`,
    );
  }
  return { at: Number(at), caseNo };
}
