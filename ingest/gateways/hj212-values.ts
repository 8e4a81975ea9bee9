/**
 * What a frame of HJ 212 says: the values of its factors in the platform's measurements and units.
 * A factor's fields are split by `,`, factors by `;` (HJ 212-2017 clause 6.3.4). Codes without a
 * measurement of ours keep their code as name. Values are never corrected: a flag says what is
 * wrong with them.
 */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from "../../model/clock.ts";
import type { DeviceId } from "../../model/ids.ts";
import type { TimeZone } from "../../model/local-time.ts";
import { type DecodedValue, FLAG_BITS, type Flags, type Period } from "../../model/reading.ts";
import type { Fault } from "./gateway.ts";
import type { Hj212Frame } from "./hj212-frame.ts";

interface Factor {
  measurement: string;
  /** The measurement's unit in the frame's units. */
  factor: number;
}

const LITRES_A_SECOND_IN_M3H = 3.6;
const as = (measurement: string, factor = 1): Factor => ({ measurement, factor });

/** Codes of HJ 525 as HJ 212-2017 and -2025 use them, and those of HJ 212-2005. */
const FACTORS: ReadonlyMap<string, Factor> = new Map([
  ["w00000", as("flowM3h", LITRES_A_SECOND_IN_M3H)],
  ["w01001", as("ph")],
  ["w01003", as("turbidityNtu")],
  ["w01009", as("doMgL")],
  ["w01010", as("waterTemperatureC")],
  ["w01012", as("ssMgL")],
  ["w01017", as("bod5MgL")],
  ["w01018", as("codMgL")],
  ["w21001", as("tnMgL")],
  ["w21003", as("nh3nMgL")],
  ["w21011", as("tpMgL")],
  ["B01", as("flowM3h", LITRES_A_SECOND_IN_M3H)],
  ["001", as("ph")],
  ["003", as("ssMgL")],
  ["011", as("codMgL")],
  ["060", as("nh3nMgL")],
  ["065", as("tnMgL")],
  ["101", as("tpMgL")],
]);

const FLAGS: ReadonlyMap<string, Flags> = new Map([
  ["N", 0],
  ["T", FLAG_BITS["hj212-T"]],
  ["F", FLAG_BITS["hj212-F"]],
  ["M", FLAG_BITS["hj212-M"]],
  ["S", FLAG_BITS["hj212-S"]],
  ["C", FLAG_BITS["hj212-C"]],
  ["D", FLAG_BITS["hj212-D"]],
  ["B", FLAG_BITS["hj212-B"]],
]);

/** Uploads that carry values: the field that holds the value, the period, and its length. */
const UPLOADS: ReadonlyMap<string, { field: "Rtd" | "Avg"; period: Period; lengthMs: number }> =
  new Map([
    ["2011", { field: "Rtd", period: "instant", lengthMs: 0 }],
    // The interval is the logger's setting and not in the frame; ten minutes is the usual one.
    ["2051", { field: "Avg", period: "minute", lengthMs: 10 * MINUTE_MS }],
    ["2061", { field: "Avg", period: "hour", lengthMs: HOUR_MS }],
    ["2031", { field: "Avg", period: "day", lengthMs: DAY_MS }],
  ]);

export function carriesValues(cn: string): boolean {
  return UPLOADS.has(cn);
}

/** DataTime of the frame's CP, where it has one. */
export function dataTimeText(frame: Hj212Frame): string | undefined {
  return /(?:^|[;,])DataTime=([^;,]*)/.exec(frame.cp)?.[1];
}

export interface FrameValues {
  values: DecodedValue[];
  faults: Fault[];
}

