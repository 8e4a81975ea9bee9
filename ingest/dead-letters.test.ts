import { blobValue, DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Sql, SqlValue } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import {
  type DeadLetter,
  deadLetterMigrations,
  LETTERS_PER_UPLINK_MAX,
  listDeadLetters,
  partLetters,
  saveDeadLetters,
  wholeLetter,
} from "./dead-letters.ts";
import { NOON, telemetry, world } from "./doubles/world.ts";

const uplink = telemetry("mc-000231", Buffer.from("rubbish"));
let connection: Awaited<ReturnType<DuckDBInstance["connect"]>>;
let sql: Sql;

/** A database that is at hand in this room and speaks the shared part of SQL. */
function sqlOf(): Sql {
  const bound = (values: readonly SqlValue[]) =>
    values.map((each) => (each instanceof Uint8Array ? blobValue(each) : each));
  const all = async (text: string, values: readonly SqlValue[] = []) => {
    const result = await connection.run(text, bound(values));
    return result.getRowObjectsJS() as Promise<Record<string, unknown>[]>;
  };
  return {
    run: async (text, values = []) => {
      const { rowsChanged } = await connection.run(text, bound(values));
      return { changes: rowsChanged };
    },
    all: async <Row>(text: string, values?: readonly SqlValue[]) =>
      (await all(text, values)).map(plainRow) as Row[],
    get: async <Row>(text: string, values?: readonly SqlValue[]) =>
      (await all(text, values)).map(plainRow)[0] as Row | undefined,
  };
}

function plainRow(row: Record<string, unknown>): Record<string, unknown> {
  const plain = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === "bigint" ? Number(value) : value,
  ]);
  return Object.fromEntries(plain) as Record<string, unknown>;
}

beforeAll(async () => {
  const instance = await DuckDBInstance.create(":memory:");
  connection = await instance.connect();
  sql = sqlOf();
  for (const { statements } of deadLetterMigrations) {
    for (const statement of statements) await sql.run(statement);
  }
});
beforeEach(async () => {
  await sql.run("delete from dead_letters");
});
afterAll(() => connection.closeSync());

function letter(position: number, text = `fault ${position}`): DeadLetter {
  return wholeLetter(uplink, position, [{ reason: "NOT_JSON", text }]);
}

async function texts(): Promise<string[]> {
  return (await listDeadLetters(sql, { limit: 100 })).items.map((each) => each.text);
}

test("a letter comes back as it was saved", async () => {
  await saveDeadLetters(sql, [letter(5)], 10);
  const { items, next } = await listDeadLetters(sql, { limit: 10 });
  expect(next).toBeUndefined();
  expect(items).toEqual([
    {
      id: 1,
      position: 5,
      part: 0,
      receivedAt: NOON,
      source: "mqtt",
      sender: "mc-000231",
      topic: uplink.topic,
      reason: "NOT_JSON",
      text: "fault 5",
      count: 1,
      payload: new Uint8Array(Buffer.from("rubbish")),
      payloadBytes: 7,
    },
  ]);
});

test("letters are listed newest first, a page after the other, none twice", async () => {
  await saveDeadLetters(
    sql,
    [1, 2, 3, 4, 5].map((each) => letter(each)),
    10,
  );
  const first = await listDeadLetters(sql, { limit: 2 });
  const second = await listDeadLetters(sql, { limit: 2, cursor: first.next });
  const third = await listDeadLetters(sql, { limit: 2, cursor: second.next });
  expect([first, second, third].map((page) => page.items.map((each) => each.position))).toEqual([
    [5, 4],
    [3, 2],
    [1],
  ]);
  expect(third.next).toBeUndefined();
  expect((await listDeadLetters(sql, { limit: 2, cursor: "nonsense" })).items).toEqual([]);
});

test("beyond the bound the oldest go", async () => {
  await saveDeadLetters(sql, [letter(1), letter(2)], 3);
  await saveDeadLetters(sql, [letter(3), letter(4)], 3);
  expect(await texts()).toEqual(["fault 4", "fault 3", "fault 2"]);
  await saveDeadLetters(
    sql,
    [5, 6, 7, 8, 9].map((each) => letter(each)),
    3,
  );
  expect(await texts()).toEqual(["fault 9", "fault 8", "fault 7"]);
});

test("a replay saves nothing twice and pushes nothing out", async () => {
  const letters = [1, 2, 3].map((each) => letter(each));
  for (let time = 0; time < 4; time += 1) await saveDeadLetters(sql, letters, 4);
  await saveDeadLetters(sql, [letter(4)], 4);
  expect(await texts()).toEqual(["fault 4", "fault 3", "fault 2", "fault 1"]);
});

test("a payload is kept up to the bound, and its length is told", () => {
  const payload = new Uint8Array(LIMITS.deadLetterPayloadBytesMax + 10);
  const kept = wholeLetter({ ...uplink, payload }, 1, [{ reason: "NOT_JSON", text: "x" }]);
  expect(kept.payload.length).toBe(LIMITS.deadLetterPayloadBytesMax);
  expect(kept.payloadBytes).toBe(payload.length);
});

test("an uplink's faults beyond 16 letters are told in the last, and all are counted", () => {
  const faults = Array.from({ length: 40 }, (_each, index) => ({
    reason: "VALUE_INVALID" as const,
    text: `fault ${index}`,
    count: 2,
  }));
  const letters = partLetters(uplink, 9, faults);
  expect(letters).toHaveLength(LETTERS_PER_UPLINK_MAX);
  expect(letters.reduce((sum, each) => sum + each.count, 0)).toBe(80);
  expect(letters.at(-1)?.text).toBe("fault 15; and 24 more");
  expect(partLetters(uplink, 9, [])).toEqual([]);
});

test("a whole uplink is one letter that counts one, with the frame where that began before", () => {
  const part = Buffer.from("a frame of several uplinks");
  const one = wholeLetter(uplink, 1, [{ reason: "FRAME_CRC", text: "bad", count: 3, part }]);
  expect([one.count, one.payload]).toEqual([1, part]);
  const two = wholeLetter(uplink, 1, [
    { reason: "FRAME_NOISE", text: "noise" },
    { reason: "FRAME_CRC", text: "bad" },
  ]);
  expect([two.count, two.reason, two.text]).toEqual([1, "FRAME_NOISE", "noise; and 1 more"]);
});

test("the door keeps no more letters of a batch than it keeps at all", async () => {
  const city = world(() => ({ deadLettersMax: 3 }));
  const { deadLetters, batch } = await city.send(...Array.from({ length: 9 }, () => uplink));
  expect(deadLetters.map((each) => each.position)).toEqual([6, 7, 8]);
  expect(batch.ledger.putAside).toBe(9);
  await city.ingest.saveDeadLetters(sql, deadLetters);
  expect((await city.ingest.listDeadLetters(sql, { limit: 10 })).items).toHaveLength(3);
});
