/**
 * The unit of work that rooms are handed. SQL is the part that SQLite and PostgreSQL share:
 * `?` for parameters, instants as integers of milliseconds, JSON as text, booleans as 0 and 1,
 * `insert … on conflict … do …`. A room's tables come with the room as migrations.
 */
export type SqlValue = string | number | null | Uint8Array;
export type SqlRow = Record<string, SqlValue>;

export interface Sql {
  run(sql: string, parameters?: readonly SqlValue[]): Promise<{ changes: number }>;
  all<Row = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<Row[]>;
  get<Row = SqlRow>(sql: string, parameters?: readonly SqlValue[]): Promise<Row | undefined>;
}

export interface Database {
  /** Sees what was committed; never waits for a transaction. */
  readonly reader: Sql;
  /**
   * Runs `work` alone and commits, durable when the promise settles; an error rolls back and is
   * thrown on. One transaction runs at a time; inside, use `tx` only.
   */
  transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T>;
}

/** Runs once, in order of `id`; its text never changes afterwards (its checksum is kept). */
export interface Migration {
  /** `<room>-<4 digits>-<what>` */
  id: string;
  statements: readonly string[];
}
