import fc from "fast-check";
import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { CASE_EVENTS } from "./case-words.ts";
import {
  isDistrustedAfter,
  precisionOf,
  TRUST_DEADBAND,
  wilson,
  wordOf,
} from "./field-precision.ts";

/** R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3 (score). */
test.each([
  [81, 263, 0.2553, 0.3662],
  [15, 148, 0.0624, 0.1605],
  [0, 20, 0, 0.1611],
  [1, 29, 0.0061, 0.1718],
])("the interval of %i in %i is the published one", (hits, trials, low, high) => {
  const interval = wilson(hits, trials);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});

test("an interval holds its precision, mirrors with the labels and narrows with their number", () => {
  const counts = fc.tuple(fc.nat(5_000), fc.nat(5_000)).filter(([a, b]) => a + b > 0);
  fc.assert(
    fc.property(counts, ([trues, falses]) => {
      const { precision = -1, interval = { low: -1, high: -1 } } = precisionOf(trues, falses);
      expect(interval.low).toBeGreaterThanOrEqual(0);
      expect(interval.low).toBeLessThanOrEqual(precision);
      expect(interval.high).toBeGreaterThanOrEqual(precision);
      expect(interval.high).toBeLessThanOrEqual(1);
      const mirrored = precisionOf(falses, trues).interval;
      expect(mirrored?.low).toBeCloseTo(1 - interval.high, 9);
      const more = wilson(trues * 10, (trues + falses) * 10);
      expect(more.high - more.low).toBeLessThan(interval.high - interval.low);
    }),
  );
});

test("without labels there is no precision", () => {
  expect(precisionOf(0, 0)).toEqual({ labels: 0, trueCount: 0, falseCount: 0 });
});

const NOTHING = "nothingFound";
/** event, said with it, said by the crew's feedback -> word */
const WORDS: [string, string | undefined, string | undefined, string | undefined][] = [
  ["feedback", NOTHING, NOTHING, "false"],
  ["feedback", undefined, undefined, "none"],
  ["feedback", "repaired", "repaired", "none"],
  ["void", NOTHING, undefined, "false"],
  ["void", undefined, undefined, undefined],
  ["void", "duplicate", undefined, undefined],
  ["void", undefined, NOTHING, undefined],
  ["checkPass", undefined, undefined, "true"],
  ["checkPass", undefined, "repaired", "true"],
  ["checkPass", undefined, NOTHING, "false"],
  ["rework", undefined, undefined, "none"],
  ["rework", NOTHING, NOTHING, "none"],
];

test.each(WORDS)("%s with %s after %s says %s", (event, outcome, crewOutcome, word) => {
  expect(wordOf({ event, outcome }, crewOutcome)).toBe(word);
});

test("every other event says nothing of the rule, whatever is said with it", () => {
  const speaking = new Set(WORDS.map(([event]) => event));
  const others = CASE_EVENTS.filter((event) => !speaking.has(event));
  expect(others).toHaveLength(34);
  for (const event of others) {
    for (const outcome of [undefined, NOTHING]) {
      expect(wordOf({ event, outcome }, outcome)).toBeUndefined();
    }
  }
});

/** was distrusted, true, labels, floor -> is distrusted */
test.each([
  [false, 0, LIMITS.fieldLabelsMin - 1, 0.5, false],
  [true, 9, LIMITS.fieldLabelsMin - 1, 0.5, true],
  [false, 4, 10, 0.5, true],
  [false, 5, 10, 0.5, false],
  [true, 5, 10, 0.5, true],
  [true, 6, 10, 0.5, false],
  [true, 11, 20, 0.5, true],
  [true, 12, 20, 0.5, false],
  [false, 19, 20, 1, true],
  [true, 20, 20, 1, false],
  [true, 19, 20, 0.95, true],
  [true, 20, 20, 0.95, false],
  [false, 0, 20, 0, false],
  [true, 0, 20, 0, false],
] as const)(
  "distrusted %s, %i true of %i, floor %d: then %s",
  (before, trueCount, labels, floor, after) => {
    expect(isDistrustedAfter(before, { trueCount, labels }, floor)).toBe(after);
  },
);

test("one label more or less never changes a rule to and fro", () => {
  const step = 1 / LIMITS.fieldLabelsRecentMax;
  expect(TRUST_DEADBAND).toBeGreaterThan(step);
  const labels = LIMITS.fieldLabelsRecentMax;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: labels }), fc.integer({ min: 1, max: 99 }), (n, cent) => {
      const floor = cent / 100;
      const fell = isDistrustedAfter(false, { trueCount: n - 1, labels }, floor);
      const stood = !isDistrustedAfter(false, { trueCount: n, labels }, floor);
      // Where this very label made the difference, the same label does not undo it.
      if (!fell || !stood || n === labels) return;
      expect(isDistrustedAfter(true, { trueCount: n, labels }, floor)).toBe(true);
    }),
  );
});
