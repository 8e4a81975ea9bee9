/**
 * Rules in the form in which they are run. Compiled once, every condition on a value is a limit
 * with a raise and a clear level; a reading finds its rules by measurement and period.
 * Judging a reading that breaks nothing allocates nothing.
 */
import type { AssetClass, Measurement } from "../model/asset-class.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/clock.ts";
import { isWithinDay, minuteOfDay, type TimeZone } from "../model/local-time.ts";
import {
  BAD_FLAGS,
  FLAG_BITS,
  type Period,
  type Reading,
  SUSPECT_FLAGS,
} from "../model/reading.ts";
import type { Asset } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import type { AlarmDelays } from "./alarm-machine.ts";

export type Verdict = "abnormal" | "normal" | "between" | "unknown";

export interface CompiledRule extends AlarmDelays {
  readonly rule: Rule;
  readonly conditionId: string | undefined;
}

export interface ValueRule extends CompiledRule {
  readonly measurement: string;
  readonly period: Period;
  readonly isAbove: boolean;
  readonly isInclusive: boolean;
  readonly raise: number;
  readonly clear: number;
  /** Past it a suspect value raises all the same; absent unless the rule is life safety. */
  readonly dangerousEnd: number | undefined;
  readonly hasHours: boolean;
}

interface SilenceRule extends CompiledRule {
  readonly afterMs: DurationMs;
}

/** The rules of a device: those of its asset's class that its asset's attributes let through. */
export interface RuleSet {
  readonly all: ReadonlyMap<string, CompiledRule>;
  readonly values: ReadonlyMap<string, { readonly [period in Period]?: readonly ValueRule[] }>;
  readonly silence: readonly SilenceRule[];
}

export interface RuleBook {
  /** One object for all assets with the same rules; empty for a plain component. */
  rulesFor(asset: Asset): RuleSet;
}

/** Silent for this many report periods: the device is missed. */
const REPORT_PERIODS_MISSED = 3;

/** History alone, or not the measured thing at all. */
const NOT_JUDGED_FLAGS = FLAG_BITS.late | BAD_FLAGS;

export function isJudged(reading: Reading): boolean {
  return (reading.flags & NOT_JUDGED_FLAGS) === 0;
}

export function evaluateRule(rule: ValueRule, reading: Reading): Verdict {
  if (rule.hasHours && !rule.isJudgedAt(reading.receivedAt)) return "unknown";
  const value = reading.value;
  if ((reading.flags & SUSPECT_FLAGS) !== 0) {
    const end = rule.dangerousEnd;
    if (end === undefined) return "unknown";
    return (rule.isAbove ? value > end : value < end) ? "abnormal" : "unknown";
  }
  if (rule.isAbove) {
    if (value > rule.raise || (rule.isInclusive && value === rule.raise)) return "abnormal";
    return value <= rule.clear ? "normal" : "between";
  }
  if (value < rule.raise || (rule.isInclusive && value === rule.raise)) return "abnormal";
  return value >= rule.clear ? "normal" : "between";
}

/** What must be measured to say anything about a filing condition. */
export function measurementsOf(rules: RuleSet, conditionId: string): string[] {
  return [...rules.values]
    .filter(([, byPeriod]) =>
      Object.values(byPeriod).some((ofPeriod) =>
        ofPeriod.some((rule) => rule.conditionId === conditionId),
      ),
    )
    .map(([measurement]) => measurement);
}

export function compileRules(classes: readonly AssetClass[], zone: TimeZone): RuleBook {
  const compiled = new Map(
    classes.map((each) => [
      each.slug,
      each.rules.filter((rule) => rule.enabled).map((rule) => compileRule(rule, each, zone)),
    ]),
  );
  const sets = new Map<string, RuleSet>();
  const none = indexRules([]);
  return {
    rulesFor(asset) {
      const ofClass = compiled.get(asset.class ?? "");
      if (ofClass === undefined) return none;
      const fitting = ofClass.filter(({ rule }) => fitsAttributes(rule, asset));
      const key = fitting.map(({ rule }) => rule.ruleId).join(" ");
      let set = sets.get(key);
      if (set === undefined) {
        set = indexRules(fitting);
        sets.set(key, set);
      }
      return set;
    },
  };
}

function fitsAttributes(rule: Rule, asset: Asset): boolean {
  return Object.entries(rule.attributes ?? {}).every(
    ([name, wanted]) => asset.attributes?.[name] === wanted,
  );
}

function compileRule(rule: Rule, ofClass: AssetClass, zone: TimeZone): ValueRule | SilenceRule {
  const common = {
    rule,
    conditionId: rule.conditionId,
    onDelayMs: rule.onDelayMs,
    offDelayMs: rule.offDelayMs,
    isJudgedAt: judgingHours(rule, zone),
  };
  const { condition } = rule;
  if (condition.kind === "no-data") {
    const afterMs = condition.afterMs || REPORT_PERIODS_MISSED * ofClass.reportPeriodMs;
    return { ...common, afterMs };
  }
  const level =
    condition.kind === "limit"
      ? {
          isAbove: condition.direction === "above",
          isInclusive: condition.inclusive,
          raise: condition.raise,
          clear: condition.clear,
        }
      : { isAbove: condition.abnormalWhen, isInclusive: false, raise: 0.5, clear: 0.5 };
  const range = ofClass.measurements.find(({ name }) => name === condition.measurement);
  return {
    ...common,
    ...level,
    measurement: condition.measurement,
    period: condition.period,
    dangerousEnd: rule.lifeSafety ? dangerousEnd(range, level.isAbove) : undefined,
    hasHours: rule.during !== undefined,
  };
}

function dangerousEnd(range: Measurement | undefined, isAbove: boolean): number | undefined {
  return isAbove ? range?.max : range?.min;
}

/** Remembers the last minute that was asked for, since readings come in order of time. */
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

function indexRules(rules: readonly (ValueRule | SilenceRule)[]): RuleSet {
  const values = new Map<string, { [period in Period]?: ValueRule[] }>();
  const silence: SilenceRule[] = [];
  for (const rule of rules) {
    if ("afterMs" in rule) {
      silence.push(rule);
      continue;
    }
    const ofMeasurement = values.get(rule.measurement) ?? {};
    values.set(rule.measurement, ofMeasurement);
    const ofPeriod = ofMeasurement[rule.period] ?? [];
    ofMeasurement[rule.period] = ofPeriod;
    ofPeriod.push(rule);
  }
  return { all: new Map(rules.map((rule) => [rule.rule.ruleId, rule])), values, silence };
}
