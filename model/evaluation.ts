/**
 * Evaluation (综合评价): what cases say of those who worked on them in a period. Counts and rates
 * bear the names of DOMAIN §4's terms in `cases/evaluation/indicators.ts`.
 */
import { z } from "zod";
import type { ChainFault } from "./audit.ts";
import type { CaseState } from "./case.ts";
import type { Instant } from "./clock.ts";
import type { TimeZone } from "./local-time.ts";
import type { Grade, GradeColour } from "./score-model.ts";

export const EvaluationSubject = z.enum(["unit", "area", "street", "grid", "crew", "position"]);
export type EvaluationSubject = z.infer<typeof EvaluationSubject>;

/** A span of local days. `to` is exclusive. */
export interface EvaluationPeriod {
  period: string;
  from: Instant;
  to: Instant;
}

/** Points taken off, with the cases that are the evidence of them. */
export interface DeductionMade {
  deductionId: string;
  points: number;
  count: number;
  caseNos: string[];
}

export interface EvaluationExtra {
  itemId: string;
  kind: "bonus" | "deduction";
  points: number;
  reason: string;
}

export interface EvaluationItem {
  subjectId: string;
  name?: string;
  /** Of a unit; of a crew that of its unit. */
  kind?: string;
  unitId?: string;
  peerGroup?: string;
  /** Counts, and rates from 0 up; null: the rate has nothing under its line. */
  indicators: Record<string, number | null>;
  /** Points by the model; null: there is nothing to judge. */
  basePoints: number | null;
  deductions: DeductionMade[];
  /** Bonus and deduction items that people recorded, the newest 20. */
  extras: EvaluationExtra[];
  /** The mean of third parties' marks, by name. */
  marks: Record<string, number>;
  score: number | null;
  grade: Grade | null;
  colour: GradeColour | null;
  /** From 1 within the peer group; ties share one. */
  rank: number | null;
  /** How many of the peer group are ranked. */
  rankedOf: number;
  /** Against the last period (环比); null where either has none. A rank that fell by one is 1. */
  change: EvaluationChange;
  /** Against the same period a year ago (同比), with the ranks of then. */
  changeOnLastYear: EvaluationChange;
}

export interface EvaluationChange {
  score: number | null;
  rank: number | null;
}

export interface Evaluation extends EvaluationPeriod {
  subject: EvaluationSubject;
  model: string;
  /** 0: as it was shipped. */
  modelVersion: number;
  /** Records from then on are not counted: the period's end, or now where it is not over. */
  asOf: Instant;
  /** A period that runs is compared with the same part of the others. */
  isOver: boolean;
  /** The history's records of the period, and of those it is compared with, are as they were written. */
  verified: boolean;
  /** The first that is not. */
  fault?: ChainFault;
  items: EvaluationItem[];
}

/** A case that is counted in a figure, as it stood when the figure was counted. */
export interface CountedCase {
  caseNo: string;
  /** How often it is counted; a case that was dispatched twice is two dispatches. */
  count: number;
  reportedAt: Instant;
  state: CaseState;
}

/** A page of the cases behind one figure, by their numbers. */
export interface CountedCases {
  asOf: Instant;
  /** The figure: all cases, each as often as it is counted. */
  total: number;
  items: CountedCase[];
  next?: string;
}

/** With its times as the API shows them; a command prints the same. */
export function evaluationView(
  evaluation: Evaluation,
  zone: Pick<TimeZone, "iso">,
): Omit<Evaluation, "from" | "to" | "asOf"> & Record<"from" | "to" | "asOf", string> {
  const { period, from, to, asOf, ...rest } = evaluation;
  return { period, from: zone.iso(from), to: zone.iso(to), asOf: zone.iso(asOf), ...rest };
}
