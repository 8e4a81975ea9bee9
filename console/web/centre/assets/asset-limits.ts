/**
 * The limits that rules hold a measurement of one asset against, as numbers: what an asset brings of
 * its own (the depth of a well) is filled in, and what is otherwise for it counts (alerts/rule-book).
 */
import type { AssetItem, RuleItem } from "../../shared/platform-types.ts";

type Condition = RuleItem["condition"];
type LimitCondition = Extract<Condition, { kind: "limit" }>;
type Quantity = LimitCondition["raise"];

export interface AssetLimit {
  ruleId: string;
  value: number;
  direction: "above" | "below";
  severity: RuleItem["severity"];
  title: RuleItem["title"];
}

/** Of the value itself, not of what a signal makes of its past. */
export function limitsFor(
  rules: readonly RuleItem[],
  asset: AssetItem,
  measurement: string,
): AssetLimit[] {
  return rules.flatMap((rule) => {
    const { condition, severity, enabled } = ruleOn(rule, asset);
    const isOn = enabled && rule.class === asset.class && has(asset, rule.attributes);
    if (!isOn || condition.kind !== "limit" || condition.measurement !== measurement) return [];
    if (condition.signal !== undefined) return [];
    const { direction, steps = [] } = condition;
    return [{ severity, raise: condition.raise }, ...steps].flatMap((step) => {
      const value = numberOf(step.raise, asset);
      if (value === undefined) return [];
      return [
        { ruleId: rule.ruleId, value, direction, severity: step.severity, title: rule.title },
      ];
    });
  });
}

/** The rule with what its overrides set for this asset, the later before the earlier. */
function ruleOn(rule: RuleItem, asset: AssetItem): RuleItem {
  const fitting = (rule.overrides ?? []).filter(
    ({ assetId, responsibleGrid, unitId, attributes }) =>
      (assetId === undefined || assetId === asset.assetId) &&
      (responsibleGrid === undefined || responsibleGrid === asset.responsibleGrid) &&
      (unitId === undefined || unitId === asset.maintenanceUnitId) &&
      has(asset, attributes),
  );
  return Object.assign({}, rule, ...fitting.map(({ set }) => set)) as RuleItem;
}

const has = (asset: AssetItem, wanted: RuleItem["attributes"] = {}): boolean =>
  Object.entries(wanted).every(([name, value]) => asset.attributes?.[name] === value);

function numberOf(quantity: Quantity, asset: AssetItem): number | undefined {
  if (typeof quantity === "number") return quantity;
  const own = asset.attributes?.[quantity.attribute];
  if (typeof own !== "number") return quantity.otherwise;
  return own * (quantity.times ?? 1) + (quantity.plus ?? 0);
}

/** What a bucket of a long span must keep: the side on which its limits lie. */
export function peakOf(limits: readonly AssetLimit[]): "max" | "min" | "mean" {
  const sides = new Set(limits.map(({ direction }) => direction));
  if (sides.size !== 1) return "mean";
  return sides.has("above") ? "max" : "min";
}
