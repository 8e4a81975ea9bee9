import { expect, test } from "vitest";
import { LIMITS } from "../../model/limits.ts";
import { createCallMeter } from "./call-meter.ts";

test("an address waits when its calls of the window are used up, and no other one does", () => {
  const meter = createCallMeter(2, 1_000);
  for (const now of [0, 900]) {
    meter.check("a", now);
    meter.add("a", now);
  }
  expect(() => meter.check("a", 999)).toThrow("wait 1 s");
  expect(() => meter.check("b", 999)).not.toThrow();
  meter.check("a", 1_000);
  meter.add("a", 1_000);
  expect(() => meter.check("a", 1_500)).not.toThrow();
});

test("a clock that is set back keeps nobody out", () => {
  const meter = createCallMeter(1, 1_000);
  meter.add("a", 5_000);
  expect(() => meter.check("a", 4_000)).not.toThrow();
  meter.add("a", 4_000);
  expect(() => meter.check("a", 4_500)).toThrow("too many calls");
});

test("beyond the addresses that are remembered the oldest is forgotten", () => {
  const meter = createCallMeter(1, 1_000);
  meter.add("first", 0);
  for (let n = 1; n < LIMITS.publicCallersMax; n += 1) meter.add(`${n}`, 0);
  expect(() => meter.check("first", 1)).toThrow("too many calls");
  meter.add("another", 0);
  expect(() => meter.check("first", 1)).not.toThrow();
  expect(() => meter.check("another", 1)).toThrow("too many calls");
});
