/**
 * Does a reading show a fault? The level at which somebody with the standard in hand would say so, for
 * the ledger alone: how long an alarm takes counts from the first such reading. Written from the
 * standards and the makers' manuals, not from the platform's rules. Pure.
 */
import type { Weather } from "../weather.ts";
import type { DeviceClass } from "./all.ts";
import type { Attributes, Values } from "./model.ts";

interface Shown {
  slug: DeviceClass;
  values: Values;
  attributes: Attributes;
  weather: Weather;
}

type Test = (shown: Shown) => boolean;

const atLeast =
  (measurement: string, level: number): Test =>
  ({ values }) =>
    Number(values[measurement]) >= level;
const past =
  (measurement: string, level: number): Test =>
  ({ values }) =>
    Number(values[measurement]) > level;
const is =
  (measurement: string, value: boolean): Test =>
  ({ values }) =>
    values[measurement] === value;
/** Against a share of a number that the asset has; where it has none, of `otherwise`. */
const fromShare =
  (measurement: string, attribute: string, share: number, otherwise: number): Test =>
  ({ values, attributes }) =>
    Number(values[measurement]) >= Number(attributes[attribute] ?? otherwise) * share;
const isLow: Test = ({ values, attributes }) =>
  Number(values.pressureKpa) < Number(attributes.setPressureKpa ?? 200) * 0.9;
const isDarkAtNight: Test = ({ values, weather }) => weather.isLampTime && values.isLit === false;
const wellIsFull = fromShare("waterLevelCm", "depthCm", 0.8, 200);
const wetWellIsFull = fromShare("wetWellCm", "overflowCm", 0.8, 400);

const TELLING: Record<DeviceClass, Record<string, Test>> = {
  "manhole-cover": {
    "cover-stolen": (shown) => is("isOpen", true)(shown) || past("tiltDeg", 10)(shown),
    "cover-tilted": past("tiltDeg", 10),
    "cover-rattle": atLeast("vibrationG", 2),
    "sewer-surge": wellIsFull,
    "pump-failure": wellIsFull,
    "sewer-gas": atLeast("ch4LelPercent", 20),
  },
  streetlight: {
    "lamp-off": isDarkAtNight,
    "feeder-outage": isDarkAtNight,
    "day-burn": ({ values, weather }) => !weather.isLampTime && values.isLit === true,
    "pole-leakage": atLeast("leakageMa", 30),
    "pole-tilted": past("poleTiltDeg", 10),
  },
  "waste-bin": {
    "bin-fire": atLeast("temperatureC", 60),
    "bin-full": atLeast("fillPercent", 95),
    "bin-tipped": past("tiltDeg", 45),
    "bin-lid-open": is("isLidOpen", true),
  },
  "gas-line": {
    "gas-leak": atLeast("ch4LelPercent", 20),
    "pressure-low": isLow,
    "pressure-high": fromShare("pressureKpa", "setPressureKpa", 1.1, 200),
  },
  "sewage-plant": {
    "acid-inflow": ({ values, attributes }) =>
      attributes.point === "outlet" && (Number(values.ph) < 6 || Number(values.ph) > 9),
  },
  "lighting-cabinet": {
    "feeder-outage": is("isPowered", false),
    leakage: atLeast("leakageMa", 300),
    "door-open": is("doorOpen", true),
  },
  "pump-station": {
    "pump-stopped": wetWellIsFull,
    "pump-failure": wetWellIsFull,
  },
};

/** Of faults that no reading shows, as silence, never. */
export function isTelling(
  fault: { what: string; measurement?: string; value?: number },
  shown: Shown,
): boolean {
  if (fault.what === "battery-low") return Number(shown.values.batteryPercent) < 20;
  if (fault.what === "sensor-spike") {
    return fault.measurement !== undefined && shown.values[fault.measurement] === fault.value;
  }
  return TELLING[shown.slug][fault.what]?.(shown) ?? false;
}
