/**
 * What goes wrong in the sensor and not in the street: a value that sticks, jumps, drifts, a battery
 * that ends. Changes what a model read, never its state. Pure.
 */
import { HOUR_MS, type Instant } from "../../model/clock.ts";
import type { Random } from "../random.ts";
import type { ActiveFault, Values } from "./model.ts";

const SPIKE_SHARE = 0.25;

/** `before` is what the device last sent before the fault began. */
export function applySensorFaults(
  values: Values,
  before: Values | undefined,
  faults: readonly ActiveFault[],
  random: Random,
  now: Instant,
): Values {
  let shown = values;
  for (const fault of faults) shown = applyOne(shown, before, fault, random, now);
  return shown;
}

function applyOne(
  values: Values,
  before: Values | undefined,
  fault: ActiveFault,
  random: Random,
  now: Instant,
): Values {
  const { measurement, value } = fault;
  switch (fault.what) {
    case "sensor-stuck":
      if (before === undefined) return values;
      if (measurement === undefined) return { ...before };
      return { ...values, [measurement]: before[measurement] ?? values[measurement] ?? 0 };
    case "sensor-spike":
      if (measurement === undefined || value === undefined) return values;
      return random.isLucky(SPIKE_SHARE) ? { ...values, [measurement]: value } : values;
    case "sensor-noisy": {
      const shown = measurement === undefined ? undefined : values[measurement];
      if (measurement === undefined || typeof shown !== "number") return values;
      return { ...values, [measurement]: Math.abs(shown + random.noise(value ?? 0)) };
    }
    case "sensor-drift": {
      const shown = measurement === undefined ? undefined : values[measurement];
      if (measurement === undefined || typeof shown !== "number") return values;
      const hours = (now - fault.since) / HOUR_MS;
      return { ...values, [measurement]: shown + hours * (value ?? 1) };
    }
    case "battery-low":
      return "batteryPercent" in values
        ? { ...values, batteryPercent: 4 + 10 * fault.size }
        : values;
    default:
      return values;
  }
}
