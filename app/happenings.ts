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
import { MINUTE_MS, SECOND_MS, type Timer } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import { type CountDeps, createCounts } from "./happening-counts.ts";
import {
  alarmPoint,
  type CaseRow,
  casePoint,
  placeOfCell,
  type Titles,
} from "./happening-points.ts";
import { createNotedLines } from "./noted-lines.ts";

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

export interface HappeningDeps extends Omit<CountDeps, "reader"> {
  database: Database;
  log: Log;
  titles: Titles;
  /** The newest values of all devices are known again after a start. */
  isLatestKnown(): boolean;
}

export interface Happenings {
  /** In the transaction in which they happen. */
  save(tx: Sql, happenings: readonly AlarmHappening[]): Promise<void>;
  start(): void;
  stop(): Promise<void>;
}

const STEPS_AT_ONCE = 1_000;
const FOLLOW_WALL_MS = SECOND_MS;
const FIGURES_WALL_MS = 15 * SECOND_MS;
const WORK_WALL_MS = MINUTE_MS;
const FLEET_WALL_MS = 5 * MINUTE_MS;

export function createHappenings(deps: HappeningDeps, target: InfluxTarget): Happenings {
  const { database, clock, registry } = deps;
  const log = deps.log.of("happenings");
  const door = createInfluxDoor(target);
  const timers: Timer[] = [];
  const running = new Map<string, Promise<void>>();
  const noted = createNotedLines({ database, log }, door);
  const counts = createCounts({ ...deps, reader: database.reader }, door);
  let isAway = false;

  const placeOf = (assetId: string | undefined) =>
    placeOfCell(registry.asset(assetId ?? "")?.gridCell);

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

  /**
   * What cases did is noted with the place up to which it is: a step's line is made once, from the case as it is
   * then, and written again it is no other. A few wait at a time; the others stand in the history.
   */
  async function followHistory(): Promise<void> {
    for (;;) {
      const cursor = await database.reader.get<{ chain_seq: number }>(
        "select chain_seq from happening_cursor where id = 1",
      );
      const rows = await database.reader.all<CaseRow>(
        `select h.chain_seq, h.case_no, h.event, h.to_state, h.at, h.unit_id, c.body
         from case_history h join cases c on c.case_no = h.case_no
         where h.chain_seq > ? order by h.chain_seq limit ?`,
        [cursor?.chain_seq ?? 0, STEPS_AT_ONCE],
      );
      const last = rows.at(-1);
      if (last === undefined) return;
      const points = rows.flatMap((row) => casePoint(row, deps.titles, placeOf) ?? []);
      await database.transaction(async (tx) => {
        await noted.note(tx, points.map(pointLine));
        await tx.run(
          `insert into happening_cursor (id, chain_seq) values (1, ?)
           on conflict (id) do update set chain_seq = excluded.chain_seq`,
          [Number(last.chain_seq)],
        );
      });
      await noted.write();
      if (rows.length < STEPS_AT_ONCE) return;
    }
  }

  return {
    async save(tx, happenings) {
      if (happenings.length === 0) return;
      const lines = happenings.map((happening) =>
        pointLine({
          ...alarmPoint(happening, deps.titles, placeOf),
          seq: seqOf(happening),
        }),
      );
      await noted.note(tx, lines);
    },
    start() {
      const every = (wallMs: number, name: string, work: () => Promise<void>): void => {
        timers.push(clock.every(wallMs * clock.speed, () => run(name, work)));
      };
      // Lamps whose newest value is not known yet would count as dark.
      let isCityCounted = false;
      const writeCity = async (): Promise<void> => {
        if (!deps.isLatestKnown()) return;
        isCityCounted = true;
        await counts.writeCity();
      };
      every(FOLLOW_WALL_MS, "follow", async () => {
        await noted.write();
        await followHistory();
        if (!isCityCounted) run("city", writeCity);
      });
      const counted: [number, string, () => Promise<void>][] = [
        [FIGURES_WALL_MS, "figures", counts.writeFigures],
        [WORK_WALL_MS, "work", counts.writeWork],
        [FLEET_WALL_MS, "fleet", counts.writeFleet],
      ];
      every(FLEET_WALL_MS, "city", writeCity);
      for (const [wallMs, name, work] of counted) {
        every(wallMs, name, work);
        run(name, work);
      }
    },
    async stop() {
      for (const timer of timers.splice(0)) timer.cancel();
      // A server that does not answer holds no stop up; what it did not take is written at the next start.
      door.close();
      // What ends may have begun something else.
      while (running.size > 0) await Promise.all(running.values());
    },
  };
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
