/**
 * What the assets of a class measure, made of the class alone: a measurement more in `model/` is a
 * panel and a column more here, under its own title and unit.
 */
import type { AssetClass, Measurement } from "../../model/asset-class.ts";
import { SHARED_MEASUREMENTS } from "../../model/asset-classes/declare-class.ts";
import { EACH_INTERVAL, IN_TIME, NOT_BAD, of, type Query, type Selection } from "../influxql.ts";
import { assetInCurveOf, assetInRowOf } from "../links.ts";
import {
  type Column,
  curves,
  NEUTRAL,
  type Panel,
  table,
  timeline,
  yesNoMapping,
} from "../panel.ts";
import { COUNT, unitOf } from "../units.ts";
import { ASSET, TIME } from "../words.ts";
import { limitText, linesOf, ruleLimits } from "./limits.ts";

/** Booleans and newest values are read from there; all else from roll-ups and periods. */
const INSTANT = "instant";
/** More curves than these nobody tells apart; the choice of assets at the top makes them fewer. */
const CURVES_MAX = 20;
const TABLE_ROWS_MAX = 500;
const NEWEST_WITHIN = "6h";
const RED = "semi-dark-red";
const GREEN = "semi-dark-green";
const GREY = "#8884";

export interface Scope {
  assetClass: AssetClass;
  /** A roll-up or period of docs/influxdb.md, which has least and most beside the mean; or the variable of it. */
  period: string;
  where: readonly string[];
  /** More points than these nobody sees: `$__interval` is no shorter. */
  interval?: string;
}

const isShared = ({ name }: Measurement): boolean =>
  SHARED_MEASUREMENTS.some((each) => each.name === name);

/** What the class itself measures. */
export function measurementPanels(scope: Scope): Panel[] {
  const own = scope.assetClass.measurements.filter((each) => !isShared(each));
  return own.map((measurement) =>
    measurement.kind === "boolean"
      ? yesNoPanel(scope, measurement)
      : curvePanel(scope, measurement),
  );
}

/** Battery and radio, which no period of a logger's has. */
export const sharedPanels = (scope: Scope): Panel[] =>
  scope.assetClass.measurements
    .filter(isShared)
    .map((measurement) => curvePanel(scope, measurement));

function curvePanel(scope: Scope, measurement: Measurement): Panel {
  const { assetClass, period, where, interval } = scope;
  const { name } = measurement;
  const limits = ruleLimits(assetClass, measurement);
  const said = limits.length === 0 ? "" : limitText(limits, measurement.unit);
  const all: Selection = {
    select: [of("min", `${name}_min`, "min"), of("max", `${name}_max`, "max")],
    from: period,
    where: [...where, NOT_BAD, IN_TIME],
    groupBy: [EACH_INTERVAL],
    fill: "none",
  };
  const queries: Query[] = [
    {
      selection: {
        ...all,
        select: [of("mean", name)],
        groupBy: [EACH_INTERVAL, "asset"],
        seriesMax: CURVES_MAX,
      },
      format: "time_series",
      alias: "$tag_asset",
    },
    { selection: all, format: "time_series", alias: "$col" },
  ];
  return curves({
    title: measurement.title,
    description: {
      zh: `各部件均值（最多${CURVES_MAX}条曲线），虚线为所选全部部件的最小值和最大值；不含无效数据。${said === "" ? "" : `默认规则限值：${said}。`}`,
      en: `Mean of each asset, ${CURVES_MAX} curves at most; dashed: least and most of all that are chosen; without bad readings.${said === "" ? "" : ` Limits of the default rules: ${said}.`}`,
    },
    unit: unitOf(measurement),
    decimals: measurement.decimals,
    queries,
    faint: ["B"],
    limits: linesOf(limits),
    links: [assetInCurveOf(assetClass.slug)],
    ...(interval === undefined ? {} : { interval }),
  });
}

/** Of one asset: a curve for each of its devices, as they said it. */
export function devicePanels(scope: Scope): Panel[] {
  const own = scope.assetClass.measurements.filter((each) => !isShared(each));
  return own.map((measurement) =>
    measurement.kind === "boolean"
      ? yesNoPanel(scope, measurement)
      : devicePanel(scope, measurement),
  );
}

export const sharedOfDevice = (scope: Scope): Panel[] =>
  scope.assetClass.measurements
    .filter(isShared)
    .map((measurement) => devicePanel(scope, measurement));

