import { expect, test } from "vitest";
import { indexAfterKey, inSight } from "./now-window.ts";

test.each([
  [{ top: 0, height: 400 }, 5000, [0, 8]],
  [{ top: 40_000, height: 400 }, 5000, [396, 408]],
  [{ top: 40_000, height: 400 }, 3, [3, 3]],
  [{ top: 0, height: 400 }, 0, [0, 0]],
])("of %j and %d rows those from and to %j are made", (view, count, expected) => {
  expect(inSight(view, 100, count)).toEqual(expected);
});

test.each([
  ["ArrowDown", 3, 4],
  ["ArrowUp", 3, 2],
  ["ArrowUp", 0, 0],
  ["ArrowDown", 9, 9],
  ["PageDown", 3, 7],
  ["PageUp", 3, 0],
  ["Home", 7, 0],
  ["End", 2, 9],
  ["x", 3, undefined],
])("%s leads from row %d to %s", (key, at, expected) => {
  expect(indexAfterKey(key, at, 10, 4)).toBe(expected);
});

test("in an empty list no key leads anywhere", () => {
  expect(indexAfterKey("ArrowDown", 0, 0, 4)).toBeUndefined();
});
