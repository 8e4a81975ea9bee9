/**
 * The DuckDB file and its connections: one that writes, one that answers queries, one that seals.
 * Statements run on the thread pool of the process, at most one a connection, so that three of its
 * four threads are the most that the store ever holds. Nothing is fetched from outside.
 */
import {
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBInstance,
  type DuckDBType,
  INTEGER,
  USMALLINT,
} from "@duckdb/node-api";
import type { StoreSettings } from "./store-messages.ts";

export type { DuckDBConnection as Connection };
export type Appender = DuckDBAppender;
export type Cell = string | number | boolean | null;
export type NumberArray = Float64Array | Int32Array | Uint16Array;

/** Rows that DuckDB handles at once. */
export const CHUNK_ROWS = 2048;

export interface Duck {
  writer: DuckDBConnection;
  reader: DuckDBConnection;
  sealer: DuckDBConnection;
  /** Folds the write-ahead log into the file and lets it go. */
  close(): void;
}

export async function openDuck(
  file: string,
  settings: Pick<StoreSettings, "threads" | "memoryBytesMax" | "walBytesMax">,
): Promise<Duck> {
  const instance = await DuckDBInstance.create(file, {
    threads: String(settings.threads),
    memory_limit: `${Math.floor(settings.memoryBytesMax / 1024)}KiB`,
    checkpoint_threshold: `${Math.floor(settings.walBytesMax / 1024)}KiB`,
    temp_directory: `${file}.spill`,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connections = [
    await instance.connect(),
    await instance.connect(),
    await instance.connect(),
  ];
  const [writer, reader, sealer] = connections;
  if (writer === undefined || reader === undefined || sealer === undefined) {
    throw new Error("no connection");
  }
  // Most of what a query of few rows costs is reading the files' own descriptions.
  await writer.run("set global parquet_metadata_cache = true");
  return {
    writer,
    reader,
    sealer,
    close() {
      for (const connection of connections) connection.closeSync();
      instance.closeSync();
    },
  };
}

export async function run(connection: DuckDBConnection, sql: string): Promise<void> {
  await connection.run(sql);
}

/** All rows; select integers as doubles, for a BIGINT would come as a bigint. */
export async function rowsOf(connection: DuckDBConnection, sql: string): Promise<Cell[][]> {
  const result = await connection.run(sql);
  return (await result.getRowsJS()) as Cell[][];
}

export async function numberOf(connection: DuckDBConnection, sql: string): Promise<number> {
  const [row] = await rowsOf(connection, sql);
  return Number(row?.[0] ?? 0);
}

/** Runs `work` between begin and commit; what fails is rolled back and thrown on. */
export async function transact(
  connection: DuckDBConnection,
  work: () => Promise<void>,
): Promise<void> {
  await connection.run("begin transaction");
  try {
    await work();
    await connection.run("commit");
  } catch (error) {
    await connection.run("rollback").catch(() => undefined);
    throw error;
  }
}

/** Visits the result as columns, a few thousand rows at a time; `visit` answers false to stop. */
export async function streamColumns(
  connection: DuckDBConnection,
  sql: string,
  visit: (columns: NumberArray[], length: number) => boolean,
): Promise<void> {
  const result = await connection.stream(sql);
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) return;
    const columns: NumberArray[] = [];
    for (let index = 0; index < chunk.columnCount; index += 1) columns.push(items(chunk, index));
    if (!visit(columns, chunk.rowCount)) {
      // A result that is not read to its end keeps its transaction open until the next statement.
      await connection.run("select 1");
      return;
    }
  }
}

export function createChunk(types: readonly DuckDBType[], rows: number): DuckDBDataChunk {
  return DuckDBDataChunk.create(types, rows);
}

/** Copies whole columns in; a value of NaN stays NaN. */
export function fillColumn(chunk: DuckDBDataChunk, index: number, values: NumberArray): void {
  items(chunk, index).set(values);
  chunk.getColumnVector(index).flush();
}

/** Copies a column in with NaN as NULL. */
export function fillNullable(chunk: DuckDBDataChunk, index: number, values: Float64Array): void {
  chunk.setColumnValues(
    index,
    Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
  );
}

/**
 * The vector's own memory as a typed array. The library hides it behind a call for each value,
 * which would cost more than DuckDB itself does.
 */
function items(chunk: DuckDBDataChunk, index: number): NumberArray {
  const found: unknown = Reflect.get(chunk.getColumnVector(index), "items");
  if (
    found instanceof Float64Array ||
    found instanceof Int32Array ||
    found instanceof Uint16Array
  ) {
    return found;
  }
  throw new Error(`column ${index} is not of doubles, integers or small integers`);
}

export const PLAIN_TYPES = [INTEGER, DOUBLE, DOUBLE, DOUBLE, USMALLINT] as const;
export const RICH_TYPES = [...PLAIN_TYPES, DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE] as const;
export const PROGRESS_TYPES = [DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE, DOUBLE] as const;
/** Of a row that is replaced: series, observedAt, seq, receivedAt, value, flags. */
export const REPLACED_TYPES = [INTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, USMALLINT] as const;
export const WANTED_TYPES = [INTEGER, INTEGER, DOUBLE] as const;

/** As a text in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
