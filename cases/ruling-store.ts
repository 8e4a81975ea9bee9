/**
 * Rulings as rows that are only ever added: a ruling that changes gets a row with the next version,
 * and the one with the highest stands. So what was decided, and when it was taken back, stays readable.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Ruling } from "../model/ruling.ts";

export const rulingMigrations: readonly Migration[] = [
  {
    id: "cases-0016-rulings",
    statements: [
      `create table rulings (
        ruling_id text not null,
        version integer not null,
        category_code text not null,
        unit_id text not null,
        ruled_at bigint not null,
        body text not null,
        primary key (ruling_id, version)
      )`,
      "create index rulings_category on rulings (category_code)",
      "create index rulings_newest on rulings (ruled_at, ruling_id)",
    ],
  },
];

export interface RulingFilter {
  unitId?: string | undefined;
  categoryCode?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
}

export interface RulingPage {
  items: Ruling[];
  next?: string;
}

/** Of a ruling for every category. */
const ANY_CATEGORY = "";
const IS_NEWEST = `version = (select max(other.version) from rulings other
  where other.ruling_id = rulings.ruling_id)`;

type BodyRow = { body: string };
const parse = ({ body }: BodyRow): Ruling => JSON.parse(body) as Ruling;

/** @throws GridwardenError RULING_VERSION_CONFLICT when somebody has added this version already. */
export async function addRuling(tx: Sql, ruling: Ruling): Promise<void> {
  const { rulingId, version, scope, unitId, ruledAt } = ruling;
  const { changes } = await tx.run(
    `insert into rulings (ruling_id, version, category_code, unit_id, ruled_at, body)
     values (?, ?, ?, ?, ?, ?) on conflict (ruling_id, version) do nothing`,
    [
      rulingId,
      version,
      scope.categoryCode ?? ANY_CATEGORY,
      unitId,
      ruledAt,
      JSON.stringify(ruling),
    ],
  );
  if (changes !== 1) throw rulingConflict(rulingId, version - 1);
}

export function rulingConflict(rulingId: string, wanted: number): GridwardenError {
  return new GridwardenError(
    "RULING_VERSION_CONFLICT",
    `ruling '${rulingId}' is no longer at version ${wanted}; read it again`,
    { details: { rulingId } },
  );
}

export async function findRuling(sql: Sql, rulingId: string): Promise<Ruling | undefined> {
  const row = await sql.get<BodyRow>(
    "select body from rulings where ruling_id = ? order by version desc limit 1",
    [rulingId],
  );
  return row === undefined ? undefined : parse(row);
}

/** @throws GridwardenError RULING_NOT_FOUND */
export async function needRuling(sql: Sql, rulingId: string): Promise<Ruling> {
  const found = await findRuling(sql, rulingId);
  if (found !== undefined) return found;
  throw new GridwardenError("RULING_NOT_FOUND", `no ruling has the id '${rulingId}'`);
}

/** Rulings that may be about cases of the category; whether they are is the choice's matter. */
export async function rulingsFor(sql: Sql, categoryCode: string): Promise<Ruling[]> {
  const rows = await sql.all<BodyRow>(
    `select body from rulings where category_code in (?, ?) and ${IS_NEWEST}`,
    [categoryCode, ANY_CATEGORY],
  );
  return rows.map(parse);
}

/** Newest first, each as it stands, those that have ended with them. */
export async function listRulings(sql: Sql, filter: RulingFilter): Promise<RulingPage> {
  const limit = Math.min(LIMITS.listMax, Math.max(1, filter.limit ?? LIMITS.listDefault));
  const wheres = [IS_NEWEST];
  const parameters: SqlValue[] = [];
  const where = (condition: string, ...values: SqlValue[]): void => {
    wheres.push(condition);
    parameters.push(...values);
  };
  if (filter.unitId !== undefined) where("unit_id = ?", filter.unitId);
  if (filter.categoryCode !== undefined) where("category_code = ?", filter.categoryCode);
  if (filter.cursor !== undefined) {
    const last = readCursor(filter.cursor);
    where("(ruled_at < ? or (ruled_at = ? and ruling_id < ?))", last.at, last.at, last.rulingId);
  }
  const rows = await sql.all<BodyRow>(
    `select body from rulings where ${wheres.join(" and ")}
     order by ruled_at desc, ruling_id desc limit ?`,
    [...parameters, limit + 1],
  );
  const items = rows.slice(0, limit).map(parse);
  const last = items.at(-1);
  if (rows.length <= limit || last === undefined) return { items };
  return { items, next: `${last.ruledAt}.${last.rulingId}` };
}

function readCursor(cursor: string): { at: Instant; rulingId: string } {
  const match = /^(\d{1,16})\.(ruling-\d{19}-\d{1,6})$/.exec(cursor);
  if (match === null) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'cursor': got '${cursor.slice(0, 40)}', wanted the 'next' of the page before; leave it out to begin anew`,
    );
  }
  return { at: Number(match[1]), rulingId: match[2] ?? "" };
}
