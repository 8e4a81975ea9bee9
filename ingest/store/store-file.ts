/**
 * What the store's directory holds: `readings.duckdb` with the series, the progress, the newest row
 * and greatest seq of each series as of the last sealing, the recent days' tables and the list of
 * sealed files, and `sealed/` with those files. Opening repairs what a crash left: files and tables
 * nobody lists.
 */
import { statSync } from "node:fs";
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Period } from "../../model/reading.ts";
import { type Catalog, type DayTable, type Part, parseTableName, readParts } from "./catalog.ts";
import { insertNewest, NEWEST_LIST, newestOf } from "./compaction.ts";
import { type Cell, type Connection, numberOf, quoted, rowsOf, run, transact } from "./duck.ts";
import type { NewestOfSeries, StoreState } from "./reading-store.ts";

/** 2: `newest` has the seqs. */
const FORMAT = 2;
const FORMAT_OLDEST = 1;

export const SEALED_DIRECTORY = "sealed";
export const DATABASE_FILE = "readings.duckdb";

const TABLES = `
create table if not exists format (version integer);
create table if not exists series (
  series_id integer, device_id varchar, measurement varchar, period varchar, retention_days integer);
create table if not exists progress (
  position bigint, journaled bigint, stored bigint, duplicate bigint, conflict bigint,
  put_aside bigint);
create table if not exists newest (
  series_id integer, observed_at bigint, received_at bigint, value double, flags usmallint,
  seq double);
create table if not exists parts (
  file varchar, day integer, retention_days integer, series_min integer, series_max integer,
  row_count bigint, byte_count bigint, seq_rows bigint);
create table if not exists retired (name varchar);
`;

export type Complain = (text: string, about: Record<string, unknown>) => void;

export async function prepareTables(connection: Connection): Promise<void> {
  await transact(connection, () => run(connection, TABLES));
  const [row] = await rowsOf(connection, "select max(version) from format");
  const version = row?.[0] ?? undefined;
  if (version === undefined) {
    await run(connection, `insert into format values (${FORMAT})`);
    // It never changes, so it must not lie behind a day's rows, where it would hold the file open.
    await run(connection, "checkpoint");
  } else if (Number(version) > FORMAT || Number(version) < FORMAT_OLDEST) {
    throw new Error(`the file has format ${version}, this version reads format ${FORMAT}`);
  }
}

/** Takes a file of an older format over; to be called before it is written to. */
export async function upgrade(connection: Connection, catalog: Catalog): Promise<void> {
  if ((await numberOf(connection, "select max(version)::double from format")) === FORMAT) return;
  const parts = catalog.parts.filter((part) => part.seqRows > 0);
  await transact(connection, async () => {
    await run(connection, "alter table newest add column seq double");
    if (parts.length > 0) {
      const sealed =
        `(select *, observed_at + lag_ms as received_at from ${readParts(catalog, parts)}` +
        " where key is not null)";
      await run(connection, insertNewest([{ name: sealed, kind: "rich" }]));
    }
    await run(connection, `insert into format values (${FORMAT})`);
  });
  await run(connection, "checkpoint");
}

export async function loadCatalog(
  connection: Connection,
  directory: string,
  complain: Complain,
): Promise<Catalog> {
  const partsDirectory = path.join(directory, SEALED_DIRECTORY);
  await mkdir(partsDirectory, { recursive: true });
  await dropRetired(connection);
  const parts = await loadParts(connection);
  const present = await keepListedFiles(partsDirectory, parts, complain);
  const retentionDays: number[] = [];
  for (const [id, days] of await rowsOf(
    connection,
    "select series_id, retention_days from series",
  )) {
    retentionDays[Number(id)] = Number(days);
  }
  return { tables: await loadTables(connection), parts: present, retentionDays, partsDirectory };
}

/** Tables whose rows lie elsewhere, and such as were only being filled. */
async function dropRetired(connection: Connection): Promise<void> {
  const filling = "select table_name from duckdb_tables() where table_name like 'moving_%'";
  for (const [name] of await rowsOf(connection, filling)) {
    await run(connection, `drop table ${String(name)}`);
  }
  for (const [name] of await rowsOf(connection, "select name from retired")) {
    await run(connection, `drop table if exists ${String(name)}`);
  }
  await run(connection, "delete from retired");
}

async function loadTables(connection: Connection): Promise<DayTable[]> {
  const tables: DayTable[] = [];
  const names = await rowsOf(
    connection,
    "select table_name from duckdb_tables() where not temporary order by table_name",
  );
  for (const [name] of names) {
    const table = parseTableName(String(name));
    if (table === undefined) continue;
    const rows = await numberOf(connection, `select count(*)::double from ${table.name}`);
    tables.push({ ...table, rows });
  }
  return tables;
}

