/**
 * A telephone call about a case: who called when, and what was said. A list beside the case to which
 * lines are added and in which none is changed; who called is kept as long as who reported.
 */
import { z } from "zod";
import type { AlarmRecord } from "./alarm.ts";
import { Reporter } from "./case-report.ts";
import type { Instant } from "./clock.ts";

export const CallSaid = z.strictObject({
  name: Reporter.shape.name,
  phone: Reporter.shape.phone,
  text: z.string().trim().min(1).max(2000),
});
export type CallSaid = z.infer<typeof CallSaid>;

export interface CaseCall extends CallSaid {
  caseNo: string;
  /** Counted from 1 on each case. */
  seq: number;
  at: Instant;
  /** A user's name: who wrote it down. */
  by: string;
}

/** An earlier report under the same telephone number. */
export interface CallersReport {
  caseNo: string;
  at: Instant;
  name?: string;
  description?: string;
}

/** An alarm that stands near a place. */
export type NearAlarm = AlarmRecord & { distanceM: number };
