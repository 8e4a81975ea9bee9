/** The device models by class, and which faults each of them can show. */
import { gasLine } from "./gas-line.ts";
import { lightingCabinet } from "./lighting-cabinet.ts";
import { manholeCover } from "./manhole-cover.ts";
import type { DeviceModel } from "./model.ts";
import { pumpStation } from "./pump-station.ts";
import { sewagePlant } from "./sewage-plant.ts";
import { streetlight } from "./streetlight.ts";
import { wasteBin } from "./waste-bin.ts";

export const DEVICE_CLASSES = [
  "streetlight",
  "manhole-cover",
  "waste-bin",
  "gas-line",
  "sewage-plant",
  "lighting-cabinet",
  "pump-station",
] as const;
export type DeviceClass = (typeof DEVICE_CLASSES)[number];

const MODELS = {
  streetlight,
  "manhole-cover": manholeCover,
  "waste-bin": wasteBin,
  "gas-line": gasLine,
  "sewage-plant": sewagePlant,
  "lighting-cabinet": lightingCabinet,
  "pump-station": pumpStation,
} as const;

/** Each model keeps a state of its own shape, which only it reads again. */
export function modelOf(slug: DeviceClass): DeviceModel {
  return MODELS[slug] as unknown as DeviceModel;
}

/** Faults of the street by class. */
const CLASS_FAULTS: Record<DeviceClass, readonly string[]> = {
  streetlight: ["lamp-off", "day-burn", "pole-leakage", "pole-tilted", "feeder-outage"],
  "manhole-cover": [
    "cover-stolen",
    "cover-tilted",
    "cover-rattle",
    "sewer-surge",
    "sewer-gas",
    "pump-failure",
  ],
  "waste-bin": ["bin-full", "bin-fire", "bin-tipped", "bin-lid-open"],
  "gas-line": ["gas-leak", "pressure-low", "pressure-high", "valve-closed"],
  "sewage-plant": ["dosing-fault", "acid-inflow", "analyser-fault", "calibration", "over-range"],
  "lighting-cabinet": ["door-open", "leakage"],
  "pump-station": ["pump-stopped", "pump-clogged"],
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

/**
 * Carried by a whole group, by the field of its devices that names it: the lamps of a cabinet and the
 * cabinet's own device, the wells of a pump station and the station's, the devices of a gateway.
 */
export const GROUP_FAULTS: Readonly<
  Record<string, "feederAssetId" | "stationAssetId" | "gatewayId">
> = {
  "feeder-outage": "feederAssetId",
  "pump-failure": "stationAssetId",
  "gateway-outage": "gatewayId",
};

/** Off line while it lasts; what was measured comes later, in one go. */
export const OFF_LINE: ReadonlySet<string> = new Set(["link-down", "gateway-outage"]);

/** What labelled noise is made of, for every class; a plant's logger repeats nothing. */
const COMMON_NOISE = [
  "sensor-noisy",
  "sensor-drift",
  "sensor-stuck",
  "sensor-spike",
  "clock-jump",
  "radio-loss",
  "link-down",
] as const;
const CLASS_NOISE: Partial<Record<DeviceClass, readonly string[]>> = {
  "manhole-cover": ["truck-over-cover"],
  streetlight: ["voltage-sag"],
  "lighting-cabinet": ["voltage-sag"],
  "waste-bin": ["gateway-outage"],
};

export function noiseOf(slug: DeviceClass): readonly string[] {
  return [
    ...COMMON_NOISE,
    ...(slug === "sewage-plant" ? [] : ["duplicates"]),
    ...(CLASS_NOISE[slug] ?? []),
  ];
}

export function faultsOf(slug: DeviceClass): readonly string[] {
  return [
    ...CLASS_FAULTS[slug],
    ...COMMON_FAULTS,
    ...(slug === "waste-bin" ? ["gateway-outage"] : []),
  ];
}

/** A device notices these itself and reports at once, when they begin and when they end. */
const NOTICED_AT_ONCE: Record<DeviceClass, readonly string[]> = {
  streetlight: ["pole-leakage", "pole-tilted", "voltage-sag"],
  "manhole-cover": [
    "cover-stolen",
    "cover-tilted",
    "cover-rattle",
    "sewer-surge",
    "sewer-gas",
    "truck-over-cover",
  ],
  "waste-bin": ["bin-fire", "bin-tipped"],
  "gas-line": ["gas-leak", "valve-closed"],
  "sewage-plant": [],
  "lighting-cabinet": ["feeder-outage", "leakage", "door-open", "voltage-sag"],
  "pump-station": ["pump-failure", "pump-stopped"],
};

export function isNoticedAtOnce(slug: DeviceClass, what: string): boolean {
  return NOTICED_AT_ONCE[slug].includes(what);
}
