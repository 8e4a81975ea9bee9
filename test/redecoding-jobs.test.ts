/** Re-decodings as jobs: one at a time, with their progress, stopped, cancelled and gone on with. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { createRedecodings, type RedecodeDeps, type Redecodings } from "../app/redecode.ts";
import { ingestMigrations } from "../ingest/ingest.ts";
import { encodeUplink } from "../ingest/uplink-record.ts";
import { manualClock } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS } from "../model/reading.ts";
import type { Redecoding } from "../model/redecoding.ts";
import { createTestDatabase } from "./support/city-database.ts";

const NOW = 1_795_307_405_000;
const UPLINKS = 10;
const common = { log: silentLog, metrics: memoryMetrics() };
const cleanups: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** What the job's world does, and what was asked of it. */
interface World {
  /** Values at which something stands. */
  standing: Map<number, number>;
  isStoreAway: boolean;
  isDatabaseAway: boolean;
  storedTo: number;
  isRawKept: boolean;
  /** Numbers of uplinks at which the store was asked, each time it was. */
  asked: number[];
  /** Numbers of uplinks that were decoded, each step's. */
  decoded: number[][];
  start(): Redecodings;
}

/** Of Sparkplug, whose births are remembered. */
const recordOf = (position: number): Uint8Array => {
  const payload = Uint8Array.of(position);
  const uplink = { source: "mqtt", sender: "edge", topic: "spBv1.0/g/NDATA/e" } as const;
  return Buffer.concat(encodeUplink({ ...uplink, payload, receivedAt: NOW }));
};

/** An uplink a second; its value is its number, and each step has two of them. */
async function makeWorld(): Promise<World> {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-jobs-"));
  const database = createTestDatabase(common, { file: join(directory, "city.sqlite") });
  await database.open(ingestMigrations);
  cleanups.push(async () => {
    await database.close();
    rmSync(directory, { recursive: true });
  });
  const uplink = (position: number) => ({
    ...{ position, receivedAt: NOW + position * 1_000, record: recordOf(position) },
  });
  const world: World = {
    ...{ standing: new Map(), isStoreAway: false, storedTo: UPLINKS, isRawKept: true, asked: [] },
    ...{ isDatabaseAway: false, decoded: [] },
    start() {
      const deps = {
        ...{ ...common, clock: manualClock(NOW), written: database },
        database: {
          reader: database.reader,
          transaction: <T>(work: (tx: Sql) => Promise<T>): Promise<T> => {
            if (!world.isDatabaseAway) return database.transaction(work);
            return Promise.reject(new GridwardenError("DATABASE_FAILED", "it is away"));
          },
        },
        trail: { say: () => {} },
        registry: {
          devices: () => [{ device: { deviceId: "bin-1", decoder: "bins" } }],
          device: () => ({ device: { deviceId: "bin-1", decoder: "bins" } }),
        },
        store: { queryColumns: async () => [] },
        raw: {
          need: () => {
            if (!world.isRawKept) throw new GridwardenError("RAW_NOT_KEPT", "none is kept");
          },
          first: () => 0,
          end: () => UPLINKS,
          caughtUp: async () => {},
          read: async (from: number) => {
            const uplinks = [from, from + 1].filter((n) => n < UPLINKS).map(uplink);
            return { next: from + uplinks.length, uplinks };
          },
        },
        ingest: {
          newRedecoder: () => ({
            decode: async (records: Uint8Array[]) => {
              const numbers = records.map((record) => record.at(-1) ?? 0);
              world.decoded.push(numbers);
              return {
                // Bad: of those the store tells no flags.
                past: numbers.map((value) => ({
                  reading: {
                    value,
                    observedAt: value,
                    deviceId: "bin-1",
                    flags: FLAG_BITS["opc-bad"],
                  },
                  seq: undefined,
                })),
                letters: numbers.flatMap((value) =>
                  value === 3 ? [{ reason: "EMPTY", text: "three", count: 1 }] : [],
                ),
                isOpen: false,
              };
            },
          }),
        },
        engine: {
          storeLine: () => ({ keysOfPast: () => [], seriesOf: () => [] }),
          stats: () => ({ storedTo: world.storedTo }),
          standing: async (past: { reading: { value: number } }[]) => {
            world.asked.push(...past.map(({ reading }) => reading.value));
            if (world.isStoreAway) throw new GridwardenError("STORE_FAILED", "it is away");
            return past.map(({ reading }) => world.standing.get(reading.value));
          },
          replacePast: async (past: { reading: { value: number } }[]) => {
            for (const { reading } of past) world.standing.set(reading.value, reading.value);
            return 0;
          },
        },
      };
      const made = createRedecodings(deps as never as RedecodeDeps);
      made.start();
      cleanups.push(() => made.stop());
      return made;
    },
  };
  return world;
}

const ASKED = { selection: { decoderId: "bins" }, from: NOW, to: NOW + 8_000, by: "admin" };

const told = (jobs: Redecodings, id: string, is: (job: Redecoding) => boolean) =>
  expect.poll(async () => is(await jobs.get(id)), { timeout: 20_000 }).toBe(true);

