/**
 * Rows as a test of a store writes them, and what a query over them must answer, worked out in the
 * plainest way: the model that every store is held against.
 */
import { expect } from "vitest";
import { DAY_MS, type Instant } from "../../model/clock.ts";
import { BAD_FLAGS, SUSPECT_FLAGS } from "../../model/reading.ts";
import type {
  Aggregate,
  Ledger,
  ReadingColumns,
  ReadingQuery,
  ReadingStore,
  Series,
  StoreBatch,
} from "./reading-store.ts";

/** A row as a test writes it; what is absent is ordinary. */
export interface Row {
  seriesId: number;
  at: Instant;
  value: number;
  receivedAt?: Instant;
  flags?: number;
  claimedAt?: Instant;
  key?: number;
  min?: number;
  max?: number;
  total?: number;
}

/** The first instant of a UTC day. */
export const DAY: Instant = Date.UTC(2026, 10, 20);

export function seriesOf(...ids: number[]): Series[] {
  return ids.map((seriesId) => ({
    seriesId,
    deviceId: `device-${seriesId}`,
    measurement: "fillPercent",
    period: "instant",
    retentionDays: 90,
  }));
}

export function columnsOf(rows: readonly Row[]): ReadingColumns {
  const optional = (name: "claimedAt" | "key" | "min" | "max" | "total") =>
    rows.some((row) => row[name] !== undefined)
      ? { [name]: Float64Array.from(rows, (row) => row[name] ?? Number.NaN) }
      : {};
  return {
    length: rows.length,
    seriesId: Int32Array.from(rows, (row) => row.seriesId),
    observedAt: Float64Array.from(rows, (row) => row.at),
    receivedAt: Float64Array.from(rows, (row) => row.receivedAt ?? row.at + 1_500),
    value: Float64Array.from(rows, (row) => row.value),
    flags: Uint16Array.from(rows, (row) => row.flags ?? 0),
    ...optional("claimedAt"),
    ...optional("key"),
    ...optional("min"),
    ...optional("max"),
    ...optional("total"),
  };
}

export function batchOf(position: number, rows: readonly Row[], newSeries: Series[] = []) {
  const ledger: Ledger = {
    journaled: rows.length + 2,
    stored: rows.length,
    duplicate: 1,
    conflict: 0,
    putAside: 1,
  };
  return { position, newSeries, columns: columnsOf(rows), ledger } satisfies StoreBatch;
}

export function rawQuery(seriesIds: number[], more: Partial<ReadingQuery> = {}): ReadingQuery {
  return {
    seriesIds,
    from: DAY - 400 * DAY_MS,
    to: DAY + 400 * DAY_MS,
    goodOnly: false,
    pointsPerSeriesMax: 50_000,
    ...more,
  };
}

/** What a query answers, from the rows themselves. */
export function modelAnswer(rows: readonly Row[], query: ReadingQuery) {
  const refused = query.goodOnly ? BAD_FLAGS | SUSPECT_FLAGS : BAD_FLAGS;
  return query.seriesIds.map((seriesId) => {
    const seen = rows
      .filter((row) => row.seriesId === seriesId && row.at >= query.from && row.at < query.to)
      .filter((row) => ((row.flags ?? 0) & refused) === 0)
      .sort((a, b) => a.at - b.at || (a.key ?? -1) - (b.key ?? -1));
    const all = bucketed(seen, query);
    const truncated = all.length > query.pointsPerSeriesMax;
    return { seriesId, points: all.slice(0, query.pointsPerSeriesMax), truncated };
  });
}

function bucketed(rows: readonly Row[], { bucket }: ReadingQuery): [number, number][] {
  if (bucket === undefined) return rows.map((row) => [row.at, row.value]);
  const buckets = new Map<number, number[]>();
  for (const row of rows) {
    const index = Math.floor((row.at - bucket.originMs) / bucket.everyMs);
    const start = bucket.originMs + index * bucket.everyMs;
    const values = buckets.get(start) ?? [];
    values.push(valueFor(bucket.fn, row));
    buckets.set(start, values);
  }
  return [...buckets].map(([start, values]) => [start, modelAggregate(bucket.fn, values)]);
}

/** Of a period its least or most; the mean that it stands with for all else. */
function valueFor(fn: Aggregate, row: Row): number {
  if (fn === "min") return row.min ?? row.value;
  return fn === "max" ? (row.max ?? row.value) : row.value;
}

function modelAggregate(fn: Aggregate, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const sorted = [...values].sort((a, b) => a - b);
  const share = (part: number): number => {
    const place = part * (sorted.length - 1);
    const low = sorted[Math.floor(place)] ?? 0;
    return low + ((sorted[Math.ceil(place)] ?? 0) - low) * (place - Math.floor(place));
  };
  const answers: Record<Aggregate, number> = {
    mean: sum / values.length,
    min: sorted[0] ?? 0,
    max: sorted.at(-1) ?? 0,
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    sum,
    count: values.length,
    p50: share(0.5),
    p95: share(0.95),
  };
  return answers[fn];
}

/** Equal up to the order in which numbers were added. */
export function expectSame(
  got: Awaited<ReturnType<ReadingStore["query"]>>,
  wanted: ReturnType<typeof modelAnswer>,
): void {
  const times = (list: typeof got) =>
    list.map(({ seriesId, points, truncated }) => ({
      seriesId,
      truncated,
      times: points.map(([at]) => at),
    }));
  expect(times(got)).toEqual(times(wanted));
  const isNear = (value: number, other: number): boolean =>
    Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(other));
  const different = got.flatMap((series, index) =>
    series.points
      .map(([at, value], place) => ({ at, value, wanted: wanted[index]?.points[place]?.[1] }))
      .filter((point) => !isNear(point.value, point.wanted ?? Number.NaN)),
  );
  expect(different).toEqual([]);
}

export const AGGREGATES: Aggregate[] = [
  "mean",
  "min",
  "max",
  "first",
  "last",
  "sum",
  "count",
  "p50",
  "p95",
];
