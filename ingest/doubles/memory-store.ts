/** A store of readings as maps: what ingest asks of a store, kept simple enough to be plainly right. */
import type {
  IdentityKey,
  Ledger,
  NewestOfSeries,
  ReadingColumns,
  Series,
  StoreBatch,
  StoreState,
} from "../store/reading-store.ts";

interface StoredRow {
  series: Series;
  observedAt: number;
  receivedAt: number;
  value: number;
  flags: number;
  claimedAt: number | undefined;
  seq: number | undefined;
}

export interface MemoryStore {
  readonly rows: StoredRow[];
  readonly series: Map<number, Series>;
  readonly ledger: Ledger;
  /** Keys that were asked for. */
  readonly asked: IdentityKey[];
  /** Set: the next look-up fails with it. */
  fault: Error | undefined;
  append(batch: Omit<StoreBatch, "position">, position: number): void;
  lookup(keys: IdentityKey[]): Promise<(number | undefined)[]>;
  state(): StoreState;
}

export function memoryStore(): MemoryStore {
  const byKey = new Map<string, number>();
  const keyOf = ({ seriesId, key, isSeq }: IdentityKey): string => `${seriesId} ${isSeq} ${key}`;
  const ledger: Ledger = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };
  let position = 0;
  const store: MemoryStore = {
    rows: [],
    series: new Map(),
    ledger,
    asked: [],
    fault: undefined,
    append(batch, next) {
      for (const series of batch.newSeries) store.series.set(series.seriesId, series);
      for (const [name, count] of Object.entries(batch.ledger))
        ledger[name as keyof Ledger] += count;
      position = next;
      for (let row = 0; row < batch.columns.length; row += 1) {
        const stored = rowOf(batch.columns, row, store.series);
        const isSeq = stored.seq !== undefined;
        const { seriesId } = stored.series;
        const key = keyOf({ seriesId, key: stored.seq ?? stored.observedAt, isSeq });
        if (byKey.has(key)) throw new Error(`the key ${key} was stored twice`);
        byKey.set(key, stored.value);
        store.rows.push(stored);
      }
    },
    async lookup(keys) {
      const { fault } = store;
      store.fault = undefined;
      if (fault !== undefined) throw fault;
      store.asked.push(...keys);
      return keys.map((key) => byKey.get(keyOf(key)));
    },
    state: () => ({
      position,
      ledger: { ...ledger },
      series: [...store.series.values()].map((series) => newestOf(series, store.rows)),
    }),
  };
  return store;
}

function rowOf(columns: ReadingColumns, row: number, known: Map<number, Series>): StoredRow {
  const series = known.get(columns.seriesId[row] ?? 0);
  if (series === undefined) throw new Error(`row ${row} is of a series that no batch named`);
  const read = (column: Float64Array | undefined): number | undefined => {
    const value = column?.[row];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  return {
    series,
    observedAt: columns.observedAt[row] ?? 0,
    receivedAt: columns.receivedAt[row] ?? 0,
    value: columns.value[row] ?? 0,
    flags: columns.flags[row] ?? 0,
    claimedAt: read(columns.claimedAt),
    seq: read(columns.key),
  };
}

function newestOf(series: Series, rows: readonly StoredRow[]): NewestOfSeries {
  let newest: StoredRow | undefined;
  let newestSeq: number | undefined;
  for (const row of rows) {
    if (row.series.seriesId !== series.seriesId) continue;
    if (row.seq !== undefined) newestSeq = Math.max(row.seq, newestSeq ?? 0);
    if (newest === undefined || row.observedAt >= newest.observedAt) newest = row;
  }
  const { observedAt, receivedAt, value, flags } = newest ?? {
    observedAt: 0,
    receivedAt: 0,
    value: 0,
    flags: 0,
  };
  return { ...series, observedAt, receivedAt, value, flags, newestSeq };
}
