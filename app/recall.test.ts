import { expect, test } from "vitest";
import type { LookBack, Remembered } from "../alerts/alerts.ts";
import type { ReadingQuery } from "../ingest/store/reading-store.ts";
import { LIMITS } from "../model/limits.ts";
import { type RecallDeps, recall } from "./recall.ts";

const NOW = 1_000_000;

/** A store of one point a millisecond in every series, and how far back each is wanted. */
function world(depths: Record<string, number>, pointsFrom = 0) {
  const asked: ReadingQuery[] = [];
  const told = new Map<string, number[]>();
  const names = Object.keys(depths);
  const deps = {
    alerts: {
      lookBacks: (): LookBack[] =>
        names.map((deviceId) => ({
          deviceId,
          measurement: "x",
          period: "instant",
          depthMs: depths[deviceId] ?? 0,
        })),
      remember(readings: readonly Remembered[]) {
        for (const { deviceId, observedAt } of readings) {
          told.set(deviceId, [...(told.get(deviceId) ?? []), observedAt]);
        }
      },
    },
    store: {
      queryColumns: async (query: ReadingQuery) => {
        asked.push(query);
        return query.seriesIds.map((seriesId) => {
          const from = Math.max(query.from, pointsFrom);
          const count = Math.max(0, Math.min(query.to, NOW + 1) - from);
          const length = Math.min(count, query.pointsPerSeriesMax);
          const at = Float64Array.from({ length }, (_, n) => from + n);
          const [value, flags] = [new Float64Array(length).fill(1), new Uint16Array(length)];
          return { seriesId, at, value, flags, truncated: count > query.pointsPerSeriesMax };
        });
      },
    },
    line: {
      seriesOf: ({ deviceId }: { deviceId: string }) =>
        deviceId === "unknown" ? [] : [{ seriesId: names.indexOf(deviceId) + 1 }],
    },
    isRunning: () => true,
  };
  return { deps: deps as unknown as RecallDeps, asked, told };
}

test("each series gets its past as far back as it is wanted, up to now, and no farther", async () => {
  const { deps, told } = world({ short: 10, long: 100, unknown: 50 });
  expect(await recall(deps, NOW)).toEqual({ series: 2, points: 11 + 101 });
  expect(told.get("short")).toEqual(Array.from({ length: 11 }, (_, n) => NOW - 10 + n));
  expect(told.get("long")?.at(0)).toBe(NOW - 100);
  expect(told.has("unknown")).toBe(false);
});

test("a series with more points than one answer holds is asked on until its newest", async () => {
  const depthMs = 2 * LIMITS.lookBackPointsMax;
  const { deps, told, asked } = world({ dense: depthMs });
  await recall(deps, NOW);
  expect(asked.length).toBeGreaterThan(1);
  expect(told.get("dense")?.at(-1)).toBe(NOW);
  expect(new Set(told.get("dense")).size).toBe(depthMs + 1);
});

test("many series are asked for a few at a time", async () => {
  const depths = Object.fromEntries(Array.from({ length: 1_200 }, (_, n) => [`d-${n}`, 5]));
  const { deps, asked } = world(depths);
  await recall(deps, NOW);
  expect(asked.map(({ seriesIds }) => seriesIds.length)).toEqual([500, 500, 200]);
});
