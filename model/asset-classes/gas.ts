/**
 * Combustible gas is one hazard wherever it collects, in a gas line's pit or in a well beside it:
 * its measurement, its three levels, its filing rows and the warning that an order carries.
 * A leak has a fence row and a repair row; the sensor opens the fence row alone.
 */
import type { z } from "zod";
import type { FilingCondition, HazardLine } from "../asset-class.ts";
import { MINUTE_MS } from "../clock.ts";
import {
  atLeast,
  DEFAULT_HOLD,
  numeric,
  PERCENT_RANGE,
  type RuleDeclaration,
} from "./declare-class.ts";

const HAZARD_AGE_MS_MAX = 10 * MINUTE_MS;

export const CH4 = numeric("ch4LelPercent", "%LEL", PERCENT_RANGE, 1, {
  zh: "甲烷（爆炸下限百分比）",
  en: "Methane, share of the lower explosive limit",
});

export const GAS_RULES: readonly RuleDeclaration[] = [
  {
    name: "ch4-notice",
    title: { zh: "可燃气体浓度升高", en: "Combustible gas rising" },
    condition: atLeast(CH4.name, 10, 8),
    onDelayMs: 0,
    offDelayMs: 5 * MINUTE_MS,
    severity: "warning",
    source: "own default for adjacent underground space: notice from 10 % LEL",
  },
  {
    name: "ch4-leak",
    title: { zh: "可燃气体泄漏", en: "Combustible gas leak" },
    condition: atLeast(CH4.name, 20, 15),
    onDelayMs: 0,
    offDelayMs: 5 * MINUTE_MS,
    severity: "critical",
    lifeSafety: true,
    latch: true,
    conditionId: "gas-leak-fence",
    source: "pipe galleries alarm at 20 % LEL or less; GB/T 50493-2019 level 1 at 25 % LEL or less",
  },
  {
    name: "ch4-explosive",
    title: { zh: "可燃气体浓度极高", en: "Combustible gas near the explosive limit" },
    condition: atLeast(CH4.name, 50, 40),
    onDelayMs: 0,
    offDelayMs: 5 * MINUTE_MS,
    severity: "critical",
    lifeSafety: true,
    latch: true,
    conditionId: "gas-leak-fence",
    source: "GB/T 50493-2019 level 2 at 50 % LEL or less",
  },
];

export const GAS_CONDITIONS: readonly z.input<typeof FilingCondition>[] = [
  {
    conditionId: "gas-leak-fence",
    kind: "event",
    categoryCode: "0502",
    title: { zh: "燃气管道破裂：泄漏、停气、着火、爆炸", en: "Gas leak: fence off" },
    closing: { zh: "消除隐患、围护", en: "Danger removed, site fenced off" },
    limit: { value: 1, unit: "urgent-hour" },
    filing: "immediate",
    lifeSafety: true,
    hold: DEFAULT_HOLD,
    repairConditionId: "gas-leak-repair",
    source: "filing table of Yuncheng, event 0502, first row",
  },
  {
    conditionId: "gas-leak-repair",
    kind: "event",
    categoryCode: "0502",
    title: { zh: "燃气管道破裂：路面塌陷", en: "Gas leak: repair of pipe and surface" },
    closing: { zh: "修复", en: "Repaired" },
    limit: { value: 5, unit: "working-day" },
    filing: "review",
    lifeSafety: false,
    hold: DEFAULT_HOLD,
    source: "filing table of Yuncheng, event 0502, second row",
  },
];

export const GAS_SITE_HAZARD: HazardLine = {
  measurements: [CH4.name],
  ageMsMax: HAZARD_AGE_MS_MAX,
  text: {
    zh: "燃气现场：严禁明火和启闭电器，先测后入；数据不明或超过10分钟按爆炸、有毒环境处置。",
    en: "Gas site: no flame, switch nothing, measure before you enter; a value that is unknown or older than 10 minutes counts as explosive and poisonous.",
  },
};

export const WELL_HAZARD: HazardLine = {
  measurements: [CH4.name, "h2sPpm", "o2Percent", "coPpm"],
  ageMsMax: HAZARD_AGE_MS_MAX,
  text: {
    zh: "有限空间：先通风、再检测、后作业，井口留人；数据不明或超过10分钟按有毒缺氧环境处置。",
    en: "Confined space: ventilate, measure, then work, with a watch at the opening; a value that is unknown or older than 10 minutes counts as poisonous and without oxygen.",
  },
};
