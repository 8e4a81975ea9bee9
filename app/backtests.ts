/**
 * Runs backtests on the store of readings, one at a time and beside everything else: the next window
 * is read while one is judged, and after a few milliseconds of judging the event loop has its turn.
 * A backtest whose client has gone, or whose platform stops, is given up.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { AssetTrial, Backtest, BacktestRequest, BacktestResult } from "../alerts/alerts.ts";
import type { IngestLine } from "../ingest/ingest.ts";
import type { ReadingStore, SeriesColumns } from "../ingest/store/reading-store.ts";
import { DAY_MS } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import { FLAG_BITS, type Reading } from "../model/reading.ts";
import {
  type Breathe,
  groupsOf,
  type ReadGroup,
  type ReadSeries,
  readWindows,
} from "./backtest-reads.ts";

export interface BacktestProgress {
  devicesDone: number;
  devices: number;
  readings: number;
}

export interface BacktestWatch {
  /** Aborted: nobody waits for the answer. */
  signal: AbortSignal;
  /** First of all once the request is found good, and then from time to time. */
  onProgress(progress: BacktestProgress): void;
}

export interface Backtests {
  /**
   * @throws RATE_LIMITED while another runs; what the rule and the request are refused with;
   * BACKTEST_NO_DATA, BACKTEST_TOO_LARGE, STORE_FAILED
   */
  run(request: BacktestRequest, watch: BacktestWatch): Promise<BacktestResult>;
  /** Gives up the one that runs; none runs afterwards. */
  stop(): Promise<void>;
}

export interface BacktestsDeps {
  plan(request: BacktestRequest): Backtest;
  /** The line whose series the store knows; absent while the store is away. */
  line(): Pick<IngestLine, "seriesOf"> | undefined;
  store: Pick<ReadingStore, "query" | "queryColumns">;
  zone: TimeZone;
  log: Log;
}

/** Of judging, before others have their turn. */
const TURN_MS = 8;
/** Readings that are judged between two looks at the time. */
const BLOCK = 8;
/** Series that are looked at to say what the store has. */
const SERIES_ASKED_MAX = 2_000;
const RETRY_AFTER_S = 10;
/** All days are counted, from the first one that any clock shows. */
const LONG_AGO = Date.UTC(2000, 0, 1);
const FAR_AHEAD = Date.UTC(2200, 0, 1);

export function createBacktests(
  deps: BacktestsDeps,
  options: { readingsMax?: number } = {},
): Backtests {
  const readingsMax = options.readingsMax ?? LIMITS.backtestReadingsMax;
  const log = deps.log.of("backtests");
  const stopping = new AbortController();
  let running: { ruleId: string; done: Promise<unknown> } | undefined;

  async function begin(request: BacktestRequest, watch: BacktestWatch): Promise<BacktestResult> {
    const backtest = deps.plan(request);
    const line = await lineOf(deps);
    const begunAt = performance.now();
    const breathe = createTurns([watch.signal, stopping.signal]);
    const groups = await groupsOf(backtest, line, breathe);
    const windows = readWindows(deps.store, groups, backtest.to);
    try {
      await runGroups({ groups, windows, readingsMax, breathe }, watch.onProgress);
    } finally {
      // Given up, it ends with the read that is under way.
      await windows.return(undefined);
    }
    const result = backtest.result();
    if (result.readings === 0) throw await noData(deps, backtest, groups);
    const { ruleId, devices, readings } = result;
    const seconds = Math.round((performance.now() - begunAt) / 100) / 10;
    log.info("a rule was tried on the past", { ruleId, devices, readings, seconds });
    return result;
  }

  return {
    async run(request, watch) {
      if (running !== undefined) {
        throw new GridwardenError(
          "RATE_LIMITED",
          `a backtest of rule '${running.ruleId}' is running, and one runs at a time; try again when it is over`,
          { details: { retryAfterS: RETRY_AFTER_S } },
        );
      }
      const done = begin(request, watch);
      running = { ruleId: request.ruleId, done };
      try {
        return await done;
      } finally {
        running = undefined;
      }
    },
    async stop() {
      stopping.abort(
        new GridwardenError("STORE_FAILED", "the platform is stopping; the backtest was given up"),
      );
      await running?.done.catch(() => {});
    },
  };
}

async function lineOf({ line, store }: BacktestsDeps): Promise<Pick<IngestLine, "seriesOf">> {
  const found = line();
  if (found !== undefined) return found;
  // The store itself says what is wrong with it.
  await store.queryColumns({ seriesIds: [], from: 0, to: 0, pointsPerSeriesMax: 1 });
  throw new GridwardenError("STORE_FAILED", "the store of readings is not open yet; try again");
}

