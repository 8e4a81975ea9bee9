/**
 * Connections that only read, so that a long answer keeps no other waiting: made when they are
 * needed, a few at most, dropped when they are lost. What a lost one was asked fails; the next
 * question makes a new one. They read from the server that is written and from no other: one that
 * was written before a fail-over may live on, and knows nothing of what was committed since.
 */
import type { Sql } from "../model/database.ts";
import { postgresFailed } from "./database-errors.ts";
import { serverOf } from "./postgres-claim.ts";
import {
  connectPostgres,
  type PostgresConnection,
  type PostgresOptions,
} from "./postgres-connection.ts";

const READERS_MAX = 4;
/** An evaluation of a year reads for long. */
const STATEMENT_WALL_MS_MAX = 300_000;

interface Reader {
  connection: Promise<PostgresConnection>;
  asked: number;
}

export interface Readers extends Sql {
  /** From now on nothing is read but from this server; what another was asked fails. */
  follow(server: string): void;
  close(): Promise<void>;
}

/** Until `follow` is called they read from whatever server the URL leads to. */
export function createReaders(about: Pick<PostgresOptions, "url" | "shownUrl">): Readers {
  const readers = new Set<Reader>();
  let written: string | undefined;

  async function connect(): Promise<PostgresConnection> {
    const connection = await connectPostgres({
      ...about,
      name: "gridwarden reader",
      isReadOnly: true,
      statementWallMsMax: STATEMENT_WALL_MS_MAX,
    });
    try {
      const server = await serverOf(connection);
      // Compared when it is known, not when it was asked: the writer may have moved meanwhile.
      if (written === undefined || server === written) return connection;
      throw failed(
        "it leads to another server than the one that is written; nothing is read there",
      );
    } catch (error) {
      connection.drop();
      throw error;
    }
  }

  const failed = (text: string): Error => postgresFailed(new Error(text), { url: about.shownUrl });

  function make(): Reader {
    const reader: Reader = { asked: 0, connection: connect() };
    readers.add(reader);
    reader.connection.then(
      (connection) => connection.onGone(() => readers.delete(reader)),
      () => readers.delete(reader),
    );
    return reader;
  }

  function choose(): Reader {
    let best: Reader | undefined;
    for (const reader of readers) {
      if (best === undefined || reader.asked < best.asked) best = reader;
    }
    const isFree = best?.asked === 0;
    return best !== undefined && (isFree || readers.size >= READERS_MAX) ? best : make();
  }

  async function ask<T>(question: (connection: PostgresConnection) => Promise<T>): Promise<T> {
    const reader = choose();
    reader.asked += 1;
    try {
      return await question(await reader.connection);
    } finally {
      reader.asked -= 1;
    }
  }

  /** What it was asked fails, also where its connection is still being made. */
  function drop(reader: Reader): void {
    readers.delete(reader);
    reader.connection.then(
      (connection) => connection.drop(),
      () => {},
    );
  }

  return {
    run: (sql, parameters) => ask((connection) => connection.run(sql, parameters)),
    all: (sql, parameters) => ask((connection) => connection.all(sql, parameters)),
    get: async <Row>(sql: string, parameters = []) =>
      (await ask((connection) => connection.all<Row>(sql, parameters)))[0],
    follow(server) {
      if (server === written) return;
      written = server;
      for (const reader of readers) drop(reader);
    },
    async close() {
      const closing = [...readers];
      readers.clear();
      await Promise.all(
        closing.map((reader) =>
          reader.connection.then(
            (connection) => connection.close(),
            () => {},
          ),
        ),
      );
    },
  };
}
