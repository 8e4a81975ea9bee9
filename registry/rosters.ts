/**
 * Duty rosters of units, in a table and in memory: one of each unit, replaced whole. A roster names
 * crews of its own unit only.
 */
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { nearestName } from "../model/nearest-name.ts";
import { Roster } from "../model/roster.ts";
import type { Holdings } from "./holdings.ts";
import { checkUnit } from "./units.ts";
import type { Write } from "./writer.ts";

export interface Rosters {
  get(unitId: string): Roster | undefined;
  /** @throws UNIT_NOT_FOUND, REQUEST_INVALID where it names a crew that is not the unit's */
  put(unitId: string, roster: Roster): Promise<Roster>;
}

export function createRosters(
  holdings: Holdings,
  write: Write,
): Rosters & { load(sql: Sql): Promise<void> } {
  const rosters = new Map<string, Roster>();
  return {
    async load(sql) {
      const rows = await sql.all<{ unitId: string; body: string }>(
        'select unit_id as "unitId", body from rosters',
      );
      for (const { unitId, body } of rows) rosters.set(unitId, Roster.parse(JSON.parse(body)));
    },
    get: (unitId) => rosters.get(unitId),
    put: (unitId, roster) =>
      write(async ({ tx, onCommit, note }) => {
        checkUnit(holdings, unitId, "the roster");
        checkCrews(holdings, unitId, roster);
        await tx.run(
          `insert into rosters (unit_id, body) values (?, ?)
           on conflict (unit_id) do update set body = excluded.body`,
          [unitId, JSON.stringify(roster)],
        );
        onCommit(() => void rosters.set(unitId, roster));
        note({ kind: "roster", id: unitId });
        return roster;
      }),
  };
}

function checkCrews(holdings: Holdings, unitId: string, roster: Roster): void {
  const own = (holdings.crewsOfUnit.get(unitId) ?? []).map((crew) => String(crew.crewId));
  for (const { path, crewId } of crewsNamed(roster)) {
    if (own.includes(crewId)) continue;
    const nearest = nearestName(crewId, own);
    const hint = nearest === undefined ? "" : `; did you mean '${nearest}'?`;
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field '${path}': got '${crewId}', wanted a crew of unit '${unitId}'${hint}`,
    );
  }
}

/** Every place of the roster at which a crew stands. */
function* crewsNamed(roster: Roster): Generator<{ path: string; crewId: string }> {
  const days = [
    ...(roster.weeks ?? []).flatMap((week, index) =>
      Object.entries(week).map(([name, turns]) => ({ at: `weeks.${index}.${name}`, turns })),
    ),
    { at: "holidays", turns: roster.holidays },
    ...(roster.overrides ?? []).map(({ turns }, index) => ({
      at: `overrides.${index}.turns`,
      turns,
    })),
  ];
  for (const { at, turns = [] } of days) {
    for (const [index, turn] of turns.entries()) {
      for (const [place, crewId] of turn.crewIds.entries()) {
        yield { path: `${at}.${index}.crewIds.${place}`, crewId };
      }
    }
  }
  for (const [index, { crewId, standInId }] of (roster.swaps ?? []).entries()) {
    yield { path: `swaps.${index}.crewId`, crewId };
    yield { path: `swaps.${index}.standInId`, crewId: standInId };
  }
}

/** Crews of the unit that no turn and no swap of the roster names. */
export function unnamedCrews(crewIds: readonly string[], roster: Roster): string[] {
  if (roster.weeks === undefined) return [];
  const named = new Set([...crewsNamed(roster)].map(({ crewId }) => crewId));
  return crewIds.filter((crewId) => !named.has(crewId));
}
