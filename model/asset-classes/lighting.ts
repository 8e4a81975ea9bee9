/** What lamps and their cabinets have in common: the hours of the night and the mains voltage. */
import { MINUTE_MS } from "../clock.ts";
import { above, below, type RuleDeclaration } from "./declare-class.ts";

/** Surely night in every season. */
export const LIGHTING_WINDOW = { from: "19:30", to: "05:00" } as const;

/** `lowDuring`: where the voltage is away at other hours, rightly. */
export function voltageRules(lowDuring?: typeof LIGHTING_WINDOW): RuleDeclaration[] {
  return [
    {
      name: "voltage-low",
      title: { zh: "电压偏低", en: "Voltage low" },
      condition: below("voltageV", 198, 202),
      ...(lowDuring === undefined ? {} : { during: lowDuring }),
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "GB/T 12325: 220 V −10 %",
    },
    {
      name: "voltage-high",
      title: { zh: "电压偏高", en: "Voltage high" },
      condition: above("voltageV", 235, 232),
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "GB/T 12325: 220 V +7 %",
    },
  ];
}
