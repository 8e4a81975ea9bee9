/**
 * A table that a city replaces, on a real database: what a transaction that fails leaves behind,
 * what a restart takes up, which versions are kept, and what a later release ships beside it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createFilingTables, type FilingTables } from "../cases/cases.ts";
import { filingTableMigrations } from "../cases/filing-table-versions.ts";
import type { DatabaseDoor } from "../database/database.ts";
import type { AssetClass } from "../model/asset-class.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { readRecords } from "../registry/registry.ts";
import { createTestDatabase } from "./support/city-database.ts";

const NOW = Date.UTC(2026, 10, 23, 1);
const CONTENT = "prefix,limitClass,note";
const wish = (version?: number) => ({ version, by: "admin", isLifeSafetyConfirmed: false });

let folder: string;
let database: DatabaseDoor;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gridwarden-tables-"));
  database = createTestDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(folder, "city.db") },
  );
  await database.open(filingTableMigrations);
});

afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function tablesOf(classes: readonly AssetClass[] = ASSET_CLASSES): Promise<FilingTables> {
  const registry = { unit: () => undefined };
  const tables = createFilingTables({ classes, registry, rules: () => [], readRecords });
  await tables.load(database.reader);
  return tables;
}

type Table = FilingTables["conditions"] | FilingTables["areas"] | FilingTables["categories"];

/** As the engine does it: taken over once the transaction has committed. */
async function put(table: Table, text: string, version = table.state().version, at = NOW) {
  const read = await table.read(text);
  const done = await database.transaction((tx) =>
    table.replace(tx, read as never, wish(version), at),
  );
  done.committed();
  return done.value;
}

const shippedFile = async (tables: FilingTables): Promise<string> =>
  (await tables.conditions.csv(database.reader, 0)).text;

test("a transaction that fails after the table was written leaves the one that stood", async () => {
  const tables = await tablesOf();
  const read = await tables.areas.read(`${CONTENT}\n411524,A,`);
  const failing = database.transaction(async (tx) => {
    await tables.areas.replace(tx, read, wish(0), NOW);
    throw new Error("no room on the disk");
  });
  await expect(failing).rejects.toThrow("no room");
  expect(tables.areas.state()).toMatchObject({ version: 0, rows: [] });
  const limit = tables.book.limitFor(tables.book.general("event"), { gridCell: "41152400100101" });
  expect(limit).toMatchObject({ limitClass: "B", conditionVersion: 0 });
  expect((await tablesOf()).areas.state().version).toBe(0);
  expect(await put(tables.areas, `${CONTENT}\n411524,A,`)).toMatchObject({ version: 1 });
});

test("the book and the classes that were handed out read the new table", async () => {
  const tables = await tablesOf();
  const { book, classes } = tables;
  const cover = classes.find(({ slug }) => slug === "manhole-cover");
  const file = (await shippedFile(tables)).replace(
    /manhole-cover,cover-rattle,.*/,
    (row) => `${row}\r\n${row.replace("cover-rattle", "cover-stolen").replace(",2,", ",1,")}`,
  );
  expect(book.find("manhole-cover", "cover-stolen")).toBeUndefined();
  expect(await put(tables.conditions, file)).toMatchObject({
    version: 1,
    added: ["manhole-cover/cover-stolen"],
    changed: [],
    removed: [],
  });
  expect(book.ofClass("manhole-cover", "cover-stolen")).toMatchObject({
    limit: { value: 1, unit: "working-day" },
  });
  expect(cover?.conditions.map((each) => each.conditionId)).toContain("cover-stolen");
  expect(cover?.measurements.length).toBeGreaterThan(5);
});

