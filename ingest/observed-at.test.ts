import fc from "fast-check";
import { expect, test } from "vitest";
import { readObservedAt } from "./observed-at.ts";

const AT = Date.UTC(2026, 10, 22, 0, 30, 0);

test.each([
  [AT, AT],
  [AT + 0.75, AT],
  [1_795_307_400, 1_795_307_400],
  [-1, -1],
  [0, 0],
  ["2026-11-22T08:30:00+08:00", AT],
  ["2026-11-22T08:30+08:00", AT],
  ["2026-11-22T08:30:00+0800", AT],
  ["2026-11-22T08:30:00+08", AT],
  ["2026-11-22T00:30:00Z", AT],
  ["2026-11-22t00:30:00z", AT],
  ["2026-11-22T00:30:00.5Z", AT + 500],
  ["2026-11-22T00:30:00,123456Z", AT + 123],
  ["2026-11-21T19:00:00-05:30", AT],
  ["2024-02-29T00:00:00Z", Date.UTC(2024, 1, 29)],
])("%j is an instant", (claimed, instant) => {
  expect(readObservedAt(claimed)).toBe(instant);
});

test.each([
  ["2026-11-22T08:30:00"],
  ["2026-11-22 08:30:00+08:00"],
  ["2026-11-22"],
  ["2026-02-30T00:00:00Z"],
  ["2026-13-01T00:00:00Z"],
  ["2026-11-22T24:00:00Z"],
  ["2026-11-22T08:60:00Z"],
  ["2026-11-22T08:30:00+24:00"],
  ["1795307400000"],
  ["yesterday"],
  [""],
  [8.64e15 + 1],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [true],
  [null],
  [undefined],
  [{}],
])("%j is no instant that can be read", (claimed) => {
  expect(readObservedAt(claimed)).toBeUndefined();
});

test("every instant that is written in ISO 8601 is read back", () => {
  const instants = fc.integer({ min: Date.UTC(0, 0, 1), max: Date.UTC(9999, 11, 31) });
  fc.assert(
    fc.property(instants, (at) => {
      expect(readObservedAt(new Date(at).toISOString())).toBe(at);
    }),
  );
});
