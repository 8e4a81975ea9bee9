/** Decoding again: what is asked for, how far it has come, and what it did. */
import type { Instant } from "./clock.ts";
import type { DeadLetterReason } from "./errors.ts";

/** Whose uplinks are decoded again: exactly one of the three. */
export type RedecodingSelection =
  | { readonly deviceIds: readonly string[] }
  | { readonly decoderId: string }
  | { readonly format: string };

export type RedecodingState = "waiting" | "running" | "done" | "cancelled" | "failed";

/** Values by what became of them. */
export interface RedecodingCounts {
  /** That stood otherwise before. */
  replaced: number;
  /** Where nothing stood before. */
  added: number;
  /** That stand as they stood. */
  same: number;
  /** For whose measurement the device has no room. */
  refused: number;
}

export interface RedecodingFault {
  reason: DeadLetterReason;
  count: number;
  /** Of the first one. */
  text: string;
}

/** A measurement in a re-decoding. */
export interface RedecodedName {
  /** Of which devices: their decoder, or their format. */
  whose: string;
  measurement: string;
  /** Readings that came of it. */
  answered: number;
  /** Readings that stand of it at times at which something else came of the same device. */
  standing: number;
}

export interface Redecoding {
  redecodingId: string;
  selection: RedecodingSelection;
  /** Of receipt, inclusive. */
  from: Instant;
  /** Exclusive. */
  to: Instant;
  state: RedecodingState;
  madeAt: Instant;
  by: string;
  /** Numbers of raw uplinks: where it began, the next one, and the one before which it ends. */
  first: number;
  next: number;
  end: number;
  /** Uplinks of the period that were read. */
  uplinks: number;
  counts: RedecodingCounts;
  faults: RedecodingFault[];
  names: RedecodedName[];
  endedAt: Instant | undefined;
  /** Why it waits, or failed. */
  fault: string | undefined;
}

/** What became of dead letters that were tried again. */
export interface RetryReport {
  /** Letters. */
  tried: number;
  left: number;
  /** Whose bytes are not all kept. */
  notKept: number;
  values: { stored: number; duplicate: number; conflict: number; refused: number };
  /** Where the next call goes on; absent: those were all. */
  next?: string;
}
