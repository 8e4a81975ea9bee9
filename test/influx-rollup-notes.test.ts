/** Which windows wait to be rolled up, on our own disk and in memory, whatever fails and whatever comes between. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createDatabase, type DatabaseDoor } from "../database/database.ts";
import { influxMigrations } from "../ingest/store/influx/influx-store.ts";
import { createRollups, type Rollups } from "../ingest/store/influx/rollups.ts";
import { windowsIn } from "../ingest/store/influx/waiting-windows.ts";
import { loadWindows, noteWindows } from "../ingest/store/influx/window-notes.ts";
import { columnsOf } from "../ingest/store/reading-model.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";

const MIDNIGHT = Date.UTC(2026, 10, 20, 16);
const FIVE = 5 * 60_000;
const SLUG = "manhole-cover";

let directory: string;
let database: DatabaseDoor;
/** Each call of InfluxDB waits for it. */
let asked: (statement: string) => void | Promise<void>;
let written: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "gridwarden-windows-"));
  const common = { log: silentLog, metrics: memoryMetrics() };
  database = createDatabase(common, { file: join(directory, "influx.sqlite") });
  await database.open(influxMigrations);
  asked = () => {};
  written = [];
});
afterEach(async () => {
  await database.close();
  rmSync(directory, { recursive: true });
});

async function start(through: Database = database): Promise<Rollups> {
  const kept = await loadWindows(database.reader);
  const rollups = createRollups(
    {
      ...{ database: through, log: silentLog, zone: timeZone("Asia/Shanghai") },
      door: {
        async query([statement = ""]) {
          await asked(statement);
          const from = Number(/time >= (\d+)ms/.exec(statement)?.[1]);
          const parts = statement.includes("tiltDeg_count") ? [1, 1, 1, 1] : [1];
          const row = [from, ...parts, "cover", SLUG, "device", "", ""];
          return [[{ name: "any", tags: {}, columns: [], values: [row] }]];
        },
        write: async (lines) => void written.push(...lines),
      },
    },
    kept,
  );
  rollups.meet(SLUG, "tiltDeg");
  return rollups;
}

/** A batch with readings in these windows, counted from midnight. */
async function touch(rollups: Rollups, seq: number, ...windows: number[]): Promise<void> {
  const rows = windows.map((n) => ({ seriesId: 1, at: MIDNIGHT + n * FIVE, value: 1 }));
  const masks = rollups.touch(seq, columnsOf(rows), () => SLUG);
  await database.transaction((tx) => noteWindows(tx, masks));
}

/** Windows on disk as `level begin`, the begin in five minutes after midnight. */
async function onDisk(): Promise<string[]> {
  const widths = { rolled_5m: FIVE, rolled_hour: HOUR_MS, rolled_day: DAY_MS };
  const masks = await loadWindows(database.reader);
  return masks
    .flatMap(({ level, chunk, bits }) =>
      windowsIn(chunk, bits).map((index) => {
        const offset = level === "rolled_day" ? DAY_MS - 8 * HOUR_MS - DAY_MS : 0;
        return `${level} ${(index * widths[level] + offset - MIDNIGHT) / FIVE}`;
      }),
    )
    .toSorted();
}

async function rollAll(rollups: Rollups, now: number): Promise<number> {
  let windows = 0;
  for (;;) {
    const { rolled } = await rollups.rollNext(now);
    if (rolled === 0) return windows;
    windows += rolled;
  }
}

test("a window is noted once, and makes its hour and its day wait when it is rolled up", async () => {
  const rollups = await start();
  await touch(rollups, 1, 0, 1);
  rollups.confirm(1);
  expect(await onDisk()).toEqual(["rolled_5m 0", "rolled_5m 1"]);
  expect(
    rollups.touch(2, columnsOf([{ seriesId: 1, at: MIDNIGHT, value: 2 }]), () => SLUG),
  ).toEqual([]);
  rollups.confirm(2);
  const report = await rollups.rollNext(MIDNIGHT + 10 * 60_000);
  expect(report).toEqual({ rolled: 1, refused: 0, waiting: 2, oldestEnd: MIDNIGHT + 2 * FIVE });
  expect(await onDisk()).toEqual(["rolled_5m 1", "rolled_hour 0"]);
  expect(await rollAll(rollups, MIDNIGHT + 2 * HOUR_MS)).toBe(2);
  expect(await onDisk()).toEqual(["rolled_day 0"]);
  expect(await rollAll(rollups, MIDNIGHT + DAY_MS + HOUR_MS)).toBe(1);
  expect(await onDisk()).toEqual([]);
  expect(written.map((line) => line.split(",")[0])).toEqual([
    "rolled_5m",
    "rolled_5m",
    "rolled_hour",
    "rolled_day",
  ]);
});

