/**
 * What is judged of a gateway: whether anything comes through it. A gateway is no asset and measures
 * nothing; it is written as a class so that its rule is data like every other.
 */
import type { AssetClass } from "./asset-class.ts";
import { RuleId } from "./ids.ts";

export const GATEWAY_CLASS: AssetClass = {
  slug: "gateway",
  title: { zh: "网关", en: "Gateway" },
  componentCategories: [],
  measurements: [],
  /** Told by the devices behind it. */
  reportPeriodMs: 1,
  rules: [
    {
      ruleId: RuleId.parse("gateway.silent"),
      version: 1,
      class: "gateway",
      title: { zh: "网关失联", en: "Gateway not heard" },
      condition: { kind: "no-data", afterMs: 0 },
      onDelayMs: 0,
      offDelayMs: 0,
      severity: "warning",
      enabled: true,
      lifeSafety: false,
      isDeviceFault: true,
      explains: [{ family: "silent", waitMs: 0 }],
      source:
        "own default: nothing through it for two report periods of the slowest device behind it, before three missed reports of each",
    },
  ],
  conditions: [],
  hazards: [],
  retentionDays: 1,
};
