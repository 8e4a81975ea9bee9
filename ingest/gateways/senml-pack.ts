/**
 * A pack of SenML, JSON or CBOR, as its resolved records (RFC 8428 sections 4 to 6): names with their base
 * taken off, values and sums with theirs added, times in seconds as they are written.
 */
import { decode as decodeCbor } from "cborg";
import type { DeadLetterReason } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { isObject, quoted, readJson } from "./payload.ts";

export interface SenmlRecord {
  readonly name: string;
  readonly value: unknown;
  readonly unit: string | undefined;
  /** Base time and time; undefined where the record has neither. */
  readonly timeS: number | undefined;
}

export type PackRead =
  | { readonly kind: "pack"; readonly records: readonly SenmlRecord[] }
  | { readonly kind: "unreadable"; readonly reason: DeadLetterReason; readonly text: string };

/** Section 12.3: what CBOR writes numbers for. */
const CBOR_LABELS: ReadonlyMap<number, string> = new Map([
  [-1, "bver"],
  [-2, "bn"],
  [-3, "bt"],
  [-4, "bu"],
  [-5, "bv"],
  [-6, "bs"],
  [0, "n"],
  [1, "u"],
  [2, "v"],
  [3, "vs"],
  [4, "vb"],
  [5, "s"],
  [6, "t"],
  [7, "ut"],
  [8, "vd"],
]);
const VERSION_MAX = 10;
const DECIMAL_FRACTION_TAG = 4;
/** Section 4.5.1. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9\-:./_]*$/;

export function readPack(payload: Uint8Array): PackRead {
  const read = isJson(payload) ? readJsonPack(payload) : readCborPack(payload);
  if (!("records" in read)) return read;
  const { records } = read;
  if (!Array.isArray(records)) {
    return unreadable(
      "ELEMENT_INVALID",
      `the pack is ${quoted(records)}; wanted an array of records`,
    );
  }
  if (records.length === 0) return unreadable("EMPTY", "the pack has no records");
  if (records.length > LIMITS.uplinkElementsMax) {
    const text = `${records.length} records; an uplink carries up to ${LIMITS.uplinkElementsMax}: send several`;
    return unreadable("TOO_MANY_ELEMENTS", text);
  }
  return resolve(records);
}

/** JSON of a pack begins with `[`, perhaps after white space; a CBOR array with a byte above 0x7f. */
function isJson(payload: Uint8Array): boolean {
  const [first = 0] = payload;
  return payload.length === 0 || first < 0x80;
}

function readJsonPack(payload: Uint8Array): PackRead | { records: unknown } {
  const json = readJson(payload);
  if (json.kind === "json") return { records: json.root };
  const [fault] = json.decoded.faults;
  return unreadable(fault?.reason ?? "NOT_JSON", fault?.text ?? "the payload is not JSON");
}

function readCborPack(payload: Uint8Array): PackRead | { records: unknown } {
  try {
    const records: unknown = decodeCbor(payload, {
      useMaps: true,
      allowBigInt: false,
      tags: { [DECIMAL_FRACTION_TAG]: (inner) => decimalFraction(inner()) },
    });
    return { records: Array.isArray(records) ? records.map(named) : records };
  } catch (error) {
    if (error instanceof RangeError) return unreadable("TOO_DEEP", "the CBOR is nested too deep");
    return unreadable(
      "NOT_CBOR",
      `the payload's ${payload.length} bytes are no CBOR: ${(error as Error).message}`,
    );
  }
}

function decimalFraction(parts: unknown): number {
  const [exponent, mantissa] = Array.isArray(parts) ? parts : [];
  return Number(`${Number(mantissa)}e${Number(exponent)}`);
}

function named(record: unknown): unknown {
  if (!(record instanceof Map)) return record;
  return Object.fromEntries(
    [...record].map(([label, value]) => [CBOR_LABELS.get(label) ?? String(label), value]),
  );
}

/** What the base fields of records before have set (section 4.1). */
interface Base {
  name: string;
  timeS: number;
  hasTime: boolean;
  unit: string | undefined;
  value: number | undefined;
  sum: number;
}

/** One record's own fields (section 4.2), and whether it says something of a sum. */
interface Own {
  name: string;
  unit: string | undefined;
  number: number | undefined;
  /** A text, a boolean, or that there are data. */
  other: unknown;
  sum: number | undefined;
  hasSum: boolean;
  timeS: number | undefined;
  /** How many of its labels are values. */
  values: number;
}

