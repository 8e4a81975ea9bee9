/** Open cases as they are counted every minute (`work`), and what happens to them (`case_event`). */
import { EACH_INTERVAL, EACH_SERIES, each, IN_TIME, is, isOneOf, of } from "../influxql.ts";
import { assetOfRow, caseOfRow } from "../links.ts";
import { BAD, bars, type Column, curves, figure, type Panel, type Title, table } from "../panel.ts";
import { COUNT } from "../units.ts";
import { ASSET, CLASS, STATE_COLUMNS, STREET, TIME, UNIT } from "../words.ts";

/** Counts are written every minute; so long back the newest is certainly there. */
const NOW = "3m";
const CURVES_MAX = 30;

const COUNTS = {
  open: { zh: "未结案卷", en: "Open cases" },
  overdue: { zh: "超期未结", en: "Overdue" },
  due_soon: { zh: "4小时内到期", en: "Due within 4 hours" },
  life_safety: { zh: "人身安全", en: "Life safety" },
} as const;

/** The newest count of each unit, class and state, added up. */
const countedNow = (field: string, where: readonly string[], groupBy: readonly string[]) => ({
  select: [of("sum", field)],
  from: {
    select: [of("last", field)],
    from: "work",
    where: [...where, IN_TIME],
    groupBy: ["unit", "class", "state"],
  },
  groupBy,
});

export function caseFigure(count: keyof typeof COUNTS, where: readonly string[] = []): Panel {
  const title = COUNTS[count];
  return figure({
    title,
    description: {
      zh: `当前${title.zh}数（work，每分钟一次）。`,
      en: `${title.en} now; counted every minute.`,
    },
    unit: COUNT,
    decimals: 0,
    within: NOW,
    noValue: "0",
    ...(count === "open" || count === "due_soon"
      ? {}
      : { limits: [{ value: 1, color: BAD }], base: "text" }),
    queries: [{ selection: countedNow(count, where, []), format: "time_series", alias: count }],
  });
}

export function openBy(
  by: "unit" | "class" | "state",
  where: readonly string[] = [],
  width = 8,
): Panel {
  const title = { unit: UNIT, class: CLASS, state: { zh: "状态", en: "State" } }[by];
  return bars({
    title: { zh: `未结案卷，按${title.zh}`, en: `Open cases by ${title.en.toLowerCase()}` },
    description: {
      zh: `当前未结案卷数，按${title.zh}（work）。`,
      en: `Open cases now, by ${title.en.toLowerCase()}.`,
    },
    unit: COUNT,
    decimals: 0,
    within: NOW,
    noValue: "0",
    width,
    columns: by === "state" ? STATE_COLUMNS : {},
    queries: [
      {
        selection: countedNow("open", where, [by]),
        format: "time_series",
        alias: `$tag_${by}`,
      },
    ],
  });
}

const SHOWN = ["open", "overdue", "life_safety"] as const;

/** Open and overdue, through time. */
export function workCurve(where: readonly string[] = [], width = 12): Panel {
  return curves({
    title: { zh: "未结和超期案卷变化", en: "Open and overdue cases through time" },
    description: {
      zh: "最近24小时未结、超期和人身安全案卷数（work）。",
      en: "How many cases were open, overdue and of life safety in the last 24 hours.",
    },
    unit: COUNT,
    decimals: 0,
    interval: "5m",
    within: "24h",
    width,
    columns: Object.fromEntries(SHOWN.map((count) => [count, { title: COUNTS[count] }])),
    queries: [
      {
        selection: {
          select: SHOWN.map((count) => of("sum", count)),
          from: {
            select: SHOWN.map((count) => of("mean", count)),
            ...{ from: "work", where: [...where, IN_TIME] },
            ...{ groupBy: [EACH_INTERVAL, EACH_SERIES], fill: "none" },
          },
          ...{ where: [IN_TIME], groupBy: [EACH_INTERVAL], fill: "none" },
        },
        format: "time_series",
        alias: "$col",
      },
    ],
  });
}

/** Events of docs/cases.md in each span. */
export function caseEventsPer(spec: {
  title: Title;
  description: Title;
  events: readonly string[];
  by: "event" | "unit" | "class" | "source" | "street";
  span: string;
  where?: readonly string[];
  width?: number;
  columns?: Readonly<Record<string, Column>>;
}): Panel {
  const { title, description, events, by, span, where = [], width = 12, columns = {} } = spec;
  return curves({
    ...{ title, description, width, columns },
    unit: COUNT,
    decimals: 0,
    interval: span,
    as: "bars",
    stacked: "normal",
    queries: [
      {
        selection: {
          select: [of("count", "caseNo", "cases")],
          from: "case_event",
          where: [isOneOf("event", events), ...where, IN_TIME],
          groupBy: [each(span), by],
          fill: "none",
          seriesMax: CURVES_MAX,
        },
        format: "time_series",
        alias: `$tag_${by}`,
      },
    ],
  });
}

/** Each with the way into the console. */
export function caseSteps(where: readonly string[] = [], height = 9): Panel {
  const tags = ["asset", "class", "street", "unit", "event", "state", "source", "life_safety"];
  return table({
    title: { zh: "案卷动态", en: "Steps of cases" },
    description: {
      zh: "案卷的最新100步；案卷号可打开控制台。",
      en: "The newest 100 steps of cases; a case number opens the console.",
    },
    unit: COUNT,
    height,
    queries: [
      {
        selection: {
          select: ["caseNo", "title", ...tags].map((column) => `"${column}"`),
          from: "case_event",
          where: [...where, IN_TIME],
          newestFirst: true,
          rowsMax: 100,
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME },
      caseNo: { title: { zh: "案卷号", en: "Case" }, link: caseOfRow },
      title: { title: { zh: "立案条件", en: "Condition" } },
      asset: { title: ASSET, link: assetOfRow },
      class: { title: CLASS },
      street: { title: STREET },
      unit: { title: UNIT },
      event: { title: { zh: "步骤", en: "Step" } },
      state: { title: { zh: "状态", en: "State" } },
      source: { title: { zh: "来源", en: "Source" } },
      life_safety: { title: COUNTS.life_safety },
    },
  });
}

/** One number of each event within the time. */
export function eventCount(event: string, title: Title, where: readonly string[] = []): Panel {
  return figure({
    title,
    description: {
      zh: `所选时间内的${title.zh}数（case_event 中 event 为 ${event}）。`,
      en: `${title.en} within the time: events '${event}'.`,
    },
    unit: COUNT,
    decimals: 0,
    noValue: "0",
    queries: [
      {
        selection: {
          select: [of("count", "caseNo", "cases")],
          from: "case_event",
          where: [is("event", event), ...where, IN_TIME],
        },
        format: "time_series",
        alias: "cases",
      },
    ],
  });
}
