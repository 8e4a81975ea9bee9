/**
 * One reading may stand at a key: its time, or its device's `seq` where the clock is no good (a
 * key space of its own). The first stands; a repeat is a duplicate, with another value a conflict.
 * A key newer than all before it is new without a look; an older one is looked up in the store,
 * which has everything before this batch, and among the rows of the batch itself.
 * A receipt is never a device's repeat, for a repeat has a receipt of its own: without clock and
 * seq every reading is new, and stands after all that its series has. That is settled here, in the
 * order of the journal, from rows alone, so that a replay settles it alike.
 */
import type { Instant } from "../model/clock.ts";
import type { DecodedValue, Flags, Verdict } from "../model/reading.ts";
import type { SeriesState } from "./series-table.ts";

/** A value with its flags settled, before it is known whether it is new. */
export interface Candidate {
  readonly decoded: DecodedValue;
  readonly series: SeriesState;
  /** The receipt until it is judged, where it stands by that. */
  observedAt: Instant;
  readonly receivedAt: Instant;
  readonly flags: Flags;
  /** `observedAt`, or the `seq` when `isSeq`. */
  key: number;
  readonly isSeq: boolean;
  /** It has neither a good time nor a seq. */
  readonly isByReceipt: boolean;
  /** Its place among the keys that were looked up; -1: none was needed. */
  readonly lookup: number;
  /** The row of its series before it in the batch; set when it stands. */
  previousRow: number;
}

export interface Identity {
  /** Forgets the rows of the batch before. */
  begin(): void;
  /** Says what the value is; where it is new, it stands from now on. */
  judge(candidate: Candidate, stored: number | undefined): Verdict;
}

/** Must the store be asked? To be answered before anything of the batch stands. */
export function needsLookup(series: SeriesState, key: number, isSeq: boolean): boolean {
  if (series.seriesId === 0) return false;
  if (isSeq) return key <= series.newestSeq;
  if (key !== series.newestKey) return key < series.newestKey;
  return Number.isNaN(series.newestKeyValue);
}

export function createIdentity(): Identity {
  let batch = 0;
  let rows: Candidate[] = [];
  const keysOf = new Map<SeriesState, Map<number, number>>();
  const seqsOf = new Map<SeriesState, Map<number, number>>();

  /** The keys of a series' rows in this batch; gathered when the first older key comes. */
  const batchKeys = (series: SeriesState): Map<number, number> => {
    const known = keysOf.get(series);
    if (known !== undefined) return known;
    const keys = new Map<number, number>();
    for (let row = rows[series.lastRow]; row !== undefined; row = rows[row.previousRow]) {
      keys.set(row.key, row.decoded.value);
    }
    keysOf.set(series, keys);
    return keys;
  };

  const knownValue = ({ series, key, isSeq }: Candidate): number | undefined => {
    if (isSeq) return seqsOf.get(series)?.get(key);
    if (key > series.newestKey) return undefined;
    if (key === series.newestKey) return orUnknown(series.newestKeyValue);
    const isBase = key === series.baseKey && !Number.isNaN(series.baseKeyValue);
    if (isBase) return series.baseKeyValue;
    return series.lastRow === -1 ? undefined : batchKeys(series).get(key);
  };

  const stand = (candidate: Candidate): void => {
    if (candidate.isByReceipt) putAfterAll(candidate);
    const { series, key, isSeq } = candidate;
    const { value } = candidate.decoded;
    if (isSeq) {
      const seqs = seqsOf.get(series) ?? new Map<number, number>();
      seqsOf.set(series, seqs.set(key, value));
      series.newestSeq = Math.max(series.newestSeq, key);
    } else {
      keysOf.get(series)?.set(key, value);
      candidate.previousRow = series.lastRow;
      series.lastRow = rows.push(candidate) - 1;
      if (key >= series.newestKey) {
        series.newestKey = key;
        series.newestKeyValue = value;
      }
    }
    if (candidate.observedAt < series.latestAt) return;
    series.latestAt = candidate.observedAt;
    series.latestReceivedAt = candidate.receivedAt;
    series.latestValue = value;
    series.latestFlags = candidate.flags;
  };

  return {
    begin() {
      batch += 1;
      rows = [];
      keysOf.clear();
      seqsOf.clear();
    },
    judge(candidate, stored) {
      const { series } = candidate;
      if (series.batch !== batch) {
        series.batch = batch;
        series.baseKey = series.newestKey;
        series.baseKeyValue = series.newestKeyValue;
        series.lastRow = -1;
      }
      const known = candidate.isByReceipt ? undefined : (stored ?? knownValue(candidate));
      if (known !== undefined) {
        return known === candidate.decoded.value ? "duplicate" : "conflict";
      }
      stand(candidate);
      return "new";
    },
  };
}

/**
 * A burst is received within a millisecond, and a clock may have been set back over a restart. Rows
 * that stand by their seq count, too: after a restart nothing tells them from the others.
 */
function putAfterAll(candidate: Candidate): void {
  const { series, receivedAt } = candidate;
  candidate.observedAt = Math.max(receivedAt, series.latestAt + 1);
  candidate.key = candidate.observedAt;
}

function orUnknown(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
