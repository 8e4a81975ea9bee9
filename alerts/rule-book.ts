/**
 * Rules in the form in which they are run, asset by asset: overrides applied, quantities taken from
 * the asset's attributes, levels and delays ready to compare. Compiled once for all assets that
 * come out alike; a reading finds its rules by measurement and period.
 */
import type { AssetClass, Measurement } from "../model/asset-class.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/clock.ts";
import { isWithinDay, minuteOfDay, type TimeZone } from "../model/local-time.ts";
import type { Asset } from "../model/registry.ts";
import type { Quantity, Rule, RuleOverride, Severity } from "../model/rule.ts";
import { boundCompound, compiledTerm, REPORT_PERIODS_MISSED } from "./compound-compile.ts";
import type { Levels } from "./levels.ts";
import { type LookedAt, lookedAtBy } from "./looked-at.ts";
import type { SomeRule } from "./rule-evaluation.ts";
import { indexRules, type RuleSet } from "./rule-set.ts";
import { depthOf } from "./signals.ts";

export { measurementsOf, type RuleSet } from "./rule-set.ts";

export interface RuleBook {
  /** One object for all assets with the same rules; empty for a plain component. */
  rulesFor(asset: Asset): RuleSet;
  /** The same, remembered while asset and rules stay: of what others lie below it is asked often. */
  rulesAbove(asset: Asset): RuleSet;
  rules(): readonly Rule[];
  rule(ruleId: string): Rule | undefined;
  /** Puts a rule in the place of the one with its id, or beside the others. */
  replace(rule: Rule): void;
}

/** Readings may come this much slower than the class's period and still count one after another. */
const COUNT_SLACK = 4;

export function createRuleBook(classes: readonly AssetClass[], zone: TimeZone): RuleBook {
  const classBySlug = new Map(classes.map((each) => [each.slug, each]));
  const rules = new Map(classes.flatMap((each) => each.rules).map((rule) => [rule.ruleId, rule]));
  const none = indexRules([], { reportPeriodMs: 0, lookedAt: [] });
  let compiled = new Map<string, SomeRule>();
  let sets = new Map<string, RuleSet>();
  let above = new WeakMap<Asset, RuleSet>();
  let byClass = new Map<string, readonly Rule[]>();
  /** By class, what rules of other assets look at. */
  let lookedAt = new Map<string, readonly LookedAt[]>();

  function rulesOf(slug: string): readonly Rule[] {
    let found = byClass.get(slug);
    if (found === undefined) {
      found = [...rules.values()].filter((rule) => rule.class === slug);
      byClass.set(slug, found);
    }
    return found;
  }

  function lookedAtIn(ofClass: AssetClass): readonly LookedAt[] {
    let found = lookedAt.get(ofClass.slug);
    if (found === undefined) {
      found = lookedAtBy(rules.values(), ofClass);
      lookedAt.set(ofClass.slug, found);
    }
    return found;
  }

  function compile(rule: Rule, asset: Asset, ofClass: AssetClass) {
    const [bound, key] = bind(rule, asset);
    if (bound === undefined) return undefined;
    let made = compiled.get(key);
    if (made === undefined) {
      made = compileRule(bound, ofClass, zone);
      compiled.set(key, made);
    }
    return { made, key };
  }

  const book: RuleBook = {
    rulesFor(asset) {
      const ofClass = classBySlug.get(asset.class ?? "");
      if (ofClass === undefined) return none;
      const fitting = [];
      for (const rule of rulesOf(ofClass.slug)) {
        const found = compile(rule, asset, ofClass);
        if (found !== undefined) fitting.push(found);
      }
      const key = [ofClass.slug, ...fitting.map((each) => each.key)].join(" ");
      let set = sets.get(key);
      if (set === undefined) {
        const { reportPeriodMs } = ofClass;
        set = indexRules(
          fitting.map(({ made }) => made),
          { reportPeriodMs, lookedAt: lookedAtIn(ofClass) },
        );
        sets.set(key, set);
      }
      return set;
    },
    rulesAbove(asset) {
      const set = above.get(asset) ?? book.rulesFor(asset);
      above.set(asset, set);
      return set;
    },
    rules: () => [...rules.values()],
    rule: (ruleId) => rules.get(ruleId as Rule["ruleId"]),
    replace(rule) {
      rules.set(rule.ruleId, rule);
      compiled = new Map();
      sets = new Map();
      above = new WeakMap();
      byClass = new Map();
      lookedAt = new Map();
    },
  };
  return book;
}

