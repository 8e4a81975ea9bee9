import { expect, test } from "vitest";
import { calibrationDueOf } from "./calibration.ts";
import { DAY_MS } from "./clock.ts";
import { LIMITS } from "./limits.ts";
import { Device } from "./registry.ts";

const NOW = Date.UTC(2026, 10, 22);
const AHEAD = LIMITS.calibrationDueDays * DAY_MS;
const of = (more: object) =>
  calibrationDueOf(Device.parse({ deviceId: "d-1", assetId: "c-1", ...more }), NOW);

test.each([
  [NOW + AHEAD + 1, undefined],
  [NOW + AHEAD, "due"],
  [NOW + 1, "due"],
  [NOW, "overdue"],
  [NOW - AHEAD, "overdue"],
])("a calibration at %i is %s", (calibrationDueAt, wanted) => {
  expect(of({ calibrationDueAt })).toBe(wanted);
});

test("who has no date, or measures nothing, wants no calibration", () => {
  expect(of({})).toBeUndefined();
  const lives = ["stock", "installed", "in-service", "maintenance", "retired"];
  expect(lives.map((life) => of({ life, calibrationDueAt: NOW }))).toEqual([
    undefined,
    "overdue",
    "overdue",
    "overdue",
    undefined,
  ]);
});
