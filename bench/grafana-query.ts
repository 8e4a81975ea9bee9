/**
 * What Grafana makes of an InfluxQL query before InfluxDB sees it. First its browser side puts in the board's
 * variables: grafana/grafana, public/app/plugins/datasource/influxdb/datasource.ts, `interpolateQueryExpr`, and
 * public/app/features/templating/template_srv.ts. Then its server puts in the time and the interval:
 * pkg/tsdb/influxdb/models/query.go, `Build`; packages/grafana-data/src/datetime/rangeutil.ts. Pure.
 */
import {
  DAY_MS,
  type DurationMs,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  SECOND_MS,
} from "../model/clock.ts";

/** A variable of a board, and what somebody has chosen of it. */
export interface Chosen {
  name: string;
  /** Several only where it may have several; `$__all` is all. */
  value: string | readonly string[];
  isMulti: boolean;
  /** All there are, where `allValue` does not stand for them. */
  options?: readonly string[];
  /** Stands for all, as it is. */
  allValue?: string | undefined;
}

export interface TimeRange {
  from: Instant;
  to: Instant;
}

export const ALL = "$__all";

/** `$name`, `[[name]]`, `${name}`, `${name:format}`. */
const VARIABLE = /\$(\w+)|\[\[(\w+?)(?::(\w+))?\]\]|\$\{(\w+)(?::([^}]+))?\}/g;
/** Where a query holds something against a regular expression. */
const MATCHES = /[=!]~\s*\/(?:[^/\\]|\\.)+\//g;

export function filledIn(
  query: string,
  chosen: readonly Chosen[],
  range: TimeRange,
  intervalMs: DurationMs,
): string {
  return withVariables(query, chosen, range)
    .replaceAll("$timeFilter", `time >= ${range.from}ms and time <= ${range.to}ms`)
    .replaceAll("$__interval_ms", String(intervalMs))
    .replaceAll("$__interval", intervalText(intervalMs));
}

/** Of a name that is no variable's nothing is replaced. */
function withVariables(query: string, chosen: readonly Chosen[], { from, to }: TimeRange): string {
  const times: Record<string, string> = { __from: String(from), __to: String(to) };
  return query.replace(VARIABLE, (whole, plain, bracketed, itsFormat, braced, bracedFormat) => {
    const name: string = plain ?? bracketed ?? braced;
    const format: string | undefined = itsFormat ?? bracedFormat;
    const variable = chosen.find((each) => each.name === name);
    return variable === undefined ? (times[name] ?? whole) : textOf(variable, format, query);
  });
}

function textOf(variable: Chosen, format: string | undefined, query: string): string {
  const { value, options = [], allValue } = variable;
  const isAll = value === ALL || (typeof value !== "string" && value[0] === ALL);
  if (isAll && allValue !== undefined) return allValue;
  const values = isAll ? options : value;
  return format === undefined ? inQuery(variable, values, query) : formatted(values, format);
}

/** Several, and what stands in a regular expression, are escaped; what begins as a number is not. */
function inQuery(
  { name, isMulti }: Chosen,
  value: string | readonly string[],
  query: string,
): string {
  if (typeof value === "string" && !Number.isNaN(Number.parseFloat(value))) return value;
  const isMatched = (query.match(MATCHES) ?? []).some((match) => match.includes(`$${name}`));
  if (isMulti || isMatched) {
    return typeof value === "string" ? escaped(value) : `(${value.map(escaped).join("|")})`;
  }
  return typeof value === "string" ? value : value.join(",");
}

function formatted(value: string | readonly string[], format: string): string {
  const values = typeof value === "string" ? [value] : value;
  switch (format) {
    case "regex":
      return values.length === 1 ? escaped(values[0] ?? "") : `(${values.map(escaped).join("|")})`;
    case "pipe":
      return values.join("|");
    case "csv":
    case "raw":
      return values.join(",");
    case "singlequote":
      return values.map((each) => `'${each.replaceAll("'", "\\'")}'`).join(",");
    case "doublequote":
      return values.map((each) => `"${each.replaceAll('"', '\\"')}"`).join(",");
    default:
      throw new Error(`format '${format}' of a variable is not known here; add it`);
  }
}

const escaped = (text: string): string => text.replace(/[\\^$*+?.()|[\]{}/]/g, "\\$&");

/** `$__interval` of a panel so many pixels wide, no shorter than its own least. */
export function intervalOf(
  { from, to }: TimeRange,
  pixels: number,
  leastMs: DurationMs,
): DurationMs {
  const exact = (to - from) / pixels;
  const step = STEPS.find(([below]) => exact < below);
  return Math.max(leastMs, step?.[1] ?? YEAR_MS);
}

const YEAR_MS = 365 * DAY_MS;
/** Below so much an interval is so long. */
const STEPS: readonly (readonly [DurationMs, DurationMs])[] = [
  ...[
    [10, 1],
    [15, 10],
    [35, 20],
    [75, 50],
    [150, 100],
    [350, 200],
    [750, 500],
  ],
  ...[
    [1_500, 1_000],
    [3_500, 2_000],
    [7_500, 5_000],
    [12_500, 10_000],
    [17_500, 15_000],
  ],
  ...[
    [25_000, 20_000],
    [45_000, 30_000],
    [90_000, 60_000],
    [210_000, 120_000],
  ],
  ...[
    [450_000, 300_000],
    [750_000, 600_000],
    [1_050_000, 900_000],
    [1_500_000, 1_200_000],
  ],
  ...[
    [2_700_000, 1_800_000],
    [5_400_000, HOUR_MS],
    [9_000_000, 2 * HOUR_MS],
  ],
  ...[
    [16_200_000, 3 * HOUR_MS],
    [32_400_000, 6 * HOUR_MS],
    [DAY_MS, 12 * HOUR_MS],
  ],
  ...[
    [7 * DAY_MS, DAY_MS],
    [21 * DAY_MS, 7 * DAY_MS],
    [42 * DAY_MS, 30 * DAY_MS],
  ],
] as [DurationMs, DurationMs][];

/** The largest unit that fits, and what is over falls away. */
function intervalText(intervalMs: DurationMs): string {
  const [size = 1, unit = "ms"] = UNITS.find(([each]) => intervalMs >= each) ?? [];
  return `${Math.max(1, Math.floor(intervalMs / size))}${unit}`;
}

const UNITS: readonly (readonly [DurationMs, string])[] = [
  [DAY_MS, "d"],
  [HOUR_MS, "h"],
  [MINUTE_MS, "m"],
  [SECOND_MS, "s"],
];

/** `5m` in milliseconds, as panels and times of boards say it. */
export function spanMs(text: string): DurationMs {
  const [, count = "", unit = ""] = /^(\d+)(ms|[smhd])$/.exec(text) ?? [];
  const size = unit === "ms" ? 1 : UNITS.find(([, each]) => each === unit)?.[0];
  if (size === undefined) throw new Error(`'${text}' is no span like 30s, 5m, 6h or 7d`);
  return Number(count) * size;
}
