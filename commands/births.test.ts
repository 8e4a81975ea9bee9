/** What births are known, as uplinks tell them and as a start takes them up. */
import { expect, test } from "vitest";
import type { Sql } from "../model/database.ts";
import { createBirths } from "./births.ts";

const LIT = [{ name: "isLit", datatype: 11 }];
const DIM = [{ name: "dimPercent", datatype: 5 }];

function sqlOf(rows: readonly { id: string; metrics: string }[] = []) {
  const said: string[] = [];
  const sql: Sql = {
    get: async () => undefined,
    all: async <Row>() => rows as unknown as Row[],
    run: async (text, values = []) => {
      said.push(`${text.trim().split(" ")[0]} ${values[0]}`);
      return { changes: 1 };
    },
  };
  return { sql, said };
}

test("a node's end is that of its devices and of nobody else, a device's its own", async () => {
  const births = createBirths();
  const { sql, said } = sqlOf();
  const ids = ["g/e", "g/e/a", "g/e/b", "g/other"];
  await births.take(
    sql,
    ids.map((id) => ({ id, metrics: LIT })),
  );
  expect(ids.map(births.of)).toEqual([LIT, LIT, LIT, LIT]);
  await births.take(sql, [{ id: "g/e/a", metrics: undefined }]);
  expect(ids.map(births.of)).toEqual([LIT, undefined, LIT, LIT]);
  await births.take(sql, [{ id: "g/e", metrics: undefined }]);
  expect(ids.map(births.of)).toEqual([undefined, undefined, undefined, LIT]);
  expect(births.of(undefined)).toBeUndefined();
  expect(said.slice(4)).toEqual(["delete g/e/a", "delete g/e"]);
});

test("what was told before it was loaded is newer than what is on disk", async () => {
  const births = createBirths();
  const metrics = JSON.stringify(DIM);
  const ids = ["g/e", "g/e/a", "g/f/a", "g/f/b"];
  const { sql } = sqlOf(ids.map((id) => ({ id, metrics })));
  await births.take(sql, [
    { id: "g/e", metrics: undefined },
    { id: "g/e", metrics: LIT },
    { id: "g/f/a", metrics: LIT },
  ]);
  await births.load(sql);
  expect(ids.map(births.of)).toEqual([LIT, undefined, LIT, DIM]);
});
