import { expect, test } from "vitest";
import type { EvaluationAnswer } from "../../shared/platform-types.ts";
import { linesOf, runsOf, topOf } from "./trend.ts";
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
});

test("who is chosen is read from the address as it was written, and no more than a trend shows", () => {
  const read = (on: string) => chosenIn(new URLSearchParams({ on }));
  const ids = ["works", "grid 7 north", "100%", "\u8857\u9053"];
  expect(read(choiceText(ids))).toEqual(ids);
  expect(read("")).toEqual([]);
  expect(read("100%")).toEqual(["100%"]);
  expect(read("a b c d e f")).toHaveLength(TREND_MAX);
});
