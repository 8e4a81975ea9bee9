import { expect, test } from "vitest";
import type { Step } from "../../../../model/patrol-walk.ts";
import { walkedOn } from "./steps.ts";

const step = (northM: number, minute: number): Step => ({
  lon: 115.41,
  lat: 31.8 + northM / 111_195,
  at: minute * 60_000,
});

test("a place that is vague, or where one stood already, is no step", () => {
  const walk = [step(0, 0)];
  expect(walkedOn(walk, { ...step(50, 1), accuracyM: 400 })).toBe(walk);
  expect(walkedOn(walk, step(4, 1))).toBe(walk);
  expect(walkedOn(walk, { ...step(50, 1), accuracyM: 12 })).toHaveLength(2);
});
