/**
 * Crews on duty, for the rooms that ask: rosters are the registry's, public holidays the calendars',
 * orders in hand the cases'. Cases ask it whom they may go to; the console shows rosters and load.
 */
import type { Cases } from "../cases/cases.ts";
import { type Clock, DAY_MS, type DurationMs, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Crew, Unit } from "../model/registry.ts";
import type { Roster } from "../model/roster.ts";
import type { Attendance } from "../model/shift.ts";
import {
  attendanceOf,
  type DutyCalendar,
  dutyEndsAt,
  gapsOf,
  nextDutyAt,
  onDuty,
  type Registry,
  saidByMark,
  shiftEndsAt,
  turnsBetween,
  unnamedCrews,
  withMarks,
} from "../registry/registry.ts";

interface DutyDeps {
  registry: Registry;
  clock: Clock;
  zone: TimeZone;
  isHoliday: DutyCalendar["isHoliday"];
  reader: Sql;
  cases: () => Pick<Cases, "crewWork">;
}

type Work = Awaited<ReturnType<Cases["crewWork"]>>[number];
type Figures = Omit<Work, "unitId" | "crewId">;

const NO_WORK: Figures = { orders: 0, handling: 0, overdue: 0 };

export function createDuty({ registry, clock, zone, isHoliday, reader, cases }: DutyDeps) {
  const { rosters } = registry;
  const calendar: DutyCalendar = { zone, isHoliday };

  /** @throws UNIT_NOT_FOUND */
  function needUnit(unitId: string): Unit {
    const unit = registry.unit(unitId);
    if (unit !== undefined) return unit;
    throw new GridwardenError("UNIT_NOT_FOUND", `no unit has the id '${unitId}'`);
  }

  const crewsOnDuty = (unitId: string, at: number): ReadonlySet<string> | undefined => {
    const roster = rosters.get(unitId);
    const rostered = roster === undefined ? undefined : onDuty(roster, at, calendar);
    return withMarks(rostered, registry.crewsOf(unitId), (crewId) => markSays(unitId, crewId, at));
  };

  /** What the crew itself has said of its shift, where that still counts. */
  function markSays(unitId: string, crewId: string, at: number): boolean | undefined {
    return saidByMark(registry.shifts.newest(crewId), at, turnsOf(unitId));
  }

  function turnsOf(unitId: string) {
    const roster = rosters.get(unitId);
    return {
      endsAt: (id: string, at: number) => roster && dutyEndsAt(roster, id, at, calendar),
      nextAt: (id: string, after: number) =>
        roster && nextDutyAt(roster, new Set([id]), after, calendar),
    };
  }

  /** Of a turn by the roster its end; of a shift that was signed on without one the last it may last. */
  function endsAt(unitId: string, crewId: string, at: number): number | undefined {
    const turns = turnsOf(unitId);
    const end = turns.endsAt(crewId, at);
    const mark = registry.shifts.newest(crewId);
    if (end !== undefined || mark === undefined || !markSays(unitId, crewId, at)) return end;
    return shiftEndsAt(crewId, Math.min(mark.at, at), turns);
  }

  /** @throws UNIT_NOT_FOUND, REQUEST_INVALID for a span that is too long */
  async function attendance(unitId: string, span: { from: number; to: number }) {
    needUnit(unitId);
    const { from, to } = span;
    if (from >= to || to - from > LIMITS.attendanceDaysMax * DAY_MS) {
      throw new GridwardenError(
        "REQUEST_INVALID",
        `field 'to': wanted a time after 'from', ${LIMITS.attendanceDaysMax} days behind it at most`,
      );
    }
    const roster = rosters.get(unitId);
    const crewIds = registry.crewsOf(unitId).map((crew) => crew.crewId);
    // Marks near the ends belong to turns beyond them: of the evening before, of the next midnight.
    const wide = { from: from - DAY_MS, to: to + DAY_MS };
    const begin = wide.from - LIMITS.earlyShiftMs;
    const marks = await registry.shifts.between(crewIds, begin, wide.to + LIMITS.shiftMsMax);
    const turns = roster === undefined ? [] : turnsBetween(roster, wide, calendar);
    const begins = (each: Attendance): number => each.from ?? each.signedOnAt ?? 0;
    return attendanceOf(turns, marks, clock.now()).filter(
      (each) => begins(each) >= from && begins(each) < to,
    );
  }

  function acceptMs(unitId: string, lifeSafety: boolean): DurationMs | undefined {
    const roster = rosters.get(unitId);
    if (roster === undefined) return undefined;
    const { acceptWithinMinutes: minutes, weeks } = roster;
    const own = lifeSafety ? minutes?.lifeSafety : minutes?.other;
    if (own === 0 || (minutes === undefined && weeks === undefined)) return undefined;
    if (own !== undefined) return own * MINUTE_MS;
    return lifeSafety ? LIMITS.acceptLifeSafetyMs : LIMITS.acceptMs;
  }

  function shown({ unitId }: Unit, roster: Roster | undefined) {
    const crewIds = registry.crewsOf(unitId).map((crew) => crew.crewId);
    const on = crewsOnDuty(unitId, clock.now());
    return {
      unitId,
      ...(roster !== undefined && { roster }),
      onDuty: crewIds.filter((crewId) => on === undefined || on.has(crewId)),
      warnings: roster === undefined ? [] : warningsOf(roster, crewIds),
    };
  }

  function warningsOf(roster: Roster, crewIds: readonly string[]): string[] {
    const never = unnamedCrews(crewIds, roster);
    const all = [
      ...never.map((crewId) => `crew '${crewId}' has no turn and is never on duty`),
      ...gapsOf(roster, calendar),
    ];
    const left = all.length - LIMITS.rosterWarningsMax;
    if (left <= 0) return all;
    return [...all.slice(0, LIMITS.rosterWarningsMax), `and ${left} more`];
  }

  async function load(request: {
    limit: number;
    cursor?: string | undefined;
    unitIds?: readonly string[] | undefined;
  }) {
    const now = clock.now();
    const page = registry.units.list(request);
    const work = new Map(
      (await cases().crewWork(reader, now)).map((row) => [keyOf(row.unitId, row.crewId), row]),
    );
    const crews = page.items.flatMap(({ unitId }) => registry.crewsOf(unitId));
    const places = await registry.presence.placesOf(
      crews.map(({ crewId }) => crewId),
      now,
    );
    const figuresOf = (unitId: string, crewId?: string): Figures => {
      const {
        unitId: _unit,
        crewId: _crew,
        ...figures
      } = work.get(keyOf(unitId, crewId)) ?? {
        ...NO_WORK,
        unitId,
      };
      return figures;
    };
    const crewLoad = (crew: Crew, on: ReadonlySet<string> | undefined) => {
      const place = places.get(crew.crewId);
      return {
        crewId: crew.crewId,
        name: crew.name,
        onDuty: on === undefined || on.has(crew.crewId),
        ...figuresOf(crew.unitId, crew.crewId),
        ...(place !== undefined && { position: place, positionAgeMs: Math.max(0, now - place.at) }),
      };
    };
    const unitLoad = ({ unitId, name }: Unit) => {
      const on = crewsOnDuty(unitId, now);
      const own = registry.crewsOf(unitId).map((crew) => crewLoad(crew, on));
      const standing = figuresOf(unitId);
      return {
        unitId,
        name,
        ...together([standing, ...own]),
        standing: standing.orders,
        crews: own,
      };
    };
    return { ...page, items: page.items.map(unitLoad) };
  }

  return {
    /** What the cases ask. */
    view: {
      onDuty: crewsOnDuty,
      nextDutyAt(unitId: string, crewIds: ReadonlySet<string>, after: number) {
        const roster = rosters.get(unitId);
        return roster === undefined ? undefined : nextDutyAt(roster, crewIds, after, calendar);
      },
      dutyEndsAt: endsAt,
      acceptMs,
      places: registry.presence.placesOf,
    },
    roster: (unitId: string) => shown(needUnit(unitId), rosters.get(unitId)),
    putRoster: async (unitId: string, roster: Roster) =>
      shown(needUnit(unitId), await rosters.put(unitId, roster)),
    load,
    attendance,
    /** @throws CREW_NOT_FOUND */
    shift: (said: { crewId: string; state: "on" | "off"; note?: string | undefined }, by: string) =>
      registry.shifts.mark({ ...said, by }, clock.now()),
    unitOfCrew: (crewId: string) => registry.crew(crewId)?.unitId,
  };
}

const keyOf = (unitId: string, crewId: string | undefined): string => `${unitId} ${crewId ?? ""}`;

function together(all: readonly Figures[]): Figures {
  const oldest = all.flatMap(({ oldestWaitingAt }) => oldestWaitingAt ?? []);
  const sum = (of: (figures: Figures) => number): number =>
    all.reduce((n, each) => n + of(each), 0);
  return {
    orders: sum(({ orders }) => orders),
    handling: sum(({ handling }) => handling),
    overdue: sum(({ overdue }) => overdue),
    ...(oldest.length > 0 && { oldestWaitingAt: Math.min(...oldest) }),
  };
}
