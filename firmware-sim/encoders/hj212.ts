/**
 * HJ 212-2017 as a plant's data logger writes it: `##`, four digits of length, the data segment, the
 * standard's own CRC in four hex digits, CRLF. Reads what the platform sends back (answers, requests).
 * Written from the standard's text; shares nothing with whoever reads it.
 */
import type { Instant } from "../../model/clock.ts";
import type { Values } from "../models/model.ts";
import { PLACE } from "../weather.ts";

/** Data segments are at most this long; more goes into packets. */
const DATA_BYTES_MAX = 1024;
/** Bits of Flag: 2017 edition, packet number present, answer wanted. */
const FLAG_2017 = 4;
const FLAG_PACKETS = 2;
const FLAG_ANSWER = 1;

export interface Logger {
  mn: string;
  password: string;
}

/** A factor's fields in order, as `Rtd=12.3` or `Avg=42.5`. */
export interface Factor {
  code: string;
  fields: readonly (readonly [name: string, value: string])[];
}

export interface DataReport {
  cn: "2011" | "2051" | "2061" | "2031";
  qn: Instant;
  /** The real-time moment, or the start of the period. */
  dataTime: Instant;
  factors: readonly Factor[];
}

interface Scale {
  code: string;
  decimals: number;
  /** From the measurement's unit to the factor's. */
  factor: number;
}

/** Measurement → factor code, digits and unit: flow goes out in L/s. */
const SCALES: Record<string, Scale> = {
  flowM3h: { code: "w00000", decimals: 2, factor: 1 / 3.6 },
  ph: { code: "w01001", decimals: 2, factor: 1 },
  turbidityNtu: { code: "w01003", decimals: 2, factor: 1 },
  doMgL: { code: "w01009", decimals: 2, factor: 1 },
  waterTemperatureC: { code: "w01010", decimals: 1, factor: 1 },
  ssMgL: { code: "w01012", decimals: 1, factor: 1 },
  bod5MgL: { code: "w01017", decimals: 1, factor: 1 },
  codMgL: { code: "w01018", decimals: 1, factor: 1 },
  tnMgL: { code: "w21001", decimals: 2, factor: 1 },
  nh3nMgL: { code: "w21003", decimals: 2, factor: 1 },
  tpMgL: { code: "w21011", decimals: 3, factor: 1 },
};

/** What a period of one measurement adds up to. */
export interface PeriodOf {
  min: number;
  mean: number;
  max: number;
  /** kg, or m³ of flow. */
  total?: number;
}

export function realTimeFactors(values: Values, flag: string): Factor[] {
  return scaled(Object.entries(values), (value, scale) => [
    ["Rtd", shown(Number(value), scale)],
    ["Flag", flag],
  ]);
}

export function periodFactors(periods: Readonly<Record<string, PeriodOf>>, flag: string): Factor[] {
  return scaled(Object.entries(periods), (period, scale) => [
    ...(period.total === undefined ? [] : [["Cou", period.total.toFixed(3)] as const]),
    ["Min", shown(period.min, scale)],
    ["Avg", shown(period.mean, scale)],
    ["Max", shown(period.max, scale)],
    ["Flag", flag],
  ]);
}

/** The report as frames with CRLF: one, or numbered packets where it is longer than a segment. */
export function encodeReport(logger: Logger, report: DataReport): Buffer[] {
  const dataTime = `DataTime=${localDigits(report.dataTime).slice(0, 14)}`;
  const factors = report.factors.map(({ code, fields }) =>
    fields.map(([name, value]) => `${code}-${name}=${value}`).join(","),
  );
  const head = (flag: number, packets: string): string =>
    `QN=${localDigits(report.qn)};ST=32;CN=${report.cn};PW=${logger.password};MN=${logger.mn};Flag=${flag};${packets}CP=&&`;
  const whole = `${head(FLAG_2017 | FLAG_ANSWER, "")}${[dataTime, ...factors].join(";")}&&`;
  if (whole.length <= DATA_BYTES_MAX) return [frame(whole)];

  const room = DATA_BYTES_MAX - head(7, "PNUM=99;PNO=99;").length - dataTime.length - 2;
  const groups = grouped(factors, room);
  return groups.map((group, index) =>
    frame(
      `${head(FLAG_2017 | FLAG_PACKETS | FLAG_ANSWER, `PNUM=${groups.length};PNO=${index + 1};`)}${[dataTime, ...group].join(";")}&&`,
    ),
  );
}

