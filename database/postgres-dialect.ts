/**
 * The migrations' words as PostgreSQL says them. There is one schema, written for both: `integer`
 * holds 64 bits in SQLite, so it becomes `bigint`; texts are in order of code point there, so each
 * column gets the collation "C", whatever the database's own is; `without rowid` is SQLite's alone.
 * Pure. A table's own primary key stays what it is: no room lets the database number its rows.
 */
import type { Dialect } from "./migrations.ts";

const TYPES: Record<string, string> = {
  integer: "bigint",
  text: 'text collate "C"',
  blob: "bytea",
  real: "double precision",
};

/** The type of a column stands after its name; a name follows `(`, `,` or `add column`. */
const COLUMN_TYPE = /((?:[(,]|\badd column)\s*\w+\s+)(integer|text|blob|real)\b/gi;
const WITHOUT_ROWID = /\)\s*without rowid\s*$/i;
const IS_SCHEMA = /^\s*(?:create table|alter table)\b/i;

export function translateMigration(statement: string): string {
  if (!IS_SCHEMA.test(statement)) return statement;
  return statement
    .replace(WITHOUT_ROWID, ")")
    .replace(COLUMN_TYPE, (_, before: string, type: string) => {
      return before + (TYPES[type.toLowerCase()] ?? type);
    });
}

export const POSTGRES: Dialect = { begin: "begin", translate: translateMigration };
