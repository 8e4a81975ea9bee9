import { expect, test } from "vitest";
import { curvePath, everyOf, SPANS, spanOf } from "./curve-query.ts";

test.each([
  ["1h", undefined],
  ["24h", undefined],
  ["7d", "15m"],
  ["30d", "1h"],
  ["365d", "1d"],
] as const)("%s is asked for in pieces of %s", (name, every) => {
  expect(everyOf(SPANS[name])).toBe(every);
});

test("a span of the address that is none is a day", () => {
  expect([spanOf("7d"), spanOf("7y"), spanOf(null)]).toEqual(["7d", "24h", "24h"]);
});

test("a short curve is asked for raw, a long one by the peaks of its pieces", () => {
  const ask = { assetId: "c-1", measurement: "tiltDeg", from: 0, to: SPANS["1h"], fn: "max" };
  expect(curvePath(ask)).toBe("/api/v1/readings?assetId=c-1&measurement=tiltDeg&from=0&to=3600001");
  expect(curvePath({ ...ask, to: SPANS["7d"] })).toContain("&every=15m&fn=max");
});
