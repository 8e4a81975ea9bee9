/**
 * What is no sense in a rule: where, what was wanted and what was got. A page that speaks another
 * language says `wanted` by its `reason` and what fills it.
 */
import { filled, type Values } from "./template.ts";

export const RULE_WANTS = {
  class: "an asset class",
  measurement: "a measurement of class '{class}'",
  "any-measurement": "a measurement of any class",
  condition: "a filing condition of the class",
  family: "a family that a rule has",
  "id-of-class": "'{class}.' and a name",
  "limit-of-number": "'limit', since {measurement} is a number",
  "boolean-of-boolean": "'boolean', since {measurement} is one",
  "tests-at-most": "at most {max} tests",
  "test-of-itself": "a test of the asset itself, since its own readings are what it is judged with",
  "held-at-most": "at most {max}, {points} report periods",
  "parts-without-signal": "none, since of the parts the newest values are taken",
  "looks-back-at-most":
    "to look back on at most {max} readings; take a shorter time, or a period's means",
  "above-or-below": "'above' or 'below'",
  "clear-at-most-raise": "at most the raise level {raise}",
  "clear-at-least-raise": "at least the raise level {raise}",
  "within-range": "within the measurement's range, {min} to {max} {unit}",
  "above-step-before": "above the step before, {raise}",
  "below-step-before": "below the step before, {raise}",
  "clear-at-least-step":
    "at least the raise level of the step before, {raise}, so that severities do not overlap",
  "clear-at-most-step":
    "at most the raise level of the step before, {raise}, so that severities do not overlap",
  "severer-than-step": "more severe than the step before, {severity}",
  "severer-than-rule": "more severe than the rule itself, {severity}",
  "milder-than-first-step": "less severe than the first step, {severity}",
  "count-at-most": "at most m, {m}",
  "count-of-single-readings": "none, since the condition does not judge single readings",
  "single-readings-for-count": "one that judges single readings, since the rule counts {n} of {m}",
  "hours-of-silence": "none, since silence is counted at all hours",
  "readings-for-hours": "one that judges readings, since the rule judges from {from} to {to}",
  "hours-of-parts": "none, since the rules of those below have hours of their own",
  "life-safety-count": "none, since life safety is raised by the first reading",
  "life-safety-hours": "none, since life safety knows no hours",
  "life-safety-delay": "0, since life safety waits for nothing",
  "life-safety-signal": "none, since life safety is judged by each reading alone",
  "life-safety-compound":
    "one that judges single readings, since life safety is judged by each alone",
  "life-safety-family": "none, since life safety waits for nothing and nothing holds it",
  "life-safety-of-parts": "false, since it takes time until many are there",
  "device-fault-condition":
    "none, since a device fault opens a device-repair task and never a case",
  "device-fault-life-safety":
    "false, since a device fault opens a device-repair task and never a case",
  "gateway-silence": "no-data: of a gateway it is judged alone whether anything comes through it",
} as const;

export type RuleWant = keyof typeof RULE_WANTS;
export const RULE_WANT_NAMES = Object.keys(RULE_WANTS) as [RuleWant, ...RuleWant[]];

export interface RuleFault {
  path: string;
  wanted: string;
  got: string;
  nearest?: string;
  reason: RuleWant;
  values: Readonly<Record<string, string | number>>;
}

export const ruleFault = <Want extends RuleWant>(
  path: string,
  reason: Want,
  values: Values<(typeof RULE_WANTS)[Want]>,
  got: string,
): RuleFault => ({
  ...{ path, wanted: filled<string>(RULE_WANTS[reason], values).trim(), got },
  ...{ reason, values },
});
