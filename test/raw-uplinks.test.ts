import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createRawUplinks, type RawUplinks } from "../app/raw-uplinks.ts";
import { encodeUplink } from "../ingest/uplink-record.ts";
import { createJournal, type Journal } from "../journal/journal.ts";
import { DAY_MS, HOUR_MS, type ManualClock, manualClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";

const NOON = 1_795_307_405_000;
const common = { log: silentLog, metrics: memoryMetrics() };
const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Rig {
  journal: Journal;
  clock: ManualClock;
  /** Where raw uplinks are kept. */
  directory: string;
  /** Another start on the same folder. */
  start(): Promise<RawUplinks>;
}

async function makeRig(options: { days?: number; bytesMax?: number } = {}): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-raw-"));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  const journal = createJournal(common, { directory: join(directory, "journal") });
  await journal.open();
  cleanups.push(() => journal.close());
  const clock = manualClock(NOON);
  const { days = 30, bytesMax = 1024 * 1024 } = options;
  return {
    ...{ journal, clock, directory: join(directory, "raw") },
    async start() {
      const where = { directory: join(directory, "raw"), days, bytesMax };
      const raw = createRawUplinks({ ...common, journal, clock }, where);
      await raw.open();
      cleanups.push(() => raw.stop());
      return raw;
    },
  };
}

function append(journal: Journal, topic: string, more: { at?: number; bytes?: number } = {}) {
  const { at = NOON, bytes = 2 } = more;
  const payload = Buffer.alloc(bytes, "{");
  const uplink = { source: "mqtt", sender: "s", topic, payload, receivedAt: at } as const;
  return new Promise<void>((resolve, reject) => {
    journal.append(encodeUplink(uplink), (error) => (error ? reject(error) : resolve()));
  });
}

const settled = (raw: RawUplinks, end: number) =>
  expect.poll(() => raw.end(), { timeout: 10_000 }).toBe(end);

async function positionsOf(raw: RawUplinks): Promise<number[]> {
  const found: number[] = [];
  for (let next = 0; ; ) {
    const read = await raw.read(next);
    if (read.uplinks.length === 0) return found;
    found.push(...read.uplinks.map(({ position }) => position));
    next = read.next;
  }
}

test("uplinks of gateway formats are copied with their positions, also those of before a start", async () => {
  const { journal, start } = await makeRig();
  const first = await start();
  for (const topic of ["v1/x/y/telemetry", "senml/a", "hj212/1/up", "senml/b"]) {
    await append(journal, topic);
  }
  await settled(first, 2);
  await first.stop();
  for (const topic of ["senml/c", "v1/x/y/telemetry", "intake/ctwing/i"])
    await append(journal, topic);
  const again = await start();
  await settled(again, 4);
  expect(await positionsOf(again)).toEqual([1, 3, 4, 6]);
  expect((await again.find(3))?.receivedAt).toBe(NOON);
  expect([await again.find(2), await again.find(5), await again.find(99)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("whoever waits for it has all that was acknowledged before", async () => {
  const { journal, start } = await makeRig();
  const raw = await start();
  for (let wanted = 50; wanted <= 150; wanted += 50) {
    await Promise.all(Array.from({ length: 50 }, () => append(journal, "senml/a")));
    await raw.caughtUp();
    expect(raw.end()).toBe(wanted);
  }
  await raw.stop();
  await append(journal, "senml/a");
  await raw.caughtUp();
});

test("near the bound the oldest go, and the newest are there", async () => {
  const bytesMax = 256 * 1024;
  const { journal, start } = await makeRig({ bytesMax });
  const raw = await start();
  for (let n = 0; n < 100; n += 1) {
    await append(journal, "senml/a", { bytes: 8_000 });
    if (n % 10 === 9) await settled(raw, n + 1);
  }
  await expect.poll(() => raw.first(), { timeout: 10_000 }).toBeGreaterThan(60);
  const positions = await positionsOf(raw);
  expect(positions.at(-1)).toBe(99);
  expect(positions.length * 8_000).toBeLessThan(bytesMax);
  expect(positions.length).toBeGreaterThan(5);
});

test("what is older than the days goes, a segment at a time", async () => {
  const { journal, clock, start } = await makeRig({ days: 2, bytesMax: 256 * 1024 });
  const raw = await start();
  for (let day = 0; day < 5; day += 1) {
    await append(journal, "senml/a", { at: NOON + day * DAY_MS, bytes: 30_000 });
    await settled(raw, day + 1);
  }
  clock.advance(4 * DAY_MS + HOUR_MS);
  await expect.poll(() => raw.first(), { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  expect((await positionsOf(raw)).at(-1)).toBe(4);
  expect(await raw.find(0)).toBeUndefined();
});

test("without days nothing is kept, and whoever needs it is told the cure", async () => {
  const { journal, start } = await makeRig({ days: 0 });
  const raw = await start();
  await append(journal, "senml/a");
  expect([raw.first(), raw.end(), await raw.find(0)]).toEqual([0, 0, undefined]);
  expect(() => raw.need()).toThrow(/set GRIDWARDEN_RAW_DAYS/);
});

test("what is kept and cannot be opened holds no start up, and whoever needs it is told the cure", async () => {
  const { journal, directory, start } = await makeRig();
  writeFileSync(directory, "no folder");
  const raw = await start();
  await append(journal, "senml/a");
  expect([raw.first(), raw.end(), await raw.find(0)]).toEqual([0, 0, undefined]);
  expect(() => raw.need()).toThrow(/move the folder .* away, and restart/);
  await expect(raw.read(0)).rejects.toThrow(/cannot be opened, so none are kept/);
});

test("who looks for an uplink while old ones are dropped finds it or nothing", async () => {
  const { journal, clock, start } = await makeRig({ days: 2, bytesMax: 256 * 1024 });
  const raw = await start();
  for (let n = 0; n < 6; n += 1) {
    await append(journal, "senml/a", { bytes: 30_000 });
    await settled(raw, n + 1);
  }
  const found: Promise<string>[] = [];
  const find = (position: number): Promise<string> => raw.find(position).then(() => "", String);
  clock.advance(4 * DAY_MS);
  await expect
    .poll(
      () => {
        found.push(...[0, 1, 2, 3].map(find));
        return raw.first();
      },
      { interval: 1, timeout: 10_000 },
    )
    .toBeGreaterThanOrEqual(2);
  expect(new Set(await Promise.all(found))).toEqual(new Set([""]));
});
