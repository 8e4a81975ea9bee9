/**
 * The five kinds of panel that the boards use. What every panel has is wanted here: a title and a
 * description in both languages, a unit, and queries to the one data source.
 */
import { PanelBuilder as BarGaugePanel } from "@grafana/grafana-foundation-sdk/bargauge";
import type * as cog from "@grafana/grafana-foundation-sdk/cog";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as grafana from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as StatPanel } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as StateTimelinePanel } from "@grafana/grafana-foundation-sdk/statetimeline";
import { PanelBuilder as TablePanel } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeriesPanel } from "@grafana/grafana-foundation-sdk/timeseries";
import type { Measurement } from "../model/asset-class.ts";
import { DATA_SOURCE, type Query, targetOf } from "./influxql.ts";

export type Title = Measurement["title"];

export const titleOf = ({ zh, en }: Title): string => (zh === en ? zh : `${zh} / ${en}`);

/** Of 24 columns, and rows of about 30 pixels. */
export interface PanelSpec {
  title: Title;
  description: Title;
  unit: string;
  queries: readonly Query[];
  width?: number;
  height?: number;
  decimals?: number;
  min?: number;
  max?: number;
  /** The least of `$__interval`: how often what is counted comes. */
  interval?: string;
  /** Looks only so far back, whatever the board's time is: what is now. */
  within?: string;
  noValue?: string;
  limits?: readonly Limit[];
  links?: readonly PanelLink[];
  columns?: Readonly<Record<string, Column>>;
}

/** A line at a value; in tables and single values the colour from there on. */
export interface Limit {
  value: number;
  color: string;
}

export interface PanelLink {
  title: Title;
  url: string;
}

/** How a column or series is shown otherwise than the panel says. */
export interface Column {
  title?: Title;
  unit?: string;
  decimals?: number;
  limits?: readonly Limit[];
  /** Of the lowest part, below all limits. */
  base?: string;
  mappings?: grafana.ValueMapping[];
  link?: PanelLink;
  isHidden?: boolean;
}

export const NEUTRAL = "transparent";
export const GOOD = "green";
export const BAD = "red";

export interface Sized {
  width: number;
  height: number;
}
/** A panel with its size; the board gives it its place. */
export type Panel = cog.Builder<grafana.Panel> & { at(x: number, y: number): Panel; size: Sized };

interface Common {
  build(): grafana.Panel;
  title(text: string): this;
  description(text: string): this;
  datasource(source: common.DataSourceRef): this;
  unit(unit: string): this;
  targets(targets: cog.Builder<cog.Dataquery>[]): this;
  gridPos(place: grafana.GridPos): this;
  decimals(digits: number): this;
  min(value: number): this;
  max(value: number): this;
  interval(text: string): this;
  timeFrom(text: string): this;
  noValue(text: string): this;
  thresholds(config: cog.Builder<grafana.ThresholdsConfig>): this;
  dataLinks(links: cog.Builder<grafana.DashboardLink>[]): this;
  overrideByName(name: string, properties: grafana.DynamicConfigValue[]): this;
}

function thresholdsOf(limits: readonly Limit[], base: string) {
  const steps = [{ value: null, color: base }, ...limits];
  return new grafana.ThresholdsConfigBuilder().mode(grafana.ThresholdsMode.Absolute).steps(steps);
}

function linkOf({ title, url }: PanelLink) {
  return new grafana.DashboardLinkBuilder(titleOf(title)).url(url).type(URL_LINK);
}
const URL_LINK = grafana.DashboardLinkType.Link;

export function fill<Builder extends Common>(
  builder: Builder,
  spec: PanelSpec,
  base: string,
): Builder {
  const { title, description, unit, queries, limits = [] } = spec;
  const targets = queries.map((query, n) => targetOf(query, String.fromCharCode(65 + n)));
  builder
    .title(titleOf(title))
    .description(`${description.zh}\n\n${description.en}`)
    .datasource(DATA_SOURCE)
    .unit(unit)
    .targets(targets)
    .thresholds(thresholdsOf(limits, base));
  if (spec.decimals !== undefined) builder.decimals(spec.decimals);
  if (spec.min !== undefined) builder.min(spec.min);
  if (spec.max !== undefined) builder.max(spec.max);
  if (spec.interval !== undefined) builder.interval(spec.interval);
  if (spec.within !== undefined) builder.timeFrom(spec.within);
  if (spec.noValue !== undefined) builder.noValue(spec.noValue);
  if (spec.links !== undefined) builder.dataLinks(spec.links.map(linkOf));
  for (const [column, look] of Object.entries(spec.columns ?? {})) {
    builder.overrideByName(column, propertiesOf(look));
  }
  return builder;
}

