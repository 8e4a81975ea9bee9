import fc from "fast-check";
import { expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { createWheel } from "./wheel.ts";

test("everything runs once, in order of its time, and never before it", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 2_000_000 }), { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 900_000 }), { minLength: 1, maxLength: 8 }),
      (dues, steps) => {
        const wheel = createWheel({ start: 0, slotMs: 100 });
        const ran: number[] = [];
        for (const due of dues) wheel.at(due, (at) => ran.push(at));
        let to = 0;
        for (const step of steps) {
          to += step;
          wheel.advance(to);
          expect(ran).toEqual(dues.filter((due) => due <= to).sort((a, b) => a - b));
        }
        expect(wheel.size()).toBe(dues.length - ran.length);
      },
    ),
    { numRuns: 60 },
  );
});

test("a call that asks for the next one is served within the same turn", () => {
  const wheel = createWheel({ start: 0, slotMs: 1000 });
  const ran: number[] = [];
  const again = (due: number): void => {
    ran.push(due);
    if (ran.length < 5) wheel.at(due + 300, again);
  };
  wheel.at(300, again);
  wheel.advance(1500);
  expect(ran).toEqual([300, 600, 900, 1200, 1500]);
});

test("what was cancelled never runs and is not counted", () => {
  const wheel = createWheel({ start: 0, slotMs: 10 });
  let runs = 0;
  const timer = wheel.after(20, () => {
    runs += 1;
  });
  timer.cancel();
  timer.cancel();
  wheel.advance(100);
  expect([runs, wheel.size()]).toEqual([0, 0]);
});

test("what is asked for in the past runs at the next turn", () => {
  const wheel = createWheel({ start: 5000, slotMs: 10 });
  const ran: number[] = [];
  wheel.at(1, (due) => ran.push(due));
  wheel.advance(5001);
  expect(ran).toEqual([1]);
});

test("the same seed and label give the same numbers, another label gives others", () => {
  const numbers = (seed: number, label: string): number[] => {
    const random = seededRandom(seed, label);
    return Array.from({ length: 8 }, () => random.next());
  };
  expect(numbers(7, "a")).toEqual(numbers(7, "a"));
  expect(numbers(7, "a")).not.toEqual(numbers(7, "b"));
  expect(numbers(7, "a")).not.toEqual(numbers(8, "a"));
});

test("a sample has exactly as many different items as asked for, in order", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 0, max: 40 }), (seed, count) => {
      const items = Array.from({ length: 40 }, (_, index) => index);
      const sample = seededRandom(seed).sample(items, count);
      expect(sample).toHaveLength(count);
      expect(sample).toEqual([...new Set(sample)].sort((a, b) => a - b));
    }),
  );
});
