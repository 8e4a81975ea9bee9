/**
 * Alarms, cases, devices and the platform itself as series in InfluxDB, for boards and annotations. What
 * an alarm does is noted in the transaction in which it does it, what a case does stands in its history: both
 * are written from there, each once, also after InfluxDB was away. Counts are of their moment.
 */
import {
  createInfluxDoor,
  type InfluxTarget,
  pointLine,
} from "../ingest/store/influx/influx-store.ts";
import type { AlarmHappening } from "../model/alarm.ts";
import { type Clock, MINUTE_MS, SECOND_MS, type Timer } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import {
  alarmPoint,
  type CaseRow,
  casePoint,
  countedCases,
  type Titles,
  type WorkCounts,
} from "./happening-points.ts";

export const happeningMigrations: readonly Migration[] = [
  {
    id: "app-0100-happenings",
    statements: [
      "create table happening_lines (seq bigint primary key, line text not null)",
      `create table happening_cursor (
        id integer primary key check (id = 1),
        chain_seq bigint not null
      )`,
    ],
  },
];

export interface HappeningDeps {
  database: Database;
  clock: Clock;
  log: Log;
  registry: Pick<RegistryView, "asset" | "devices">;
  titles: Titles;
  /** Devices of which nothing is heard. */
  silentDevices(): Promise<ReadonlySet<string>>;
  /** Of the platform itself, by their names. */
  figures(): Record<string, number>;
}

