/** A store that is copied while rows come, its log is folded in and days are sealed. */
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../model/clock.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import { createEmbeddedStore, snapshotReadings } from "./embedded-store.ts";
import { batchOf, DAY, type Row, seriesOf } from "./reading-model.ts";

const ROWS = 200;
const COPIES = 4;
const common = { log: silentLog, metrics: memoryMetrics() };
const directories: string[] = [];

afterEach(async () => {
  for (const each of directories.splice(0)) await rm(each, { recursive: true, force: true });
});

async function folder(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "gridwarden-snapshot-"));
  directories.push(directory);
  return directory;
}

/** A day for each five batches. */
const rowsOf = (batch: number): Row[] =>
  Array.from({ length: ROWS }, (_, n) => ({
    ...{ seriesId: 1 + (n % 2), value: batch },
    at: DAY + Math.floor(batch / 5) * DAY_MS + (batch % 5) * 100 * MINUTE_MS + n * 1_000,
  }));

test("each copy of a store at work opens, and has all up to its position and nothing beyond", async () => {
  const directory = await folder();
  const store = createEmbeddedStore(common, {
    directory,
    walBytesMax: 64 * 1024,
    commitPauseMs: 5,
  });
  await store.open();
  let isWorking = true;
  let batches = 0;
  const working = (async () => {
    while (isWorking) {
      batches += 1;
      await store.append(batchOf(batches, rowsOf(batches), batches === 1 ? seriesOf(1, 2) : []));
      if (batches % 10 === 0) await store.maintain(DAY + Math.floor(batches / 5) * DAY_MS);
    }
  })();
  const found: { position: number; rows: number }[] = [];
  for (let n = 0; n < COPIES; n += 1) {
    const before = batches;
    while (batches < before + 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const to = await folder();
    const position = await snapshotReadings(directory, to, silentLog);
    const copy = createEmbeddedStore(common, { directory: to });
    expect((await copy.open()).position).toBe(position);
    found.push({ position, rows: (await copy.size()).rows });
    await copy.close();
    expect(position).toBeGreaterThanOrEqual(before);
  }
  isWorking = false;
  await working;
  await store.close();
  expect(found).toEqual(found.map(({ position }) => ({ position, rows: position * ROWS })));
});

test("a log that is folded in between its copy and that of the file is noticed, and both copied again", async () => {
  const [directory, to] = [await folder(), await folder()];
  const store = createEmbeddedStore(common, { directory, walBytesMax: 64 * 1024 });
  await store.open();
  await store.append(batchOf(1, rowsOf(1), seriesOf(1, 2)));
  let copies = 0;
  async function copy(file: string, target: string): Promise<void> {
    await copyFile(file, target);
    if (!file.endsWith(".duckdb")) return;
    copies += 1;
    if (copies > 1) return;
    for (let batch = 2; batch < 60; batch += 1) await store.append(batchOf(batch, rowsOf(batch)));
    await store.maintain(DAY + 20 * DAY_MS);
  }
  expect(await snapshotReadings(directory, to, silentLog, copy)).toBe(59);
  expect(copies).toBeGreaterThan(1);
  await store.close();
});

test("a folder without a store is refused by name", async () => {
  const [from, to] = [await folder(), await folder()];
  await expect(snapshotReadings(from, to, silentLog)).rejects.toThrow("ENOENT");
});
