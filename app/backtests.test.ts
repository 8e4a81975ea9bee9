/** How a backtest is run: reading in windows, turns for others, one at a time, given up in time. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Backtest, BacktestResult } from "../alerts/alerts.ts";
import type { SeriesColumns } from "../ingest/store/reading-store.ts";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import { type BacktestProgress, type BacktestsDeps, createBacktests } from "./backtests.ts";

const FROM = Date.parse("2026-11-02T00:00:00+08:00");
const REQUEST = { ruleId: "pot.hot", from: FROM, to: FROM + 10 * DAY_MS };
const zone = timeZone("Asia/Shanghai");

type Point = [at: number, value: number, flags?: number];

interface Rig {
  /** By device: its series, each by measurement. */
  points: Record<string, Record<string, Point[]>>;
  /** The devices are on one asset, whose rule looks at all of them. */
  isJoint?: boolean;
  depthMs?: number;
  readingsMax?: number;
  onFeed?(readings: readonly Reading[]): void;
  onQuery?(): Promise<void>;
  onProgress?(): void;
}

function rigOf(rig: Rig) {
  const { points, depthMs = 0, onFeed = () => {}, onQuery = async () => {} } = rig;
  const { readingsMax = 1_000_000, isJoint = false } = rig;
  const deviceIds = Object.keys(points);
  const series = Object.entries(points).flatMap(([deviceId, byName]) =>
    Object.entries(byName).map(([measurement, rows]) => ({ deviceId, measurement, rows })),
  );
  const asked: { seriesIds: number[]; from: number; to: number }[] = [];
  const fed: Reading[] = [];
  let endedCount = 0;
  let within = 0;
  const backtest: Backtest = {
    ...REQUEST,
    assets: () =>
      (isJoint ? [deviceIds] : deviceIds.map((deviceId) => [deviceId])).map((ofAsset) => ({
        deviceIds: ofAsset,
        isJoint,
        series: ofAsset.map((deviceId) => ({ deviceId, depthMs })),
        begin: () => ({
          feed(readings) {
            onFeed(readings);
            fed.push(...readings);
            within += readings.filter(({ observedAt }) => observedAt >= FROM).length;
          },
          end: () => void endedCount++,
        }),
      })),
    result: () => ({ ruleId: "pot.hot", readings: within, devices: 1 }) as BacktestResult,
  };
  const rows = (id: number): Point[] => series[id - 1]?.rows ?? [];
  const deps: BacktestsDeps = {
    plan: () => backtest,
    line: () => ({
      seriesOf: ({ deviceId }) =>
        series.flatMap((each, index) =>
          each.deviceId === deviceId
            ? [{ ...each, seriesId: index + 1, period: "instant", retentionDays: 1, unit: "" }]
            : [],
        ),
    }),
    store: {
      async queryColumns({ seriesIds, from, to, pointsPerSeriesMax }): Promise<SeriesColumns[]> {
        await onQuery();
        asked.push({ seriesIds, from, to });
        return seriesIds.map((seriesId) => {
          const all = rows(seriesId).filter(([at]) => at >= from && at < to);
          const kept = all.slice(0, pointsPerSeriesMax);
          return {
            seriesId,
            at: Float64Array.from(kept, ([at]) => at),
            value: Float64Array.from(kept, ([, value]) => value),
            flags: Uint16Array.from(kept, ([, , flags = 0]) => flags),
            truncated: all.length > kept.length,
          };
        });
      },
      async query({ seriesIds, bucket }) {
        const { everyMs = 1, originMs = 0 } = bucket ?? {};
        const day = (at: number) => originMs + Math.floor((at - originMs) / everyMs) * everyMs;
        return seriesIds.map((seriesId) => ({
          seriesId,
          points: rows(seriesId).map(([at]): [number, number] => [day(at), 1]),
          truncated: false,
        }));
      },
    },
    zone,
    log: silentLog,
  };
  const backtests = createBacktests(deps, { readingsMax });
  const told: BacktestProgress[] = [];
  const gone = new AbortController();
  const run = () =>
    backtests.run(REQUEST, {
      signal: gone.signal,
      onProgress(progress) {
        told.push(progress);
        rig.onProgress?.();
      },
    });
  return { backtests, run, asked, fed, told, gone, endedCount: () => endedCount };
}

