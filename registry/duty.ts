/**
 * Who is on duty by a roster, when a crew comes on duty next or goes off it, and where a roster
 * leaves a gap. Pure: turns are written by local time, so a day that a zone shortens or lengthens
 * shortens or lengthens the turns that lie in it.
 */
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { CrewId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import {
  DAY_MINUTES,
  type DutyTurn,
  dateOfDay,
  dayNumber,
  minutesOf,
  type Roster,
  WEEKDAYS,
} from "../model/roster.ts";

export interface DutyCalendar {
  zone: TimeZone;
  /** Is the local day, `month` from 1 to 12, a public holiday? */
  isHoliday(day: { year: number; month: number; day: number }): boolean;
}

/** Crews that are on duty at the instant; nothing where the roster has no weeks: all are. */
export function onDuty(
  roster: Roster,
  at: Instant,
  calendar: DutyCalendar,
): ReadonlySet<CrewId> | undefined {
  if (roster.weeks === undefined) return undefined;
  const { year, month, day, minuteOfDay } = calendar.zone.local(at);
  const today = Date.UTC(year, month - 1, day) / DAY_MS;
  const crews = new Set<CrewId>();
  for (const [began, minute] of [
    [today, minuteOfDay],
    [today - 1, minuteOfDay + DAY_MINUTES],
  ] as const) {
    for (const turn of turnsOf(roster, began, calendar)) {
      const { from, to } = minutesOf(turn);
      if (minute < from || minute >= to) continue;
      for (const crewId of turn.crewIds) crews.add(crewId);
    }
  }
  return crews;
}

/** The first instant after `after` at which a turn of one of these crews begins. */
export function nextDutyAt(
  roster: Roster,
  crewIds: ReadonlySet<string>,
  after: Instant,
  calendar: DutyCalendar,
): Instant | undefined {
  const { zone } = calendar;
  const { year, month, day } = zone.local(after);
  const today = Date.UTC(year, month - 1, day) / DAY_MS;
  for (let ahead = -1; ahead <= LIMITS.rosterDaysAhead; ahead += 1) {
    const begins = turnsOf(roster, today + ahead, calendar)
      .filter((turn) => turn.crewIds.some((crewId) => crewIds.has(crewId)))
      .map((turn) => zone.instant(year, month, day + ahead, 0, minutesOf(turn).from))
      .filter((at) => at > after && isAnyOn(roster, crewIds, at, calendar))
      .sort((a, b) => a - b);
    if (begins[0] !== undefined) return begins[0];
  }
  return undefined;
}

/** When the crew, on duty at the instant, no longer is; nothing where it is off, or never goes off. */
export function dutyEndsAt(
  roster: Roster,
  crewId: string,
  at: Instant,
  calendar: DutyCalendar,
): Instant | undefined {
  const crew = new Set([crewId]);
  if (!isAnyOn(roster, crew, at, calendar)) return undefined;
  const { zone } = calendar;
  const { year, month, day } = zone.local(at);
  const today = Date.UTC(year, month - 1, day) / DAY_MS;
  // From yesterday on: a night's turn passes midnight.
  for (let ahead = -1; ahead <= LIMITS.rosterDaysAhead; ahead += 1) {
    const ends = turnsOf(roster, today + ahead, calendar)
      .filter((turn) => turn.crewIds.some((each) => each === crewId))
      .map((turn) => zone.instant(year, month, day + ahead, 0, minutesOf(turn).to))
      .filter((end) => end > at && !isAnyOn(roster, crew, end, calendar));
    if (ends.length > 0) return Math.min(...ends);
  }
  return undefined;
}

export interface PlannedTurn {
  crewId: CrewId;
  from: Instant;
  to: Instant;
}

/** Every turn of every crew that begins within the span, by time. */
export function turnsBetween(
  roster: Roster,
  span: { from: Instant; to: Instant },
  calendar: DutyCalendar,
): PlannedTurn[] {
  const { zone } = calendar;
  const { year, month, day } = zone.local(span.from);
  const first = Date.UTC(year, month - 1, day) / DAY_MS;
  const days = Math.ceil((span.to - span.from) / DAY_MS) + 1;
  const planned: PlannedTurn[] = [];
  for (let ahead = 0; ahead <= days; ahead += 1) {
    for (const turn of turnsOf(roster, first + ahead, calendar)) {
      const { from, to } = minutesOf(turn);
      const at = (minute: number): Instant => zone.instant(year, month, day + ahead, 0, minute);
      for (const crewId of turn.crewIds) planned.push({ crewId, from: at(from), to: at(to) });
    }
  }
  return planned
    .filter(({ from }) => from >= span.from && from < span.to)
    .sort((a, b) => a.from - b.from);
}

/** A turn that lies whole in an hour that the zone skips has nobody on duty. */
function isAnyOn(
  roster: Roster,
  crewIds: ReadonlySet<string>,
  at: Instant,
  calendar: DutyCalendar,
): boolean {
  return [...(onDuty(roster, at, calendar) ?? [])].some((crewId) => crewIds.has(crewId));
}

/** Turns that begin on the day, with those stood in for who have a stand-in. */
function turnsOf(roster: Roster, day: number, calendar: DutyCalendar): readonly DutyTurn[] {
  const date = dateOfDay(day);
  const turns = plannedTurns(roster, day, date, calendar);
  const swaps = (roster.swaps ?? []).filter((swap) => swap.date === date);
  if (swaps.length === 0) return turns;
  const standIns = new Map(swaps.map(({ crewId, standInId }) => [crewId, standInId]));
  return turns.map((turn) => ({
    ...turn,
    crewIds: turn.crewIds.map((crewId) => standIns.get(crewId) ?? crewId),
  }));
}

function plannedTurns(
  roster: Roster,
  day: number,
  date: string,
  { isHoliday }: DutyCalendar,
): readonly DutyTurn[] {
  const override = roster.overrides?.find((each) => each.date === date);
  if (override !== undefined) return override.turns;
  const local = new Date(day * DAY_MS);
  const parts = {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
  };
  if (roster.holidays !== undefined && isHoliday(parts)) return roster.holidays;
  return patternTurns(roster, day - (dayNumber(roster.startMonday ?? "") ?? 0));
}

/** Of the day that is so many days after the first Monday, or before it. */
function patternTurns({ weeks = [] }: Roster, days: number): readonly DutyTurn[] {
  const inRound = ((days % (weeks.length * 7)) + weeks.length * 7) % (weeks.length * 7);
  const weekday = WEEKDAYS[inRound % 7] ?? "mon";
  return weeks[Math.floor(inRound / 7)]?.[weekday] ?? [];
}

/**
 * When nobody is on duty: on a day of the weeks as they come round, on a holiday after another one,
 * on a date that differs and on the day after it.
 */
export function gapsOf(roster: Roster, calendar: DutyCalendar): string[] {
  const { weeks, holidays, overrides = [] } = roster;
  if (weeks === undefined) return [];
  const gaps: string[] = [];
  const say = (when: string, before: readonly DutyTurn[], turns: readonly DutyTurn[]): void => {
    for (const { from, to } of uncovered(before, turns)) {
      gaps.push(`nobody on duty ${when} ${timeText(from)}-${timeText(to)}`);
    }
  };
  for (let day = 0; day < weeks.length * 7; day += 1) {
    const week = weeks.length === 1 ? "" : ` of week ${Math.floor(day / 7) + 1}`;
    const name = `${DAY_NAMES[day % 7]}${week}`;
    say(name, patternTurns(roster, day - 1), patternTurns(roster, day));
  }
  if (holidays !== undefined) say("on a holiday", holidays, holidays);
  const dates = overrides.map(({ date }) => dayNumber(date) ?? 0);
  for (const day of new Set(dates.flatMap((date) => [date, date + 1]))) {
    say(dateOfDay(day), turnsOf(roster, day - 1, calendar), turnsOf(roster, day, calendar));
  }
  return gaps;
}

const DAY_NAMES = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** Minutes of a day that no turn covers, of it or reaching over from the day before. */
function uncovered(
  before: readonly DutyTurn[],
  turns: readonly DutyTurn[],
): { from: number; to: number }[] {
  const manned = (turn: DutyTurn): boolean => turn.crewIds.length > 0;
  const spans = [
    ...turns.filter(manned).map(minutesOf),
    ...before.filter(manned).map((turn) => {
      const { from, to } = minutesOf(turn);
      return { from: from - DAY_MINUTES, to: to - DAY_MINUTES };
    }),
  ].sort((a, b) => a.from - b.from);
  const gaps: { from: number; to: number }[] = [];
  let covered = 0;
  for (const { from, to } of spans) {
    if (from > covered) gaps.push({ from: covered, to: from });
    covered = Math.max(covered, to);
  }
  if (covered < DAY_MINUTES) gaps.push({ from: covered, to: DAY_MINUTES });
  return gaps;
}

function timeText(minute: number): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
