/**
 * Brings a database to the schema of this version and tells whether it has it. Each migration runs
 * once, in order of id, in a transaction of its own together with the row that remembers it; its
 * checksum is kept, so that a text changed afterwards is noticed instead of half believed.
 */
import { createHash } from "node:crypto";
import type { Migration, SqlRow } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Connection } from "./connection.ts";

interface Applied extends SqlRow {
  id: string;
  checksum: string;
}

const TABLE = "schema_migrations";

export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  at: { file: string; now: number },
): string[] {
  const ordered = inOrder(migrations);
  connection.execute(
    `create table if not exists ${TABLE} (
      id text primary key, checksum text not null, applied_at integer not null
    ) without rowid`,
  );
  const applied = appliedOf(connection);
  refuseStrangers(applied, ordered, at.file);
  const waiting = ordered.filter((migration) => !applied.has(migration.id));
  for (const migration of waiting) applyOne(connection, migration, at.now);
  return waiting.map((migration) => migration.id);
}

/** Differences between the schema of the file and the one that the migrations make. */
export function schemaFaults(
  real: Connection,
  empty: Connection,
  migrations: readonly Migration[],
): string[] {
  migrate(empty, migrations, { file: ":memory:", now: 0 });
  const wanted = schemaOf(empty);
  const found = schemaOf(real);
  const faults: string[] = [];
  for (const [name, sql] of wanted) {
    const got = found.get(name);
    if (got === undefined) faults.push(`${name} is missing`);
    else if (got !== sql) faults.push(`${name} is '${got}', wanted '${sql}'`);
  }
  for (const name of found.keys()) {
    if (!wanted.has(name)) faults.push(`${name} is of no migration`);
  }
  const applied = appliedOf(real);
  for (const { id } of inOrder(migrations)) {
    if (!applied.has(id)) faults.push(`migration ${id} is not applied`);
  }
  return faults;
}

function checksumOf(migration: Migration): string {
  return createHash("sha256").update(migration.statements.join(";\n")).digest("hex");
}

function inOrder(migrations: readonly Migration[]): Migration[] {
  const ordered = [...migrations].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  ordered.forEach((migration, index) => {
    if (ordered[index - 1]?.id === migration.id) {
      throw new Error(`two migrations have the id '${migration.id}'`);
    }
  });
  return ordered;
}

function appliedOf(connection: Connection): Map<string, string> {
  const rows = connection.all<Applied>(`select id, checksum from ${TABLE}`, []);
  return new Map(rows.map((row) => [row.id, row.checksum]));
}

function refuseStrangers(
  applied: ReadonlyMap<string, string>,
  ordered: readonly Migration[],
  file: string,
): void {
  const known = new Map(ordered.map((migration) => [migration.id, checksumOf(migration)]));
  const newer = [...applied.keys()].filter((id) => !known.has(id));
  if (newer.length > 0) {
    throw new GridwardenError(
      "DATABASE_SCHEMA_MISMATCH",
      `database '${file}' has migrations that this version does not know: ${newer.join(", ")}; ` +
        "it was made by a newer version: start that one, or put back a backup",
      { details: { migrations: newer } },
    );
  }
  for (const [id, checksum] of applied) {
    const wanted = known.get(id);
    if (wanted === checksum || wanted === undefined) continue;
    throw new GridwardenError(
      "DATABASE_SCHEMA_MISMATCH",
      `database '${file}': migration '${id}' was applied with checksum ${checksum.slice(0, 12)}, ` +
        `this version has ${wanted.slice(0, 12)} under that id; start the version that made it, ` +
        "or put back a backup: an applied migration never changes, a change is a new one",
      { details: { migrations: [id] } },
    );
  }
}

function applyOne(connection: Connection, migration: Migration, now: number): void {
  connection.execute("begin immediate");
  try {
    for (const statement of migration.statements) connection.execute(statement);
    connection.run(`insert into ${TABLE} (id, checksum, applied_at) values (?, ?, ?)`, [
      migration.id,
      checksumOf(migration),
      now,
    ]);
    connection.execute("commit");
  } catch (error) {
    if (connection.inTransaction) connection.execute("rollback");
    throw error;
  }
}

function schemaOf(connection: Connection): Map<string, string> {
  const rows = connection.all<{ type: string; name: string; sql: string | null }>(
    "select type, name, sql from sqlite_master where name not like 'sqlite\\_%' escape '\\'",
    [],
  );
  return new Map(
    rows.map((row) => [`${row.type} ${row.name}`, (row.sql ?? "").replace(/\s+/g, " ").trim()]),
  );
}
