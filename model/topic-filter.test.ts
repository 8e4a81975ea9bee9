import { expect, test } from "vitest";
import { isValidFilter } from "./topic-filter.ts";

test.each(["#", "+", "v1/#", "v1/+/x", "a/+/#", "a/b", "/", "a//b", "$SYS/#", "城市/+"])(
  "'%s' is a filter",
  (text) => {
    expect(isValidFilter(text)).toBe(true);
  },
);

test.each(["", "a#", "#/a", "a/#/b", "a+/b", "a/b+", "+a", "a\0b"])("'%s' is no filter", (text) => {
  expect(isValidFilter(text)).toBe(false);
});
