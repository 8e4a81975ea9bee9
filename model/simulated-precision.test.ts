import { expect, test } from "vitest";
import { ASSET_CLASSES } from "./asset-classes/all.ts";
import { GATEWAY_CLASS } from "./gateway-class.ts";
import { SIMULATED_RULES, simulatedPrecision } from "./simulated-precision.ts";

test("the simulator speaks of default rules at their first version alone", () => {
  const rules = [...ASSET_CLASSES, GATEWAY_CLASS].flatMap((each) => each.rules);
  const versions = new Map<string, number>(rules.map((rule) => [rule.ruleId, rule.version]));
  for (const ruleId of SIMULATED_RULES) {
    expect([ruleId, versions.get(ruleId)]).toEqual([ruleId, simulatedPrecision(ruleId)?.version]);
  }
});

test("a rule's share of what was true", () => {
  expect(simulatedPrecision("streetlight.dark")?.precision).toBeCloseTo(11 / 13);
  expect(simulatedPrecision("gateway.silent")?.precision).toBe(1);
  expect(simulatedPrecision("streetlight.voltage-low")).toMatchObject({ precision: 0 });
  for (const ruleId of ["none.such", "toString"])
    expect(simulatedPrecision(ruleId)).toBeUndefined();
});
