/**
 * How readings lie in InfluxDB. A point is what one device observed at one time in one period: the
 * period is the measurement, tags say whose it is, and each measurement of ours is a field, so that a
 * message of three values is one line. Fields are floats but for those that end in `_flags`, `_claimed`,
 * `received` and `seq`, which are integers; none ever has another type. Pure.
 *
 * A reading without a good clock is told apart by its `seq`, and several may stand at one millisecond:
 * the nanoseconds below it are made of the `seq`, so that none writes over another.
 */
import type { Quality } from "../../../model/reading.ts";
import type { Series } from "../reading-store.ts";

/** Whose a device's readings are, as Grafana filters them; an empty one is left out. */
export interface DeviceTags {
  asset: string;
  class: string;
  /** The grid cell that the asset stands in. */
  grid: string;
  /** Its first 9 digits. */
  street: string;
}

export const NO_TAGS: DeviceTags = { asset: "", class: "", grid: "", street: "" };

/** As they were kept, perhaps before there were so many. */
export const readTags = (kept: unknown): DeviceTags => ({
  ...NO_TAGS,
  ...(JSON.parse(String(kept)) as Partial<DeviceTags>),
});

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
  "device asset class grid street quality received seq time _time _field _measurement".split(" "),
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

/** How the lines of a device in a period begin: what stands before and behind the quality. */
export interface LineHead {
  readonly head: string;
  readonly tail: string;
  /** Up to the value of `received`, by quality, as bytes; made when a line needs it. */
  readonly begins: Partial<Record<Quality, Uint8Array>>;
}

/** `period,asset=…,class=…,device=…` and what follows the quality, the tags in their order. */
export function headOf(
  { deviceId, period }: Pick<Series, "deviceId" | "period">,
  tags: DeviceTags,
): LineHead {
  const { asset, class: slug, grid, street } = tags;
  const tag = (name: string, text: string): string =>
    text === "" ? "" : `,${name}=${escapedTag(text)}`;
  const before = [tag("asset", asset), tag("class", slug), tag("device", deviceId)].join("");
  return {
    head: `${period}${before}${tag("grid", grid)},quality=`,
    tail: tag("street", street),
    begins: {},
  };
}

/** `,name=` of a field's value in a line; `key` as `fieldKey` answers it. */
export function fieldBegin(key: string): Uint8Array {
  const known = FIELD_BEGINS.get(key);
  if (known !== undefined) return known;
  const made = Buffer.from(`,${key}=`);
  // What devices name beside the classes is bounded for each, and all of it is not kept here.
  if (FIELD_BEGINS.size < FIELD_BEGINS_MAX) FIELD_BEGINS.set(key, made);
  return made;
}
const FIELD_BEGINS_MAX = 10_000;
const FIELD_BEGINS = new Map<string, Uint8Array>();

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
