/**
 * One connection to PostgreSQL through `pg`, as far as a room needs it: run, all, get. One statement
 * at a time, in the order of asking. It tells a statement that the server refused (the connection
 * stands) from a connection that is lost (it is never used again); it does not connect anew.
 */
import { Socket } from "node:net";
import pg from "pg";
import type { SqlRow, SqlValue } from "../model/database.ts";
import { postgresFailed } from "./database-errors.ts";
import { bindPostgres, type Parts, partsOf, postgresTypes } from "./postgres-values.ts";

export interface PostgresConnection {
  /** The server's process that serves it. */
  readonly pid: number;
  readonly isOpen: boolean;
  /** A transaction has begun and has not ended; it may have failed. */
  readonly inTransaction: boolean;
  run(sql: string, parameters?: readonly SqlValue[]): Promise<{ changes: number }>;
  all<Row = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  /** One or many statements without parameters, not kept; answers what the last one did. */
  execute(sql: string): Promise<{ command: string; changes: number }>;
  /** A statement that is not answered by then has lost its connection. */
  limitStatements(wallMsMax: number): void;
  /** Ends it at once; what it was asked fails. */
  drop(): void;
  /** Ends it when what it was asked is answered. */
  close(): Promise<void>;
  /** Called once, when it is closed or lost. */
  onGone(gone: () => void): void;
}

export interface PostgresOptions {
  /** With its password. */
  url: string;
  /** Without it, for whoever reads an error. */
  shownUrl: string;
  name: string;
  /** No statement may write. */
  isReadOnly?: boolean;
  /** See `limitStatements`. */
  statementWallMsMax: number;
}

const CONNECT_WALL_MS_MAX = 5_000;
const KEEP_ALIVE_MS = 10_000;
/**
 * Numbers and bytes as they are read here, whatever the database's own settings; and a session whose
 * machine lost its power ends, with its lock, after 25 seconds and not after hours.
 */
const SETTINGS = `set extra_float_digits = 1; set bytea_output = 'hex'; set tcp_keepalives_idle = 10;
  set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3; set tcp_user_timeout = 25000`;
const CLOSE_WALL_MS_MAX = 2_000;
/** Statements a connection knows by their text, and of these how many the server has prepared. */
const STATEMENTS_MAX = 2_000;
const PREPARED_MAX = 300;
/** A statement that comes again is worth preparing. */
const USES_TO_PREPARE = 3;
const QUOTED_SQL_LENGTH_MAX = 200;

interface Result {
  command: string;
  rowCount: number | null;
  rows: SqlRow[];
}

/** @throws GridwardenError DATABASE_FAILED */
export async function connectPostgres(options: PostgresOptions): Promise<PostgresConnection> {
  const { shownUrl } = options;
  const socket = new Socket();
  const client = new pg.Client({
    connectionString: options.url,
    stream: () => socket,
    types: postgresTypes as pg.CustomTypesConfig,
    application_name: options.name,
    connectionTimeoutMillis: CONNECT_WALL_MS_MAX,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
  });
  let isOpen = false;
  let inTransaction = false;
  let { statementWallMsMax } = options;
  const onGone: (() => void)[] = [];
  const lose = (): void => {
    const wasOpen = isOpen;
    isOpen = false;
    inTransaction = false;
    socket.destroy();
    if (wasOpen) for (const gone of onGone.splice(0)) gone();
  };
  client.on("error", lose);
  client.on("end", lose);

  const texts = createTexts();
  let last: Promise<unknown> = Promise.resolve();

  /** A statement in its turn. */
  function ask(sql: string, query: () => pg.QueryConfig): Promise<Result> {
    const mine = last.then(async () => {
      const about = { url: shownUrl, sql: sql.slice(0, QUOTED_SQL_LENGTH_MAX) };
      if (!isOpen) throw postgresFailed(new Error("the connection is lost"), about);
      const timer = setTimeout(lose, statementWallMsMax);
      try {
        const answer: unknown = await client.query(query());
        // Several statements at once answer several results.
        const done = (Array.isArray(answer) ? answer.at(-1) : answer) as Result;
        return done;
      } catch (error) {
        if (isLoss(error)) lose();
        throw postgresFailed(error, about);
      } finally {
        clearTimeout(timer);
      }
    });
    last = mine.catch(() => {});
    return mine;
  }

  const bound = (sql: string, parameters: readonly SqlValue[]): Promise<Result> =>
    ask(sql, () => texts.query(sql, parameters));

  try {
    await client.connect();
    isOpen = true;
    if (options.isReadOnly) {
      await ask("read only", () => ({ text: "set default_transaction_read_only = on" }));
    }
    const pid = await ask("pid", () => ({ text: `${SETTINGS}; select pg_backend_pid() as pid` }));
    return {
      pid: Number(pid.rows[0]?.pid),
      get isOpen() {
        return isOpen;
      },
      get inTransaction() {
        return inTransaction;
      },
      run: async (sql, parameters = []) => ({
        changes: (await bound(sql, parameters)).rowCount ?? 0,
      }),
      all: async <Row>(sql: string, parameters: readonly SqlValue[] = []) =>
        (await bound(sql, parameters)).rows as Row[],
      async execute(sql) {
        const { command, rowCount } = await ask(sql, () => ({ text: sql }));
        if (/^\s*begin\b/i.test(sql)) inTransaction = true;
        if (/^\s*(?:commit|rollback)\s*$/i.test(sql)) inTransaction = false;
        return { command, changes: rowCount ?? 0 };
      },
      limitStatements(wallMsMax) {
        statementWallMsMax = wallMsMax;
      },
      drop: lose,
      async close() {
        if (!isOpen) return;
        await last;
        const timer = setTimeout(lose, CLOSE_WALL_MS_MAX);
        await client.end().catch(() => {});
        clearTimeout(timer);
        lose();
      },
      onGone: (gone) => void onGone.push(gone),
    };
  } catch (error) {
    lose();
    throw postgresFailed(error, { url: shownUrl });
  }
}

/** SQLSTATEs after which the server serves this connection no more: it says so, then closes it. */
const LAST_WORDS = /^(?:08|57P|25P0[34])/;

/** By code, not by severity: that word comes in the server's own language. */
function isLoss(error: unknown): boolean {
  if (error instanceof TypeError) return false;
  return !(error instanceof pg.DatabaseError) || LAST_WORDS.test(error.code ?? "");
}

/** Remembers the parts of statements, and prepares those that come again. */
function createTexts() {
  const known = new Map<string, { parts: Parts; uses: number }>();
  const names = new Map<string, string>();

  function partsOfText(sql: string): { parts: Parts; uses: number } {
    const found = known.get(sql);
    if (found !== undefined) return found;
    if (known.size >= STATEMENTS_MAX) known.clear();
    const made = { parts: partsOf(sql), uses: 0 };
    known.set(sql, made);
    return made;
  }

  return {
    query(sql: string, parameters: readonly SqlValue[]): pg.QueryConfig {
      const entry = partsOfText(sql);
      entry.uses += 1;
      const { text, values } = bindPostgres(entry.parts, parameters);
      const name = names.get(text);
      if (name !== undefined) return { name, text, values };
      if (entry.uses < USES_TO_PREPARE || names.size >= PREPARED_MAX) return { text, values };
      const made = `s${names.size}`;
      names.set(text, made);
      return { name: made, text, values };
    },
  };
}
