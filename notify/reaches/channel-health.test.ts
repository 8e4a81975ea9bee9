import { expect, test } from "vitest";
import { afterFailure, HEALTHY, isDown } from "./channel-health.ts";

test("two failures one after the other bring a channel down, and its rest doubles to a minute", () => {
  let health = afterFailure(HEALTHY, 0, { begunWith: 0 });
  expect([isDown(health), health.restUntil]).toEqual([false, 0]);
  const rests: number[] = [];
  for (let n = 0; n < 6; n += 1) {
    health = afterFailure(health, 0, { begunWith: health.failures });
    rests.push(health.restUntil / 1_000);
  }
  expect(rests).toEqual([4, 8, 16, 32, 60, 60]);
});

test("many that were on their way at once bring it down, and no farther", () => {
  let health = HEALTHY;
  for (let n = 0; n < 16; n += 1) health = afterFailure(health, 0, { begunWith: 0 });
  expect(health).toEqual({ failures: 2, restUntil: 4_000 });
});

test("a service that limits its rate rests as it says and is not down", () => {
  const health = afterFailure(HEALTHY, 1_000, { begunWith: 0, retryAfterMs: 7_000 });
  expect([isDown(health), health.restUntil]).toEqual([false, 8_000]);
});
