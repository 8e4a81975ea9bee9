/** Attendance and what a mark does to the roster's word, by tables. */
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { CrewId } from "../model/ids.ts";
import { timeZone } from "../model/local-time.ts";
import { Crew } from "../model/registry.ts";
import { Roster } from "../model/roster.ts";
import type { ShiftMark } from "../model/shift.ts";
import { attendanceOf } from "./attendance.ts";
import { turnsBetween } from "./duty.ts";
import { saidByMark, withMarks } from "./shifts.ts";

const zone = timeZone("Asia/Shanghai");
const calendar = { zone, isHoliday: () => false };
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const week = (from: string, to: string) =>
  Object.fromEntries(DAYS.map((day) => [day, [{ from, to, crewIds: ["crew-1"] }]]));
const rosterOf = (from: string, to: string, more: object = {}): Roster =>
  Roster.parse({ startMonday: "2026-11-02", weeks: [week(from, to)], ...more });
const at = (time: string): number => Date.parse(`${time}+08:00`);
const mark = (time: string, state: "on" | "off", crewId = "crew-1"): ShiftMark => ({
  ...{ crewId: CrewId.parse(crewId), state, at: at(time), by: "wang" },
});

const MONDAY = { from: at("2026-11-23T00:00"), to: at("2026-11-24T00:00") };
const dayOf = (
  marks: ShiftMark[],
  now = at("2026-11-24T12:00"),
  roster = rosterOf("08:00", "20:00"),
) =>
  attendanceOf(turnsBetween(roster, MONDAY, calendar), marks, now).map(
    ({ crewId, state, isRunning }) => `${crewId} ${state}${isRunning ? " running" : ""}`,
  );

test.each<[string, ShiftMark[], string[]]>([
  ["nothing was said", [], ["crew-1 absent"]],
  [
    "on before it began",
    [mark("2026-11-23T07:30", "on"), mark("2026-11-23T20:00", "off")],
    ["crew-1 onTime"],
  ],
  ["ten minutes later", [mark("2026-11-23T08:10", "on")], ["crew-1 onTime"]],
  ["eleven minutes later", [mark("2026-11-23T08:11", "on")], ["crew-1 late"]],
  [
    "off at noon",
    [mark("2026-11-23T08:00", "on"), mark("2026-11-23T12:00", "off")],
    ["crew-1 leftEarly"],
  ],
  [
    "off at noon and back at one",
    [
      ...[mark("2026-11-23T08:00", "on"), mark("2026-11-23T12:00", "off")],
      ...[mark("2026-11-23T13:00", "on"), mark("2026-11-23T20:05", "off")],
    ],
    ["crew-1 onTime"],
  ],
  ["twice on", [mark("2026-11-23T08:00", "on"), mark("2026-11-23T08:01", "on")], ["crew-1 onTime"]],
  [
    "on in the night before, and another crew without a turn",
    [mark("2026-11-23T05:59", "on"), mark("2026-11-23T09:00", "on", "crew-2")],
    ["crew-1 unplanned", "crew-1 absent", "crew-2 unplanned"],
  ],
])("%s", (_title, marks, states) => {
  expect(dayOf(marks)).toEqual(states);
});

test("a turn that runs is judged by what is known, and one to come is left out", () => {
  expect(dayOf([mark("2026-11-23T08:00", "on")], at("2026-11-23T09:00"))).toEqual([
    "crew-1 onTime running",
  ]);
  expect(dayOf([], at("2026-11-23T09:00"))).toEqual(["crew-1 absent running"]);
  expect(dayOf([], at("2026-11-23T07:00"))).toEqual([]);
});

test("a night's turn over midnight, a date that differs and a stand-in", () => {
  const night = rosterOf("22:00", "06:00");
  const [turn] = turnsBetween(night, MONDAY, calendar);
  expect(turn).toEqual({
    crewId: "crew-1",
    from: at("2026-11-23T22:00"),
    to: at("2026-11-24T06:00"),
  });
  const swaps = [{ date: "2026-11-23", crewId: "crew-1", standInId: "crew-2" }];
  const swapped = rosterOf("08:00", "20:00", { swaps });
  expect(dayOf([mark("2026-11-23T08:00", "on", "crew-2")], undefined, swapped)).toEqual([
    "crew-2 onTime",
  ]);
  const overrides = [{ date: "2026-11-23", turns: [] }];
  expect(dayOf([], undefined, rosterOf("08:00", "20:00", { overrides }))).toEqual([]);
});

