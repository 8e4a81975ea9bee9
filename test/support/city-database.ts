/**
 * The database of a test: SQLite in its folder, or, where GRIDWARDEN_TEST_POSTGRES names a server
 * (an administrator's URL), a PostgreSQL database of its own, the same one for the same file.
 */
import { createHash } from "node:crypto";
import pg from "pg";
import type { DatabasePlace } from "../../app/city-database.ts";
import { allMigrations } from "../../app/migrations.ts";
import { dataPaths } from "../../app/paths.ts";
import {
  createDatabase,
  type DatabaseDoor,
  type DatabaseOptions,
} from "../../database/database.ts";
import { createPostgresDatabase } from "../../database/postgres.ts";
import { connectPostgres } from "../../database/postgres-connection.ts";
import type { Sql } from "../../model/database.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";

const SERVER = process.env.GRIDWARDEN_TEST_POSTGRES;
/** Where a test is of one of the two alone. */
export const isOnPostgres = SERVER !== undefined;
const made = new Set<string>();
/** All tables and no rows: a copy of it costs a third of what the migrations do. */
const TEMPLATE = "test_template";

export function createTestDatabase(
  deps: Parameters<typeof createDatabase>[0],
  options: DatabaseOptions,
): DatabaseDoor {
  if (SERVER === undefined) return createDatabase(deps, options);
  const { file, ...more } = options;
  const name = nameFor(file);
  const door = createPostgresDatabase(deps, { ...more, url: urlOf(SERVER, name) });
  return {
    ...door,
    async open(migrations) {
      await ensureMade(name, migrations === allMigrations ? TEMPLATE : "template0");
      await door.open(migrations);
    },
  };
}

/** What a platform on this folder is to be told of its database. */
export async function databaseOf(directory: string): Promise<{ GRIDWARDEN_DATABASE_URL?: string }> {
  if (SERVER === undefined) return {};
  const name = nameFor(dataPaths(directory).database);
  await ensureMade(name, TEMPLATE);
  return { GRIDWARDEN_DATABASE_URL: urlOf(SERVER, name) };
}

/** The same for a command of the command line. */
export function placeOf(directory: string): DatabasePlace {
  if (SERVER === undefined) return { dataDirectory: directory };
  const databaseUrl = urlOf(SERVER, nameFor(dataPaths(directory).database));
  return { dataDirectory: directory, databaseUrl };
}

/** A transaction of a hand that is not the platform's, which may be running. */
export async function behindItsBack<T>(
  directory: string,
  work: (tx: Sql) => Promise<T>,
): Promise<T> {
  const { databaseUrl: url } = placeOf(directory);
  if (url === undefined) {
    const database = createDatabase(
      { log: silentLog, metrics: memoryMetrics() },
      { file: dataPaths(directory).database },
    );
    await database.open(allMigrations);
    return await database.transaction(work).finally(() => database.close());
  }
  const options = { url, shownUrl: url, name: "a hand", statementWallMsMax: 60_000 };
  const { run, all, ...connection } = await connectPostgres(options);
  await connection.execute("begin");
  const done = await work({ run, all, get: async (...said) => (await all<never>(...said))[0] });
  await connection.execute("commit");
  await connection.close();
  return done;
}

/** Once before the tests; answers how to take it away. */
export async function makeTemplate(server: string): Promise<() => Promise<void>> {
  await administer(`create database ${TEMPLATE} encoding 'UTF8' template template0`, server);
  const deps = { log: silentLog, metrics: memoryMetrics() };
  const door = createPostgresDatabase(deps, { url: urlOf(server, TEMPLATE) });
  await door.open(allMigrations);
  await door.close();
  return () => administer(`drop database ${TEMPLATE}`, server);
}

/** Every database that this process made, after a file's tests. */
export async function dropTestDatabases(): Promise<void> {
  for (const name of made) await administer(`drop database if exists ${name} with (force)`);
  made.clear();
}

async function ensureMade(name: string, template: string): Promise<void> {
  if (made.has(name)) return;
  made.add(name);
  await administer(`create database ${name} encoding 'UTF8' template ${template}`);
}

const nameFor = (file: string): string =>
  `test_${createHash("sha256").update(file).digest("hex").slice(0, 20)}`;

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function administer(sql: string, server = SERVER): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
