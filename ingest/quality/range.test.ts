import { expect, test } from "vitest";
import { flagRange } from "./range.ts";

test.each([
  [-0.1, "range", "below"],
  [0, undefined, ""],
  [180, undefined, ""],
  [180.001, "range", "above"],
  [Number.MAX_VALUE, "range", "above"],
])("%d between 0 and 180", (value, flag, word) => {
  const found = flagRange(value, { min: 0, max: 180 });
  expect(found?.flag).toBe(flag);
  expect(found?.reason ?? "").toContain(word);
});

test("a measurement that the class does not name has no range", () => {
  expect(flagRange(1e300, undefined)).toBeUndefined();
});
