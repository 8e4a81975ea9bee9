/**
 * What a room may rely on, whichever database it is handed: run against SQLite, and against a real
 * PostgreSQL.
 */
import { spawn } from "node:child_process";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Migration, SqlValue } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import type { DatabaseDoor } from "./database.ts";

export interface DatabaseUnderTest {
  /** Of a database that is empty when a test begins. */
  make(
    deps: { log: typeof silentLog; metrics: MemoryMetrics },
    options: { transactionWaitMsMax?: number },
  ): DatabaseDoor;
  /** How an error names it. */
  shown(): string;
  /** What a process of its own needs to open it: the module, the name of its maker, its options. */
  maker(): { module: string; name: string; options: object };
  details: { unique: object; foreignKey: object };
  begin(): Promise<void>;
  end(): Promise<void>;
}

export const MIGRATIONS: Migration[] = [
  {
    id: "test-0001-things",
    statements: [
      "create table things (id integer primary key, name text unique, bytes blob, share real)",
    ],
  },
  {
    id: "test-0002-parts",
    statements: [
      "create table parts (id integer primary key, thing integer references things(id))",
      "create index parts_thing on parts (thing)",
    ],
  },
];

const ACCOUNTS: Migration[] = [
  {
    id: "test-0001-accounts",
    statements: [
      "create table accounts (name text primary key, units integer not null)",
      "create table notes (number integer primary key, text text not null)",
      "insert into accounts values ('a', 1000000), ('b', 0)",
    ],
  },
];

export async function failureOf(promise: Promise<unknown>): Promise<GridwardenError> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof GridwardenError) return error;
  throw new Error(`wanted a GridwardenError, got ${String(error)}`);
}

export function count(door: DatabaseDoor): Promise<number> {
  return door.reader
    .get<{ n: number }>("select count(*) as n from things")
    .then((row) => row?.n ?? -1);
}

/** Moves one unit between two accounts and notes it, until it is killed; prints what is committed. */
const TRANSFERS_WITHOUT_END = `
  const load = (url) => import(url);
  const { module, name, options, migrations } = JSON.parse(process.argv[1]);
  const { silentLog } = await load("${new URL("../model/log.ts", import.meta.url).href}");
  const { memoryMetrics } = await load("${new URL("../model/metrics.ts", import.meta.url).href}");
  const deps = { log: silentLog, metrics: memoryMetrics() };
  const database = (await load(module))[name](deps, options);
  await database.open(migrations);
  for (;;) {
    const number = await database.transaction(async (tx) => {
      await tx.run("update accounts set units = units - 1 where name = 'a'");
      await new Promise((resolve) => setImmediate(resolve));
      await tx.run("update accounts set units = units + 1 where name = 'b'");
      const { units } = await tx.get("select units from accounts where name = 'b'");
      await tx.run("insert into notes values (?, ?)", [units, "x".repeat(500)]);
      return units;
    });
    process.stdout.write(number + "\\n");
  }
`;

