import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../model/clock.ts";
import { flagLate, LATE_MS_MIN, learnSkew, newSkew, SKEW_MS_MAX, type Skew } from "./late.ts";

const NOW = Date.UTC(2026, 10, 22);

/** Uplinks that arrive every `everyMs` with these delays, in minutes. */
function learn(skew: Skew, delaysMin: readonly number[], everyMs: number, from = NOW): Instant {
  let at = from;
  for (const delay of delaysMin) {
    learnSkew(skew, at - delay * MINUTE_MS, at);
    at += everyMs;
  }
  return at;
}

test.each([
  ["at the limit", 15, 0, false],
  ["a minute past it", 16, 0, true],
  ["within the usual skew", 15 + 480, 480, false],
  ["ahead of the receipt", -4, 0, false],
])("an uplink %s", (_title, delayMin, usualMin, isLate) => {
  const found = flagLate(NOW - delayMin * MINUTE_MS, NOW, usualMin * MINUTE_MS);
  expect(found?.flag).toBe(isLate ? "late" : undefined);
});

test("an uplink without any time is not late", () => {
  expect(flagLate(undefined, NOW, 0)).toBeUndefined();
});

test("a clock that is slow by a constant is believed after three slots of 10 min", () => {
  const skew = newSkew();
  learn(skew, [480, 481], 10 * MINUTE_MS);
  expect(skew.usualMs).toBe(0);
  learn(skew, [482], 10 * MINUTE_MS, NOW + 20 * MINUTE_MS);
  expect(skew.usualMs).toBe(480 * MINUTE_MS);
});

test("a backlog that comes all at once is never believed", () => {
  const skew = newSkew();
  learn(
    skew,
    Array.from({ length: 500 }, () => 60),
    10,
  );
  expect(skew.usualMs).toBe(0);
});

test("a backlog whose delay shrinks over an hour is never believed", () => {
  const skew = newSkew();
  learn(
    skew,
    Array.from({ length: 12 }, (_each, index) => 600 - index * 50),
    10 * MINUTE_MS,
  );
  expect(skew.usualMs).toBe(0);
});

test("late uplinks between punctual ones never make a skew", () => {
  const skew = newSkew();
  learn(
    skew,
    Array.from({ length: 100 }, (_each, index) => (index % 2 === 0 ? 60 : 0)),
    10 * MINUTE_MS,
  );
  expect(skew.usualMs).toBe(0);
});

test("one smaller delay corrects a skew at once", () => {
  const skew = newSkew(8 * HOUR_MS);
  learn(skew, [3], 1);
  expect(skew.usualMs).toBe(3 * MINUTE_MS);
});

test("no skew is above a day or below none, whatever comes", () => {
  const delays = fc.array(fc.integer({ min: -100, max: 4_000 }), { maxLength: 60 });
  fc.assert(
    fc.property(delays, fc.integer({ min: 1, max: DAY_MS }), (delaysMin, everyMs) => {
      const skew = newSkew();
      learn(skew, delaysMin, everyMs);
      expect(skew.usualMs).toBeGreaterThanOrEqual(0);
      expect(skew.usualMs).toBeLessThanOrEqual(SKEW_MS_MAX);
    }),
  );
});

test("a constant delay is in the end not late, any other uplink of more than that is", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 23 * 60 }), (delayMin) => {
      const skew = newSkew();
      const at = learn(skew, [delayMin, delayMin, delayMin], 10 * MINUTE_MS);
      const usual = at - delayMin * MINUTE_MS;
      expect(flagLate(usual, at, skew.usualMs)).toBeUndefined();
      expect(flagLate(usual - LATE_MS_MIN - 6 * MINUTE_MS, at, skew.usualMs)?.flag).toBe("late");
    }),
  );
});
