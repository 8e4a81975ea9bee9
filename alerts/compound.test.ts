import fc from "fast-check";
import { describe, expect, test as it } from "vitest";
import { FLAG_BITS } from "../model/reading.ts";
import type { Term } from "../model/rule.ts";
import { type CompoundRule, evaluateCompound } from "./compound.ts";
import { compiledTerm } from "./compound-compile.ts";
import { test } from "./doubles/condition-world.ts";
import { verdictOf } from "./levels.ts";

type Values = Readonly<Record<string, number | undefined>>;

const GOOD = { flags: 0, receivedAt: 0 };

function verdict(when: unknown, values: Values, reading = GOOD, isJudged = true) {
  const rule = {
    when: compiledTerm(when as Term, undefined),
    hasHours: !isJudged,
    isJudgedAt: () => isJudged,
  } as unknown as CompoundRule;
  return verdictOf(evaluateCompound(rule, reading, ({ measurement }) => values[measurement]));
}

/** Raised above 10, normal again at 8. */
const A = test("a", ">", 10, 8);
const B = test("b", ">", 10, 8);

/** Yes, between, no and not known. */
const Y = 11;
const H = 9;
const N = 1;

describe("in three values", () => {
  it.each([
    [Y, Y, "abnormal", "abnormal"],
    [Y, H, "between", "abnormal"],
    [Y, N, "normal", "abnormal"],
    [Y, undefined, "unknown", "abnormal"],
    [H, H, "between", "between"],
    [H, N, "normal", "between"],
    [H, undefined, "unknown", "between"],
    [N, N, "normal", "normal"],
    [N, undefined, "normal", "unknown"],
    [undefined, undefined, "unknown", "unknown"],
  ])("of %s and %s all is %s, any is %s, whichever comes first", (a, b, all, any) => {
    for (const values of [
      { a, b },
      { a: b, b: a },
    ]) {
      expect(verdict({ all: [A, B] }, values)).toBe(all);
      expect(verdict({ any: [A, B] }, values)).toBe(any);
    }
  });

  it.each([
    [Y, "normal"],
    [H, "between"],
    [N, "abnormal"],
    [undefined, "unknown"],
  ])("not %s is %s", (a, found) => {
    expect(verdict({ not: A }, { a })).toBe(found);
    expect(verdict({ not: { not: { not: A } } }, { a })).toBe(found);
  });
});

it.each([
  ["times", { a: 4, b: 10 }, "abnormal"],
  ["times", { a: 5, b: 10 }, "between"],
  ["times", { a: 6, b: 10 }, "normal"],
  ["times", { a: 0, b: 0 }, "normal"],
  ["times", { a: 4, b: undefined }, "unknown"],
  ["times", { a: undefined, b: 10 }, "unknown"],
  ["plus", { a: 10.4, b: 10 }, "abnormal"],
  ["plus", { a: 10.5, b: 10 }, "between"],
  ["plus", { a: 10.6, b: 10 }, "normal"],
])("a level is what another value %s makes of it: %j is %s", (as, values, found) => {
  const against = { measurement: "b", period: "instant", as };
  expect(verdict({ ...test("a", "<", 0.5, 0.6), against }, values)).toBe(found);
});

it("a suspect reading and one outside the hours of the rule ask for nothing", () => {
  const suspect = { flags: FLAG_BITS.range, receivedAt: 0 };
  expect(verdict(A, { a: Y }, suspect)).toBe("unknown");
  expect(verdict(A, { a: Y }, GOOD, false)).toBe("unknown");
});

const tests = fc.constantFrom(..."abcd").chain((name) =>
  fc
    .record({
      sign: fc.constantFrom<"<" | ">">("<", ">"),
      raise: fc.integer({ max: 20, min: 0 }),
    })
    .map(({ sign, raise }) => test(name, sign, raise, sign === ">" ? raise - 3 : raise + 3)),
);
const terms = fc.letrec<{ term: unknown }>((tie) => ({
  term: fc.oneof(
    { depthSize: "small" },
    tests,
    fc.record({ all: fc.array(tie("term"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie("term"), { minLength: 1, maxLength: 3 }) }),
    fc.record({ not: tie("term") }),
  ),
})).term;
const known = fc.record({
  a: fc.integer({ min: -5, max: 25 }),
  b: fc.integer({ min: -5, max: 25 }),
  c: fc.integer({ min: -5, max: 25 }),
  d: fc.integer({ min: -5, max: 25 }),
});

it("what is settled without a value stays so whatever the value is", () => {
  fc.assert(
    fc.property(terms, known, fc.subarray(["a", "b", "c", "d"]), (when, values, unheard) => {
      const heard = { ...values, ...Object.fromEntries(unheard.map((name) => [name, undefined])) };
      const less = verdict(when, heard);
      if (less === "abnormal" || less === "normal") expect(verdict(when, values)).toBe(less);
      expect(verdict(when, values)).not.toBe("unknown");
    }),
    { numRuns: 500 },
  );
});

it("not exchanges abnormal and normal, and leaves the rest", () => {
  const opposite = {
    abnormal: "normal",
    normal: "abnormal",
    between: "between",
    unknown: "unknown",
  };
  fc.assert(
    fc.property(terms, known, (when, values) => {
      expect(verdict({ not: when }, values)).toBe(opposite[verdict(when, values)]);
    }),
    { numRuns: 500 },
  );
});
