/** Alarms that were raised (`alarm`) and alarms that stand (`standing`), by what one asks for. */
import { EACH_INTERVAL, EACH_SERIES, each, IN_TIME, is, name, of } from "../influxql.ts";
import { assetOfRow } from "../links.ts";
import {
  BAD,
  bars,
  type Column,
  curves,
  figure,
  NEUTRAL,
  type Panel,
  type Title,
  table,
} from "../panel.ts";
import { COUNT, SHARE } from "../units.ts";
import { ASSET, CLASS, GRID, RULE, SEVERITY, SEVERITY_COLUMNS, STREET, TIME } from "../words.ts";

const BY: Readonly<Record<string, { title: Title; columns?: Readonly<Record<string, Column>> }>> = {
  class: { title: { zh: "按类别", en: "by class" } },
  rule: { title: { zh: "按规则", en: "by rule" } },
  street: { title: { zh: "按街道", en: "by street" } },
  severity: { title: { zh: "按级别", en: "by severity" }, columns: SEVERITY_COLUMNS },
};

/** The counts are written every minute; so long back the newest is certainly there. */
const NOW = "3m";
const CURVES_MAX = 30;

export function raisedPerHour(
  by: keyof typeof BY & string,
  where: readonly string[] = [],
  width = 12,
): Panel {
  const { title, columns = {} } = BY[by] ?? { title: { zh: by, en: by } };
  return curves({
    title: { zh: `每小时新增报警，${title.zh}`, en: `Alarms raised an hour ${title.en}` },
    description: {
      zh: `每小时发生的报警（alarm 中 event 为 raised），${title.zh}，最多${CURVES_MAX}条。`,
      en: `Alarms that were raised in each hour, ${title.en}, ${CURVES_MAX} series at most.`,
    },
    unit: COUNT,
    decimals: 0,
    interval: "1h",
    width,
    as: "bars",
    stacked: "normal",
    columns,
    queries: [
      {
        selection: {
          select: [of("count", "alarm", "alarms")],
          from: "alarm",
          where: [is("event", "raised"), ...where, IN_TIME],
          groupBy: [each("1h"), by],
          fill: "none",
          seriesMax: CURVES_MAX,
        },
        format: "time_series",
        alias: `$tag_${by}`,
      },
    ],
  });
}

/** The newest count of each class and severity, added up. */
const standingNow = (where: readonly string[], groupBy: readonly string[]) => ({
  select: [of("sum", "alarms")],
  from: {
    select: [of("last", "alarms")],
    from: "standing",
    where: [...where, IN_TIME],
    groupBy: ["class", "severity"],
  },
  groupBy,
});

export function standing(where: readonly string[] = [], title?: Title): Panel {
  return figure({
    title: title ?? { zh: "在报报警", en: "Standing alarms" },
    description: {
      zh: "当前在报的报警数（standing，每分钟一次）。",
      en: "Alarms that stand now; counted every minute.",
    },
    unit: COUNT,
    decimals: 0,
    within: NOW,
    noValue: "0",
    queries: [{ selection: standingNow(where, []), format: "time_series", alias: "alarms" }],
  });
}

export function standingBySeverity(where: readonly string[] = [], width = 8): Panel {
  return bars({
    title: { zh: "在报报警，按级别", en: "Standing alarms by severity" },
    description: {
      zh: "当前在报的报警数，按级别。",
      en: "Alarms that stand now, by severity.",
    },
    unit: COUNT,
    decimals: 0,
    within: NOW,
    noValue: "0",
    width,
    columns: SEVERITY_COLUMNS,
    queries: [
      {
        selection: standingNow(where, ["severity"]),
        format: "time_series",
        alias: "$tag_severity",
      },
    ],
  });
}

export function standingByClass(where: readonly string[] = [], width = 8): Panel {
  return bars({
    title: { zh: "在报报警，按类别和级别", en: "Standing alarms by class and severity" },
    description: {
      zh: "当前在报的报警数，按部件类别和级别。",
      en: "Alarms that stand now, by class and severity.",
    },
    unit: COUNT,
    decimals: 0,
    within: NOW,
    noValue: "0",
    width,
    queries: [
      {
        selection: standingNow(where, ["class", "severity"]),
        format: "time_series",
        alias: "$tag_class · $tag_severity",
      },
    ],
  });
}

