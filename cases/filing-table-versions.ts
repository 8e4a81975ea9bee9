/**
 * The versions of the tables that a city replaces, as rows: each whole, the newest stands. Version
 * 0 is what is shipped and is no row. A version holds the city's rows and the keys of shipped rows
 * that it dropped, so that rows which a later release ships are there without being put.
 */
import type { Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";

export const filingTableMigrations: readonly Migration[] = [
  {
    id: "cases-0017-city-tables",
    statements: [
      `create table city_tables (
        name text not null,
        version integer not null,
        changed_at bigint not null,
        changed_by text not null,
        reason text,
        added integer not null,
        changed integer not null,
        removed integer not null,
        body text not null,
        primary key (name, version)
      )`,
    ],
  },
];

export interface TableBody<Row> {
  rows: readonly Row[];
  /** Keys of shipped rows that are not there. */
  dropped: readonly string[];
  /** What the table is set to beside its rows. */
  setting?: string;
}

export interface TableVersion {
  version: number;
  changedAt: Instant;
  changedBy: string;
  /** Why life safety lost something. */
  reason?: string;
  added: number;
  changed: number;
  removed: number;
}

export async function insertVersion<Row>(
  tx: Sql,
  name: string,
  about: TableVersion,
  body: TableBody<Row>,
): Promise<void> {
  const { version, changedAt, changedBy, reason = null, added, changed, removed } = about;
  await tx.run(
    `insert into city_tables
       (name, version, changed_at, changed_by, reason, added, changed, removed, body)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[name, version, changedAt, changedBy, reason],
      ...[added, changed, removed, JSON.stringify(body)],
    ],
  );
  await tx.run("delete from city_tables where name = ? and version <= ?", [
    name,
    version - LIMITS.cityTableVersionsMax,
  ]);
}

/** Newest first. */
export async function readVersions(sql: Sql, name: string): Promise<TableVersion[]> {
  const rows = await sql.all<Omit<TableVersion, "reason"> & { reason: string | null }>(
    `select version, changed_at as "changedAt", changed_by as "changedBy", reason, added, changed,
       removed from city_tables where name = ? order by version desc`,
    [name],
  );
  return rows.map(({ reason, ...row }) => ({ ...row, ...(reason !== null && { reason }) }));
}

/** The newest where no version is named. */
export async function readVersion<Row>(
  sql: Sql,
  name: string,
  version?: number,
): Promise<{ version: number; body: TableBody<Row> } | undefined> {
  const row = await sql.get<{ version: number; body: string }>(
    `select version, body from city_tables where name = ?
       ${version === undefined ? "" : "and version = ?"} order by version desc limit 1`,
    version === undefined ? [name] : [name, version],
  );
  // What `insertVersion` wrote; nobody else writes it.
  return row && { version: row.version, body: JSON.parse(row.body) as TableBody<Row> };
}
