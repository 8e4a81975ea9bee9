/** Periods in the city's own days, and those they are compared with. */
import { expect, test } from "vitest";
import { timeZone } from "../../model/local-time.ts";
import { periodBefore, periodLastYear, periodOf } from "./period.ts";

const zone = timeZone("Asia/Shanghai");
const newYork = timeZone("America/New_York");

test.each([
  ["2026", "2025-01-01", "2026-01-01", "2025"],
  ["2026-Q1", "2025-01-01", "2025-04-01", "2025-Q1"],
  ["2026-01", "2025-01-01", "2025-02-01", "2025-01"],
  ["2026-W01", "2024-12-30", "2025-01-06", "2025-W01"],
  ["2026-W52", "2025-12-22", "2025-12-29", "2025-W52"],
  ["2026-W53", undefined, undefined, undefined],
  ["2020-W53", undefined, undefined, undefined],
  ["2000-01", undefined, undefined, undefined],
  ["2024-02-29", undefined, undefined, undefined],
  ["2025-02-28", "2024-02-28", "2024-02-29", "2024-02-28"],
])("a year before %s is %s to %s", (period, from, to, name) => {
  const found = periodLastYear({ period }, zone);
  const day = (at: number | undefined) => at && zone.iso(at).slice(0, 10);
  expect([day(found?.from), day(found?.to), found?.period]).toEqual([from, to, name]);
});

test("in a zone whose clocks change a year ago begins at its own midnight", () => {
  const { from } = periodLastYear({ period: "2027-W11" }, newYork) ?? { from: 0 };
  expect(newYork.iso(from)).toBe("2026-03-09T00:00:00.000-04:00");
});

test.each([
  ["2026-01-01", "2025-12-31"],
  ["2026-W01", "2025-W52"],
  ["2027-W01", "2026-W53"],
  ["2026-01", "2025-12"],
  ["2026-Q1", "2025-Q4"],
  ["2026", "2025"],
])("before %s is %s", (period, before) => {
  expect(periodBefore(periodOf(period, zone), zone).period).toBe(before);
});
