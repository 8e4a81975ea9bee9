/** Points by both models against figures worked out by hand; deductions, grades, ranks, periods. */
import { expect, test } from "vitest";
import { timeZone } from "../../model/local-time.ts";
import { ScoreModel } from "../../model/score-model.ts";
import { type Counts, newCounts, roundTo } from "./counts.ts";
import { periodBefore, periodOf } from "./period.ts";
import { ranksOf } from "./rank.ts";
import { basePoints, gradeOf, SHIPPED_MODELS, scoreOf, strikesOf } from "./score-models.ts";

const zone = timeZone("Asia/Shanghai");
const { A, B } = SHIPPED_MODELS;
/** 100 due, 90 handled, 80 in time, 5 extended; 50 to be closed, 40 closed, 10 reworks. */
const WORK: Counts = {
  ...newCounts(),
  ...{ handled: 90, handledOnTime: 80, overdueUnhandled: 10, extensions: 5, reworks: 10 },
  ...{ closed: 40, closedOnTime: 30, overdueUnclosed: 10 },
};

test("model B: 0.9×30 + 0.8×20 + 0.8×20 + 0.9×20 + 0.95×10", () => {
  expect(basePoints(B, WORK)).toBe(86.5);
});

test("model A: 10 for few reworks + 0.8×30 + 0.8×30 + 0.8×30", () => {
  expect(basePoints(A, WORK)).toBe(82);
});

test.each([
  [50, 10],
  [51, 9],
  [100, 9],
  [101, 7.5],
  [200, 7.5],
  [500, 6],
  [1_000, 4],
  [1_001, 0],
])("model A gives of %i reworks %d points for their number", (reworks, points) => {
  const counts = { ...newCounts(), handled: 1, overdueUnclosed: 100_000, reworks };
  // 0 closed, 0 in time; the rest of the rework rate aside.
  expect(basePoints(A, counts)).toBe(roundTo(points + 30 * (1 - reworks / 100_000), 2));
});

test("nothing due gives no points, and a term without a whole is stood for by the others", () => {
  expect(basePoints(B, newCounts())).toBeNull();
  expect(basePoints(B, { ...newCounts(), dispatched: 5 })).toBeNull();
  expect(basePoints(B, { ...newCounts(), handled: 1 })).toBe(75);
  expect(basePoints(B, { ...newCounts(), handled: 1, handledOnTime: 1 })).toBe(100);
  expect(basePoints(B, { ...WORK, reworks: 500 })).toBe(70.5);
});

test("deductions are taken off, never below 0", () => {
  const one = ["case-1"];
  const struck = strikesOf(
    B,
    new Map([
      ["failedCheck", one],
      ["repeatedFailedCheck", one],
      ["refusedReturn", one],
    ]),
  );
  expect(Object.fromEntries(struck.map((each) => [each.deductionId, each.points]))).toEqual({
    ...{ "failed-check": 0.2, "third-failed-check": 0.5, "refused-return": 1 },
  });
  expect(scoreOf(86.5, [{ points: 0.6 }, { points: 1 }], B)).toBe(84.9);
  expect(scoreOf(1, [{ points: 3 }], B)).toBe(0);
});

test.each([
  [90, "excellent", "green"],
  [89.99, "good", "blue"],
  [80, "good", "blue"],
  [60, "fair", "yellow"],
  [59.99, "poor", "red"],
])("%d points are graded %s", (score, grade, colour) => {
  expect(gradeOf(score, B)).toEqual({ grade, colour });
});

test("ranks are within the group, ties share one, and null has none", () => {
  const item = (group: string, score: number | null) => ({ group, score });
  const items = [item("a", 90), item("a", 95), item("a", 90), item("a", 80), item("b", 1)];
  expect(ranksOf([...items, item("a", null)]).map(({ rank }) => rank)).toEqual([
    2,
    1,
    2,
    4,
    1,
    null,
  ]);
  expect(ranksOf(items).map(({ rankedOf }) => rankedOf)).toEqual([4, 4, 4, 4, 1]);
});

