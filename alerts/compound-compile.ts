/**
 * A compound condition as data and in the form in which it is run: the series that it reads, its
 * quantities taken from the asset, its tests with levels ready to compare.
 */
import type { DurationMs } from "../model/clock.ts";
import type { Period } from "../model/reading.ts";
import type { Quantity, Rule, Term, Test } from "../model/rule.ts";
import type { CompiledTerm, CompiledTest, Source } from "./compound.ts";
import type { Levels } from "./levels.ts";
import { PERIOD_MS } from "./signals.ts";

export type Compound = Extract<Rule["condition"], { kind: "compound" }>;
type LimitTest = Extract<Test, { kind: "limit" }>;

/** Not heard for so many report periods a device, or a value, is missed. */
export const REPORT_PERIODS_MISSED = 3;

/** How old a value may be where its rule does not say. */
export function usualHeldMs(reportPeriodMs: DurationMs, period: Period): DurationMs {
  return REPORT_PERIODS_MISSED * Math.max(reportPeriodMs, PERIOD_MS[period]);
}

/** Every test with its place in the condition: `when.all[0].not`. */
export function testsOf(term: Term, path = "when"): { test: Test; path: string }[] {
  if ("all" in term) return term.all.flatMap((each, n) => testsOf(each, `${path}.all[${n}]`));
  if ("any" in term) return term.any.flatMap((each, n) => testsOf(each, `${path}.any[${n}]`));
  if ("not" in term) return testsOf(term.not, `${path}.not`);
  return [{ test: term, path }];
}

/** What its tests look up, both sides of each. */
export function sourcesIn(term: CompiledTerm): Source[] {
  switch (term.kind) {
    case "all":
    case "any":
      return term.terms.flatMap(sourcesIn);
    case "not":
      return sourcesIn(term.term);
    case "test":
      return term.against === undefined ? [term.source] : [term.source, term.against.source];
  }
}

export function sourcesOf({ when, heldMs }: Compound): Source[] {
  return sourcesIn(compiledTerm(when, heldMs));
}

/** Quantities become numbers; nothing where one is not known. The same condition where it has none. */
export function boundCompound(
  condition: Compound,
  numberOf: (quantity: Quantity) => number | undefined,
): Compound | undefined {
  const limits = testsOf(condition.when).flatMap(({ test }) =>
    test.kind === "limit" ? [test] : [],
  );
  const levels = limits.flatMap(({ raise, clear }) => [raise, clear]);
  if (levels.every((level) => typeof level === "number")) return condition;
  if (levels.some((level) => numberOf(level) === undefined)) return undefined;
  const bound = (test: LimitTest): LimitTest => ({
    ...test,
    raise: numberOf(test.raise) ?? Number.NaN,
    clear: numberOf(test.clear) ?? Number.NaN,
  });
  return {
    ...condition,
    when: mapTests(condition.when, (test) => (test.kind === "limit" ? bound(test) : test)),
  };
}

function mapTests(term: Term, change: (test: Test) => Test): Term {
  if ("all" in term) return { all: term.all.map((each) => mapTests(each, change)) };
  if ("any" in term) return { any: term.any.map((each) => mapTests(each, change)) };
  if ("not" in term) return { not: mapTests(term.not, change) };
  return change(term);
}

export function compiledTerm(term: Term, heldMs: DurationMs | undefined): CompiledTerm {
  if ("all" in term) return { kind: "all", terms: term.all.map((on) => compiledTerm(on, heldMs)) };
  if ("any" in term) return { kind: "any", terms: term.any.map((on) => compiledTerm(on, heldMs)) };
  if ("not" in term) return { kind: "not", term: compiledTerm(term.not, heldMs) };
  return compiledTest(term, heldMs);
}

function compiledTest(test: Test, heldMs: DurationMs | undefined): CompiledTest {
  const against = test.kind === "limit" ? test.against : undefined;
  return {
    kind: "test",
    source: sourceOf(test, heldMs),
    levels: levelsOf(test),
    against:
      against === undefined ? undefined : { source: sourceOf(against, heldMs), as: against.as },
  };
}

function sourceOf(
  said: Pick<LimitTest, "measurement" | "period" | "signal" | "of"> | Exclude<Test, LimitTest>,
  heldMs: DurationMs | undefined,
): Source {
  const { measurement, period, of = "self" } = said;
  return { measurement, period, signal: "signal" in said ? said.signal : undefined, of, heldMs };
}

function levelsOf(test: Test): Levels {
  if (test.kind === "boolean") {
    return { isAbove: test.abnormalWhen, isInclusive: false, raise: [0.5], clear: [0.5] };
  }
  return {
    isAbove: test.direction === "above",
    isInclusive: test.inclusive,
    raise: [Number(test.raise)],
    clear: [Number(test.clear)],
  };
}
