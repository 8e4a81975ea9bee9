/**
 * A lamp with its controller: lit by the sun's times, dimmed after 23:00, power, voltage, leakage and
 * the tilt of its pole; reports every 10 minutes from the mains. What it is told by name holds until the
 * sun's times would switch it anew; a schedule holds until another comes. When its feeder is dead the controller
 * still speaks for a while from its buffer, and says 0 V.
 */
import { HOUR_MS, MINUTE_MS } from "../../model/clock.ts";
import type { Random } from "../random.ts";
import { type LampTold, stillTold, toldBy, toldShare } from "./lamp-orders.ts";
import {
  type DeviceModel,
  dailyPeak,
  faultOf,
  type Surroundings,
  saggedShare,
  type Values,
  within,
} from "./model.ts";

export interface StreetlightState {
  at: number;
  ratedW: number;
  energyKwh: number;
  leakageMa: number;
  poleTiltDeg: number;
  rssiDbm: number;
  told?: LampTold | undefined;
}

const DIM_FROM_MINUTE = 23 * 60;
const DIM_UNTIL_MINUTE = 5 * 60;
const DIMMED_SHARE = 0.6;

export const streetlight: DeviceModel<StreetlightState> = {
  class: "streetlight",
  periodMs: 10 * MINUTE_MS,
  urgentPeriodMs: MINUTE_MS,
  begin(now, random, attributes) {
    return {
      at: now,
      ratedW: Number(attributes.ratedW ?? 150),
      energyKwh: random.between(500, 9000),
      leakageMa: random.between(0.4, 4),
      poleTiltDeg: random.between(0.1, 1.2),
      rssiDbm: random.between(-98, -62),
    };
  },
  obey: (state, { name, args }) => {
    const told = toldBy(name, args, state.told);
    return told && { ...state, told };
  },
  next(before, now, random, surroundings) {
    const told = stillTold(before.told, surroundings.weather.isLampTime);
    const state = { ...before, told };
    const electric = electricValues(state, random, surroundings);
    const hours = Math.max(0, now - state.at) / HOUR_MS;
    const energyKwh = state.energyKwh + (Number(electric.powerW) / 1000) * hours;
    const leak = faultOf(surroundings, "pole-leakage");
    const wet = within(surroundings.weather.runoffMm / 20, 0, 1);
    const leakageMa =
      state.leakageMa + 6 * wet + Math.abs(random.noise(0.3)) + (leak ? 38 + 120 * leak.size : 0);
    const lean = faultOf(surroundings, "pole-tilted");
    const values: Values = {
      ...electric,
      leakageMa,
      energyKwh,
      poleTiltDeg: within(
        state.poleTiltDeg + random.noise(0.1) + (lean ? 18 + 30 * lean.size : 0),
        0,
        90,
      ),
      rssiDbm: state.rssiDbm + random.noise(2),
    };
    return {
      state: { ...state, at: now, energyKwh },
      values,
      isUrgent: leak !== undefined || lean !== undefined,
    };
  },
};

function electricValues(state: StreetlightState, random: Random, around: Surroundings): Values {
  const { weather, noise } = around;
  const evening = dailyPeak(weather.minuteOfDay, 20 * 60, 3);
  const isDead = faultOf(around, "feeder-outage") !== undefined;
  const mainsV = 223 - 5 * evening + random.noise(0.7) * noise;
  const voltageV = isDead ? 0 : mainsV * saggedShare(around);
  const isBroken = faultOf(around, "lamp-off") !== undefined;
  const isPlanned = weather.isLampTime || faultOf(around, "day-burn") !== undefined;
  const own = isPlanned ? dimmedShare(weather.minuteOfDay) : 0;
  const dim = toldShare(state.told, weather.minuteOfDay) ?? own;
  if (isDead || isBroken || dim === 0) {
    const standbyW = isDead ? 0 : 1.1 + Math.abs(random.noise(0.1)) * noise;
    return {
      isLit: false,
      powerW: standbyW,
      voltageV,
      currentA: isDead ? 0 : standbyW / voltageV / 0.5,
      powerFactor: isDead ? 0 : 0.5,
      dimPercent: 0,
    };
  }
  const powerW = state.ratedW * dim * (1 + random.noise(0.01) * noise);
  const powerFactor = 0.96 + random.noise(0.004);
  return {
    isLit: true,
    powerW,
    voltageV,
    currentA: powerW / voltageV / powerFactor,
    powerFactor,
    dimPercent: dim * 100,
  };
}

/** What a lit lamp takes of its full power at this minute of the day. */
export function dimmedShare(minuteOfDay: number): number {
  return minuteOfDay >= DIM_FROM_MINUTE || minuteOfDay < DIM_UNTIL_MINUTE ? DIMMED_SHARE : 1;
}
