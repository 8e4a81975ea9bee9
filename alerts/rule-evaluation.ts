/**
 * One rule on one reading: how the number that the rule looks at stands to its levels. Pure; the
 * recent past of the device is handed in. Judging a reading that breaks nothing allocates nothing.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { DurationMs } from "../model/clock.ts";
import {
  BAD_FLAGS,
  FLAG_BITS,
  type Flags,
  type Period,
  type Reading,
  SUSPECT_FLAGS,
} from "../model/reading.ts";
import type { Device } from "../model/registry.ts";
import type { Rule, Severity, Signal } from "../model/rule.ts";
import type { AlarmDelays } from "./alarm-states.ts";
import type { CompoundRule } from "./compound.ts";
import {
  isAbnormal,
  type Judgement,
  judgeValue,
  type Levels,
  UNKNOWN,
  withoutReached,
} from "./levels.ts";
import { type SignalContext, signalValue } from "./signals.ts";

export interface CompiledRule extends AlarmDelays {
  readonly rule: Rule;
  readonly conditionId: string | undefined;
  /** By step of the ladder, from 1. */
  readonly severities: readonly Severity[];
}

export interface ValueRule extends CompiledRule {
  readonly measurement: string;
  readonly period: Period;
  readonly levels: Levels;
  /** What is made of the recent past; absent: the reading's own value counts. */
  readonly signal: Signal | undefined;
  readonly count: { readonly n: number; readonly m: number } | undefined;
  /** Judges whether the value is within the measurement's range, not the value. */
  readonly isOfRange: boolean;
  /** Past it a suspect value raises all the same; absent unless the rule is life safety. */
  readonly dangerousEnd: number | undefined;
  readonly hasHours: boolean;
  /** How far back it looks; 0: not at all. */
  readonly depthMs: DurationMs;
}

export interface SilenceRule extends CompiledRule {
  readonly afterMs: DurationMs;
  /** In its place for a device with this transport. */
  readonly byTransport: AssetClass["silenceMs"];
  /** The measurement that is missed while the device is heard; absent: the device itself. */
  readonly missing: string | undefined;
}

/** How long a device may say nothing, or not this. */
export function silentAfterMs(rule: SilenceRule, transport: Device["transport"]): DurationMs {
  return (transport === undefined ? undefined : rule.byTransport?.[transport]) ?? rule.afterMs;
}

/** Judges how many below share a fault, not a reading. */
export interface GroupRule extends CompiledRule {
  readonly group: Extract<Rule["condition"], { kind: "children" }>;
}

/** A rule whose alarm explains those of a family below. */
export interface ExplainingRule {
  readonly rule: SomeRule;
  readonly waitMs: DurationMs;
}

export type SomeRule = ValueRule | SilenceRule | GroupRule | CompoundRule;

/** Can its alarm be the cause of others below? */
export function isExplaining(rule: CompiledRule): boolean {
  return isGroupRule(rule) || rule.rule.explains !== undefined;
}

export function isSilenceRule(rule: CompiledRule): rule is SilenceRule {
  return "afterMs" in rule;
}

export function isGroupRule(rule: CompiledRule): rule is GroupRule {
  return "group" in rule;
}

/** History alone, or not the measured thing at all. */
const NOT_JUDGED_FLAGS = FLAG_BITS.late | BAD_FLAGS;
/** Neither bad nor doubtful: part of the recent past, however late it came. */
const NOT_REMEMBERED_FLAGS = BAD_FLAGS | SUSPECT_FLAGS;

export function isJudged(reading: Reading): boolean {
  return (reading.flags & NOT_JUDGED_FLAGS) === 0;
}

export function isRemembered(reading: Pick<Reading, "flags">): boolean {
  return (reading.flags & NOT_REMEMBERED_FLAGS) === 0;
}

/** `past` must hold the reading already where the rule looks back. */
export function evaluateRule(rule: ValueRule, reading: Reading, past: SignalContext): Judgement {
  if (rule.hasHours && !rule.isJudgedAt(reading.receivedAt)) return UNKNOWN;
  if (rule.isOfRange) return judgeRange(rule, reading.flags);
  if ((reading.flags & SUSPECT_FLAGS) !== 0) return judgeSuspect(rule, reading.value);
  if (rule.signal !== undefined) return judgeSignal(rule, rule.signal, past);
  const judgement = judgeValue(rule.levels, reading.value);
  if (rule.count === undefined || !isAbnormal(judgement)) return judgement;
  return isOften(rule, rule.count, past) ? judgement : withoutReached(judgement);
}

/** A value that is suspect for another reason says nothing of its range. */
function judgeRange(rule: ValueRule, flags: Flags): Judgement {
  if ((flags & FLAG_BITS.range) !== 0) return judgeValue(rule.levels, 1);
  return (flags & SUSPECT_FLAGS) === 0 ? judgeValue(rule.levels, 0) : UNKNOWN;
}

function judgeSuspect(rule: ValueRule, value: number): Judgement {
  const end = rule.dangerousEnd;
  if (end === undefined || rule.signal !== undefined) return UNKNOWN;
  const isPastEnd = rule.levels.isAbove ? value > end : value < end;
  return isPastEnd ? judgeValue(rule.levels, value) : UNKNOWN;
}

function judgeSignal(rule: ValueRule, signal: Signal, past: SignalContext): Judgement {
  const number = signalValue(signal, rule, past);
  return number === undefined ? UNKNOWN : judgeValue(rule.levels, number);
}

/** Are `n` of the last `m` readings abnormal? */
function isOften(
  rule: ValueRule,
  { n, m }: { n: number; m: number },
  past: SignalContext,
): boolean {
  const history = past.history(rule.measurement, rule.period);
  if (history === undefined) return false;
  let found = 0;
  for (let index = Math.max(0, history.count - m); index < history.count; index += 1) {
    if (isAbnormal(judgeValue(rule.levels, history.value(index)))) found += 1;
  }
  return found >= n;
}