function propertiesOf(look: Column): grafana.DynamicConfigValue[] {
  const { title, unit, decimals, limits, base = NEUTRAL, mappings, link, isHidden } = look;
  const colored = { type: common.TableCellDisplayMode.ColorBackground };
  const all: [string, unknown][] = [
    ["displayName", title === undefined ? undefined : titleOf(title)],
    ["unit", unit],
    ["decimals", decimals],
    ["mappings", mappings],
    ["thresholds", limits === undefined ? undefined : thresholdsOf(limits, base).build()],
    ["custom.cellOptions", limits === undefined ? undefined : colored],
    ["links", link === undefined ? undefined : [linkOf(link).build()]],
    ["custom.hideFrom.viz", isHidden],
  ];
  return all.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value }));
}

export function placed<Builder extends Common>(builder: Builder, size: Sized): Panel {
  const panel: Panel = {
    size,
    build: () => builder.build(),
    at(x, y) {
      builder.gridPos({ x, y, w: size.width, h: size.height });
      return panel;
    },
  };
  return panel;
}

const newestOf = (isEveryRow: boolean) =>
  new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("").values(isEveryRow);

/** Curves, or bars on top of each other; limits are lines. */
export function curves(
  spec: PanelSpec & {
    as?: "lines" | "steps" | "bars";
    stacked?: "normal" | "percent";
    /** Queries drawn dashed and grey, by their letters. */
    faint?: readonly string[];
  },
): Panel {
  const { width = 12, height = 8, as = "lines", limits = [], stacked, faint = [] } = spec;
  const builder = fill(new TimeSeriesPanel(), spec, NEUTRAL)
    .drawStyle(as === "bars" ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
    .lineInterpolation(
      as === "steps" ? common.LineInterpolation.StepAfter : common.LineInterpolation.Linear,
    )
    .lineWidth(1)
    .fillOpacity(as === "bars" || stacked !== undefined ? 60 : 0)
    .showPoints(common.VisibilityMode.Auto)
    .spanNulls(false)
    .legend(
      new common.VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Right)
        .calcs(["lastNotNull", "max"]),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    );
  if (limits.length > 0) {
    const dashed = common.GraphThresholdsStyleMode.Dashed;
    builder.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(dashed));
  }
  if (stacked !== undefined) {
    const mode = stacked === "percent" ? common.StackingMode.Percent : common.StackingMode.Normal;
    builder.stacking(new common.StackingConfigBuilder().mode(mode).group("A"));
  }
  for (const letter of faint) {
    builder.overrideByQuery(letter, [
      { id: "custom.lineStyle", value: { fill: "dash", dash: [8, 8] } },
      { id: "color", value: { mode: "fixed", fixedColor: "gray" } },
    ]);
  }
  return placed(builder, { width, height });
}

/** Single values, each with its curve where its query has one. */
export function figure(spec: PanelSpec & { base?: string; isEveryRow?: boolean }): Panel {
  const { width = 4, height = 4, base = NEUTRAL, isEveryRow = false } = spec;
  const isPlain = base === NEUTRAL && spec.limits === undefined;
  const builder = fill(new StatPanel(), spec, isPlain ? "text" : base)
    .graphMode(common.BigValueGraphMode.None)
    .colorMode(isPlain ? common.BigValueColorMode.None : common.BigValueColorMode.Value)
    .reduceOptions(newestOf(isEveryRow));
  return placed(builder, { width, height });
}

/** A bar for each series. */
export function bars(spec: PanelSpec & { base?: string }): Panel {
  const { width = 8, height = 8, base = GOOD } = spec;
  const builder = fill(new BarGaugePanel(), spec, base)
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .valueMode(common.BarGaugeValueMode.Color)
    .orientation(common.VizOrientation.Horizontal)
    .reduceOptions(newestOf(false));
  return placed(builder, { width, height });
}

export function table(spec: PanelSpec & { sortBy?: Title; isAscending?: boolean }): Panel {
  const { width = 24, height = 9, sortBy, isAscending = false } = spec;
  const builder = fill(new TablePanel(), spec, NEUTRAL).showHeader(true).filterable(true);
  if (sortBy !== undefined) {
    const order = new common.TableSortByFieldStateBuilder()
      .displayName(titleOf(sortBy))
      .desc(!isAscending);
    builder.sortBy([order]);
  }
  return placed(builder, { width, height });
}

/** What is so and what is not, through time, a line for each series. */
export function timeline(spec: PanelSpec & { colors: { yes: string; no: string } }): Panel {
  const { width = 12, height = 8, colors } = spec;
  const builder = fill(new StateTimelinePanel(), spec, NEUTRAL)
    .mappings([yesNoMapping(colors)])
    .showValue(common.VisibilityMode.Never)
    .mergeValues(true)
    .rowHeight(0.9)
    .fillOpacity(80)
    .legend(new common.VizLegendOptionsBuilder().showLegend(true));
  return placed(builder, { width, height });
}

export function yesNoMapping({ yes, no }: { yes: string; no: string }): grafana.ValueMap {
  return {
    type: grafana.MappingType.ValueToText,
    options: {
      0: { text: "否 / no", color: no, index: 0 },
      1: { text: "是 / yes", color: yes, index: 1 },
    },
  };
}
