import fc from "fast-check";
import { expect, test } from "vitest";
import type { CaseLimit } from "../model/asset-class.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { calendarBook } from "./calendar.ts";
import { NAMED_CALENDARS } from "./calendars/named.ts";
import { addLimit, addWorking, limitMs, subtractWorking, workingMsBetween } from "./deadline.ts";

const zone = timeZone("Asia/Shanghai");
const book = calendarBook();
const at = (text: string): number => Date.parse(`${text}+08:00`);
const wd = (value: number): CaseLimit => ({ value, unit: "working-day" });
const wh = (value: number): CaseLimit => ({ value, unit: "working-hour" });
const uh = (value: number): CaseLimit => ({ value, unit: "urgent-hour" });

const ROWS: [title: string, calendar: string, start: string, limit: CaseLimit, due: string][] = [
  ["hours of one morning", "office", "2026-11-23T09:00", wh(2), "2026-11-23T11:00"],
  ["the noon break is not counted", "office", "2026-11-23T11:00", wh(2), "2026-11-23T15:00"],
  ["the end of a span is that day's", "office", "2026-11-23T14:00", wh(4), "2026-11-23T18:00"],
  ["a start at night waits for morning", "office", "2026-11-23T20:00", wh(1), "2026-11-24T09:00"],
  ["a start before dawn too", "office", "2026-11-23T03:00", wh(1), "2026-11-23T09:00"],
  ["a working day is 8 hours", "office", "2026-11-23T10:00", wd(1), "2026-11-24T10:00"],
  ["not the same time next day", "office", "2026-11-23T12:30", wd(1), "2026-11-24T12:00"],
  ["a weekend is off", "office", "2026-11-20T16:00", wd(1), "2026-11-23T16:00"],
  ["New Year, then a worked Sunday", "office", "2025-12-31T16:00", wd(1), "2026-01-04T16:00"],
  [
    "a worked Saturday before the festival",
    "office",
    "2026-02-13T17:00",
    wd(1),
    "2026-02-14T17:00",
  ],
  ["nine days of Spring Festival", "office", "2026-02-14T17:00", wd(1), "2026-02-24T17:00"],
  ["the National Day and its Saturday", "office", "2026-09-30T17:00", wd(2), "2026-10-09T17:00"],
  ["urgent hours run through nights", "office", "2026-10-01T23:30", uh(2), "2026-10-02T01:30"],
  ["sanitation works on Sundays", "sanitation", "2026-11-22T22:00", wh(4), "2026-11-23T08:00"],
  ["emergency never stops", "emergency", "2026-10-01T22:00", wd(1), "2026-10-02T06:00"],
];

test.each(ROWS)("%s (%s, from %s)", (_title, calendar, start, limit, due) => {
  const { deadline } = addLimit(at(start), limit, book.named(calendar), zone);
  expect(zone.iso(deadline)).toBe(zone.iso(at(due)));
});

test("a deadline that reaches into a year without a notice is provisional", () => {
  const office = book.named("office");
  const into = addLimit(at("2026-12-31T16:00"), wd(1), office, zone);
  expect(into).toEqual({ deadline: at("2027-01-01T16:00"), provisional: true });
  expect(addLimit(at("2026-12-30T09:00"), wd(1), office, zone).provisional).toBe(false);
  expect(addLimit(at("2027-03-06T09:00"), wd(1), office, zone)).toEqual({
    deadline: at("2027-03-08T18:00"),
    provisional: true,
  });
  expect(addLimit(at("2027-03-06T09:00"), uh(2), office, zone).provisional).toBe(false);
  const emergency = book.named("emergency");
  expect(addLimit(at("2027-03-06T09:00"), wd(1), emergency, zone).provisional).toBe(false);
});

/** Counts minutes one by one, by dates written out and fixed UTC+8: shares nothing with the code. */
const OFF_2026 =
  "0101 0102 0103 0215 0216 0217 0218 0219 0220 0221 0222 0223 0404 0405 0406 0501 0502 0503 0504 " +
  "0505 0619 0620 0621 0925 0926 0927 1001 1002 1003 1004 1005 1006 1007";
const WORK_2026 = "0104 0214 0228 0509 0920 1010";

function isOfficeMinute(instant: number): boolean {
  const local = new Date(instant + 8 * HOUR_MS);
  const digits = local.toISOString().slice(0, 10).replaceAll("-", "");
  const minute = local.getUTCHours() * 60 + local.getUTCMinutes();
  if (!((minute >= 480 && minute < 720) || (minute >= 840 && minute < 1080))) return false;
  const isWeekday = local.getUTCDay() >= 1 && local.getUTCDay() <= 5;
  if (!digits.startsWith("2026")) return isWeekday;
  if (OFF_2026.split(" ").includes(digits.slice(4))) return false;
  return isWeekday || WORK_2026.split(" ").includes(digits.slice(4));
}