test("a restart takes up what was put, and an older version is put again from its file", async () => {
  const first = await tablesOf();
  await put(first.areas, `${CONTENT}\n411524,A,one`);
  await put(first.areas, `${CONTENT}\n411524,C,two\n411525,A,`);
  const again = await tablesOf();
  expect(again.areas.state()).toMatchObject({ version: 2, rows: [{ limitClass: "C" }, {}] });
  const { text, version } = await again.areas.csv(database.reader, 1);
  expect([version, text]).toEqual([1, "\uFEFFprefix,limitClass,note\r\n411524,A,one\r\n"]);
  expect(await put(again.areas, text, 2, NOW + 1)).toMatchObject({
    version: 3,
    removed: ["411525"],
    changed: [
      {
        key: "411524",
        cells: [
          { column: "limitClass", from: "C", to: "A" },
          { column: "note", from: "two", to: "one" },
        ],
      },
    ],
  });
  const versions = await again.areas.versions(database.reader);
  expect(versions.map((each) => [each.version, each.added, each.changed, each.removed])).toEqual([
    [3, 0, 1, 1],
    [2, 1, 1, 0],
    [1, 1, 0, 0],
  ]);
  expect(versions[0]).toMatchObject({ changedAt: NOW + 1, changedBy: "admin" });
});

test("an old version is refused, and a file that says what stands makes none", async () => {
  const { areas } = await tablesOf();
  await put(areas, `${CONTENT}\n411524,A,`);
  await expect(put(areas, `${CONTENT}\n411524,B,`, 0)).rejects.toMatchObject({
    code: "TABLE_VERSION_CONFLICT",
    details: { version: 1 },
  });
  expect(await put(areas, `${CONTENT}\n411524,A,`)).toMatchObject({ version: 1, changed: [] });
  expect(await areas.versions(database.reader)).toHaveLength(1);
});

test("a version that is not kept is not found", async () => {
  const { areas } = await tablesOf();
  const asked = areas.csv(database.reader, 7);
  await expect(asked).rejects.toMatchObject({ code: "TABLE_VERSION_NOT_FOUND" });
});

test("so many versions are kept and no more, the oldest go", async () => {
  const { areas } = await tablesOf();
  for (let n = 0; n <= LIMITS.cityTableVersionsMax; n += 1) {
    await put(areas, `${CONTENT}\n411524,${n % 2 === 0 ? "A" : "C"},`);
  }
  const versions = await areas.versions(database.reader);
  expect(versions).toHaveLength(LIMITS.cityTableVersionsMax);
  expect(versions.at(-1)?.version).toBe(2);
});

test("any fault refuses the whole file, and says how many there are", async () => {
  const { areas } = await tablesOf();
  const refused = put(areas, `${CONTENT}\n411524,A,\n12,A,\n411525,D,`);
  await expect(refused).rejects.toMatchObject({
    code: "TABLE_INVALID",
    message: expect.stringMatching(/row 2, 'prefix': got '12'.*1 more; nothing was changed/),
    details: { faultCount: 2, faults: [{ row: 2 }, { row: 3 }] },
  });
  expect(areas.state().version).toBe(0);
});

test("a row that a later release ships is there beside the city's; one that it dropped is not", async () => {
  const before = ASSET_CLASSES.filter(({ slug }) => slug !== "pump-station");
  const first = await tablesOf(before);
  const file = await shippedFile(first);
  await put(first.conditions, file.replace(/manhole-cover,cover-subsidence,.*\r\n/, ""));
  const later = await tablesOf();
  expect(later.book.ofClass("pump-station", "pump-failure")).toBeDefined();
  expect(later.book.ofClass("manhole-cover", "cover-subsidence")).toBeUndefined();
  expect(later.conditions.state().version).toBe(1);
});

test("the code system that the city works by is kept with its table of categories", async () => {
  const tables = await tablesOf();
  const lamp = "4115240118000001";
  const { lampOff } = { lampOff: tables.book.ofClass("streetlight", "lamp-off") };
  if (lampOff === undefined) throw new Error("no such row");
  expect(tables.book.categoryOf(lampOff, "4115240137000001")).toBe("0137");
  const read = await tables.categories.read((await tables.categories.csv(database.reader)).text);
  const asked = { ...wish(0), setting: "CJ/T 214" };
  const done = await database.transaction((tx) => tables.categories.replace(tx, read, asked, NOW));
  done.committed();
  expect(done.value).toMatchObject({ version: 1, setting: "CJ/T 214", changed: [] });
  const again = await tablesOf();
  expect(again.book.categoryOf(lampOff, "4115240137000001")).toBe("0118");
  expect(again.book.categoryOf(lampOff, lamp)).toBe("0118");
});
