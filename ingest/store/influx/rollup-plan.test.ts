import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../../model/clock.ts";
import { timeZone } from "../../../model/local-time.ts";
import { type LevelName, levelsIn, sourceOf } from "./rollup-levels.ts";
import { nextRollup, ROLLUP_GRACE_MS } from "./rollup-plan.ts";
import { createWaitingWindows, type WaitingWindows } from "./waiting-windows.ts";

/** Midnight of the city. */
const MIDNIGHT = Date.UTC(2026, 10, 20, 16);
const levels = levelsIn(timeZone("Asia/Shanghai"));
const levelOf = (name: LevelName) => levels.find((level) => level.name === name) ?? levels[0];

type Wait = [LevelName, string, number];

/** Windows by the instants, in minutes after midnight, at which they begin. */
function waitingFor(...waits: Wait[]): WaitingWindows {
  const waiting = createWaitingWindows();
  for (const [name, slug, minutes] of waits) {
    waiting.add(name, slug, [levelOf(name).indexOf(MIDNIGHT + minutes * MINUTE_MS)]);
  }
  return waiting;
}

/** What is rolled up next at so many minutes after midnight: level, class, from and to in minutes. */
function nextAt(waiting: WaitingWindows, minutes: number, most = 10) {
  const now = MIDNIGHT + minutes * MINUTE_MS;
  const found = nextRollup(waiting, { now, levels, windowsMax: () => most });
  if (found === undefined) return undefined;
  const minutesOf = (at: number): number => (at - MIDNIGHT) / MINUTE_MS;
  return [found.level.name, found.slug, minutesOf(found.from), minutesOf(found.to)];
}

const COVER = "manhole-cover";

test.each<[string, Wait[], number, ReturnType<typeof nextAt>]>([
  ["nothing waits", [], 600, undefined],
  ["the window still runs", [["rolled_5m", COVER, 0]], 4, undefined],
  ["the grace is not over", [["rolled_5m", COVER, 0]], 5.9, undefined],
  ["the grace is over", [["rolled_5m", COVER, 0]], 6, ["rolled_5m", COVER, 0, 5]],
  [
    "the one before the running window goes alone",
    [
      ["rolled_5m", COVER, 0],
      ["rolled_5m", COVER, 5],
    ],
    7,
    ["rolled_5m", COVER, 0, 5],
  ],
  [
    "windows that adjoin go together, the gap and what is before it wait",
    [
      ["rolled_5m", COVER, 0],
      ["rolled_5m", COVER, 10],
      ["rolled_5m", COVER, 15],
    ],
    60,
    ["rolled_5m", COVER, 10, 20],
  ],
  [
    "of several classes the one with the newest window",
    [
      ["rolled_5m", COVER, 0],
      ["rolled_5m", "streetlight", 5],
    ],
    60,
    ["rolled_5m", "streetlight", 5, 10],
  ],
  [
    "an hour waits for its five minutes",
    [
      ["rolled_hour", COVER, 0],
      ["rolled_5m", COVER, 30],
    ],
    120,
    ["rolled_5m", COVER, 30, 35],
  ],
  [
    "it does not wait for those of another hour or class",
    [
      ["rolled_hour", COVER, 60],
      ["rolled_5m", COVER, 55],
      ["rolled_5m", "streetlight", 65],
    ],
    240,
    ["rolled_hour", COVER, 60, 120],
  ],
  [
    "a day waits for its hours",
    [
      ["rolled_day", COVER, 0],
      ["rolled_hour", COVER, 23 * 60],
    ],
    25 * 60,
    ["rolled_hour", COVER, 23 * 60, 24 * 60],
  ],
  [
    "a day waits for its five minutes, too",
    [
      ["rolled_day", COVER, 0],
      ["rolled_5m", COVER, 0],
    ],
    25 * 60,
    ["rolled_5m", COVER, 0, 5],
  ],
  ["the city's day is over", [["rolled_day", COVER, 0]], 1_441, ["rolled_day", COVER, 0, 1_440]],
  ["it is not", [["rolled_day", COVER, 0]], 1_440, undefined],
])("%s", (_what, waits, minutes, wanted) => {
  expect(nextAt(waitingFor(...waits), minutes)).toEqual(wanted);
});

