/**
 * Units of `model/` as Grafana names them. Grafana scales those it knows (1,200 W are 1.2 kW) and
 * writes `suffix:` units as they are. A test says when a unit of a measurement is missing here.
 */
import * as units from "@grafana/grafana-foundation-sdk/units";
import type { Measurement } from "../model/asset-class.ts";

export const GRAFANA_UNITS: Readonly<Record<string, string>> = {
  "": units.NoUnit,
  "°": units.Degrees,
  "%": units.Percent,
  "%LEL": "suffix: %LEL",
  "°C": units.Celsius,
  A: units.Ampere,
  cm: "suffix: cm",
  dB: units.Decibel,
  dBm: units.DecibelMilliWatt,
  g: units.GUnit,
  kg: "suffix: kg",
  kPa: units.Kilopascals,
  kWh: units.KiloWattHour,
  mA: units.MilliAmpere,
  "mg/L": "suffix: mg/L",
  "m³/h": "suffix: m³/h",
  NTU: "suffix: NTU",
  ppm: units.PartsPerMillion,
  V: units.Volt,
  W: units.Watt,
};

export const YES_NO = units.BoolYesNo;
export const COUNT = units.NoUnit;
export const SHARE = units.PercentUnit;
export const BYTES = units.BytesIEC;
export const MILLISECONDS = units.Milliseconds;
export const DAYS = units.Days;
export const HOURS = units.Hours;
export const PER_SECOND = "suffix: /s";

export function unitOf({ kind, unit }: Pick<Measurement, "kind" | "unit">): string {
  return kind === "boolean" ? YES_NO : (GRAFANA_UNITS[unit] ?? `suffix: ${unit}`);
}
