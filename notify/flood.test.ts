import fc from "fast-check";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../model/clock.ts";
import { afterOrder, CALM, type Flood, floodAt, floodEndsAt } from "./flood.ts";

const NOW = Date.parse("2026-11-23T09:00+08:00");
const WINDOW = 10 * MINUTE_MS;
const after = (times: readonly number[]): Flood => times.reduce(afterOrder, CALM);
const every = (ms: number, count: number): number[] =>
  Array.from({ length: count }, (_none, n) => NOW + n * ms);

test.each([
  ["ten at once are none", every(0, 10), "calm", undefined],
  ["the eleventh begins one", every(0, 11), "flood", NOW],
  [
    "eleven within the window are one",
    every(MINUTE_MS - 1, 11),
    "flood",
    NOW + 10 * (MINUTE_MS - 1),
  ],
  ["the first is no longer within it", every(MINUTE_MS, 11), "calm", undefined],
  ["none came", [], "calm", undefined],
])("%s", (_title, times, state, since) => {
  const flood = after(times);
  expect(flood.state).toBe(state);
  expect(flood.since).toBe(since);
});

test("a flood goes on while five come in ten minutes, and ends as soon as they are four", () => {
  const flood = after([...every(0, 11), NOW + 5 * MINUTE_MS]);
  // Four at 0 and one at five minutes: at ten minutes only that one is left.
  expect(floodEndsAt(flood)).toBe(NOW + WINDOW);
  expect(floodAt(flood, NOW + WINDOW - 1)).toBe(flood);
  const over = floodAt(flood, NOW + 60 * MINUTE_MS);
  expect(over).toMatchObject({ state: "calm", since: NOW + WINDOW });
  expect(afterOrder(flood, NOW + WINDOW).state).toBe("calm");
  expect(afterOrder(flood, NOW + WINDOW - 1).state).toBe("flood");
});

test("five more in each ten minutes keep it up for hours", () => {
  const times = [...every(0, 11), ...every(2 * MINUTE_MS - 1, 120).slice(1)];
  expect(after(times)).toMatchObject({ state: "flood", since: NOW });
});

test("a clock that was set back holds no flood up until it has caught up", () => {
  const flood = after(every(0, 11).map((at) => at + 24 * 60 * MINUTE_MS));
  const stepped = floodAt(flood, NOW);
  expect(stepped).toMatchObject({ state: "flood", since: NOW });
  expect(floodEndsAt(stepped)).toBe(NOW + WINDOW);
});

test("what it remembers is bounded, whatever comes", () => {
  expect(after(every(1, 500)).times).toHaveLength(11);
});

/** The definition itself, with nothing forgotten. */
function byDefinition(times: readonly number[], now: number): "calm" | "flood" {
  const count = (at: number, known: readonly number[]): number =>
    known.filter((each) => each > at - WINDOW && each <= at).length;
  let isFlood = false;
  const instants = [...times, ...times.map((at) => at + WINDOW), now].sort((a, b) => a - b);
  for (const at of instants.filter((each) => each <= now)) {
    if (
      isFlood &&
      count(
        at,
        times.filter((each) => each < at),
      ) < 5
    )
      isFlood = false;
    for (let n = 1; n <= times.length; n += 1) {
      if (times[n - 1] === at && count(at, times.slice(0, n)) > 10) isFlood = true;
    }
  }
  return isFlood ? "flood" : "calm";
}

test("it is the definition, for any orders and whoever looks in between", () => {
  const gaps = fc.array(fc.integer({ min: 0, max: 4 * MINUTE_MS }), { maxLength: 40 });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: 2 * WINDOW }), (given, restMs) => {
      let at = NOW;
      const times = given.map((gap) => {
        at += gap;
        return at;
      });
      const looked = times.reduce((flood, each) => afterOrder(floodAt(flood, each), each), CALM);
      expect(looked).toEqual(after(times));
      expect(floodAt(after(times), at + restMs).state).toBe(byDefinition(times, at + restMs));
    }),
    { numRuns: 500 },
  );
});