/** `packetDataTime` is the DataTime of the group's first packet, for packets that have none. */
export function decodeValues(
  frame: Hj212Frame,
  deviceId: DeviceId,
  zone: TimeZone,
  packetDataTime: string | undefined,
): FrameValues {
  const upload = UPLOADS.get(frame.cn);
  if (upload === undefined) return { values: [], faults: [] };
  const timeText = dataTimeText(frame) ?? packetDataTime;
  const dataTime = timeText === undefined ? undefined : readTime(timeText, zone);
  const mustHaveTime = upload.period !== "instant" || (frame.pno ?? 1) > 1;
  if ((timeText !== undefined && dataTime === undefined) || (mustHaveTime && !timeText)) {
    const text = `a frame CN=${frame.cn} of MN '${frame.mn}' has the DataTime '${timeText ?? ""}', wanted yyyyMMddHHmmss`;
    return { values: [], faults: [{ reason: "TIME_INVALID", text }] };
  }
  const found: FrameValues = { values: [], faults: [] };
  for (const [code, fields] of factorsOf(frame.cp)) {
    const value = readNumber(fields[upload.field]);
    if (value === undefined) {
      const text = `factor '${code}' has ${upload.field} '${fields[upload.field] ?? ""}', wanted a number`;
      found.faults.push({ reason: "VALUE_INVALID", text });
      continue;
    }
    const { measurement, factor } = FACTORS.get(code) ?? as(extraName(code));
    const scaled = (number: number): number =>
      factor === 1 ? number : Number((number * factor).toPrecision(12));
    const sample = fields.SampleTime;
    const claimedAt =
      upload.period === "instant" && sample !== undefined
        ? (readTime(sample, zone) ?? dataTime)
        : dataTime;
    const min = readNumber(fields.Min);
    const max = readNumber(fields.Max);
    const total = readNumber(fields.Cou);
    const decoded: DecodedValue = {
      deviceId,
      measurement,
      period: upload.period,
      value: scaled(value),
      claimedAt,
      newestAt: dataTime === undefined ? undefined : dataTime + upload.lengthMs,
      seq: undefined,
      flags: FLAGS.get(fields.Flag ?? "N") ?? FLAG_BITS["hj212-unknown"],
    };
    if (min !== undefined) decoded.min = scaled(min);
    if (max !== undefined) decoded.max = scaled(max);
    if (total !== undefined) decoded.total = total;
    found.values.push(decoded);
  }
  return found;
}

/** What is read of a factor's fields. */
interface FactorFields {
  Rtd: string | undefined;
  Avg: string | undefined;
  Min: string | undefined;
  Max: string | undefined;
  Cou: string | undefined;
  Flag: string | undefined;
  SampleTime: string | undefined;
}

const SEMICOLON = 0x3b;
const COMMA = 0x2c;
const DASH = 0x2d;
const EQUALS = 0x3d;

/** Factor code -> its fields; DataTime and other words without a `-` are no factors. */
function factorsOf(cp: string): Map<string, FactorFields> {
  const factors = new Map<string, FactorFields>();
  let start = 0;
  let dash = -1;
  let equals = -1;
  for (let at = 0; at <= cp.length; at += 1) {
    const char = at === cp.length ? SEMICOLON : cp.charCodeAt(at);
    if (char === DASH && dash < 0) dash = at;
    else if (char === EQUALS && equals < 0) equals = at;
    else if (char === SEMICOLON || char === COMMA) {
      if (dash > start && equals > dash) {
        const fields = fieldsOf(factors, cp.slice(start, dash).trim());
        const name = cp.slice(dash + 1, equals).trim();
        if (isFieldName(name)) fields[name] = cp.slice(equals + 1, at).trim();
      }
      [start, dash, equals] = [at + 1, -1, -1];
    }
  }
  return factors;
}

function fieldsOf(factors: Map<string, FactorFields>, code: string): FactorFields {
  const known = factors.get(code);
  if (known !== undefined) return known;
  const fields: FactorFields = {
    Rtd: undefined,
    Avg: undefined,
    Min: undefined,
    Max: undefined,
    Cou: undefined,
    Flag: undefined,
    SampleTime: undefined,
  };
  factors.set(code, fields);
  return fields;
}

const FIELD_NAMES = new Set(["Rtd", "Avg", "Min", "Max", "Cou", "Flag", "SampleTime"]);
const isFieldName = (name: string): name is keyof FactorFields => FIELD_NAMES.has(name);

/** `w02003` stays, `311` becomes `f311`: a measurement's name begins with a small letter. */
function extraName(code: string): string {
  const safe = code.replaceAll(/[^A-Za-z0-9]/g, "").slice(0, 32);
  return /^[a-z]/.test(safe) ? safe : `f${safe}`;
}

/** N14.2 and the like: sign, digits and a point; an exponent is none of the standard's. */
function readNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

/** yyyyMMddHHmmss, local time of the zone. */
function readTime(text: string, zone: TimeZone): Instant | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.map(Number);
  if (month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  if (day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return undefined;
  return zone.instant(year, month, day, hour, minute) + second * 1000;
}
