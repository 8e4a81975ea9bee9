/**
 * The limits that the default rules of a class hold a measurement against, as lines to draw and as
 * words. Only limits of the value itself: rates, forecasts and rules that combine tests have none.
 */
import type { AssetClass, Measurement } from "../../model/asset-class.ts";
import type { Quantity, Rule } from "../../model/rule.ts";
import { type Limit, titleOf } from "../panel.ts";
import { SEVERITIES } from "../words.ts";

export interface RuleLimit extends Limit {
  rule: Rule;
  sign: "≥" | ">" | "≤" | "<";
}

export function ruleLimits({ rules }: AssetClass, { name }: Measurement): RuleLimit[] {
  return rules.flatMap((rule): RuleLimit[] => {
    const { condition, severity } = rule;
    if (condition.kind !== "limit" || condition.measurement !== name) return [];
    if (condition.signal !== undefined) return [];
    const sign = SIGNS[condition.direction][condition.inclusive ? 1 : 0];
    return [{ severity, raise: condition.raise }, ...(condition.steps ?? [])].flatMap((step) => {
      const value = numberOf(step.raise);
      return value === undefined
        ? []
        : [{ value, color: SEVERITIES[step.severity].color, rule, sign }];
    });
  });
}

const SIGNS = { above: [">", "≥"], below: ["<", "≤"] } as const;

/** A share of an asset's own attribute is a line only where the class says what counts without it. */
function numberOf(quantity: Quantity): number | undefined {
  return typeof quantity === "number" ? quantity : quantity.otherwise;
}

/** Rising, one for each value; of several at one value the most severe has its colour. */
export function linesOf(limits: readonly RuleLimit[]): Limit[] {
  const colors = Object.values(SEVERITIES).map(({ color }) => color);
  const bySeverity = [...limits].sort((a, b) => colors.indexOf(b.color) - colors.indexOf(a.color));
  const byValue = new Map(bySeverity.map(({ value, color }) => [value, color]));
  return [...byValue].map(([value, color]) => ({ value, color })).sort((a, b) => a.value - b.value);
}

export function limitText(limits: readonly RuleLimit[], unit: string): string {
  const parts = limits.map(({ sign, value, rule }) => `${titleOf(rule.title)} ${sign} ${value}`);
  return [...new Set(parts)].map((part) => `${part}${unit === "" ? "" : ` ${unit}`}`).join("; ");
}
