/**
 * A publication: the evaluation of one period that is over, kept as it was counted, so that a leader
 * can approve it (通报) and everybody can read it. What is counted again and differs is a further
 * edition; an edition's figures never change.
 */
import { z } from "zod";
import type { ChainFault } from "./audit.ts";
import type { Instant } from "./clock.ts";
import type { Evaluation, EvaluationItem, EvaluationPeriod } from "./evaluation.ts";
import type { LastPlace } from "./last-place.ts";
import type { NamedRenewal } from "./renewal.ts";

/** Length of its period. */
export const PublicationKind = z.enum(["day", "week", "month", "quarter", "year"]);
export type PublicationKind = z.infer<typeof PublicationKind>;

/** `approved`: everybody may read it; one edition of a period at most. */
export const PublicationState = z.enum(["draft", "approved", "withdrawn"]);
export type PublicationState = z.infer<typeof PublicationState>;

/** The period and the number of the edition: `2026-11.1`. */
export const PublicationId = z
  .string()
  .regex(/^[0-9QW-]{4,10}\.\d{1,4}$/, "a period and the number of its edition, as '2026-11.1'");

/** What a brief shows. */
export interface Brief {
  /** Of `subject` unit; of a day without points, scores and ranks. */
  units: Evaluation;
  /** Counts and rates of the whole area. */
  area: EvaluationItem["indicators"];
  /** Whom a rule of last places meets; of a month or a quarter alone. */
  lastPlaces: LastPlace[];
  /** The renewal list at the end of the period, its first; of a day none. */
  renewals: NamedRenewal[];
  /** Are there more of them? */
  hasMoreRenewals: boolean;
}

export interface Publication extends EvaluationPeriod {
  publicationId: string;
  kind: PublicationKind;
  /** From 1 within its period. */
  edition: number;
  /** Counts the changes of its state, from 1. */
  version: number;
  state: PublicationState;
  model: string;
  computedAt: Instant;
  /** The history's records that it was counted from are as they were written. */
  verified: boolean;
  /** The first that is not. */
  fault?: ChainFault;
  /** SHA-256 of the brief as it is kept, 64 hexadecimal digits. */
  hash: string;
  approvedBy?: string;
  approvedAt?: Instant;
  withdrawnBy?: string;
  withdrawnAt?: Instant;
  /** Why it was withdrawn. */
  reason?: string;
}

export interface PublicationDetails {
  publication: Publication;
  brief: Brief;
}
