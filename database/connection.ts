/**
 * One SQLite connection through `libsql`, as far as a room needs it: run, all, get.
 * Takes care of the driver's ways: a boolean would abort the process and NaN would become null, so
 * both are refused; whole numbers would be bound as reals, so they are bound as integers; `get()`
 * adds a field of its own and leaves the read open, so rows come from `all()`; blobs come back as
 * ArrayBuffer; a wrong number of parameters passes in silence, so they are counted.
 * Integers beyond 2^53 come back rounded: instants and counts stay below.
 */
import Libsql from "libsql";
import type { SqlRow, SqlValue } from "../model/database.ts";
import { checkBound } from "./bound-values.ts";
import { databaseFailed } from "./database-errors.ts";
import { countParameters } from "./parameters.ts";

interface Prepared {
  statement: Libsql.Statement;
  parameterCount: number;
}

export interface Connection {
  readonly inTransaction: boolean;
  run(sql: string, parameters: readonly SqlValue[]): { changes: number };
  all<Row = SqlRow>(sql: string, parameters: readonly SqlValue[]): Row[];
  /** One or many statements without parameters, not kept. */
  execute(sql: string): void;
  close(): void;
}

/** Prepared statements a connection keeps; the one longest unused goes first. */
const STATEMENTS_MAX = 500;
/** How much of a statement an error quotes. */
const QUOTED_SQL_LENGTH_MAX = 200;

export function openConnection(file: string, pragmas: readonly string[]): Connection {
  const attempt = <T>(sql: string, work: () => T): T => {
    try {
      return work();
    } catch (error) {
      throw databaseFailed(error, { file, sql: sql.slice(0, QUOTED_SQL_LENGTH_MAX) });
    }
  };
  const handle = attempt("open", () => new Libsql(file));
  const prepared = new Map<string, Prepared>();
  let isOpen = true;

  function prepare(sql: string): Prepared {
    const known = prepared.get(sql);
    prepared.delete(sql);
    const entry = known ?? {
      statement: handle.prepare(sql),
      parameterCount: countParameters(sql),
    };
    prepared.set(sql, entry);
    if (prepared.size > STATEMENTS_MAX) {
      for (const oldest of prepared.keys()) {
        prepared.delete(oldest);
        break;
      }
    }
    return entry;
  }

  const connection: Connection = {
    get inTransaction() {
      return isOpen && handle.inTransaction;
    },
    run: (sql, parameters) =>
      attempt(sql, () => {
        const { statement, parameterCount } = prepare(sql);
        const bound = bind(parameters, parameterCount);
        // The driver's `run` stops at the first row of `… returning`; reading it out finishes it.
        if (statement.reader) return { changes: statement.all(bound).length };
        return { changes: statement.run(bound).changes };
      }),
    all: <Row>(sql: string, parameters: readonly SqlValue[]) =>
      attempt(sql, () => {
        const { statement, parameterCount } = prepare(sql);
        const rows = statement.all(bind(parameters, parameterCount)) as SqlRow[];
        for (const row of rows) convertBlobs(row);
        return rows as Row[];
      }),
    execute: (sql) => attempt(sql, () => void handle.exec(sql)),
    close() {
      if (!isOpen) return;
      isOpen = false;
      prepared.clear();
      handle.close();
    },
  };
  try {
    for (const pragma of pragmas) connection.execute(`pragma ${pragma}`);
  } catch (error) {
    connection.close();
    throw error;
  }
  return connection;
}

function bind(parameters: readonly SqlValue[], wanted: number): (SqlValue | bigint)[] {
  checkBound(parameters, wanted);
  return parameters.map((value) => (Number.isSafeInteger(value) ? BigInt(value as number) : value));
}

function convertBlobs(row: SqlRow): void {
  for (const name in row) {
    const value: unknown = row[name];
    if (value instanceof ArrayBuffer) row[name] = new Uint8Array(value);
  }
}
