/**
 * Readings of a small city as the store is handed them, and what rolling them up must give, worked out of
 * the readings in the plainest way.
 */
import type { DeviceTags } from "../../ingest/store/influx/influx-store.ts";
import { batchOf, type Row } from "../../ingest/store/reading-model.ts";
import type { Series } from "../../ingest/store/reading-store.ts";
import { BAD_FLAGS } from "../../model/reading.ts";

/** Series 1 and 2 are of one device, 3 and 4 of another, 5 is what a device itself says of an hour. */
export const SERIES: readonly Series[] = [
  ["cover-1", "tiltDeg"],
  ["cover-1", "isOpen"],
  ["cover-2", "tiltDeg"],
  ["lamp-1", "powerW"],
  ["cover-1", "tiltDeg", "hour"],
  ["nobodys", "tiltDeg"],
  ["cover-1", "unheardOf"],
].map(([deviceId = "", measurement = "", period = "instant"], n) => ({
  ...{ seriesId: n + 1, deviceId, measurement, retentionDays: 40 },
  period: period as Series["period"],
}));

export const TAGS: ReadonlyMap<string, DeviceTags> = new Map([
  [
    "cover-1",
    { asset: "asset 1", class: "manhole-cover", grid: "41152400101001", street: "411524001" },
  ],
  ["cover-2", { asset: "asset,2", class: "manhole-cover", grid: "", street: "" }],
  ["lamp-1", { asset: "lamp", class: "streetlight", grid: "41152400201001", street: "411524002" }],
  ["nobodys", { asset: "", class: "", grid: "", street: "" }],
]);

/** Of the series that are rolled up: instants of measurements that the class names. */
const ROLLED = new Set([1, 2, 3, 4]);

export function taggedBatch(position: number, rows: readonly Row[], isFirst = false) {
  return {
    ...batchOf(position, rows, isFirst ? [...SERIES] : []),
    tags: isFirst ? TAGS : new Map<string, DeviceTags>(),
  };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const CHINA = 8 * HOUR;

/** Begin of the window; China has had one offset since 1991. */
export const BEGINS = {
  rolled_5m: (at: number) => at - (at % (5 * MINUTE)),
  rolled_hour: (at: number) => at - (at % HOUR),
  rolled_day: (at: number) => Math.floor((at + CHINA) / DAY) * DAY - CHINA,
} as const;
export type LevelName = keyof typeof BEGINS;

export type Rolled = Record<string, Record<string, number>>;

/** By device and begin: each measurement's mean, least, most, sum and count. */
export function rolledUp(level: LevelName, rows: readonly Row[]): Rolled {
  const values = new Map<string, number[]>();
  for (const { seriesId, at, value, flags = 0 } of rows) {
    const series = SERIES[seriesId - 1];
    if (series === undefined || !ROLLED.has(seriesId) || (flags & BAD_FLAGS) !== 0) continue;
    const place = `${series.deviceId} ${BEGINS[level](at)} ${series.measurement}`;
    values.set(place, [...(values.get(place) ?? []), value]);
  }
  const rolled: Rolled = {};
  for (const [place, found] of values) {
    const [device = "", begin = "", name = ""] = place.split(" ");
    const sum = found.reduce((total, value) => total + value, 0);
    rolled[`${device} ${begin}`] = {
      ...rolled[`${device} ${begin}`],
      [name]: sum / found.length,
      [`${name}_min`]: Math.min(...found),
      [`${name}_max`]: Math.max(...found),
      [`${name}_sum`]: sum,
      [`${name}_count`]: found.length,
    };
  }
  return rolled;
}
