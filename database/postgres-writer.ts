/**
 * The one connection that writes, and what becomes of it: when it is lost, another is made with a
 * growing pause, takes the lock anew, and learns from the database itself how the transaction ended
 * whose commit was under way. Each transaction counts one row on (`database_owner`), so the row says
 * which was the last: by it a commit is known for done or not, also after a crash of the server or
 * on a standby that took over, where transaction ids may have been given away again.
 * A database that is not where this platform left it is written no more: what is in memory is of
 * another past. Only a restart reads it anew.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wallDelay } from "node:timers/promises";
import type { Log } from "../model/log.ts";
import { postgresFailed } from "./database-errors.ts";
import {
  becomeOwner,
  inspectServer,
  OWNER_TABLE,
  readOwner,
  type ServerSession,
  takeLock,
} from "./postgres-claim.ts";
import { connectPostgres, type PostgresConnection } from "./postgres-connection.ts";

export interface PostgresWriter {
  /** @throws GridwardenError DATABASE_FAILED while there is none. */
  connection(): PostgresConnection;
  /** Begins a transaction, counted as this platform's next. */
  begin(connection: PostgresConnection): Promise<void>;
  /**
   * Settles once it is committed. Where the connection goes under way, `onDoubt` is called, and it
   * settles when another connection has asked the database whether it was done.
   * @throws GridwardenError DATABASE_FAILED when it was not, and when it is closed before it is known
   */
  commit(connection: PostgresConnection, onDoubt: () => void): Promise<void>;
  close(): Promise<void>;
}

export interface WriterDeps {
  log: Log;
  url: string;
  shownUrl: string;
  /** The server that is written from now on, as `serverOf` answers it. */
  onServer(server: string): void;
}

/** At the start a former session may hold the lock until the server has noticed that it is dead. */
const LOCK_WAIT_MS = 30_000;
const RELOCK_WAIT_MS = 2_000;
const RETRY_WALL_MS_MIN = 100;
const RETRY_WALL_MS_MAX = 5_000;
const STATEMENT_WALL_MS_MAX = 60_000;
/** Filling a new column of a year's cases takes its time. */
const OPENING_STATEMENT_WALL_MS_MAX = 3_600_000;

interface Doubt {
  settle(isCommitted: boolean): void;
  refuse(error: Error): void;
}