test("it reads the period, counts values and faults, and leaves what stands", async () => {
  const world = await makeWorld();
  for (const value of [1, 2]) world.standing.set(value, value);
  world.standing.set(4, 40);
  const jobs = world.start();
  const { redecodingId, state } = await jobs.ask(ASKED);
  expect(state).toBe("waiting");
  await told(jobs, redecodingId, (job) => job.state === "done");
  expect(await jobs.get(redecodingId)).toMatchObject({
    ...{ uplinks: 8, next: UPLINKS, end: UPLINKS, endedAt: NOW },
    counts: { same: 2, replaced: 1, added: 5, refused: 0 },
    faults: [{ reason: "EMPTY", text: "three", count: 1 }],
  });
  expect([...world.standing.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("a store that is away is waited for and told of, and then it goes on where it was", async () => {
  const world = await makeWorld();
  world.isStoreAway = true;
  const jobs = world.start();
  const { redecodingId } = await jobs.ask(ASKED);
  await told(jobs, redecodingId, ({ fault = "" }) => fault.includes("it is away"));
  expect(world.asked.every((value) => value < 2)).toBe(true);
  world.isStoreAway = false;
  await told(jobs, redecodingId, (job) => job.state === "done" && job.fault === undefined);
  expect((await jobs.get(redecodingId)).counts.added).toBe(8);
});

test("a database that is away for a while ends no job and stops none", async () => {
  const world = await makeWorld();
  world.storedTo = 4;
  const jobs = world.start();
  const { redecodingId } = await jobs.ask(ASKED);
  await told(jobs, redecodingId, ({ uplinks }) => uplinks === 4);
  world.isDatabaseAway = true;
  world.storedTo = UPLINKS;
  await expect.poll(() => world.asked.includes(4), { timeout: 10_000 }).toBe(true);
  await setTimeout(50);
  world.isDatabaseAway = false;
  await told(jobs, redecodingId, ({ state }) => state === "done");
  expect((await jobs.get(redecodingId)).uplinks).toBe(8);
});

test("it never overtakes what the store has not yet", async () => {
  const world = await makeWorld();
  world.storedTo = 4;
  const jobs = world.start();
  const { redecodingId } = await jobs.ask(ASKED);
  await told(jobs, redecodingId, ({ uplinks }) => uplinks === 4);
  expect(Math.max(...world.asked)).toBe(3);
  world.storedTo = UPLINKS;
  await told(jobs, redecodingId, ({ state }) => state === "done");
});

test("one that was cut off goes on at the next start, behind what it has done", async () => {
  const world = await makeWorld();
  world.storedTo = 4;
  const first = world.start();
  const { redecodingId } = await first.ask(ASKED);
  await told(first, redecodingId, ({ uplinks }) => uplinks === 4);
  await first.stop();
  expect((await first.get(redecodingId)).state).toBe("running");
  world.asked = [];
  world.storedTo = UPLINKS;
  const again = world.start();
  await told(again, redecodingId, ({ state }) => state === "done");
  expect(world.asked).toEqual([4, 5, 6, 7]);
  expect((await again.get(redecodingId)).uplinks).toBe(8);
});

test("one that is cancelled ends, also while it waits, and the next one has its turn", async () => {
  const world = await makeWorld();
  world.storedTo = 4;
  const jobs = world.start();
  const one = await jobs.ask(ASKED);
  const two = await jobs.ask({ ...ASKED, to: NOW + 4_000 });
  await told(jobs, one.redecodingId, ({ uplinks }) => uplinks === 4);
  expect((await jobs.get(two.redecodingId)).state).toBe("waiting");
  expect((await jobs.cancel(one.redecodingId)).state).toBe("cancelled");
  await told(jobs, two.redecodingId, ({ state }) => state === "done");
  expect(await jobs.get(one.redecodingId)).toMatchObject({ state: "cancelled", uplinks: 4 });
  expect((await jobs.cancel(two.redecodingId)).state).toBe("done");
});

test("what cannot be is refused: no raw uplinks, no such device, too many, no such id", async () => {
  const world = await makeWorld();
  world.storedTo = 0;
  const jobs = world.start();
  const refused = (more: object) =>
    jobs.ask({ ...ASKED, ...more }).catch(({ code }: GridwardenError) => code);
  expect(await refused({ selection: { format: "senml" } })).toBe("REQUEST_INVALID");
  for (let n = 0; n < LIMITS.redecodingsWaitingMax; n += 1) await jobs.ask(ASKED);
  expect(await refused({})).toBe("RATE_LIMITED");
  world.isRawKept = false;
  expect(await refused({})).toBe("RAW_NOT_KEPT");
  await expect(jobs.cancel("none")).rejects.toMatchObject({ code: "REDECODING_NOT_FOUND" });
});

test("what came before the period is decoded for what is remembered of it, and nothing of it is placed", async () => {
  const world = await makeWorld();
  const jobs = world.start();
  const { redecodingId } = await jobs.ask({ ...ASKED, from: NOW + 5_000 });
  await told(jobs, redecodingId, (job) => job.state === "done");
  expect(world.decoded).toEqual([[0, 1], [2, 3], [4], [5], [6, 7]]);
  expect([...world.standing.keys()].sort()).toEqual([5, 6, 7]);
  expect((await jobs.get(redecodingId)).uplinks).toBe(3);
});

test("one that goes on in the middle makes again what it remembered there", async () => {
  const world = await makeWorld();
  world.storedTo = 4;
  const first = world.start();
  const { redecodingId } = await first.ask(ASKED);
  await told(first, redecodingId, ({ uplinks }) => uplinks === 4);
  await first.stop();
  world.decoded.length = 0;
  world.storedTo = UPLINKS;
  const second = world.start();
  await told(second, redecodingId, (job) => job.state === "done");
  expect(world.decoded).toEqual([
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
  ]);
  expect((await second.get(redecodingId)).uplinks).toBe(8);
});
