import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../../model/clock.ts";
import { silentLog } from "../../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../../model/metrics.ts";
import { FLAG_BITS } from "../../model/reading.ts";
import { createEmbeddedStore, type EmbeddedStoreOptions } from "./embedded-store.ts";
import {
  AGGREGATES,
  batchOf,
  DAY,
  expectSame,
  modelAnswer,
  type Row,
  rawQuery,
  seriesOf,
} from "./reading-model.ts";
import { describeReadingStore } from "./reading-store.contract.ts";
import type { ReadingQuery, ReadingStore } from "./reading-store.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "gridwarden-store-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

function storeIn(
  directory: string,
  more: Partial<EmbeddedStoreOptions> & { metrics?: MemoryMetrics } = {},
): ReadingStore {
  const { metrics, ...options } = more;
  const deps = { log: silentLog, metrics: metrics ?? memoryMetrics() };
  const store = createEmbeddedStore(deps, { directory, commitPauseMs: 0, ...options });
  cleanups.push(() => store.close());
  return store;
}

const sealedFiles = (directory: string): Promise<string[]> =>
  readdir(path.join(directory, "sealed"));

describeReadingStore("the embedded store", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "gridwarden-store-"));
  const make = () =>
    createEmbeddedStore({ log: silentLog, metrics: memoryMetrics() }, { directory });
  return {
    store: make(),
    again: make,
    remove: () => rm(directory, { recursive: true, force: true }),
  };
});

const anyRow = fc.record(
  {
    seriesId: fc.integer({ min: 1, max: 4 }),
    at: fc.integer({ min: -2 * 48, max: 4 * 48 }).map((half) => DAY + half * (HOUR_MS / 2) + half),
    value: fc.oneof(
      fc.integer({ min: -400, max: 4_000 }).map((tenths) => tenths / 10),
      fc.double({ min: -1e12, max: 1e12, noNaN: true }).map((value) => value + 0),
    ),
    flags: fc.constantFrom(0, 0, 0, FLAG_BITS.late, FLAG_BITS.range, FLAG_BITS["hj212-F"]),
    lagMs: fc.integer({ min: -300_000, max: 40 * DAY_MS }),
    key: fc.integer({ min: 0, max: 2 ** 40 }),
    min: fc.double({ noNaN: true, noDefaultInfinity: true }),
  },
  { requiredKeys: ["seriesId", "at", "value", "flags", "lagMs"] },
);

/** Rows of which no two have the same key. */
const anyRows = fc.array(anyRow, { minLength: 1, maxLength: 120 }).map((rows) => {
  const keys = new Set<string>();
  return rows
    .filter((row) => {
      const key = `${row.seriesId} ${row.key === undefined ? row.at : `seq ${row.key}`}`;
      return !keys.has(key) && keys.add(key);
    })
    .map(({ lagMs, ...row }): Row => ({ ...row, receivedAt: row.at + lagMs }));
});

const anyQuery = fc.record({
  from: fc.integer({ min: -60, max: 60 }).map((hours) => DAY + hours * HOUR_MS),
  hours: fc.integer({ min: 1, max: 200 }),
  goodOnly: fc.boolean(),
  fn: fc.constantFrom(undefined, ...AGGREGATES),
  everyHours: fc.constantFrom(0.5, 1, 7, 24),
  originHours: fc.integer({ min: -500, max: 500 }),
  pointsPerSeriesMax: fc.constantFrom(3, 50_000),
});
type AnyQuery = typeof anyQuery extends fc.Arbitrary<infer T> ? T : never;

