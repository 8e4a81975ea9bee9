/**
 * Manhole covers (井盖) and the well below: the cover's place, the water and the gases.
 * A level or a tilt that never changes is no fault: a closed cover over a dry well is steady.
 * Codes of GB/T 30428.2-2013 and CJ/T 214; filing rows of the city table of Yuncheng (运城).
 */
import { HOUR_MS, MINUTE_MS } from "../clock.ts";
import { RAW_COMMAND } from "./class-commands.ts";
import {
  ANGLE_RANGE,
  above,
  atLeast,
  below,
  DEFAULT_HOLD,
  declareClass,
  jumps,
  numeric,
  outOfRange,
  PERCENT_RANGE,
  TEMPERATURE_C_RANGE,
  when,
  yesNo,
} from "./declare-class.ts";
import { CH4, GAS_CONDITIONS, GAS_RULES, WELL_HAZARD } from "./gas.ts";
import { SEWER_LEVEL } from "./sewer.ts";

const DEPTH_CM_USUAL = 200;

/** A share of the asset's `depthCm`, and so many centimetres more. */
const ofDepth = (times: number, plus: number) => ({
  attribute: "depthCm",
  times,
  plus,
  otherwise: DEPTH_CM_USUAL * times + plus,
});

export const manholeCover = declareClass({
  slug: "manhole-cover",
  title: { zh: "井盖", en: "Manhole cover" },
  componentCategories: [
    // 上水 污水 雨水 雨水箅子 电力 路灯 通信 电视 网络: both systems
    ...["0101", "0102", "0103", "0104", "0105", "0106", "0107", "0108", "0109"],
    // 热力 燃气 公安: both systems
    ...["0110", "0111", "0112"],
    // GB/T 30428.2: 园林 化粪池 不明; CJ/T 214: 0114 is 不明
    ...["0114", "0118", "0123"],
  ],
  measurements: [
    numeric("tiltDeg", "°", ANGLE_RANGE, 1, { zh: "倾角", en: "Tilt" }),
    yesNo("isOpen", { zh: "井盖打开", en: "Cover open" }),
    numeric("waterLevelCm", "cm", [0, 1000], 1, { zh: "水位", en: "Water level" }),
    CH4,
    numeric("h2sPpm", "ppm", [0, 1000], 1, { zh: "硫化氢", en: "Hydrogen sulphide" }),
    numeric("o2Percent", "%", PERCENT_RANGE, 1, { zh: "氧气", en: "Oxygen" }),
    numeric("coPpm", "ppm", [0, 2000], 1, { zh: "一氧化碳", en: "Carbon monoxide" }),
    numeric("vibrationG", "g", [0, 16], 2, { zh: "振动", en: "Vibration" }),
    numeric("temperatureC", "°C", TEMPERATURE_C_RANGE, 1, { zh: "温度", en: "Temperature" }),
  ],
  reportPeriodMs: HOUR_MS,
  rules: [
    {
      name: "open",
      title: { zh: "井盖打开", en: "Cover open" },
      condition: when("isOpen", true),
      onDelayMs: 0,
      offDelayMs: MINUTE_MS,
      severity: "critical",
      lifeSafety: true,
      latch: true,
      conditionId: "cover-displaced",
      source: "GB/T 41401-2022: an open cover is known within 30 s",
    },
    {
      name: "tilt",
      title: { zh: "井盖倾斜", en: "Cover tilted" },
      condition: above("tiltDeg", 10, 8),
      onDelayMs: 0,
      offDelayMs: MINUTE_MS,
      severity: "critical",
      lifeSafety: true,
      latch: true,
      conditionId: "cover-displaced",
      source: "makers' manuals: more than 10°, adjustable",
    },
    {
      name: "water-high",
      title: { zh: "井内水位高", en: "Water level high" },
      condition: {
        ...atLeast("waterLevelCm", ofDepth(0.8, 0), ofDepth(0.75, 0)),
        // About to overflow.
        steps: [{ severity: "major", raise: ofDepth(1, -10), clear: ofDepth(0.95, -10) }],
      },
      onDelayMs: MINUTE_MS,
      offDelayMs: MINUTE_MS,
      severity: "warning",
      conditionId: "sewer-level",
      family: "surcharge",
      source:
        "own default: 80 % of the well's depth, then 0.1 m below the ground; a well whose depth is not known counts as 2 m deep; deadband 5 %, delay 60 s by ISA-18.2",
    },
    ...GAS_RULES,
    {
      name: "h2s-level-1",
      title: { zh: "硫化氢超过职业接触限值", en: "Hydrogen sulphide over the exposure limit" },
      condition: atLeast("h2sPpm", 7, 5),
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "GB/T 50493-2019 level 1: 100 % of the exposure limit, 10 mg/m³, about 7 ppm",
    },
    {
      name: "h2s-level-2",
      title: { zh: "硫化氢超过二级报警值", en: "Hydrogen sulphide at level 2" },
      condition: atLeast("h2sPpm", 14, 10),
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      source: "GB/T 50493-2019 level 2: 200 % of the exposure limit",
    },
    {
      name: "o2-low",
      title: { zh: "缺氧", en: "Oxygen low" },
      condition: below("o2Percent", 19.5, 20),
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "confined spaces: not below 19.5 %",
    },
    {
      name: "co-high",
      title: { zh: "一氧化碳超限", en: "Carbon monoxide high" },
      condition: atLeast("coPpm", 25, 20),
      onDelayMs: 0,
      offDelayMs: 5 * MINUTE_MS,
      severity: "warning",
      source: "own default after GBZ 2.1: 30 mg/m³ for a short time, about 25 ppm",
    },
    {
      name: "rattle",
      title: { zh: "井盖弹跳、声响", en: "Cover rattling" },
      condition: atLeast("vibrationG", 2, 1.5),
      // A lorry shakes it once, and what says that it is still again may be lost.
      count: { n: 2, m: 2 },
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 30 * MINUTE_MS,
      severity: "warning",
      conditionId: "cover-rattle",
      source: "own default: 2 g in two readings running, and for longer than a lorry takes to pass",
    },
    outOfRange("waterLevelCm", "water-probe", { zh: "水位探头异常", en: "Level probe at fault" }),
    jumps("temperatureC", {
      name: "temperature-jump",
      title: { zh: "温度跳变", en: "Temperature jumps" },
      by: 40,
      overMs: 70 * MINUTE_MS,
      source:
        "own default: no well, nor a cover laid in the sun, changes by 40 °C within its report",
    }),
  ],
  conditions: [
    {
      conditionId: "cover-displaced",
      kind: "component",
      categoryCode: "",
      title: { zh: "缺失、移位、开裂，存在安全隐患", en: "Cover missing, displaced or cracked" },
      closing: { zh: "恢复（路灯井盖：围护、消除隐患）", en: "Restored; lamp wells: fenced off" },
      limit: { value: 2, unit: "urgent-hour" },
      filing: "immediate",
      lifeSafety: true,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, components 01xx, covers and grates",
    },
    {
      conditionId: "cover-broken",
      kind: "component",
      categoryCode: "",
      title: { zh: "破损超过25平方厘米", en: "Cover broken, more than 25 cm²" },
      closing: { zh: "更换或修复", en: "Replaced or repaired" },
      limit: { value: 4, unit: "working-hour" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, components 01xx; lamp wells there: 1 working day",
    },
    {
      conditionId: "cover-rattle",
      kind: "component",
      categoryCode: "",
      title: { zh: "弹跳、声响、翻盖", en: "Cover rattles or flips" },
      closing: { zh: "更换或修复", en: "Replaced or repaired" },
      limit: { value: 2, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, components 01xx",
    },
    {
      conditionId: "cover-subsidence",
      kind: "component",
      categoryCode: "",
      title: { zh: "周边150×150厘米沉降，高差超过2厘米", en: "Ground sunk around the cover" },
      closing: { zh: "修复", en: "Repaired" },
      limit: { value: 5, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, components 01xx",
    },
    {
      conditionId: "grate-blocked",
      kind: "component",
      categoryCode: "",
      title: { zh: "箅子堵塞三分之一以上", en: "Grate blocked, a third or more" },
      closing: { zh: "疏通", en: "Cleared" },
      limit: { value: 1, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, component 0104",
    },
    SEWER_LEVEL,
    {
      conditionId: "sewer-pipe-break",
      kind: "event",
      categoryCode: "0503",
      title: { zh: "管道破裂：污水横流、塌陷隐患", en: "Sewer pipe broken" },
      closing: { zh: "消除隐患", en: "Danger removed" },
      limit: { value: 1, unit: "urgent-hour" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, event 0503",
    },
    ...GAS_CONDITIONS,
  ],
  hazards: [WELL_HAZARD],
  commands: [RAW_COMMAND],
  retentionDays: 365,
});
