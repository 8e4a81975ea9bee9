/**
 * What the broker must remember over a restart, in one SQLite file: sessions with their
 * subscriptions, queued messages, retained messages and wills. Written behind, a batch in one
 * transaction (WAL, synchronous NORMAL: it survives the end of the process; a power cut may take
 * the last moments, and orders and uplinks do not depend on it). The only file of this room that
 * knows libsql.
 */
import Libsql from "libsql";
import { GridwardenError } from "../model/errors.ts";

export interface SessionRow {
  id: string;
  awaySince: number | null;
  hasLost: number;
  /** JSON: `[[filter, qos], …]` */
  filters: string;
  /** JSON: packet ids of QoS 2 messages received and not yet released. */
  incoming: string;
}

export interface QueuedRow {
  seq: number;
  session: string;
  cmd: string;
  topic: string;
  payload: Uint8Array;
  qos: number;
  messageId: number | null;
}

export interface RetainedRow {
  topic: string;
  payload: Uint8Array;
  qos: number;
}

export interface WillRow {
  session: string;
  isUplink: number;
  topic: string;
  payload: Uint8Array;
  qos: number;
  retain: number;
}

interface SessionsContent {
  sessions: SessionRow[];
  queued: QueuedRow[];
  retained: RetainedRow[];
  wills: WillRow[];
}

/** A row to write, or with `undefined` the key of one to delete. */
export interface SessionsChanges {
  sessions: Map<string, SessionRow | undefined>;
  queued: Map<number, QueuedRow | undefined>;
  retained: Map<string, RetainedRow | undefined>;
  wills: Map<string, WillRow | undefined>;
}

export interface SessionsFile {
  load(): SessionsContent;
  write(changes: SessionsChanges): void;
  close(): void;
}

const VERSION = 1;
const TABLES = `
  create table if not exists session (id text primary key, awaySince integer,
    hasLost integer not null, filters text not null, incoming text not null) without rowid;
  create table if not exists queued (seq integer primary key, session text not null,
    cmd text not null, topic text not null, payload blob not null, qos integer not null,
    messageId integer);
  create table if not exists retained (topic text primary key, payload blob not null,
    qos integer not null) without rowid;
  create table if not exists will (session text primary key, isUplink integer not null,
    topic text not null, payload blob not null, qos integer not null,
    retain integer not null) without rowid;`;

export function openSessionsFile(file: string): SessionsFile {
  try {
    return new LibsqlSessionsFile(file);
  } catch (error) {
    if (error instanceof GridwardenError) throw error;
    throw new GridwardenError(
      "DATABASE_FAILED",
      `the broker's sessions file '${file}' cannot be opened: ${String(error)}; move it away ` +
        "to start with no sessions, no retained messages and no queues",
      { cause: error },
    );
  }
}

type Statement = Libsql.Statement<unknown[]>;

class LibsqlSessionsFile implements SessionsFile {
  readonly #db: Libsql.Database;
  readonly #statements = new Map<string, Statement>();

  constructor(file: string) {
    this.#db = new Libsql(file);
    this.#db.exec("pragma journal_mode = wal");
    this.#db.exec("pragma synchronous = normal");
    const [row] = this.#all<{ user_version: number }>("pragma user_version");
    const version = row?.user_version ?? 0;
    if (version !== 0 && version !== VERSION) {
      throw new GridwardenError(
        "DATABASE_SCHEMA_MISMATCH",
        `the broker's sessions file '${file}' has version ${version}, this one writes ${VERSION}`,
      );
    }
    this.#db.exec(TABLES);
    this.#db.exec(`pragma user_version = ${VERSION}`);
  }

  load(): SessionsContent {
    return {
      sessions: this.#all("select * from session order by awaySince is null, awaySince"),
      queued: this.#all("select * from queued order by seq"),
      retained: this.#all("select * from retained"),
      wills: this.#all("select * from will"),
    };
  }

  write(changes: SessionsChanges): void {
    this.#db.exec("begin immediate");
    try {
      this.#writeRows("session", "id", changes.sessions, (row) => [
        row.id,
        row.awaySince,
        row.hasLost,
        row.filters,
        row.incoming,
      ]);
      this.#writeRows("queued", "seq", changes.queued, (row) => [
        row.seq,
        row.session,
        row.cmd,
        row.topic,
        row.payload,
        row.qos,
        row.messageId,
      ]);
      this.#writeRows("retained", "topic", changes.retained, (row) => [
        row.topic,
        row.payload,
        row.qos,
      ]);
      this.#writeRows("will", "session", changes.wills, (row) => [
        row.session,
        row.isUplink,
        row.topic,
        row.payload,
        row.qos,
        row.retain,
      ]);
      this.#db.exec("commit");
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec("rollback");
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #writeRows<Row>(
    table: string,
    key: string,
    rows: ReadonlyMap<string | number, Row | undefined>,
    values: (row: Row) => unknown[],
  ): void {
    for (const [id, row] of rows) {
      if (row === undefined) {
        this.#prepared(`delete from ${table} where ${key} = ?`).run([id]);
      } else {
        const given = values(row);
        const marks = given.map(() => "?").join(", ");
        this.#prepared(`insert or replace into ${table} values (${marks})`).run(given);
      }
    }
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #all<Row>(sql: string): Row[] {
    return this.#db.prepare(sql).all() as Row[];
  }
}
