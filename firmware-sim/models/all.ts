/** The five device models by class, and which faults each of them can show. */
import { gasLine } from "./gas-line.ts";
import { manholeCover } from "./manhole-cover.ts";
import type { DeviceModel } from "./model.ts";
import { sewagePlant } from "./sewage-plant.ts";
import { streetlight } from "./streetlight.ts";
import { wasteBin } from "./waste-bin.ts";

export const DEVICE_CLASSES = [
  "streetlight",
  "manhole-cover",
  "waste-bin",
  "gas-line",
  "sewage-plant",
] as const;
export type DeviceClass = (typeof DEVICE_CLASSES)[number];

const MODELS = {
  streetlight,
  "manhole-cover": manholeCover,
  "waste-bin": wasteBin,
  "gas-line": gasLine,
  "sewage-plant": sewagePlant,
} as const;

/** Each model keeps a state of its own shape, which only it reads again. */
export function modelOf(slug: DeviceClass): DeviceModel {
  return MODELS[slug] as unknown as DeviceModel;
}

/** Faults of the street by class. */
const CLASS_FAULTS: Record<DeviceClass, readonly string[]> = {
  streetlight: ["lamp-off", "day-burn", "pole-leakage", "pole-tilted", "feeder-outage"],
  "manhole-cover": ["cover-stolen", "cover-tilted", "cover-rattle", "sewer-surge", "sewer-gas"],
  "waste-bin": ["bin-full", "bin-fire", "bin-tipped", "bin-lid-open"],
  "gas-line": ["gas-leak", "pressure-low", "pressure-high", "valve-closed"],
  "sewage-plant": ["dosing-fault", "acid-inflow", "analyser-fault", "calibration", "over-range"],
};

/** Faults of sensors, clocks and links, for every class. */
const COMMON_FAULTS = [
  "sensor-stuck",
  "sensor-spike",
  "sensor-drift",
  "battery-low",
  "text-values",
  "clock-jump",
  "device-dead",
  "link-down",
] as const;

/** Carried by a whole group: the lamps of a cabinet, the devices of a gateway. */
export const GROUP_FAULTS: Readonly<Record<string, "feeder" | "gateway">> = {
  "feeder-outage": "feeder",
  "gateway-outage": "gateway",
};

export function faultsOf(slug: DeviceClass): readonly string[] {
  return [
    ...CLASS_FAULTS[slug],
    ...COMMON_FAULTS,
    ...(slug === "waste-bin" ? ["gateway-outage"] : []),
  ];
}

/** A device notices these itself and reports at once, when they begin and when they end. */
export const NOTICED_AT_ONCE: ReadonlySet<string> = new Set([
  "cover-stolen",
  "cover-tilted",
  "cover-rattle",
  "sewer-surge",
  "bin-fire",
  "bin-tipped",
  "gas-leak",
  "sewer-gas",
  "pole-leakage",
  "pole-tilted",
  "feeder-outage",
  "valve-closed",
]);
