import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDeafness, type DeafSpan } from "./deafness.ts";

function deafIn(...spans: [since: number, until: number][]) {
  const deafness = createDeafness();
  for (const [since, until] of spans) deafness.add(since, until);
  return deafness;
}
const pairs = (spans: readonly DeafSpan[]) => spans.map(({ since, until }) => [since, until]);

describe("spans", () => {
  test.each([
    [
      "apart they stay apart, in order",
      [
        [30, 40],
        [10, 20],
      ],
      [
        [10, 20],
        [30, 40],
      ],
    ],
    [
      "that touch are one",
      [
        [10, 20],
        [20, 30],
      ],
      [[10, 30]],
    ],
    [
      "that overlap are one",
      [
        [10, 25],
        [20, 30],
      ],
      [[10, 30]],
    ],
    [
      "one over several takes them in",
      [
        [10, 20],
        [30, 40],
        [50, 60],
        [15, 55],
      ],
      [[10, 60]],
    ],
    [
      "one within another is nothing new",
      [
        [10, 60],
        [20, 30],
      ],
      [[10, 60]],
    ],
    [
      "one that ends before it begins is none",
      [
        [20, 10],
        [20, 20],
      ],
      [],
    ],
    [
      "one without a beginning or an end is none",
      [
        [Number.NaN, 10],
        [20, Number.NaN],
      ],
      [],
    ],
  ] as [string, [number, number][], [number, number][]][])("%s", (_what, told, kept) => {
    expect(pairs(deafIn(...told).spans())).toEqual(kept);
  });

  test("too many: the two oldest become one", () => {
    const deafness = deafIn();
    for (let n = 0; n < 101; n++) deafness.add(n * 10, n * 10 + 5);
    expect(deafness.spans()).toHaveLength(100);
    expect(pairs(deafness.spans()).slice(0, 2)).toEqual([
      [0, 15],
      [20, 25],
    ]);
  });

  test("a change is told, and what changes nothing is not", () => {
    let changes = 0;
    const deafness = createDeafness(() => changes++);
    deafness.add(10, 20);
    deafness.add(12, 18);
    deafness.notAfter(20);
    deafness.forget(29, 10);
    expect(changes).toBe(1);
    deafness.forget(30, 10);
    expect(changes).toBe(2);
    expect(deafness.spans()).toEqual([]);
  });
});

describe("silence", () => {
  test.each([
    ["without a span", [], 0, 10],
    ["over a span", [[5, 25]], 0, 30],
    ["from within a span", [[5, 25]], 12, 35],
    ["from the end of a span", [[5, 25]], 25, 35],
    ["that ends as a span begins", [[10, 25]], 0, 10],
    [
      "over two spans, the second reached by the first",
      [
        [5, 25],
        [26, 36],
      ],
      0,
      40,
    ],
    ["before a span that is later", [[40, 50]], 0, 10],
  ] as [string, [number, number][], number, number][])(
    "%s is too long when it could be heard for so long",
    (_what, spans, at, end) => {
      expect(deafIn(...spans).endOf(at, 10)).toBe(end);
    },
  );

  test("is too long at the first moment at which, counted one by one, enough could be heard", () => {
    const anySpan = fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 20 }));
    fc.assert(
      fc.property(
        fc.array(anySpan, { maxLength: 6 }),
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 30 }),
        (told, at, durationMs) => {
          const deaf = new Set<number>();
          const deafness = createDeafness();
          for (const [since, length] of told) {
            deafness.add(since, since + length);
            for (let moment = since; moment < since + length; moment++) deaf.add(moment);
          }
          let heard = 0;
          let moment = at;
          for (; heard < durationMs; moment++) if (!deaf.has(moment)) heard++;
          expect(deafness.endOf(at, durationMs)).toBe(moment);
        },
      ),
    );
  });

  test("is neither longer nor shorter for spans that were forgotten in time", () => {
    const anySpan = fc.tuple(fc.nat({ max: 200 }), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(
        fc.array(anySpan, { maxLength: 10 }),
        fc.nat({ max: 250 }),
        fc.nat({ max: 250 }),
        fc.integer({ min: 1, max: 30 }),
        (told, at, now, durationMs) => {
          const deafness = createDeafness();
          for (const [since, length] of told) deafness.add(since, since + length);
          const before = deafness.endOf(at, durationMs);
          deafness.forget(now, durationMs);
          const after = deafness.endOf(at, durationMs);
          // What is due by now is due with and without; what is not is so at the same moment.
          expect(after <= now).toBe(before <= now);
          if (before > now) expect(after).toBe(before);
        },
      ),
    );
  });
});

describe("ticks", () => {
  test("from the first deaf one to the first that hears again nothing was heard", () => {
    const deafness = createDeafness();
    deafness.note(10, true);
    deafness.note(20, false);
    deafness.note(30, false);
    expect(pairs(deafness.spans())).toEqual([[20, 30]]);
    deafness.note(40, true);
    deafness.note(50, true);
    deafness.note(60, false);
    expect(pairs(deafness.spans())).toEqual([[20, 40]]);
  });

  test("while they are deaf no further silence becomes too long", () => {
    const deafness = createDeafness();
    deafness.note(20, false);
    expect(deafness.endOf(5, 10)).toBe(15);
    expect(deafness.endOf(10, 10)).toBe(20);
    expect(deafness.endOf(11, 10)).toBe(Number.POSITIVE_INFINITY);
    deafness.note(50, true);
    expect(deafness.endOf(11, 10)).toBe(51);
  });

  test("one that looks back makes no span", () => {
    const deafness = createDeafness();
    deafness.note(50, false);
    deafness.note(20, false);
    deafness.note(60, true);
    expect(pairs(deafness.spans())).toEqual([[50, 60]]);
  });
});

test("after the clock was set back no span lies in times to come", () => {
  const deafness = deafIn([10, 20], [30, 60], [70, 80]);
  deafness.note(90, false);
  deafness.notAfter(40);
  expect(pairs(deafness.spans())).toEqual([
    [10, 20],
    [30, 40],
  ]);
  deafness.note(50, true);
  expect(pairs(deafness.spans())).toEqual([
    [10, 20],
    [30, 50],
  ]);
});