test("sealing changes no answer: queries, look-ups, newest rows and seqs stay as they were", async () => {
  const options = { partRowsMax: 20, lateRowsMin: 1, lateShareMin: 0, sealDelayMs: 0 };
  const store = storeIn(await temporaryDirectory(), options);
  await store.open();
  const everything: Row[] = [];
  let position = 0;
  let seriesIds: number[] = [];
  const append = (rows: readonly Row[], ids: number[] = []) => {
    const series = seriesOf(...ids).map((one) => ({
      ...one,
      retentionDays: one.seriesId % 2 === 0 ? 60 : 90,
    }));
    position += 1;
    everything.push(...rows);
    return store.append(batchOf(position, rows, series));
  };
  const check = async (rows: readonly Row[], queries: readonly ReadingQuery[]): Promise<void> => {
    for (const query of [rawQuery(seriesIds), ...queries]) {
      expectSame(await store.query(query), modelAnswer(rows, query));
    }
    expect(await store.lookup(rows.map(keyOf))).toEqual(rows.map((row) => row.value));
    expect((await store.size()).rows).toBe(everything.length);
  };
  await fc.assert(
    fc.asyncProperty(anyRows, fc.array(anyQuery, { maxLength: 8 }), async (anyOfRun, asked) => {
      // Every run has series of its own, in days that earlier runs have sealed.
      const first = position * 4 + 1;
      seriesIds = [first, first + 1, first + 2, first + 3];
      const rows = anyOfRun.map((row) => ({ ...row, seriesId: first - 1 + row.seriesId }));
      const queries = asked.map((ask) => queryOf(ask, seriesIds));
      const half = Math.floor(rows.length / 2);
      await append(rows.slice(0, half), seriesIds);
      await check(rows.slice(0, half), queries);
      await store.maintain(DAY + 2 * DAY_MS);
      await check(rows.slice(0, half), queries);
      await append(rows.slice(half));
      await check(rows, queries);
      await store.maintain(DAY + 10 * DAY_MS);
      await check(rows, queries);
    }),
    { numRuns: 8 },
  );
  await store.close();
  const state = await store.open();
  seriesIds = state.series.map(({ seriesId }) => seriesId);
  await check(everything, []);
  const newest = new Map<number, number>();
  for (const { seriesId, at } of everything) {
    newest.set(seriesId, Math.max(at, newest.get(seriesId) ?? 0));
  }
  for (const { seriesId, observedAt, newestSeq } of state.series) {
    expect(observedAt).toBe(newest.get(seriesId) ?? 0);
    const seqs = everything.flatMap((row) => (row.seriesId === seriesId ? (row.key ?? []) : []));
    expect(newestSeq).toBe(seqs.length === 0 ? undefined : Math.max(...seqs));
  }
});

function keyOf(row: Row) {
  return { seriesId: row.seriesId, key: row.key ?? row.at, isSeq: row.key !== undefined };
}

function queryOf(ask: AnyQuery, seriesIds: number[]): ReadingQuery {
  const { from, hours, goodOnly, pointsPerSeriesMax, fn, everyHours, originHours } = ask;
  const bucket = fn && {
    fn,
    everyMs: everyHours * HOUR_MS,
    originMs: DAY + originHours * HOUR_MS,
  };
  return {
    seriesIds,
    from,
    to: from + hours * HOUR_MS,
    goodOnly,
    pointsPerSeriesMax,
    ...(bucket && { bucket }),
  };
}

test("a day is sealed an hour after its end, and its late rows stay beside it until they are many", async () => {
  const directory = await temporaryDirectory();
  const store = storeIn(directory, { lateRowsMin: 3 });
  await store.open();
  const rows: Row[] = [1, 2, 3].map((at) => ({ seriesId: 1, at: DAY + at, value: at }));
  await store.append(batchOf(1, rows, seriesOf(1)));
  await store.maintain(DAY + DAY_MS + HOUR_MS - 1);
  expect(await sealedFiles(directory)).toEqual([]);
  await store.maintain(DAY + DAY_MS + HOUR_MS);
  const [sealed] = await sealedFiles(directory);
  expect(sealed).toMatch(/^2026-11-20-/);
  const late: Row[] = [4, 5].map((at) => ({ seriesId: 1, at: DAY + at, value: at }));
  await store.append(batchOf(2, late));
  await store.maintain(DAY + 2 * DAY_MS);
  expect(await sealedFiles(directory)).toEqual([sealed]);
  const last: Row = { seriesId: 1, at: DAY, value: 0 };
  await store.append(batchOf(3, [last]));
  expectSame(
    await store.query(rawQuery([1])),
    modelAnswer([...rows, ...late, last], rawQuery([1])),
  );
  await store.maintain(DAY + 2 * DAY_MS);
  const files = await sealedFiles(directory);
  expect(files).toHaveLength(1);
  expect(files).not.toEqual([sealed]);
  expectSame(
    await store.query(rawQuery([1])),
    modelAnswer([...rows, ...late, last], rawQuery([1])),
  );
});

