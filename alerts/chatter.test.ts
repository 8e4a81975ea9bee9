import fc from "fast-check";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { chatterOf, chatterShelf, createChatter, withRaise } from "./chatter.ts";

const NOW = Date.parse("2026-11-23T09:00+08:00");
const WINDOW = 10 * MINUTE_MS;
const LID = { bearerId: "lid-1", ruleId: "manhole-cover.water" };
const every = (ms: number, count: number): number[] =>
  Array.from({ length: count }, (_none, n) => NOW + n * ms);
const after = (times: readonly number[]) => {
  const chatter = createChatter();
  for (const at of times) chatter.raised(LID, at);
  return chatter;
};

test.each([
  ["four in ten minutes are none", every(MINUTE_MS, 4), undefined],
  ["the fifth makes it so", every(2 * MINUTE_MS, 5), { count: 5, overMs: 8 * MINUTE_MS }],
  ["five at the window's width are none", every(2.5 * MINUTE_MS, 5), undefined],
  ["each further one counts", every(MINUTE_MS, 9), { count: 9, overMs: 8 * MINUTE_MS }],
  ["none is none", [], undefined],
])("%s", (_title, times, wanted) => {
  expect(after(times).of(LID, times.at(-1) ?? NOW)).toEqual(wanted);
});

test("told again of the same raise it does not count it twice", () => {
  const times = every(MINUTE_MS, 4);
  expect(after([...times, ...times.slice(-1), ...times.slice(-1)]).of(LID, NOW + WINDOW / 2)).toBe(
    undefined,
  );
});

test("another rule and another device count for themselves, and it is over after the window", () => {
  const chatter = after(every(MINUTE_MS, 5));
  const last = NOW + 4 * MINUTE_MS;
  expect(chatter.of({ ...LID, bearerId: "lid-2" }, last)).toBeUndefined();
  expect(chatter.of({ ...LID, ruleId: "manhole-cover.gas" }, last)).toBeUndefined();
  expect(chatter.of(LID, last)).toBeDefined();
  expect(chatter.of(LID, NOW + WINDOW)).toBeUndefined();
});

test("what was raised before the clock was set back is forgotten", () => {
  const chatter = after(every(MINUTE_MS, 5));
  chatter.raised(LID, NOW - 60 * MINUTE_MS);
  expect(chatter.of(LID, NOW - 60 * MINUTE_MS)).toBeUndefined();
});

test("it remembers no longer than it needs to", () => {
  const chatter = createChatter();
  for (let n = 0; n < 100; n += 1) chatter.raised({ ...LID, bearerId: `lid-${n}` }, NOW);
  chatter.raised(LID, NOW + WINDOW);
  expect(chatter.count()).toBe(1);
  expect(every(1, 500).reduce<number[]>(withRaise, [])).toHaveLength(LIMITS.chatterRaisesKept);
});

test("its shelf says who, why and until when; what protects lives gets none", () => {
  const found = { count: 5, overMs: 6.2 * MINUTE_MS };
  expect(chatterShelf({ lifeSafety: false }, found, NOW)).toEqual({
    until: NOW + 60 * MINUTE_MS,
    by: "system",
    reason: "chatter: raised 5 times within 7 min",
  });
  expect(chatterShelf({ lifeSafety: true }, found, NOW)).toBeUndefined();
});

test("it is a count of the window, for any raises in order of time", () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 5 * MINUTE_MS }), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(gaps, fc.integer({ min: 0, max: WINDOW }), (given, restMs) => {
      let at = NOW;
      const times = given.map((gap) => {
        at += gap;
        return at;
      });
      const now = at + restMs;
      const counted = times.filter((each) => each > now - WINDOW);
      const kept = times.reduce<number[]>(withRaise, []);
      expect(chatterOf(kept, now)?.count).toBe(counted.length < 5 ? undefined : counted.length);
    }),
  );
});
