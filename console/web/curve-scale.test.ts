import fc from "fast-check";
import { expect, test } from "vitest";
import { axisLabel, HOUR_MS, type Point, partsOf, rangeOf, spanOf } from "./curve-scale.ts";

const MINUTE_MS = 60_000;
const line = (...points: Point[]): Point[] => points;

test("the range holds every value and limit, is never flat, and starts at nought at the lowest where nothing is below", () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.array(value), fc.array(value, { maxLength: 3 }), (values, limits) => {
      const [low, high] = rangeOf([values.map((each, n) => [n, each] as Point)], limits, false);
      const all = [...values, ...limits];
      expect(high).toBeGreaterThan(low);
      expect(all.every((each) => each >= low && each <= high)).toBe(true);
      if (all.every((each) => each >= 0)) expect(low).toBeGreaterThanOrEqual(0);
    }),
  );
});

test("a boolean's range is 0 to 1, and so is that of nothing", () => {
  expect(rangeOf([line([0, 1])], [], true)).toEqual([0, 1]);
  expect(rangeOf([], [], false)).toEqual([0, 1]);
});

test("a pause of more than some usual steps breaks the line", () => {
  const hourly = (from: number): Point[] => [0, 1, 2, 3].map((n) => [(from + n) * HOUR_MS, n]);
  expect(partsOf([...hourly(0), ...hourly(9)])).toEqual([hourly(0), hourly(9)]);
});

test("a device that hurries in an alarm has not been silent before", () => {
  const calm: Point[] = [0, 10, 20].map((minute) => [minute * MINUTE_MS, 1]);
  const hurried: Point[] = [1, 2, 3, 4, 5].map((n) => [20 * MINUTE_MS + n * 1_000, 9]);
  expect(partsOf([...calm, ...hurried])).toHaveLength(1);
});

test("no point is lost or moved by breaking the line", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e9)), (times) => {
      const points = times.sort((a, b) => a - b).map((at, n) => [at, n] as Point);
      expect(partsOf(points).flat()).toEqual(points);
    }),
  );
});

test.each([
  ["an hour when all is younger", [-50 * MINUTE_MS], 1],
  ["six hours when all is younger", [-5 * HOUR_MS, -MINUTE_MS], 6],
  ["a day when there is something older", [-7 * HOUR_MS], 24],
  ["a day when there is nothing", [], 24],
])("the curve looks back %s", (_when, ages, hours) => {
  const to = 1_000 * HOUR_MS;
  expect(spanOf([ages.map((age) => [to + age, 1])], to)).toBe(hours * HOUR_MS);
});

test.each([
  [0, 0.2, "0.00"],
  [-0.001, 2, "0.0"],
  [7.25, 5, "7.3"],
  [183.4, 27, "183"],
  [1.2346, 0.01, "1.235"],
])("the label of %d on an axis of %d is %s", (value, span, text) => {
  expect(axisLabel(value, span)).toBe(text);
});
