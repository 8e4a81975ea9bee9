/**
 * The clock of a case against an oracle that counts minutes one by one by dates written out and a
 * fixed UTC+8, and shares nothing with the code: two years, every calendar, extensions, suspensions
 * and reworks in any order, with weekends alone and with the holidays that came later.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { HolidayNotice, NamedCalendar } from "../model/calendar.ts";
import type { Case } from "../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { calendarBook } from "./calendar.ts";
import { NAMED_CALENDARS } from "./calendars/named.ts";
import { HOLIDAY_NOTICES } from "./calendars/notices.ts";
import { clockMoveOf, clockMoves, countAgain, moveClock } from "./case-clock.ts";
import { addLimit } from "./deadline.ts";
import { caseAt } from "./doubles/case-at.ts";

const zone = timeZone("Asia/Shanghai");
const at = (text: string): number => Date.parse(`${text}+08:00`);

const NIGHTS: NamedCalendar = {
  name: "two-spans-a-city-made",
  title: { zh: "", en: "" },
  days: "work-days",
  hours: [
    { from: "00:00", to: "05:15" },
    { from: "21:40", to: "24:00" },
  ],
  source: "a test",
};
const CALENDARS = [...NAMED_CALENDARS, NIGHTS];
/** Made up for the test; no notice of 2027 is known here. */
const OFF_2027 = ["2027-01-01", "2027-02-08", "2027-02-09", "2027-02-10", "2027-10-01"];
const WORK_2027 = ["2027-01-02", "2027-02-14"];
const NOTICE_2027: HolidayNotice = {
  year: 2027,
  source: "a test",
  days: [
    ...OFF_2027.map((date) => ({ date, kind: "off" as const })),
    ...WORK_2027.map((date) => ({ date, kind: "work" as const })),
  ],
};
const early = calendarBook({ calendars: CALENDARS, notices: HOLIDAY_NOTICES });
const late = calendarBook({ calendars: CALENDARS, notices: [...HOLIDAY_NOTICES, NOTICE_2027] });

const OFF_2026 =
  "0101 0102 0103 0215 0216 0217 0218 0219 0220 0221 0222 0223 0404 0405 0406 0501 0502 0503 0504 " +
  "0505 0619 0620 0621 0925 0926 0927 1001 1002 1003 1004 1005 1006 1007";
const WORK_2026 = "0104 0214 0228 0509 0920 1010";
const dates = (year: string, days: string): string[] =>
  days.split(" ").map((day) => `${year}-${day.slice(0, 2)}-${day.slice(2)}`);
const OFF = new Set([...dates("2026", OFF_2026), ...OFF_2027]);
const WORK = new Set([...dates("2026", WORK_2026), ...WORK_2027]);

type IsWorked = (instant: number) => boolean;

/** A day's answer is kept, since the same days are asked again and again. */
function isWorkedBy(name: string, knows2027: boolean): IsWorked {
  const calendar = CALENDARS.find((each) => each.name === name);
  const minutes = Array.from({ length: 24 * 60 }, (_, minute) => {
    const time = new Date(minute * MINUTE_MS).toISOString().slice(11, 16);
    return calendar?.hours.some(({ from, to }) => time >= from && time < to) === true;
  });
  const days = new Map<number, boolean>();
  const isDayWorked = (day: number): boolean => {
    if (calendar?.days === "every-day") return true;
    const date = new Date(day * 24 * HOUR_MS).toISOString().slice(0, 10);
    const isKnown = date.startsWith("2026") || (knows2027 && date.startsWith("2027"));
    if (isKnown && OFF.has(date)) return false;
    if (isKnown && WORK.has(date)) return true;
    const weekday = new Date(date).getUTCDay();
    return weekday >= 1 && weekday <= 5;
  };
  return (instant) => {
    const local = (instant + 8 * HOUR_MS) / MINUTE_MS;
    const day = Math.floor(local / (24 * 60));
    if (minutes[local - day * 24 * 60] !== true) return false;
    const known = days.get(day) ?? isDayWorked(day);
    days.set(day, known);
    return known;
  };
}

/** The end of the minute in which the last of `minutes` is worked; stopped minutes do not count. */
function oracle(start: number, minutes: number, isWorked: IsWorked): number {
  let left = minutes;
  for (let now = start; ; now += MINUTE_MS) {
    if (!isWorked(now)) continue;
    left -= 1;
    if (left === 0) return now + MINUTE_MS;
  }
}

interface Step {
  kind: "extension" | "rework" | "suspension";
  /** Minutes after the one before, and for how long the clock stands. */
  afterMinutes: number;
  forMinutes: number;
  /** The platform was down at the end of the suspension for so long. */
  downMinutes: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom("extension", "rework", "suspension"),
    afterMinutes: fc.integer({ min: 0, max: 3 * 24 * 60 }),
    forMinutes: fc.integer({ min: 0, max: 12 * 24 * 60 }),
    downMinutes: fc.integer({ min: 0, max: 600 }),
  }),
  { maxLength: 5 },
);
const walks = fc.record({
  start: fc
    .integer({ min: 0, max: 700 * 24 * 60 })
    .map((minutes) => at("2026-01-01T00:00") + minutes * MINUTE_MS),
  name: fc.constantFrom(...CALENDARS.map(({ name }) => name)),
  minutes: fc.integer({ min: 1, max: 40 * 60 }),
  steps,
});
type Walk = typeof walks extends fc.Arbitrary<infer T> ? T : never;

/** A case is suspended once. */
function once(given: readonly Step[]): Step[] {
  const first = given.findIndex(({ kind }) => kind === "suspension");
  return given.filter(({ kind }, index) => kind !== "suspension" || index === first);
}

