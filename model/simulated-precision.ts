/**
 * What the simulator's day says of the default rules at their first version, as a measure beside what
 * crews find: faults that each rule was the first to tell, and alarms of it that no fault explains.
 * Source: `npm run bench -- --only truth`, seed 7, labelled noise on (docs/performance.md, Against the
 * truth). A rule that is not here had nothing to find in it.
 */
import type { Precision } from "./rule-trust.ts";

export interface SimulatedPrecision
  extends Required<Pick<Precision, "trueCount" | "falseCount" | "precision">> {
  version: number;
}

const VERSION = 1;

/** True and false. */
const COUNTS: Readonly<Record<string, readonly [number, number]>> = {
  "gas-line.battery-low": [6, 0],
  "gas-line.ch4-leak": [11, 0],
  "gas-line.no-data": [11, 0],
  "gas-line.pressure-high": [16, 0],
  "gas-line.pressure-low": [16, 0],
  "gas-line.pressure-sensor": [4, 0],
  "gas-line.pressure-stuck": [3, 0],
  "gateway.silent": [2, 0],
  "lighting-cabinet.door-open": [4, 0],
  "lighting-cabinet.leakage": [4, 0],
  "lighting-cabinet.mains-lost": [1, 0],
  "manhole-cover.battery-low": [12, 0],
  "manhole-cover.ch4-leak": [12, 0],
  "manhole-cover.no-data": [14, 0],
  "manhole-cover.open": [11, 0],
  "manhole-cover.rattle": [8, 0],
  "manhole-cover.temperature-jump": [4, 0],
  "manhole-cover.tilt": [35, 2],
  "manhole-cover.water-high": [18, 0],
  "manhole-cover.water-probe": [8, 0],
  "pump-station.wet-well-high": [2, 0],
  "sewage-plant.cod-day": [1, 0],
  "sewage-plant.cod-stuck": [2, 0],
  "sewage-plant.ph-low": [6, 0],
  "sewage-plant.tp-day": [1, 0],
  "streetlight.dark": [11, 2],
  "streetlight.day-burn": [4, 0],
  "streetlight.leakage": [11, 0],
  "streetlight.no-data": [14, 0],
  "streetlight.pole-tilt": [8, 0],
  "streetlight.power-meter": [7, 0],
  "streetlight.voltage-drift": [2, 0],
  "streetlight.voltage-low": [0, 2],
  "waste-bin.battery-low": [6, 0],
  "waste-bin.fill-sensor": [8, 0],
  "waste-bin.fire": [12, 0],
  "waste-bin.full": [24, 0],
  "waste-bin.lid-open": [6, 0],
  "waste-bin.no-data": [6, 0],
  "waste-bin.tilt": [12, 0],
};

export const SIMULATED_RULES: readonly string[] = Object.keys(COUNTS);

/** Undefined where the simulator has no word on the rule. */
export function simulatedPrecision(ruleId: string): SimulatedPrecision | undefined {
  const counts = Object.hasOwn(COUNTS, ruleId) ? COUNTS[ruleId] : undefined;
  if (counts === undefined) return undefined;
  const [trueCount, falseCount] = counts;
  const precision = trueCount / (trueCount + falseCount);
  return { version: VERSION, trueCount, falseCount, precision };
}