test("a reading that was stored twice is met when its day is sealed, and the first one stands", async () => {
  const directory = await temporaryDirectory();
  const metrics = memoryMetrics();
  const store = storeIn(directory, { metrics });
  await store.open();
  const rows: Row[] = [
    { seriesId: 1, at: DAY, value: 2, receivedAt: DAY + 20 },
    { seriesId: 1, at: DAY, value: 1, receivedAt: DAY + 10 },
    { seriesId: 2, at: DAY, value: 1 },
    { seriesId: 3, at: DAY + 10, value: 6, key: 5 },
    { seriesId: 3, at: DAY + 20, value: 7, key: 5 },
    { seriesId: 3, at: DAY + 20, value: 8, key: 6 },
  ];
  await store.append(batchOf(1, rows, seriesOf(1, 2, 3)));
  await store.maintain(DAY + 2 * DAY_MS);
  expect(metrics.value("gridwarden_store_duplicates_total")).toBe(2);
  const answer = await store.query(rawQuery([1, 2, 3]));
  expect(answer.map((series) => series.points.map(([, value]) => value))).toEqual([
    [1],
    [1],
    [6, 8],
  ]);
  expect((await store.size()).rows).toBe(4);
});

test("what is past its class's retention goes with its file, and nothing goes before 30 days", async () => {
  const directory = await temporaryDirectory();
  const store = storeIn(directory, { lateRowsMin: 100 });
  await store.open();
  const series = seriesOf(1, 2).map((one) => ({ ...one, retentionDays: one.seriesId * 40 }));
  const rows = [1, 2].map((seriesId) => ({ seriesId, at: DAY, value: seriesId }));
  await store.append(batchOf(1, rows, series));
  await store.maintain(DAY + 2 * DAY_MS);
  const late = [1, 2].map((seriesId) => ({ seriesId, at: DAY + 5, value: 10 * seriesId }));
  await store.append(batchOf(2, late));
  const files = await sealedFiles(directory);
  expect(files).toHaveLength(2);
  await store.maintain(DAY + 41 * DAY_MS - 1);
  expect(await sealedFiles(directory)).toEqual(files);
  await store.maintain(DAY + 41 * DAY_MS);
  expect(await sealedFiles(directory)).toHaveLength(1);
  const left = [...rows, ...late].filter((row) => row.seriesId === 2);
  expectSame(await store.query(rawQuery([1, 2])), modelAnswer(left, rawQuery([1, 2])));
  expect((await store.size()).rows).toBe(2);
  await store.close();
  const state = await store.open();
  expect(state.series.map(({ observedAt }) => observedAt)).toEqual([0, DAY + 5]);
  await store.maintain(DAY + 81 * DAY_MS);
  expect(await sealedFiles(directory)).toEqual([]);
  expect((await store.size()).rows).toBe(0);
});

test("a folder that an older version wrote is taken over with the seqs of its sealed days", async () => {
  const directory = await temporaryDirectory();
  const store = storeIn(directory);
  await store.open();
  const rows: Row[] = [
    { seriesId: 1, at: DAY, value: 1, key: 8 },
    { seriesId: 1, at: DAY + 1, value: 2, key: 7 },
    { seriesId: 2, at: DAY + 2, value: 3 },
  ];
  await store.append(batchOf(1, rows, seriesOf(1, 2)));
  await store.maintain(DAY + 2 * DAY_MS);
  await store.append(batchOf(2, [{ seriesId: 2, at: DAY + 2 * DAY_MS, value: 3, key: 5 }]));
  await store.close();
  await inFile(directory, [
    "alter table newest drop column seq",
    "delete from format",
    "insert into format values (1)",
  ]);
  for (let time = 0; time < 2; time += 1) {
    const { series } = await store.open();
    expect(series.map(({ observedAt, newestSeq }) => [observedAt - DAY, newestSeq])).toEqual([
      [1, 8],
      [2 * DAY_MS, 5],
    ]);
    await store.close();
  }
  await inFile(directory, ["insert into format values (99)"]);
  await expect(store.open()).rejects.toThrow("has format 99");
});