/** What a logger says without being asked for data: answers 9011 and 9012, heartbeat 9015. */
export function encodeAnswer(
  logger: Logger,
  answer: { cn: string; qn: string; cp: string; systemType?: string },
): Buffer {
  return frame(
    `QN=${answer.qn};ST=${answer.systemType ?? "91"};CN=${answer.cn};PW=${logger.password};MN=${logger.mn};Flag=${FLAG_2017};CP=&&${answer.cp}&&`,
  );
}

export function frame(data: string): Buffer {
  const bytes = Buffer.from(data, "latin1");
  const length = String(bytes.length).padStart(4, "0");
  return Buffer.from(`##${length}${data}${checksum(bytes)}\r\n`, "latin1");
}

/** The standard's CRC: each byte replaces the low byte that is shifted out, so it is no MODBUS CRC. */
export function checksum(bytes: Uint8Array): string {
  let register = 0xffff;
  for (const byte of bytes) {
    register = (register >> 8) ^ byte;
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (register & 1) === 1;
      register >>= 1;
      if (isOdd) register ^= 0xa001;
    }
  }
  return register.toString(16).toUpperCase().padStart(4, "0");
}

export interface Received {
  qn: string;
  cn: string;
  flag: number;
  /** Text between `&&` and `&&`. */
  cp: string;
}

/** Takes what the platform sends in any pieces and answers the whole frames in it. */
export function createFrameReader(): { read(chunk: Uint8Array): Received[] } {
  let rest = Buffer.alloc(0);
  const readOne = (): Received | "more" | "skip" => {
    const start = rest.indexOf("##");
    if (start < 0) {
      rest = rest.subarray(Math.max(0, rest.length - 1));
      return "more";
    }
    rest = rest.subarray(start);
    if (rest.length < 6) return "more";
    const length = Number(rest.toString("latin1", 2, 6));
    if (!Number.isInteger(length) || length > DATA_BYTES_MAX) return "skip";
    if (rest.length < length + 12) return "more";
    const data = rest.subarray(6, 6 + length);
    const tail = rest.toString("latin1", 6 + length, 12 + length);
    if (tail.slice(0, 4).toUpperCase() !== checksum(data) || tail.slice(4) !== "\r\n")
      return "skip";
    const received = parseData(data.toString("latin1"));
    rest = rest.subarray(12 + length);
    return received;
  };
  return {
    read(chunk) {
      rest = Buffer.concat([rest, chunk]);
      const frames: Received[] = [];
      for (;;) {
        const one = readOne();
        if (one === "more") return frames;
        if (one === "skip") rest = rest.subarray(2);
        else frames.push(one);
      }
    },
  };
}

/** `yyyyMMddHHmmsszzz` of the place. */
export function localDigits(at: Instant): string {
  return new Date(at + PLACE.offsetMs).toISOString().replaceAll(/\D/g, "");
}

function parseData(data: string): Received {
  const [head = "", cp = ""] = data.split("&&");
  const fields = new Map(head.split(";").map((field) => split2(field, "=")));
  return {
    qn: fields.get("QN") ?? "",
    cn: fields.get("CN") ?? "",
    flag: Number(fields.get("Flag") ?? 0),
    cp,
  };
}

function split2(text: string, by: string): [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + by.length)];
}

function shown(value: number, scale: Scale): string {
  return (value * scale.factor).toFixed(scale.decimals);
}

/** Factors in order of their codes, as loggers send them; what has no code stays at home. */
function scaled<T>(
  entries: readonly [string, T][],
  fieldsOf: (value: T, scale: Scale) => Factor["fields"],
): Factor[] {
  return entries
    .flatMap(([name, value]) => {
      const scale = SCALES[name];
      return scale === undefined ? [] : [{ code: scale.code, fields: fieldsOf(value, scale) }];
    })
    .sort((one, other) => (one.code < other.code ? -1 : 1));
}

function grouped(texts: readonly string[], room: number): string[][] {
  const groups: string[][] = [[]];
  let used = 0;
  for (const text of texts) {
    if (used > 0 && used + text.length + 1 > room) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)?.push(text);
    used += text.length + 1;
  }
  return groups;
}