/** @throws GridwardenError DATABASE_FAILED; `prepare` runs under the lock, before anything else. */
export async function openWriter(
  deps: WriterDeps,
  prepare: (connection: PostgresConnection) => Promise<void>,
): Promise<PostgresWriter> {
  const { log, url, shownUrl } = deps;
  const owner = randomUUID();
  let transactions = 0;
  let session: ServerSession | undefined;
  let current: PostgresConnection | undefined;
  let doubt: Doubt | undefined;
  let fault: Error | undefined;
  /** The database is not where this platform left it. */
  let isOther = false;
  let isClosing = false;

  const failed = (text: string): Error => postgresFailed(new Error(text), { url: shownUrl });

  async function claim(waitMs: number, statementWallMsMax: number): Promise<PostgresConnection> {
    const options = { url, shownUrl, name: "gridwarden writer", statementWallMsMax };
    const connection = await connectPostgres(options);
    try {
      const { warnings, ...mine } = await inspectServer(connection, shownUrl);
      for (const warning of warnings) log.warn(`database '${shownUrl}': ${warning}`);
      await takeLock(connection, { url: shownUrl, former: session, waitMs });
      session = mine;
      // Before anything is written or known for committed there: nobody reads on at another.
      deps.onServer(mine.server);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  function use(connection: PostgresConnection): void {
    current = connection;
    fault = undefined;
    connection.onGone(() => {
      if (isClosing) return;
      current = undefined;
      fault = failed("the connection is lost; another is being made");
      log.error("the connection to the database is lost; another is being made", { shownUrl });
      void regain();
    });
    // It may have gone before anybody listened.
    if (!connection.isOpen) void regain();
  }

  async function regain(): Promise<void> {
    current = undefined;
    for (let delayMs = RETRY_WALL_MS_MIN; !isClosing && !isOther; ) {
      try {
        const next = await claim(RELOCK_WAIT_MS, STATEMENT_WALL_MS_MAX);
        if (isClosing) return await next.close();
        await takeUp(next);
        if (isOther) return await next.close();
        log.info("the database is connected again");
        return use(next);
      } catch (error) {
        const told = fault?.message;
        fault = error as Error;
        if (fault.message !== told) log.error("the database cannot be reached", { error });
        await wallDelay(delayMs, undefined, { ref: false });
        delayMs = Math.min(delayMs * 2, RETRY_WALL_MS_MAX);
      }
    }
  }

  /** Under the lock: nothing of the lost session is under way, so what the row says is final. */
  async function takeUp(next: PostgresConnection): Promise<void> {
    const row = await readOwner(next);
    const ahead = (row?.transactions ?? 0) - transactions;
    const isMine = row?.owner === owner && (ahead === 0 || (ahead === 1 && doubt !== undefined));
    const asked = doubt;
    doubt = undefined;
    if (!isMine) {
      isOther = true;
      fault = failed(
        row?.owner !== owner
          ? "another platform has used it meanwhile; stop that one and restart this one"
          : `it lacks the last ${-ahead} transactions that were committed (a standby that was ` +
              "behind took over, or a backup was put back); restart the platform, which then goes " +
              "on from what is there",
      );
      log.error(fault.message);
      asked?.refuse(fault);
      return;
    }
    transactions += ahead;
    asked?.settle(ahead === 1);
  }

  const first = await claim(LOCK_WAIT_MS, OPENING_STATEMENT_WALL_MS_MAX);
  try {
    await prepare(first);
    transactions = await becomeOwner(first, owner);
    first.limitStatements(STATEMENT_WALL_MS_MAX);
    use(first);
  } catch (error) {
    await first.close();
    throw error;
  }

  return {
    connection() {
      if (current?.isOpen) return current;
      throw fault ?? failed("it is not open");
    },
    async begin(connection) {
      try {
        // Every statement sees one and the same state, as in SQLite.
        const { changes } = await connection.execute(
          `begin isolation level repeatable read; update ${OWNER_TABLE}
           set transactions = ${transactions + 1}
           where id = 1 and owner = '${owner}' and transactions = ${transactions}`,
        );
        if (changes === 1) return;
        throw failed("another platform writes to it; stop that one and restart this one");
      } catch (error) {
        if (connection.isOpen) await connection.execute("rollback");
        throw error;
      }
    },
    async commit(connection, onDoubt) {
      if (!connection.isOpen) throw failed("the connection was lost before the commit was sent");
      const outcome = new Promise<boolean>((settle, refuse) => {
        doubt = { settle, refuse };
      });
      outcome.catch(() => {});
      let command: string;
      try {
        ({ command } = await connection.execute("commit"));
      } catch (error) {
        if (await isServed(connection)) doubt = undefined;
        else {
          onDoubt();
          if (await outcome) return;
        }
        throw error;
      }
      doubt = undefined;
      if (command !== "COMMIT") {
        throw failed("a statement of the transaction had failed, so all of it was rolled back");
      }
      transactions += 1;
    },
    async close() {
      isClosing = true;
      doubt?.refuse(failed("it was closed before it said whether a transaction was committed"));
      await current?.close();
      current = undefined;
      fault = failed("it is not open");
    },
  };
}

/** A commit that was refused by a server that goes on serving the connection was rolled back. */
async function isServed(connection: PostgresConnection): Promise<boolean> {
  if (!connection.isOpen) return false;
  return await connection.execute("rollback").then(
    () => true,
    () => false,
  );
}
