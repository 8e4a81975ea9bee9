import { expect, test } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../model/clock.ts";
import { FLAG_BITS } from "../../model/reading.ts";
import { flagClock } from "./clock.ts";

const NOW = Date.UTC(2026, 10, 22);

test.each([
  ["no time at all", undefined, 400, "clock-absent"],
  ["the receipt itself", NOW, 400, undefined],
  ["5 min ahead", NOW + 5 * MINUTE_MS, 400, undefined],
  ["a moment more than 5 min ahead", NOW + 5 * MINUTE_MS + 1, 400, "clock-future"],
  ["10 years ahead", Date.UTC(2036, 10, 22), 400, "clock-future"],
  ["1970", 0, 100_000, "clock-past"],
  ["seconds sent for milliseconds", 1_795_307_400, 100_000, "clock-past"],
  ["2000", Date.UTC(2000, 0, 1), 100_000, "clock-past"],
  ["the last moment of 2019", Date.UTC(2020, 0, 1) - 1, 100_000, "clock-past"],
  ["the first moment of 2020", Date.UTC(2020, 0, 1), 100_000, undefined],
  ["as old as what is kept", NOW - 30 * DAY_MS, 30, undefined],
  ["older than what is kept", NOW - 30 * DAY_MS - 1, 30, "clock-past"],
])("a claimed time of %s", (_title, claimedAt, retentionDays, flag) => {
  const found = flagClock(claimedAt, NOW, retentionDays);
  expect(found?.flag).toBe(flag);
  if (found === undefined) return;
  expect(found.bit).toBe(FLAG_BITS[found.flag]);
  expect(found.reason.length).toBeGreaterThan(10);
});
