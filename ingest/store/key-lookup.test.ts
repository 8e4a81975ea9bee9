import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../model/clock.ts";
import { type Catalog, type DayTable, dayOf } from "./catalog.ts";
import { type Duck, numberOf, openDuck, run } from "./duck.ts";
import { createKeyLookup, timeSteps } from "./key-lookup.ts";
import { DAY } from "./reading-model.ts";
import type { LookupKeys } from "./store-messages.ts";

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const SERIES = 1_000;

/** A day of one row a series, at its id in ms after midnight, with its id as the value. */
async function openDay(): Promise<{ duck: Duck; catalog: Catalog }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "gridwarden-keys-"));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const duck = await openDuck(path.join(directory, "readings.duckdb"), {
    threads: 1,
    memoryBytesMax: 256 * 1024 * 1024,
    walBytesMax: 16 * 1024 * 1024,
  });
  cleanups.push(() => duck.close());
  const name = `day_${dayOf(DAY)}_1_plain`;
  await run(
    duck.writer,
    `create table ${name} as select i::integer as series_id, ${DAY} + i as observed_at,
       ${DAY} + i as received_at, i::double as value, 0::usmallint as flags
     from range(1, ${SERIES + 1}) t(i)`,
  );
  const table = { name, day: dayOf(DAY), kind: "plain", generation: 1, rows: SERIES } as const;
  const catalog: Catalog = {
    tables: [{ ...table, isClosed: false }],
    parts: [],
    retentionDays: [],
    partsDirectory: directory,
  };
  return { duck, catalog };
}

function keysOf(ids: readonly number[], shiftMs = 0): LookupKeys {
  return {
    seriesId: Int32Array.from(ids),
    key: Float64Array.from(ids, (id) => DAY + id + shiftMs),
    isSeq: new Uint8Array(ids.length),
  };
}

const betweenCommits = <T>(work: () => Promise<T>): Promise<T> => work();
const ALL = Array.from({ length: SERIES }, (_each, index) => index + 1);

test("a look-up leaves nothing behind: after hundreds the memory is what it was", async () => {
  const { duck, catalog } = await openDay();
  const lookup = createKeyLookup(duck, catalog, { identityDays: 30, betweenCommits });
  const usedBytes = () =>
    numberOf(duck.reader, "select sum(memory_usage_bytes)::double from duckdb_memory()");
  const ask = async (times: number) => {
    for (let time = 0; time < times; time += 1) await lookup.find(keysOf(ALL));
  };
  await ask(20);
  const before = await usedBytes();
  await ask(300);
  expect(await usedBytes()).toBeLessThan(before + 1024 * 1024);
});

test("each look-up answers its own keys, also after one that failed", async () => {
  const { duck, catalog } = await openDay();
  const lookup = createKeyLookup(duck, catalog, { identityDays: 30, betweenCommits });
  const [day] = catalog.tables;
  expect([...(await lookup.find(keysOf([3, 1])))]).toEqual([3, 1]);
  catalog.tables = [{ ...(day as DayTable), name: "day_1_1_plain" }];
  await expect(lookup.find(keysOf(ALL))).rejects.toThrow("day_1_1_plain");
  catalog.tables = [day as DayTable];
  expect([...(await lookup.find(keysOf([2])))]).toEqual([2]);
  expect([...(await lookup.find(keysOf([1, 2], 1)))]).toEqual([Number.NaN, Number.NaN]);
});

test("steps hold at most eight days and 2,048 keys, in order of their days", () => {
  const days = Array.from({ length: 20 }, (_each, index) => 20 - index);
  const times = days.flatMap((day) => [DAY + day * DAY_MS, DAY + day * DAY_MS + MINUTE_MS]);
  const keys = (key: readonly number[]): LookupKeys => ({
    seriesId: new Int32Array(key.length).fill(1),
    key: Float64Array.from(key),
    isSeq: new Uint8Array(key.length),
  });
  expect(timeSteps(keys(times)).map((step) => [step.days.size, step.places.length])).toEqual([
    [8, 16],
    [8, 16],
    [4, 8],
  ]);
  const many = Array.from({ length: 5_000 }, (_each, index) => DAY + index);
  expect(timeSteps(keys(many)).map((step) => step.places.length)).toEqual([2_048, 2_048, 904]);
  expect(timeSteps(keys([DAY + 0.5, Number.NaN, Infinity]))).toEqual([]);
});
