/**
 * What crews found of a rule's alarms, version by version, and what follows of it: whether the
 * cases of the rule still go out at once. A label is the last word of one case.
 */

/** Precision = true / (true + false): how often a crew found what the rule said. */
export interface Precision {
  /** Cases with a word: `trueCount + falseCount`. */
  labels: number;
  trueCount: number;
  falseCount: number;
  /** 0 to 1; absent without labels, as the interval is. */
  precision?: number;
  /** Wilson's score interval, 95 %. */
  interval?: { low: number; high: number };
}

/** Of one version of a rule. */
export interface VersionPrecision {
  version: number;
  all: Precision;
  /** The newest labels, by which the version is trusted or not. */
  recent: Precision;
  isDistrusted: boolean;
}

/** Of the version that stands. */
export interface RuleTrust {
  /** The newest labels, by which it is judged. */
  labels: number;
  precision?: number;
  /** The city's floor; 0: no rule is ever distrusted. */
  floor: number;
  isDistrusted: boolean;
  /** A new case of the rule goes to its crew at once; else it waits for review, or it opens none. */
  isImmediate: boolean;
}