function devicePanel({ assetClass, period, where }: Scope, measurement: Measurement): Panel {
  const limits = ruleLimits(assetClass, measurement);
  const said = limits.length === 0 ? "" : limitText(limits, measurement.unit);
  return curves({
    title: measurement.title,
    description: {
      zh: `各设备的数值，不含无效数据。${said === "" ? "" : `默认规则限值：${said}。`}`,
      en: `What each device said, without bad readings.${said === "" ? "" : ` Limits of the default rules: ${said}.`}`,
    },
    unit: unitOf(measurement),
    decimals: measurement.decimals,
    limits: linesOf(limits),
    queries: [
      {
        selection: {
          select: [of("mean", measurement.name)],
          from: period,
          where: [...where, NOT_BAD, IN_TIME],
          groupBy: [EACH_INTERVAL, "device"],
          fill: "none",
        },
        format: "time_series",
        alias: "$tag_device",
      },
    ],
  });
}

function yesNoPanel(scope: Scope, measurement: Measurement): Panel {
  const { assetClass, where } = scope;
  return timeline({
    title: measurement.title,
    description: {
      zh: `各部件的最新状态（最多${CURVES_MAX}个）；默认规则视为异常的状态为红色。`,
      en: `Newest state of each asset, ${CURVES_MAX} at most; red is what a default rule takes for abnormal.`,
    },
    unit: unitOf(measurement),
    queries: [
      {
        selection: {
          select: [of("last", measurement.name)],
          from: INSTANT,
          where: [...where, NOT_BAD, IN_TIME],
          groupBy: [EACH_INTERVAL, "asset"],
          fill: "none",
          seriesMax: CURVES_MAX,
        },
        format: "time_series",
        alias: "$tag_asset",
      },
    ],
    colors: colorsOf(assetClass, measurement),
    links: [assetInCurveOf(assetClass.slug)],
  });
}

function colorsOf({ rules }: AssetClass, { name }: Measurement): { yes: string; no: string } {
  const abnormal = rules.flatMap(({ condition }) =>
    condition.kind === "boolean" && condition.measurement === name ? [condition.abnormalWhen] : [],
  );
  if (abnormal.includes(true)) return { yes: RED, no: GREEN };
  if (abnormal.includes(false)) return { yes: GREEN, no: RED };
  return { yes: GREEN, no: GREY };
}

/** A row for each asset, a column for each measurement, coloured from its limits on. */
export function newestValues({ assetClass, where }: Omit<Scope, "period">): Panel {
  const { measurements } = assetClass;
  return table({
    title: { zh: `${assetClass.title.zh}最新值`, en: `Newest values: ${assetClass.title.en}` },
    description: {
      zh: `各部件每项的最新值（instant，最近${NEWEST_WITHIN}，最多${TABLE_ROWS_MAX}个部件），不含无效数据；达到默认规则限值的着色。`,
      en: `The newest value of each measurement of the last ${NEWEST_WITHIN} in 'instant', without bad readings, ${TABLE_ROWS_MAX} assets at most; coloured where a default rule has its limit.`,
    },
    unit: COUNT,
    within: NEWEST_WITHIN,
    queries: [
      {
        selection: {
          select: measurements.map(({ name }) => of("last", name)),
          from: INSTANT,
          where: [...where, NOT_BAD, IN_TIME],
          groupBy: ["asset"],
          seriesMax: TABLE_ROWS_MAX,
        },
        format: "table",
      },
    ],
    columns: {
      Time: { title: TIME, isHidden: true },
      asset: { title: ASSET, link: assetInRowOf(assetClass.slug) },
      ...Object.fromEntries(measurements.map((each) => [each.name, columnOf(assetClass, each)])),
    },
  });
}

function columnOf(assetClass: AssetClass, measurement: Measurement): Column {
  const { title, decimals, kind } = measurement;
  const look = { title, decimals, unit: unitOf(measurement) };
  if (kind === "boolean") {
    return { ...look, mappings: [yesNoMapping(colorsOf(assetClass, measurement))] };
  }
  const limits = ruleLimits(assetClass, measurement);
  if (limits.length === 0) return look;
  // From a lower limit on all is well; below it is what the rule tells.
  const lower = linesOf(limits.filter(({ sign }) => sign === "<" || sign === "≤"));
  const upper = linesOf(limits.filter(({ sign }) => sign === ">" || sign === "≥"));
  const base = lower[0]?.color ?? NEUTRAL;
  const well = lower.map(({ value }, n) => ({ value, color: lower[n + 1]?.color ?? NEUTRAL }));
  return { ...look, base, limits: [...well, ...upper] };
}
