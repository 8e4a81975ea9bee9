/** The embedded database: the contract, and what is SQLite's alone. */
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Libsql from "libsql";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { count, describeDatabase, failureOf, MIGRATIONS } from "./database.contract.ts";
import { createDatabase, type DatabaseDoor } from "./database.ts";

let folder: string;
let file: string;
const doors: DatabaseDoor[] = [];

async function begin(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-database-"));
  file = join(folder, "gridwarden.db");
}

async function end(): Promise<void> {
  for (const door of doors.splice(0)) await door.close();
  await rm(folder, { recursive: true, force: true });
}

describe("the contract", () => {
  describeDatabase({
    ...{ begin, end },
    make: (deps, options) => createDatabase(deps, { file, ...options }),
    shown: () => file,
    maker: () => ({
      module: new URL("./database.ts", import.meta.url).href,
      name: "createDatabase",
      options: { file },
    }),
    details: {
      unique: { sqliteCode: "SQLITE_CONSTRAINT_UNIQUE" },
      foreignKey: { sqliteCode: "SQLITE_CONSTRAINT_FOREIGNKEY" },
    },
  });
});

describe("SQLite alone", () => {
  beforeEach(begin);
  afterEach(end);

  async function openDatabase(): Promise<DatabaseDoor> {
    const door = createDatabase({ log: silentLog, metrics: memoryMetrics() }, { file });
    doors.push(door);
    await door.open(MIGRATIONS);
    return door;
  }

  test("a full disk rolls back whole, says so, and the next transaction works", async () => {
    const door = await openDatabase();
    await door.transaction((tx) => tx.all("pragma max_page_count = 40"));
    const error = await failureOf(
      door.transaction(async (tx) => {
        for (let id = 0; id < 1_000; id += 1) {
          await tx
            .run("insert into things (id, name) values (?, ?)", [id, `${id}`.padEnd(4_000, "x")])
            .catch((caught: unknown) => {
              if (id > 900) throw caught;
            });
        }
      }),
    );
    expect(error.message).toContain("the transaction is over");
    const told = await failureOf(
      door.transaction((tx) =>
        tx.run("insert into things (name) values (?)", ["x".repeat(400_000)]),
      ),
    );
    expect(told.message).toContain("the disk is full; free space");
    expect(await count(door)).toBe(0);
    await door.transaction((tx) => tx.run("insert into things (id) values (1)"));
    expect(await count(door)).toBe(1);
  });

  test("a file that is no database and a folder that cannot be made are told by name", async () => {
    await writeFile(file, "not a database at all ".repeat(200));
    expect((await failureOf(openDatabase())).message).toContain("is not a database");
    file = join(file, "below", "x.db");
    expect((await failureOf(openDatabase())).message).toContain("the folder of database");
  });

  test("a check tells of tables changed by hand and of rows that point nowhere", async () => {
    const door = await openDatabase();
    const hand = new Libsql(file);
    hand.exec("pragma foreign_keys = off");
    hand.exec("alter table things add column colour text");
    hand.exec("drop index parts_thing");
    hand.exec("create table scratch (id)");
    hand.exec("insert into parts (id, thing) values (5, 404)");
    hand.close();
    const faults = await door.check(MIGRATIONS);
    expect(faults).toHaveLength(4);
    expect(faults[0]).toContain("table things is");
    expect(faults.slice(1)).toEqual([
      "index parts_thing is missing",
      "table scratch is of no migration",
      "row 5 of 'parts' points at no row of 'things'",
    ]);
  });

  test("the log is carried into the file between transactions", async () => {
    const door = await openDatabase();
    const write = (number: number) =>
      door.transaction((tx) => tx.run("insert into things (id) values (?)", [number]));
    for (let number = 1; number <= 250; number += 1) await write(number);
    // The file alone, as if its log were lost.
    const copy = `${file}.copy`;
    await vi.waitFor(async () => {
      await copyFile(file, copy);
      const hand = new Libsql(copy);
      const [row] = hand.prepare("select count(*) as n from things").all() as { n: number }[];
      hand.close();
      expect(row?.n).toBeGreaterThanOrEqual(100);
    });
  });
});
