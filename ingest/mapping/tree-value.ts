/**
 * One value of a vendor's answer as a number: numbers as text, units glued on, `{value, unit}`,
 * words that stand for a state. What is no value is said to be none, with the reason; nothing becomes 0
 * because it could not be read.
 */
import type { Measurement } from "../../model/asset-class.ts";
import type { FieldMapping } from "../../model/mapping.ts";
import { isObject, quoted } from "../gateways/payload.ts";
import { converted, unitsOf } from "./units.ts";

export type TreeValue =
  | { readonly kind: "value"; readonly value: number }
  | { readonly kind: "none"; readonly text: string };

export type Reading = Pick<FieldMapping, "unit" | "scale" | "offset" | "states" | "invalid">;

const NUMBER = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\D.*)?$/su;
const VALUE_KEYS = ["value", "val", "v"];
const UNIT_KEYS = ["unit", "units", "u"];

/** `definition` is what the device's class says of the measurement; undefined: nothing. */
export function readTreeValue(
  raw: unknown,
  reading: Reading,
  definition: Measurement | undefined,
): TreeValue {
  if (isMarked(raw, reading)) return none(`${quoted(raw)} stands for no value`);
  if (isObject(raw)) return readPair(raw, reading, definition);
  if (reading.states !== undefined) return readState(raw, reading.states);
  if (typeof raw === "boolean") return readBoolean(raw, definition);
  if (typeof raw === "number") return scaled(raw, reading, undefined, definition);
  if (typeof raw !== "string") return none(`${quoted(raw)} is no value`);
  const match = NUMBER.exec(raw.trim());
  if (match !== null) return scaled(Number(match[1]), reading, match[2], definition);
  const word = raw.trim().toLowerCase();
  if (word === "true" || word === "false") return readBoolean(word === "true", definition);
  return none(`${quoted(raw)} is no number; what words stand for is said in 'states'`);
}

/** `{value, unit}`, which is one value and no tree of values. */
export function isValuePair(raw: object): boolean {
  return (
    !Array.isArray(raw) &&
    firstOf(raw, VALUE_KEYS) !== undefined &&
    firstOf(raw, UNIT_KEYS) !== undefined
  );
}

function firstOf(raw: object, keys: readonly string[]): string | undefined {
  for (const key of keys) if (Object.hasOwn(raw, key)) return key;
  return undefined;
}

function isMarked(raw: unknown, { invalid }: Reading): boolean {
  return invalid?.some((marker) => marker === raw) ?? false;
}

function readPair(
  raw: Record<string, unknown>,
  reading: Reading,
  definition: Measurement | undefined,
): TreeValue {
  const valueKey = firstOf(raw, VALUE_KEYS);
  if (valueKey === undefined) return none("an object has no 'value'; map the names within it");
  const inner = raw[valueKey];
  if (isObject(inner)) return none("an object has an object as its 'value'");
  const unitKey = UNIT_KEYS.find((key) => typeof raw[key] === "string" && raw[key] !== "");
  if (unitKey === undefined) return readTreeValue(inner, reading, definition);
  return readTreeValue(inner, { ...reading, unit: String(raw[unitKey]) }, definition);
}

function readState(raw: unknown, states: Readonly<Record<string, number>>): TreeValue {
  // An array has no word, and what lies in it may not even have a text.
  if (Array.isArray(raw)) return none(`${quoted(raw)} is no value`);
  const key = typeof raw === "string" ? raw.trim() : String(raw);
  const value = Object.hasOwn(states, key) ? states[key] : undefined;
  if (value !== undefined) return { kind: "value", value };
  return none(`${quoted(raw)} is none of its states ${Object.keys(states).slice(0, 8).join(", ")}`);
}

function readBoolean(raw: boolean, definition: Measurement | undefined): TreeValue {
  if (definition?.kind === "number") {
    return none(
      `${raw} is no number, which '${definition.name}' is; say what it stands for in 'states'`,
    );
  }
  return { kind: "value", value: Number(raw) };
}

function scaled(
  raw: number,
  { unit, scale = 1, offset = 0 }: Reading,
  writtenUnit: string | undefined,
  definition: Measurement | undefined,
): TreeValue {
  const number = raw * scale + offset;
  if (!Number.isFinite(number)) return none(`${quoted(raw)} is no finite number`);
  if (definition?.kind === "boolean") {
    if (number === 0 || number === 1) return { kind: "value", value: number };
    return none(`${quoted(raw)} is neither 0 nor 1, which '${definition.name}' wants`);
  }
  const from = writtenUnit?.trim() ?? unit;
  if (from === undefined || definition === undefined) return { kind: "value", value: number };
  const value = converted(number, from, definition.unit);
  if (value !== undefined) return { kind: "value", value };
  return none(
    `its unit ${quoted(from)} is none that '${definition.name}' can be in: ${unitsOf(definition.unit).join(", ")}`,
  );
}

function none(text: string): TreeValue {
  return { kind: "none", text };
}