async function loadParts(connection: Connection): Promise<Part[]> {
  const rows = await rowsOf(
    connection,
    `select file, day, retention_days, series_min, series_max, row_count::double,
       byte_count::double, seq_rows::double from parts order by day, series_min`,
  );
  return rows.map(([file, day, retention, seriesMin, seriesMax, count, bytes, seqRows]) => ({
    file: String(file),
    day: Number(day),
    retentionDays: Number(retention),
    seriesMin: Number(seriesMin),
    seriesMax: Number(seriesMax),
    rows: Number(count),
    bytes: Number(bytes),
    seqRows: Number(seqRows),
  }));
}

/** Removes files that nobody lists; a listed one that is not there is left out, and said so. */
async function keepListedFiles(
  directory: string,
  parts: readonly Part[],
  complain: Complain,
): Promise<Part[]> {
  const listed = new Set(parts.map((part) => part.file));
  for (const file of await readdir(directory)) {
    if (!listed.has(file)) await rm(path.join(directory, file), { force: true });
  }
  const present: Part[] = [];
  for (const part of parts) {
    const found = await stat(path.join(directory, part.file)).catch(() => undefined);
    if (found?.size === part.bytes) present.push(part);
    else {
      complain(
        `sealed file '${part.file}' has ${found?.size ?? "no"} bytes, ${part.bytes} are wanted: ` +
          `its ${part.rows} readings are left out; restore it from a backup and start again`,
        { file: part.file, rows: part.rows },
      );
    }
  }
  return present;
}

export function insertPart(part: Part): string {
  return (
    `insert into parts values (${quoted(part.file)}, ${part.day}, ${part.retentionDays}, ` +
    `${part.seriesMin}, ${part.seriesMax}, ${part.rows}, ${part.bytes}, ${part.seqRows})`
  );
}

export async function readState(connection: Connection, catalog: Catalog): Promise<StoreState> {
  const [line] = await rowsOf(
    connection,
    `select max(position)::double, max(journaled)::double, max(stored)::double,
       max(duplicate)::double, max(conflict)::double, max(put_aside)::double from progress`,
  );
  const at = (index: number): number => Number(line?.[index] ?? 0);
  const newest = newestOf([NEWEST_LIST, ...catalog.tables]);
  const rows = await rowsOf(
    connection,
    `select s.series_id, device_id, measurement, period, retention_days, observed_at::double,
       n.row.received_at::double, n.row.value, n.row.flags, n.seq
     from series s left join (${newest}) n using (series_id) order by s.series_id`,
  );
  return {
    position: at(0),
    ledger: {
      journaled: at(1),
      stored: at(2),
      duplicate: at(3),
      conflict: at(4),
      putAside: at(5),
    },
    series: rows.map(newestOfRow),
  };
}

function newestOfRow([seriesId, deviceId, measurement, period, days, ...newest]: readonly Cell[]) {
  const [observedAt, receivedAt, value, flags, seq] = newest;
  return {
    seriesId: Number(seriesId),
    deviceId: String(deviceId),
    measurement: String(measurement),
    period: String(period) as Period,
    retentionDays: Number(days),
    observedAt: Number(observedAt ?? 0),
    receivedAt: Number(receivedAt ?? 0),
    value: Number(value ?? 0),
    flags: Number(flags ?? 0),
    newestSeq: typeof seq === "number" ? seq : undefined,
  } satisfies NewestOfSeries;
}

/**
 * DuckDB syncs its write-ahead log at every commit but not the directory in which it makes a new one
 * after each checkpoint. Called between a commit and its acknowledgement, this does so.
 */
export function createLogKeeper(directory: string): () => Promise<void> {
  const file = path.join(directory, `${DATABASE_FILE}.wal`);
  let known = "";
  return async () => {
    const found = statSync(file, { throwIfNoEntry: false });
    const seen = `${found?.ino} ${found?.birthtimeMs}`;
    if (seen === known) return;
    await syncFile(directory);
    known = seen;
  };
}

export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Bytes of everything in the directory. */
export async function bytesIn(directory: string, catalog: Catalog): Promise<number> {
  let bytes = catalog.parts.reduce((total, part) => total + part.bytes, 0);
  for (const file of [DATABASE_FILE, `${DATABASE_FILE}.wal`]) {
    bytes += (await stat(path.join(directory, file)).catch(() => undefined))?.size ?? 0;
  }
  return bytes;
}
