/**
 * A number against the levels of a rule: which step of the ladder it reaches, and which it has not
 * let go of yet. Each step has a raise level and, on the safe side of it, a clear level.
 * The answer is one number, so that judging a reading allocates nothing.
 */

/** Step 1 is the rule's own severity; each further one is more severe. 0: none. */
export interface Levels {
  readonly isAbove: boolean;
  readonly isInclusive: boolean;
  readonly raise: readonly number[];
  readonly clear: readonly number[];
}

/** `reached * STEPS + kept`, or UNKNOWN. */
export type Judgement = number;

export const UNKNOWN: Judgement = -1;
export const NORMAL: Judgement = 0;
const STEPS = 16;
/** Of what has one step alone: reached, and not let go of yet. */
export const ABNORMAL: Judgement = STEPS + 1;
export const BETWEEN: Judgement = 1;

/** The highest step whose raise level is passed. */
export const reachedOf = (judgement: Judgement): number => Math.floor(judgement / STEPS);
/** The highest step whose clear level is still passed. */
export const keptOf = (judgement: Judgement): number => judgement % STEPS;

export const isAbnormal = (judgement: Judgement): boolean => judgement >= STEPS;

export type Verdict = "abnormal" | "normal" | "between" | "unknown";

/** Between is past the first clear level, but not past its raise level: what was stays. */
export function verdictOf(judgement: Judgement): Verdict {
  if (isAbnormal(judgement)) return "abnormal";
  if (judgement === UNKNOWN) return "unknown";
  return judgement === NORMAL ? "normal" : "between";
}

/** As it was before, where it cannot be abnormal. */
export const withoutReached = (judgement: Judgement): Judgement =>
  judgement < 0 ? judgement : keptOf(judgement);

export function judgeValue(levels: Levels, value: number): Judgement {
  const { isAbove, isInclusive, raise, clear } = levels;
  let reached = 0;
  let kept = 0;
  for (let step = 0; step < raise.length; step += 1) {
    const up = raise[step] as number;
    const down = clear[step] as number;
    if (isAbove) {
      if (value > up || (isInclusive && value === up)) reached = step + 1;
      if (value > down) kept = step + 1;
    } else {
      if (value < up || (isInclusive && value === up)) reached = step + 1;
      if (value < down) kept = step + 1;
    }
  }
  return reached * STEPS + Math.max(kept, reached);
}
