/** Rosters against the wall clock: nights, weeks, holidays, dates that differ, gaps. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { Roster } from "../model/roster.ts";
import { type DutyCalendar, dutyEndsAt, gapsOf, nextDutyAt, onDuty } from "./duty.ts";

const zone = timeZone("Asia/Shanghai");
/** 1 to 7 October. */
const isHoliday: DutyCalendar["isHoliday"] = ({ month, day }) => month === 10 && day <= 7;
const calendar: DutyCalendar = { zone, isHoliday };

const turn = (from: string, to: string, ...crewIds: string[]) => ({ from, to, crewIds });
const everyDay = (...turns: object[]) =>
  Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, turns]));

/** Two weeks in turn: a and b change places between day and night; nobody on the second Sunday. */
const SHIFTS = Roster.parse({
  startMonday: "2026-11-02",
  weeks: [
    everyDay(turn("08:00", "20:00", "a"), turn("20:00", "08:00", "b")),
    { ...everyDay(turn("08:00", "20:00", "b"), turn("20:00", "08:00", "a")), sun: [] },
  ],
  holidays: [turn("00:00", "24:00", "feast")],
  overrides: [{ date: "2026-11-25", turns: [turn("10:00", "12:00", "c")] }],
  swaps: [
    { date: "2026-11-26", crewId: "a", standInId: "b" },
    { date: "2026-11-26", crewId: "b", standInId: "a" },
  ],
});

const at = (text: string): number => Date.parse(`${text}:00+08:00`);
const crewsAt = (text: string, roster = SHIFTS): string[] => [
  ...(onDuty(roster, at(text), calendar) ?? ["everybody"]),
];

describe("who is on duty", () => {
  test.each([
    ["the first minute of a turn", "2026-11-02T08:00", ["a"]],
    ["the minute before it, after a Sunday without turns", "2026-11-02T07:59", []],
    ["the last minute of a day's turn", "2026-11-02T19:59", ["a"]],
    ["the night", "2026-11-02T20:00", ["b"]],
    ["after midnight it is still the turn of the day before", "2026-11-03T03:00", ["b"]],
    ["the second week", "2026-11-09T09:00", ["b"]],
    ["the round begins again", "2026-11-16T09:00", ["a"]],
    ["before the first Monday the weeks come round as well", "2026-10-26T09:00", ["b"]],
    ["a day without turns, its morning the night before's", "2026-11-15T07:59", ["a"]],
    ["a day without turns", "2026-11-15T08:00", []],
    ["the morning after it", "2026-11-16T07:59", []],
    ["a holiday", "2026-10-01T03:00", ["feast", "a"]],
    ["the last minute of the holidays", "2026-10-07T23:59", ["feast"]],
    ["a date that differs", "2026-11-25T11:00", ["c"]],
    ["its morning, of the night before", "2026-11-25T07:00", ["a"]],
    ["its evening", "2026-11-25T21:00", []],
    ["turns that were exchanged", "2026-11-26T09:00", ["a"]],
    ["and the night that begins on that day", "2026-11-27T02:00", ["b"]],
    ["the day after it is as planned", "2026-11-27T09:00", ["b"]],
  ])("%s: %s", (_title, when, crews) => {
    expect(crewsAt(when)).toEqual(crews);
  });

  test("without weeks everybody is", () => {
    expect(onDuty(Roster.parse({}), at("2026-11-02T08:00"), calendar)).toBeUndefined();
  });

  test("a turn that ends when it began is a whole day long", () => {
    const roster = Roster.parse({
      startMonday: "2026-11-02",
      weeks: [{ mon: [turn("08:00", "08:00", "a")] }],
    });
    const hours = ["02T07:59", "02T08:00", "03T07:59", "03T08:00"];
    expect(hours.map((hour) => crewsAt(`2026-11-${hour}`, roster))).toEqual([[], ["a"], ["a"], []]);
  });
});