test("in a zone whose clocks change a turn is as long as the wall says", () => {
  const berlin = timeZone("Europe/Berlin");
  const from = Date.parse("2026-03-28T00:00+01:00");
  const turns = turnsBetween(
    rosterOf("22:00", "06:00"),
    { from, to: from + 24 * HOUR_MS },
    { zone: berlin, isHoliday: () => false },
  );
  expect((turns[0]?.to ?? 0) - (turns[0]?.from ?? 0)).toBe(7 * HOUR_MS);
});

/** A turn of twelve hours that begins then, each day. */
const turnsFrom = (first: number | undefined) => {
  const endsAt = (_crew: string, now: number) => {
    if (first === undefined) return undefined;
    const begun = now - ((((now - first) % DAY_MS) + DAY_MS) % DAY_MS);
    return now < begun + 12 * HOUR_MS ? begun + 12 * HOUR_MS : undefined;
  };
  const nextAt = (_crew: string, after: number) =>
    first === undefined
      ? undefined
      : after - ((((after - first) % DAY_MS) + DAY_MS) % DAY_MS) + DAY_MS;
  return { endsAt, nextAt };
};

test.each<[string, ShiftMark | undefined, string, string | undefined, boolean | undefined]>([
  ["nothing was said", undefined, "2026-11-23T12:00", undefined, undefined],
  [
    "off in the turn",
    mark("2026-11-23T12:00", "off"),
    "2026-11-23T13:00",
    "2026-11-24T08:00",
    false,
  ],
  [
    "off, and the next turn has begun",
    mark("2026-11-23T12:00", "off"),
    "2026-11-24T08:00",
    "2026-11-24T08:00",
    undefined,
  ],
  ["off without a roster", mark("2026-11-23T12:00", "off"), "2026-12-23T12:00", undefined, false],
  ["on without a turn", mark("2026-11-23T12:00", "on"), "2026-11-24T03:59", undefined, true],
  ["on for too long", mark("2026-11-23T12:00", "on"), "2026-11-24T04:00", undefined, undefined],
  [
    "on in the turn, never off, at its end",
    mark("2026-11-23T08:00", "on"),
    "2026-11-23T20:00",
    "2026-11-24T08:00",
    undefined,
  ],
  [
    "on two hours before the turn, in it",
    mark("2026-11-23T06:00", "on"),
    "2026-11-23T19:59",
    "2026-11-24T08:00",
    true,
  ],
  [
    "on two hours before the turn, never off, at its end",
    mark("2026-11-23T06:00", "on"),
    "2026-11-23T20:00",
    "2026-11-24T08:00",
    undefined,
  ],
  [
    "on more than two hours before the turn",
    mark("2026-11-23T05:59", "on"),
    "2026-11-23T21:00",
    "2026-11-24T08:00",
    true,
  ],
  [
    "off, and the clock was set back since",
    mark("2026-11-23T12:00", "off"),
    "2026-11-23T09:00",
    "2026-11-24T08:00",
    false,
  ],
])("%s", (_title, said, now, next, isOn) => {
  expect(saidByMark(said, at(now), turnsFrom(next === undefined ? undefined : at(next)))).toBe(
    isOn,
  );
});

test("marks correct the roster's word crew by crew", () => {
  const crews = ["a", "b", "c"].map((crewId) => Crew.parse({ crewId, name: crewId, unitId: "u" }));
  const rostered = new Set([CrewId.parse("a"), CrewId.parse("b")]);
  const words: Record<string, boolean> = { a: false, c: true };
  expect([...(withMarks(rostered, crews, (id) => words[id]) ?? [])]).toEqual(["b", "c"]);
  // Without a roster all are on duty but who signed off.
  expect([...(withMarks(undefined, crews, (id) => words[id]) ?? [])]).toEqual(["b", "c"]);
  expect(withMarks(undefined, crews, () => undefined)).toBeUndefined();
});

test("the last minute of grace counts as in time", () => {
  const off = { ...mark("2026-11-23T20:00", "off"), at: at("2026-11-23T20:00") - 10 * MINUTE_MS };
  expect(dayOf([mark("2026-11-23T08:00", "on"), off])).toEqual(["crew-1 onTime"]);
});