/** Told as the desk would tell it: the standing case, its history, and the deadline by the oracle. */
function live({ start, name, minutes, steps: given }: Walk, knows2027: boolean) {
  const isWorked = isWorkedBy(name, knows2027);
  const calendar = (knows2027 ? late : early).named(name);
  const limit = { value: minutes / 60, unit: "working-hour" as const };
  const history: { event: string; to: Case["state"]; at: number }[] = [
    { event: "dispatch", to: "DISPATCHED", at: start },
    { event: "start", to: "HANDLING", at: start },
  ];
  let counted = addLimit(start, limit, calendar, zone);
  let expected = oracle(start, minutes, isWorked);
  let now = start;
  let lastSuspendUntil: number | undefined;
  for (const { kind, afterMinutes, forMinutes, downMinutes } of once(given)) {
    now += afterMinutes * MINUTE_MS;
    if (kind === "extension") {
      history.push({ event: "approveExtension", to: "HANDLING", at: now });
      const move = clockMoveOf("approveExtension", {}, now);
      if (move !== undefined) counted = moveClock(counted, move, { limit, calendar, zone });
      expected = oracle(expected, minutes, isWorked);
      continue;
    }
    const from = now;
    const to = from + forMinutes * MINUTE_MS;
    now = to + (kind === "suspension" ? downMinutes * MINUTE_MS : 0);
    const [stop, go] =
      kind === "suspension" ? ["approveSuspend", "resume"] : ["feedback", "rework"];
    const stopped =
      kind === "suspension" ? { suspendedAt: from, suspendUntil: to } : { feedbackAt: from };
    if (kind === "suspension") lastSuspendUntil = to;
    history.push(
      { event: stop ?? "", to: kind === "suspension" ? "SUSPENDED" : "FEEDBACK", at: from },
      { event: go ?? "", to: "HANDLING", at: now },
    );
    const move = clockMoveOf(go ?? "", stopped, now);
    if (move !== undefined) counted = moveClock(counted, move, { limit, calendar, zone });
    expected = goOn(expected, from, to, isWorked);
  }
  const theCase: Case = {
    ...caseAt("HANDLING", start),
    limit,
    dispatchedAt: start,
    deadline: counted.deadline,
    ...(lastSuspendUntil !== undefined && { lastSuspendUntil }),
  };
  return { theCase, history, counted, expected, limit };
}

/** Worked minutes that were left when the clock stopped are left when it goes on. */
function goOn(deadline: number, from: number, to: number, isWorked: IsWorked): number {
  let left = 0;
  for (let minute = from; minute < deadline; minute += MINUTE_MS) if (isWorked(minute)) left += 1;
  return left === 0 ? deadline : oracle(to, left, isWorked);
}

test("the clock agrees with counting minute by minute, whatever moves it, over two years", () => {
  fc.assert(
    fc.property(walks, fc.boolean(), (walk, knows2027) => {
      const { counted, expected } = live(walk, knows2027);
      expect(zone.iso(counted.deadline)).toBe(zone.iso(expected));
    }),
    { numRuns: 400 },
  );
});

test("counted again by a year's holidays it is as if they had always been known", () => {
  fc.assert(
    fc.property(walks, (walk) => {
      const before = live(walk, false);
      const known = live(walk, true);
      const calendar = late.named(walk.name);
      const counting = { limit: before.limit, calendar, zone };
      const again = countAgain(before.theCase, before.history, counting);
      expect(zone.iso(again?.deadline ?? 0)).toBe(zone.iso(known.expected));
      expect(again?.provisional).toBe(known.counted.provisional);
    }),
    { numRuns: 400 },
  );
});

test("counted again by what was known already it stays where it is", () => {
  fc.assert(
    fc.property(walks, (walk) => {
      const { theCase, history, counted, limit } = live(walk, false);
      const counting = { limit, calendar: early.named(walk.name), zone };
      expect(countAgain(theCase, history, counting)).toEqual(counted);
    }),
    { numRuns: 200 },
  );
});

test("a return that was accepted begins anew: what was before the last dispatch is no move", () => {
  const start = at("2026-11-23T09:00");
  const history = [
    { event: "dispatch", to: "DISPATCHED", at: start },
    { event: "approveExtension", to: "DISPATCHED", at: start + HOUR_MS },
    { event: "return", to: "RETURN_REVIEW", at: start + 2 * HOUR_MS },
    { event: "acceptReturn", to: "PENDING_DISPATCH", at: start + 3 * HOUR_MS },
    { event: "dispatch", to: "DISPATCHED", at: start + 4 * HOUR_MS },
    { event: "feedback", to: "FEEDBACK", at: start + 5 * HOUR_MS },
    { event: "rework", to: "HANDLING", at: start + 6 * HOUR_MS },
  ] as const;
  expect(clockMoves({}, history, start + 4 * HOUR_MS)).toEqual([
    { kind: "pause", from: start + 5 * HOUR_MS, to: start + 6 * HOUR_MS },
  ]);
});

test("feedback that is a return does not stop the clock", () => {
  const start = at("2026-11-23T09:00");
  const history = [
    { event: "dispatch", to: "DISPATCHED", at: start },
    { event: "feedback", to: "RETURN_REVIEW", at: start + HOUR_MS },
    { event: "refuseReturn", to: "DISPATCHED", at: start + 2 * HOUR_MS },
    { event: "feedback", to: "FEEDBACK", at: start + 3 * HOUR_MS },
    { event: "rework", to: "HANDLING", at: start + 4 * HOUR_MS },
  ] as const;
  expect(clockMoves({}, history, start)).toEqual([
    { kind: "pause", from: start + 3 * HOUR_MS, to: start + 4 * HOUR_MS },
  ]);
});
