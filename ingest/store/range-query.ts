/**
 * Answers a query of a time range, raw or in buckets, over tables and sealed files alike. Long
 * ranges are read a few days at a time, oldest first, so that one query neither holds the others up
 * nor needs much memory, and stops as soon as every series has its points.
 */
import { DAY_MS } from "../../model/clock.ts";
import { BAD_FLAGS, SUSPECT_FLAGS } from "../../model/reading.ts";
import { type Catalog, dayOf, findSources, unionOf } from "./catalog.ts";
import { type Duck, streamColumns } from "./duck.ts";
import type { Aggregate, ReadingQuery } from "./reading-store.ts";
import type { PointColumns } from "./store-messages.ts";

/** Days that one statement reads. */
const STEP_DAYS = 16;

/** p50 and p95 interpolate between the two nearest values; sums are compensated (Kahan). */
const AGGREGATES: Record<Aggregate, string> = {
  mean: "favg(value)",
  min: "min(least)",
  max: "max(most)",
  first: "first(value order by observed_at, key nulls first)",
  last: "last(value order by observed_at, key nulls first)",
  sum: "fsum(value)",
  count: "count(*)::double",
  p50: "quantile_cont(value, 0.5)",
  p95: "quantile_cont(value, 0.95)",
};

/** Growing columns. */
interface Growing {
  at: Float64Array;
  value: Float64Array;
  flags: Uint16Array;
  length: number;
  truncated: boolean;
}

export interface RangeQuery {
  /** Reads the next few days; answers false when there is nothing more to read. */
  step(): Promise<boolean>;
  points(): PointColumns[];
}

export function createRangeQuery(duck: Duck, catalog: Catalog, query: ReadingQuery): RangeQuery {
  const seriesIds = [...new Set(query.seriesIds)].filter(
    (id) => catalog.retentionDays[id] !== undefined,
  );
  const found = new Map<number, Growing>(
    query.seriesIds.map((id) => [id, { ...emptyPoints(), length: 0, truncated: false }]),
  );
  const stepMs = stepLength(query);
  const range = clampRange(catalog, query);
  let from = range.from;

  const isFull = (): boolean => [...found.values()].every((points) => points.truncated);

  const take = (series: number, at: number, value: number, flags: number): void => {
    const points = found.get(series);
    if (points === undefined || points.truncated) return;
    if (points.length === query.pointsPerSeriesMax) points.truncated = true;
    else push(points, at, value, flags);
  };

  return {
    async step() {
      if (from >= range.to || seriesIds.length === 0) return false;
      const begin = from;
      from = nextStep(query, begin, stepMs);
      const sql = stepSql(catalog, query, {
        seriesIds,
        from: begin,
        to: Math.min(from, range.to),
      });
      if (sql === undefined) return true;
      await streamColumns(duck.reader, sql, (columns, length) => {
        const [series, at, value, flags] = columns;
        for (let row = 0; row < length; row += 1) {
          take(series?.[row] ?? 0, at?.[row] ?? 0, value?.[row] ?? 0, flags?.[row] ?? 0);
        }
        return !isFull();
      });
      return !isFull();
    },
    points: () =>
      [...found].map(([seriesId, points]) => ({
        seriesId,
        at: points.at.slice(0, points.length),
        value: points.value.slice(0, points.length),
        flags: points.flags.slice(0, query.bucket === undefined ? points.length : 0),
        truncated: points.truncated,
      })),
  };
}

/** A step ends where a bucket ends, so that no bucket is answered twice. */
function stepLength(query: ReadingQuery): number {
  const everyMs = query.bucket?.everyMs ?? DAY_MS;
  return Math.ceil((STEP_DAYS * DAY_MS) / everyMs) * everyMs;
}

function nextStep(query: ReadingQuery, from: number, stepMs: number): number {
  const origin = query.bucket?.originMs ?? 0;
  return (Math.floor((from - origin) / stepMs) + 1) * stepMs + origin;
}

/** The part of the asked range in which there are days at all. */
function clampRange(catalog: Catalog, query: ReadingQuery): { from: number; to: number } {
  let dayMin = Infinity;
  let dayMax = -Infinity;
  for (const { day } of [...catalog.tables, ...catalog.parts]) {
    dayMin = Math.min(dayMin, day);
    dayMax = Math.max(dayMax, day);
  }
  return {
    from: Math.ceil(Math.max(query.from, dayMin * DAY_MS)),
    to: Math.ceil(Math.min(query.to, (dayMax + 1) * DAY_MS)),
  };
}

function stepSql(
  catalog: Catalog,
  query: ReadingQuery,
  step: { seriesIds: number[]; from: number; to: number },
): string | undefined {
  const sources = findSources(catalog, {
    seriesIds: step.seriesIds,
    dayMin: dayOf(step.from),
    dayMax: dayOf(step.to - 1),
  });
  const refused = query.goodOnly ? BAD_FLAGS | SUSPECT_FLAGS : BAD_FLAGS;
  const ids = step.seriesIds;
  const union = unionOf(
    catalog,
    sources,
    `series_id between ${minOf(ids)} and ${maxOf(ids)} and series_id in (${ids.join(", ")}) and ` +
      `observed_at >= ${step.from} and observed_at < ${step.to} and (flags & ${refused}) = 0`,
  );
  if (union === undefined) return undefined;
  if (query.bucket === undefined) {
    return `select series_id, observed_at::double, value, flags::usmallint from (${union})
      order by series_id, observed_at, key nulls first`;
  }
  const { fn, everyMs, originMs } = query.bucket;
  // Integer division cuts towards zero, so buckets are counted from an origin before the step.
  const origin = originMs + Math.floor((step.from - originMs) / everyMs) * everyMs;
  return `select series_id, ((observed_at - ${origin}) // ${everyMs})::double * ${everyMs} + ${origin},
      ${AGGREGATES[fn]} from (${union}) group by 1, 2 order by 1, 2`;
}

function minOf(values: readonly number[]): number {
  return values.reduce((least, value) => Math.min(least, value), Infinity);
}

function maxOf(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}

function emptyPoints(): Pick<Growing, "at" | "value" | "flags"> {
  return { at: new Float64Array(64), value: new Float64Array(64), flags: new Uint16Array(64) };
}

function push(points: Growing, at: number, value: number, flags: number): void {
  const { length } = points;
  if (length === points.at.length) {
    points.at = grown(points.at, new Float64Array(length * 2));
    points.value = grown(points.value, new Float64Array(length * 2));
    points.flags = grown(points.flags, new Uint16Array(length * 2));
  }
  points.at[length] = at;
  points.value[length] = value;
  points.flags[length] = flags;
  points.length += 1;
}

function grown<Column extends Float64Array | Uint16Array>(values: Column, larger: Column): Column {
  larger.set(values);
  return larger;
}
