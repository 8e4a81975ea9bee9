/**
 * A sensor under a manhole cover: tilt and contact, level, gases of the well. Beats every 30 minutes
 * and at once when the cover moves. Rain raises rain wells quickly and sewers a little; sewage follows
 * the town's day. Rain alone never reaches the warning levels: an overflow is a fault, `sewer-surge`,
 * or comes later and later up the sewer from a pump station that stands, `pump-failure`.
 */
import { MINUTE_MS } from "../../model/clock.ts";
import type { Random } from "../random.ts";
import {
  beginRadio,
  type DeviceModel,
  dailyPeak,
  faultOf,
  nextRadio,
  type RadioState,
  radioValues,
  rampOf,
  type Surroundings,
  type Values,
  within,
} from "./model.ts";

export interface ManholeCoverState extends RadioState {
  medium: string;
  depthCm: number;
  baseLevelCm: number;
  restTiltDeg: number;
}

const BATTERY_LIFE_DAYS = 3.5 * 365;
/** How far rain and the town's day alone may fill a well: part of its depth, and never more than this. */
const USUAL_LEVEL_SHARE_MAX = 0.45;
const USUAL_LEVEL_CM_MAX = 110;
/** From here on, and while water or gas rises fast, the sensor reports at its urgent pace. */
const FLOAT_SWITCH_CM = 150;

/** By day a station's own wet well is full after so long; only then sewage backs up into the others. */
const BACKWATER_FROM_MS = 80 * MINUTE_MS;
/** So long it takes to the furthest well, and to fill one. */
const BACKWATER_MS = 40 * MINUTE_MS;
const BACKWATER_FILL_MINUTES = 30;

export const manholeCover: DeviceModel<ManholeCoverState> = {
  class: "manhole-cover",
  periodMs: 30 * MINUTE_MS,
  urgentPeriodMs: 2 * MINUTE_MS,
  begin(now, random, attributes) {
    const medium = String(attributes.medium ?? "sewage");
    const depthCm = Number(attributes.depthCm ?? 250);
    return {
      ...beginRadio(now, random),
      medium,
      depthCm,
      baseLevelCm: medium === "sewage" ? random.between(8, 30) : random.between(0, 4),
      restTiltDeg: random.between(0.1, 1.6),
    };
  },
  next(state, now, random, surroundings) {
    const next = { ...state, ...nextRadio(state, now, BATTERY_LIFE_DAYS) };
    const values: Values = {
      ...coverValues(next, random, surroundings),
      waterLevelCm: waterLevel(next, now, random, surroundings),
      ...gasValues(next, now, random, surroundings),
      temperatureC: 14 + surroundings.weather.airTemperatureC * 0.3 + random.noise(0.3),
      ...radioValues(next, random, true),
    };
    const isUrgent =
      values.isOpen === true ||
      Number(values.ch4LelPercent) >= 15 ||
      Number(values.waterLevelCm) >= FLOAT_SWITCH_CM ||
      faultOf(surroundings, "sewer-surge") !== undefined ||
      faultOf(surroundings, "sewer-gas") !== undefined;
    return { state: next, values, isUrgent };
  },
};

function coverValues(state: ManholeCoverState, random: Random, around: Surroundings): Values {
  const gone = faultOf(around, "cover-stolen");
  if (gone !== undefined) {
    return { isOpen: true, tiltDeg: 60 + 80 * gone.size + random.noise(1), vibrationG: 0.4 };
  }
  const ajar = faultOf(around, "cover-tilted");
  if (ajar !== undefined) {
    return { isOpen: false, tiltDeg: 16 + 24 * ajar.size + random.noise(0.5), vibrationG: 0.1 };
  }
  const loose = faultOf(around, "cover-rattle");
  const traffic = 0.01 + 0.05 * dailyPeak(around.weather.minuteOfDay, 15 * 60);
  const shaking = loose === undefined ? 0 : 2.6 + 2 * loose.size;
  const restDeg = within(state.restTiltDeg + random.noise(0.15) * around.noise, 0, 5);
  const truck = faultOf(around, "truck-over-cover");
  if (truck !== undefined) {
    // It shakes harder than a loose cover and rocks on its seat, but stays in it.
    return {
      isOpen: false,
      tiltDeg: restDeg + 1 + 6 * truck.size,
      vibrationG: 2.2 + 4 * truck.size,
    };
  }
  return {
    isOpen: false,
    tiltDeg: restDeg,
    vibrationG: traffic + shaking + Math.abs(random.noise(0.01)) * around.noise,
  };
}

function waterLevel(
  state: ManholeCoverState,
  now: number,
  random: Random,
  around: Surroundings,
): number {
  const { minuteOfDay, runoffMm } = around.weather;
  const day = Math.max(dailyPeak(minuteOfDay, 8 * 60, 4), dailyPeak(minuteOfDay, 20 * 60, 4));
  const town = state.medium === "sewage" ? 12 * day : 0;
  const rain = runoffMm * (state.medium === "rain" ? 2.2 : state.medium === "sewage" ? 0.7 : 0.2);
  const usual = state.baseLevelCm + town + rain + random.noise(0.8) * around.noise;
  const level = within(
    usual,
    0,
    Math.min(USUAL_LEVEL_CM_MAX, state.depthCm * USUAL_LEVEL_SHARE_MAX),
  );
  const { size, share } = surgeOf(around, now);
  const brim = state.depthCm * (1.01 + 0.05 * size);
  return level + (brim - level) * share;
}

/** How much of the way to the brim the water has come. */
function surgeOf(around: Surroundings, now: number): { size: number; share: number } {
  const surge = faultOf(around, "sewer-surge");
  if (surge !== undefined) return { size: surge.size, share: rampOf(surge, now, 12) };
  const failure = faultOf(around, "pump-failure");
  if (failure === undefined) return { size: 0, share: 0 };
  const since = failure.since + BACKWATER_FROM_MS + failure.size * BACKWATER_MS;
  return { size: failure.size, share: rampOf({ ...failure, since }, now, BACKWATER_FILL_MINUTES) };
}

function gasValues(
  state: ManholeCoverState,
  now: number,
  random: Random,
  around: Surroundings,
): Values {
  const isSewage = state.medium === "sewage";
  const warmth = within(around.weather.airTemperatureC / 30, 0, 1);
  const gas = faultOf(around, "sewer-gas");
  const risen = gas === undefined ? 0 : rampOf(gas, now, 4);
  const size = gas?.size ?? 0;
  const spread = around.noise;
  return {
    ch4LelPercent: within(
      (isSewage ? 1 + 2 * warmth : 0.2) + random.noise(0.3) * spread + risen * (28 + 40 * size),
      0,
      100,
    ),
    h2sPpm: within(
      (isSewage ? 0.4 + warmth : 0) + random.noise(0.2) * spread + risen * 8 * size,
      0,
      100,
    ),
    o2Percent: within(20.8 + random.noise(0.08) * spread - risen * 0.6, 0, 25),
    coPpm: within(0.8 + random.noise(0.5) * spread, 0, 500),
  };
}
