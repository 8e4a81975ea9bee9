/**
 * A monitoring point of a sewage plant: inlet, process or outlet. Load and flow follow the town's day
 * with the delay of the sewers, rain thins the inflow; a dosing fault lets the outlet's TP, COD and
 * NH3-N climb past GB 18918-2002 1A within half an hour.
 */
import { MINUTE_MS } from "../../model/clock.ts";
import type { Random } from "../random.ts";
import {
  type Attributes,
  type DeviceModel,
  dailyPeak,
  faultOf,
  rampOf,
  type Surroundings,
  type Values,
  within,
} from "./model.ts";

export interface SewagePlantState {
  at: number;
  point: string;
  flowM3h: number;
  /** How dirty this town's water is. */
  strength: number;
  /** Slow wander of the process, so that a curve is no pure sine. */
  wander: number;
}

/** mg/L on an ordinary day. */
const USUAL: Record<string, Record<string, number>> = {
  inlet: { codMgL: 240, nh3nMgL: 26, tnMgL: 36, tpMgL: 3.8, ssMgL: 170, bod5MgL: 110 },
  outlet: { codMgL: 27, nh3nMgL: 1.1, tnMgL: 9.2, tpMgL: 0.21, ssMgL: 5, bod5MgL: 4.2 },
};
/** By how much a dosing fault multiplies a factor at the outlet. */
const DOSING: Record<string, number> = { codMgL: 2.6, nh3nMgL: 8, tpMgL: 5.5, ssMgL: 2.6 };

export const sewagePlant: DeviceModel<SewagePlantState> = {
  class: "sewage-plant",
  periodMs: MINUTE_MS,
  urgentPeriodMs: MINUTE_MS,
  begin(now, random, attributes: Attributes) {
    return {
      at: now,
      point: String(attributes.point ?? "outlet"),
      flowM3h: Number(attributes.designM3h ?? 800),
      strength: random.between(0.88, 1.12),
      wander: 0,
    };
  },
  next(state, now, random, surroundings) {
    const wander = within(state.wander * 0.985 + random.noise(0.008), -0.08, 0.08);
    const next = { ...state, at: now, wander };
    return { state: next, values: pointValues(next, now, random, surroundings), isUrgent: false };
  },
};

function pointValues(
  state: SewagePlantState,
  now: number,
  random: Random,
  around: Surroundings,
): Values {
  const { minuteOfDay, runoffMm, airTemperatureC } = around.weather;
  const load = Math.max(
    dailyPeak(minuteOfDay, 10 * 60 + 30, 3),
    dailyPeak(minuteOfDay, 21 * 60 + 30, 3),
  );
  const storm = within(runoffMm / 40, 0, 1);
  const jitter = (): number => 1 + random.noise(0.012) * around.noise;
  const waterTemperatureC = within(13 + airTemperatureC * 0.35, 8, 27) + random.noise(0.05);
  const common: Values = {
    flowM3h: state.flowM3h * (0.62 + 0.4 * load + 0.5 * storm) * jitter(),
    ph: acidity(state, now, random, around),
    waterTemperatureC,
  };
  const usual = USUAL[state.point];
  if (usual === undefined) {
    return { ...common, doMgL: 2.1 + state.wander * 4 + 0.3 * load + random.noise(0.05) };
  }
  const dosing = faultOf(around, "dosing-fault");
  for (const [measurement, mgL] of Object.entries(usual)) {
    const diluted = state.point === "inlet" ? 1 - 0.45 * storm : 1;
    const usualNow = mgL * state.strength * (0.88 + 0.2 * load + state.wander) * diluted * jitter();
    const worst = ((DOSING[measurement] ?? 1) - 1) * (0.85 + 0.5 * (dosing?.size ?? 0)) + 1;
    common[measurement] =
      dosing === undefined || state.point !== "outlet"
        ? usualNow
        : usualNow * (1 + (worst - 1) * rampOf(dosing, now, 30));
  }
  if (state.point === "outlet") {
    common.turbidityNtu = 1.6 * jitter() + (dosing === undefined ? 0 : 3);
    common.doMgL = 6.4 + random.noise(0.1);
  }
  return common;
}

function acidity(
  state: SewagePlantState,
  now: number,
  random: Random,
  around: Surroundings,
): number {
  const usual = within(7.2 + state.wander * 2 + random.noise(0.02) * around.noise, 6.4, 8.6);
  const acid = faultOf(around, "acid-inflow");
  return acid === undefined ? usual : usual - (2.2 + acid.size) * rampOf(acid, now, 10);
}