export interface Happenings {
  /** In the transaction in which they happen. */
  save(tx: Sql, happenings: readonly AlarmHappening[]): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const LINES_AT_ONCE = 1_000;
/** Lines that wait for InfluxDB; the oldest go first. */
const LINES_MAX = 1_000_000;
const FOLLOW_WALL_MS = SECOND_MS;
const FIGURES_WALL_MS = 15 * SECOND_MS;
const WORK_WALL_MS = MINUTE_MS;
const FLEET_WALL_MS = 5 * MINUTE_MS;
/** Digits of a grid cell that name its street. */
const STREET_DIGITS = 9;

export function createHappenings(deps: HappeningDeps, target: InfluxTarget): Happenings {
  const { database, clock, registry } = deps;
  const log = deps.log.of("happenings");
  const door = createInfluxDoor(target);
  const timers: Timer[] = [];
  const running = new Map<string, Promise<void>>();
  /** Counts that were not 0 before: one that is 0 now is told once more. */
  const seen = new Map<string, Set<string>>();
  let isAway = false;

  const streetOf = (assetId: string | undefined): string =>
    registry.asset(assetId ?? "")?.gridCell?.slice(0, STREET_DIGITS) ?? "";

  /** One at a time; what fails is tried with the next. */
  function run(name: string, work: () => Promise<void>): void {
    if (running.has(name)) return;
    const done = work()
      .then(
        () => {
          isAway = false;
        },
        (error: unknown) => {
          if (!isAway) log.warn("happenings wait for InfluxDB", { error: String(error) });
          isAway = true;
        },
      )
      .finally(() => running.delete(name));
    running.set(name, done);
  }

  async function writeNoted(): Promise<void> {
    for (;;) {
      const rows = await database.reader.all<{ seq: number; line: string }>(
        "select seq, line from happening_lines order by seq limit ?",
        [LINES_AT_ONCE],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      try {
        await door.write(rows.map(({ line }) => line));
      } catch (error) {
        await dropOldest();
        throw error;
      }
      await database.transaction((tx) =>
        tx.run("delete from happening_lines where seq <= ?", [last.seq]),
      );
      if (rows.length < LINES_AT_ONCE) return;
    }
  }

  async function dropOldest(): Promise<void> {
    await database.transaction((tx) =>
      tx.run(
        "delete from happening_lines where seq <= (select max(seq) from happening_lines) - ?",
        [LINES_MAX],
      ),
    );
  }

  async function followHistory(): Promise<void> {
    for (;;) {
      const cursor = await database.reader.get<{ chain_seq: number }>(
        "select chain_seq from happening_cursor where id = 1",
      );
      const rows = await database.reader.all<CaseRow>(
        `select h.chain_seq, h.case_no, h.event, h.to_state, h.at, h.unit_id, c.body
         from case_history h join cases c on c.case_no = h.case_no
         where h.chain_seq > ? order by h.chain_seq limit ?`,
        [cursor?.chain_seq ?? 0, LINES_AT_ONCE],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      const points = rows.flatMap((row) => casePoint(row, deps.titles, streetOf) ?? []);
      await door.write(points.map(pointLine));
      await database.transaction((tx) =>
        tx.run(
          `insert into happening_cursor (id, chain_seq) values (1, ?)
           on conflict (id) do update set chain_seq = excluded.chain_seq`,
          [Number(last.chain_seq)],
        ),
      );
      if (rows.length < LINES_AT_ONCE) return;
    }
  }

  /** Counts by their tags; those that were there and are 0 now among them. */
  async function writeCounts(
    name: string,
    counts: ReadonlyMap<string, { tags: Record<string, string>; fields: Record<string, number> }>,
    zero: Record<string, number>,
  ): Promise<void> {
    const at = clock.now();
    const before = seen.get(name) ?? new Set<string>();
    const gone = [...before].filter((key) => !counts.has(key));
    seen.set(name, new Set(counts.keys()));
    await door.write([
      ...[...counts.values()].map((count) => pointLine({ name, ...count, at })),
      ...gone.map((key) =>
        pointLine({ name, tags: JSON.parse(key) as Record<string, string>, fields: zero, at }),
      ),
    ]);
  }

  async function writeWork(): Promise<void> {
    const now = clock.now();
    const counts: WorkCounts = new Map();
    let after = "";
    for (;;) {
      const rows = await database.reader.all<{ case_no: string; state: string; body: string }>(
        `select case_no, state, body from cases where is_open = 1 and case_no > ?
         order by case_no limit ?`,
        [after, LINES_AT_ONCE],
      );
      countedCases(counts, rows, now);
      const last = rows.at(-1);
      if (last === undefined || rows.length < LINES_AT_ONCE) break;
      after = last.case_no;
    }
    await writeCounts("work", counts, { open: 0, overdue: 0, life_safety: 0 });
    const standing = await database.reader.all<{ class: string; severity: string; n: number }>(
      `select class, severity, count(*) as n from alarms
       where state in ('unacknowledged', 'acknowledged', 'latched') group by class, severity`,
    );
    const alarms = standing.map(({ class: slug, severity, n }) => {
      const tags = { class: slug, severity };
      return [JSON.stringify(tags), { tags, fields: { alarms: Number(n) } }] as const;
    });
    await writeCounts("standing", new Map(alarms), { alarms: 0 });
  }

  async function writeFleet(): Promise<void> {
    const silent = await deps.silentDevices();
    const counts = new Map<string, { tags: Record<string, string>; fields: Fleet }>();
    for (const { device, asset } of registry.devices()) {
      const street = asset.gridCell?.slice(0, STREET_DIGITS) ?? "";
      const tags = { class: asset.class ?? "", street, gateway: device.gatewayId ?? "" };
      const key = JSON.stringify(tags);
      const count = counts.get(key) ?? { tags, fields: { devices: 0, online: 0 } };
      count.fields.devices += 1;
      if (!silent.has(device.deviceId)) count.fields.online += 1;
      counts.set(key, count);
    }
    await writeCounts("fleet", counts, { devices: 0, online: 0 });
  }

  async function writeFigures(): Promise<void> {
    const at = clock.now();
    await door.write([pointLine({ name: "platform", tags: {}, fields: deps.figures(), at })]);
  }

  return {
    async save(tx, happenings) {
      for (const happening of happenings) {
        const row = await tx.get<{ seq: number }>(
          "select coalesce(max(seq), 0) + 1 as seq from happening_lines",
        );
        const seq = Number(row?.seq ?? 1);
        const point = alarmPoint(happening, deps.titles, streetOf);
        await tx.run("insert into happening_lines (seq, line) values (?, ?)", [
          seq,
          pointLine({ ...point, seq: seqOf(happening) }),
        ]);
      }
    },
    start() {
      const every = (wallMs: number, name: string, work: () => Promise<void>): void => {
        timers.push(clock.every(wallMs * clock.speed, () => run(name, work)));
      };
      every(FOLLOW_WALL_MS, "follow", async () => {
        await writeNoted();
        await followHistory();
      });
      every(FIGURES_WALL_MS, "figures", writeFigures);
      every(WORK_WALL_MS, "work", writeWork);
      every(FLEET_WALL_MS, "fleet", writeFleet);
      run("fleet", writeFleet);
      run("work", writeWork);
      run("figures", writeFigures);
    },
    async stop() {
      for (const timer of timers.splice(0)) timer.cancel();
      await Promise.all(running.values());
      door.close();
    },
  };
}

interface Fleet extends Record<string, number> {
  devices: number;
  online: number;
}

const SEQ_BASE = 31;
const SEQ_MAX = 1_000_000;

/** The same happening has the same place within its millisecond, whenever it is written. */
function seqOf({ kind, alarm }: AlarmHappening): number {
  let sum = 0;
  for (const char of `${alarm.alarmId} ${kind}`) {
    sum = (sum * SEQ_BASE + (char.codePointAt(0) ?? 0)) % SEQ_MAX;
  }
  return sum;
}

/** Devices with a standing alarm of silence. */
export async function silentDevices(
  sql: Sql,
  rules: readonly Pick<Rule, "ruleId" | "family">[],
): Promise<ReadonlySet<string>> {
  const silent = new Set(
    rules.filter(({ family }) => family === "silent").map((rule) => rule.ruleId),
  );
  const rows = await sql.all<{ device_id: string | null; rule_id: string }>(
    `select device_id, rule_id from alarms
     where state in ('unacknowledged', 'acknowledged', 'latched', 'shelved')`,
  );
  return new Set(
    rows.flatMap(({ device_id: id, rule_id: ruleId }) =>
      id !== null && silent.has(ruleId as Rule["ruleId"]) ? [id] : [],
    ),
  );
}