const every = (stepMs: number, count: number, begin = FROM): Point[] =>
  Array.from({ length: count }, (_, index) => [begin + index * stepMs, index]);

test("a device's series are fed merged in order of time, window by window, to the end", async () => {
  const rig = rigOf({
    points: {
      "pot-1": { heatC: every(DAY_MS / 2, 25), levelPercent: every(DAY_MS / 3, 40) },
      "pot-2": { heatC: [[FROM + 1, 5, FLAG_BITS.range | FLAG_BITS.late]] },
      "pot-3": {},
    },
  });
  await rig.run();
  const first = rig.fed.filter(({ deviceId }) => deviceId === "pot-1");
  expect(first.map(({ observedAt }) => observedAt)).toEqual(
    [...every(DAY_MS / 2, 20), ...every(DAY_MS / 3, 30)].map(([at]) => at).sort((a, b) => a - b),
  );
  expect(rig.fed.find(({ deviceId }) => deviceId === "pot-2")).toEqual({
    deviceId: "pot-2",
    measurement: "heatC",
    period: "instant",
    ...{ observedAt: FROM + 1, receivedAt: FROM + 1, value: 5 },
    // As if it had come in time.
    flags: FLAG_BITS.range,
  });
  expect(rig.endedCount()).toBe(3);
  expect(rig.asked.length).toBeGreaterThan(1);
  expect(rig.asked.every(({ from, to }) => to - from <= 4 * DAY_MS)).toBe(true);
  expect(rig.told[0]).toEqual({ devicesDone: 0, devices: 3, readings: 0 });
  expect(rig.told.at(-1)).toEqual({ devicesDone: 3, devices: 3, readings: 51 });
});

test("the devices of a joint asset are fed together in one order of time", async () => {
  const rig = rigOf({
    isJoint: true,
    points: {
      "pot-1": { heatC: every(DAY_MS / 2, 20) },
      "pot-2": { heatC: every(DAY_MS / 2, 20, FROM + DAY_MS / 4) },
    },
  });
  await rig.run();
  expect(rig.fed.map(({ deviceId }) => deviceId)).toEqual(
    Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? "pot-1" : "pot-2")),
  );
  expect(rig.endedCount()).toBe(1);
});

test("a series beyond the bound of one read loses no reading, and no order", async () => {
  const rig = rigOf({
    points: { "pot-1": { heatC: every(3 * SECOND_MS, 50_000), levelPercent: every(DAY_MS, 10) } },
  });
  await rig.run();
  expect(rig.fed).toHaveLength(50_010);
  const times = rig.fed.map(({ observedAt }) => observedAt);
  expect(times.every((at, index) => index === 0 || at >= (times[index - 1] ?? 0))).toBe(true);
});

test("it reads as far before the span as a rule looks back", async () => {
  const rig = rigOf({
    depthMs: 2 * DAY_MS,
    points: { "pot-1": { heatC: every(DAY_MS, 20, FROM - 5 * DAY_MS) } },
  });
  await rig.run();
  expect(rig.fed.map(({ observedAt }) => (observedAt - FROM) / DAY_MS)).toEqual([
    ...[-2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  ]);
});

test("assets are read together up to a hundred series at a time", async () => {
  const points = Object.fromEntries(
    Array.from({ length: 250 }, (_, n) => [`pot-${n}`, { heatC: every(DAY_MS, 1) }]),
  );
  const rig = rigOf({ points });
  await rig.run();
  const groups = new Set(rig.asked.map(({ seriesIds }) => seriesIds.length));
  expect([...groups]).toEqual([100, 50]);
  expect(rig.fed).toHaveLength(250);
});

test("others have their turns while it judges", async () => {
  const rig = rigOf({
    points: { "pot-1": { heatC: every(MINUTE_MS, 3_200) } },
    onFeed() {
      const until = performance.now() + 2;
      while (performance.now() < until);
    },
  });
  let turns = 0;
  let isOver = false;
  const others = (async () => {
    while (!isOver) {
      await nextTurn();
      turns += 1;
    }
  })();
  await rig.run();
  isOver = true;
  await others;
  // Four hundred blocks of 2 ms.
  expect(turns).toBeGreaterThan(60);
});

test("a second one is refused while the first runs, and taken afterwards", async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const rig = rigOf({
    points: { "pot-1": { heatC: every(DAY_MS, 3) } },
    onQuery: () => held,
  });
  const first = rig.run();
  await expect(rig.run()).rejects.toMatchObject({
    code: "RATE_LIMITED",
    message: expect.stringContaining("'pot.hot' is running"),
  });
  release();
  await first;
  await expect(rig.run()).resolves.toBeDefined();
});