/** How many stood. */
export function standingCurve(
  by: "class" | "severity",
  where: readonly string[] = [],
  width = 12,
): Panel {
  const { title, columns = {} } = BY[by] ?? { title: { zh: by, en: by } };
  return curves({
    title: { zh: `在报报警变化，${title.zh}`, en: `Standing alarms through time ${title.en}` },
    description: {
      zh: `在报报警数的变化，${title.zh}。`,
      en: `How many alarms stood, ${title.en}.`,
    },
    unit: COUNT,
    decimals: 0,
    interval: "5m",
    width,
    stacked: "normal",
    columns,
    queries: [
      {
        selection: {
          select: [of("sum", "alarms")],
          from: {
            select: [of("mean", "alarms")],
            ...{ from: "standing", where: [...where, IN_TIME] },
            ...{ groupBy: [EACH_INTERVAL, EACH_SERIES], fill: "none" },
          },
          ...{ where: [IN_TIME], groupBy: [EACH_INTERVAL, by], fill: "none" },
        },
        format: "time_series",
        alias: `$tag_${by}`,
      },
    ],
  });
}

export function alarmSteps(where: readonly string[] = [], height = 9): Panel {
  return table({
    title: { zh: "报警动态", en: "Steps of alarms" },
    description: {
      zh: "报警的最新100步：发生、确认、恢复、消除。",
      en: "The newest 100 steps of alarms: raised, acknowledged, returned, cleared.",
    },
    unit: COUNT,
    height,
    queries: [
      {
        selection: {
          select: ["asset", "class", "street", "rule", "severity", "event", "title", "value"].map(
            (each) => `"${each}"`,
          ),
          from: "alarm",
          where: [...where, IN_TIME],
          newestFirst: true,
          rowsMax: 100,
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME },
      asset: { title: ASSET, link: assetOfRow },
      class: { title: CLASS },
      street: { title: STREET },
      rule: { title: RULE },
      severity: { title: SEVERITY },
      event: { title: { zh: "步骤", en: "Step" } },
      title: { title: { zh: "报警", en: "Alarm" } },
      value: { title: { zh: "数值", en: "Value" }, decimals: 2 },
    },
  });
}

const NOISIEST_MAX = 20;
const NOISIEST = {
  rule: { title: RULE, zh: "报警最多的规则", en: "Rules that raise most", tags: ["rule"] },
  asset: {
    ...{ title: ASSET, zh: "报警最多的部件", en: "Assets that raise most" },
    tags: ["asset", "class"],
  },
  grid: {
    ...{ title: GRID, zh: "报警最多的网格", en: "Grid cells that raise most" },
    tags: ["grid", "street"],
  },
} as const;

/** Which rules, assets and cells raise most: where a rule is to be tuned or something to be repaired. */
export function noisiest(by: keyof typeof NOISIEST, where: readonly string[] = []): Panel {
  const of20 = NOISIEST[by];
  const alarms: Title = { zh: "报警次数", en: "Alarms" };
  return table({
    title: { zh: of20.zh, en: of20.en },
    description: {
      zh: `所选时间内报警次数最多的${of20.title.zh}，前${NOISIEST_MAX}个。`,
      en: `The ${NOISIEST_MAX} with most alarms raised within the time, by ${by}.`,
    },
    unit: COUNT,
    decimals: 0,
    width: 12,
    queries: [
      {
        selection: {
          select: [`top("alarms", ${NOISIEST_MAX}) AS "alarms"`, ...of20.tags.map(name)],
          from: {
            select: [of("count", "alarm", "alarms")],
            from: "alarm",
            where: [is("event", "raised"), ...where, IN_TIME],
            groupBy: of20.tags,
          },
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      [by]: { title: of20.title, ...(by === "asset" ? { link: assetOfRow } : {}) },
      ...(by === "asset" ? { class: { title: CLASS } } : {}),
      ...(by === "grid" ? { street: { title: STREET } } : {}),
      alarms: { title: alarms },
    },
    sortBy: alarms,
  });
}

/** What crews found of the alarms of each rule (`rule_precision`). */
export function precisions(): Panel {
  const precision: Title = { zh: "准确率", en: "Precision" };
  return table({
    title: { zh: "规则准确率（现场核实）", en: "Precision of rules, as crews found it" },
    description: {
      zh: "每条规则当前版本最近20个现场核实结果的准确率；低于50 %为红色。",
      en: "Of the newest 20 words of crews on the version of each rule that stands; below 50 % is red.",
    },
    ...{ unit: COUNT, width: 12, within: PRECISION_NOW },
    queries: [
      {
        selection: {
          select: [of("last", "precision"), of("last", "labels")],
          ...{ from: "rule_precision", where: [IN_TIME], groupBy: ["rule"] },
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      rule: { title: RULE },
      precision: {
        ...{ title: precision, unit: SHARE, decimals: 0, base: BAD },
        limits: [{ value: PRECISION_FLOOR, color: NEUTRAL }],
      },
      labels: { title: { zh: "核实数", en: "Labels" }, decimals: 0 },
    },
    ...{ sortBy: precision, isAscending: true },
  });
}

/** Counted every five minutes. */
const PRECISION_NOW = "11m";
const PRECISION_FLOOR = 0.5;
