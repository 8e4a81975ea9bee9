/**
 * Patrols of inspectors, and where they were on them: told by their phones, often late and more than
 * once. A patrol is known by when it began, a place by its minute, so that what is told again changes
 * nothing; of two places of a minute the newer by its own time stands. Kept as long as places of crews.
 */
import { type Clock, DAY_MS, type Instant } from "../model/clock.ts";
import type { Migration, Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Patrol, PatrolPlace, PatrolSaid } from "../model/patrol.ts";
import { newestOf, periodAt } from "./presence.ts";
import type { Write } from "./writer.ts";

export const trackMigration: Migration = {
  id: "registry-0263-patrols",
  statements: [
    `create table patrols (
      username text not null references users (username) on delete cascade,
      started_at bigint not null, ended_at bigint, primary key (username, started_at))`,
    `create table patrol_places (
      username text not null references users (username) on delete cascade,
      period_at bigint not null, at bigint not null,
      lon double precision not null, lat double precision not null, accuracy_m double precision,
      primary key (username, period_at))`,
  ],
};

export interface PatrolTracks {
  /**
   * Keeps what lies within the patrol, is not ahead of the time and not older than is kept; answers
   * how much that is. The first end that is told stands. @throws REQUEST_INVALID
   */
  say(username: string, said: PatrolSaid): Promise<{ kept: number; leftOut: number }>;
  /** Who is on patrol now, by name: whose newest one has not ended, and began within a shift's length. */
  going(): Promise<ReadonlyMap<string, Patrol>>;
  /** Where he was within the span, in order. `to` is exclusive. */
  track(username: string, from: Instant, to: Instant): Promise<PatrolPlace[]>;
  /** The clock was set back to `now`: nothing of a later time stays. */
  notAfter(now: Instant): Promise<void>;
  /** Forgets what is older than is kept. */
  tidy(now: Instant): Promise<void>;
}

const KEPT_MS = LIMITS.crewPositionDaysMax * DAY_MS;

interface PatrolRow {
  username: string;
  startedAt: Instant;
  endedAt: Instant | null;
}

interface PlaceRow {
  lon: number;
  lat: number;
  accuracyM: number | null;
  at: Instant;
}

const PLACE_COLUMNS = `lon, lat, accuracy_m as "accuracyM", at`;

export function createPatrolTracks(deps: {
  write: Write;
  clock: Clock;
  reader: Sql;
}): PatrolTracks {
  const { write, clock, reader } = deps;

  async function newestPlace(username: string, since: Instant): Promise<PatrolPlace | undefined> {
    const row = await reader.get<PlaceRow>(
      `select ${PLACE_COLUMNS} from patrol_places where username = ? and period_at =
        (select max(period_at) from patrol_places where username = ?)`,
      [username, username],
    );
    return row === undefined || row.at < since ? undefined : placeOf(row);
  }

  return {
    say: (username, said) =>
      write(async ({ tx }) => {
        const now = clock.now();
        checkTimes(said, now);
        if (said.startedAt < now - KEPT_MS) return { kept: 0, leftOut: said.places.length };
        const endedAt = await savePatrol(tx, username, said);
        const until = Math.min(
          endedAt ?? Number.POSITIVE_INFINITY,
          said.startedAt + LIMITS.shiftMsMax,
          now + LIMITS.patrolAheadMsMax,
        );
        const kept = said.places.filter(({ at }) => at >= said.startedAt && at <= until);
        for (const place of newestOf(kept, ({ at }) => String(periodAt(at)))) {
          await savePlace(tx, username, place);
        }
        return { kept: kept.length, leftOut: said.places.length - kept.length };
      }),

    async going() {
      const since = clock.now() - LIMITS.shiftMsMax;
      const rows = await reader.all<PatrolRow>(
        `select username, started_at as "startedAt", ended_at as "endedAt" from patrols
          where started_at > ? order by started_at`,
        [since],
      );
      const newest = new Map(rows.map((row) => [row.username, row]));
      const going = [...newest.values()].filter(({ endedAt }) => endedAt === null);
      return new Map(
        await Promise.all(
          going.map(async ({ username, startedAt }): Promise<[string, Patrol]> => {
            const place = await newestPlace(username, startedAt);
            return [username, { startedAt, ...(place !== undefined && { place }) }];
          }),
        ),
      );
    },

    async track(username, from, to) {
      const rows = await reader.all<PlaceRow>(
        `select ${PLACE_COLUMNS} from patrol_places
          where username = ? and period_at >= ? and period_at < ? order by period_at`,
        [username, periodAt(from), to],
      );
      return rows.filter(({ at }) => at >= from && at < to).map(placeOf);
    },

    notAfter: (now) =>
      write(async ({ tx }) => {
        await tx.run("delete from patrols where started_at > ?", [now]);
        await tx.run("update patrols set ended_at = ? where ended_at > ?", [now, now]);
        await tx.run("delete from patrol_places where at > ?", [now]);
      }),

    tidy: (now) =>
      write(async ({ tx }) => {
        await tx.run("delete from patrols where started_at < ?", [now - KEPT_MS]);
        // Person by person, by the key: a look through all of it would hold everybody up.
        await tx.run(
          `delete from patrol_places
            where username in (select username from users) and period_at < ?`,
          [now - KEPT_MS],
        );
      }),
  };
}

/** @throws REQUEST_INVALID */
function checkTimes({ startedAt, endedAt }: PatrolSaid, now: Instant): void {
  const iso = (at: Instant): string => new Date(at).toISOString();
  if (startedAt > now + LIMITS.patrolAheadMsMax) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'startedAt': the patrol would begin at ${iso(startedAt)}, and it is ${iso(now)}; set the phone's clock`,
    );
  }
  if (endedAt !== undefined && endedAt < startedAt) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'endedAt': the patrol would end at ${iso(endedAt)}, before it began at ${iso(startedAt)}`,
    );
  }
}

/** Answers its end, whoever told it; null while it goes on. */
async function savePatrol(tx: Sql, username: string, said: PatrolSaid): Promise<Instant | null> {
  const { startedAt, endedAt = null } = said;
  await tx.run(
    `insert into patrols (username, started_at, ended_at) values (?, ?, ?)
      on conflict (username, started_at)
      do update set ended_at = coalesce(patrols.ended_at, excluded.ended_at)`,
    [username, startedAt, endedAt],
  );
  const row = await tx.get<{ endedAt: Instant | null }>(
    `select ended_at as "endedAt" from patrols where username = ? and started_at = ?`,
    [username, startedAt],
  );
  return row?.endedAt ?? null;
}

async function savePlace(tx: Sql, username: string, place: PatrolPlace): Promise<void> {
  const { at, lon, lat, accuracyM = null } = place;
  await tx.run(
    `insert into patrol_places (username, period_at, at, lon, lat, accuracy_m)
      values (?, ?, ?, ?, ?, ?)
      on conflict (username, period_at) do update set at = excluded.at, lon = excluded.lon,
        lat = excluded.lat, accuracy_m = excluded.accuracy_m
      where excluded.at >= patrol_places.at`,
    [username, periodAt(at), at, lon, lat, accuracyM],
  );
}

const placeOf = ({ lon, lat, accuracyM, at }: PlaceRow): PatrolPlace => ({
  lon,
  lat,
  ...(accuracyM !== null && { accuracyM }),
  at,
});