test.each([
  ["2026-W47", "2026-11-16", "2026-11-23", "2026-W46"],
  ["2027-W01", "2027-01-04", "2027-01-11", "2026-W53"],
  ["2026-W01", "2025-12-29", "2026-01-05", "2025-W52"],
  ["2026-11", "2026-11-01", "2026-12-01", "2026-10"],
  ["2026-01", "2026-01-01", "2026-02-01", "2025-12"],
  ["2026-Q4", "2026-10-01", "2027-01-01", "2026-Q3"],
  ["2026-Q1", "2026-01-01", "2026-04-01", "2025-Q4"],
  ["2026", "2026-01-01", "2027-01-01", "2025"],
])("%s begins on %s and ends before %s, after %s", (text, from, to, before) => {
  const midnight = (day: string) => Date.parse(`${day}T00:00+08:00`);
  const period = periodOf(text, zone);
  expect(period).toEqual({ period: text, from: midnight(from), to: midnight(to) });
  const former = periodBefore(period, zone);
  expect(former).toEqual(periodOf(before, zone));
  expect(former.to).toBe(period.from);
});

test.each(["", "2026-13", "2026-00", "2026-W54", "2025-W53", "2026-W00", "2026-Q5", "26-11"])(
  "'%s' is no period",
  (text) => {
    expect(() => periodOf(text, zone)).toThrow(/field 'period': got '.*', wanted a day/);
  },
);

const MODEL = {
  title: { zh: "一百三十分", en: "130 points" },
  terms: [
    { kind: "share", rate: "handleRate", points: 100 },
    { kind: "mark", markId: "survey", points: 30, outOf: 100 },
  ],
  source: "a test",
};

test("nothing stops at 100: a city's model of 130 points, and a bonus beside", () => {
  const model = ScoreModel.parse({ ...MODEL, items: { bonusMax: 5, deductionMax: 100 } });
  const all = { ...newCounts(), handled: 1 };
  const base = basePoints(model, all, new Map([["survey", 100]])) ?? 0;
  expect(base).toBe(130);
  const bonus = [
    { kind: "bonus" as const, points: 3 },
    { kind: "bonus" as const, points: 4 },
  ];
  // So much of a bonus at most.
  expect(scoreOf(base, [], model, bonus)).toBe(135);
  expect(scoreOf(base, [], model, [{ kind: "deduction", points: 200 }])).toBe(30);
  expect(gradeOf(130, model)).toEqual({ grade: "excellent", colour: "green" });
});

test("a mark is a share of its points, and without one the other terms stand for it", () => {
  const model = ScoreModel.parse(MODEL);
  const all = { ...newCounts(), handled: 1 };
  expect(basePoints(model, all, new Map([["survey", 80]]))).toBe(124);
  expect(basePoints(model, all)).toBe(130);
  // A mark above its whole counts as whole.
  expect(basePoints(model, all, new Map([["survey", 120]]))).toBe(130);
});

test.each([
  [0, undefined],
  [1, 0.2],
  [2, 0.4],
  [3, 0.9],
  [4, 1.4],
  [5, 3.4],
  [7, 7.4],
])("%i strikes cost %d by a ladder whose third and fifth rung are dearer", (count, points) => {
  const ladder = [
    { from: 1, points: 0.2 },
    { from: 3, points: 0.5 },
    { from: 5, points: 2 },
  ];
  const strike = { deductionId: "rework", mark: "rework", title: MODEL.title, ladder, source: "" };
  const model = ScoreModel.parse({ ...MODEL, strikes: [strike] });
  const caseNos = Array.from({ length: count }, (_, n) => `case-${n}`);
  const [made] = strikesOf(model, new Map([["rework", caseNos]]));
  expect(made?.points).toBe(points);
  if (made !== undefined) expect(made).toMatchObject({ count, caseNos });
});

const BAND = { kind: "band", count: "reworks", points: 5, bands: [{ upTo: 1, points: 6 }] };
const GRADES = [
  { from: 60, grade: "fair", colour: "yellow" },
  { from: 90, grade: "good", colour: "blue" },
];

test.each<[object, string]>([
  [{ terms: [] }, "terms: "],
  [{ terms: [{ kind: "share", rate: "handelRate", points: 10 }] }, "terms.0.rate: "],
  [{ terms: [BAND] }, "terms.0.bands: must rise"],
  [{ grades: GRADES }, "grades: the best first"],
  [{ sourceWeights: { patrol: -1 } }, "sourceWeights.patrol: "],
  [{ sourceWeights: { pigeon: 1 } }, "sourceWeights"],
  [{ more: 1 }, ": Unrecognized"],
])("a model with a fault is refused: %j", (more, fault) => {
  const { error } = ScoreModel.safeParse({ ...MODEL, ...more });
  const faults = error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
  expect(faults.join("\n")).toContain(fault);
});
