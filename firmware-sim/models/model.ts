/**
 * What the device models have in common. A model is pure: from its last state, the time, its
 * own luck and its surroundings it answers the next state and what its sensors read. It knows no
 * topic, no encoding and no clock.
 */
import { DAY_MS, type DurationMs, type Instant, MINUTE_MS } from "../../model/clock.ts";
import type { Random } from "../random.ts";
import type { Weather } from "../weather.ts";

export type Values = Record<string, number | boolean>;
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A fault that holds at the moment; `size` in 0..1 says how bad. */
export interface ActiveFault {
  what: string;
  since: Instant;
  size: number;
  measurement?: string;
  value?: number;
}

export interface Surroundings {
  weather: Weather;
  faults: readonly ActiveFault[];
  /** Factor on every sensor's noise; 1 is usual. */
  noise: number;
}

export interface Step<State> {
  state: State;
  values: Values;
  /** The device itself sees danger and reports at its urgent pace. */
  isUrgent: boolean;
}

export interface DeviceModel<State = unknown> {
  readonly class: string;
  /** Usual time between reports. */
  readonly periodMs: DurationMs;
  readonly urgentPeriodMs: DurationMs;
  begin(now: Instant, random: Random, attributes: Attributes): State;
  next(state: State, now: Instant, random: Random, surroundings: Surroundings): Step<State>;
  /** The state after a command; undefined where it does not know it. */
  obey?(
    state: State,
    command: { name: string; args: Readonly<Record<string, unknown>> },
  ): State | undefined;
}

export function faultOf(surroundings: Surroundings, what: string): ActiveFault | undefined {
  return surroundings.faults.find((fault) => fault.what === what);
}

/** Which share of the voltage is left in a sag: of 220 V some 130 to 190. */
export function saggedShare(surroundings: Surroundings): number {
  const sag = faultOf(surroundings, "voltage-sag");
  return sag === undefined ? 1 : 0.6 + 0.25 * sag.size;
}

export function minutesOf(fault: ActiveFault, now: Instant): number {
  return Math.max(0, now - fault.since) / MINUTE_MS;
}

/** From 0 when the fault began to 1 after `minutes`. */
export function rampOf(fault: ActiveFault, now: Instant, minutes: number): number {
  return Math.min(1, minutesOf(fault, now) / minutes);
}

export function within(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}

/** 0 at the far side of the day, 1 at `peakMinute`, `sharpness` narrows the peak. */
export function dailyPeak(minuteOfDay: number, peakMinute: number, sharpness = 1): number {
  const cosine = Math.cos((2 * Math.PI * (minuteOfDay - peakMinute)) / 1440);
  return ((1 + cosine) / 2) ** sharpness;
}

export interface RadioState {
  at: Instant;
  batteryPercent: number;
  rssiDbm: number;
}

export function beginRadio(now: Instant, random: Random): RadioState {
  return {
    at: now,
    batteryPercent: random.between(55, 100),
    rssiDbm: random.between(-108, -72),
  };
}

/** A battery that lasts `lifeDays`, and a signal that breathes by a few dB. */
export function nextRadio(radio: RadioState, now: Instant, lifeDays: number): RadioState {
  const used = ((now - radio.at) / DAY_MS / lifeDays) * 100;
  return {
    at: now,
    batteryPercent: Math.max(0, radio.batteryPercent - Math.max(0, used)),
    rssiDbm: radio.rssiDbm,
  };
}

export function radioValues(radio: RadioState, random: Random, isBatteryRun: boolean): Values {
  const rssiDbm = within(radio.rssiDbm + random.noise(2), -125, -50);
  return isBatteryRun ? { batteryPercent: radio.batteryPercent, rssiDbm } : { rssiDbm };
}
