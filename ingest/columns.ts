/**
 * New readings as columns for the store: typed arrays made once a batch, of the size that the
 * batch may need at most, so that they can be handed to a worker without a copy.
 */
import type { Candidate } from "./identity.ts";
import type { ReadingColumns } from "./store/reading-store.ts";

export function newColumns(rowsMax: number): ReadingColumns {
  return {
    length: 0,
    seriesId: new Int32Array(rowsMax),
    observedAt: new Float64Array(rowsMax),
    receivedAt: new Float64Array(rowsMax),
    value: new Float64Array(rowsMax),
    flags: new Uint16Array(rowsMax),
  };
}

/** Adds a row; the series must have its id. */
export function addRow(columns: ReadingColumns, candidate: Candidate): void {
  const { decoded } = candidate;
  const row = columns.length;
  columns.length += 1;
  columns.seriesId[row] = candidate.series.seriesId;
  columns.observedAt[row] = candidate.observedAt;
  columns.receivedAt[row] = candidate.receivedAt;
  columns.value[row] = decoded.value;
  columns.flags[row] = candidate.flags;
  if (decoded.claimedAt !== undefined && decoded.claimedAt !== candidate.observedAt) {
    optional(columns, "claimedAt")[row] = decoded.claimedAt;
  }
  if (candidate.isSeq) optional(columns, "key")[row] = candidate.key;
  if (decoded.min !== undefined) optional(columns, "min")[row] = decoded.min;
  if (decoded.max !== undefined) optional(columns, "max")[row] = decoded.max;
  if (decoded.total !== undefined) optional(columns, "total")[row] = decoded.total;
}

function optional(
  columns: ReadingColumns,
  name: "claimedAt" | "key" | "min" | "max" | "total",
): Float64Array {
  const known = columns[name];
  if (known !== undefined) return known;
  const made = new Float64Array(columns.seriesId.length).fill(Number.NaN);
  columns[name] = made;
  return made;
}
