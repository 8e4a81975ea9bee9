/**
 * One SQL table of plain records: which field stands in which column, and the statements that
 * follow from it. The first column is the key; `seq` is the order of registration.
 * A field that is absent is null in the table; JSON stands as text.
 */
import type { Sql, SqlRow, SqlValue } from "../model/database.ts";

export interface Column {
  field: string;
  column: string;
  kind: "text" | "number" | "json";
  /** Few values in many rows: kept once in memory. */
  isShared?: boolean;
}

export interface RecordTable<T> {
  insert(sql: Sql, seq: number, record: T): Promise<void>;
  update(sql: Sql, record: T): Promise<void>;
  remove(sql: Sql, key: string): Promise<void>;
  load(sql: Sql, intern: (text: string) => string): Promise<{ seq: number; record: T }[]>;
}

export function recordTable<T extends object>(
  table: string,
  columns: readonly [Column, ...Column[]],
): RecordTable<T> {
  const [key, ...rest] = columns;
  const names = columns.map((column) => column.column);
  const marks = names.map(() => "?").join(", ");
  const insertText = `insert into ${table} (seq, ${names.join(", ")}) values (?, ${marks})`;
  const sets = rest.map((column) => `${column.column} = ?`).join(", ");
  const updateText = `update ${table} set ${sets} where ${key.column} = ?`;
  const removeText = `delete from ${table} where ${key.column} = ?`;
  const loadText = `select seq, ${names.join(", ")} from ${table} order by seq`;
  return {
    async insert(sql, seq, record) {
      await sql.run(insertText, [seq, ...columns.map((column) => cellOf(record, column))]);
    },
    async update(sql, record) {
      await sql.run(updateText, [
        ...rest.map((column) => cellOf(record, column)),
        cellOf(record, key),
      ]);
    },
    async remove(sql, id) {
      await sql.run(removeText, [id]);
    },
    async load(sql, intern) {
      const rows = await sql.all<SqlRow>(loadText);
      return rows.map((row) => ({
        seq: Number(row.seq),
        record: recordOf(row, columns, intern) as T,
      }));
    },
  };
}

function cellOf(record: object, { field, kind }: Column): SqlValue {
  const value: unknown = Reflect.get(record, field);
  if (value === undefined) return null;
  return kind === "json" ? JSON.stringify(value) : (value as SqlValue);
}

function recordOf(
  row: SqlRow,
  columns: readonly Column[],
  intern: (text: string) => string,
): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const { field, column, kind, isShared } of columns) {
    const cell = row[column];
    if (cell === null || cell === undefined) continue;
    if (kind === "json") record[field] = JSON.parse(String(cell));
    else record[field] = isShared === true ? intern(String(cell)) : cell;
  }
  return record;
}