describe("the next turn", () => {
  const next = (text: string, ...crewIds: string[]): string | undefined => {
    const found = nextDutyAt(SHIFTS, new Set(crewIds), at(text), calendar);
    return found === undefined ? undefined : zone.iso(found).slice(0, 16);
  };

  test.each([
    ["later on the day", "2026-11-02T05:00", ["a"], "2026-11-02T08:00"],
    ["of several crews the first", "2026-11-02T09:00", ["a", "b"], "2026-11-02T20:00"],
    ["on the next day", "2026-11-02T20:00", ["a"], "2026-11-03T08:00"],
    ["after the day without turns", "2026-11-15T12:00", ["a"], "2026-11-16T08:00"],
    ["of a date that differs", "2026-11-24T12:00", ["c"], "2026-11-25T10:00"],
    [
      "on the next holiday but in more days than are looked at",
      "2026-11-02T12:00",
      ["feast"],
      undefined,
    ],
    ["of a crew that has none", "2026-11-02T12:00", ["x"], undefined],
  ])("%s", (_title, from, crewIds, expected) => {
    expect(next(from, ...crewIds)).toBe(expected);
  });

  test("where a zone skips the hour of a turn there is none", () => {
    const berlin = { zone: timeZone("Europe/Berlin"), isHoliday: () => false };
    const roster = Roster.parse({
      startMonday: "2026-03-23",
      weeks: [{ sun: [turn("02:10", "02:40", "a")] }],
    });
    const saturday = Date.parse("2026-03-28T12:00:00+01:00");
    const found = nextDutyAt(roster, new Set(["a"]), saturday, berlin);
    expect(found).toBe(Date.parse("2026-04-05T02:10:00+02:00"));
  });
});

describe("gaps", () => {
  const gaps = (given: object): string[] =>
    gapsOf(Roster.parse({ startMonday: "2026-11-02", ...given }), calendar);

  test("a roster that covers all has none", () => {
    expect(
      gaps({ weeks: [everyDay(turn("06:00", "18:00", "a"), turn("18:00", "06:00", "b"))] }),
    ).toEqual([]);
  });

  test("the hours of a Sunday that nobody has", () => {
    const weeks = [
      {
        ...everyDay(turn("06:00", "18:00", "a"), turn("18:00", "06:00", "b")),
        sat: [turn("06:00", "18:00", "a"), turn("18:00", "02:00", "b")],
      },
    ];
    expect(gaps({ weeks })).toEqual(["nobody on duty Sunday 02:00-06:00"]);
  });

  test("of several weeks it is said which; a turn without crews covers nothing", () => {
    const whole = everyDay(turn("00:00", "24:00", "a"));
    expect(gaps({ weeks: [whole, { ...whole, wed: [turn("00:00", "24:00")] }] })).toEqual([
      "nobody on duty Wednesday of week 2 00:00-24:00",
    ]);
  });

  test("of holidays, of dates that differ, and of the day after them", () => {
    const roster = {
      weeks: [everyDay(turn("20:00", "20:00", "a"))],
      holidays: [turn("08:00", "20:00", "a")],
      overrides: [{ date: "2026-11-25", turns: [turn("20:00", "24:00", "a")] }],
    };
    expect(gaps(roster)).toEqual([
      "nobody on duty on a holiday 00:00-08:00",
      "nobody on duty on a holiday 20:00-24:00",
      "nobody on duty 2026-11-26 00:00-20:00",
    ]);
  });
});

const Clock = fc
  .integer({ min: 0, max: 95 })
  .map(
    (quarter) =>
      `${String(Math.floor(quarter / 4)).padStart(2, "0")}:${String((quarter % 4) * 15).padStart(2, "0")}`,
  );
const Turn = fc.record({
  from: Clock,
  to: Clock,
  crewIds: fc.subarray(["a", "b", "c"]),
});
const Day = fc.array(Turn, { maxLength: 3 });
const Week = fc.record({ mon: Day, tue: Day, wed: Day, thu: Day, fri: Day, sat: Day, sun: Day });
const AnyRoster = fc
  .record({
    weeks: fc.array(Week, { minLength: 1, maxLength: 3 }),
    holidays: fc.option(Day, { nil: undefined }),
  })
  .map(({ holidays, weeks }) =>
    Roster.parse({ startMonday: "2026-11-02", weeks, ...(holidays && { holidays }) }),
  );
const Quarter = fc
  .integer({ min: 0, max: 60 * 96 })
  .map((quarters) => at("2026-09-20T00:00") + quarters * 15 * MINUTE_MS);

/** Another reading of the same: every turn laid out on the line of time, minute of the day by hand. */
function laidOut(roster: Roster): { from: number; to: number; crewIds: string[] }[] {
  const names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
  const weeks = roster.weeks ?? [];
  const turns = [];
  for (
    let midnight = at("2026-08-31T00:00");
    midnight < at("2027-03-01T00:00");
    midnight += DAY_MS
  ) {
    const days = Math.round((midnight - at("2026-11-02T00:00")) / DAY_MS);
    const week = Math.floor(days / 7);
    const { month, day } = zone.local(midnight);
    const isOff = roster.holidays !== undefined && month === 10 && day <= 7;
    const ofWeek = weeks[((week % weeks.length) + weeks.length) % weeks.length];
    const today = isOff ? roster.holidays : ofWeek?.[names[days - week * 7] ?? "mon"];
    for (const { from, to, crewIds } of today ?? []) {
      const minutes = (text: string): number =>
        Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
      const begin = midnight + minutes(from) * MINUTE_MS;
      const end = midnight + minutes(to) * MINUTE_MS + (to > from ? 0 : 24 * HOUR_MS);
      turns.push({ from: begin, to: end, crewIds: crewIds.map(String) });
    }
  }
  return turns;
}

