import { expect, test } from "vitest";
import { deltaOf, TwinState } from "./device-twin.ts";
import { LIMITS } from "./limits.ts";

test("what is wanted and not reported so is left", () => {
  const wanted = { reportMinutes: 30, led: false, site: "east", threshold: 10 };
  const reported = { reportMinutes: 60, led: false, threshold: "10", signal: -90 };
  expect(deltaOf({ wanted, reported })).toEqual({ reportMinutes: 30, site: "east", threshold: 10 });
  expect(deltaOf({ wanted, reported: { ...reported, ...wanted } })).toEqual({});
  expect(deltaOf({ wanted: {}, reported })).toEqual({});
});

const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`f${n}`, n]));

test.each([
  [{}, true],
  [{ a: 1, "b.c-d_e": "text", f: true }, true],
  [many(LIMITS.twinFieldsMax), true],
  [many(LIMITS.twinFieldsMax + 1), false],
  [{ a: "x".repeat(LIMITS.twinTextLengthMax) }, true],
  [{ a: "x".repeat(LIMITS.twinTextLengthMax + 1) }, false],
  [{ a: null }, false],
  [{ a: { b: 1 } }, false],
  [{ a: [1] }, false],
  [{ a: Number.POSITIVE_INFINITY }, false],
  [{ "": 1 }, false],
  [{ "a b": 1 }, false],
  [[], false],
  [7, false],
])("%j is a state: %s", (given, wanted) => {
  expect(TwinState.safeParse(given).success).toBe(wanted);
});
