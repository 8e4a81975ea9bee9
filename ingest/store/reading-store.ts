/**
 * The contract of a place where readings live. A store takes batches in the order of the journal,
 * each durable together with the journal position up to which it is complete, and answers queries
 * without holding ingestion up. Every implementation passes `reading-store.contract.ts`.
 */
import type { DurationMs, Instant } from "../../model/clock.ts";
import type { Flags, Period } from "../../model/reading.ts";

/** A series: one measurement of one device in one period. Ids are given by ingest, from 1, dense. */
export interface Series {
  seriesId: number;
  deviceId: string;
  measurement: string;
  period: Period;
  /** Retention in days of the device's class when the series was first seen. */
  retentionDays: number;
}

/**
 * Rows as columns, so that a batch crosses to a worker without a copy. `length` rows are valid.
 * `append` takes the arrays' memory over: afterwards they are empty for whoever handed them in.
 * NaN stands for an absent min, max, total, claimedAt or key.
 */
export interface ReadingColumns {
  length: number;
  seriesId: Int32Array;
  /** Milliseconds since 1970, whole. */
  observedAt: Float64Array;
  receivedAt: Float64Array;
  value: Float64Array;
  flags: Uint16Array;
  /** Absent where no row of the batch has one. */
  claimedAt?: Float64Array;
  /** The identity key where it is not `observedAt`: the device's `seq` (clock flags). */
  key?: Float64Array;
  min?: Float64Array;
  max?: Float64Array;
  total?: Float64Array;
}

/** Values, counted as they leave the pipeline: journaled = stored + duplicate + conflict + putAside. */
export interface Ledger {
  journaled: number;
  stored: number;
  duplicate: number;
  conflict: number;
  putAside: number;
}

export interface StoreBatch {
  /** Series that no earlier batch named. */
  newSeries: Series[];
  columns: ReadingColumns;
  /** Added to the store's own ledger in the same commit. */
  ledger: Ledger;
  /** The journal position before which, with this batch, everything is in the store. */
  position: number;
}

/** Rows that are to stand from now on: of one key no more than one. */
export interface ReplaceBatch {
  /** Series that no earlier batch named. */
  newSeries: Series[];
  columns: ReadingColumns;
}

export interface NewestOfSeries extends Series {
  /** Newest by observedAt; a row whose clock was no good stands at its receipt. */
  observedAt: Instant;
  receivedAt: Instant;
  value: number;
  flags: Flags;
  /** No row of the series has a greater `seq` as its key; undefined: none has any. */
  newestSeq: number | undefined;
}

export interface StoreState {
  position: number;
  ledger: Ledger;
  /** Every series ever given an id, with its newest row; those without rows have observedAt 0. */
  series: NewestOfSeries[];
}

/** A key to look for: exactly one reading may stand at it. */
export interface IdentityKey {
  seriesId: number;
  /** `seq` when `isSeq`, else observedAt in ms. */
  key: number;
  isSeq: boolean;
}

export type Aggregate = "mean" | "min" | "max" | "first" | "last" | "sum" | "count" | "p50" | "p95";

export interface ReadingQuery {
  seriesIds: number[];
  /** Inclusive. */
  from: Instant;
  /** Exclusive. */
  to: Instant;
  /** Good readings only; else good and suspect. Bad ones are never answered in an aggregate. */
  goodOnly: boolean;
  /** Raw when absent. Buckets begin at multiples of `everyMs` counted from `originMs`. */
  bucket?: {
    fn: Aggregate;
    everyMs: DurationMs;
    /** For days, local midnight: offset of the zone at `from` is applied by the caller. */
    originMs: Instant;
  };
  pointsPerSeriesMax: number;
}

export interface SeriesPoints {
  seriesId: number;
  /** [ms since 1970, value], oldest first. */
  points: [number, number][];
  truncated: boolean;
}

/** A raw series as columns, oldest first: for who reads many. */
export interface SeriesColumns {
  seriesId: number;
  /** Milliseconds since 1970. */
  at: Float64Array;
  value: Float64Array;
  flags: Uint16Array;
  truncated: boolean;
}

export interface ReadingStore {
  /** Opens or makes the store; throws GridwardenError STORE_FAILED with the cure. */
  open(): Promise<StoreState>;
  /**
   * Takes the batch; settles when it and everything before it are durable. Calls may overlap:
   * batches are committed in the order of the calls, several in one commit where that is faster.
   * After a failure every call is refused with STORE_FAILED until `open()` is called again, which
   * answers the position to go on from. A batch behind the newest position is refused alone.
   * Answers how many values of these batches were put aside after all; the store's own ledger, which
   * the next `open()` answers, counts them so.
   */
  append(batch: StoreBatch): Promise<number>;
  /**
   * Puts the rows in the place of whatever stands at their keys, or nothing; durable when it
   * settles. Position and ledger stay as they are. Done twice, or half and then again, it is as if
   * done once. Sees every batch appended before the call.
   */
  replace(batch: ReplaceBatch): Promise<void>;
  /** The value that stands at each key, or undefined; sees every batch appended before the call. */
  lookup(keys: IdentityKey[]): Promise<(number | undefined)[]>;
  /** Sees every batch appended before the call. */
  query(query: ReadingQuery): Promise<SeriesPoints[]>;
  /** Good and suspect points with their flags, which tell them apart; sees what `query` sees. */
  queryColumns(
    query: Pick<ReadingQuery, "seriesIds" | "from" | "to" | "pointsPerSeriesMax">,
  ): Promise<SeriesColumns[]>;
  /**
   * Seals days that are over and drops what is past each series' retention, though nothing that is
   * younger than `LIMITS.identityDaysMin`; called from time to time.
   */
  maintain(now: Instant): Promise<void>;
  /** Bytes on disk and rows, for metrics. */
  size(): Promise<{ bytes: number; rows: number }>;
  close(): Promise<void>;
}