test("no more windows go together than are allowed, the newest of them", () => {
  const waiting = waitingFor(...[0, 5, 10, 15].map((at): Wait => ["rolled_5m", COVER, at]));
  expect(nextAt(waiting, 60, 3)).toEqual(["rolled_5m", COVER, 5, 20]);
  expect(nextAt(waiting, 60, 1)).toEqual(["rolled_5m", COVER, 15, 20]);
});

describe("days", () => {
  test.each([
    ["Asia/Shanghai", Date.UTC(2026, 5, 1), 24, "rolled_hour"],
    ["Asia/Kolkata", Date.UTC(2026, 5, 1), 24, "rolled_5m"],
    // The clocks of Berlin go forward on 29 March 2026 and back on 25 October.
    ["Europe/Berlin", Date.UTC(2026, 2, 29, 12), 23, "rolled_hour"],
    ["Europe/Berlin", Date.UTC(2026, 9, 25, 12), 25, "rolled_hour"],
  ])("in %s they begin at midnight and are made of what fills them", (zone, at, hours, source) => {
    const inZone = levelsIn(timeZone(zone));
    const [, , day] = inZone;
    const index = day.indexOf(at);
    expect(day.beginOf(index)).toBe(timeZone(zone).startOfDay(at));
    expect(day.beginOf(index + 1) - day.beginOf(index)).toBe(hours * HOUR_MS);
    expect(sourceOf(inZone, day, index)).toBe(source);
  });
});

test("whatever is noted, in whatever order, each window is rolled up once, the finer before the coarser", () => {
  const minutes = fc.integer({ min: 0, max: 3 * 24 * 60 - 1 });
  const slugs = fc.constantFrom(COVER, "streetlight");
  fc.assert(
    fc.property(
      fc.array(fc.tuple(minutes, slugs), { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 5 * 24 * 60 }),
      (notes, most, until) => {
        const now = MIDNIGHT + until * MINUTE_MS;
        const waiting = waitingFor(...notes.map(([at, slug]): Wait => ["rolled_5m", slug, at]));
        const rolled: string[] = [];
        let newest = Number.POSITIVE_INFINITY;
        for (;;) {
          const next = nextRollup(waiting, { now, levels, windowsMax: () => most });
          if (next === undefined) break;
          const { level, slug, indices, from, to } = next;
          expect(indices.length).toBeLessThanOrEqual(most);
          expect([from, to]).toEqual([
            level.beginOf(indices[0] ?? 0),
            level.beginOf((indices.at(-1) ?? 0) + 1),
          ]);
          expect(to + ROLLUP_GRACE_MS).toBeLessThanOrEqual(now);
          if (level.name === "rolled_5m") {
            expect(to).toBeLessThanOrEqual(newest);
            newest = to;
          }
          waiting.remove(level.name, slug, indices);
          const coarser = levels[levels.indexOf(level) + 1];
          const parts =
            coarser === undefined ? [] : indices.map((n) => coarser.indexOf(level.beginOf(n)));
          if (coarser !== undefined) waiting.add(coarser.name, slug, parts);
          rolled.push(...indices.map((n) => `${level.name} ${slug} ${level.beginOf(n)}`));
        }
        const wanted = new Set(
          levels.flatMap((level) =>
            notes.flatMap(([at, slug]) => {
              const index = level.indexOf(MIDNIGHT + at * MINUTE_MS);
              const isOver = level.beginOf(index + 1) + ROLLUP_GRACE_MS <= now;
              return isOver ? [`${level.name} ${slug} ${level.beginOf(index)}`] : [];
            }),
          ),
        );
        expect(rolled.toSorted()).toEqual([...wanted].toSorted());
      },
    ),
  );
});

test("five years of windows are a few kilobytes, and the newest of them is found at once", () => {
  const waiting = createWaitingWindows();
  const [five] = levels;
  const last = five.indexOf(MIDNIGHT);
  const count = (5 * 365 * DAY_MS) / (5 * MINUTE_MS);
  const masks = waiting.add(
    "rolled_5m",
    COVER,
    Array.from({ length: count }, (_, n) => last - n),
  );
  expect(waiting.count()).toBe(count);
  expect(masks.reduce((bytes, { bits }) => bytes + bits.length, 0)).toBeLessThan(70_000);
  expect(nextAt(waiting, 6)).toEqual(["rolled_5m", COVER, -45, 5]);
});
