/**
 * A monitoring point of a sewage plant (污水处理厂排口); its plant is the parent asset.
 * GB 18918-2002 class 1A binds outlets alone and is judged on the daily mean: what is over the
 * limit for an hour is a warning, the valid daily mean is the violation: the logger's own, or where
 * it sends none that of its hours by HJ 356-2019. pH is judged at once.
 * NH3-N may be 8 mg/L while the water is at 12 °C or colder; the reviewer of the case decides that.
 */
import { HOUR_MS, MINUTE_MS } from "../clock.ts";
import type { Period } from "../reading.ts";
import {
  above,
  below,
  DEFAULT_HOLD,
  declareClass,
  jumps,
  numeric,
  type RuleDeclaration,
  stuck,
  TEMPERATURE_C_RANGE,
} from "./declare-class.ts";

const OUTLET = { point: "outlet" };

/** Daily means, mg/L, of GB 18918-2002 table 1, class 1A; no effluent is wholly free of some. */
const FACTORS: readonly Factor[] = [
  { measurement: "codMgL", name: "cod", factor: "COD", limit: 50, isNeverZero: true },
  { measurement: "nh3nMgL", name: "nh3n", factor: "NH3-N", limit: 5 },
  { measurement: "tnMgL", name: "tn", factor: "TN", limit: 15, isNeverZero: true },
  { measurement: "tpMgL", name: "tp", factor: "TP", limit: 0.5 },
  { measurement: "ssMgL", name: "ss", factor: "SS", limit: 10 },
  { measurement: "bod5MgL", name: "bod5", factor: "BOD5", limit: 10 },
];

interface Factor {
  measurement: string;
  name: string;
  factor: string;
  limit: number;
  isNeverZero?: boolean;
}

/** A warning ends when the value is this far below the limit: 5 % of it. */
const WARNING_CLEAR_SHARE = 0.95;
/** Of the hours of a day, for its mean to be valid (HJ 356-2019). */
const VALID_SHARE_MIN = 0.75;
/** Basins even out what flows through them: an effluent does not rise by so many limits at once. */
const JUMP_LIMITS = 4;

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
    ...FACTORS.flatMap((factor) => [
      warning(factor, "instant"),
      warning(factor, "hour"),
      ...violations(factor),
      ...analyserFaults(factor),
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

function warning({ measurement, name, factor, limit }: Factor, period: Period): RuleDeclaration {
  return {
    name: `${name}-${period}`,
    title: { zh: `${factor}瞬时超限预警`, en: `${factor} over the daily limit for now` },
    condition: above(measurement, limit, limit * WARNING_CLEAR_SHARE, period),
    attributes: OUTLET,
    onDelayMs: 0,
    offDelayMs: period === "instant" ? 10 * MINUTE_MS : 0,
    severity: "warning",
    source: `GB 18918-2002 table 1, class 1A: ${limit} mg/L; a warning before the daily mean`,
  };
}

/** The logger's own daily mean, and that of its hours where it sends none: never both. */
function violations({ measurement, name, factor, limit }: Factor): RuleDeclaration[] {
  const common = {
    attributes: OUTLET,
    onDelayMs: 0,
    offDelayMs: 0,
    severity: "major",
    conditionId: "effluent-over-limit",
  } as const;
  const source = `GB 18918-2002 table 1, class 1A: ${limit} mg/L as daily mean (4.1.4)`;
  return [
    {
      ...common,
      name: `${name}-day`,
      title: { zh: `${factor}日均值超标`, en: `${factor} daily mean over the limit` },
      condition: above(measurement, limit, limit, "day"),
      source,
    },
    {
      ...common,
      name: `${name}-day-computed`,
      title: {
        zh: `${factor}日均值超标（计算）`,
        en: `${factor} daily mean of hours over the limit`,
      },
      condition: {
        ...above(measurement, limit, limit, "hour"),
        signal: {
          kind: "valid-mean",
          span: "day",
          weight: "flowM3h",
          dueEveryMs: HOUR_MS,
          shareMin: VALID_SHARE_MIN,
        },
      },
      source: `${source}; HJ 356-2019: weighted by flow, of 75 % of the hours`,
    },
  ];
}

/** HJ 356-2019: zero, sudden and flat values want a check; none is removed for it. */
function analyserFaults({
  measurement,
  name,
  factor,
  limit,
  isNeverZero,
}: Factor): RuleDeclaration[] {
  const zero: RuleDeclaration = {
    name: `${name}-zero`,
    title: { zh: `${factor}分析仪零值`, en: `${factor} analyser reads zero` },
    condition: { ...below(measurement, 0, 0), inclusive: true },
    onDelayMs: 2 * HOUR_MS,
    offDelayMs: HOUR_MS,
    severity: "notice",
    isDeviceFault: true,
    source: "HJ 356-2019: zero values want a check; no sewage is free of it for 2 h",
  };
  return [
    stuck(measurement, {
      name: `${name}-stuck`,
      title: { zh: `${factor}分析仪示值不变`, en: `${factor} analyser does not change` },
      hours: 6,
      pointsMin: 6,
      source: "HJ 356-2019: flat values want a check; analysers measure every 2 h at least",
    }),
    {
      ...jumps(measurement, {
        name: `${name}-jump`,
        title: { zh: `${factor}分析仪突变`, en: `${factor} analyser jumps` },
        by: limit * JUMP_LIMITS,
        overMs: 65 * MINUTE_MS,
        source: `HJ 356-2019: sudden values want a check; ${JUMP_LIMITS} times the limit in one step`,
      }),
      attributes: OUTLET,
    },
    ...(isNeverZero ? [zero] : []),
  ];
}
