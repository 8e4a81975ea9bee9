/**
 * What devices and crews last told of themselves: online or offline, answers to commands, where a
 * crew is. Saved in the transaction that commits their batch, so that a batch saved again changes
 * nothing; of two that compete the newer by its own time stands. It goes with its device or crew.
 * Where a crew was is personal data: one place a minute, and nothing of it after 90 days.
 */
import { DAY_MS, HOUR_MS, type Instant } from "../model/clock.ts";
import type { Database, Migration, Sql, SqlValue } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import type { CommandAnswer, CrewPlace, DeviceStatus } from "../model/presence.ts";

/** What a batch of uplinks told, in the order of their receipt. */
export interface Told {
  readonly statuses: readonly {
    readonly deviceId: string;
    readonly status: DeviceStatus["state"];
    readonly at: Instant;
  }[];
  readonly acks: readonly {
    readonly deviceId: string;
    readonly id: string;
    readonly isOk: boolean;
    readonly message?: string;
    readonly at: Instant;
  }[];
  readonly positions: readonly ({ readonly crewId: string } & Readonly<CrewPlace>)[];
}

export interface Presence {
  /** Harmless twice. Nothing of a device or crew that is no longer registered is kept. */
  save(tx: Sql, told: Told): Promise<void>;
  /** By deviceId; those of which nothing was heard are absent. */
  statusesOf(deviceIds: readonly string[]): Promise<ReadonlyMap<string, DeviceStatus>>;
  /** Newest first. */
  commandAnswersOf(deviceId: string): Promise<CommandAnswer[]>;
  /** The newest place of each crew that was somewhere within the days that are kept. */
  placesOf(crewIds: readonly string[], now: Instant): Promise<ReadonlyMap<string, CrewPlace>>;
  /** The clock was set back to `now`: what stands later would outlast everything that comes. */
  notAfter(now: Instant): Promise<void>;
  /** Forgets where crews were longer ago than is kept. */
  tidy(now: Instant): Promise<void>;
}

export const presenceMigration: Migration = {
  id: "registry-0002-presence",
  statements: [
    `create table device_status (
      device_id text primary key references devices (device_id) on delete cascade,
      state text not null, at bigint not null)`,
    `create table command_answers (
      device_id text not null references devices (device_id) on delete cascade,
      command_id text not null, is_ok integer not null, message text, at bigint not null,
      primary key (device_id, command_id))`,
    // One row for each period in which a crew said where it is; the newest row is the newest place.
    `create table crew_positions (
      crew_id text not null references crews (crew_id) on delete cascade,
      period_at bigint not null, at bigint not null,
      lon double precision not null, lat double precision not null, accuracy_m double precision,
      primary key (crew_id, period_at))`,
  ],
};

/** Ids in one query; a page of the API has 100 unless more is asked for. */
const IDS_PER_QUERY = 100;

export function createPresence(database: Database): Presence {
  const { reader } = database;
  return {
    async save(tx, { statuses, acks, positions }) {
      if (statuses.length > 0) await saveStatuses(tx, statuses);
      if (acks.length > 0) await saveAnswers(tx, acks);
      if (positions.length > 0) await savePositions(tx, positions);
    },
    async statusesOf(deviceIds) {
      const rows = await readOf<StatusRow>(reader, STATUSES, deviceIds);
      return new Map(rows.map(({ device_id, state, at }) => [device_id, { state, at }]));
    },
    async commandAnswersOf(deviceId) {
      const rows = await reader.all<AnswerRow>(
        `select command_id, is_ok, message, at from command_answers where device_id = ?
          order by at desc, command_id desc`,
        [deviceId],
      );
      return rows.map(({ command_id: id, is_ok, message, at }) => ({
        id,
        ok: is_ok === 1,
        ...(message === null ? {} : { message }),
        at,
      }));
    },
    async placesOf(crewIds, now) {
      const rows = await readOf<PlaceRow>(reader, PLACES, crewIds);
      const kept = rows.filter(({ at }) => at >= now - LIMITS.crewPositionDaysMax * DAY_MS);
      return new Map(
        kept.map(({ crew_id, lon, lat, accuracy_m, at }) => [
          crew_id,
          { lon, lat, ...(accuracy_m === null ? {} : { accuracyM: accuracy_m }), at },
        ]),
      );
    },
    notAfter: (now) =>
      database.transaction(async (tx) => {
        await tx.run("update device_status set at = ? where at > ?", [now, now]);
        await tx.run("update command_answers set at = ? where at > ?", [now, now]);
        // When they were there is not known.
        await tx.run("delete from crew_positions where at > ?", [now]);
      }),
    tidy: (now) => forgetPlaces(database, now - LIMITS.crewPositionDaysMax * DAY_MS),
  };
}

