/**
 * Registry, alarms, cases and orders in PostgreSQL, with the same contract as the embedded database:
 * one connection writes, one transaction at a time, on the server's disk before its promise settles;
 * others read what was committed. It will not retry: what failed was rolled back whole and is thrown
 * on. While the server is away everything fails with DATABASE_FAILED; it comes back by itself.
 */
import type { Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { DatabaseDoor } from "./database.ts";
import { postgresFailed } from "./database-errors.ts";
import { migrate, unappliedFaults } from "./migrations.ts";
import type { PostgresConnection } from "./postgres-connection.ts";
import { POSTGRES } from "./postgres-dialect.ts";
import { createReaders } from "./postgres-readers.ts";
import { postgresSchemaFaults } from "./postgres-schema.ts";
import { withoutPassword } from "./postgres-url.ts";
import { openWriter, type PostgresWriter } from "./postgres-writer.ts";
import { declareMeters } from "./transaction-meters.ts";
import { createTransactionQueue } from "./transaction-queue.ts";

export { type CopyProgress, copyToPostgres } from "./postgres-copy.ts";
export { withoutPassword };

export interface PostgresDatabaseOptions {
  /** postgres://user:password@host:port/database */
  url: string;
  /** How long a transaction waits for its turn before it is refused. */
  transactionWaitMsMax?: number;
}

const TRANSACTION_WAIT_MS_MAX = 60_000;

export function createPostgresDatabase(
  deps: { log: Log; metrics: Metrics },
  options: PostgresDatabaseOptions,
): DatabaseDoor {
  const { url } = options;
  const shownUrl = withoutPassword(url);
  const log = deps.log.of("database");
  const queue = createTransactionQueue(options.transactionWaitMsMax ?? TRANSACTION_WAIT_MS_MAX);
  const { transactions, seconds } = declareMeters(deps.metrics, queue);
  let writer: PostgresWriter | undefined;
  let readers: ReturnType<typeof createReaders> | undefined;
  let isClosing = false;

  const failed = (text: string): Error => postgresFailed(new Error(text), { url: shownUrl });

  function opened(): PostgresWriter {
    if (writer !== undefined) return writer;
    throw failed("it is not open");
  }

  const reader = (): Sql => {
    if (readers !== undefined) return readers;
    throw failed("it is not open");
  };

  async function enter(): Promise<PostgresWriter> {
    if (isClosing) throw failed("it is closing");
    // While there is no connection nobody waits in vain.
    opened().connection();
    if (await queue.enter()) return opened();
    transactions.add(1, { outcome: "refused" });
    throw failed("a transaction waited too long for the one before it, or for itself");
  }

  return {
    reader: {
      run: async (sql, parameters) => await reader().run(sql, parameters),
      all: async (sql, parameters) => await reader().all(sql, parameters),
      get: async (sql, parameters) => await reader().get(sql, parameters),
    },

    async transaction(work) {
      const mine = await enter();
      const began = performance.now();
      let outcome = "rolled-back";
      let isInside = true;
      const leave = (): void => {
        if (isInside) queue.leave();
        isInside = false;
      };
      try {
        // Whoever waits behind one in doubt is told at once that there is no connection.
        const result = await runTransaction(mine, { shownUrl, onDoubt: leave }, work);
        outcome = "committed";
        return result;
      } finally {
        transactions.add(1, { outcome });
        seconds.observe((performance.now() - began) / 1_000);
        leave();
      }
    },

    async open(migrations) {
      if (writer !== undefined) return;
      const reading = createReaders({ url, shownUrl });
      const onServer = reading.follow;
      writer = await openWriter({ log, url, shownUrl, onServer }, async (connection) => {
        const at = { file: shownUrl, now: Date.now(), dialect: POSTGRES };
        const applied = await migrate(connection, migrations, at);
        if (applied.length > 0) log.info(`applied ${applied.length} migrations`, { applied });
      });
      readers = reading;
      isClosing = false;
    },

    async check(migrations) {
      const mine = await enter();
      try {
        const connection = mine.connection();
        return [
          ...(await postgresSchemaFaults(connection, migrations, shownUrl)),
          ...(await unappliedFaults(connection, migrations)),
        ];
      } finally {
        queue.leave();
      }
    },

    async close() {
      isClosing = true;
      if (writer === undefined) return;
      await queue.idle();
      const closing = [writer, readers];
      writer = undefined;
      readers = undefined;
      for (const each of closing) await each?.close();
    },
  };
}

/** The database of a platform that may be running, to read in; nothing is made or written. */
export function openPostgresReadOnly(url: string): { sql: Sql; close(): Promise<void> } {
  const readers = createReaders({ url, shownUrl: withoutPassword(url) });
  return { sql: readers, close: () => readers.close() };
}

async function runTransaction<T>(
  writer: PostgresWriter,
  about: { shownUrl: string; onDoubt: () => void },
  work: (tx: Sql) => Promise<T>,
): Promise<T> {
  const connection = writer.connection();
  await writer.begin(connection);
  let isOver = false;
  const within = (): PostgresConnection => {
    if (!isOver && connection.inTransaction) return connection;
    throw postgresFailed(new Error("the transaction is over; a statement came after its end"), {
      url: about.shownUrl,
    });
  };
  try {
    const result = await work({
      run: async (sql, parameters) => await within().run(sql, parameters),
      all: async (sql, parameters) => await within().all(sql, parameters),
      get: async <Row>(sql: string, parameters = []) =>
        (await within().all<Row>(sql, parameters))[0],
    });
    isOver = true;
    await writer.commit(connection, about.onDoubt);
    return result;
  } catch (error) {
    isOver = true;
    if (connection.inTransaction) await connection.execute("rollback").catch(() => {});
    throw error;
  }
}
