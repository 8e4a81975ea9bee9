/**
 * The newest row of each series, in memory as columns and on disk as blobs of a thousand series: a store
 * is told them at its start, and InfluxDB would have to look through every series for them. Pure.
 */
import type { NewestOfSeries, ReadingColumns, Series } from "../reading-store.ts";

const CHUNK_SERIES = 1_024;
const COLUMNS = 5;
const BYTES = CHUNK_SERIES * COLUMNS * Float64Array.BYTES_PER_ELEMENT;

/** observedAt (0: no row), receivedAt, value, flags, greatest seq (NaN: none has any). */
type Chunk = Float64Array;

export interface NewestTable {
  take(columns: ReadingColumns): void;
  of(seriesId: number): Omit<NewestOfSeries, keyof Series>;
  /** Chunks that changed since they were taken for the last time. */
  takeChanged(): { chunk: number; body: Uint8Array }[];
  /** They could not be kept, and are taken again. */
  markChanged(chunks: readonly { chunk: number }[]): void;
}

export function createNewestTable(
  kept: readonly { chunk: number; body: Uint8Array }[] = [],
): NewestTable {
  const chunks = new Map<number, Chunk>();
  const changed = new Set<number>();
  for (const { chunk, body } of kept) {
    const bytes = new Uint8Array(BYTES);
    bytes.set(body.subarray(0, BYTES));
    chunks.set(chunk, new Float64Array(bytes.buffer));
  }

  function chunkOf(seriesId: number): Chunk {
    const number = Math.floor(seriesId / CHUNK_SERIES);
    const known = chunks.get(number);
    if (known !== undefined) return known;
    const made = new Float64Array(CHUNK_SERIES * COLUMNS);
    for (let place = COLUMNS - 1; place < made.length; place += COLUMNS) made[place] = Number.NaN;
    chunks.set(number, made);
    return made;
  }

  const placeOf = (seriesId: number): number => (seriesId % CHUNK_SERIES) * COLUMNS;

  return {
    take(columns) {
      const { length, seriesId, observedAt, receivedAt, value, flags, key } = columns;
      for (let row = 0; row < length; row += 1) {
        const id = seriesId[row] ?? 0;
        const chunk = chunkOf(id);
        const place = placeOf(id);
        changed.add(Math.floor(id / CHUNK_SERIES));
        const at = observedAt[row] ?? 0;
        if (at >= (chunk[place] ?? 0)) {
          chunk[place] = at;
          chunk[place + 1] = receivedAt[row] ?? 0;
          chunk[place + 2] = value[row] ?? 0;
          chunk[place + 3] = flags[row] ?? 0;
        }
        const seq = key?.[row] ?? Number.NaN;
        const greatest = chunk[place + 4] ?? Number.NaN;
        if (seq > greatest || (Number.isNaN(greatest) && !Number.isNaN(seq))) {
          chunk[place + 4] = seq;
        }
      }
    },
    of(seriesId) {
      const chunk = chunkOf(seriesId);
      const place = placeOf(seriesId);
      const seq = chunk[place + 4] ?? Number.NaN;
      return {
        observedAt: chunk[place] ?? 0,
        receivedAt: chunk[place + 1] ?? 0,
        value: chunk[place + 2] ?? 0,
        flags: chunk[place + 3] ?? 0,
        newestSeq: Number.isNaN(seq) ? undefined : seq,
      };
    },
    takeChanged() {
      const taken = [...changed].map((chunk) => ({
        chunk,
        body: new Uint8Array(chunkOf(chunk * CHUNK_SERIES).slice().buffer),
      }));
      changed.clear();
      return taken;
    },
    markChanged(chunks) {
      for (const { chunk } of chunks) changed.add(chunk);
    },
  };
}
