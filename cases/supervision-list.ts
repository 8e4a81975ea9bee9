/**
 * The list of supervision orders, newest first, its pages by a cursor that stands for the last order
 * of the page before; and the count of what was answered, which must reach all of it.
 */
import type { Instant } from "../model/clock.ts";
import type { Sql, SqlRow, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Supervision, SupervisionCounts, SupervisionState } from "../model/supervision.ts";
import { parseSupervision } from "./supervision-store.ts";

interface Span {
  /** By the time of issue; `from` inclusive, `to` exclusive. */
  from?: Instant | undefined;
  to?: Instant | undefined;
  /** Of these units alone; all when absent. */
  within?: readonly string[] | undefined;
}

export interface SupervisionFilter extends Span {
  state?: SupervisionState | undefined;
  unitId?: string | undefined;
  /** Orders that cover this case. */
  caseNo?: string | undefined;
  /** Past the deadline without a reply, or not. */
  overdue?: boolean | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface SupervisionPage {
  items: Supervision[];
  next?: string;
}

interface Wheres {
  conditions: string[];
  parameters: SqlValue[];
}

export async function listSupervisions(
  sql: Sql,
  filter: SupervisionFilter,
  now: Instant,
): Promise<SupervisionPage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const wheres = spanWheres(filter);
  const where = (condition: string, ...values: SqlValue[]): void => {
    wheres.conditions.push(condition);
    wheres.parameters.push(...values);
  };
  if (filter.state !== undefined) where("state = ?", filter.state);
  if (filter.unitId !== undefined) where("unit_id = ?", filter.unitId);
  if (filter.caseNo !== undefined) {
    where(
      "supervision_no in (select supervision_no from supervision_cases where case_no = ?)",
      filter.caseNo,
    );
  }
  if (filter.overdue === true) where("is_awaited = 1 and deadline < ?", now);
  if (filter.overdue === false) where("(is_awaited = 0 or deadline >= ?)", now);
  if (filter.cursor !== undefined) {
    const last = decodeCursor(filter.cursor);
    where("(issued_at < ? or (issued_at = ? and supervision_no < ?))", last.at, last.at, last.no);
  }
  const rows = await sql.all<{ body: string }>(
    `select body from supervisions ${clauseOf(wheres)}
     order by issued_at desc, supervision_no desc limit ?`,
    [...wheres.parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map((row) => parseSupervision(row.body));
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.issuedAt}-${last.supervisionNo}` };
}

/** Of each unit that had an order in the span, by its id. */
export async function countSupervisions(
  sql: Sql,
  span: Span,
  now: Instant,
): Promise<({ unitId: string } & SupervisionCounts)[]> {
  const wheres = spanWheres(span);
  const rows = await sql.all(
    `select unit_id, count(*) as orders,
       sum(case when state = 'CANCELLED' then 1 else 0 end) as cancelled,
       sum(case when state in ('REPLIED', 'ACCEPTED') then 1 else 0 end) as answered,
       sum(case when state in ('REPLIED', 'ACCEPTED') and replied_at <= deadline
         then 1 else 0 end) as in_time,
       sum(case when state = 'ACCEPTED' then 1 else 0 end) as accepted,
       sum(case when is_awaited = 1 and deadline < ? then 1 else 0 end) as overdue
     from supervisions ${clauseOf(wheres)} group by unit_id order by unit_id`,
    [now, ...wheres.parameters],
  );
  return rows.map((row) => ({ unitId: String(row.unit_id), ...countsOf(row) }));
}

function countsOf(row: SqlRow): SupervisionCounts {
  const cancelled = Number(row.cancelled);
  return withShare({
    issued: Number(row.orders) - cancelled,
    answered: Number(row.answered),
    answeredInTime: Number(row.in_time),
    accepted: Number(row.accepted),
    overdueOpen: Number(row.overdue),
    cancelled,
  });
}

/** Of all units together. */
export function sumCounts(parts: readonly SupervisionCounts[]): SupervisionCounts {
  const sum = {
    issued: 0,
    answered: 0,
    answeredInTime: 0,
    accepted: 0,
    overdueOpen: 0,
    cancelled: 0,
  };
  for (const part of parts) {
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += part[name];
  }
  return withShare(sum);
}

function withShare(counts: Omit<SupervisionCounts, "shareAnswered">): SupervisionCounts {
  const { issued, answered } = counts;
  return { ...counts, shareAnswered: issued === 0 ? undefined : answered / issued };
}

function spanWheres({ from, to, within }: Span): Wheres {
  const wheres: Wheres = { conditions: [], parameters: [] };
  if (from !== undefined) {
    wheres.conditions.push("issued_at >= ?");
    wheres.parameters.push(from);
  }
  if (to !== undefined) {
    wheres.conditions.push("issued_at < ?");
    wheres.parameters.push(to);
  }
  if (within !== undefined) {
    const marks = within.map(() => "?").join(", ");
    wheres.conditions.push(within.length === 0 ? "1 = 0" : `unit_id in (${marks})`);
    wheres.parameters.push(...within);
  }
  return wheres;
}

const clauseOf = ({ conditions }: Wheres): string =>
  conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;

function decodeCursor(cursor: string): { at: Instant; no: string } {
  const [, at, no] = /^(\d{1,16})-(DB\d{14})$/.exec(cursor) ?? [];
  if (at !== undefined && no !== undefined) return { at: Number(at), no };
  throw new GridwardenError(
    "REQUEST_INVALID",
    `cursor '${cursor.slice(0, 80)}' is none of this list; take 'next' of the page before`,
  );
}
