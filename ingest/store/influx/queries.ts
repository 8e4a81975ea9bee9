/** Queries of readings as InfluxQL, and what its answers say. Pure. */
import type {
  Aggregate,
  IdentityKey,
  ReadingQuery,
  Series,
  SeriesColumns,
} from "../reading-store.ts";
import { type AnsweredRows, quotedName, quotedText } from "./influx-door.ts";
import { fieldOf } from "./layout.ts";

type Place = Pick<Series, "deviceId" | "measurement" | "period">;
type Span = Pick<ReadingQuery, "from" | "to">;

/** Those that the server computes as the contract has them; percentiles it does by nearest rank. */
const FUNCTIONS: Partial<Record<Aggregate, string>> = {
  mean: "mean",
  min: "min",
  max: "max",
  first: "first",
  last: "last",
  sum: "sum",
  count: "count",
};

/** Are its buckets the server's own work? Else they are counted from the points. */
export const isServerSide = (fn: Aggregate): boolean => FUNCTIONS[fn] !== undefined;

function fromWhere({ deviceId, period }: Place, { from, to }: Span, goodOnly: boolean): string {
  const quality = goodOnly ? `"quality"::tag = 'good'` : `"quality"::tag <> 'bad'`;
  const times = `time >= ${timeOf(from)} AND time < ${timeOf(to)}`;
  return `FROM ${quotedName(period)} WHERE "device"::tag = ${quotedText(deviceId)} AND ${quality} AND ${times}`;
}

/** Milliseconds since 1970 on either side, to the year 1677 and to 2262: InfluxDB knows no time beyond. */
const TIME_MS_MAX = 9_223_372_036_854;
const timeOf = (ms: number): string => `${Math.max(-TIME_MS_MAX, Math.min(TIME_MS_MAX, ms))}ms`;

/** Values and their flags, oldest first. */
export function rawStatement(
  place: Place,
  span: Span,
  { goodOnly, limit }: { goodOnly: boolean; limit: number },
): string {
  const field = fieldOf(place.measurement);
  const value = quotedName(field);
  const flags = quotedName(`${field}_flags`);
  return `SELECT ${value}, ${flags} ${fromWhere(place, span, goodOnly)} LIMIT ${limit}`;
}

export function bucketStatement(place: Place, query: ReadingQuery, limit: number): string {
  const { bucket, goodOnly } = query;
  if (bucket === undefined) throw new Error("a query without buckets has none to ask for");
  const { fn, everyMs, originMs } = bucket;
  const field = fieldOf(place.measurement);
  const name = FUNCTIONS[fn] ?? "";
  const columns = [`${name}(${quotedName(field)}) AS "value"`];
  // Of a period its least or most, beside the mean that it stands with.
  if (fn === "min" || fn === "max") {
    columns.push(`${name}(${quotedName(`${field}_${fn}`)}) AS "extreme"`);
  }
  const offset = ((originMs % everyMs) + everyMs) % everyMs;
  const grouped = `GROUP BY time(${everyMs}ms, ${offset}ms) fill(none) LIMIT ${limit}`;
  return `SELECT ${columns.join(", ")} ${fromWhere(place, query, goodOnly)} ${grouped}`;
}

/** Points of an answer to `bucketStatement`. */
export function bucketPoints(fn: Aggregate, answer: readonly AnsweredRows[]): [number, number][] {
  return (answer[0]?.values ?? []).map(([at, value, extreme]) => {
    const both = [value, extreme].filter((each): each is number => typeof each === "number");
    const chosen = fn === "min" ? Math.min(...both) : fn === "max" ? Math.max(...both) : both[0];
    return [Number(at), chosen ?? 0];
  });
}

/** Columns of an answer to `rawStatement`, at most `max` points. */
export function rawColumns(
  seriesId: number,
  answer: readonly AnsweredRows[],
  max: number,
): SeriesColumns {
  const values = answer[0]?.values ?? [];
  const kept = values.slice(0, max);
  return {
    seriesId,
    at: Float64Array.from(kept, ([at]) => Number(at)),
    value: Float64Array.from(kept, ([, value]) => Number(value)),
    flags: Uint16Array.from(kept, ([, , flags]) => Number(flags ?? 0)),
    truncated: values.length > max,
  };
}

