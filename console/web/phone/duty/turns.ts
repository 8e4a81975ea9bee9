/**
 * A crew's own turns of the coming days, out of its unit's roster as it was put: weeks that come round,
 * public holidays, single dates, and turns that crews take over from each other. Pure.
 */
import type { Roster } from "../../shared/platform-types.ts";

export interface OwnTurn {
  /** `2026-11-27` */
  date: string;
  from: string;
  to: string;
}

const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const DAY_MS = 86_400_000;
type Turns = NonNullable<NonNullable<Roster["overrides"]>[number]["turns"]>;

const dayOf = (date: string): number => Date.parse(`${date}T00:00:00Z`) / DAY_MS;
const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Nothing where the roster has no weeks: then the crew is always on duty. */
export function turnsOf(
  roster: Roster,
  crewId: string,
  from: string,
  days: number,
  isHoliday: (date: string) => boolean,
): OwnTurn[] | undefined {
  if (roster.weeks === undefined) return undefined;
  const first = dayOf(from);
  return Array.from({ length: days }, (_, n) => first + n).flatMap((day) => {
    const date = dateOf(day);
    const swaps = (roster.swaps ?? []).filter((swap) => swap.date === date);
    const standInFor = (id: string): string =>
      swaps.find((swap) => swap.crewId === id)?.standInId ?? id;
    return plan(roster, day, date, isHoliday)
      .filter(({ crewIds }) => crewIds.some((id) => standInFor(id) === crewId))
      .map((turn) => ({ date, from: turn.from, to: turn.to }));
  });
}

function plan(
  roster: Roster,
  day: number,
  date: string,
  isHoliday: (date: string) => boolean,
): Turns {
  const single = roster.overrides?.find((each) => each.date === date);
  if (single !== undefined) return single.turns;
  if (roster.holidays !== undefined && isHoliday(date)) return roster.holidays;
  const weeks = roster.weeks ?? [];
  const since = day - dayOf(roster.startMonday ?? date);
  const count = weeks.length;
  const week = weeks[((Math.floor(since / 7) % count) + count) % count];
  // 1970-01-01 was a Thursday.
  const weekday = WEEKDAYS[(((day + 3) % 7) + 7) % 7] ?? "mon";
  return week?.[weekday] ?? [];
}
