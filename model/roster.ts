/**
 * The duty roster (值班表) of a unit: which of its crews is at work when. Weeks that come round in
 * turn, another day's plan on public holidays, single dates that differ, and turns that one crew
 * takes over from another. All times are local. A turn belongs to the day on which it begins.
 */
import { z } from "zod";
import { DAY_MS } from "./clock.ts";
import { CrewId } from "./ids.ts";
import { LIMITS } from "./limits.ts";
import { minuteOfDay } from "./local-time.ts";

export const DAY_MINUTES = 1_440;

/** A turn from `from` to `to`; where `to` is not later it ends on the next day. */
export const DutyTurn = z.strictObject({
  from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "HH:mm"),
  to: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "HH:mm, or 24:00"),
  crewIds: z.array(CrewId).max(LIMITS.rosterCrewsPerTurnMax),
});
export type DutyTurn = z.infer<typeof DutyTurn>;

const Day = z.array(DutyTurn).max(LIMITS.rosterTurnsPerDayMax);
const Weekday = Day.optional();

/** A weekday that is absent has nobody on duty. */
export const RosterWeek = z.strictObject({
  mon: Weekday,
  tue: Weekday,
  wed: Weekday,
  thu: Weekday,
  fri: Weekday,
  sat: Weekday,
  sun: Weekday,
});
export type RosterWeek = z.infer<typeof RosterWeek>;

/** From the first day of a week on. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const LocalDate = z.string().refine((text) => dayNumber(text) !== undefined, "a date yyyy-MM-dd");

const Minutes = z.int().min(0).max(LIMITS.acceptMinutesMax);

const RosterShape = z.strictObject({
  /** The Monday on which the first week begins; before it the weeks come round as well. */
  startMonday: LocalDate.refine((text) => isMonday(text), "a date that is a Monday").optional(),
  /** Absent: every crew is always on duty. */
  weeks: z.array(RosterWeek).min(1).max(LIMITS.rosterWeeksMax).optional(),
  /** Takes the place of the weekday on public holidays. */
  holidays: Day.optional(),
  /** Takes the place of whatever else the date has. */
  overrides: z
    .array(z.strictObject({ date: LocalDate, turns: Day }))
    .max(LIMITS.rosterDatesMax)
    .optional(),
  /** What `crewId` has on that date `standInId` does. */
  swaps: z
    .array(z.strictObject({ date: LocalDate, crewId: CrewId, standInId: CrewId }))
    .max(LIMITS.rosterDatesMax)
    .optional(),
  /** How long an order may stay without the crew's answer; 0: for ever. */
  acceptWithinMinutes: z
    .strictObject({ lifeSafety: Minutes.optional(), other: Minutes.optional() })
    .optional(),
});

export const Roster = RosterShape.superRefine((roster, context) => {
  const fault = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: "custom", path, message });
  if (roster.weeks !== undefined && roster.startMonday === undefined) {
    fault(["startMonday"], "the Monday on which the first of 'weeks' begins");
  }
  if (roster.weeks === undefined) {
    for (const field of ["startMonday", "holidays", "overrides", "swaps"] as const) {
      if (roster[field] !== undefined) fault([field], "nothing of it without 'weeks'");
    }
  }
  const dates = new Set<string>();
  for (const [index, { date }] of (roster.overrides ?? []).entries()) {
    if (dates.has(date)) fault(["overrides", index, "date"], "each date once");
    dates.add(date);
  }
});
export type Roster = z.infer<typeof Roster>;

/** Days since 1970-01-01 of a `yyyy-MM-dd`; nothing where the calendar has no such day. */
export function dayNumber(text: string): number | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const number = Date.UTC(Number(year), Number(month) - 1, Number(day)) / DAY_MS;
  return dateOfDay(number) === text ? number : undefined;
}

export const dateOfDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Minutes of the turn, counted from the midnight of the day on which it begins. */
export function minutesOf({ from, to }: Pick<DutyTurn, "from" | "to">): {
  from: number;
  to: number;
} {
  const begin = minuteOfDay(from);
  const end = minuteOfDay(to);
  return { from: begin, to: end > begin ? end : end + DAY_MINUTES };
}

function isMonday(text: string): boolean {
  const day = dayNumber(text);
  return day !== undefined && new Date(day * DAY_MS).getUTCDay() === 1;
}
