/**
 * The embedded database of registry, alarms, cases and orders: SQLite in WAL mode, every commit
 * synced to disk before its promise settles. One connection writes, one transaction at a time;
 * another reads what was committed and waits for nobody. The driver is synchronous, so a
 * statement holds the event loop for its own few microseconds, a commit for one disk sync.
 * It will not retry: what failed was rolled back whole and is thrown on.
 */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import type { Database, Migration, Sql, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import { type Connection, openConnection } from "./connection.ts";
import { databaseFailed } from "./database-errors.ts";
import { migrate, SQLITE, schemaDifferences, unappliedFaults } from "./migrations.ts";
import { declareMeters } from "./transaction-meters.ts";
import { createTransactionQueue } from "./transaction-queue.ts";

export { snapshotDatabase } from "./snapshot.ts";

export interface DatabaseDoor extends Database {
  /** Opens or makes the file and applies the migrations it does not have. */
  open(migrations: readonly Migration[]): Promise<void>;
  /** Faults of schema and content; empty when sound. Reads the whole file. */
  check(migrations: readonly Migration[]): Promise<string[]>;
  /** Waits for the transactions that were asked for, then closes. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  file: string;
  /** How long a transaction waits for its turn before it is refused. */
  transactionWaitMsMax?: number;
}

const TRANSACTION_WAIT_MS_MAX = 60_000;
/** A process beside ours (a backup, a check) may hold the file so long; it blocks the loop. */
const BUSY_MS_MAX = 2_000;
/**
 * The log is carried into the file between transactions, after so many changed rows: some ten steps of a
 * case with sixty pages each, so that it is done within 2 ms. Always by the connection that writes:
 * SQLite before 3.51.3 can damage a file when one connection carries the log while another begins it
 * anew (sqlite.org/wal.html, "The WAL-Reset Bug").
 */
const ROWS_A_CHECKPOINT = 100;
/**
 * Pages of 4 KiB at which a commit carries the log itself, which takes it ten times as long as another:
 * where one transaction changes very much, or one follows the other without a pause.
 */
const CHECKPOINT_PAGES = 4_000;
const COMMON_PRAGMAS = [
  `busy_timeout = ${BUSY_MS_MAX}`,
  "foreign_keys = on",
  "temp_store = memory",
  `mmap_size = ${64 * 1024 * 1024}`,
];
const WRITER_PRAGMAS = [
  ...COMMON_PRAGMAS,
  "journal_mode = wal",
  "synchronous = full",
  "cache_size = -16000",
  `wal_autocheckpoint = ${CHECKPOINT_PAGES}`,
  `journal_size_limit = ${64 * 1024 * 1024}`,
];
const READER_PRAGMAS = [...COMMON_PRAGMAS, "cache_size = -16000", "query_only = on"];

export function createDatabase(
  deps: { log: Log; metrics: Metrics },
  options: DatabaseOptions,
): DatabaseDoor {
  const { file } = options;
  const log = deps.log.of("database");
  const queue = createTransactionQueue(options.transactionWaitMsMax ?? TRANSACTION_WAIT_MS_MAX);
  let connections: { writer: Connection; reader: Connection } | undefined;
  let isClosing = false;
  /** Rows that were changed since the log was carried. */
  let uncarried = 0;

  const { transactions, seconds } = declareMeters(deps.metrics, queue);
  deps.metrics.gauge(
    "gridwarden_database_bytes",
    "Size of the database's file with its write-ahead log.",
    () => sizeOf(file) + sizeOf(`${file}-wal`),
  );

  function opened(): { writer: Connection; reader: Connection } {
    if (connections !== undefined) return connections;
    throw databaseFailed(new Error("it is not open"), { file });
  }

  async function enter(): Promise<Connection> {
    if (isClosing) throw databaseFailed(new Error("it is closing"), { file });
    opened();
    if (await queue.enter()) return opened().writer;
    transactions.add(1, { outcome: "refused" });
    throw databaseFailed(
      new Error("a transaction waited too long for the one before it, or for itself"),
      { file },
    );
  }

  /** In a turn of its own, after whoever waits for the commit was answered. */
  async function carryLog(): Promise<void> {
    if (isClosing || !(await queue.enter())) return;
    try {
      connections?.writer.all("pragma wal_checkpoint(passive)", []);
    } catch (error) {
      log.warn("the log could not be carried into the file; it is tried again", { error });
    } finally {
      queue.leave();
    }
  }

  return {
    reader: sqlOf(() => opened().reader),

    async transaction(work) {
      const writer = await enter();
      const began = performance.now();
      let outcome = "rolled-back";
      try {
        const result = await runTransaction(writer, file, work, (rows) => {
          uncarried += rows;
        });
        outcome = "committed";
        return result;
      } finally {
        transactions.add(1, { outcome });
        seconds.observe((performance.now() - began) / 1_000);
        queue.leave();
        if (uncarried >= ROWS_A_CHECKPOINT) {
          uncarried = 0;
          setImmediate(() => void carryLog());
        }
      }
    },

    async open(migrations) {
      if (connections !== undefined) return;
      makeFolder(file);
      const writer = openConnection(file, WRITER_PRAGMAS);
      try {
        const at = { file, now: Date.now(), dialect: SQLITE };
        const applied = await migrate(writer, migrations, at);
        if (applied.length > 0) log.info(`applied ${applied.length} migrations`, { applied });
        syncFolder(file);
        connections = { writer, reader: openConnection(file, READER_PRAGMAS) };
        isClosing = false;
      } catch (error) {
        writer.close();
        throw error;
      }
    },

    async check(migrations) {
      const { reader } = opened();
      const empty = openConnection(":memory:", []);
      try {
        await migrate(empty, migrations, { file: ":memory:", now: 0, dialect: SQLITE });
        return [
          ...schemaDifferences(schemaOf(empty), schemaOf(reader)),
          ...(await unappliedFaults(reader, migrations)),
          ...contentFaults(reader),
        ];
      } finally {
        empty.close();
      }
    },

    async close() {
      isClosing = true;
      await queue.idle();
      const closing = connections;
      connections = undefined;
      closing?.reader.close();
      closing?.writer.close();
    },
  };
}

/**
 * The database of a platform that may be running, to read in; nothing is made, migrated or written.
 * @throws GridwardenError DATABASE_FAILED
 */
export function openReadOnly(file: string): { sql: Sql; close(): void } {
  if (!existsSync(file)) throw databaseFailed(new Error("there is no such file"), { file });
  const reader = openConnection(file, READER_PRAGMAS);
  return { sql: sqlOf(() => reader), close: () => reader.close() };
}

async function runTransaction<T>(
  writer: Connection,
  file: string,
  work: (tx: Sql) => Promise<T>,
  onChanged: (rows: number) => void,
): Promise<T> {
  writer.run("begin immediate", []);
  let isOver = false;
  const sql = sqlOf(() => {
    // SQLite ends a transaction by itself on some errors; a later statement would then stand alone.
    if (!isOver && writer.inTransaction) return writer;
    throw databaseFailed(new Error("the transaction is over; a statement came after its end"), {
      file,
    });
  });
  const tx: Sql = {
    ...sql,
    async run(statement, parameters) {
      const done = await sql.run(statement, parameters);
      onChanged(done.changes);
      return done;
    },
  };
  try {
    const result = await work(tx);
    writer.run("commit", []);
    return result;
  } catch (error) {
    if (writer.inTransaction) writer.run("rollback", []);
    throw error;
  } finally {
    isOver = true;
  }
}

function sqlOf(connection: () => Connection): Sql {
  const none: readonly SqlValue[] = [];
  return {
    run: async (sql, parameters = none) => connection().run(sql, parameters),
    all: async (sql, parameters = none) => connection().all(sql, parameters),
    get: async <Row>(sql: string, parameters = none) => connection().all<Row>(sql, parameters)[0],
  };
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

function contentFaults(reader: Connection): string[] {
  const integrity = reader
    .all<{ integrity_check: string }>("pragma integrity_check", [])
    .map((row) => row.integrity_check)
    .filter((said) => said !== "ok");
  const orphans = reader
    .all<{ table: string; parent: string; rowid: number | null }>("pragma foreign_key_check", [])
    .map((row) => `row ${row.rowid ?? "?"} of '${row.table}' points at no row of '${row.parent}'`);
  return [...integrity, ...orphans];
}

function makeFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new GridwardenError("DATABASE_FAILED", `the folder of database '${file}': ${said}`, {
      cause,
    });
  }
}

/** A file that was just made is there after a power cut only once its folder is synced. */
function syncFolder(file: string): void {
  const handle = openSync(dirname(file), "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
