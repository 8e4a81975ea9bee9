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

interface Base {
  name: string;
  timeS: number;
  hasTime: boolean;
  unit: string | undefined;
  value: number | undefined;
  sum: number;
}

function resolve(records: readonly unknown[]): PackRead {
  const base: Base = {
    ...{ name: "", timeS: 0, hasTime: false },
    ...{ unit: undefined, value: undefined, sum: 0 },
  };
  const resolved: SenmlRecord[] = [];
  for (const [index, record] of records.entries()) {
    if (!isObject(record)) {
      return unreadable(
        "ELEMENT_INVALID",
        `record ${index} is ${quoted(record)}; wanted an object`,
      );
    }
    const wrong = faultOf(record);
    if (wrong !== undefined) return unreadable("ELEMENT_INVALID", `record ${index}: ${wrong}`);
    takeBase(base, record);
    const value = valueOfRecord(base, record);
    const hasSum = record.s !== undefined || record.bs !== undefined;
    // A record may hold nothing but base fields for those after it.
    if (value === undefined && !hasSum) continue;
    const name = nameOf(base, record);
    if (name === undefined) {
      const text = `record ${index}: ${quoted(base.name + String(record.n ?? ""))} is no name`;
      return unreadable("ELEMENT_INVALID", text);
    }
    const hasTime = base.hasTime || record.t !== undefined;
    const timeS = hasTime ? base.timeS + Number(record.t ?? 0) : undefined;
    const unit = typeof record.u === "string" ? record.u : base.unit;
    if (value !== undefined) resolved.push({ name, value, unit, timeS });
    if (hasSum) {
      const sum = base.sum + Number(record.s ?? 0);
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

/** Why the whole pack must not be read (sections 4.4 and 4.6). */
function faultOf(record: Record<string, unknown>): string | undefined {
  for (const label in record) {
    const value = record[label];
    const type = TYPES.get(label);
    if (type === undefined) {
      if (label.endsWith("_")) return `'${label}' must be understood, and is not`;
      continue;
    }
    if (label === "vd" && value instanceof Uint8Array) continue;
    const isGood = typeof value === type && (type !== "number" || Number.isFinite(value));
    if (!isGood) return `'${label}' is ${quoted(value)}; wanted a ${type}`;
  }
  const { bver: version, v, vs, vb, vd } = record;
  if (typeof version === "number" && version > VERSION_MAX) {
    return `'bver' is ${version}; read are versions up to ${VERSION_MAX}`;
  }
  const isNumberAlone = v !== undefined && (vs ?? vb ?? vd) === undefined;
  if (isNumberAlone) return undefined;
  const values = VALUE_LABELS.filter((label) => record[label] !== undefined);
  return values.length > 1 ? `it has ${values.join(" and ")}; wanted one value` : undefined;
}

function takeBase(base: Base, record: Record<string, unknown>): void {
  if (typeof record.bn === "string") base.name = record.bn;
  if (typeof record.bt === "number") {
    base.timeS = record.bt;
    base.hasTime = true;
  }
  if (typeof record.bu === "string") base.unit = record.bu;
  if (typeof record.bv === "number") base.value = record.bv;
  if (typeof record.bs === "number") base.sum = record.bs;
}

/** The record's own name; where it has none, the last part of the base name. */
function nameOf({ name: base }: Base, { n = "" }: Record<string, unknown>): string | undefined {
  const own = String(n);
  if (!NAME.test(base + own)) return undefined;
  return own === "" ? base.split(/[:/]/).filter(Boolean).at(-1) : own;
}

function valueOfRecord(base: Base, { v, vs, vb, vd, s }: Record<string, unknown>): unknown {
  if (typeof v === "number") return (base.value ?? 0) + v;
  const other = vs ?? vb ?? (vd === undefined ? undefined : "data");
  if (other !== undefined || s !== undefined) return other;
  return base.value;
}

function unreadable(reason: DeadLetterReason, text: string): PackRead {
  return { kind: "unreadable", reason, text };
}
