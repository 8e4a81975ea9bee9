/**
 * A litter bin that people fill by day and a truck empties on two rounds; the sensor reads the fill
 * every 40 minutes, and every minute when it is hot or lies on its side.
 */
import { HOUR_MS, type Instant, MINUTE_MS } from "../../model/clock.ts";
import type { Random } from "../random.ts";
import { hasPassed } from "../weather.ts";
import {
  beginRadio,
  type DeviceModel,
  dailyPeak,
  faultOf,
  minutesOf,
  nextRadio,
  type RadioState,
  radioValues,
  type Surroundings,
  type Values,
  within,
} from "./model.ts";

export interface WasteBinState extends RadioState {
  fillPercent: number;
  fillPerHour: number;
  /** When the truck passes, after the depot's rounds. */
  routeMinutes: number;
  fullKg: number;
}

const BATTERY_LIFE_DAYS = 2.5 * 365;
const ROUNDS_AT_MINUTE = [5 * 60 + 20, 14 * 60 + 20] as const;
const HOT_C = 50;
/** The sensor's own range ends here. */
const TEMPERATURE_C_MAX = 190;

export const wasteBin: DeviceModel<WasteBinState> = {
  class: "waste-bin",
  periodMs: 40 * MINUTE_MS,
  urgentPeriodMs: MINUTE_MS,
  begin(now, random) {
    return {
      ...beginRadio(now, random),
      fillPercent: random.between(5, 40),
      fillPerHour: random.between(1.2, 3.4),
      routeMinutes: random.between(0, 90),
      fullKg: random.between(28, 45),
    };
  },
  next(state, now, random, surroundings) {
    const radio = nextRadio(state, now, BATTERY_LIFE_DAYS);
    const fillPercent = nextFill(state, now, random, surroundings);
    const fire = faultOf(surroundings, "bin-fire");
    const temperatureC = binTemperature(now, random, surroundings);
    const tipped = faultOf(surroundings, "bin-tipped");
    const next = { ...state, ...radio, fillPercent };
    const values: Values = {
      fillPercent,
      temperatureC,
      tiltDeg: tipped ? 70 + 25 * tipped.size : Math.abs(random.noise(0.8)),
      isLidOpen: faultOf(surroundings, "bin-lid-open") !== undefined,
      weightKg: (fillPercent / 100) * next.fullKg,
      ...radioValues(next, random, true),
    };
    const isUrgent = fire !== undefined || temperatureC >= HOT_C || tipped !== undefined;
    return { state: next, values, isUrgent };
  },
};

function nextFill(
  state: WasteBinState,
  now: Instant,
  random: Random,
  around: Surroundings,
): number {
  const hours = Math.max(0, now - state.at) / HOUR_MS;
  const overflow = faultOf(around, "bin-full");
  if (overflow !== undefined) {
    const heaped = 97 + 3 * overflow.size;
    return Math.max(Math.min(heaped, state.fillPercent + hours * 400), heaped - 12);
  }
  const isCollected = ROUNDS_AT_MINUTE.some((round) =>
    hasPassed(state.at, now, round + state.routeMinutes),
  );
  const isHeaped = state.fillPercent > 84;
  if (isCollected || isHeaped) return random.between(0, 4);
  const people = 0.25 + 1.3 * dailyPeak(around.weather.minuteOfDay, 15 * 60);
  const burnt = faultOf(around, "bin-fire") === undefined ? 0 : hours * 30;
  const grown = state.fillPercent + hours * state.fillPerHour * people - burnt;
  return within(grown + random.noise(0.3) * around.noise, 0, 80);
}

function binTemperature(now: Instant, random: Random, around: Surroundings): number {
  const { airTemperatureC, minuteOfDay } = around.weather;
  const sun = 6 * dailyPeak(minuteOfDay, 14 * 60, 4);
  const usual = airTemperatureC + sun + random.noise(0.4) * around.noise;
  const fire = faultOf(around, "bin-fire");
  if (fire === undefined) return usual;
  return Math.min(TEMPERATURE_C_MAX, usual + minutesOf(fire, now) * (30 + 20 * fire.size));
}
