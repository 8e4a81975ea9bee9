/**
 * Readings of the past that come a second time, decoded again: where they stand, and what the store
 * is to hold instead. The cards of their series follow, so that the newest reading of each is right;
 * nothing here is judged by a rule or told to anybody. Pure but for the cards.
 */
import type { Reading } from "../model/reading.ts";
import type { RegistryView } from "../model/registry.ts";
import type { IngestBatch } from "./batch.ts";
import type { SeriesState, SeriesTable } from "./series-table.ts";
import type { IdentityKey, ReadingColumns, ReplaceBatch, Series } from "./store/reading-store.ts";

export interface PastReading {
  readonly reading: Reading;
  /** Its key, where that is not its time. */
  readonly seq: number | undefined;
}

/** What a batch of a line of its own holds, in its order. */
export function pastReadings({ readings, batch }: IngestBatch): PastReading[] {
  const { key } = batch.columns;
  return readings.map((reading, row) => {
    const seq = key?.[row] ?? Number.NaN;
    return { reading, seq: Number.isNaN(seq) ? undefined : seq };
  });
}

/** The key of each, where its series has readings at all. */
export function keysOfPast(
  table: SeriesTable,
  past: readonly PastReading[],
): (IdentityKey | undefined)[] {
  return past.map(({ reading, seq }) => {
    const { deviceId, period, measurement, observedAt } = reading;
    const series = table.known(deviceId)?.periods[period].get(measurement);
    if (series === undefined || series.seriesId === 0) return undefined;
    return { seriesId: series.seriesId, key: seq ?? observedAt, isSeq: seq !== undefined };
  });
}

/** For the store; those for whose measurement the device has no room are left out and counted. */
export function placePast(
  { registry, table }: { registry: RegistryView; table: SeriesTable },
  past: readonly PastReading[],
): { batch: ReplaceBatch; refused: number } {
  const newSeries: Series[] = [];
  const placed: { seriesId: number; past: PastReading }[] = [];
  for (const each of past) {
    const { deviceId, measurement, period } = each.reading;
    const entry = registry.device(deviceId);
    const series = entry && table.series(table.device(entry), measurement, period);
    if (series === undefined || typeof series === "string") continue;
    if (series.seriesId === 0) newSeries.push(table.number(series));
    standAgain(series, each);
    placed.push({ seriesId: series.seriesId, past: each });
  }
  const columns = columnsOf(placed);
  return { batch: { newSeries, columns }, refused: past.length - placed.length };
}

/** The card as if the reading had been so from the beginning. */
function standAgain(series: SeriesState, { reading, seq }: PastReading): void {
  const { observedAt, receivedAt, value, flags } = reading;
  if (seq !== undefined) {
    series.newestSeq = Math.max(series.newestSeq, seq);
  } else {
    if (observedAt === series.baseKey) series.baseKeyValue = value;
    if (observedAt >= series.newestKey) {
      series.newestKey = observedAt;
      series.newestKeyValue = value;
    }
  }
  if (observedAt < series.latestAt) return;
  series.latestAt = observedAt;
  series.latestReceivedAt = receivedAt;
  series.latestValue = value;
  series.latestFlags = flags;
}

function columnsOf(placed: readonly { seriesId: number; past: PastReading }[]): ReadingColumns {
  const all = (read: (past: PastReading) => number | undefined): Float64Array =>
    Float64Array.from(placed, ({ past }) => read(past) ?? Number.NaN);
  const optional = {
    claimedAt: all(({ reading }) => reading.claimedAt),
    key: all(({ seq }) => seq),
    min: all(({ reading }) => reading.min),
    max: all(({ reading }) => reading.max),
    total: all(({ reading }) => reading.total),
  };
  return {
    length: placed.length,
    seriesId: Int32Array.from(placed, ({ seriesId }) => seriesId),
    observedAt: all(({ reading }) => reading.observedAt),
    receivedAt: all(({ reading }) => reading.receivedAt),
    value: all(({ reading }) => reading.value),
    flags: Uint16Array.from(placed, ({ past }) => past.reading.flags),
    ...Object.fromEntries(
      Object.entries(optional).filter(([, column]) => column.some((each) => !Number.isNaN(each))),
    ),
  };
}
