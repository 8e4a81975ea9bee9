import { expect, test } from "vitest";
import { Roster } from "../../../../model/roster.ts";
import { turnsOf } from "./turns.ts";

const day = { from: "08:00", to: "20:00" };
const night = { from: "20:00", to: "08:00" };
const roster = Roster.parse({
  startMonday: "2026-11-02",
  weeks: [
    {
      mon: [
        { ...day, crewIds: ["crew-1"] },
        { ...night, crewIds: ["crew-2"] },
      ],
    },
    { mon: [{ ...day, crewIds: ["crew-2"] }], sun: [{ ...day, crewIds: ["crew-1"] }] },
  ],
  holidays: [{ from: "00:00", to: "24:00", crewIds: ["crew-1"] }],
  overrides: [{ date: "2026-11-18", turns: [{ ...night, crewIds: ["crew-1", "crew-2"] }] }],
  swaps: [{ date: "2026-11-16", crewId: "crew-1", standInId: "crew-2" }],
});
const own = (crewId: string, from: string, days: number, holidays: string[] = []) =>
  turnsOf(roster, crewId, from, days, (date) => holidays.includes(date))?.map(
    ({ date, from: begin }) => `${date} ${begin}`,
  );

test("weeks come round from their Monday on, and before it", () => {
  expect(own("crew-1", "2026-11-02", 14)).toEqual(["2026-11-02 08:00", "2026-11-15 08:00"]);
  expect(own("crew-2", "2026-10-26", 7)).toEqual(["2026-10-26 08:00"]);
});

test("single dates, swaps and public holidays take the weekday's place", () => {
  expect(own("crew-1", "2026-11-16", 4)).toEqual(["2026-11-18 20:00"]);
  expect(own("crew-2", "2026-11-16", 1)).toEqual(["2026-11-16 08:00", "2026-11-16 20:00"]);
  expect(own("crew-1", "2026-11-19", 1, ["2026-11-19"])).toEqual(["2026-11-19 00:00"]);
});

test("a roster without weeks has everybody on duty always", () => {
  expect(turnsOf({}, "crew-1", "2026-11-02", 7, () => false)).toBeUndefined();
});
