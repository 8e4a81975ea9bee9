import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import type { Period } from "../model/reading.ts";
import type { Signal } from "../model/rule.ts";
import { createSeriesHistory } from "./series-history.ts";
import { depthOf, signalValue } from "./signals.ts";

const zone = timeZone("Asia/Shanghai");
const START = Date.parse("2026-11-23T00:00:00+08:00");
const PLACE = { lon: 115.41, lat: 31.8 };

type Points = readonly (readonly [atMs: number, value: number])[];

/** The number that a signal makes of these points of `x`, and of others beside it: `x day`. */
function value(
  signal: Signal,
  points: Points,
  others: Record<string, Points> = {},
  period: Period = "instant",
) {
  const all: Record<string, Points> = { x: points, ...others };
  const histories = Object.fromEntries(
    Object.entries(all).map(([name, given]) => {
      const history = createSeriesHistory(depthOf(signal) || HOUR_MS, 1_000);
      for (const [at, of] of given) history.add(START + at, of);
      return [name, history];
    }),
  );
  return signalValue(
    signal,
    { measurement: "x", period },
    {
      zone,
      place: PLACE,
      attributes: {},
      offNeighbours: () => undefined,
      history: (name, of) => histories[of === period ? name : `${name} ${of}`],
    },
  );
}

const every = (stepMs: number, values: readonly number[], fromMs = 0): Points =>
  values.map((of, n) => [fromMs + n * stepMs, of] as const);

const RATE: Signal = { kind: "rate", overMs: 10 * MINUTE_MS, pointsMin: 3 };

test.each([
  ["rising 2 a minute", every(MINUTE_MS, [0, 2, 4, 6, 8, 10]), 2],
  ["falling", every(2 * MINUTE_MS, [9, 6, 3, 0]), -1.5],
  ["flat", every(MINUTE_MS, [7, 7, 7, 7, 7, 7]), 0],
  ["too few", every(5 * MINUTE_MS, [0, 50]), undefined],
  ["too short a stretch to tell", every(MINUTE_MS, [0, 9, 18, 27]), undefined],
  ["nothing at all", [], undefined],
])("rate: %s", (_title, points, wanted) => {
  const found = value(RATE, points);
  if (wanted === undefined) expect(found).toBeUndefined();
  else expect(found).toBeCloseTo(wanted, 9);
});

test.each([
  ["mean", 4],
  ["min", 1],
  ["max", 9],
  ["range", 8],
  ["p50", 3.5],
  ["p90", 7],
  ["p95", 8],
] as const)("%s of the last hour alone", (fn, wanted) => {
  const signal: Signal = { kind: "window", fn, overMs: HOUR_MS, pointsMin: 2 };
  // The newest stands at 115 min: the window begins at 55 min.
  const last = every(10 * MINUTE_MS, [1, 9, 2, 4, 3, 5], 65 * MINUTE_MS);
  expect(value(signal, [[0, 100], ...last])).toBe(wanted);
});

test("a window with too few points says nothing", () => {
  const signal: Signal = { kind: "window", fn: "mean", overMs: HOUR_MS, pointsMin: 3 };
  expect(value(signal, every(MINUTE_MS, [1, 2]))).toBeUndefined();
});

test("hours count while the value qualifies; silence adds no more than the gap", () => {
  const signal: Signal = {
    kind: "hours",
    above: 10,
    overMs: 12 * HOUR_MS,
    gapMs: 30 * MINUTE_MS,
  };
  const points: Points = [
    [0, 20],
    [15 * MINUTE_MS, 20],
    [30 * MINUTE_MS, 5],
    [HOUR_MS, 20],
    [5 * HOUR_MS, 5],
  ];
  expect(value(signal, points)).toBeCloseTo(0.5 + 0.5, 9);
  expect(value({ ...signal, below: 15 }, points)).toBe(0);
  expect(value(signal, [[0, 20]])).toBeUndefined();
});

