import fc from "fast-check";
import { expect, test } from "vitest";
import {
  alignedOf,
  type CurvePoint,
  moved,
  partsOf,
  rangeOf,
  seenOf,
  timeTicks,
  valueText,
  within,
  zoomed,
} from "./curve-data.ts";

const M = 60_000;
const H = 60 * M;
const each5m = (...values: (number | null)[]): CurvePoint[] =>
  values.map((value, n) => [n * 5 * M, value]);

test("a line without a pause is one part", () => {
  expect(partsOf(each5m(1, 2, 3, 4))).toHaveLength(1);
  expect(partsOf([])).toEqual([]);
});

test("a pause of many usual steps breaks the line, and so does a value that is none", () => {
  const points: CurvePoint[] = [...each5m(1, 2, 3), [60 * M, 4], [65 * M, 5]];
  expect(partsOf(points).map((part) => part.length)).toEqual([3, 2]);
  expect(partsOf(each5m(1, null, 3)).map((part) => part.length)).toEqual([1, 1]);
});

test("a device that reports each second in an alarm was not silent before", () => {
  const hurried: CurvePoint[] = Array.from({ length: 50 }, (_, n) => [10 * M + n * 1000, n]);
  expect(partsOf([[0, 1], [5 * M, 1], ...hurried])).toHaveLength(1);
});

test("no point is lost by parting a line, and none is shown twice", () => {
  const line = fc
    .uniqueArray(fc.integer({ min: 0, max: 10_000_000 }), { maxLength: 40 })
    .map((times) => times.sort((a, b) => a - b).map((at): CurvePoint => [at, at % 7]));
  fc.assert(
    fc.property(line, (points) => {
      expect(partsOf(points).flat()).toEqual(points);
    }),
  );
});

test("series with times of their own stand in one row of times; a gap is null, no reading undefined", () => {
  const [times, one, two] = alignedOf([
    { name: "a", unit: "m", points: [...each5m(1, 2, 3), [2 * H, 4]] },
    { name: "b", unit: "m", points: [[M, 7]] },
  ]);
  expect(times).toEqual([0, M, 5 * M, 10 * M, 65 * M, 2 * H]);
  expect(one).toEqual([1, undefined, 2, 3, null, 4]);
  expect(two).toEqual([undefined, 7, undefined, undefined, undefined, undefined]);
});

test.each([
  ["limits are in it", [2, 4, [10]], [1.36, 10.64]],
  ["nothing below nought without values there", [0, 100, []], [0, 108]],
  ["a flat line has height", [5, 5, []], [4.9, 5.1]],
  ["nothing at all", [Infinity, -Infinity, []], [0, 1]],
] as const)("range: %s", (_what, [low, high, limits], [least, most]) => {
  const range = rangeOf(low, high, limits);
  expect(range[0]).toBeCloseTo(least);
  expect(range[1]).toBeCloseTo(most);
});

test("ticks are round times of the platform's zone, with the day where one begins", () => {
  const from = Date.parse("2026-11-22T22:10:00+08:00");
  const ticks = timeTicks({ from, to: from + 6 * H }, 6, 480).map(({ text }) => text);
  expect(ticks).toEqual(["23:00\n11-22", "00:00\n11-23", "01:00", "02:00", "03:00", "04:00"]);
  const days = timeTicks({ from, to: from + 10 * 24 * H }, 10, 480);
  expect(days[0]?.text).toBe("11-23");
  expect(timeTicks({ from, to: from + 20_000 }, 4, 480)[1]?.text).toBe("22:10:05");
});

test("a view never leaves the whole, however it is zoomed and moved", () => {
  const whole = { from: 0, to: 24 * H };
  expect(zoomed(whole, whole, 0.5)).toEqual({ from: 6 * H, to: 18 * H });
  expect(zoomed({ from: 0, to: 2 * H }, whole, 2)).toEqual({ from: 0, to: 4 * H });
  expect(moved({ from: 0, to: 2 * H }, whole, -0.5)).toEqual({ from: 0, to: 2 * H });
  expect(moved({ from: 21 * H, to: 23 * H }, whole, 0.5)).toEqual({ from: 22 * H, to: 24 * H });
  expect(within({ from: -H, to: 30 * H }, whole)).toEqual(whole);
  expect(zoomed({ from: 0, to: 1 }, whole, 0.5).to).toBe(10_000);
});

test("what is seen in the view is counted with its gaps", () => {
  const points: CurvePoint[] = [...each5m(9, 2, 3), [2 * H, 4]];
  expect(seenOf(points, { from: M, to: 3 * H })).toEqual({
    ...{ count: 3, gaps: 1, low: 2, high: 4 },
    last: [2 * H, 4],
  });
  expect(seenOf(points, { from: 3 * H, to: 4 * H })).toBeUndefined();
});

test("a value has its unit, a boolean its word", () => {
  expect(valueText(1.23456, { name: "", unit: "m" })).toBe("1.235 m");
  expect(valueText(2, { name: "", unit: "" })).toBe("2");
  expect(valueText(1, { name: "", unit: "", states: ["no", "yes"] })).toBe("yes");
});
