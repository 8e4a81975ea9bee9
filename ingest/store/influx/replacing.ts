/**
 * What it takes to put rows in the place of others in InfluxDB. A point is written over by one of the same
 * tags and time; a value that turns suspect, or whose device stands elsewhere since, has other tags, and
 * would stand twice. Such points go as a whole, and what else they held is written again. Pure.
 */
import { HOUR_MS } from "../../../model/clock.ts";
import { qualityOf } from "../../../model/reading.ts";
import type { ReadingColumns, Series } from "../reading-store.ts";
import { type AnsweredRows, quotedName, quotedText } from "./influx-door.ts";
import { joinColumns } from "./intents.ts";
import { type DeviceTags, fieldOf, timestampOf } from "./layout.ts";

/** Points of one device in one period. */
export interface PointAsk {
  deviceId: string;
  period: Series["period"];
  /** Inclusive. */
  from: number;
  to: number;
}

export interface Replacement {
  /** To be written: the rows themselves, and what else the points held that go. */
  columns: ReadingColumns;
  /** InfluxQL, before anything is written. */
  deletions: string[];
  /** Rows at whose keys nothing stood. */
  added: number;
}

export interface ReplacementDeps {
  seriesOf(seriesId: number): Series | undefined;
  /** All that the device has. */
  seriesOfDevice(deviceId: string): readonly Series[];
  tagsOf(deviceId: string): DeviceTags;
}

const TAGS = ["asset", "class", "grid", "street"] as const;
const BESIDE = ["flags", "min", "max", "total", "claimed"] as const;

type Beside<T> = Record<(typeof BESIDE)[number], T>;

/** A row as it stands in a point, or is to stand. */
interface PointRow extends Partial<Beside<number>> {
  seriesId: number;
  at: number;
  received: number;
  value: number;
  seq: number | undefined;
}

/** A place that a replaced row stands at: its field in its point. */
const placeOf = (device: string, period: string, at: number, seq: number | undefined): string =>
  `${device} ${period} ${at} ${seq ?? ""}`;

/** Each of an hour at most: what lies between rows that are far apart is nobody's to read. */
export function pointAsks(
  { length, seriesId, observedAt }: ReadingColumns,
  seriesOf: ReplacementDeps["seriesOf"],
): PointAsk[] {
  const asks = new Map<string, PointAsk>();
  for (let row = 0; row < length; row += 1) {
    const series = seriesOf(seriesId[row] ?? 0);
    if (series === undefined) continue;
    const { deviceId, period } = series;
    const at = observedAt[row] ?? 0;
    const name = `${deviceId} ${period} ${Math.floor(at / HOUR_MS)}`;
    const { from, to } = asks.get(name) ?? { from: at, to: at };
    const span = { from: Math.min(from, at), to: Math.max(to, at) };
    asks.set(name, { deviceId, period, ...span });
  }
  return [...asks.values()];
}

/** Every point of the device in the span, by its tags. */
export const pointStatement = ({ deviceId, period, from, to }: PointAsk): string =>
  `SELECT * FROM ${quotedName(period)} WHERE "device"::tag = ${quotedText(deviceId)} ` +
  `AND time >= ${from}ms AND time < ${to + 1}ms GROUP BY ${[...TAGS, "quality"].map(quotedName).join(", ")}`;

/** `answers` are those to the statements of `asks`. */
export function planReplacement(
  columns: ReadingColumns,
  asks: readonly PointAsk[],
  answers: readonly (readonly AnsweredRows[])[],
  deps: ReplacementDeps,
): Replacement {
  const wanted = wantedRows(columns, deps.seriesOf);
  const stood = new Set<PointRow>();
  const others: PointRow[] = [];
  const deletions: string[] = [];
  for (const [n, ask] of asks.entries()) {
    const series = deps
      .seriesOfDevice(ask.deviceId)
      .filter(({ period }) => period === ask.period)
      .map((each) => ({ ...each, field: fieldOf(each.measurement) }));
    for (const found of answers[n] ?? []) {
      let run: Run | undefined;
      const endRun = (): void => {
        if (run !== undefined) deletions.push(deletionOf(ask, found.tags, run));
        run = undefined;
      };
      for (const point of pointsOf(found, series)) {
        const own = wanted.get(placeOf(ask.deviceId, ask.period, point.at, point.seq));
        const replaced = point.rows.filter(({ seriesId }) => own?.has(seriesId));
        const instead = (row: PointRow) => own?.get(row.seriesId) ?? row;
        for (const row of replaced) stood.add(instead(row));
        const tags = { ...deps.tagsOf(ask.deviceId) };
        const isStale = replaced.some((row) => !isWrittenOver(row, instead(row), found.tags, tags));
        if (!isStale) {
          endRun();
          continue;
        }
        run = { from: run?.from ?? point.stamp, to: point.stamp };
        others.push(...point.rows.filter((row) => !replaced.includes(row)));
      }
      endRun();
    }
  }
  const joined = others.length === 0 ? columns : joinColumns([columns, columnsOfRows(others)]);
  return { columns: joined, deletions, added: columns.length - stood.size };
}

