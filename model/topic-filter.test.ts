import { expect, test } from "vitest";
import { isValidFilter, matchesFilter } from "./topic-filter.ts";

test.each(["#", "+", "v1/#", "v1/+/x", "a/+/#", "a/b", "/", "a//b", "$SYS/#", "城市/+"])(
  "'%s' is a filter",
  (text) => {
    expect(isValidFilter(text)).toBe(true);
  },
);

test.each(["", "a#", "#/a", "a/#/b", "a+/b", "a/b+", "+a", "a\0b"])("'%s' is no filter", (text) => {
  expect(isValidFilter(text)).toBe(false);
});

test.each([
  ["intake/video", "intake/video", true],
  ["intake/video", "intake/+", true],
  ["intake/video", "intake/#", true],
  ["intake", "intake/#", true],
  ["intake/video", "#", true],
  ["intake/video/x", "intake/+", false],
  ["intake", "intake/+", false],
  ["intake/hotline", "intake/video", false],
  ["$SYS/x", "#", false],
])("'%s' in '%s': %s", (topic, filter, isIn) => {
  expect(matchesFilter(filter, topic)).toBe(isIn);
});