function resolve(records: readonly unknown[]): PackRead {
  const base: Base = {
    name: "",
    timeS: 0,
    hasTime: false,
    unit: undefined,
    value: undefined,
    sum: 0,
  };
  const resolved: SenmlRecord[] = [];
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index];
    if (!isObject(record)) {
      return unreadable(
        "ELEMENT_INVALID",
        `record ${index} is ${quoted(record)}; wanted an object`,
      );
    }
    const own = takeRecord(base, record);
    if (typeof own === "string") return unreadable("ELEMENT_INVALID", `record ${index}: ${own}`);
    const value = valueOfRecord(base, own);
    // A record may hold nothing but base fields for those after it.
    if (value === undefined && !own.hasSum) continue;
    const name = nameOf(base, own);
    if (name === undefined) {
      const text = `record ${index}: ${quoted(base.name + own.name)} is no name`;
      return unreadable("ELEMENT_INVALID", text);
    }
    const hasTime = base.hasTime || own.timeS !== undefined;
    const timeS = hasTime ? base.timeS + (own.timeS ?? 0) : undefined;
    if (value !== undefined) resolved.push({ name, value, unit: own.unit ?? base.unit, timeS });
    if (own.hasSum) {
      const sum = base.sum + (own.sum ?? 0);
      resolved.push({ name: `${name}.sum`, value: sum, unit: undefined, timeS });
    }
  }
  return { kind: "pack", records: resolved };
}

const TYPES: ReadonlyMap<string, "string" | "number" | "boolean"> = new Map([
  ...["bn", "bu", "n", "u", "vs", "vd"].map((label) => [label, "string"] as const),
  ...["bt", "bv", "bs", "bver", "v", "s", "t", "ut"].map((label) => [label, "number"] as const),
  ["vb", "boolean"] as const,
]);
const VALUE_LABELS = ["v", "vs", "vb", "vd"];

/**
 * Sets what the record says for those after it and answers its own fields; a text says why the whole
 * pack must not be read (sections 4.4 and 4.6). One pass: most packs have dozens of records.
 */
function takeRecord(base: Base, record: Record<string, unknown>): Own | string {
  const own: Own = {
    name: "",
    unit: undefined,
    number: undefined,
    other: undefined,
    sum: undefined,
    hasSum: false,
    timeS: undefined,
    values: 0,
  };
  for (const label in record) {
    const value = record[label];
    const type = TYPES.get(label);
    if (type === undefined) {
      if (label.endsWith("_")) return `'${label}' must be understood, and is not`;
      continue;
    }
    const isData = label === "vd" && value instanceof Uint8Array;
    const isGood = typeof value === type && (type !== "number" || Number.isFinite(value));
    if (!isGood && !isData) return `'${label}' is ${quoted(value)}; wanted a ${type}`;
    if (label === "bver" && (value as number) > VERSION_MAX) {
      return `'bver' is ${String(value)}; read are versions up to ${VERSION_MAX}`;
    }
    takeField(base, own, label, value);
  }
  if (own.values <= 1) return own;
  const several = VALUE_LABELS.filter((label) => record[label] !== undefined);
  return `it has ${several.join(" and ")}; wanted one value`;
}

/** Of the type that its label wants. */
function takeField(base: Base, own: Own, label: string, value: unknown): void {
  switch (label) {
    case "n":
      own.name = value as string;
      break;
    case "v":
      own.number = value as number;
      own.values += 1;
      break;
    case "u":
      own.unit = value as string;
      break;
    case "t":
      own.timeS = value as number;
      break;
    case "vs":
    case "vb":
      own.other = value;
      own.values += 1;
      break;
    case "vd":
      own.other = "data";
      own.values += 1;
      break;
    case "s":
      own.sum = value as number;
      own.hasSum = true;
      break;
    case "bn":
      base.name = value as string;
      break;
    case "bt":
      base.timeS = value as number;
      base.hasTime = true;
      break;
    case "bu":
      base.unit = value as string;
      break;
    case "bv":
      base.value = value as number;
      break;
    case "bs":
      base.sum = value as number;
      own.hasSum = true;
      break;
  }
}

/** The record's own name; where it has none, the last part of the base name. */
function nameOf({ name: base }: Base, { name }: Own): string | undefined {
  if (!NAME.test(base + name)) return undefined;
  return name === "" ? base.split(/[:/]/).filter(Boolean).at(-1) : name;
}

function valueOfRecord(base: Base, { number, other, sum }: Own): unknown {
  if (number !== undefined) return (base.value ?? 0) + number;
  return other !== undefined || sum !== undefined ? other : base.value;
}

function unreadable(reason: DeadLetterReason, text: string): PackRead {
  return { kind: "unreadable", reason, text };
}