test.each(["client", "platform"])("it is given up when the %s goes", async (who) => {
  const rig = rigOf({
    points: { "pot-1": { heatC: every(MINUTE_MS, 3_200) } },
    onFeed(readings) {
      const until = performance.now() + 2;
      while (performance.now() < until);
      if (readings[0]?.value !== 320) return;
      if (who === "client") rig.gone.abort();
      else stopped = rig.backtests.stop();
    },
  });
  let stopped: Promise<void> | undefined;
  await expect(rig.run()).rejects.toMatchObject(
    who === "client" ? { name: "AbortError" } : { code: "STORE_FAILED" },
  );
  await stopped;
  expect(rig.fed.length).toBeLessThan(1_000);
  expect(rig.endedCount()).toBe(0);
});

test("given up before its first window, it leaves no read behind", async () => {
  let isReading = false;
  const rig = rigOf({
    points: { "pot-1": { heatC: every(MINUTE_MS, 10) } },
    async onQuery() {
      isReading = true;
      await new Promise((resolve) => setTimeout(resolve, 20));
      isReading = false;
      throw new Error("the store is closed");
    },
    onProgress() {
      const until = performance.now() + 10;
      while (performance.now() < until);
      rig.gone.abort();
    },
  });
  await expect(rig.run()).rejects.toMatchObject({ name: "AbortError" });
  expect(isReading).toBe(false);
});

test("once it has stopped, nothing is read any more", async () => {
  let reads = 0;
  let isReading = false;
  const rig = rigOf({
    points: { "pot-1": { heatC: every(MINUTE_MS, 3_200) } },
    async onQuery() {
      reads += 1;
      if (reads === 1) return;
      isReading = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
      isReading = false;
    },
    onFeed(readings) {
      const until = performance.now() + 2;
      while (performance.now() < until);
      if (readings[0]?.value === 8) stopped = rig.backtests.stop();
    },
  });
  let stopped: Promise<void> | undefined;
  await expect(rig.run()).rejects.toMatchObject({ code: "STORE_FAILED" });
  await stopped;
  expect([reads, isReading]).toEqual([2, false]);
});

test("no reading in the span is an error that says what there is", async () => {
  const day = (text: string) => Date.parse(`${text}T10:00:00+08:00`);
  const rig = rigOf({
    points: {
      "pot-1": { heatC: [[day("2026-09-01"), 1]] },
      "pot-2": { heatC: [[day("2026-10-03"), 1]], levelPercent: [] },
    },
  });
  await expect(rig.run()).rejects.toMatchObject({
    code: "BACKTEST_NO_DATA",
    message: expect.stringContaining("the store has them from 2026-09-01 to 2026-10-03"),
  });
  await expect(rigOf({ points: { "pot-1": {} } }).run()).rejects.toMatchObject({
    code: "BACKTEST_NO_DATA",
    message: expect.stringContaining("none of these devices at all"),
  });
  await expect(rigOf({ points: {} }).run()).rejects.toMatchObject({
    code: "BACKTEST_NO_DATA",
    message: expect.stringContaining("binds no device"),
  });
});

test("more readings than the limit end it", async () => {
  const points = { "pot-1": { heatC: every(MINUTE_MS, 100) } };
  await expect(rigOf({ points, readingsMax: 99 }).run()).rejects.toMatchObject({
    code: "BACKTEST_TOO_LARGE",
  });
  await expect(rigOf({ points, readingsMax: 100 }).run()).resolves.toBeDefined();
});