export function describeDatabase(about: DatabaseUnderTest): void {
  let metrics: MemoryMetrics;
  const doors: DatabaseDoor[] = [];

  beforeEach(async () => {
    metrics = memoryMetrics();
    await about.begin();
  });

  afterEach(async () => {
    for (const door of doors.splice(0)) await door.close();
    await about.end();
  });

  async function openDatabase(migrations = MIGRATIONS, waitMsMax?: number): Promise<DatabaseDoor> {
    const door = about.make(
      { log: silentLog, metrics },
      waitMsMax === undefined ? {} : { transactionWaitMsMax: waitMsMax },
    );
    doors.push(door);
    await door.open(migrations);
    return door;
  }

  test("what a transaction wrote is read back with its types, also after a restart", async () => {
    const first = await openDatabase();
    const bytes = new Uint8Array([9, 0, 1, 2, 9]).subarray(1, 4);
    await first.transaction(async (tx) => {
      expect(
        await tx.run("insert into things values (?, ?, ?, ?)", [1, "井盖 😀", bytes, 0.1]),
      ).toEqual({ changes: 1 });
      await tx.run("insert into things values (?, ?, ?, ?)", [2, null, null, 5]);
    });
    await first.close();
    const second = await openDatabase();
    expect(await second.reader.all("select * from things order by id")).toEqual([
      { id: 1, name: "井盖 😀", bytes: new Uint8Array([0, 1, 2]), share: 0.1 },
      { id: 2, name: null, bytes: null, share: 5 },
    ]);
    expect(await second.reader.get("select id from things where id = ?", [2])).toEqual({ id: 2 });
    expect(await second.reader.get("select id from things where id = ?", [3])).toBeUndefined();
  });

  test("any value that may be bound comes back as it was", async () => {
    const door = await openDatabase([]);
    const value = fc.oneof(
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
      fc.string({ unit: "grapheme" }),
      fc.uint8Array({ maxLength: 40 }),
      fc.constant(null),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 6 }), async (values) => {
        const columns = values.map((_, index) => `? as c${index}`).join(", ");
        const row = await door.reader.get<Record<string, SqlValue>>(`select ${columns}`, values);
        values.forEach((wanted, index) => {
          // SQLite has no negative zero among whole numbers.
          expect(row?.[`c${index}`]).toEqual(wanted === 0 ? 0 : wanted);
        });
      }),
      { numRuns: 200 },
    );
  });

  test("whole numbers are bound as integers, so that they divide and store as integers", async () => {
    const door = await openDatabase([]);
    expect(
      await door.reader.get("select ? / 1000 as s, ? / 2 as half", [1_795_307_400_999, 5]),
    ).toEqual({ s: 1_795_307_400, half: 2 });
  });

  test.each<[string, string, unknown[], string | RegExp]>([
    ["a boolean", "select ? as x", [true], "parameter 1 is a boolean"],
    ["NaN", "select ? as x", [Number.NaN], "parameter 1 is NaN"],
    ["undefined", "select ?, ? as x", [1, undefined], "parameter 2 is a undefined"],
    ["too few parameters", "select ?, '?' as x -- ?", [], "has 1 parameters ('?'), 0 values came"],
    [
      "too many parameters",
      'select 1 as "?" /* ? */',
      [1],
      "has 0 parameters ('?'), 1 values came",
    ],
    [
      "a wrong statement",
      "select colour from things",
      [],
      /no such column: colour|column "colour" does not exist/,
    ],
    ["a write by the reader", "delete from things", [], /readonly database|read-only transaction/],
  ])("%s is refused with what was wrong", async (_, sql, parameters, text) => {
    const door = await openDatabase();
    const error = await failureOf(door.reader.all(sql, parameters as SqlValue[]));
    expect(error.code).toBe("DATABASE_FAILED");
    expect(error.message).toMatch(text);
    expect(error.message).toContain(about.shown());
  });

  test("an error in the work rolls back everything and is thrown on", async () => {
    const door = await openDatabase();
    const mine = new Error("mine");
    const work = door.transaction(async (tx) => {
      await tx.run("insert into things (id) values (1)");
      throw mine;
    });
    await expect(work).rejects.toBe(mine);
    expect(await count(door)).toBe(0);
    await door.transaction((tx) => tx.run("insert into things (id) values (2)"));
    expect(await count(door)).toBe(1);
    expect(
      metrics.value("gridwarden_database_transactions_total", { outcome: "rolled-back" }),
    ).toBe(1);
    expect(metrics.value("gridwarden_database_transactions_total", { outcome: "committed" })).toBe(
      1,
    );
  });

  test("a broken constraint names itself and can be told from a broken disk", async () => {
    const door = await openDatabase();
    const error = await failureOf(
      door.transaction(async (tx) => {
        await tx.run("insert into things (id, name) values (1, 'a')");
        await tx.run("insert into things (id, name) values (2, 'a')");
      }),
    );
    expect(error.details).toEqual(about.details.unique);
    expect(await count(door)).toBe(0);
    const orphan = await failureOf(
      door.transaction((tx) => tx.run("insert into parts (id, thing) values (1, 77)")),
    );
    expect(orphan.details).toEqual(about.details.foreignKey);
  });

  test("transactions run one at a time in the order of asking", async () => {
    const door = await openDatabase();
    const steps: string[] = [];
    await Promise.all(
      [1, 2, 3].map((number) =>
        door.transaction(async (tx) => {
          steps.push(`begin ${number}`);
          await tx.run("insert into things (id) values (?)", [number]);
          await new Promise((resolve) => setImmediate(resolve));
          await tx.run("update things set name = ? where id = ?", [`n${number}`, number]);
          steps.push(`end ${number}`);
        }),
      ),
    );
    expect(steps).toEqual(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
  });

  test("the reader does not see what is not committed, and does not wait for it", async () => {
    const door = await openDatabase();
    const seen: number[] = [];
    await door.transaction(async (tx) => {
      await tx.run("insert into things (id) values (1)");
      seen.push(await count(door));
      expect(await tx.get("select id from things")).toEqual({ id: 1 });
    });
    seen.push(await count(door));
    expect(seen).toEqual([0, 1]);
  });

  test("a transaction asked for inside another is refused instead of waiting for ever", async () => {
    const door = await openDatabase(MIGRATIONS, 20);
    const error = await failureOf(
      door.transaction(() =>
        door.transaction((tx) => tx.run("insert into things (id) values (1)")),
      ),
    );
    expect(error.message).toContain("waited too long");
    await door.transaction((tx) => tx.run("insert into things (id) values (2)"));
    expect(await count(door)).toBe(1);
  });

  test("a statement after the end of its transaction is refused", async () => {
    const door = await openDatabase();
    const late = await door.transaction(
      async (tx) => () => tx.run("insert into things (id) values (1)"),
    );
    expect((await failureOf(late())).message).toContain("the transaction is over");
    expect(await count(door)).toBe(0);
  });

  test("migrations run once, in order of id, and each is whole or absent", async () => {
    const [first, second] = MIGRATIONS;
    if (first === undefined || second === undefined) throw new Error("two migrations are needed");
    const door = await openDatabase([second, first]);
    expect(await door.check(MIGRATIONS)).toEqual([]);
    await door.close();
    const broken: Migration = {
      id: "test-0003-broken",
      statements: ["create table half (id integer)", "create nonsense"],
    };
    expect((await failureOf(openDatabase([...MIGRATIONS, broken]))).code).toBe("DATABASE_FAILED");
    const again = await openDatabase();
    expect(await again.check(MIGRATIONS)).toEqual([]);
    expect(
      await again.check([
        ...MIGRATIONS,
        { ...broken, statements: ["create table half (id integer)"] },
      ]),
    ).toEqual([
      expect.stringMatching(/half.* is missing/),
      "migration test-0003-broken is not applied",
    ]);
  });

  test("a migration changed after it ran, and one of a newer version, are refused by name", async () => {
    await (await openDatabase()).close();
    const changed = MIGRATIONS.map((migration) => ({
      ...migration,
      statements: [...migration.statements, "create table more (id integer)"],
    })).slice(1);
    const mismatch = await failureOf(openDatabase([...MIGRATIONS.slice(0, 1), ...changed]));
    expect(mismatch.code).toBe("DATABASE_SCHEMA_MISMATCH");
    expect(mismatch.message).toContain("'test-0002-parts'");
    const newer = await failureOf(openDatabase(MIGRATIONS.slice(0, 1)));
    expect(newer.code).toBe("DATABASE_SCHEMA_MISMATCH");
    expect(newer.message).toContain("test-0002-parts; it was made by a newer version");
  });

  test("close waits for the transactions that were asked for and refuses new ones", async () => {
    const door = await openDatabase();
    const asked = [1, 2].map((id) =>
      door.transaction((tx) => tx.run("insert into things (id) values (?)", [id])),
    );
    const closed = door.close();
    expect((await failureOf(door.transaction((tx) => tx.all("select 1")))).message).toContain(
      "closing",
    );
    await Promise.all([...asked, closed, door.close()]);
    expect((await failureOf(door.reader.all("select 1"))).message).toContain("not open");
    expect(await count(await openDatabase())).toBe(2);
  });

  test("statements are prepared once and more of them than are kept still work", async () => {
    const door = await openDatabase([]);
    for (let round = 0; round < 2; round += 1) {
      for (let number = 0; number < 600; number += 1) {
        expect(await door.reader.get(`select ${number} as n, ? as r`, [round])).toEqual({
          n: number,
          r: round,
        });
      }
    }
  });

  test("kill -9 in the middle of transactions leaves each whole or absent, none acknowledged is lost", async () => {
    let acknowledged = 0;
    for (const killAfter of [5, 40, 90, 260]) {
      const told = JSON.stringify({ ...about.maker(), migrations: ACCOUNTS });
      const child = spawn(
        process.execPath,
        ["--import", "tsx", "--input-type=module", "--eval", TRANSFERS_WITHOUT_END, told],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      let text = "";
      child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        if (text.split("\n").length > killAfter) child.kill("SIGKILL");
      });
      await new Promise((resolve) => child.once("close", resolve));
      acknowledged = Number(text.slice(0, text.lastIndexOf("\n")).split("\n").at(-1));
      expect(acknowledged).toBeGreaterThan(0);
      const door = await openDatabase(ACCOUNTS);
      const [a, b] = await door.reader.all<{ units: number }>(
        "select units from accounts order by name",
      );
      const notes = await door.reader.all("select count(*) as n, max(number) as top from notes");
      await door.close();
      expect((a?.units ?? 0) + (b?.units ?? 0)).toBe(1_000_000);
      expect(notes).toEqual([{ n: b?.units, top: b?.units }]);
      expect(b?.units).toBeGreaterThanOrEqual(acknowledged);
    }
  });

  test("texts are in order of code point", async () => {
    const door = await openDatabase();
    const names = ["b", "B", "a", "Z", "é", "井", "_", "10", "9", "\uFFFE0", "😀", ""];
    await door.transaction(async (tx) => {
      for (const [id, name] of names.entries()) {
        await tx.run("insert into things (id, name) values (?, ?)", [id, name]);
      }
    });
    const rows = await door.reader.all<{ name: string }>("select name from things order by name");
    const bytes = (text: string): string => Buffer.from(text).toString("hex");
    names.sort((one, other) => (bytes(one) < bytes(other) ? -1 : 1));
    expect(rows.map((row) => row.name)).toEqual(names);
  });

  test("a refused statement can be taken back to a savepoint; swallowed without one nothing is half done", async () => {
    const door = await openDatabase();
    await door.transaction(async (tx) => {
      await tx.run("insert into things (id) values (1)");
      await tx.run("savepoint one");
      await tx.run("insert into things (id) values (1)").catch(() => {});
      await tx.run("rollback to one");
      await tx.run("release one");
      await tx.run("insert into things (id) values (2)");
    });
    expect(await count(door)).toBe(2);
  });
}
