import { expect, test } from "vitest";
import { translateMigration } from "./postgres-dialect.ts";
import { bindPostgres, partsOf } from "./postgres-values.ts";

test("types become PostgreSQL's where they stand as types, and nowhere else", () => {
  expect(
    translateMigration(`create table t (
      id integer primary key check (id = 1),
      text text not null, integer integer default 0, b blob, r real, at bigint,
      lon double precision, other text references u (text) on delete cascade,
      primary key (text, integer)
    ) without rowid`).replace(/\s+/g, " "),
  ).toBe(
    'create table t ( id bigint primary key check (id = 1), text text collate "C" not null, ' +
      "integer bigint default 0, b bytea, r double precision, at bigint, " +
      'lon double precision, other text collate "C" references u (text) on delete cascade, ' +
      "primary key (text, integer) )",
  );
  expect(translateMigration("alter table t add column note text")).toBe(
    'alter table t add column note text collate "C"',
  );
  const index = "create index i on t (text, at) where text = 'a, b text'";
  expect(translateMigration(index)).toBe(index);
});

test("parameters are numbered, but not in texts, names and comments; numbers name their type", () => {
  const sql = `select '?', "?", ? -- ?\n, ?, ? /* ? */ where a = ? and b = ?`;
  expect(bindPostgres(partsOf(sql), [1, 1.5, "x", null, new Uint8Array([1])])).toEqual({
    text: `select '?', "?", $1::int8 -- ?\n, $2::float8, $3 /* ? */ where a = $4 and b = $5::bytea`,
    values: ["1", "1.5", "x", null, Buffer.from([1])],
  });
});
