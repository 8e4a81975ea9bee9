import fc from "fast-check";
import { expect, test } from "vitest";
import { LIMITS } from "../../model/limits.ts";
import { timeZone } from "../../model/local-time.ts";
import { bucketOf, LatestQuery, ReadingsQuery } from "./readings.ts";

const zone = timeZone("Asia/Shanghai");
const everyOf = (every: string) => {
  const parsed = ReadingsQuery.parse({ assetId: "a", every }).every;
  if (parsed === undefined) throw new Error(`no every in '${every}'`);
  return parsed;
};

test.each([
  ["30s", 30_000],
  ["5m", 300_000],
  ["2h", 7_200_000],
])("buckets of %s are counted from 1970", (every, everyMs) => {
  expect(bucketOf(everyOf(every), Date.UTC(2026, 10, 22, 3, 7), zone)).toEqual({
    everyMs,
    originMs: 0,
  });
});

test.each(["0m", "m", "5", "-1d", "1.5h", "5M", "1234567s"])("'%s' is no every", (every) => {
  expect(ReadingsQuery.safeParse({ assetId: "a", every }).success).toBe(false);
});

test("buckets of days begin at local midnight, and stay the same whatever the query's start", () => {
  const day = fc.integer({ min: 1, max: 30 });
  const at = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2035, 0, 1) });
  fc.assert(
    fc.property(day, at, fc.integer({ min: 0, max: 90 * 86_400_000 }), (count, from, later) => {
      const one = bucketOf({ count, unit: "d" }, from, zone);
      const other = bucketOf({ count, unit: "d" }, from + later, zone);
      expect(one.originMs).toBe(zone.startOfDay(one.originMs));
      expect(one.originMs).toBeLessThanOrEqual(from);
      expect(Math.abs(other.originMs - one.originMs) % one.everyMs).toBe(0);
    }),
  );
});

test("newest values are asked for of one asset or of so many devices, with commas between", () => {
  const many = (count: number): string => Array.from({ length: count }, (_, n) => `d-${n}`).join();
  const { latestDevicesMax } = LIMITS;
  expect(LatestQuery.parse({ deviceIds: "d-1,d-2", measurements: "rssiDbm,snrDb" })).toEqual({
    ...{ deviceIds: ["d-1", "d-2"], measurements: ["rssiDbm", "snrDb"] },
  });
  const isTaken = (query: object): boolean => LatestQuery.safeParse(query).success;
  expect(isTaken({ assetId: "a" })).toBe(true);
  expect(isTaken({ deviceIds: many(latestDevicesMax) })).toBe(true);
  expect(isTaken({ deviceIds: many(latestDevicesMax + 1) })).toBe(false);
  expect(isTaken({ assetId: "a", deviceIds: "d-1" })).toBe(false);
  expect(isTaken({})).toBe(false);
  expect(isTaken({ deviceIds: "d-1,,d-2" })).toBe(false);
});
