import { expect, test } from "vitest";
import type { EvaluationAnswer } from "../../shared/platform-types.ts";
import { bottomOf, linesOf, runsOf, spread, topOf } from "./trend.ts";
import { choiceText, chosenIn, TREND_MAX } from "./trend-choice.ts";

const answer = (score: number | null, closed: number) =>
  ({
    items: [{ subjectId: "works", score, indicators: { closed, closeRate: null } }],
  }) as unknown as Pick<EvaluationAnswer, "items">;

const ANSWERS = [answer(90, 3), undefined, answer(null, 12)];

test("a line has a value a period, and none where there is none", () => {
  const values = (of: string, who = "works") => linesOf(ANSWERS, [who], of)[0]?.values;
  expect(values("score")).toEqual([90, null, null]);
  expect(values("closed")).toEqual([3, null, 12]);
  expect(values("closeRate")).toEqual([null, null, null]);
  expect(values("score", "gone")).toEqual([null, null, null]);
});

test.each([
  ["score", 87, 100],
  ["score", 104, 200],
  ["closeRate", 0.4, 1],
  ["callbackRate", 1.3, 2],
  ["closed", 12, 20],
  ["closed", 20, 20],
  ["closed", 21, 40],
  ["closed", 7, 10],
  ["closed", 1, 2],
  ["closed", 0, 0],
])("the scale of %s with at most %d ends at %d", (of, most, top) => {
  expect(topOf([{ subjectId: "works", values: [null, most] }], of)).toBe(top);
});

test.each([
  ["score", 96, 100, 90],
  ["score", 100, 100, 90],
  ["score", 50, 100, 50],
  ["score", 49, 100, 0],
  ["closeRate", 0.72, 1, 0.7],
  ["closed", 19, 20, 0],
])("the scale of %s with at least %d, up to %d, begins at %d", (of, least, top, bottom) => {
  expect(bottomOf([{ subjectId: "works", values: [null, least, top] }], of, top)).toBe(bottom);
});

test("a scale of nothing begins at 0", () => {
  expect(bottomOf([{ subjectId: "works", values: [null] }], "score", 100)).toBe(0);
});

test("names at the ends of lines do not lie on each other, and keep their order", () => {
  expect(spread([40, 10, 12, 90], 14)).toEqual([40, 10, 24, 90]);
  expect(spread([5, 5, 5], 14)).toEqual([5, 19, 33]);
  expect(spread([], 14)).toEqual([]);
});

test("lines are broken where a value is missing, and the highest value is at the top", () => {
  const box = { width: 100, height: 50, top: 10 };
  expect(runsOf({ values: [0, 10, null, 5, null] }, box)).toEqual([
    [
      { x: 0, y: 50 },
      { x: 25, y: 0 },
    ],
    [{ x: 75, y: 25 }],
  ]);
  expect(runsOf({ values: [0] }, { ...box, top: 0 })).toEqual([[{ x: 50, y: 50 }]]);
  expect(runsOf({ values: [5, 10] }, { ...box, bottom: 5 })).toEqual([
    [
      { x: 0, y: 50 },
      { x: 100, y: 0 },
    ],
  ]);
});

test("who is chosen is read from the address as it was written, and no more than a trend shows", () => {
  const read = (on: string) => chosenIn(new URLSearchParams({ on }));
  const ids = ["works", "grid 7 north", "100%", "\u8857\u9053"];
  expect(read(choiceText(ids))).toEqual(ids);
  expect(read("")).toEqual([]);
  expect(read("100%")).toEqual(["100%"]);
  expect(read("a b c d e f")).toHaveLength(TREND_MAX);
});
