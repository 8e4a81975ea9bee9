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

/** Names of tags, of fields beside the values, and of InfluxDB itself. */
const TAKEN = new Set(
  "device asset class street quality received seq time _time _field _measurement".split(" "),
);
/** What stands beside a value, in `instant` and in what is rolled up. */
const BESIDE = /_(?:flags|min|max|total|claimed|sum|count)$/;

/**
 * The field of a measurement: its name. One that would be taken for something else ends in `~`; of others
 * `\` becomes `~5C` and `~` becomes `~7E`, so that no two names are one field. Those of a class never change.
 */
export function fieldOf(measurement: string): string {
  const name = measurement.replace(/[~\\]/g, (char) => (char === "~" ? "~7E" : "~5C"));
  return TAKEN.has(name) || BESIDE.test(name) ? `${name}~` : name;
}

/** The same as a line has it. */
export const fieldKey = (measurement: string): string =>
  fieldOf(measurement).replace(/[,= ]/g, "\\$&");

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
export type HeadOf = (seriesId: number) => { head: LineHead; field: string } | undefined;

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
    const { head, field } = series;
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
    line += `,${field}=${value[row]}`;
    if (bits !== 0) line += `,${field}_flags=${bits}i`;
    line += richFields(columns, row, field);
  }
  close();
  return found;
}

/** A line of several values as a line for each of them. */
export function valueLines(line: string): string[] {
  const [head = "", fields = "", time = ""] = line.split(/(?<!\\) /);
  const common: string[] = [];
  const values: string[][] = [];
  for (const field of fields.split(/(?<!\\),/)) {
    if (/^(?:received|seq)=/.test(field)) common.push(field);
    else if (BESIDE.test(field.slice(0, field.lastIndexOf("=")))) values.at(-1)?.push(field);
    else values.push([field]);
  }
  return values.map((own) => `${head} ${[...common, ...own].join(",")} ${time}`);
}

function richFields(columns: ReadingColumns, row: number, field: string): string {
  let text = "";
  for (const name of ["min", "max", "total"] as const) {
    const value = columns[name]?.[row];
    if (value !== undefined && !Number.isNaN(value)) text += `,${field}_${name}=${value}`;
  }
  const claimed = columns.claimedAt?.[row];
  if (claimed !== undefined && !Number.isNaN(claimed)) {
    text += `,${field}_claimed=${claimed}i`;
  }
  return text;
}