async function inFile(directory: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path.join(directory, "readings.duckdb"));
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

test("files that nobody lists are removed, and one that is gone is complained of, not fatal", async () => {
  const directory = await temporaryDirectory();
  const complaints: string[] = [];
  const log = { ...silentLog, error: (text: string) => void complaints.push(text), of: () => log };
  const store = createEmbeddedStore({ log, metrics: memoryMetrics() }, { directory });
  cleanups.push(() => store.close());
  await store.open();
  const rows = [0, 1].map((day) => ({ seriesId: 1, at: DAY + day * DAY_MS, value: day }));
  await store.append(batchOf(1, rows, seriesOf(1)));
  await store.maintain(DAY + 3 * DAY_MS);
  await store.close();
  const [first, second] = await sealedFiles(directory);
  await writeFile(path.join(directory, "sealed", `${first}.writing`), "torn");
  await rm(path.join(directory, "sealed", String(first)));
  await store.open();
  expect(await sealedFiles(directory)).toEqual([second]);
  expect(complaints.join()).toContain(`sealed file '${first}' has no bytes`);
  const [series] = await store.query(rawQuery([1]));
  expect(series?.points).toEqual([[DAY + DAY_MS, 1]]);
});

test("closing in the middle of a sealing loses nothing", async () => {
  const directory = await temporaryDirectory();
  const store = storeIn(directory, { partRowsMax: 2_000 });
  await store.open();
  const rows = Array.from({ length: 30_000 }, (_, index) => ({
    seriesId: 1 + (index % 30),
    at: DAY + index * 1_000,
    value: index / 8,
  }));
  const ids = Array.from({ length: 30 }, (_, index) => index + 1);
  await store.append(batchOf(1, rows, seriesOf(...ids)));
  const maintained = store.maintain(DAY + 2 * DAY_MS).catch((error: unknown) => error);
  await store.close();
  await maintained;
  await store.open();
  expectSame(await store.query(rawQuery(ids)), modelAnswer(rows, rawQuery(ids)));
  await store.maintain(DAY + 2 * DAY_MS);
  expectSame(await store.query(rawQuery(ids)), modelAnswer(rows, rawQuery(ids)));
});

test("what a sealed day held goes back to the disk while newer rows come and are asked for", async () => {
  const directory = await temporaryDirectory();
  const store = storeIn(directory);
  await store.open();
  const ids = [1, 2, 3];
  const rowsOf = (from: number, count: number): Row[] =>
    Array.from({ length: count }, (_, index) => ({
      seriesId: 1 + (index % 3),
      at: from + index * 80,
      value: Math.sin(index),
      ...(index % 7 === 0 && { min: -1 }),
    }));
  const older = rowsOf(DAY, 900_000);
  const newer: Row[] = [];
  await store.append(batchOf(1, older, seriesOf(...ids)));
  let position = 1;
  const appendNewer = async () => {
    position += 1;
    const rows = rowsOf(DAY + DAY_MS + position * 60_000, 50);
    const late: Row = { seriesId: 1, at: DAY + DAY_MS - position, value: position };
    newer.push(...rows);
    older.push(late);
    await store.append(batchOf(position, [...rows, late]));
  };
  for (let batch = 0; batch < 10; batch += 1) await appendNewer();
  const fileBytes = async () => (await stat(path.join(directory, "readings.duckdb"))).size;
  const before = await fileBytes();
  let isSealing = true;
  const sealed = store.maintain(DAY + DAY_MS + 2 * HOUR_MS).finally(() => {
    isSealing = false;
  });
  const query = rawQuery(ids, { from: DAY + DAY_MS });
  while (isSealing) {
    await appendNewer();
    expectSame(await store.query(query), modelAnswer(newer, query));
  }
  await sealed;
  expect(await fileBytes()).toBeLessThan(before / 2);
  await store.close();
  expect((await store.open()).position).toBe(position);
  expectSame(await store.query(query), modelAnswer(newer, query));
  const daily = rawQuery([1], { bucket: { fn: "sum", everyMs: DAY_MS, originMs: DAY } });
  expectSame(await store.query(daily), modelAnswer([...older, ...newer], daily));
});