function oracle(start: number, minutes: number, isWorked: (instant: number) => boolean): number {
  let left = minutes;
  for (let now = start; ; now += MINUTE_MS) {
    if (!isWorked(now)) continue;
    left -= 1;
    if (left === 0) return now + MINUTE_MS;
  }
}

const starts = fc
  .integer({ min: 0, max: 380 * 24 * 60 - 1 })
  .map((minutes) => at("2025-12-25T00:00") + minutes * MINUTE_MS);

test("office deadlines agree with counting minute by minute", () => {
  fc.assert(
    fc.property(starts, fc.integer({ min: 1, max: 5 * 8 * 60 }), (start, minutes) => {
      const limit = wh(minutes / 60);
      const { deadline } = addLimit(start, limit, book.named("office"), zone);
      expect(zone.iso(deadline)).toBe(zone.iso(oracle(start, minutes, isOfficeMinute)));
    }),
    { numRuns: 300 },
  );
});

test("sanitation deadlines agree with counting minute by minute", () => {
  const isWorked = (instant: number): boolean => {
    const hour = new Date(instant + 8 * HOUR_MS).getUTCHours();
    return hour >= 5 && hour < 23;
  };
  fc.assert(
    fc.property(starts, fc.integer({ min: 1, max: 40 * 60 }), (start, minutes) => {
      const { deadline } = addLimit(start, wh(minutes / 60), book.named("sanitation"), zone);
      expect(deadline).toBe(oracle(start, minutes, isWorked));
    }),
    { numRuns: 200 },
  );
});

test("between start and deadline lies the limit, counted from either end", () => {
  const calendars = fc.constantFrom("office", "sanitation", "emergency").map(book.named);
  fc.assert(
    fc.property(
      starts,
      fc.integer({ min: 1, max: 9 * DAY_MS }),
      calendars,
      (start, ms, calendar) => {
        const { deadline } = addWorking(start, ms, calendar, zone);
        expect(workingMsBetween(start, deadline, calendar, zone)).toBe(ms);
        const back = subtractWorking(deadline, ms, calendar, zone);
        expect(back).toBeGreaterThanOrEqual(start);
        expect(workingMsBetween(back, deadline, calendar, zone)).toBe(ms);
      },
    ),
  );
});

test("urgent hours are exact in any zone, also over a change of the clocks", () => {
  const berlin = timeZone("Europe/Berlin");
  const start = Date.parse("2026-10-24T23:00Z");
  const { deadline } = addLimit(start, uh(6), book.named("office"), berlin);
  expect(deadline - start).toBe(6 * HOUR_MS);
});

test("a limit is so many hours of work", () => {
  expect(limitMs(wd(2))).toBe(16 * HOUR_MS);
  expect(limitMs(wh(0.5))).toBe(30 * MINUTE_MS);
});

test("calendars are checked when they are loaded", () => {
  const hours = [
    { from: "08:00", to: "12:00" },
    { from: "11:00", to: "18:00" },
  ];
  const calendar = {
    name: "office",
    title: { zh: "", en: "" },
    days: "work-days" as const,
    hours,
    source: "a test",
  };
  expect(() => calendarBook({ calendars: [calendar], notices: [] })).toThrow(
    /'office'.*overlapping/,
  );
  expect(() => calendarBook({ calendars: [], notices: [] })).toThrow(/no 'office'/);
});

test("a unit whose calendar is unknown works office hours", () => {
  expect(book.named("moon").name).toBe("office");
  expect(book.has("moon")).toBe(false);
});

test("an override is of a class, of an area or of both, and the first that fits counts", () => {
  const { override } = calendarBook({
    calendars: NAMED_CALENDARS,
    notices: [],
    overrides: [
      { class: "waste-bin", areaPrefix: "411524001", calendar: "sanitation" },
      { areaPrefix: "411524001", calendar: "emergency" },
      { class: "waste-bin", calendar: "office" },
    ],
  });
  const cell = "41152400100101";
  expect(override({ class: "waste-bin", gridCell: cell })).toBe("sanitation");
  expect(override({ class: "streetlight", gridCell: cell })).toBe("emergency");
  expect(override({ class: "waste-bin", gridCell: "41152400200101" })).toBe("office");
  expect(override({ class: "waste-bin" })).toBe("office");
  expect(override({ class: "streetlight" })).toBeUndefined();
});