test("whoever is on duty has a turn that is laid out over the instant, and the other way round", () => {
  fc.assert(
    fc.property(AnyRoster, Quarter, (roster, instant) => {
      const expected = laidOut(roster)
        .filter(({ from, to }) => from <= instant && instant < to)
        .flatMap(({ crewIds }) => crewIds);
      expect(new Set(onDuty(roster, instant, calendar))).toEqual(new Set(expected));
    }),
    { numRuns: 200 },
  );
});

test("the next turn is the first that begins, and its crew is on duty then", () => {
  fc.assert(
    fc.property(AnyRoster, Quarter, fc.constantFrom("a", "b"), (roster, instant, crewId) => {
      const begins = laidOut(roster)
        .filter(({ from, crewIds }) => from > instant && crewIds.includes(crewId))
        .map(({ from }) => from);
      const found = nextDutyAt(roster, new Set([crewId]), instant, calendar);
      const first = Math.min(...begins);
      expect(found).toBe(begins.length === 0 || first > instant + 70 * DAY_MS ? undefined : first);
    }),
    { numRuns: 200 },
  );
});

test("a week without a gap has somebody on duty in each of its quarters, and none with one", () => {
  fc.assert(
    fc.property(AnyRoster, (given) => {
      const { holidays: _off, ...roster } = given;
      const span = (roster.weeks?.length ?? 0) * 7 * 96;
      let isAlways = true;
      for (let quarter = 0; quarter < span; quarter += 1) {
        const instant = at("2026-11-02T00:00") + quarter * 15 * MINUTE_MS;
        if (onDuty(roster, instant, calendar)?.size === 0) isAlways = false;
      }
      expect(gapsOf(roster, calendar).length === 0).toBe(isAlways);
    }),
    { numRuns: 60 },
  );
});

describe("when a crew goes off duty", () => {
  const endOf = (crewId: string, when: string, roster = SHIFTS): string | undefined => {
    const end = dutyEndsAt(roster, crewId, at(when), calendar);
    return end === undefined ? undefined : zone.iso(end).slice(0, 16);
  };

  test.each([
    ["at the end of its turn", "a", "2026-11-02T08:00", "2026-11-02T20:00"],
    ["of a night, after midnight too", "b", "2026-11-03T03:00", "2026-11-03T08:00"],
    ["not between turns that follow each other", "feast", "2026-10-01T09:00", "2026-10-08T00:00"],
    ["by a date that differs", "c", "2026-11-25T11:00", "2026-11-25T12:00"],
    ["by an exchange of turns", "b", "2026-11-26T21:00", "2026-11-27T20:00"],
    ["off duty it has none", "b", "2026-11-02T09:00", undefined],
    ["one that is unknown has none", "z", "2026-11-02T09:00", undefined],
  ])("%s: %s from %s", (_title, crewId, when, end) => {
    expect(endOf(crewId, when)).toBe(end);
  });

  test("one that never goes off has none, nor has a unit without weeks", () => {
    const always = Roster.parse({
      startMonday: "2026-11-02",
      weeks: [everyDay(turn("00:00", "24:00", "a"))],
    });
    expect(endOf("a", "2026-11-02T09:00", always)).toBeUndefined();
    expect(endOf("a", "2026-11-02T09:00", Roster.parse({}))).toBeUndefined();
  });

  test("it is the first minute without the crew, as an oracle by the minute finds it", () => {
    const minutes = fc.integer({ min: 0, max: 60 * 24 * 60 });
    fc.assert(
      fc.property(minutes, fc.constantFrom("a", "b", "c", "feast"), (minute, crewId) => {
        const from = at("2026-09-25T00:00") + minute * MINUTE_MS;
        const isOn = (when: number): boolean =>
          [...(onDuty(SHIFTS, when, calendar) ?? [])].some((each) => each === crewId);
        let end = from;
        while (isOn(end)) end += MINUTE_MS;
        expect(dutyEndsAt(SHIFTS, crewId, from, calendar)).toBe(end === from ? undefined : end);
      }),
      { numRuns: 200 },
    );
  });
});