test("a window that a batch touches while it is rolled up waits on", async () => {
  const rollups = await start();
  await touch(rollups, 1, 0, 1);
  rollups.confirm(1);
  asked = async () => {
    asked = () => {};
    await touch(rollups, 2, 1);
    rollups.confirm(2);
  };
  await rollups.rollNext(MIDNIGHT + HOUR_MS / 2);
  expect(await onDisk()).toEqual(["rolled_5m 0", "rolled_5m 1", "rolled_hour 0"]);
  await rollAll(rollups, MIDNIGHT + HOUR_MS / 2);
  expect(await onDisk()).toEqual(["rolled_hour 0"]);
});

test("what is rolled up before its batch was confirmed is rolled up again", async () => {
  const rollups = await start();
  await touch(rollups, 1, 0);
  await rollups.rollNext(MIDNIGHT + HOUR_MS / 2);
  expect(await onDisk()).toEqual(["rolled_5m 0", "rolled_hour 0"]);
  rollups.confirm(1);
  await rollAll(rollups, MIDNIGHT + HOUR_MS / 2);
  expect(await onDisk()).toEqual(["rolled_hour 0"]);
});

test("what our own disk does not take waits on, there and in memory", async () => {
  let isFull = false;
  const rollups = await start({
    reader: database.reader,
    transaction: async (work) => {
      const answer = await database.transaction(async (tx) => {
        const done = await work(tx);
        if (isFull) throw new Error("the disk is full");
        return done;
      });
      return answer;
    },
  });
  await touch(rollups, 1, 0);
  rollups.confirm(1);
  isFull = true;
  await expect(rollups.rollNext(MIDNIGHT + HOUR_MS / 2)).rejects.toThrow("the disk is full");
  expect(await onDisk()).toEqual(["rolled_5m 0"]);
  isFull = false;
  expect(await rollAll(rollups, MIDNIGHT + 2 * HOUR_MS)).toBe(2);
  expect(await onDisk()).toEqual(["rolled_day 0"]);
});

test("what InfluxDB does not answer waits on, and so does what is under way at a stop", async () => {
  const rollups = await start();
  await touch(rollups, 1, 0);
  rollups.confirm(1);
  asked = () => {
    throw new Error("away");
  };
  await expect(rollups.rollNext(MIDNIGHT + HOUR_MS)).rejects.toThrow("away");
  asked = () => rollups.stop();
  expect(await rollups.rollNext(MIDNIGHT + HOUR_MS)).toMatchObject({ rolled: 0 });
  expect(await onDisk()).toEqual(["rolled_5m 0"]);
  asked = () => {};
  const after = await start();
  expect(await rollAll(after, MIDNIGHT + HOUR_MS / 2)).toBe(1);
  expect(await onDisk()).toEqual(["rolled_hour 0"]);
});

test("windows whose readings are deleted are not rolled up any more, and nothing is meanwhile", async () => {
  const rollups = await start();
  await touch(rollups, 1, 0, 1, 2);
  rollups.confirm(1);
  const steps: string[] = [];
  asked = () => void steps.push("asked");
  const deleting = rollups.forget(
    [{ name: "instant", slug: SLUG, since: MIDNIGHT + 2 * FIVE }],
    async () => {
      await new Promise((resolve) => setImmediate(resolve));
      steps.push("deleted");
    },
  );
  await Promise.all([deleting, rollups.rollNext(MIDNIGHT + HOUR_MS / 2)]);
  expect(steps).toEqual(["deleted", "asked"]);
  expect(await onDisk()).toEqual(["rolled_hour 0"]);
  expect(written).toHaveLength(1);
});
