/**
 * Gas lines, regulator stations and LPG stations (燃气管段、调压站、液化气站).
 * Codes of GB/T 30428.2-2013, CJ/T 214 and extension rows; filing rows of Yuncheng (运城).
 * Pressure is held against the asset's own `setPressureKpa`: an alarm alone, the table has no row.
 */
import { HOUR_MS, MINUTE_MS } from "../clock.ts";
import {
  above,
  below,
  DEFAULT_HOLD,
  declareClass,
  numeric,
  outOfRange,
  stuck,
  TEMPERATURE_C_RANGE,
  yesNo,
} from "./declare-class.ts";
import { CH4, GAS_CONDITIONS, GAS_RULES, GAS_SITE_HAZARD } from "./gas.ts";

/** A share of the asset's `setPressureKpa`; a line without it has no such rule. */
const ofSet = (times: number) => ({ attribute: "setPressureKpa", times });

/** Of its own mean, which the newest value is part of. */
const MEAN = { kind: "window", fn: "mean", overMs: 2 * HOUR_MS, pointsMin: 4 } as const;

/** A value against its own mean: how many times as much raises, and clears. */
const ofMean = (
  measurement: string,
  direction: "above" | "below",
  [raise, clear]: readonly [number, number],
  of?: "parent",
) => {
  const series = { measurement, period: "instant", ...(of === undefined ? {} : { of }) } as const;
  const against = { ...series, signal: MEAN, as: "times" } as const;
  return { kind: "limit", ...series, direction, inclusive: false, raise, clear, against } as const;
};

export const gasLine = declareClass({
  slug: "gas-line",
  title: { zh: "燃气管段", en: "Gas line" },
  componentCategories: [
    // GB/T 30428.2: 燃气调压站(箱) 露天燃气管道 液化气站
    ...["0149", "0157", "0504"],
    // CJ/T 214: 燃气调压站(箱); with the extension 压力管道
    ...["0135", "2132"],
    // Extension row: 燃气管段
    "0196",
  ],
  measurements: [
    numeric("pressureKpa", "kPa", [0, 10_000], 2, { zh: "压力", en: "Pressure" }),
    numeric("flowM3h", "m³/h", [0, 1e6], 2, { zh: "流量", en: "Flow" }),
    CH4,
    numeric("temperatureC", "°C", TEMPERATURE_C_RANGE, 1, { zh: "温度", en: "Temperature" }),
    yesNo("isValveOpen", { zh: "阀门打开", en: "Valve open" }),
  ],
  reportPeriodMs: 15 * MINUTE_MS,
  rules: [
    ...GAS_RULES,
    {
      name: "pressure-low",
      title: { zh: "压力低于设定值", en: "Pressure below the set value" },
      condition: below("pressureKpa", ofSet(0.9), ofSet(0.92)),
      onDelayMs: MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      source: "own default: set pressure −10 %; deadband 2 % by ISA-18.2",
    },
    {
      name: "pressure-high",
      title: { zh: "压力高于设定值", en: "Pressure above the set value" },
      condition: above("pressureKpa", ofSet(1.1), ofSet(1.08)),
      onDelayMs: MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      source: "own default: set pressure +10 %; deadband 2 % by ISA-18.2",
    },
    {
      name: "suspected-break",
      title: { zh: "疑似管道破裂", en: "Suspected break of the line" },
      condition: {
        kind: "compound",
        when: {
          all: [
            ofMean("pressureKpa", "below", [0.9, 0.95]),
            {
              any: [
                ofMean("flowM3h", "above", [1.5, 1.2]),
                ofMean("flowM3h", "above", [1.5, 1.2], "parent"),
              ],
            },
          ],
        },
      },
      onDelayMs: MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      // The means follow within two hours, whatever has happened.
      latch: true,
      source:
        "own default: pressure falls while the flow rises, in the section or in the one before it: 10 % below and 50 % above their own means of two hours",
    },
    outOfRange("pressureKpa", "pressure-sensor", {
      zh: "压力传感器异常",
      en: "Pressure sensor at fault",
    }),
    stuck("pressureKpa", {
      name: "pressure-stuck",
      title: { zh: "压力长时间不变", en: "Pressure does not change" },
      hours: 14,
      pointsMin: 12,
      source: "own default: no 14 hours pass without a meal, and each meal moves the pressure",
    }),
  ],
  conditions: [
    ...GAS_CONDITIONS,
    {
      conditionId: "regulator-tilted",
      kind: "component",
      categoryCode: "",
      title: { zh: "调压站（箱）倒地、倾斜", en: "Regulator station fallen or leaning" },
      closing: { zh: "恢复", en: "Restored" },
      limit: { value: 1, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, component 0149",
    },
    {
      conditionId: "regulator-damaged",
      kind: "component",
      categoryCode: "",
      title: { zh: "调压站（箱）破损", en: "Regulator station damaged" },
      closing: { zh: "修复", en: "Repaired" },
      limit: { value: 2, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, component 0149",
    },
    {
      conditionId: "lpg-smell",
      kind: "component",
      categoryCode: "",
      title: { zh: "液化气站异味明显", en: "Strong smell at an LPG station" },
      closing: { zh: "排除险情", en: "Danger removed" },
      limit: { value: 2, unit: "urgent-hour" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, component 0504",
    },
  ],
  hazards: [GAS_SITE_HAZARD],
  retentionDays: 1095,
});
