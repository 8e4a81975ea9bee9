/**
 * Rolls readings up in InfluxDB. Which windows a batch touches is noted with the batch's own note; a window
 * is rolled up by one query and forgotten when that was confirmed and no batch has touched it since. A
 * roll-up writes over its own points, so one that is made again, or half, or after a crash, is right.
 */
import { setTimeout as wallDelay } from "node:timers/promises";
import { measurementOf } from "../../../model/asset-classes/all.ts";
import type { DurationMs, Instant } from "../../../model/clock.ts";
import type { Database } from "../../../model/database.ts";
import { LIMITS } from "../../../model/limits.ts";
import type { TimeZone } from "../../../model/local-time.ts";
import type { Log } from "../../../model/log.ts";
import { createLane } from "../lane.ts";
import type { ReadingColumns } from "../reading-store.ts";
import { type InfluxDoor, InfluxFault } from "./influx-door.ts";
import type { Kept } from "./retention.ts";
import { type Level, levelsIn } from "./rollup-levels.ts";
import { nextRollup, type Rollup } from "./rollup-plan.ts";
import { createSpans, spanMsMin, windowMs } from "./rollup-spans.ts";
import { createSums, rowsStatement, type Sums } from "./rollup-sums.ts";
import { createWaitingWindows, type WindowMask } from "./waiting-windows.ts";
import { forgetWindows, noteWindows } from "./window-notes.ts";

export interface RollupReport {
  /** Windows that were rolled up now; none: nothing is due. */
  rolled: number;
  /** Of those that were rolled up, windows of which the server refused a part. */
  refused: number;
  waiting: number;
  /** End of the oldest window that has ended and waits. */
  oldestEnd: Instant | undefined;
}

export interface Rollups {
  /** Devices of the class report it; what nobody reports is not asked for. */
  meet(slug: string, measurement: string): void;
  /** What is to be noted with the batch; `slugOf` a series is empty where it is not rolled up. */
  touch(seq: number, columns: ReadingColumns, slugOf: (seriesId: number) => string): WindowMask[];
  /** Batches up to this one are in InfluxDB. */
  confirm(seq: number): void;
  /** The work of one query or few; one at a time. @throws InfluxFault, and then the windows wait on */
  rollNext(now: Instant): Promise<RollupReport>;
  /** Nothing is rolled up while `deleting` runs, nor afterwards of readings that are gone. */
  forget(kept: readonly Kept[], deleting: () => Promise<void>): Promise<void>;
  /** What is under way is not taken for done. */
  stop(): void;
}

export interface RollupsDeps {
  database: Database;
  log: Log;
  door: Pick<InfluxDoor, "query" | "write">;
  /** Whose days are rolled up. */
  zone: TimeZone;
}

const LINES_A_REQUEST = 2_000;
const REST_WALL_MS_MAX = 5_000;

