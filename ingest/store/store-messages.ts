/**
 * What the store's door and its worker thread say to each other. Columns and points cross as typed
 * arrays whose memory is handed over, so that the main thread does nothing per row.
 */
import type { Instant } from "../../model/clock.ts";
import type { ReadingQuery, ReplaceBatch, StoreBatch, StoreState } from "./reading-store.ts";

/** Everything the worker needs to know; the door fills in the defaults. */
export interface StoreSettings {
  directory: string;
  /** Threads that work on one statement; more than one costs more CPU in all. */
  threads: number;
  memoryBytesMax: number;
  /** The write-ahead log is folded into the file at this size. */
  walBytesMax: number;
  /** Commits begin at least so far apart, so that small batches share one. */
  commitPauseMs: number;
  /** Rows of one commit; a single larger batch is still one commit. */
  commitRowsMax: number;
  /** Rows of one sealed file. */
  partRowsMax: number;
  /** A day is sealed so long after its end. */
  sealDelayMs: number;
  /** A sealed day is sealed anew when its late rows are this many and this share of it. */
  lateRowsMin: number;
  lateShareMin: number;
  /** No row goes sooner: so long is a repeated reading known. */
  identityDays: number;
  /** A query that runs longer is given up. */
  queryMsMax: number;
}

export interface LookupKeys {
  seriesId: Int32Array;
  key: Float64Array;
  isSeq: Uint8Array;
}

export interface PointColumns {
  seriesId: number;
  at: Float64Array<ArrayBuffer>;
  value: Float64Array<ArrayBuffer>;
  /** Of raw points; of buckets none. */
  flags: Uint16Array<ArrayBuffer>;
  truncated: boolean;
}

export interface Totals {
  rows: number;
  bytes: number;
  sealedDays: number;
}

export interface MaintainReport extends Totals {
  sealedRows: number;
  sealedSeconds: number;
  /** Rows whose key was in the store already; the first one stands. */
  duplicates: number;
  droppedRows: number;
}

/** What is asked, and what is answered; NaN in a lookup's answer means nothing stands there. */
export interface Conversation {
  open: { ask: StoreSettings; answer: { state: StoreState; totals: Totals } };
  append: { ask: StoreBatch; answer: undefined };
  replace: { ask: ReplaceBatch; answer: undefined };
  lookup: { ask: LookupKeys; answer: Float64Array<ArrayBuffer> };
  query: { ask: ReadingQuery; answer: PointColumns[] };
  maintain: { ask: Instant; answer: MaintainReport };
  size: { ask: undefined; answer: Totals };
  close: { ask: undefined; answer: undefined };
}

export type Kind = keyof Conversation;

export type ToWorker = {
  [K in Kind]: { kind: K; id: number; ask: Conversation[K]["ask"] };
}[Kind];

export type FromWorker =
  | { kind: "answered"; id: number; answer: Conversation[Kind]["answer"] }
  | { kind: "committed"; ids: number[]; rows: number; seconds: number }
  /** `isFatal`: nothing more is committed until the store is opened again. */
  | { kind: "refused"; ids: number[]; text: string; isFatal: boolean }
  | { kind: "log"; level: "info" | "warn" | "error"; text: string; about: Record<string, unknown> };
