/**
 * A drainage pump station: sewage and rain run into its wet well, two pumps that take turns start and
 * stop by the level, both in heavy rain. Reports every 5 minutes, every minute at its high-water
 * switch. Pumps that stand let the well fill to the brim; a clogged pump runs and moves little.
 */
import { HOUR_MS, type Instant, MINUTE_MS } from "../../model/clock.ts";
import type { Random } from "../random.ts";
import {
  type DeviceModel,
  dailyPeak,
  faultOf,
  type Surroundings,
  type Values,
  within,
} from "./model.ts";

export interface PumpStationState {
  at: Instant;
  wetWellCm: number;
  overflowCm: number;
  /** Mean inflow of a dry day. */
  inflowM3h: number;
  isOn: readonly [boolean, boolean];
  /** Which pump starts next, 0 or 1. */
  turn: number;
  rssiDbm: number;
}

const STOP_CM = 80;
const START_CM = 150;
/** The second pump joins the first. */
const JOIN_CM = 200;
/** From here on the station reports at its urgent pace. */
const HIGH_WATER_CM = 300;
const OVERFLOW_CM_USUAL = 400;
/** One pump moves so many times the mean inflow. */
const PUMP_SHARE = 1.5;
/** The rain of a full storm brings as much again as this part of the mean. */
const STORM_SHARE = 1.2;
/** m² of the wet well for each m³/h of mean inflow. */
const AREA_PER_M3H = 0.5;
const CLOGGED_SHARE = 0.15;
/** Height that it lifts by, over what a pump loses. */
const LIFT_J_PER_M3 = (1_000 * 9.81 * 12) / 0.6;
const STANDBY_W = 300;
const STEP_MS = MINUTE_MS;

export const pumpStation: DeviceModel<PumpStationState> = {
  class: "pump-station",
  periodMs: 5 * MINUTE_MS,
  urgentPeriodMs: MINUTE_MS,
  begin(now, random, attributes) {
    return {
      at: now,
      wetWellCm: random.between(STOP_CM, START_CM),
      overflowCm: Number(attributes.overflowCm ?? OVERFLOW_CM_USUAL),
      inflowM3h: Number(attributes.inflowM3h ?? 200),
      isOn: [false, false],
      turn: random.below(2),
      rssiDbm: random.between(-98, -62),
    };
  },
  next(state, now, random, surroundings) {
    let next = state;
    while (now - next.at > STEP_MS) next = stepped(next, next.at + STEP_MS, surroundings);
    next = stepped(next, now, surroundings);
    const isUrgent = next.wetWellCm >= HIGH_WATER_CM;
    return { state: next, values: stationValues(next, random, surroundings), isUrgent };
  },
};

/** The level a moment later, and what the float switches make of it. */
function stepped(state: PumpStationState, at: Instant, around: Surroundings): PumpStationState {
  const hours = (at - state.at) / HOUR_MS;
  const outM3h = outflow(state, around);
  const raisedCm =
    ((inflow(state, around) - outM3h) * hours * 100) / (state.inflowM3h * AREA_PER_M3H);
  const wetWellCm = within(state.wetWellCm + raisedCm, 0, state.overflowCm * 1.02);
  return { ...state, at, wetWellCm, ...switched(state, wetWellCm, around) };
}

function inflow({ inflowM3h }: PumpStationState, { weather }: Surroundings): number {
  const { minuteOfDay, runoffMm } = weather;
  const town = Math.max(dailyPeak(minuteOfDay, 9 * 60, 3), dailyPeak(minuteOfDay, 20 * 60 + 30, 3));
  return inflowM3h * (0.6 + 0.45 * town + STORM_SHARE * within(runoffMm / 40, 0, 1));
}

function outflow({ inflowM3h, isOn }: PumpStationState, around: Surroundings): number {
  const running = isOn.filter((isRunning) => isRunning).length;
  const clogged = faultOf(around, "pump-clogged");
  const share = clogged === undefined ? 1 : CLOGGED_SHARE * (1 - clogged.size);
  return running * PUMP_SHARE * inflowM3h * share;
}

function switched(
  { isOn, turn }: PumpStationState,
  wetWellCm: number,
  around: Surroundings,
): Pick<PumpStationState, "isOn" | "turn"> {
  if (isStopped(around) || wetWellCm <= STOP_CM) return { isOn: [false, false], turn };
  if (wetWellCm >= JOIN_CM) return { isOn: [true, true], turn };
  const isIdle = !isOn[0] && !isOn[1];
  if (!isIdle || wetWellCm < START_CM) return { isOn, turn };
  return { isOn: [turn === 0, turn === 1], turn: 1 - turn };
}

/** Its own pumps stand, or the failure that backs up into its catchment. */
function isStopped(around: Surroundings): boolean {
  return (
    faultOf(around, "pump-stopped") !== undefined || faultOf(around, "pump-failure") !== undefined
  );
}

function stationValues(state: PumpStationState, random: Random, around: Surroundings): Values {
  const flowM3h = outflow(state, around);
  const running = state.isOn.filter((isRunning) => isRunning).length;
  const pumpW = (PUMP_SHARE * state.inflowM3h * LIFT_J_PER_M3) / 3_600;
  const jitter = (): number => 1 + random.noise(0.01) * around.noise;
  return {
    wetWellCm: within(state.wetWellCm + random.noise(0.5) * around.noise, 0, 1_000),
    pump1On: state.isOn[0],
    pump2On: state.isOn[1],
    flowM3h: flowM3h * jitter(),
    powerW: (STANDBY_W + running * pumpW) * jitter(),
    rssiDbm: state.rssiDbm + random.noise(2),
  };
}
