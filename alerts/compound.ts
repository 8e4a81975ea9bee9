/**
 * Several tests as one condition, in three values (Kleene): a test whose value is not known is
 * neither true nor false, and what the others do not settle is unknown. Every test is asked twice,
 * by its raise level and by its clear level; `not` exchanges the two, so that what is raised is
 * always kept. Pure; the values are handed in.
 */
import type { DurationMs } from "../model/clock.ts";
import { type Period, type Reading, SUSPECT_FLAGS } from "../model/reading.ts";
import type { Signal } from "../model/rule.ts";
import {
  ABNORMAL,
  BETWEEN,
  isAbnormal,
  type Judgement,
  judgeValue,
  type Levels,
  NORMAL,
  UNKNOWN,
} from "./levels.ts";
import type { CompiledRule } from "./rule-evaluation.ts";

export interface CompoundRule extends CompiledRule {
  readonly when: CompiledTerm;
  readonly hasHours: boolean;
}

/** A number that is looked up: of the asset itself, its parent, or its parts of a class together. */
export interface Source {
  readonly measurement: string;
  readonly period: Period;
  readonly signal: Signal | undefined;
  readonly of: "self" | "parent" | Parts;
  /** Older it is not known; absent: three report periods of the class that is looked at. */
  readonly heldMs: DurationMs | undefined;
}

export interface Parts {
  readonly childrenOf: string;
  readonly fn: "count" | "sum" | "mean" | "min" | "max";
  readonly shareMin?: number | undefined;
}

export type CompiledTerm =
  | CompiledTest
  | { readonly kind: "all" | "any"; readonly terms: readonly CompiledTerm[] }
  | { readonly kind: "not"; readonly term: CompiledTerm };

export interface CompiledTest {
  readonly kind: "test";
  readonly source: Source;
  readonly levels: Levels;
  /** The levels are so many times this number, or so much more than it. */
  readonly against: { readonly source: Source; readonly as: "times" | "plus" } | undefined;
}

/** Undefined where it is not known. */
export type LookUp = (source: Source) => number | undefined;

type Truth = boolean | undefined;

/** By the raise levels and by the clear levels: true is abnormal. */
interface Truths {
  readonly raised: Truth;
  readonly kept: Truth;
}

const TRUE: Truths = { raised: true, kept: true };
const HELD: Truths = { raised: false, kept: true };
const FALSE: Truths = { raised: false, kept: false };
const NOT_KNOWN: Truths = { raised: undefined, kept: undefined };

/** `reading` is the one that asks: a suspect one raises nothing and clears nothing. */
export function evaluateCompound(
  rule: CompoundRule,
  reading: Pick<Reading, "flags" | "receivedAt">,
  lookUp: LookUp,
): Judgement {
  if (rule.hasHours && !rule.isJudgedAt(reading.receivedAt)) return UNKNOWN;
  if ((reading.flags & SUSPECT_FLAGS) !== 0) return UNKNOWN;
  const { raised, kept } = truthsOf(rule.when, lookUp);
  if (raised === true) return ABNORMAL;
  if (kept === false) return NORMAL;
  return kept === true ? BETWEEN : UNKNOWN;
}

function truthsOf(term: CompiledTerm, lookUp: LookUp): Truths {
  switch (term.kind) {
    case "all":
      return allOf(term.terms, lookUp);
    case "any":
      return anyOf(term.terms, lookUp);
    case "not": {
      const { raised, kept } = truthsOf(term.term, lookUp);
      return { raised: opposite(kept), kept: opposite(raised) };
    }
    case "test":
      return testTruths(term, lookUp);
  }
}

function opposite(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

/** What is settled asks for no further value. */
function allOf(terms: readonly CompiledTerm[], lookUp: LookUp): Truths {
  let { raised, kept }: { raised: Truth; kept: Truth } = TRUE;
  for (const term of terms) {
    const next = truthsOf(term, lookUp);
    raised = both(raised, next.raised);
    kept = both(kept, next.kept);
    if (kept === false) return FALSE;
  }
  return { raised, kept };
}

function anyOf(terms: readonly CompiledTerm[], lookUp: LookUp): Truths {
  let { raised, kept }: { raised: Truth; kept: Truth } = FALSE;
  for (const term of terms) {
    const next = truthsOf(term, lookUp);
    raised = either(raised, next.raised);
    kept = either(kept, next.kept);
    if (raised === true) return TRUE;
  }
  return { raised, kept };
}

function both(a: Truth, b: Truth): Truth {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

function either(a: Truth, b: Truth): Truth {
  if (a === true || b === true) return true;
  return a === undefined || b === undefined ? undefined : false;
}

function testTruths({ source, levels, against }: CompiledTest, lookUp: LookUp): Truths {
  const value = lookUp(source);
  if (value === undefined) return NOT_KNOWN;
  if (against === undefined) return truthsAt(judgeValue(levels, value));
  const other = lookUp(against.source);
  if (other === undefined) return NOT_KNOWN;
  return truthsAt(judgeValue(movedLevels(levels, against.as, other), value));
}

function movedLevels(levels: Levels, as: "times" | "plus", other: number): Levels {
  const move = (level: number): number => (as === "times" ? level * other : level + other);
  return { ...levels, raise: levels.raise.map(move), clear: levels.clear.map(move) };
}

function truthsAt(judgement: Judgement): Truths {
  if (isAbnormal(judgement)) return TRUE;
  return judgement === BETWEEN ? HELD : FALSE;
}
