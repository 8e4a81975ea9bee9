/**
 * Is the ladder of a limit sense? Every clear level lies on the safe side of its raise level and
 * within the measurement's range, and each step further out and more severe than the one before,
 * without overlapping it.
 */
import type { Measurement } from "../model/asset-class.ts";
import { type Quantity, type Rule, Severity } from "../model/rule.ts";
import { type RuleFault, ruleFault } from "../model/rule-fault.ts";

type Limit = Extract<Rule["condition"], { kind: "limit" }>;

/** Levels that assets bring are checked by what they are otherwise. */
export function levelFaults(condition: Limit, path: string, measurement: Measurement): RuleFault[] {
  const faults: RuleFault[] = [];
  const sign = condition.direction === "above" ? 1 : -1;
  const pairs = [condition, ...(condition.steps ?? [])];
  for (const [index, { raise, clear }] of pairs.entries()) {
    const at = index === 0 ? path : `${path}.steps[${index - 1}]`;
    const [up, down] = [known(raise), known(clear)];
    const before = known(pairs[index - 1]?.raise);
    if (up !== undefined && down !== undefined && (up - down) * sign < 0) {
      const reason = sign > 0 ? "clear-at-most-raise" : "clear-at-least-raise";
      faults.push(ruleFault(`${at}.clear`, reason, { raise: up }, `${down}`));
    }
    if (condition.signal === undefined)
      faults.push(...rangeFaults(at, { raise: up, clear: down }, measurement));
    if (before !== undefined && up !== undefined && (up - before) * sign <= 0) {
      const reason = sign > 0 ? "above-step-before" : "below-step-before";
      faults.push(ruleFault(`${at}.raise`, reason, { raise: before }, `${up}`));
    } else if (before !== undefined && down !== undefined && (down - before) * sign < 0) {
      const reason = sign > 0 ? "clear-at-least-step" : "clear-at-most-step";
      faults.push(ruleFault(`${at}.clear`, reason, { raise: before }, `${down}`));
    }
  }
  return [...faults, ...severityFaults(condition, path)];
}

function rangeFaults(
  path: string,
  levels: { raise: number | undefined; clear: number | undefined },
  { min, max, unit }: Measurement,
): RuleFault[] {
  return Object.entries(levels).flatMap(([name, level]) => {
    if (level === undefined || (level >= min && level <= max)) return [];
    return [ruleFault(`${path}.${name}`, "within-range", { min, max, unit }, `${level}`)];
  });
}

function severityFaults({ steps = [] }: Limit, path: string): RuleFault[] {
  return steps.flatMap(({ severity }, index) => {
    const before = steps[index - 1]?.severity;
    if (before === undefined || rankOf(severity) > rankOf(before)) return [];
    const at = `${path}.steps[${index}].severity`;
    return [ruleFault(at, "severer-than-step", { severity: before }, severity)];
  });
}

/** The rule's own severity is that of the ladder's foot. `isOfRule`: it is what an override sets. */
export function firstStepFaults(
  { severity, condition }: Rule,
  at = "",
  isOfRule = false,
): RuleFault[] {
  const first = condition.kind === "limit" ? condition.steps?.[0]?.severity : undefined;
  if (first === undefined || rankOf(first) > rankOf(severity)) return [];
  if (isOfRule) {
    return [ruleFault(`${at}severity`, "milder-than-first-step", { severity: first }, severity)];
  }
  return [ruleFault(`${at}condition.steps[0].severity`, "severer-than-rule", { severity }, first)];
}

function rankOf(severity: Severity): number {
  return Severity.options.indexOf(severity);
}

function known(quantity: Quantity | undefined): number | undefined {
  return typeof quantity === "number" ? quantity : quantity?.otherwise;
}
