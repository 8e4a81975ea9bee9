/** Which briefs are due: by the calendar, over downtimes, in zones whose clocks change. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DAY_MS } from "../../model/clock.ts";
import { GridwardenError } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { timeZone } from "../../model/local-time.ts";
import { duePeriods, kindOfPeriod } from "./due-periods.ts";
import { periodBefore, periodOf } from "./period.ts";

const ZONES = ["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "America/Havana", "UTC"];
const shanghai = timeZone("Asia/Shanghai");
const due = (zoneName: string, doneUntil: string, now: string): string[] =>
  duePeriods(Date.parse(doneUntil), Date.parse(now), timeZone(zoneName)).map(
    ({ period }) => period,
  );

test.each([
  ["an ordinary day", "2026-11-25T00:00+08:00", "2026-11-26T00:00+08:00", ["2026-11-25"]],
  ["just before midnight", "2026-11-25T00:00+08:00", "2026-11-25T23:59:59.999+08:00", []],
  ["nothing twice", "2026-11-26T00:00+08:00", "2026-11-26T00:00+08:00", []],
  ["a Monday", "2026-11-22T00:00+08:00", "2026-11-23T08:00+08:00", ["2026-11-22", "2026-W47"]],
  [
    "a week across months, one day after the other",
    "2026-11-29T12:00+08:00",
    "2026-12-01T00:00+08:00",
    ["2026-11-29", "2026-W48", "2026-11-30", "2026-11"],
  ],
  [
    "the turn of a year, whose week ends later",
    "2026-12-31T00:00+08:00",
    "2027-01-04T00:00+08:00",
    [
      ...["2026-12-31", "2026-12", "2026-Q4", "2026"],
      ...["2027-01-01", "2027-01-02", "2027-01-03", "2026-W53"],
    ],
  ],
])("%s", (_name, doneUntil, now, wanted) => {
  expect(due("Asia/Shanghai", doneUntil, now)).toEqual(wanted);
});

test.each([
  // 02:00 to 03:00 and back; the days have 23 and 25 hours.
  ["Europe/Berlin", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00", ["2026-03-29", "2026-W13"]],
  ["Europe/Berlin", "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", ["2026-10-25", "2026-W43"]],
  // The clock went from 23:59:59 to 01:00:00: that day has no midnight.
  [
    "America/Sao_Paulo",
    "2018-11-03T12:00-03:00",
    "2018-11-05T00:00-02:00",
    ["2018-11-03", "2018-11-04", "2018-W44"],
  ],
])("in %s days end at the local midnight", (zoneName, doneUntil, now, wanted) => {
  expect(due(zoneName, doneUntil, now)).toEqual(wanted);
});

test("what ended longer ago than is made up is left out", () => {
  const now = Date.parse("2026-11-27T12:00+08:00");
  const days = duePeriods(0, now, shanghai).filter(({ kind }) => kind === "day");
  expect(days).toHaveLength(LIMITS.publicationMakeUpDaysMax);
  expect(days.at(-1)?.period).toBe("2026-11-26");
});

test("in every zone, cut anywhere, all periods are named once and each ends where the next begins", () => {
  const start = Date.UTC(2025, 0, 1);
  const time = fc.integer({ min: start, max: start + 700 * DAY_MS });
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), time, time, time, (zoneName, a, b, c) => {
      const zone = timeZone(zoneName);
      const [from = 0, cut = 0, to = 0] = [a, b, c].sort((x, y) => x - y);
      fc.pre(to - from < LIMITS.publicationMakeUpDaysMax * DAY_MS);
      const whole = duePeriods(from, to, zone);
      expect([...duePeriods(from, cut, zone), ...duePeriods(cut, to, zone)]).toEqual(whole);
      const days = whole.filter(({ kind }) => kind === "day");
      for (const [index, day] of days.entries()) {
        expect(day.to).toBe(days[index + 1]?.from ?? day.to);
      }
      for (const each of whole) {
        expect(each.to > from && each.to <= to).toBe(true);
        expect(periodBefore(each, zone).to).toBe(each.from);
        expect(kindOfPeriod(periodBefore(each, zone).period)).toBe(each.kind);
      }
    }),
    { numRuns: 60 },
  );
});

test.each(["2026-02-29", "2026-11-31", "2026-11-00", "2026-13-01", "2026-11-1", "2026-11-27x"])(
  "'%s' is no day",
  (text) => {
    expect(() => periodOf(text, shanghai)).toThrow(GridwardenError);
  },
);

test("a day is from midnight to midnight, and the one before it is the day before", () => {
  const day = periodOf("2028-02-29", shanghai);
  expect(shanghai.iso(day.from)).toBe("2028-02-29T00:00:00.000+08:00");
  expect(day.to - day.from).toBe(DAY_MS);
  expect(periodBefore(periodOf("2028-03-01", shanghai), shanghai)).toEqual(day);
});
