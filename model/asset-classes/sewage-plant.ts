/**
 * A monitoring point of a sewage plant (污水处理厂排口); its plant is the parent asset.
 * GB 18918-2002 class 1A binds outlets alone and is judged on the daily mean: what is over the
 * limit for an hour is a warning, the valid daily mean is the violation. pH is judged at once.
 * NH3-N may be 8 mg/L while the water is at 12 °C or colder; the reviewer of the case decides that.
 */
import { HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { Period } from "../reading.ts";
import {
  above,
  below,
  DEFAULT_HOLD,
  declareClass,
  numeric,
  type RuleDeclaration,
  TEMPERATURE_C_RANGE,
} from "./declare-class.ts";

const OUTLET = { point: "outlet" };

/** Daily means, mg/L, of GB 18918-2002 table 1, class 1A. */
const DAILY_LIMITS_MG_L = [
  { measurement: "codMgL", name: "cod", factor: "COD", limit: 50 },
  { measurement: "nh3nMgL", name: "nh3n", factor: "NH3-N", limit: 5 },
  { measurement: "tnMgL", name: "tn", factor: "TN", limit: 15 },
  { measurement: "tpMgL", name: "tp", factor: "TP", limit: 0.5 },
  { measurement: "ssMgL", name: "ss", factor: "SS", limit: 10 },
  { measurement: "bod5MgL", name: "bod5", factor: "BOD5", limit: 10 },
];

/** A warning ends when the value is this far below the limit: 5 % of it. */
const WARNING_CLEAR_SHARE = 0.95;

export const sewagePlant = declareClass({
  slug: "sewage-plant",
  title: { zh: "污水处理厂监测点", en: "Sewage plant monitoring point" },
  componentCategories: [
    // Extension row: 污水处理厂排口
    "0198",
    // CJ/T 214 with the extension: 污水口监测站
    "0310",
  ],
  measurements: [
    numeric("codMgL", "mg/L", [0, 10_000], 1, { zh: "化学需氧量", en: "COD" }),
    numeric("nh3nMgL", "mg/L", [0, 1000], 2, { zh: "氨氮", en: "Ammonia nitrogen" }),
    numeric("tnMgL", "mg/L", [0, 1000], 2, { zh: "总氮", en: "Total nitrogen" }),
    numeric("tpMgL", "mg/L", [0, 500], 3, { zh: "总磷", en: "Total phosphorus" }),
    numeric("ssMgL", "mg/L", [0, 10_000], 1, { zh: "悬浮物", en: "Suspended solids" }),
    numeric("bod5MgL", "mg/L", [0, 10_000], 1, { zh: "五日生化需氧量", en: "BOD5" }),
    numeric("ph", "", [0, 14], 2, { zh: "pH值", en: "pH" }),
    numeric("flowM3h", "m³/h", [0, 1e5], 2, { zh: "流量", en: "Flow" }),
    numeric("waterTemperatureC", "°C", TEMPERATURE_C_RANGE, 1, {
      zh: "水温",
      en: "Water temperature",
    }),
    numeric("doMgL", "mg/L", [0, 50], 2, { zh: "溶解氧", en: "Dissolved oxygen" }),
    numeric("turbidityNtu", "NTU", [0, 10_000], 1, { zh: "浊度", en: "Turbidity" }),
  ],
  reportPeriodMs: HOUR_MS,
  rules: [
    ...DAILY_LIMITS_MG_L.flatMap(({ measurement, name, factor, limit }): RuleDeclaration[] => [
      warning(measurement, `${name}-instant`, factor, limit, "instant"),
      warning(measurement, `${name}-hour`, factor, limit, "hour"),
      {
        name: `${name}-day`,
        title: { zh: `${factor}日均值超标`, en: `${factor} daily mean over the limit` },
        condition: above(measurement, limit, limit, "day"),
        attributes: OUTLET,
        onDelayMs: 0,
        offDelayMs: 0,
        severity: "major",
        conditionId: "effluent-over-limit",
        source: `GB 18918-2002 table 1, class 1A: ${limit} mg/L as daily mean (4.1.4)`,
      },
    ]),
    {
      name: "ph-low",
      title: { zh: "pH值过低", en: "pH below 6" },
      condition: below("ph", 6, 6.1),
      attributes: OUTLET,
      onDelayMs: MINUTE_MS,
      offDelayMs: 10 * MINUTE_MS,
      severity: "major",
      conditionId: "effluent-ph",
      source: "GB 18918-2002 table 1: pH 6 to 9, judged on real time",
    },
    {
      name: "ph-high",
      title: { zh: "pH值过高", en: "pH above 9" },
      condition: above("ph", 9, 8.9),
      attributes: OUTLET,
      onDelayMs: MINUTE_MS,
      offDelayMs: 10 * MINUTE_MS,
      severity: "major",
      conditionId: "effluent-ph",
      source: "GB 18918-2002 table 1: pH 6 to 9, judged on real time",
    },
  ],
  conditions: [
    {
      conditionId: "effluent-over-limit",
      kind: "event",
      categoryCode: "0126",
      title: { zh: "超标排放污水致污染", en: "Effluent over the limit" },
      closing: { zh: "查处并治理", en: "Investigated and put right" },
      limit: { value: 2, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: { kind: "daily-mean" },
      source: "filing table of Yuncheng, event 0126; GB 18918-2002 4.1.4",
    },
    {
      conditionId: "effluent-ph",
      kind: "event",
      categoryCode: "0126",
      title: { zh: "排放污水pH值超标", en: "Effluent too acid or too alkaline" },
      closing: { zh: "查处并治理", en: "Investigated and put right" },
      limit: { value: 2, unit: "working-day" },
      filing: "review",
      lifeSafety: false,
      hold: DEFAULT_HOLD,
      source: "filing table of Yuncheng, event 0126; GB 18918-2002 table 1",
    },
  ],
  hazards: [],
  // Discharge data are asked for years later.
  retentionDays: 1825,
});

function warning(
  measurement: string,
  name: string,
  factor: string,
  limit: number,
  period: Period,
): RuleDeclaration {
  return {
    name,
    title: { zh: `${factor}瞬时超限预警`, en: `${factor} over the daily limit for now` },
    condition: above(measurement, limit, limit * WARNING_CLEAR_SHARE, period),
    attributes: OUTLET,
    onDelayMs: 0,
    offDelayMs: period === "instant" ? 10 * MINUTE_MS : 0,
    severity: "warning",
    source: `GB 18918-2002 table 1, class 1A: ${limit} mg/L; a warning before the daily mean`,
  };
}
