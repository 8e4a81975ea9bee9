import { expect, test } from "vitest";
import { isTopicFilter } from "./topic-filter.ts";

test.each(["#", "+", "v1/#", "v1/+/x", "/", "a//b", "$SYS/#", "城市/+"])(
  "'%s' is a filter",
  (text) => {
    expect(isTopicFilter(text)).toBe(true);
  },
);

test.each(["", "a#", "#/a", "a/#/b", "a+/b", "+a", "a\0b"])("'%s' is no filter", (text) => {
  expect(isTopicFilter(text)).toBe(false);
});
