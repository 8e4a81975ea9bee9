/**
 * What rules look at on assets that are not their own: the series that the devices of a class keep
 * because a rule of the assets above or below wants them.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { Rule } from "../model/rule.ts";
import type { Source } from "./compound.ts";
import { sourcesOf } from "./compound-compile.ts";

export interface LookedAt {
  readonly ruleId: string;
  readonly source: Source;
}

/** Of a class, by all rules there are; what an override sets counts too. */
export function lookedAtBy(rules: Iterable<Rule>, ofClass: AssetClass): LookedAt[] {
  const found: LookedAt[] = [];
  for (const rule of rules) {
    for (const source of othersOf(rule)) {
      const isMeant = source.of === "parent" ? measures(ofClass, source) : isOf(source, ofClass);
      if (isMeant) found.push({ ruleId: rule.ruleId, source });
    }
  }
  return found;
}

/** Does it judge an asset by what others measure? */
export function looksAtOthers(rule: Rule): boolean {
  return othersOf(rule).length > 0 || conditionsOf(rule).some(isAmongNeighbours);
}

function isAmongNeighbours(condition: Rule["condition"]): boolean {
  if (condition.kind === "compound") {
    return sourcesOf(condition).some(({ signal }) => signal?.kind === "off-neighbours");
  }
  return condition.kind === "limit" && condition.signal?.kind === "off-neighbours";
}

function othersOf(rule: Rule): Source[] {
  return conditionsOf(rule)
    .flatMap((condition) => (condition.kind === "compound" ? sourcesOf(condition) : []))
    .filter(({ of }) => of !== "self");
}

function conditionsOf({ condition, overrides = [] }: Rule): Rule["condition"][] {
  return [condition, ...overrides.flatMap(({ set }) => set.condition ?? [])];
}

/** The class of a parent is not said: any that measures it. */
function measures({ measurements }: AssetClass, { measurement }: Source): boolean {
  return measurements.some(({ name }) => name === measurement);
}

function isOf({ of }: Source, { slug }: AssetClass): boolean {
  return typeof of === "object" && of.childrenOf === slug;
}
