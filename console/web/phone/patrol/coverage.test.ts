import { expect, test } from "vitest";
import { coverageOf, type Step, walkedOn } from "./coverage.ts";

const HERE = { lon: 115.41, lat: 31.8 };
const at = (northM: number, eastM = 0) => ({
  lon: HERE.lon + eastM / (111_195 * Math.cos((HERE.lat * Math.PI) / 180)),
  lat: HERE.lat + northM / 111_195,
});
const step = (northM: number, minute: number): Step => ({ ...at(northM), at: minute * 60_000 });

test("what lies beside the way is seen, also between two places; what lies off it is not", () => {
  const walk = [step(0, 0), step(200, 3)];
  const things = [at(5, 5), at(100, 25), at(100, 40), at(260)];
  expect(coverageOf(things, walk)).toMatchObject({ seen: 2, of: 4 });
  expect(Math.round(coverageOf(things, walk).walkedM)).toBe(200);
});

test.each([
  ["long after", [step(0, 0), step(200, 9)]],
  ["far away", [step(0, 0), step(900, 3)]],
])("nobody knows what lay before a place %s", (_what, walk) => {
  expect(coverageOf([at(100)], walk)).toEqual({ seen: 0, of: 1, walkedM: 0 });
});

test("a place that is vague, or where one stood already, is no step", () => {
  const walk = [step(0, 0)];
  expect(walkedOn(walk, { ...step(50, 1), accuracyM: 400 })).toBe(walk);
  expect(walkedOn(walk, step(4, 1))).toBe(walk);
  expect(walkedOn(walk, { ...step(50, 1), accuracyM: 12 })).toHaveLength(2);
});
