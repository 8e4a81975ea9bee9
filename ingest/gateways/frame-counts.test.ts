import fc from "fast-check";
import { expect, test } from "vitest";
import { MINUTE_MS } from "../../model/clock.ts";
import { NOON } from "../doubles/world.ts";
import { createFrameCounts } from "./frame-counts.ts";

/** Frames of one device, ten minutes apart unless said: what was lost before each, or "again". */
function fatesOf(frames: readonly (number | { fCnt: number; at: number; data?: string })[]) {
  const counts = createFrameCounts();
  return frames.map((each, n) => {
    const frame = typeof each === "number" ? { fCnt: each, at: NOON + n * 10 * MINUTE_MS } : each;
    const fate = counts.take("d", { ...frame, position: n + 1 });
    return fate.kind === "repeated" ? "again" : fate.lost;
  });
}

test.each([
  ["one after the other", [5, 6, 7], [0, 0, 0]],
  ["three are missing", [5, 9, 10], [0, 3, 0]],
  ["a counter that falls begins anew", [500, 0, 2], [0, 0, 1]],
  ["a leap that no server accepts is no loss", [5, 5 + 16_385], [0, 0]],
  ["the greatest gap is", [5, 5 + 16_384], [0, 16_383]],
  [
    "the same frame a second later is no other",
    [
      { fCnt: 5, at: NOON },
      { fCnt: 5, at: NOON + 1_000 },
      { fCnt: 6, at: NOON + 2_000 },
    ],
    [0, "again", 0],
  ],
  [
    "the same counter with other bytes is a new beginning",
    [
      { fCnt: 0, at: NOON, data: "AQ==" },
      { fCnt: 0, at: NOON + 30_000, data: "Ag==" },
      { fCnt: 0, at: NOON + 31_000, data: "Ag==" },
    ],
    [0, 0, "again"],
  ],
  [
    "the same counter an hour later is a new beginning",
    [
      { fCnt: 0, at: NOON },
      { fCnt: 0, at: NOON + 60 * MINUTE_MS },
    ],
    [0, 0],
  ],
  [
    "one that comes late changes nothing",
    [
      { fCnt: 5, at: NOON },
      { fCnt: 3, at: NOON - 5 * MINUTE_MS },
      { fCnt: 7, at: NOON + MINUTE_MS },
    ],
    [0, 0, 1],
  ],
])("%s", (_, frames, wanted) => {
  expect(fatesOf(frames)).toEqual(wanted);
});

test("a join begins anew, and devices have nothing to do with each other", () => {
  const counts = createFrameCounts();
  const take = (deviceId: string, fCnt: number, position: number) =>
    counts.take(deviceId, { fCnt, at: NOON + position * MINUTE_MS, position });
  take("a", 100, 1);
  expect(take("b", 200, 2)).toEqual({ kind: "new", lost: 0 });
  counts.begin("a");
  expect(take("a", 102, 3)).toEqual({ kind: "new", lost: 0 });
  expect(take("b", 202, 4)).toEqual({ kind: "new", lost: 1 });
});

test("of frames in order every one is either heard or counted as lost, read once or twice", () => {
  const steps = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(steps, (ahead) => {
      const counts = createFrameCounts();
      let fCnt = 0;
      let lost = 0;
      ahead.forEach((step, n) => {
        fCnt += n === 0 ? 0 : step;
        const frame = { fCnt, at: NOON + n * MINUTE_MS, position: n + 1 };
        const first = counts.take("d", frame);
        expect(counts.take("d", frame)).toEqual(first);
        if (first.kind === "new") lost += first.lost;
      });
      expect(lost + ahead.length).toBe(fCnt + 1);
    }),
  );
});