async function runGroups(
  work: { groups: readonly ReadGroup[]; windows: Windows; readingsMax: number; breathe: Breathe },
  onProgress: BacktestWatch["onProgress"],
): Promise<void> {
  const { groups, windows, readingsMax, breathe } = work;
  const devices = groups.reduce((sum, group) => sum + devicesIn(group), 0);
  let devicesDone = 0;
  let readings = 0;
  let trials: AssetTrial[] = [];
  onProgress({ devicesDone, devices, readings });
  for (let coming = comingOf(windows); ; ) {
    await breathe();
    const { value: window } = await coming;
    if (window === undefined) return;
    coming = comingOf(windows);
    if (window.isFirst) trials = window.group.assets.map(({ asset }) => asset.begin());
    for (const [index, { asset, series }] of window.group.assets.entries()) {
      for (const together of asset.isJoint ? [asset.deviceIds] : singly(asset.deviceIds)) {
        const ofThem = together.flatMap((deviceId) => series.get(deviceId) ?? []);
        for (const block of blocksOf(columnsOf(ofThem, window.columns), window.until)) {
          trials[index]?.feed(block);
          readings += block.length;
          await breathe();
        }
      }
      if (window.isLast) {
        trials[index]?.end();
        devicesDone += asset.deviceIds.length;
        await breathe();
      }
    }
    checkReadings(readings, readingsMax);
    onProgress({ devicesDone, devices, readings });
  }
}

function singly(deviceIds: readonly string[]): string[][] {
  return deviceIds.map((deviceId) => [deviceId]);
}

type Windows = ReturnType<typeof readWindows>;

/** Its error is met when it is waited for; until then, or if it never is, it is no stray. */
function comingOf(windows: Windows): ReturnType<Windows["next"]> {
  const coming = windows.next();
  coming.catch(() => {});
  return coming;
}

function devicesIn({ assets }: ReadGroup): number {
  return assets.reduce((sum, { asset }) => sum + asset.deviceIds.length, 0);
}

function createTurns(signals: readonly AbortSignal[]): Breathe {
  let begunAt = performance.now();
  const turn = async (): Promise<void> => {
    await nextTurn();
    for (const signal of signals) signal.throwIfAborted();
    begunAt = performance.now();
  };
  return () => (performance.now() - begunAt < TURN_MS ? undefined : turn());
}

function checkReadings(readings: number, readingsMax: number): void {
  if (readings <= readingsMax) return;
  throw new GridwardenError(
    "BACKTEST_TOO_LARGE",
    `the backtest reads more than ${readingsMax} readings; ask for fewer assets or a shorter span`,
  );
}

interface SeriesPart extends SeriesColumns {
  series: ReadSeries;
  next: number;
}

function columnsOf(
  series: readonly ReadSeries[],
  columns: ReadonlyMap<number, SeriesColumns>,
): SeriesPart[] {
  return series.flatMap((each) => {
    const found = columns.get(each.seriesId);
    return found === undefined ? [] : [{ ...found, series: each, next: 0 }];
  });
}

/** The readings of these series in order of time; of one time, in the order of the series. */
function* blocksOf(parts: SeriesPart[], until: number): Generator<Reading[]> {
  let block: Reading[] = [];
  for (;;) {
    let first: SeriesPart | undefined;
    let firstAt = until;
    for (const part of parts) {
      const at = part.at[part.next] ?? until;
      if (at >= firstAt) continue;
      first = part;
      firstAt = at;
    }
    if (first === undefined) break;
    block.push(readingOf(first, firstAt));
    first.next += 1;
    if (block.length < BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

/** As it would have been, had it come at once: what was late is not late here. */
function readingOf({ series, value, flags, next }: SeriesPart, at: number): Reading {
  return {
    deviceId: series.deviceId as Reading["deviceId"],
    measurement: series.measurement,
    period: series.period,
    observedAt: at,
    receivedAt: at,
    value: value[next] ?? 0,
    flags: (flags[next] ?? 0) & ~FLAG_BITS.late,
  };
}

async function noData(
  { store, zone }: BacktestsDeps,
  { ruleId, from, to }: Backtest,
  groups: readonly ReadGroup[],
): Promise<GridwardenError> {
  const seriesIds = groups.flatMap((group) => group.seriesIds).slice(0, SERIES_ASKED_MAX);
  const days = await store.query({
    seriesIds,
    from: LONG_AGO,
    to: FAR_AHEAD,
    goodOnly: false,
    bucket: { fn: "count", everyMs: DAY_MS, originMs: zone.startOfDay(from) },
    pointsPerSeriesMax: LIMITS.pointsPerSeriesMax,
  });
  const begins = days.flatMap(({ points }) => points[0]?.[0] ?? []);
  const ends = days.flatMap(({ points }) => points.at(-1)?.[0] ?? []);
  const dayText = (at: number): string => zone.iso(at).slice(0, 10);
  const what = groups.length === 0 ? "binds no device" : "has no reading to be tried on";
  const has =
    begins.length === 0
      ? "the store has none of these devices at all"
      : `the store has them from ${dayText(Math.min(...begins))} to ${dayText(Math.max(...ends))}`;
  return new GridwardenError(
    "BACKTEST_NO_DATA",
    `rule '${ruleId}' ${what} from ${zone.iso(from)} to ${zone.iso(to)}; ${has}`,
  );
}
