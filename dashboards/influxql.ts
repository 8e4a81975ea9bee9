/**
 * InfluxQL as data, and the query of a panel made of it: the SDK has builders for other languages and
 * none for this one. What goes in are names and literals, which are quoted here; what comes out is the
 * text that Grafana sends once it has put in `$timeFilter`, `$__interval` and the board's variables.
 */
import type * as cog from "@grafana/grafana-foundation-sdk/cog";

/** The data source of `provisioning/datasources`, known by this uid everywhere. */
export const DATA_SOURCE = { type: "influxdb", uid: "gridwarden-influx" } as const;

export interface Selection {
  select: readonly string[];
  /** A measurement of docs/influxdb.md, or another selection. */
  from: string | Selection;
  where?: readonly string[];
  groupBy?: readonly string[];
  fill?: "none" | "previous" | "0";
  newestFirst?: boolean;
  rowsMax?: number;
  seriesMax?: number;
}

export const name = (text: string): string =>
  `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
export const literal = (text: string): string =>
  `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** `last("open") AS "open"`: each column has a name of its own, which panels and tests go by. */
export const of = (fn: string, field: string, as = field): string =>
  `${fn}(${name(field)}) AS ${name(as)}`;
export const as = (expression: string, column: string): string =>
  `${expression} AS ${name(column)}`;

export const is = (tag: string, value: string): string => `${name(tag)} = ${literal(value)}`;
export const isOneOf = (tag: string, values: readonly string[]): string =>
  `${name(tag)} =~ /^(${values.join("|")})$/`;
/** Grafana writes one value, `(a|b)` or `.*` here, escaped as a regular expression wants it. */
export const isChosen = (tag: string, variable = tag): string => `${name(tag)} =~ /^$${variable}$/`;

export const IN_TIME = "$timeFilter";
export const NOT_BAD = `"quality" <> 'bad'`;
export const EACH_INTERVAL = "time($__interval)";
export const EACH_SERIES = "*";
/** A day of the city's, not of Greenwich. */
export const EACH_DAY = "time(1d)";
const TIME_ZONE = "Asia/Shanghai";
export const each = (span: string): string => `time(${span})`;

export function textOf(selection: Selection): string {
  const { select, from, where = [], groupBy = [], fill, rowsMax, seriesMax } = selection;
  const source = typeof from === "string" ? name(from) : `(${textOf(from)})`;
  const isBare = (group: string): boolean => group.startsWith("time(") || group === EACH_SERIES;
  const groups = groupBy.map((group) => (isBare(group) ? group : name(group)));
  return [
    `SELECT ${select.join(", ")} FROM ${source}`,
    where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`,
    groups.length === 0 ? "" : `GROUP BY ${groups.join(", ")}`,
    fill === undefined ? "" : `fill(${fill})`,
    selection.newestFirst === true ? "ORDER BY time DESC" : "",
    rowsMax === undefined ? "" : `LIMIT ${rowsMax}`,
    seriesMax === undefined ? "" : `SLIMIT ${seriesMax}`,
    groupBy.includes(EACH_DAY) ? `tz(${literal(TIME_ZONE)})` : "",
  ]
    .filter((part) => part !== "")
    .join(" ");
}

/** Values of a tag, for a variable. */
export function tagValues(measurement: string, tag: string, where: readonly string[] = []): string {
  const narrowed = where.length === 0 ? "" : ` WHERE ${where.join(" AND ")}`;
  return `SHOW TAG VALUES FROM ${name(measurement)} WITH KEY = ${name(tag)}${narrowed}`;
}

export interface Query {
  selection: Selection;
  format: "time_series" | "table";
  /** Name of a series: `$tag_asset`, `$col`, or a text. */
  alias?: string;
}

/** As the data source of Grafana keeps a query that was written by hand. */
export type InfluxTarget = {
  refId: string;
  datasource: typeof DATA_SOURCE;
  query: string;
  rawQuery: true;
  resultFormat: Query["format"];
  alias?: string;
};

export function targetOf(query: Query, refId: string): cog.Builder<cog.Dataquery> {
  const { selection, format: resultFormat, alias } = query;
  const target: InfluxTarget = {
    ...{ refId, datasource: DATA_SOURCE, query: textOf(selection), rawQuery: true, resultFormat },
    ...(alias === undefined ? {} : { alias }),
  };
  return dataquery(target);
}

/** The SDK knows a query by this method; JSON leaves it out. */
export function dataquery(target: object): cog.Builder<cog.Dataquery> {
  return { build: () => ({ ...target, _implementsDataqueryVariant: () => {} }) };
}