test.each([
  ["six in a row", [1, 2, 2, 2, 2, 2, 2], 5 / 6],
  ["five are not enough", [1, 2, 2, 2, 2, 2], 0],
  ["within the tolerance of the newest", [1, 2, 2.04, 1.96, 2, 2.03, 2], 5 / 6],
  ["changing", [1, 2, 3, 4, 5, 6, 7], 0],
])("unchanged: %s", (_title, values, hours) => {
  const signal: Signal = { kind: "unchanged", tolerance: 0.05, pointsMin: 6, depthMs: DAY_MS };
  expect(value(signal, every(10 * MINUTE_MS, values))).toBeCloseTo(hours, 9);
});

test("a jump is the distance from the reading before, unless that is too old", () => {
  const signal: Signal = { kind: "jump", overMs: HOUR_MS };
  expect(value(signal, every(MINUTE_MS, [10, 50, 20]))).toBe(30);
  expect(value(signal, every(2 * HOUR_MS, [10, 50]))).toBeUndefined();
  expect(value(signal, [[0, 1]])).toBeUndefined();
});

const FULL: Signal = {
  kind: "forecast",
  reaches: 95,
  fallsBy: 30,
  fitMs: 24 * HOUR_MS,
  pointsMin: 4,
};

test.each([
  ["5 % an hour from 60", every(HOUR_MS, [40, 45, 50, 55, 60]), 7],
  ["counted since it was emptied", every(HOUR_MS, [80, 90, 5, 10, 15, 20, 25]), 14],
  ["there already", every(HOUR_MS, [90, 92, 94, 96]), 0],
  ["not rising", every(HOUR_MS, [50, 50, 49, 50, 48]), Number.POSITIVE_INFINITY],
  ["just emptied", every(HOUR_MS, [70, 80, 90, 5, 6]), undefined],
])("forecast: %s", (_title, points, hours) => {
  const found = value(FULL, points);
  if (hours === undefined || hours === Number.POSITIVE_INFINITY) expect(found).toBe(hours);
  else expect(found).toBeCloseTo(hours, 6);
});

test.each([
  [
    "emptied today",
    [
      [8 * HOUR_MS, 80],
      [9 * HOUR_MS, 5],
      [20 * HOUR_MS, 40],
    ],
    0,
  ],
  [
    "emptied yesterday",
    [
      [8 * HOUR_MS, 80],
      [9 * HOUR_MS, 5],
      [44 * HOUR_MS, 90],
    ],
    1,
  ],
  [
    "emptied just before midnight",
    [
      [23 * HOUR_MS, 80],
      [23.9 * HOUR_MS, 5],
      [24.1 * HOUR_MS, 6],
    ],
    1,
  ],
  [
    "not since it is known",
    [
      [HOUR_MS, 10],
      [26 * HOUR_MS, 50],
      [50 * HOUR_MS, 90],
    ],
    2,
  ],
  [
    "a little less is no emptying",
    [
      [HOUR_MS, 60],
      [26 * HOUR_MS, 40],
    ],
    1,
  ],
] as const)("days without: %s", (_title, points, days) => {
  expect(value({ kind: "days-without", fallsBy: 30, daysMax: 5 }, points)).toBe(days);
});

const DAILY_ROUND: Signal = {
  kind: "days-without",
  fallsBy: 10,
  atLeast: 15,
  dueBy: "20:00",
  daysMax: 3,
};

test.each([
  ["a day not over at 19:59 is not missed", 43.9, 60, 0],
  ["it is missed from 20:00 on", 44, 60, 1],
  ["and still on the next morning", 58, 60, 1],
  ["two days", 68, 60, 2],
  ["what holds hardly anything need not be emptied", 68, 14, 0],
])("days without, due by a time of day: %s", (_title, hours, fill, days) => {
  const points: Points = [
    [8 * HOUR_MS, 80],
    [9 * HOUR_MS, 5],
    [40 * HOUR_MS, fill],
    [hours * HOUR_MS, fill],
  ];
  expect(value(DAILY_ROUND, points)).toBe(days);
});

