/**
 * A lighting cabinet with a meter on three feeders: by night the current of the lamps that hang on
 * it, dimmed after 23:00, by day the controllers alone. Reports every 5 minutes; when its mains are
 * gone it speaks on from its battery, and says 0 V.
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
  type Surroundings,
  saggedShare,
  type Values,
  within,
} from "./model.ts";
import { dimmedShare } from "./streetlight.ts";

export interface LightingCabinetState extends RadioState {
  /** What each feeder takes with all its lamps lit. */
  ratedA: readonly [number, number, number];
  leakageMa: number;
}

/** The battery only bridges; the mains keep it full. */
const BATTERY_LIFE_DAYS = 10 * 365;
/** Where the asset names none: 20 lamps of 150 W each. */
const RATED_A_USUAL = 14;
const STANDBY_SHARE = 0.008;
const POWER_FACTOR = 0.95;

export const lightingCabinet: DeviceModel<LightingCabinetState> = {
  class: "lighting-cabinet",
  periodMs: 5 * MINUTE_MS,
  urgentPeriodMs: MINUTE_MS,
  begin(now, random, attributes) {
    const rated = (feeder: number): number =>
      Number(attributes[`feeder${feeder}RatedA`] ?? RATED_A_USUAL);
    return {
      ...beginRadio(now, random),
      ratedA: [rated(1), rated(2), rated(3)],
      leakageMa: random.between(5, 25),
    };
  },
  next(state, now, random, surroundings) {
    const next = { ...state, ...nextRadio(state, now, BATTERY_LIFE_DAYS) };
    const leak = faultOf(surroundings, "leakage");
    const isPowered = faultOf(surroundings, "feeder-outage") === undefined;
    const wet = within(surroundings.weather.runoffMm / 20, 0, 1);
    const usualMa = state.leakageMa + 20 * wet + Math.abs(random.noise(1)) * surroundings.noise;
    const values: Values = {
      ...electricValues(next, isPowered, random, surroundings),
      leakageMa: isPowered ? usualMa + (leak ? 350 + 900 * leak.size : 0) : 0,
      doorOpen: faultOf(surroundings, "door-open") !== undefined,
      isPowered,
      ...radioValues(next, random, true),
    };
    return { state: next, values, isUrgent: leak !== undefined || !isPowered };
  },
};

function electricValues(
  { ratedA }: LightingCabinetState,
  isPowered: boolean,
  random: Random,
  around: Surroundings,
): Values {
  const { weather, noise } = around;
  if (!isPowered) return { feeder1A: 0, feeder2A: 0, feeder3A: 0, powerW: 0, voltageV: 0 };
  const load = weather.isLampTime ? dimmedShare(weather.minuteOfDay) : STANDBY_SHARE;
  const amperesOf = (rated: number): number => rated * load * (1 + random.noise(0.01) * noise);
  const [feeder1A, feeder2A, feeder3A] = [
    amperesOf(ratedA[0]),
    amperesOf(ratedA[1]),
    amperesOf(ratedA[2]),
  ];
  const evening = dailyPeak(weather.minuteOfDay, 20 * 60, 3);
  const voltageV = (225 - 4 * evening + random.noise(0.7) * noise) * saggedShare(around);
  return {
    feeder1A,
    feeder2A,
    feeder3A,
    powerW: (feeder1A + feeder2A + feeder3A) * voltageV * POWER_FACTOR,
    voltageV,
  };
}
