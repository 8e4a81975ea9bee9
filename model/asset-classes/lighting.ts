/** What lamps and their cabinets have in common: the hours of the night and the mains voltage. */
import { MINUTE_MS } from "../clock.ts";
import { above, atLeast, below, type RuleDeclaration } from "./declare-class.ts";

/** Surely night in every season. */
export const LIGHTING_WINDOW = { from: "19:30", to: "05:00" } as const;

/** Less than a tenth of 220 V is no supply at all: an outage, which other rules tell. */
const SUPPLIED_V = 22;

/** All readings of so long; two of a lamp's at the least. */
const STEADY = { kind: "window", fn: "max", overMs: 20 * MINUTE_MS, pointsMin: 2 } as const;

/** `lowDuring`: where the voltage is away at other hours, rightly. */
export function voltageRules(lowDuring?: typeof LIGHTING_WINDOW): RuleDeclaration[] {
  return [
    {
      name: "voltage-low",
      title: { zh: "电压偏低", en: "Voltage low" },
      condition: {
        kind: "compound",
        when: {
          all: [
            { ...below("voltageV", 198, 202), signal: STEADY },
            atLeast("voltageV", SUPPLIED_V, SUPPLIED_V),
          ],
        },
      },
      ...(lowDuring === undefined ? {} : { during: lowDuring }),
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source:
        "GB/T 12325: 220 V −10 %, in all readings of 20 min; GB/T 30137: a sag lasts a minute at most, and below a tenth it is an interruption",
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
