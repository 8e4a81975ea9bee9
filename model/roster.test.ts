/** What a roster may say, and what its faults are called. */
import { expect, test } from "vitest";
import { Roster } from "./roster.ts";

const WEEK = { mon: [{ from: "08:00", to: "24:00", crewIds: ["a"] }] };

const faultsOf = (given: unknown): string[] => {
  const { error } = Roster.safeParse(given);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
};

test.each([
  ["nothing", {}],
  ["a time to answer alone", { acceptWithinMinutes: { other: 20 } }],
  ["weeks", { startMonday: "2026-11-02", weeks: [WEEK] }],
])("%s is a roster", (_title, given) => {
  expect(faultsOf(given)).toEqual([]);
});

test.each([
  [{ weeks: [WEEK] }, "startMonday: the Monday on which the first of 'weeks' begins"],
  [{ startMonday: "2026-11-03", weeks: [WEEK] }, "startMonday: a date that is a Monday"],
  [{ startMonday: "2026-02-30", weeks: [WEEK] }, "startMonday: a date yyyy-MM-dd"],
  [{ holidays: [] }, "holidays: nothing of it without 'weeks'"],
  [
    { startMonday: "2026-11-02", weeks: [{ mon: [{ from: "24:00", to: "08:00", crewIds: [] }] }] },
    "weeks.0.mon.0.from: HH:mm",
  ],
  [
    {
      startMonday: "2026-11-02",
      weeks: [WEEK],
      overrides: [
        { date: "2026-11-25", turns: [] },
        { date: "2026-11-25", turns: [] },
      ],
    },
    "overrides.1.date: each date once",
  ],
])("a fault is named by its place: %j", (given, fault) => {
  expect(faultsOf(given)).toContain(fault);
});

test("more weeks than eight are refused", () => {
  expect(faultsOf({ startMonday: "2026-11-02", weeks: Array(9).fill(WEEK) })).toHaveLength(1);
});
