import { expect, test } from "vitest";
import { judgeValue, keptOf, type Levels, reachedOf, verdictOf } from "./levels.ts";

const RISING: Levels = { isAbove: true, isInclusive: true, raise: [160, 190], clear: [150, 180] };
const FALLING: Levels = { isAbove: false, isInclusive: false, raise: [20, 10], clear: [25, 15] };

test.each([
  [RISING, 150, "normal", 0, 0],
  [RISING, 155, "between", 0, 1],
  [RISING, 160, "abnormal", 1, 1],
  [RISING, 181, "abnormal", 1, 2],
  [RISING, 190, "abnormal", 2, 2],
  [FALLING, 25, "normal", 0, 0],
  [FALLING, 20, "between", 0, 1],
  [FALLING, 19.9, "abnormal", 1, 1],
  [FALLING, 14, "abnormal", 1, 2],
  [FALLING, 9, "abnormal", 2, 2],
] as const)("%j at %d is %s: step %d reached, %d kept", (levels, value, verdict, reached, kept) => {
  const judgement = judgeValue(levels, value);
  expect(verdictOf(judgement)).toBe(verdict);
  expect([reachedOf(judgement), keptOf(judgement)]).toEqual([reached, kept]);
});