/** An hour at a time, so that a long list holds nobody up; both statements go crew by crew. */
async function forgetPlaces(database: Database, until: Instant): Promise<void> {
  for (;;) {
    const row = await database.reader.get<{ oldest: Instant | null }>(
      `select min((select min(period_at) from crew_positions p where p.crew_id = c.crew_id))
        as oldest from crews c`,
    );
    const oldest = row?.oldest ?? until;
    if (oldest >= until) return;
    await database.transaction((tx) =>
      tx.run(
        "delete from crew_positions where crew_id in (select crew_id from crews) and period_at < ?",
        [Math.min(until, oldest + HOUR_MS)],
      ),
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function saveStatuses(tx: Sql, statuses: Told["statuses"]): Promise<void> {
  for (const { deviceId, status, at } of newestOf(statuses, (each) => each.deviceId)) {
    await tx.run(
      `insert into device_status (device_id, state, at)
        select device_id, ?, ? from devices where device_id = ?
        on conflict (device_id) do update set state = excluded.state, at = excluded.at
        where excluded.at >= device_status.at`,
      [status, at, deviceId],
    );
  }
}

async function saveAnswers(tx: Sql, acks: Told["acks"]): Promise<void> {
  const byDevice = new Map<string, Told["acks"][number][]>();
  for (const ack of newestOf(acks, ({ deviceId, id }) => `${deviceId} ${id}`)) {
    const ofDevice = byDevice.get(ack.deviceId);
    if (ofDevice === undefined) byDevice.set(ack.deviceId, [ack]);
    else ofDevice.push(ack);
  }
  const keptMax = LIMITS.commandAnswersPerDeviceMax;
  for (const [deviceId, answers] of byDevice) {
    const newest = answers.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1)).slice(0, keptMax);
    for (const { id, isOk, message, at } of newest) {
      await tx.run(
        `insert into command_answers (device_id, command_id, is_ok, message, at)
          select device_id, ?, ?, ?, ? from devices where device_id = ?
          on conflict (device_id, command_id) do update set is_ok = excluded.is_ok,
            message = excluded.message, at = excluded.at
          where excluded.at >= command_answers.at`,
        [id, isOk ? 1 : 0, message ?? null, at, deviceId],
      );
    }
    await tx.run(
      `delete from command_answers where device_id = ? and command_id not in (
        select command_id from command_answers where device_id = ?
        order by at desc, command_id desc limit ?)`,
      [deviceId, deviceId, keptMax],
    );
  }
}

/** The period of which one place is kept. */
export const periodAt = (at: Instant): Instant => at - (at % LIMITS.crewPositionPeriodMs);

async function savePositions(tx: Sql, positions: Told["positions"]): Promise<void> {
  for (const place of newestOf(positions, ({ crewId, at }) => `${crewId} ${periodAt(at)}`)) {
    const { crewId, at, lon, lat, accuracyM = null } = place;
    await tx.run(
      `insert into crew_positions (crew_id, period_at, at, lon, lat, accuracy_m)
        select crew_id, ?, ?, ?, ?, ? from crews where crew_id = ?
        on conflict (crew_id, period_at) do update set at = excluded.at, lon = excluded.lon,
          lat = excluded.lat, accuracy_m = excluded.accuracy_m
        where excluded.at >= crew_positions.at`,
      [periodAt(at), at, lon, lat, accuracyM, crewId],
    );
  }
}

/** Of each key the newest; of two at the same time the later, as the tables have it. */
export function newestOf<T extends { readonly at: Instant }>(
  told: readonly T[],
  keyOf: (each: T) => string,
): Iterable<T> {
  const newest = new Map<string, T>();
  for (const each of told) {
    const key = keyOf(each);
    const known = newest.get(key);
    if (known === undefined || each.at >= known.at) newest.set(key, each);
  }
  return newest.values();
}

const IDS = `(${Array.from({ length: IDS_PER_QUERY }, () => "?").join(", ")})`;
const STATUSES = `select device_id, state, at from device_status where device_id in ${IDS}`;
/** From each crew straight to its newest row, of up to 129,600. */
const PLACES = `select p.crew_id, p.lon, p.lat, p.accuracy_m, p.at
  from crews c join crew_positions p on p.crew_id = c.crew_id
    and p.period_at = (select max(period_at) from crew_positions q where q.crew_id = c.crew_id)
  where c.crew_id in ${IDS}`;

interface StatusRow {
  device_id: string;
  state: DeviceStatus["state"];
  at: Instant;
}

interface AnswerRow {
  command_id: string;
  is_ok: number;
  message: string | null;
  at: Instant;
}

interface PlaceRow {
  crew_id: string;
  lon: number;
  lat: number;
  accuracy_m: number | null;
  at: Instant;
}

/** One text of SQL for any number of ids: places that are left over hold null, which is nobody. */
async function readOf<Row>(reader: Sql, sql: string, ids: readonly string[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < ids.length; from += IDS_PER_QUERY) {
    const some: SqlValue[] = ids.slice(from, from + IDS_PER_QUERY);
    while (some.length < IDS_PER_QUERY) some.push(null);
    rows.push(...(await reader.all<Row>(sql, some)));
  }
  return rows;
}
