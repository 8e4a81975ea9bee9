/**
 * Streetlights (路灯): lit when they should be, dark when they should be, standing, and safe to touch.
 * Codes of GB/T 30428.2-2013 (0137–0139) and CJ/T 214 (0118–0120); filing rows of Yuncheng (运城).
 * No rule on the power factor: that of a dimmed lamp is low and no fault.
 */
import { HOUR_MS, MINUTE_MS } from "../clock.ts";
import { LAMP_COMMANDS, RAW_COMMAND } from "./class-commands.ts";
import {
  ANGLE_RANGE,
  above,
  atLeast,
  DEFAULT_HOLD,
  declareClass,
  drifts,
  numeric,
  outOfRange,
  PERCENT_RANGE,
  signalAtLeast,
  yesNo,
} from "./declare-class.ts";
import { LIGHTING_WINDOW, voltageRules } from "./lighting.ts";

/** A share of the asset's `ratedA`; a lamp without it has no such rule. */
const ofRated = (times: number) => ({ attribute: "ratedA", times });

const against = (planned: "lit" | "dark") =>
  signalAtLeast("isLit", { kind: "against-plan", planned }, 1, 0);

export const streetlight = declareClass({
  slug: "streetlight",
  title: { zh: "路灯", en: "Streetlight" },
  componentCategories: [
    // GB/T 30428.2: 路灯 地灯 景观灯
    ...["0137", "0138", "0139"],
    // CJ/T 214: the same
    ...["0118", "0119", "0120"],
  ],
  measurements: [
    yesNo("isLit", { zh: "亮灯", en: "Lit" }),
    numeric("powerW", "W", [0, 2000], 1, { zh: "有功功率", en: "Power" }),
    numeric("voltageV", "V", [0, 500], 1, { zh: "电压", en: "Voltage" }),
    numeric("currentA", "A", [0, 50], 3, { zh: "电流", en: "Current" }),
    numeric("powerFactor", "", [0, 1], 2, { zh: "功率因数", en: "Power factor" }),
    numeric("leakageMa", "mA", [0, 5000], 1, { zh: "漏电流", en: "Leakage current" }),
    numeric("energyKwh", "kWh", [0, 1e7], 2, { zh: "电量累计", en: "Energy" }),
    numeric("dimPercent", "%", PERCENT_RANGE, 0, { zh: "调光", en: "Dimming" }),
    numeric("poleTiltDeg", "°", ANGLE_RANGE, 1, { zh: "灯杆倾角", en: "Tilt of the pole" }),
  ],
  reportPeriodMs: 15 * MINUTE_MS,
  rules: [
    {
      name: "leakage",
      title: { zh: "灯杆漏电", en: "Pole leaks current" },
      condition: atLeast("leakageMa", 30, 20),
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "critical",
      lifeSafety: true,
      latch: true,
      conditionId: "pole-leakage",
      source: "30 mA for one pole, as for protection of persons",
    },
    {
      name: "dark",
      title: { zh: "夜间灯不亮", en: "Dark at night" },
      condition: against("lit"),
      onDelayMs: 10 * MINUTE_MS,
      offDelayMs: 10 * MINUTE_MS,
      severity: "major",
      conditionId: "lamp-off",
      family: "unlit",
      source: "own default after OMA 3416 lamp failure: off against the plan for 10 min or more",
    },
    {
      name: "day-burn",
      title: { zh: "白天亮灯", en: "Lit by day" },
      condition: against("dark"),
      onDelayMs: 15 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      conditionId: "lamp-schedule",
      source: "own default after OMA 3416 day burner: on against the plan for 15 min or more",
    },
    {
      name: "pole-tilt",
      title: { zh: "灯杆倾斜", en: "Pole tilted" },
      condition: above("poleTiltDeg", 10, 8),
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      conditionId: "pole-tilt",
      source: "own default: more than 10° for 5 min, longer than a gust",
    },
    // By day a feeder is switched off and its lamps see no voltage at all.
    ...voltageRules(LIGHTING_WINDOW),
    {
      name: "over-current",
      title: { zh: "电流过大", en: "Over-current" },
      condition: above("currentA", ofRated(1.2), ofRated(1.1)),
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "own default: 120 % of the rated current, for longer than a lamp takes to start",
    },
    outOfRange("powerW", "power-meter", { zh: "功率计量异常", en: "Power meter at fault" }),
    drifts("voltageV", {
      name: "voltage-drift",
      title: { zh: "电压计量漂移", en: "Voltage meter drifts" },
      by: 20,
      presentAbove: 100,
      among: "parent",
      overMs: 6 * HOUR_MS,
      pointsMin: 12,
      neighboursMin: 4,
      source:
        "own default: 20 V off the lamps of the same cabinet through six hours of the night, more than a feeder's drop and unequal phases make",
    }),
  ],
  conditions: [
    {
      conditionId: "lamp-off",
      kind: "component",
      categoryCode: "",
      title: { zh: "单盏不亮", en: "A lamp does not light" },
      closing: { zh: "更换或修复", en: "Replaced or repaired" },
      limit: { value: 2, unit: "working-day" },
      filing: "immediate",
      lifeSafety: false,
      hold: { kind: "evening", until: "22:00" },
      source: "filing table of Yuncheng, component 0137",
    },
    {
      conditionId: "lamp-schedule",
      kind: "component",
      categoryCode: "",
      title: { zh: "未按规定时间启闭", en: "Not switched by the schedule" },
      closing: { zh: "纠正", en: "Corrected" },
      limit: { value: 2, unit: "working-hour" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, component 0137",
    },
    {
      conditionId: "pole-tilt",
      kind: "component",
      categoryCode: "",
      title: { zh: "倾斜、倒地、折断", en: "Pole leaning, fallen or broken" },
      closing: { zh: "更换、修复或拆除", en: "Replaced, repaired or removed" },
      limit: { value: 1, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, component 0137",
    },
    {
      conditionId: "pole-leakage",
      kind: "component",
      categoryCode: "",
      title: { zh: "破损缺失、电线裸露（漏电）", en: "Bare wire, leaking pole" },
      closing: { zh: "更换、修复或拆除", en: "Replaced, repaired or removed" },
      limit: { value: 1, unit: "working-day" },
      filing: "immediate",
      lifeSafety: true,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, component 0137",
    },
  ],
  hazards: [],
  commands: [...LAMP_COMMANDS, RAW_COMMAND],
  retentionDays: 365,
});
