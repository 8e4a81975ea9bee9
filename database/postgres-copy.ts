/**
 * The embedded database into an empty PostgreSQL, in one transaction: the migrations make its tables,
 * every row is carried over, and what has arrived is read again and compared, before anything is
 * committed. Broken off, nothing is there; the embedded database is only read.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import type { Migration, Sql, SqlRow, SqlValue } from "../model/database.ts";
import { openReadOnly } from "./database.ts";
import { databaseFailed, postgresFailed } from "./database-errors.ts";
import { migrate } from "./migrations.ts";
import { inspectServer, takeLock } from "./postgres-claim.ts";
import { connectPostgres, type PostgresConnection } from "./postgres-connection.ts";
import { POSTGRES } from "./postgres-dialect.ts";
import { insideTransaction } from "./postgres-schema.ts";
import { withoutPassword } from "./postgres-url.ts";

export interface CopiedTable {
  table: string;
  /** Rows there were, and rows that have arrived. */
  rows: number;
  arrived: number;
}

export interface CopyProgress {
  table: string;
  rows: number;
  of: number;
}

const STATEMENT_WALL_MS_MAX = 3_600_000;
const ROWS_A_BATCH = 200;
const IN_DOUBT =
  "whether it was committed is not known: run it again, and where it says that the database is not " +
  "empty, all of it is there";
const TABLE_OF_MIGRATIONS = "schema_migrations";

interface Table {
  name: string;
  columns: string[];
  key: string[];
}

/** Reads rows in the order of their key; both databases answer it. */
type Reader = Pick<Sql, "all">;

/** @throws GridwardenError DATABASE_FAILED; then nothing has been kept */
export async function copyToPostgres(
  from: { file: string; migrations: readonly Migration[] },
  to: { url: string },
  onProgress: (progress: CopyProgress) => void,
): Promise<CopiedTable[]> {
  const { file } = from;
  if (!existsSync(file)) throw databaseFailed(new Error("there is no such file"), { file });
  const shownUrl = withoutPassword(to.url);
  const source = openReadOnly(file);
  try {
    const target = await connectPostgres({
      ...{ url: to.url, shownUrl, name: "gridwarden migrate" },
      statementWallMsMax: STATEMENT_WALL_MS_MAX,
    });
    try {
      await inspectServer(target, shownUrl);
      await takeLock(target, { url: shownUrl, former: undefined, waitMs: 0 });
      await target.execute("begin");
      const copied = await copyAll(source.sql, target, { ...from, shownUrl }, onProgress);
      await target.execute("commit").catch((error: Error) => {
        throw postgresFailed(new Error(`${error.message}; ${IN_DOUBT}`), { url: shownUrl });
      });
      return copied;
    } finally {
      // Where it was not committed the server rolls back.
      await target.close();
    }
  } finally {
    source.close();
  }
}

async function copyAll(
  source: Sql,
  target: PostgresConnection,
  about: { migrations: readonly Migration[]; shownUrl: string },
  onProgress: (progress: CopyProgress) => void,
): Promise<CopiedTable[]> {
  await refuseFull(target, about.shownUrl);
  const at = { file: about.shownUrl, now: 0, dialect: POSTGRES };
  await migrate(insideTransaction(target), about.migrations, at);
  // Its rows are carried over like all others: when each was applied is part of the past.
  await target.execute(`delete from ${TABLE_OF_MIGRATIONS}`);
  const tables = await tablesOf(source);
  const copied: CopiedTable[] = [];
  for (const table of tables) {
    const rows = await countOf(source, table);
    let done = 0;
    const wanted = createHash("sha256");
    for await (const batch of batchesOf(source, table)) {
      await insert(target, table, batch);
      for (const row of batch) wanted.update(textOf(table, row));
      done += batch.length;
      onProgress({ table: table.name, rows: done, of: rows });
    }
    const found = createHash("sha256");
    for await (const batch of batchesOf(target, table)) {
      for (const row of batch) found.update(textOf(table, row));
    }
    const arrived = await countOf(target, table);
    copied.push({ table: table.name, rows, arrived });
    if (rows !== arrived || wanted.digest("hex") !== found.digest("hex")) {
      const text = `table '${table.name}': ${rows} rows went, ${arrived} arrived, and they are not the same; nothing was kept`;
      throw postgresFailed(new Error(text), { url: about.shownUrl });
    }
  }
  return copied;
}

async function refuseFull(target: PostgresConnection, shownUrl: string): Promise<void> {
  const found = await target.all<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = current_schema() order by 1",
  );
  if (found.length === 0) return;
  const names = found.slice(0, 3).map((row) => `'${row.name}'`);
  throw postgresFailed(
    new Error(
      `it is not empty: it has ${found.length} tables (${names.join(", ")}…); name an empty ` +
        "database, or make one as docs/postgres.md says",
    ),
    { url: shownUrl },
  );
}

/** In the order in which they were made: whom a row refers to is there before it. */
async function tablesOf(source: Sql): Promise<Table[]> {
  const names = await source.all<{ name: string }>(
    `select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'
     order by rowid`,
  );
  const tables: Table[] = [];
  for (const { name } of names) {
    const columns = await source.all<{ name: string; pk: number }>(
      "select name, pk from pragma_table_info(?) order by cid",
      [name],
    );
    const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    tables.push({
      name,
      columns: columns.map((column) => column.name),
      key: key.map((column) => column.name),
    });
  }
  return tables;
}

async function countOf(reader: Reader, { name }: Table): Promise<number> {
  const [row] = await reader.all<{ n: number }>(`select count(*) as n from ${name}`);
  return row?.n ?? 0;
}

async function* batchesOf(reader: Reader, table: Table): AsyncGenerator<SqlRow[]> {
  const key = table.key.join(", ");
  const marks = table.key.map(() => "?").join(", ");
  let after: SqlValue[] | undefined;
  for (;;) {
    const where = after === undefined ? "" : `where (${key}) > (${marks})`;
    const rows = await reader.all<SqlRow>(
      `select ${table.columns.join(", ")} from ${table.name} ${where} order by ${key} limit ${ROWS_A_BATCH}`,
      after ?? [],
    );
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_A_BATCH) return;
    const last = rows.at(-1) ?? {};
    after = table.key.map((name) => last[name] ?? null);
  }
}

async function insert(
  target: PostgresConnection,
  table: Table,
  rows: readonly SqlRow[],
): Promise<void> {
  const marks = `(${table.columns.map(() => "?").join(", ")})`;
  await target.run(
    `insert into ${table.name} (${table.columns.join(", ")}) values ${rows.map(() => marks).join(", ")}`,
    rows.flatMap((row) => table.columns.map((name) => row[name] ?? null)),
  );
}

function textOf({ columns }: Table, row: SqlRow): string {
  return `${JSON.stringify(
    columns.map((name) => {
      const value = row[name] ?? null;
      return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
    }),
  )}\n`;
}
