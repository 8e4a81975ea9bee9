/** The whole city's counts of every minute (`totals`): 1,440 points a day, whatever there is of alarms and cases. */
import { EACH_INTERVAL, each, IN_TIME, of } from "../influxql.ts";
import { toBoard, UIDS } from "../links.ts";
import { BAD, curves, figure, type Panel, type Title } from "../panel.ts";
import { COUNT } from "../units.ts";
import { SEVERITY_COLUMNS } from "../words.ts";

/** Three counts lie within. */
const NOW = "3m";

const TOTALS = {
  open: { zh: "未结案卷", en: "Open cases" },
  overdue: { zh: "超期未结", en: "Overdue" },
  due_soon: { zh: "4小时内到期", en: "Due within 4 hours" },
  life_safety: { zh: "人身安全", en: "Life safety" },
  alarms: { zh: "在报报警", en: "Standing alarms" },
} as const satisfies Record<string, Title>;

export function totalFigure(total: keyof typeof TOTALS, width = 4): Panel {
  const title = TOTALS[total];
  return figure({
    title,
    description: {
      zh: `全市当前${title.zh}数（totals，每分钟一次）。`,
      en: `${title.en} now, of the whole city; counted every minute.`,
    },
    ...{ unit: COUNT, decimals: 0, within: NOW, noValue: "0", width },
    ...(total === "overdue" || total === "life_safety"
      ? { limits: [{ value: 1, color: BAD }], base: "text" }
      : {}),
    links: [toBoard(total === "alarms" ? UIDS.alarms : UIDS.cases)],
    queries: [
      {
        selection: { select: [of("last", total)], from: "totals", where: [IN_TIME] },
        ...{ format: "time_series", alias: total },
      },
    ],
  });
}

export function totalsCurve(width = 12): Panel {
  const shown = ["open", "overdue", "due_soon", "life_safety"] as const;
  return curves({
    title: { zh: "未结案卷变化", en: "Open cases through time" },
    description: {
      zh: "全市未结、超期、即将到期和人身安全案卷数（totals）。",
      en: "How many cases of the city were open, overdue, soon due and of life safety.",
    },
    ...{ unit: COUNT, decimals: 0, interval: "1m", width },
    columns: Object.fromEntries(shown.map((total) => [total, { title: TOTALS[total] }])),
    queries: [
      {
        selection: {
          select: shown.map((total) => of("mean", total)),
          ...{ from: "totals", where: [IN_TIME], groupBy: [EACH_INTERVAL], fill: "none" },
        },
        ...{ format: "time_series", alias: "$col" },
      },
    ],
  });
}

/** By the counts of `standing`, not by every step of every alarm. */
export function alarmRate(by: "class" | "severity", width = 12): Panel {
  const byText =
    by === "class" ? { zh: "按类别", en: "by class" } : { zh: "按级别", en: "by severity" };
  return curves({
    title: { zh: `每小时新增报警，${byText.zh}`, en: `Alarms an hour ${byText.en}` },
    description: {
      zh: `全市每小时新增报警数，${byText.zh}（standing 的 raised）。`,
      en: `Alarms that were raised in each hour, ${byText.en}; from the counts of every minute.`,
    },
    ...{ unit: COUNT, decimals: 0, interval: "1h", width, as: "bars", stacked: "normal" },
    columns: by === "severity" ? SEVERITY_COLUMNS : {},
    queries: [
      {
        selection: {
          select: [of("sum", "raised")],
          ...{ from: "standing", where: [IN_TIME], groupBy: [each("1h"), by], fill: "none" },
        },
        ...{ format: "time_series", alias: `$tag_${by}` },
      },
    ],
  });
}