test("after a commit that failed everything is refused until the store is opened again", async () => {
  const directory = await temporaryDirectory();
  const metrics = memoryMetrics();
  const store = storeIn(directory, { metrics });
  await store.open();
  await store.append(batchOf(1, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1)));
  const outcomes = await Promise.allSettled([
    store.append(batchOf(2, [{ seriesId: 1, at: Number.NaN, value: 2 }])),
    store.append(batchOf(3, [{ seriesId: 1, at: DAY + 3, value: 3 }])),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const next = store.append(batchOf(4, [{ seriesId: 1, at: DAY + 4, value: 4 }]));
  await expect(next).rejects.toMatchObject({ code: "STORE_FAILED" });
  await expect(store.query(rawQuery([1]))).rejects.toMatchObject({ code: "STORE_FAILED" });
  expect(metrics.value("gridwarden_store_failures_total")).toBe(1);
  expect(metrics.value("gridwarden_store_pending_batches")).toBe(0);
  const state = await store.open();
  expect(state.position).toBe(1);
  await store.append(batchOf(2, [{ seriesId: 1, at: DAY + 2, value: 2 }]));
  const [series] = await store.query(rawQuery([1]));
  expect(series?.points).toEqual([
    [DAY, 1],
    [DAY + 2, 2],
  ]);
});

test("a batch behind the newest one is refused alone", async () => {
  const store = storeIn(await temporaryDirectory());
  await store.open();
  await store.append(batchOf(5, []));
  await expect(store.append(batchOf(4, []))).rejects.toThrow(/position 4 comes after one at 5/);
  await store.append(batchOf(6, []));
});

test("rows that nobody waits for are bounded", async () => {
  const store = storeIn(await temporaryDirectory(), { pendingRowsMax: 15 });
  await store.open();
  const rows = Array.from({ length: 10 }, (_, index) => ({
    seriesId: 1,
    at: DAY + index,
    value: 1,
  }));
  const outcomes = await Promise.allSettled([
    store.append(batchOf(1, rows, seriesOf(1))),
    store.append(batchOf(2, rows)),
    store.append(batchOf(3, rows)),
  ]);
  expect(outcomes[1]).toMatchObject({ status: "rejected", reason: { code: "STORE_FAILED" } });
  expect(outcomes[2]).toMatchObject({ status: "rejected" });
});

test("a query that runs too long is given up, and the store goes on", async () => {
  const store = storeIn(await temporaryDirectory(), { queryMsMax: 1 });
  await store.open();
  const rows = Array.from({ length: 300_000 }, (_, index) => ({
    seriesId: 1,
    at: DAY + index,
    value: Math.sin(index),
  }));
  await store.append(batchOf(1, rows, seriesOf(1)));
  const bucket = { fn: "p95", everyMs: 1, originMs: 0 } as const;
  await expect(store.query(rawQuery([1], { bucket }))).rejects.toThrow(/ran longer than 1 ms/);
  expect(await store.lookup([{ seriesId: 1, key: DAY, isSeq: false }])).toEqual([0]);
});

test("the columns' memory is handed over, not copied", async () => {
  const store = storeIn(await temporaryDirectory());
  await store.open();
  const batch = batchOf(1, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1));
  const appended = store.append(batch);
  expect(batch.columns.value).toHaveLength(0);
  await appended;
});

test("a file that is no database is refused with a way out", async () => {
  const directory = await temporaryDirectory();
  await writeFile(path.join(directory, "readings.duckdb"), "something else ".repeat(1_000));
  await expect(storeIn(directory).open()).rejects.toThrow(/is damaged .*restore the folder/);
  await expect(storeIn(`${directory}/[a]*`).open()).rejects.toThrow(/stand for patterns/);
});

test("a series that a replacement brings is named before rows that are appended meanwhile", async () => {
  const directory = await temporaryDirectory();
  const store = storeIn(directory);
  await store.open();
  await store.append(batchOf(7, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1)));
  const broken = { newSeries: seriesOf(2), columns: { length: 1 } } as never;
  await expect(store.replace(broken)).rejects.toThrow();
  const { position, series } = await store.open();
  expect([position, series.map(({ seriesId }) => seriesId)]).toEqual([7, [1, 2]]);
});