test.each([
  ["between its ends", 50, 24],
  ["at its lower end", 5, 0],
  ["at its upper end", 95, 0],
])("hours unchanged of a value %s", (_title, of, hours) => {
  const signal: Signal = {
    kind: "unchanged",
    tolerance: 0,
    above: 5,
    below: 95,
    pointsMin: 12,
    depthMs: 26 * HOUR_MS,
  };
  expect(value(signal, every(HOUR_MS, Array(25).fill(of)))).toBe(hours);
});

const DAILY: Signal = {
  kind: "valid-mean",
  span: "day",
  dueEveryMs: HOUR_MS,
  shareMin: 0.75,
};

test("a day's mean is there when the day is over, of what stood in it alone", () => {
  const day = every(
    HOUR_MS,
    Array.from({ length: 24 }, (_, n) => n),
  );
  expect(value(DAILY, day)).toBeUndefined();
  expect(value(DAILY, [...day, [24 * HOUR_MS, 1_000]])).toBe(11.5);
});

test("of a day whose mean the device sends itself nothing is said, nor before it could have come", () => {
  const hours = every(HOUR_MS, Array(24).fill(60));
  const more = (n: number): Points => [...hours, ...every(HOUR_MS, Array(n).fill(10), DAY_MS)];
  const own: Points = [[0, 59]];
  // With the day's last hour its mean may still be on the way.
  expect(value(DAILY, hours, {}, "hour")).toBeUndefined();
  expect(value(DAILY, more(1), {}, "hour")).toBe(60);
  expect(value(DAILY, more(23), {}, "hour")).toBe(60);
  expect(value(DAILY, more(24), {}, "hour")).toBeUndefined();
  expect(value(DAILY, more(25), {}, "hour")).toBe(10);
  expect(value(DAILY, more(1), { "x day": own }, "hour")).toBeUndefined();
  expect(value(DAILY, more(25), { "x day": own }, "hour")).toBe(10);
});

test("a day with less than three quarters of what was due has no valid mean", () => {
  const hours = (n: number): Points => [...every(HOUR_MS, Array(n).fill(60)), [25 * HOUR_MS, 1]];
  expect(value(DAILY, hours(18))).toBe(60);
  expect(value(DAILY, hours(17))).toBeUndefined();
});

test("the mean is weighted by the flow of its time, and an hour without flow counts for nothing", () => {
  const conc = every(HOUR_MS, [...Array(12).fill(30), ...Array(12).fill(60), 0]);
  const flow = every(HOUR_MS, [...Array(12).fill(100), ...Array(12).fill(300), 0]);
  const signal: Signal = { ...DAILY, weight: "flow" };
  expect(value(signal, conc, { flow })).toBeCloseTo(52.5, 9);
  // The flow of the last seven hours is missing: 17 of 24 are less than three quarters.
  expect(value(signal, conc, { flow: flow.slice(0, 17) })).toBeUndefined();
});

test("a month's mean of days is there when the month is over", () => {
  const signal: Signal = { ...DAILY, span: "month", dueEveryMs: DAY_MS };
  const days = every(DAY_MS, Array(8).fill(10));
  // From 23 November on: 8 of 30 days are not enough.
  expect(value(signal, [...days, [8 * DAY_MS, 99]])).toBeUndefined();
  const before = every(DAY_MS, Array(30).fill(20), -22 * DAY_MS);
  expect(value(signal, [...before, [8 * DAY_MS, 99]])).toBe(20);
});

test.each([
  ["lit at midnight", "lit", 0, 1, 0],
  ["dark at midnight", "lit", 0, 0, 1],
  ["dark at noon, which is no night", "lit", 12, 0, undefined],
  ["lit at noon", "dark", 12, 1, 1],
  ["dark at noon", "dark", 12, 0, 0],
  ["anything at sunset", "dark", 17.3, 1, undefined],
  ["dark when the night has ten minutes left, which may be its end", "lit", 6.25, 0, undefined],
  ["lit then, which is kept to the end", "lit", 6.25, 1, 0],
  ["dark half an hour before", "lit", 5.75, 0, 1],
] as const)("against the plan: %s", (_title, planned, hour, isLit, wanted) => {
  expect(value({ kind: "against-plan", planned }, [[hour * HOUR_MS, isLit]])).toBe(wanted);
});
