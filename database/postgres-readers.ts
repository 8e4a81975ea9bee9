/**
 * Connections that only read, so that a long answer keeps no other waiting: made when they are
 * needed, a few at most, dropped when they are lost. What a lost one was asked fails; the next
 * question makes a new one.
 */
import type { Sql } from "../model/database.ts";
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

export function createReaders(
  about: Pick<PostgresOptions, "url" | "shownUrl">,
): Sql & { close(): Promise<void> } {
  const readers = new Set<Reader>();

  function make(): Reader {
    const reader: Reader = {
      asked: 0,
      connection: connectPostgres({
        ...about,
        name: "gridwarden reader",
        isReadOnly: true,
        statementWallMsMax: STATEMENT_WALL_MS_MAX,
      }),
    };
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

  return {
    run: (sql, parameters) => ask((connection) => connection.run(sql, parameters)),
    all: (sql, parameters) => ask((connection) => connection.all(sql, parameters)),
    get: async <Row>(sql: string, parameters = []) =>
      (await ask((connection) => connection.all<Row>(sql, parameters)))[0],
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