/** The rule as it binds this asset, with a key for all assets that it binds alike; or nothing. */
function bind(rule: Rule, asset: Asset): [Rule | undefined, string] {
  if (!hasAttributes(asset, rule.attributes)) return [undefined, ""];
  const fitting = (rule.overrides ?? []).filter((override) => meets(asset, override));
  // What is said later, and of fewer, goes before.
  const changed = fitting.reduce((before, { set }) => overridden(before, set), rule);
  if (!changed.enabled) return [undefined, ""];
  const bound = withNumbers(changed, asset);
  if (bound === undefined) return [undefined, ""];
  const isPlain = bound === rule;
  const key = isPlain
    ? rule.ruleId
    : `${rule.ruleId}:${JSON.stringify([bound.condition, bound.onDelayMs, bound.offDelayMs, bound.severity])}`;
  return [bound, key];
}

/** The rule with what an override sets. */
export function overridden(rule: Rule, set: RuleOverride["set"]): Rule {
  const { condition, onDelayMs, offDelayMs, severity, enabled } = set;
  return {
    ...rule,
    ...(condition === undefined ? {} : { condition }),
    ...(onDelayMs === undefined ? {} : { onDelayMs }),
    ...(offDelayMs === undefined ? {} : { offDelayMs }),
    ...(severity === undefined ? {} : { severity }),
    ...(enabled === undefined ? {} : { enabled }),
  };
}

function meets(asset: Asset, override: RuleOverride): boolean {
  const { assetId, responsibleGrid, unitId, attributes } = override;
  return (
    (assetId === undefined || assetId === asset.assetId) &&
    (responsibleGrid === undefined || responsibleGrid === asset.responsibleGrid) &&
    (unitId === undefined || unitId === asset.maintenanceUnitId) &&
    hasAttributes(asset, attributes)
  );
}

function hasAttributes(asset: Asset, wanted: Rule["attributes"]): boolean {
  return Object.entries(wanted ?? {}).every(([name, value]) => asset.attributes?.[name] === value);
}

/** Quantities become numbers; nothing where the asset lacks one. The same rule where it has none. */
function withNumbers(rule: Rule, asset: Asset): Rule | undefined {
  const { condition } = rule;
  if (condition.kind === "compound") {
    const bound = boundCompound(condition, (quantity) => numberOf(quantity, asset));
    if (bound === undefined || bound === condition) return bound && rule;
    return { ...rule, condition: bound };
  }
  if (condition.kind !== "limit") return rule;
  const pairs = [condition, ...(condition.steps ?? [])];
  if (pairs.every(({ raise, clear }) => typeof raise === "number" && typeof clear === "number")) {
    return rule;
  }
  const numbers = pairs.map(({ raise, clear }) => [numberOf(raise, asset), numberOf(clear, asset)]);
  if (numbers.some(([raise, clear]) => raise === undefined || clear === undefined))
    return undefined;
  const at = (index: number) => ({
    raise: numbers[index]?.[0] ?? Number.NaN,
    clear: numbers[index]?.[1] ?? Number.NaN,
  });
  const steps = condition.steps?.map((step, index) => ({ ...step, ...at(index + 1) }));
  return {
    ...rule,
    condition: { ...condition, ...at(0), ...(steps === undefined ? {} : { steps }) },
  };
}

