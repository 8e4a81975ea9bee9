/**
 * Is what a rule says of alarms above and below it sense? A danger to life waits for nobody, a gateway
 * has only its silence, and a family that no rule has is a slip of the pen.
 */
import type { AssetClass } from "../model/asset-class.ts";
import { GATEWAY_CLASS } from "../model/gateway-class.ts";
import type { Rule } from "../model/rule.ts";
import { type RuleFault, ruleFault } from "../model/rule-fault.ts";
import { unknownName } from "./condition-check.ts";

/** `standing`: the rules that are in force, whose families count as known. */
export function topologyFaults(rule: Rule, standing: readonly Rule[]): RuleFault[] {
  return [
    ...familyFaults(rule),
    ...gatewayFaults(rule),
    ...groupFaults(rule),
    ...unknownFamilies(rule, standing),
  ];
}

export function rulesOf(classes: readonly AssetClass[]): Rule[] {
  return classes.flatMap(({ rules }) => rules);
}

function familyFaults({ lifeSafety, family }: Rule): RuleFault[] {
  if (!lifeSafety || family === undefined) return [];
  return [ruleFault("family", "life-safety-family", {}, family)];
}

function gatewayFaults({ class: slug, condition }: Rule): RuleFault[] {
  if (slug !== GATEWAY_CLASS.slug || condition.kind !== "children") return [];
  return [ruleFault("condition.kind", "gateway-silence", {}, condition.kind)];
}

function groupFaults({ condition, lifeSafety, during }: Rule): RuleFault[] {
  if (condition.kind !== "children") return [];
  const faults: RuleFault[] = [];
  if (lifeSafety) faults.push(ruleFault("lifeSafety", "life-safety-of-parts", {}, "true"));
  if (during !== undefined) {
    faults.push(ruleFault("during", "hours-of-parts", {}, `${during.from} to ${during.to}`));
  }
  return faults;
}

function unknownFamilies(
  { condition, explains = [], family: own }: Rule,
  standing: readonly Rule[],
): RuleFault[] {
  const known = [...new Set([...standing.map(({ family }) => family), own])].flatMap(
    (family) => family ?? [],
  );
  const named = [
    ...(condition.kind === "children" ? [["condition.family", condition.family] as const] : []),
    ...explains.map(({ family }, index) => [`explains[${index}].family`, family] as const),
  ];
  return named
    .filter(([, family]) => !known.includes(family))
    .map(([path, family]) => unknownName(ruleFault(path, "family", {}, family), known));
}
