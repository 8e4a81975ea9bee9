/**
 * Brings a database to the schema of this version and tells whether it has it. Each migration runs
 * once, in order of id, in a transaction of its own together with the row that remembers it; its
 * checksum is kept, so that a text changed afterwards is noticed instead of half believed.
 */
import { createHash } from "node:crypto";
import type { Migration, SqlRow, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";

/** What a migration needs of a connection; SQLite's answers at once, PostgreSQL's when it may. */
export interface MigratingConnection {
  readonly inTransaction: boolean;
  run(sql: string, parameters: readonly SqlValue[]): unknown;
  all<Row = SqlRow>(sql: string, parameters: readonly SqlValue[]): Row[] | Promise<Row[]>;
  /** One or many statements without parameters. */
  execute(sql: string): unknown;
}

/** How a database says it: the word that begins a transaction, and the tables' own words. */
export interface Dialect {
  begin: string;
  translate(statement: string): string;
}

export const SQLITE: Dialect = { begin: "begin immediate", translate: (statement) => statement };

interface Applied extends SqlRow {
  id: string;
  checksum: string;
}

const TABLE = "schema_migrations";

const MAKE_TABLE = `create table if not exists ${TABLE} (
      id text primary key, checksum text not null, applied_at integer not null
    ) without rowid`;

export async function migrate(
  connection: MigratingConnection,
  migrations: readonly Migration[],
  at: { file: string; now: number; dialect: Dialect },
): Promise<string[]> {
  const ordered = inOrder(migrations);
  await connection.execute(at.dialect.translate(MAKE_TABLE));
  const applied = await appliedOf(connection);
  refuseStrangers(applied, ordered, at.file);
  const waiting = ordered.filter((migration) => !applied.has(migration.id));
  for (const migration of waiting) await applyOne(connection, migration, at);
  return waiting.map((migration) => migration.id);
}

/** Whatever of these is not applied, a line each. */
export async function unappliedFaults(
  connection: MigratingConnection,
  migrations: readonly Migration[],
): Promise<string[]> {
  const applied = await appliedOf(connection);
  return inOrder(migrations)
    .filter(({ id }) => !applied.has(id))
    .map(({ id }) => `migration ${id} is not applied`);
}

/** Differences between two schemas, each a text by the name of what it makes. */
export function schemaDifferences(
  wanted: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
): string[] {
  const faults: string[] = [];
  for (const [name, sql] of wanted) {
    const got = found.get(name);
    if (got === undefined) faults.push(`${name} is missing`);
    else if (got !== sql) faults.push(`${name} is '${got}', wanted '${sql}'`);
  }
  for (const name of found.keys()) {
    if (!wanted.has(name)) faults.push(`${name} is of no migration`);
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

async function appliedOf(connection: MigratingConnection): Promise<Map<string, string>> {
  const rows = await connection.all<Applied>(`select id, checksum from ${TABLE}`, []);
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

async function applyOne(
  connection: MigratingConnection,
  migration: Migration,
  { now, dialect }: { now: number; dialect: Dialect },
): Promise<void> {
  await connection.execute(dialect.begin);
  try {
    for (const statement of migration.statements) {
      await connection.execute(dialect.translate(statement));
    }
    await connection.run(`insert into ${TABLE} (id, checksum, applied_at) values (?, ?, ?)`, [
      migration.id,
      checksumOf(migration),
      now,
    ]);
    await connection.execute("commit");
  } catch (error) {
    if (connection.inTransaction) await connection.execute("rollback");
    throw error;
  }
}
