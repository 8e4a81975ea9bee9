/**
 * What a case says of the rules that fired, and what their labels add up to. A crew that found
 * nothing says that the alarm was false; a repair that passed its check says that it was true; work
 * that is sent back takes the word back. Pure: the tables are `field-truth.ts`'s.
 */
import { NOTHING_FOUND } from "../model/case.ts";
import { LIMITS } from "../model/limits.ts";
import type { Precision } from "../model/rule-trust.ts";

/** `none`: whatever was said before no longer stands. */
export type FieldWord = "true" | "false" | "none";

export interface SaidOfCase {
  event: string;
  /** What was said with the event. */
  outcome?: string | undefined;
}

/** A rule that fell below the floor is trusted again so far above it, or at 1. */
export const TRUST_DEADBAND = 0.1;

/** Of the standard normal distribution, for 95 % on both sides. */
const Z_95 = 1.959_963_984_540_054;

/**
 * The word of one event; nothing where it says none. `crewOutcome` is what the crew's feedback
 * said: a check that passes after "nothing found" found nothing, too. A case that is voided for
 * another reason, a duplicate for instance, says nothing of its rule.
 */
export function wordOf(
  { event, outcome }: SaidOfCase,
  crewOutcome: string | undefined,
): FieldWord | undefined {
  switch (event) {
    case "feedback":
      return outcome === NOTHING_FOUND ? "false" : "none";
    case "void":
      return outcome === NOTHING_FOUND ? "false" : undefined;
    case "checkPass":
      return crewOutcome === NOTHING_FOUND ? "false" : "true";
    case "rework":
      return "none";
    default:
      return undefined;
  }
}

/** @param trueCount, falseCount whole numbers from 0 */
export function precisionOf(trueCount: number, falseCount: number): Precision {
  const labels = trueCount + falseCount;
  if (labels === 0) return { labels, trueCount, falseCount };
  const precision = trueCount / labels;
  return { labels, trueCount, falseCount, precision, interval: wilson(trueCount, labels) };
}

/**
 * Score interval of a share at 95 %, without correction for continuity: E. B. Wilson, "Probable
 * inference, the law of succession, and statistical inference", J. Am. Stat. Assoc. 22 (1927).
 */
export function wilson(hits: number, trials: number): { low: number; high: number } {
  const share = hits / trials;
  const square = Z_95 ** 2;
  const middle = share + square / (2 * trials);
  const half = Z_95 * Math.sqrt((share * (1 - share)) / trials + square / (4 * trials ** 2));
  const whole = 1 + square / trials;
  return {
    low: hits === 0 ? 0 : (middle - half) / whole,
    high: hits === trials ? 1 : (middle + half) / whole,
  };
}

/**
 * Is the version distrusted after these newest labels? With fewer than are wanted it stays as it
 * was. It falls below the floor and recovers a deadband above it, so that one case more or less
 * does not change it to and fro. A floor of 0 trusts every rule.
 */
export function isDistrustedAfter(
  wasDistrusted: boolean,
  recent: Pick<Precision, "labels" | "trueCount">,
  floor: number,
): boolean {
  if (floor === 0) return false;
  if (recent.labels < LIMITS.fieldLabelsMin) return wasDistrusted;
  const precision = recent.trueCount / recent.labels;
  return precision < (wasDistrusted ? Math.min(1, floor + TRUST_DEADBAND) : floor);
}
