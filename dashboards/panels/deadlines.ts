/** How long cases took and what was in time, by the steps of cases (`case_event`). */
import { as, each, IN_TIME, is, isOneOf, name, of } from "../influxql.ts";
import { caseOfRow } from "../links.ts";
import { BAD, curves, figure, GOOD, type Panel, type Title, table } from "../panel.ts";
import { COUNT, HOURS, SHARE } from "../units.ts";
import { TIME, UNIT } from "../words.ts";

/** An urgent case is to be handled in time in 95 % of cases: docs/evaluation.md. */
const IN_TIME_TARGET = 0.95;
const ENDS = ["close", "forceClose"] as const;

/** 按期处置率 or 按期结案率, of the steps within the time. */
export function inTimeFigure(event: "feedback" | "close", where: readonly string[]): Panel {
  const title: Title =
    event === "feedback"
      ? { zh: "按期处置率", en: "Handled in time" }
      : { zh: "按期结案率", en: "Closed in time" };
  return figure({
    title,
    description: {
      zh: `所选时间内的 ${event} 步骤中未超过处置时限的占比；返工的各次都计。考核以综合评价为准。`,
      en: `Of the steps '${event}' within the time, those before the deadline; what was sent back counts each time. The evaluation has the figures that count.`,
    },
    ...{ unit: SHARE, decimals: 1, min: 0, max: 1, base: BAD },
    limits: [{ value: IN_TIME_TARGET, color: GOOD }],
    queries: [
      {
        selection: {
          select: [of("mean", "inTime")],
          ...{ from: "case_event", where: [is("event", event), ...where, IN_TIME] },
        },
        ...{ format: "time_series", alias: "inTime" },
      },
    ],
  });
}

export function hoursFigure(event: "feedback" | "close", where: readonly string[]): Panel {
  const title: Title =
    event === "feedback"
      ? { zh: "平均处置用时", en: "Mean time to feedback" }
      : { zh: "平均结案用时", en: "Mean time to close" };
  return figure({
    title,
    description: {
      zh: `从立案到 ${event} 步骤的平均小时数，按自然时间。`,
      en: `Mean hours from opening to the step '${event}', nights and holidays among them.`,
    },
    ...{ unit: HOURS, decimals: 1 },
    queries: [
      {
        selection: {
          select: [of("mean", "hoursOpen")],
          ...{ from: "case_event", where: [is("event", event), ...where, IN_TIME] },
        },
        ...{ format: "time_series", alias: "hoursOpen" },
      },
    ],
  });
}

export function inTimeCurve(where: readonly string[]): Panel {
  return curves({
    title: { zh: "每日按期处置率，按处置单位", en: "Handled in time each day, by unit" },
    description: {
      zh: "每日 feedback 步骤中未超时限的占比；虚线为95 %。",
      en: "Of the steps 'feedback' of each day those before the deadline; the line is 95 %.",
    },
    ...{ unit: SHARE, decimals: 0, min: 0, max: 1, interval: "1d" },
    limits: [{ value: IN_TIME_TARGET, color: BAD }],
    queries: [
      {
        selection: {
          select: [of("mean", "inTime")],
          ...{ from: "case_event", where: [is("event", "feedback"), ...where, IN_TIME] },
          ...{ groupBy: [each("1d"), "unit"], fill: "none", seriesMax: 30 },
        },
        ...{ format: "time_series", alias: "$tag_unit" },
      },
    ],
  });
}

/** A row for each unit. */
export function unitsTable(where: readonly string[]): Panel {
  const handled: Title = { zh: "处置数", en: "Handled" };
  return table({
    title: { zh: "各处置单位", en: "Units" },
    description: {
      zh: "所选时间内各单位 feedback 步骤数、按期占比和平均用时。",
      en: "Steps 'feedback' of each unit within the time: how many, how many in time, and the mean hours since the opening.",
    },
    ...{ unit: COUNT, width: 12 },
    queries: [
      {
        selection: {
          select: [of("count", "caseNo", "handled"), of("mean", "inTime"), of("mean", "hoursOpen")],
          from: "case_event",
          where: [is("event", "feedback"), ...where, IN_TIME],
          groupBy: ["unit"],
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      unit: { title: UNIT },
      handled: { title: handled, decimals: 0 },
      inTime: {
        title: { zh: "按期处置率", en: "In time" },
        ...{ unit: SHARE, decimals: 1, base: BAD },
        limits: [{ value: IN_TIME_TARGET, color: GOOD }],
      },
      hoursOpen: { title: { zh: "平均用时", en: "Mean time" }, unit: HOURS, decimals: 1 },
    },
    sortBy: handled,
  });
}

/** What ended furthest past its deadline. */
export function latest(where: readonly string[]): Panel {
  const hoursLeft: Title = { zh: "距时限", en: "To the deadline" };
  return table({
    title: { zh: "超期最久的结案", en: "Closed furthest past the deadline" },
    description: {
      zh: "所选时间内结案时超期最久的20个案卷。",
      en: "The 20 cases that were furthest past their deadline when they were closed.",
    },
    ...{ unit: COUNT, width: 12 },
    queries: [
      {
        selection: {
          select: [
            as(`bottom(${name("hoursLeft")}, 20)`, "hoursLeft"),
            name("caseNo"),
            name("unit"),
          ],
          from: "case_event",
          where: [isOneOf("event", ENDS), `${name("hoursLeft")} < 0`, ...where, IN_TIME],
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME },
      hoursLeft: { title: hoursLeft, unit: HOURS, decimals: 1 },
      caseNo: { title: { zh: "案卷号", en: "Case" }, link: caseOfRow },
      unit: { title: UNIT },
    },
    ...{ sortBy: hoursLeft, isAscending: true },
  });
}