function numberOf(quantity: Quantity, asset: Asset): number | undefined {
  if (typeof quantity === "number") return quantity;
  const own = asset.attributes?.[quantity.attribute];
  if (typeof own !== "number") return quantity.otherwise;
  return own * (quantity.times ?? 1) + (quantity.plus ?? 0);
}

function compileRule(rule: Rule, ofClass: AssetClass, zone: TimeZone): SomeRule {
  const { condition } = rule;
  const common = {
    rule,
    conditionId: rule.conditionId,
    onDelayMs: rule.onDelayMs,
    offDelayMs: rule.offDelayMs,
    isLatching: rule.latch === true,
    realarmMs: rule.realarmMs,
    isJudgedAt: judgingHours(rule, zone),
    severities: [rule.severity] as Severity[],
  };
  if (condition.kind === "no-data") {
    const afterMs = condition.afterMs || REPORT_PERIODS_MISSED * ofClass.reportPeriodMs;
    const byTransport = condition.afterMs === 0 ? ofClass.silenceMs : undefined;
    return { ...common, afterMs, byTransport, missing: condition.measurement };
  }
  if (condition.kind === "compound") {
    const when = compiledTerm(condition.when, condition.heldMs);
    return { ...common, when, hasHours: rule.during !== undefined };
  }
  if (condition.kind === "children") return { ...common, group: condition };
  const levels = levelsOf(condition);
  const range = ofClass.measurements.find(({ name }) => name === condition.measurement);
  const isLimit = condition.kind === "limit";
  const steps = isLimit ? (condition.steps ?? []) : [];
  return {
    ...common,
    severities: [rule.severity, ...steps.map((step) => step.severity)],
    levels,
    measurement: condition.measurement,
    isOfRange: condition.kind === "out-of-range",
    period: condition.period,
    signal: isLimit ? condition.signal : undefined,
    count: rule.count,
    dangerousEnd: rule.lifeSafety ? dangerousEnd(range, levels.isAbove) : undefined,
    hasHours: rule.during !== undefined,
    depthMs: depthMsOf(rule, ofClass),
  };
}

function depthMsOf({ condition, count }: Rule, ofClass: AssetClass): DurationMs {
  if (condition.kind === "limit" && condition.signal !== undefined)
    return depthOf(condition.signal);
  return count === undefined ? 0 : count.m * COUNT_SLACK * ofClass.reportPeriodMs;
}

type Compared = Exclude<Rule["condition"], { kind: "no-data" | "children" | "compound" }>;

/** Outside its range counts as 1, inside as 0. */
const YES: Levels = { isAbove: true, isInclusive: false, raise: [0.5], clear: [0.5] };

function levelsOf(condition: Compared): Levels {
  if (condition.kind === "out-of-range") return YES;
  if (condition.kind === "boolean") {
    return { isAbove: condition.abnormalWhen, isInclusive: false, raise: [0.5], clear: [0.5] };
  }
  const pairs = [condition, ...(condition.steps ?? [])];
  return {
    isAbove: condition.direction === "above",
    isInclusive: condition.inclusive,
    raise: pairs.map(({ raise }) => Number(raise)),
    clear: pairs.map(({ clear }) => Number(clear)),
  };
}

function dangerousEnd(range: Measurement | undefined, isAbove: boolean): number | undefined {
  return isAbove ? range?.max : range?.min;
}

function judgingHours(rule: Rule, zone: TimeZone): (at: Instant) => boolean {
  const { during } = rule;
  if (during === undefined) return () => true;
  const from = minuteOfDay(during.from);
  const to = minuteOfDay(during.to);
  let minuteAsked = Number.NaN;
  let isInside = false;
  return (at) => {
    const minute = Math.floor(at / MINUTE_MS);
    if (minute !== minuteAsked) {
      minuteAsked = minute;
      isInside = isWithinDay(zone.local(at).minuteOfDay, from, to);
    }
    return isInside;
  };
}