/** Points that follow each other and all go, by their timestamps. */
interface Run {
  from: string;
  to: string;
}

/** By place and series. */
function wantedRows(
  columns: ReadingColumns,
  seriesOf: ReplacementDeps["seriesOf"],
): Map<string, Map<number, PointRow>> {
  const wanted = new Map<string, Map<number, PointRow>>();
  for (let row = 0; row < columns.length; row += 1) {
    const seriesId = columns.seriesId[row] ?? 0;
    const series = seriesOf(seriesId);
    if (series === undefined) continue;
    const made = rowOf(columns, row);
    const place = placeOf(series.deviceId, series.period, made.at, made.seq);
    const known = wanted.get(place) ?? new Map<number, PointRow>();
    wanted.set(place, known.set(seriesId, made));
  }
  return wanted;
}

function rowOf(columns: ReadingColumns, row: number): PointRow {
  const read = (column: Float64Array | undefined): number | undefined => {
    const value = column?.[row];
    return value === undefined || Number.isNaN(value) ? undefined : value;
  };
  const flags = columns.flags[row] ?? 0;
  return {
    seriesId: columns.seriesId[row] ?? 0,
    at: columns.observedAt[row] ?? 0,
    received: columns.receivedAt[row] ?? 0,
    value: columns.value[row] ?? 0,
    seq: read(columns.key),
    ...besideOf({
      flags: flags === 0 ? undefined : flags,
      min: read(columns.min),
      max: read(columns.max),
      total: read(columns.total),
      claimed: read(columns.claimedAt),
    }),
  };
}

/** Those that are there. */
const besideOf = (found: Beside<number | undefined>): Partial<Beside<number>> =>
  Object.fromEntries(
    BESIDE.flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]])),
  );

interface Point {
  at: number;
  seq: number | undefined;
  stamp: string;
  rows: PointRow[];
}

function* pointsOf(
  { columns, values }: AnsweredRows,
  series: readonly (Series & { field: string })[],
): Generator<Point> {
  const index = new Map(columns.map((name, n) => [name, n]));
  for (const cells of values) {
    const read = (name: string): number | undefined => {
      const cell = cells[index.get(name) ?? -1];
      return typeof cell === "number" ? cell : undefined;
    };
    const at = Number(cells[0]);
    const seq = read("seq");
    const received = read("received") ?? at;
    const rows = series.flatMap(({ seriesId, field }) => {
      const value = read(field);
      if (value === undefined) return [];
      const beside = besideOf({
        flags: read(`${field}_flags`),
        min: read(`${field}_min`),
        max: read(`${field}_max`),
        total: read(`${field}_total`),
        claimed: read(`${field}_claimed`),
      });
      return { seriesId, at, received, value, seq, ...beside };
    });
    yield { at, seq, stamp: timestampOf(at, seq), rows };
  }
}

/** Does the new row write over all of the old one? */
function isWrittenOver(
  old: PointRow,
  row: PointRow,
  found: Readonly<Record<string, string>>,
  tags: DeviceTags,
): boolean {
  const isSamePoint =
    TAGS.every((name) => (found[name] ?? "") === tags[name]) &&
    found.quality === qualityOf(row.flags ?? 0);
  return isSamePoint && BESIDE.every((name) => old[name] === undefined || row[name] !== undefined);
}

function deletionOf(
  { deviceId, period }: PointAsk,
  found: Readonly<Record<string, string>>,
  { from, to }: Run,
): string {
  const tags = [...TAGS, "quality"].map(
    (name) => `${quotedName(name)} = ${quotedText(found[name] ?? "")}`,
  );
  return (
    `DELETE FROM ${quotedName(period)} WHERE "device" = ${quotedText(deviceId)} AND ` +
    `${tags.join(" AND ")} AND time >= ${from} AND time <= ${to}`
  );
}

function columnsOfRows(rows: readonly PointRow[]): ReadingColumns {
  const all = (read: (row: PointRow) => number | undefined): Float64Array =>
    Float64Array.from(rows, (row) => read(row) ?? Number.NaN);
  return {
    length: rows.length,
    seriesId: Int32Array.from(rows, ({ seriesId }) => seriesId),
    observedAt: all(({ at }) => at),
    receivedAt: all(({ received }) => received),
    value: all(({ value }) => value),
    flags: Uint16Array.from(rows, ({ flags }) => flags ?? 0),
    claimedAt: all(({ claimed }) => claimed),
    key: all(({ seq }) => seq),
    min: all(({ min }) => min),
    max: all(({ max }) => max),
    total: all(({ total }) => total),
  };
}
