import fc from "fast-check";
import { expect, test } from "vitest";
import { coversFilter, isValidFilter, matchesFilter } from "./topic-filter.ts";

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

const level = fc.constantFrom("a", "b", "ab", "", "+", "$x", "城市");
const filter = fc
  .tuple(fc.array(level, { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ["#"] : [])].join("/"));

test("a right covers what it covers level by level", () => {
  fc.assert(
    fc.property(filter, filter, (right, asked) => {
      expect(coversFilter(right, asked)).toBe(coversByLevels(right.split("/"), asked.split("/")));
    }),
    { numRuns: 5_000 },
  );
});

/** MQTT 3.1.1, 4.7, as it reads. */
function coversByLevels(
  [wanted, ...rights]: readonly string[],
  [level, ...levels]: readonly string[],
  isFirst = true,
): boolean {
  if (wanted === undefined) return level === undefined;
  const isWild = wanted === "#" || wanted === "+";
  if (isFirst && isWild && level?.startsWith("$") === true) return false;
  if (wanted === "#") return true;
  if (level === undefined || level === "#") return false;
  return (wanted === "+" || wanted === level) && coversByLevels(rights, levels, false);
}
