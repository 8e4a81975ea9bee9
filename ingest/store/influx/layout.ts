/**
 * How readings lie in InfluxDB. A point is what one device observed at one time in one period: the
 * period is the measurement, tags say whose it is, and each measurement of ours is a field, so that a
 * message of three values is one line. Fields are floats but for those that end in `_flags`, `_claimed`,
 * `received` and `seq`, which are integers; none ever has another type. Pure.
 *
 * A reading without a good clock is told apart by its `seq`, and several may stand at one millisecond:
 * the nanoseconds below it are made of the `seq`, so that none writes over another.
 */
import { qualityOf } from "../../../model/reading.ts";
import type { ReadingColumns, Series } from "../reading-store.ts";

/** Whose a device's readings are, as Grafana filters them; an empty one is left out. */
export interface DeviceTags {
  asset: string;
  class: string;
  /** 9 digits of the grid cell. */
  street: string;
}

/** Nanoseconds of a millisecond that a `seq` is folded into; 0 is a reading with a clock. */
const SEQ_FOLD = 999_999;
const NANO_DIGITS = 6;
const NO_NANOS = "0".repeat(NANO_DIGITS);

/** Nanoseconds since 1970 as text: they do not fit a number. */
export function timestampOf(observedAt: number, seq: number | undefined): string {
  if (seq === undefined) return `${observedAt}${NO_NANOS}`;
  return `${observedAt}${String(1 + (seq % SEQ_FOLD)).padStart(NANO_DIGITS, "0")}`;
}

export const escapedTag = (text: string): string =>
  text.replace(/[,= \\\n]/g, (char) => ESCAPES[char] ?? char);
const ESCAPES: Record<string, string> = {
  "\n": " ",
  ",": "\\,",
  "=": "\\=",
  " ": "\\ ",
  "\\": "/",
};

/** `period,asset=…,class=…,device=…` of a line, without the quality. */
export function headOf(
  { deviceId, period }: Pick<Series, "deviceId" | "period">,
  tags: DeviceTags,
) {
  const { asset, class: slug, street } = tags;
  const parts = [
    asset === "" ? "" : `,asset=${escapedTag(asset)}`,
    slug === "" ? "" : `,class=${escapedTag(slug)}`,
    `,device=${escapedTag(deviceId)}`,
  ];
  const tail = street === "" ? "" : `,street=${escapedTag(street)}`;
  return { head: `${period}${parts.join("")},quality=`, tail };
}

export type LineHead = ReturnType<typeof headOf>;

/** What a line needs of its series; nothing where its rows are not to be written. */
export type HeadOf = (seriesId: number) => { head: LineHead; measurement: string } | undefined;

export interface Lines {
  lines: string[];
  /** Rows in each of the lines. */
  rows: number[];
  /** Rows whose series has no head. */
  headless: number;
}

/** Rows that follow each other and make one point share a line. */
export function linesOf(columns: ReadingColumns, headOfSeries: HeadOf): Lines {
  const { length, seriesId, observedAt, receivedAt, value, flags } = columns;
  const found: Lines = { lines: [], rows: [], headless: 0 };
  let line = "";
  let end = "";
  let open:
    | { head: LineHead; at: number; received: number; key: number; quality: string }
    | undefined;
  let rows = 0;
  const close = () => {
    if (open === undefined) return;
    found.lines.push(line + end);
    found.rows.push(rows);
    open = undefined;
  };
  for (let row = 0; row < length; row += 1) {
    const series = headOfSeries(seriesId[row] ?? 0);
    if (series === undefined) {
      found.headless += 1;
      continue;
    }
    const { head, measurement } = series;
    const at = observedAt[row] ?? 0;
    const received = receivedAt[row] ?? 0;
    const key = columns.key?.[row] ?? Number.NaN;
    const bits = flags[row] ?? 0;
    const quality = bits === 0 ? "good" : qualityOf(bits);
    const isSame =
      open !== undefined &&
      open.head === head &&
      open.at === at &&
      open.received === received &&
      Object.is(open.key, key) &&
      open.quality === quality;
    if (!isSame) {
      close();
      open = { head, at, received, key, quality };
      rows = 0;
      const seq = Number.isNaN(key) ? undefined : key;
      line = `${head.head}${quality}${head.tail} received=${received}i`;
      if (seq !== undefined) line += `,seq=${seq}i`;
      end = ` ${timestampOf(at, seq)}`;
    }
    rows += 1;
    line += `,${measurement}=${value[row]}`;
    if (bits !== 0) line += `,${measurement}_flags=${bits}i`;
    line += richFields(columns, row, measurement);
  }
  close();
  return found;
}

function richFields(columns: ReadingColumns, row: number, measurement: string): string {
  let text = "";
  for (const name of ["min", "max", "total"] as const) {
    const value = columns[name]?.[row];
    if (value !== undefined && !Number.isNaN(value)) text += `,${measurement}_${name}=${value}`;
  }
  const claimed = columns.claimedAt?.[row];
  if (claimed !== undefined && !Number.isNaN(claimed)) {
    text += `,${measurement}_claimed=${claimed}i`;
  }
  return text;
}
