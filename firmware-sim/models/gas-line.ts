/**
 * A station on a medium-pressure gas line: the pressure sags a little when the town cooks, small waves
 * run along the pipe, a leak lets the pressure fall while the flow rises and methane gathers above it.
 * Reports every 5 minutes, every 30 seconds in danger.
 */
import { MINUTE_MS, SECOND_MS } from "../../model/clock.ts";
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

export interface GasLineState extends RadioState {
  setKpa: number;
  flowM3h: number;
  /** The wave along the pipe: an angle that turns on. */
  waveTurn: number;
}

const BATTERY_LIFE_DAYS = 4 * 365;
const WAVE_PERIOD_MS = 23 * MINUTE_MS;

export const gasLine: DeviceModel<GasLineState> = {
  class: "gas-line",
  periodMs: 5 * MINUTE_MS,
  urgentPeriodMs: 30 * SECOND_MS,
  begin(now, random, attributes) {
    return {
      ...beginRadio(now, random),
      setKpa: Number(attributes.setPressureKpa ?? 200),
      flowM3h: random.between(60, 420),
      waveTurn: random.between(0, 2 * Math.PI),
    };
  },
  next(state, now, random, surroundings) {
    const turned = ((now - state.at) / WAVE_PERIOD_MS) * 2 * Math.PI;
    const next = {
      ...state,
      ...nextRadio(state, now, BATTERY_LIFE_DAYS),
      waveTurn: (state.waveTurn + turned) % (2 * Math.PI),
    };
    const values: Values = {
      ...lineValues(next, now, random, surroundings),
      ...radioValues(next, random, true),
    };
    const isUrgent = faultOf(surroundings, "gas-leak") !== undefined;
    return { state: next, values, isUrgent };
  },
};

function lineValues(
  state: GasLineState,
  now: number,
  random: Random,
  around: Surroundings,
): Values {
  const minute = around.weather.minuteOfDay;
  const meals = Math.max(
    dailyPeak(minute, 7 * 60, 8),
    dailyPeak(minute, 12 * 60, 8),
    dailyPeak(minute, 18 * 60 + 30, 8),
  );
  const leak = faultOf(around, "gas-leak");
  const leaking = leak === undefined ? 0 : 0.3 + 0.7 * rampOf(leak, now, 5);
  const size = leak?.size ?? 0;
  const low = faultOf(around, "pressure-low");
  const high = faultOf(around, "pressure-high");
  const isShut = faultOf(around, "valve-closed") !== undefined;
  const wave = 0.008 * Math.sin(state.waveTurn) + random.noise(0.002) * around.noise;
  const shift =
    wave -
    0.025 * meals -
    leaking * (0.05 + 0.06 * size) -
    (low === undefined ? 0 : (0.18 + 0.3 * low.size) * rampOf(low, now, 6)) +
    (high === undefined ? 0 : (0.18 + 0.25 * high.size) * rampOf(high, now, 6));
  const demand = 0.35 + 0.9 * meals + leaking * (0.5 + size);
  const seeping = Math.abs(random.noise(0.25)) * around.noise;
  return {
    pressureKpa: state.setKpa * (1 + shift),
    flowM3h: isShut ? 0 : state.flowM3h * demand * (1 + random.noise(0.02) * around.noise),
    ch4LelPercent: within(seeping + leaking * (32 + 60 * size), 0, 100),
    temperatureC: 13 + around.weather.airTemperatureC * 0.25 + random.noise(0.2),
    isValveOpen: !isShut,
  };
}