/** Points of one series gathered into buckets, for what the server does otherwise. */
export function bucketed(
  { at, value }: Pick<SeriesColumns, "at" | "value">,
  { fn, everyMs, originMs }: NonNullable<ReadingQuery["bucket"]>,
): [number, number][] {
  const buckets = new Map<number, number[]>();
  for (let row = 0; row < at.length; row += 1) {
    const start = originMs + Math.floor(((at[row] ?? 0) - originMs) / everyMs) * everyMs;
    const values = buckets.get(start);
    if (values === undefined) buckets.set(start, [value[row] ?? 0]);
    else values.push(value[row] ?? 0);
  }
  const share = fn === "p95" ? 0.95 : 0.5;
  return [...buckets].map(([start, values]) => [start, percentile(values, share)]);
}

/** Between the two nearest values, as SQL's `percentile_cont`. */
function percentile(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  const place = share * (values.length - 1);
  const low = values[Math.floor(place)] ?? 0;
  return low + ((values[Math.ceil(place)] ?? low) - low) * (place - Math.floor(place));
}

/** Keys of one series for one statement. */
export interface KeyAsk {
  place: Place;
  isSeq: boolean;
  keys: { key: number; index: number }[];
}

const SEQS_A_STATEMENT = 100;
/** Keys that lie so near that one span of time has them all. */
const KEYS_A_SPAN = 2_000;
/** A span may hold so many points that nobody asked for, a key. */
const SPAN_MS_A_KEY = 3_600_000;

/** Few statements: keys of a series go together, by time in spans, by `seq` in lists. */
export function keyAsks(
  keys: readonly IdentityKey[],
  placeOf: (seriesId: number) => Place | undefined,
): KeyAsk[] {
  const bySeries = new Map<string, KeyAsk>();
  for (const [index, { seriesId, key, isSeq }] of keys.entries()) {
    const place = placeOf(seriesId);
    if (place === undefined) continue;
    const name = `${seriesId} ${isSeq}`;
    const ask = bySeries.get(name) ?? { place, isSeq, keys: [] };
    ask.keys.push({ key, index });
    bySeries.set(name, ask);
  }
  return [...bySeries.values()].flatMap(split);
}

function split(ask: KeyAsk): KeyAsk[] {
  const sorted = [...ask.keys].sort((a, b) => a.key - b.key);
  const parts: KeyAsk[] = [];
  for (const each of sorted) {
    const last = parts.at(-1)?.keys;
    const isFull = ask.isSeq
      ? last?.length === SEQS_A_STATEMENT
      : last?.length === KEYS_A_SPAN || each.key - (last?.at(-1)?.key ?? 0) > SPAN_MS_A_KEY;
    if (last === undefined || isFull) parts.push({ ...ask, keys: [each] });
    else last.push(each);
  }
  return parts;
}

export function keyStatement({ place, isSeq, keys }: KeyAsk): string {
  const { deviceId, measurement, period } = place;
  const columns = `${quotedName(fieldOf(measurement))}, "seq"`;
  const where = `FROM ${quotedName(period)} WHERE "device"::tag = ${quotedText(deviceId)}`;
  if (isSeq) {
    const any = keys.map(({ key }) => `"seq" = ${key}`).join(" OR ");
    return `SELECT ${columns} ${where} AND (${any})`;
  }
  const [from, to] = [keys[0]?.key ?? 0, keys.at(-1)?.key ?? 0];
  return `SELECT ${columns} ${where} AND time >= ${timeOf(from)} AND time <= ${timeOf(to)}`;
}

/** Puts what an answer holds to the places of its keys. */
export function readKeys(
  { isSeq, keys }: KeyAsk,
  answer: readonly AnsweredRows[],
  found: (number | undefined)[],
): void {
  const byKey = new Map<number, number>();
  for (const [at, value, seq] of answer[0]?.values ?? []) {
    if (typeof value !== "number" || (seq !== null) !== isSeq) continue;
    byKey.set(Number(isSeq ? seq : at), value);
  }
  for (const { key, index } of keys) found[index] = byKey.get(key);
}