export function createRollups(deps: RollupsDeps, kept: readonly WindowMask[]): Rollups {
  const { database, log, door, zone } = deps;
  const levels = levelsIn(zone);
  const [five] = levels;
  const waiting = createWaitingWindows(kept);
  const spans = createSpans();
  /** Measurements that a class names and its devices report. */
  const met = new Map<string, Set<string>>();
  /** What batches touched that were not confirmed when the running roll-up began, or are not yet. */
  let touched: { seq: number; windows: Map<string, Set<number>> }[] = [];
  let confirmedSeq = 0;
  let runningSince: number | undefined;
  let isStopped = false;
  const lane = createLane();

  function forgetTouched(): void {
    const since = runningSince ?? confirmedSeq;
    touched = touched.filter(({ seq }) => seq > since);
  }

  /** Adds up what the windows are made of; nothing where they are too many, or it was stopped. */
  async function read(rollup: Rollup, measurements: readonly string[]): Promise<Sums | undefined> {
    const { level, source, slug, indices, to: end } = rollup;
    const sums = createSums(level, { source, measurements });
    if (measurements.length === 0) return sums;
    for (let from = rollup.from; from < end && !isStopped; ) {
      const begunAt = performance.now();
      const to = Math.min(end, from + Math.max(spanMsMin(source), spans.of(level, slug)));
      const isWhole = to - from <= spanMsMin(source);
      const limit = isWhole ? 0 : LIMITS.rollupRowsMax + 1;
      const asked = { source, slug, measurements, from, to };
      const [answer = []] = await door.query([rowsStatement(asked, limit)]);
      const rows = answer[0]?.values.length ?? 0;
      spans.note(level, slug, { askedMs: to - from, rows });
      if (rows <= LIMITS.rollupRowsMax || isWhole) {
        sums.add(answer);
        from = to;
      } else if (indices.length > 1) {
        return undefined;
      }
      await rest(performance.now() - begunAt);
    }
    return isStopped ? undefined : sums;
  }

  /** Answers whether the server refused a part. */
  async function write({ level, slug, from }: Rollup, lines: readonly string[]): Promise<boolean> {
    let isRefused = false;
    for (let at = 0; at < lines.length; at += LINES_A_REQUEST) {
      try {
        await door.write(lines.slice(at, at + LINES_A_REQUEST));
      } catch (error) {
        if (!(error instanceof InfluxFault) || error.kind !== "refused") throw error;
        isRefused = true;
        log.error(`a part of a roll-up was refused: ${error.message}`, {
          ...{ level: level.name, class: slug, from },
        });
      }
    }
    return isRefused;
  }

  /** Forgets those windows that no batch has touched since; what they are a part of waits now. */
  async function settle({ level, slug, indices }: Rollup, since: number): Promise<void> {
    const isTouched = (index: number): boolean =>
      level === five &&
      touched.some(({ seq, windows }) => seq > since && windows.get(slug)?.has(index) === true);
    const coarser = levels[levels.indexOf(level) + 1];
    const parts = coarser && indices.map((index) => coarser.indexOf(level.beginOf(index)));
    const over = indices.filter((index) => !isTouched(index));
    const done = waiting.remove(level.name, slug, over);
    const marked = coarser && parts ? waiting.add(coarser.name, slug, parts) : [];
    try {
      await database.transaction(async (tx) => {
        await forgetWindows(tx, done);
        await noteWindows(tx, marked);
      });
    } catch (error) {
      // On disk they wait still, and will make those wait that they are a part of.
      waiting.add(level.name, slug, indices);
      if (coarser && parts) waiting.remove(coarser.name, slug, parts);
      throw error;
    }
  }

  function report(now: Instant, rolled = 0, refused = 0): RollupReport {
    let oldestEnd: Instant | undefined;
    for (const { name, beginOf } of levels) {
      for (const slug of waiting.slugs(name)) {
        const end = beginOf((waiting.oldest(name, slug) ?? 0) + 1);
        if (end <= now && end < (oldestEnd ?? now + 1)) oldestEnd = end;
      }
    }
    return { rolled, refused, waiting: waiting.count(), oldestEnd };
  }

  async function rollUp(rollup: Rollup, since: number): Promise<"done" | "refused" | undefined> {
    const sums = await read(rollup, [...(met.get(rollup.slug) ?? [])]);
    if (sums === undefined) return undefined;
    const isRefused = await write(rollup, sums.lines());
    if (isStopped) return undefined;
    await settle(rollup, since);
    return isRefused ? "refused" : "done";
  }

  async function rollNext(now: Instant): Promise<RollupReport> {
    const windowsMax = (level: Level, slug: string): number =>
      Math.max(1, Math.floor(spans.of(level, slug) / windowMs(level)));
    while (!isStopped) {
      const rollup = nextRollup(waiting, { now, levels, windowsMax });
      if (rollup === undefined) break;
      runningSince = confirmedSeq;
      const fate = await rollUp(rollup, runningSince);
      const { length } = rollup.indices;
      if (fate !== undefined) return report(now, length, fate === "refused" ? length : 0);
    }
    return report(now);
  }

  return {
    meet(slug, measurement) {
      if (measurementOf(slug, measurement) === undefined) return;
      met.set(slug, (met.get(slug) ?? new Set()).add(measurement));
    },
    touch(seq, columns, slugOf) {
      const windows = touchedWindows(columns, slugOf, five.indexOf);
      if (windows.size === 0) return [];
      touched.push({ seq, windows });
      return [...windows].flatMap(([slug, indices]) => waiting.add(five.name, slug, indices));
    },
    confirm(seq) {
      confirmedSeq = seq;
      forgetTouched();
    },
    rollNext: (now) =>
      lane.run(async () => {
        try {
          return await rollNext(now);
        } finally {
          runningSince = undefined;
          forgetTouched();
        }
      }),
    forget: (kept, deleting) =>
      lane.run(async () => {
        for (const { name, slug, since } of kept) {
          if (name !== "instant") continue;
          const gone = [...waiting.newestFirst(five.name, slug)];
          const masks = waiting.remove(
            ...([five.name, slug] as const),
            gone.filter((index) => five.beginOf(index) < since),
          );
          await database.transaction((tx) => forgetWindows(tx, masks));
        }
        await deleting();
      }),
    stop() {
      isStopped = true;
    },
  };
}

/** As long as the server worked, so that what is caught up leaves it to live readings. */
const rest = (workedMs: DurationMs): Promise<void> =>
  wallDelay(Math.min(REST_WALL_MS_MAX, workedMs));

/** Windows by class. */
export function touchedWindows(
  { length, seriesId, observedAt }: Pick<ReadingColumns, "length" | "seriesId" | "observedAt">,
  slugOf: (seriesId: number) => string,
  indexOf: (at: Instant) => number,
): Map<string, Set<number>> {
  const windows = new Map<string, Set<number>>();
  let [slugBefore, indexBefore] = ["", 0];
  for (let row = 0; row < length; row += 1) {
    const slug = slugOf(seriesId[row] ?? 0);
    const index = indexOf(observedAt[row] ?? 0);
    if (slug === "" || (slug === slugBefore && index === indexBefore)) continue;
    [slugBefore, indexBefore] = [slug, index];
    const known = windows.get(slug);
    if (known === undefined) windows.set(slug, new Set([index]));
    else known.add(index);
  }
  return windows;
}
