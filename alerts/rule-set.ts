/**
 * The rules of an asset's devices, each where it is looked for: by the series that it judges, by
 * what it is a rule of; and what the devices must keep of their past for them.
 */
import type { DurationMs } from "../model/clock.ts";
import type { Period } from "../model/reading.ts";
import type { Signal } from "../model/rule.ts";
import type { CompoundRule, Source } from "./compound.ts";
import { sourcesIn, usualHeldMs } from "./compound-compile.ts";
import type { LookedAt } from "./looked-at.ts";
import {
  type ExplainingRule,
  type GroupRule,
  isGroupRule,
  type SilenceRule,
  type SomeRule,
  type ValueRule,
} from "./rule-evaluation.ts";
import { depthOf, PERIOD_MS } from "./signals.ts";

/** By measurement and period. */
export type BySeries<T> = ReadonlyMap<string, { readonly [period in Period]?: T }>;
export type SeriesTimes = BySeries<DurationMs>;

/** The rules of a device: those of its asset's class that bind its asset. */
export interface RuleSet {
  readonly all: ReadonlyMap<string, SomeRule>;
  readonly values: BySeries<readonly ValueRule[]>;
  /** By each series of their own asset that they look at. */
  readonly compounds: BySeries<readonly CompoundRule[]>;
  readonly silence: readonly SilenceRule[];
  /** Silence of one measurement, by that. */
  readonly missing: ReadonlyMap<string, readonly SilenceRule[]>;
  /** Judged by what lies below the asset. */
  readonly groups: readonly GroupRule[];
  /** Families that its rules' alarms belong to, and those below that they explain. */
  readonly families: ReadonlySet<string>;
  readonly explains: ReadonlyMap<string, readonly ExplainingRule[]>;
  /** How far back each series is remembered; absent: not at all. */
  readonly depths: SeriesTimes;
  /** Series whose newest value alone is kept, and how old it may be. */
  readonly held: SeriesTimes;
  /** Rules of other assets that look at this one's devices. */
  readonly lookedAtBy: ReadonlySet<string>;
  /** A reading may say something of more than itself: for compounds or others, or by coming at all. */
  readonly isWide: boolean;
}

export function indexRules(
  rules: readonly SomeRule[],
  { reportPeriodMs, lookedAt }: { reportPeriodMs: DurationMs; lookedAt: readonly LookedAt[] },
): RuleSet {
  const values = createBySeries<ValueRule[]>();
  const compounds = createBySeries<CompoundRule[]>();
  const missing = new Map<string, SilenceRule[]>();
  const silence: SilenceRule[] = [];
  const groups: GroupRule[] = [];
  const pasts = createPasts(reportPeriodMs);
  for (const rule of rules) {
    if (isGroupRule(rule)) groups.push(rule);
    else if ("when" in rule) {
      for (const source of sourcesIn(rule.when)) {
        if (source.of !== "self") continue;
        pasts.hold(source);
        const ofSeries = compounds.at(source, () => []);
        if (!ofSeries.includes(rule)) ofSeries.push(rule);
      }
    } else if ("afterMs" in rule) {
      if (rule.missing === undefined) silence.push(rule);
      else missing.set(rule.missing, [...(missing.get(rule.missing) ?? []), rule]);
    } else {
      values.at(rule, () => []).push(rule);
      if (rule.signal !== undefined || rule.count !== undefined) pasts.lookBack(rule);
    }
  }
  for (const { source } of lookedAt) pasts.hold(source);
  return {
    ...{ all: new Map(rules.map((rule) => [rule.rule.ruleId, rule])), silence, missing, groups },
    ...{ values: values.all, compounds: compounds.all, depths: pasts.depths, held: pasts.held },
    families: new Set(rules.flatMap(({ rule }) => rule.family ?? [])),
    explains: explainedBy(rules),
    isWide: pasts.held.size > 0 || missing.size > 0,
    lookedAtBy: new Set(lookedAt.map(({ ruleId }) => ruleId)),
  };
}

type SeriesName = { readonly measurement: string; readonly period: Period };

function createBySeries<T>() {
  const all = new Map<string, { [period in Period]?: T }>();
  return {
    all,
    at({ measurement, period }: SeriesName, make: () => T): T {
      const ofMeasurement = all.get(measurement) ?? {};
      all.set(measurement, ofMeasurement);
      const found = ofMeasurement[period] ?? make();
      ofMeasurement[period] = found;
      return found;
    },
    put({ measurement, period }: SeriesName, value: T): void {
      const ofMeasurement = all.get(measurement) ?? {};
      all.set(measurement, ofMeasurement);
      ofMeasurement[period] = value;
    },
  };
}

/** What the devices keep, each series as far back as the rule that looks farthest. */
function createPasts(reportPeriodMs: DurationMs) {
  const depths = createBySeries<DurationMs>();
  const held = createBySeries<DurationMs>();
  const most = (times: typeof depths, series: SeriesName, ms: DurationMs): void => {
    times.put(series, Math.max(times.all.get(series.measurement)?.[series.period] ?? 0, ms));
  };
  const lookBack = (
    series: SeriesName & { readonly signal: Signal | undefined; readonly depthMs: DurationMs },
  ): void => {
    const { measurement, period, signal, depthMs } = series;
    most(depths, series, depthMs);
    if (signal?.kind !== "valid-mean") return;
    if (signal.weight !== undefined) most(depths, { measurement: signal.weight, period }, depthMs);
    if (signal.span === "day") most(depths, { measurement, period: "day" }, depthMs);
  };
  return {
    depths: depths.all,
    held: held.all,
    lookBack,
    hold(source: Source): void {
      const { period, signal } = source;
      const heldMs = source.heldMs ?? usualHeldMs(reportPeriodMs, period);
      most(held, source, PERIOD_MS[period] + heldMs);
      if (signal !== undefined) lookBack({ ...source, depthMs: depthOf(signal) });
    },
  };
}

function explainedBy(rules: readonly SomeRule[]): RuleSet["explains"] {
  const explains = new Map<string, ExplainingRule[]>();
  const add = (family: string, rule: SomeRule, waitMs: DurationMs): void => {
    explains.set(family, [...(explains.get(family) ?? []), { rule, waitMs }]);
  };
  for (const rule of rules) {
    if (isGroupRule(rule)) add(rule.group.family, rule, rule.group.windowMs);
    for (const { family, waitMs } of rule.rule.explains ?? []) add(family, rule, waitMs);
  }
  return explains;
}

/** What must be measured to say anything about a filing condition. */
export function measurementsOf(rules: RuleSet, conditionId: string): string[] {
  const found = new Set<string>();
  for (const bySeries of [rules.values, rules.compounds]) {
    for (const [measurement, byPeriod] of bySeries) {
      const judging = Object.values(byPeriod).flat();
      if (judging.some((rule) => rule.conditionId === conditionId)) found.add(measurement);
    }
  }
  return [...found];
}
