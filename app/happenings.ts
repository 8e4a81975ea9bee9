/**
 * Alarms, cases, devices and the platform itself as series in InfluxDB, for boards and annotations. What
 * an alarm does is noted in the transaction in which it does it, what a case does stands in its history: both
 * are written from there, each once, also after InfluxDB was away. Counts are of their moment.
 */
import {
  createInfluxDoor,
  InfluxFault,
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
  streetOfCell,
  type Titles,
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

export interface HappeningDeps extends Omit<CountDeps, "reader"> {
  database: Database;
  log: Log;
  titles: Titles;
  /** The newest values are known again after a start. */
  isReplayed(): boolean;
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

export function createHappenings(deps: HappeningDeps, target: InfluxTarget): Happenings {
  const { database, clock, registry } = deps;
  const log = deps.log.of("happenings");
  const door = createInfluxDoor(target);
  const timers: Timer[] = [];
  const running = new Map<string, Promise<void>>();
  const counts = createCounts({ ...deps, reader: database.reader }, door);
  let isAway = false;

  const streetOf = (assetId: string | undefined): string =>
    streetOfCell(registry.asset(assetId ?? "")?.gridCell);

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

  /** Of what the server refuses each line is left out by itself: nothing behind it waits for it. */
  async function writeLines(lines: readonly string[]): Promise<void> {
    const refused = await refusedOf(lines);
    const [first] = refused;
    if (first === undefined) return;
    const said = { lines: refused.length, first: first.line, error: first.error };
    log.warn("InfluxDB refuses happenings, which are left out there", said);
  }

  async function refusedOf(lines: readonly string[]): Promise<{ line: string; error: string }[]> {
    if (lines.length === 0) return [];
    try {
      await door.write(lines);
      return [];
    } catch (error) {
      const isRefused = error instanceof InfluxFault && ["refused", "large"].includes(error.kind);
      if (!isRefused) throw error;
      if (lines.length === 1) return [{ line: lines[0] ?? "", error: error.message }];
      const half = Math.ceil(lines.length / 2);
      return [...(await refusedOf(lines.slice(0, half))), ...(await refusedOf(lines.slice(half)))];
    }
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
        await writeLines(rows.map(({ line }) => line));
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
      await writeLines(points.map(pointLine));
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
      let isCityCounted = false;
      every(FOLLOW_WALL_MS, "follow", async () => {
        await writeNoted();
        await followHistory();
        if (isCityCounted || !deps.isReplayed()) return;
        isCityCounted = true;
        run("city", counts.writeCity);
      });
      const counted: [number, string, () => Promise<void>][] = [
        [FIGURES_WALL_MS, "figures", counts.writeFigures],
        [WORK_WALL_MS, "work", counts.writeWork],
        [FLEET_WALL_MS, "fleet", counts.writeFleet],
      ];
      every(FLEET_WALL_MS, "city", counts.writeCity);
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
