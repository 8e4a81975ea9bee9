/**
 * What a backtest reads of the store: group by group of assets, window by window of time, so that
 * one read is bounded in series and in points whatever the span. Series that fill their bound early
 * end the window for all of its group, so that every device is read in order of time.
 */
import type { Backtest, BacktestAsset } from "../alerts/alerts.ts";
import type { IngestLine } from "../ingest/ingest.ts";
import type { ReadingStore, SeriesColumns } from "../ingest/store/reading-store.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Period } from "../model/reading.ts";

/** One read is of so many series, or of the one asset that has more. */
const SERIES_PER_READ = 100;
/** One read is of days that the store reads in one statement. */
const WINDOW_MS = 4 * DAY_MS;
const POINTS_PER_SERIES_MAX = 20_000;

/** Gives others their turn where one has lasted long enough. @throws what it is given up for */
export type Breathe = () => Promise<void> | undefined;

export interface ReadSeries {
  seriesId: number;
  deviceId: string;
  measurement: string;
  period: Period;
}

/** Assets that are read together; `series` are those that the store knows, by device. */
export interface ReadGroup {
  assets: { asset: BacktestAsset; series: ReadonlyMap<string, readonly ReadSeries[]> }[];
  seriesIds: number[];
  from: Instant;
}

export interface ReadWindow {
  group: ReadGroup;
  columns: ReadonlyMap<number, SeriesColumns>;
  /** Points from here on come with the next window. */
  until: Instant;
  isFirst: boolean;
  isLast: boolean;
}

export async function groupsOf(
  backtest: Backtest,
  line: Pick<IngestLine, "seriesOf">,
  breathe: Breathe,
): Promise<ReadGroup[]> {
  const groups: ReadGroup[] = [];
  for (const asset of backtest.assets()) {
    await breathe();
    const series = new Map<string, ReadSeries[]>();
    for (const { deviceId, measurement, period } of asset.series) {
      const found = line.seriesOf({ deviceId, measurement, period });
      series.set(deviceId, [...(series.get(deviceId) ?? []), ...found]);
    }
    const seriesIds = [...series.values()].flat().map(({ seriesId }) => seriesId);
    const depthMs = asset.series.reduce((most, each) => Math.max(most, each.depthMs), 0);
    const from = backtest.from - depthMs;
    const last = groups.at(-1);
    if (last !== undefined && last.seriesIds.length + seriesIds.length <= SERIES_PER_READ) {
      last.assets.push({ asset, series });
      last.seriesIds.push(...seriesIds);
      last.from = Math.min(last.from, from);
    } else groups.push({ assets: [{ asset, series }], seriesIds, from });
  }
  return groups;
}

/** Reads one window at a time; whoever asks for the next one early has it read beside its work. */
export async function* readWindows(
  store: Pick<ReadingStore, "queryColumns">,
  groups: readonly ReadGroup[],
  to: Instant,
): AsyncGenerator<ReadWindow, undefined> {
  for (const group of groups) {
    let from = group.seriesIds.length === 0 ? to : group.from;
    let isFirst = true;
    do {
      const end = Math.min(to, (Math.floor(from / WINDOW_MS) + 1) * WINDOW_MS);
      const found =
        from === to
          ? []
          : await store.queryColumns({
              seriesIds: group.seriesIds,
              from,
              to: end,
              pointsPerSeriesMax: POINTS_PER_SERIES_MAX,
            });
      const until = Math.max(Math.min(end, from + 1), wholeUntil(found, end));
      const columns = new Map(found.map((each) => [each.seriesId, each]));
      yield { group, columns, until, isFirst, isLast: until >= to };
      from = until;
      isFirst = false;
    } while (from < to);
  }
}

/** Of a series that was cut, points at its last time may be missing. */
function wholeUntil(found: readonly SeriesColumns[], end: Instant): Instant {
  return found.reduce(
    (least, { at, truncated }) => (truncated ? Math.min(least, at.at(-1) ?? end) : least),
    end,
  );
}
