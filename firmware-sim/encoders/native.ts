/**
 * The native MQTT format as a device's firmware writes it: topics and JSON bytes of readings. Values
 * are cut to what the sensor resolves. Written from the contract alone; shares nothing with whoever
 * reads it.
 */
import type { Instant } from "../../model/clock.ts";
import type { Values } from "../models/model.ts";

export interface Sample {
  /** The device's own clock. */
  observedAt: Instant;
  seq: number;
  values: Values;
  /** The firmware is confused and writes text where numbers belong. */
  isText?: boolean;
}

/** Digits after the point; what is not named has two. */
const DECIMALS: Record<string, number> = {
  tiltDeg: 1,
  waterLevelCm: 1,
  ch4LelPercent: 1,
  o2Percent: 2,
  coPpm: 1,
  vibrationG: 3,
  temperatureC: 1,
  powerW: 1,
  voltageV: 1,
  currentA: 3,
  powerFactor: 3,
  leakageMa: 1,
  energyKwh: 3,
  dimPercent: 0,
  poleTiltDeg: 1,
  fillPercent: 0,
  weightKg: 1,
  pressureKpa: 1,
  flowM3h: 1,
  batteryPercent: 0,
  rssiDbm: 0,
};

export function telemetryTopic(slug: string, deviceId: string): string {
  return `v1/${slug}/${deviceId}/telemetry`;
}

export function statusTopic(slug: string, deviceId: string): string {
  return `v1/${slug}/${deviceId}/status`;
}

export function commandTopic(slug: string, deviceId: string): string {
  return `v1/${slug}/${deviceId}/command`;
}

/** One sample is an object, several are an array in order of time. */
export function encodeTelemetry(samples: readonly Sample[]): Buffer {
  const elements = samples.map((sample) => ({
    observedAt: sample.observedAt,
    seq: sample.seq,
    values: sample.isText === true ? asText(sample.values) : rounded(sample.values),
  }));
  return Buffer.from(JSON.stringify(elements.length === 1 ? elements[0] : elements));
}

function rounded(values: Values): Values {
  const shown: Values = {};
  for (const [name, value] of Object.entries(values)) {
    shown[name] = typeof value === "boolean" ? value : Number(value.toFixed(DECIMALS[name] ?? 2));
  }
  return shown;
}

function asText(values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, `${value} (uncalibrated)`]),
  );
}
