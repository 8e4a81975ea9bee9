/**
 * Patrol areas of inspectors, in a table and in memory, one row of each, replaced whole; and their
 * patrols.
 */
import type { Clock, Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { type AreaCoverage, isInGrid, type PatrolArea } from "../model/patrol.ts";
import { coverageOf, isClear } from "../model/patrol-walk.ts";
import type { Asset, User } from "../model/registry.ts";
import type { Holdings } from "./holdings.ts";
import { createPatrolTracks, type PatrolTracks, trackMigration } from "./patrol-tracks.ts";
import type { Write } from "./writer.ts";

export const patrolMigrations: readonly Migration[] = [
  {
    id: "registry-0262-patrol-areas",
    statements: [
      `create table patrol_areas (
        username text primary key, grids text not null, changed_at bigint not null,
        changed_by text not null)`,
    ],
  },
  trackMigration,
];

export interface Patrols extends PatrolTracks {
  /** Of every inspector, by name. */
  areas(): PatrolArea[];
  /** Of one who has none an empty one. @throws USER_NOT_FOUND */
  area(username: string): PatrolArea;
  /**
   * In the place of the one before; without grids he has none.
   * @throws USER_NOT_FOUND, REQUEST_INVALID
   */
  putArea(said: { username: string; grids: readonly string[]; by: string }): Promise<PatrolArea>;
  /**
   * Of the components that stand now in the area that he has now, by their ids. `to` is exclusive.
   * @throws USER_NOT_FOUND, REQUEST_INVALID
   */
  coverage(username: string, from: Instant, to: Instant): Promise<AreaCoverage>;
}

type KeptArea = Required<Pick<PatrolArea, "grids" | "changedAt" | "changedBy">>;

interface AreaRow {
  username: string;
  grids: string;
  changedAt: number;
  changedBy: string;
}

export function createPatrols(deps: {
  holdings: Holdings;
  write: Write;
  clock: Clock;
  reader: Sql;
}): Patrols & { load(sql: Sql): Promise<void> } {
  const { holdings, write, clock } = deps;
  const areas = new Map<string, KeptArea>();

  function areaOf({ username, unitId }: User): PatrolArea {
    const kept = areas.get(username) ?? { grids: [] };
    return { username, ...(unitId !== undefined && { unitId }), ...kept };
  }

  const tracks = createPatrolTracks(deps);
  return {
    ...tracks,
    async load(sql) {
      const rows = await sql.all<AreaRow>(
        `select username, grids, changed_at as "changedAt", changed_by as "changedBy"
          from patrol_areas`,
      );
      for (const { username, grids, ...changed } of rows) {
        areas.set(username, { grids: JSON.parse(grids) as string[], ...changed });
      }
    },
    areas: () =>
      [...holdings.users.values()]
        .filter(isInspector)
        .map(areaOf)
        .sort((a, b) => (a.username < b.username ? -1 : 1)),
    area: (username) => areaOf(userOf(holdings, username)),
    putArea: ({ username: name, grids: given, by }) =>
      write(async ({ tx, onCommit }) => {
        const user = inspectorOf(holdings, name);
        const { username } = user;
        const grids = [...new Set(given)];
        checkGrids(holdings, grids);
        const area: KeptArea = { grids, changedAt: clock.now(), changedBy: by };
        await tx.run(
          `insert into patrol_areas (username, grids, changed_at, changed_by) values (?, ?, ?, ?)
            on conflict (username) do update set grids = excluded.grids,
              changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
          [username, JSON.stringify(grids), area.changedAt, by],
        );
        onCommit(() => void areas.set(username, area));
        return { ...areaOf(user), ...area };
      }),
    async coverage(name, from, to) {
      const user = inspectorOf(holdings, name);
      const walk = (await tracks.track(user.username, from, to)).filter(isClear);
      const things = assetsIn(holdings, areaOf(user).grids);
      const { isSeen, ...found } = coverageOf(things, walk);
      return { ...found, unseen: things.filter((_, n) => isSeen[n] !== true) };
    },
  };
}

function assetsIn({ assets }: Holdings, grids: readonly string[]): Asset[] {
  if (grids.length === 0) return [];
  return [...assets.values()]
    .filter((asset) => grids.some((grid) => isInGrid(asset, grid)))
    .sort((a, b) => (a.assetId < b.assetId ? -1 : 1));
}

const isInspector = ({ roles }: User): boolean => roles.includes("inspector");

/** @throws USER_NOT_FOUND */
function userOf({ users }: Holdings, username: string): User {
  const user = users.get(username);
  if (user !== undefined) return user;
  throw new GridwardenError("USER_NOT_FOUND", `no user has the name '${username}'`);
}

/** @throws USER_NOT_FOUND, REQUEST_INVALID */
function inspectorOf(holdings: Holdings, username: string): User {
  const user = userOf(holdings, username);
  if (isInspector(user)) return user;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `user '${username}' has the role ${user.roles.join(", ")}; a patrol area is an inspector's`,
  );
}

/** A grid that nothing stands in is a slip of the pen. @throws REQUEST_INVALID */
function checkGrids({ assets }: Holdings, grids: readonly string[]): void {
  const empty = new Set(grids);
  for (const asset of assets.values()) {
    if (empty.size === 0) return;
    for (const grid of empty) if (isInGrid(asset, grid)) empty.delete(grid);
  }
  const [first] = empty;
  if (first === undefined) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'grids': no component stands in grid '${first}'; write the 'responsibleGrid' that ` +
      "components have, or the first 6 to 16 digits of their 'gridCell'",
  );
}
