/**
 * A connection becomes the one that writes: it looks at the server, takes the lock that only one
 * platform can hold, and reads where the platform before it stood. The lock is the session's, so it
 * ends with the connection; once it is taken, nothing of a former session is under way any more.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import { postgresFailed } from "./database-errors.ts";
import type { PostgresConnection } from "./postgres-connection.ts";

/** "gridward" in ASCII, as one number. */
const LOCK = "7454136213472113252";
const VERSION_MIN = 130_000;
const LOCK_RETRY_WALL_MS = 100;
export const OWNER_TABLE = "database_owner";

export interface ServerSession {
  pid: number;
  /** Process ids come again, also on another server; with its beginning it is one session. */
  begunAt: string;
  /** As `serverOf` answers it. */
  server: string;
}

interface Server {
  version: number;
  encoding: string;
  is_standby: number;
  is_read_only: number;
  synchronous: string;
  fsync: string;
  begun_at: string;
  server: string;
}

/** When it was started, to the microsecond, which tells it from a standby and from itself before. */
const SERVER = "extract(epoch from pg_postmaster_start_time())::text";

/** The server that a connection has reached, told apart from each other one. */
export async function serverOf(connection: PostgresConnection): Promise<string> {
  const [row] = await connection.all<{ server: string }>(`select ${SERVER} as server`);
  return row?.server ?? "";
}

/** @throws GridwardenError DATABASE_FAILED for a server that cannot hold what is promised */
export async function inspectServer(
  connection: PostgresConnection,
  url: string,
): Promise<ServerSession & { warnings: string[] }> {
  const [server] = await connection.all<Server>(
    `select current_setting('server_version_num')::int as version,
       (select pg_encoding_to_char(encoding) from pg_database
         where datname = current_database()) as encoding,
       pg_is_in_recovery() as is_standby,
       current_setting('transaction_read_only') = 'on' as is_read_only,
       current_setting('synchronous_commit') as synchronous,
       current_setting('fsync') as fsync,
       (select backend_start::text from pg_stat_activity where pid = pg_backend_pid()) as begun_at,
       ${SERVER} as server`,
  );
  const refuse = (text: string): never => {
    throw postgresFailed(new Error(text), { url });
  };
  if (server === undefined) return refuse("the server told nothing of itself");
  if (server.version < VERSION_MIN) {
    refuse(`the server's version is ${server.version / 10_000}; PostgreSQL 13 or newer is needed`);
  }
  if (server.encoding !== "UTF8") {
    refuse(
      `its encoding is ${server.encoding}, wanted UTF8; make it anew: create database … ` +
        "encoding 'UTF8' template template0",
    );
  }
  if (server.is_standby === 1 || server.is_read_only === 1) {
    refuse("this server only reads, as a standby does; name the one that writes");
  }
  // What is promised is on disk: where the server would rather be quick, this session is not.
  if (server.synchronous === "off") await connection.execute("set synchronous_commit = on");
  return {
    pid: connection.pid,
    ...{ begunAt: server.begun_at, server: server.server },
    warnings: server.fsync === "off" ? ["its fsync is off: a power cut loses what is kept"] : [],
  };
}

/**
 * @param former our own session before this one; it may not have noticed that it is lost
 * @throws GridwardenError DATABASE_FAILED where another holds the lock after `waitMs`
 */
export async function takeLock(
  connection: PostgresConnection,
  about: { url: string; former: ServerSession | undefined; waitMs: number },
): Promise<void> {
  const until = performance.now() + about.waitMs;
  for (;;) {
    const [taken] = await connection.all<{ is_taken: number }>(
      `select pg_try_advisory_lock(${LOCK}) as is_taken`,
    );
    if (taken?.is_taken === 1) return;
    const holder = await holderOf(connection);
    if (holder !== undefined && isSame(holder, about.former)) {
      await connection.all("select pg_terminate_backend(?::int)", [holder.pid]);
    }
    if (performance.now() > until) {
      const who = holder === undefined ? "" : `, of the server's process ${holder.pid}`;
      const from = holder?.from == null ? "" : ` from ${holder.from}`;
      throw postgresFailed(
        new Error(
          `another platform uses it${from}${who}; stop that one, only one may use a database`,
        ),
        { url: about.url },
      );
    }
    await wallDelay(LOCK_RETRY_WALL_MS);
  }
}

interface Holder extends Pick<ServerSession, "pid" | "begunAt"> {
  from: string | null;
}

async function holderOf(connection: PostgresConnection): Promise<Holder | undefined> {
  const [row] = await connection.all<{ pid: number; begun_at: string; from: string | null }>(
    `select l.pid, a.backend_start::text as begun_at, host(a.client_addr) as "from"
     from pg_locks as l join pg_stat_activity as a on a.pid = l.pid
     where l.locktype = 'advisory' and l.granted and l.objsubid = 1
       and l.database = (select oid from pg_database where datname = current_database())
       and (l.classid::bigint << 32) + l.objid::bigint = ${LOCK}`,
  );
  return row === undefined ? undefined : { pid: row.pid, begunAt: row.begun_at, from: row.from };
}

const isSame = (one: Holder, other: ServerSession | undefined): boolean =>
  one.pid === other?.pid && one.begunAt === other.begunAt;

/** The row that every transaction counts on: whose the database is, and its how many-eth it was. */
export async function readOwner(
  connection: PostgresConnection,
): Promise<{ owner: string; transactions: number } | undefined> {
  const [row] = await connection.all<{ owner: string; transactions: number }>(
    `select owner, transactions from ${OWNER_TABLE} where id = 1`,
  );
  return row;
}

/** From here on it is this platform's. Answers how many transactions there were. */
export async function becomeOwner(connection: PostgresConnection, owner: string): Promise<number> {
  await connection.execute(
    `create table if not exists ${OWNER_TABLE}
       (id bigint primary key check (id = 1), owner text not null, transactions bigint not null)`,
  );
  const [row] = await connection.all<{ transactions: number }>(
    `insert into ${OWNER_TABLE} as o (id, owner, transactions) values (1, ?, 0)
     on conflict (id) do update set owner = excluded.owner returning o.transactions`,
    [owner],
  );
  return row?.transactions ?? 0;
}
