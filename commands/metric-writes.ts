/**
 * A command as values of Sparkplug's metrics. Pure: a lamp's `on` and `off` are `isLit`, `dim` is
 * `dimPercent`, the fields of `raw` are metrics by their names. A metric must be declared by the
 * birth that counts, and the value must be one that its datatype holds exactly
 * (tck-id-operational-behavior-data-commands-dcmd-metric-name, -metric-value).
 */
import type { Command } from "../model/command.ts";
import { commandNote } from "../model/command-notes.ts";
import {
  type DeclaredMetric,
  type MetricWrite,
  SPARKPLUG_TYPES,
  type SparkplugType,
} from "../model/sparkplug.ts";

type Asked = Pick<Command, "name" | "args">;

/** A value to be written, with the name that data shows it under. */
export interface NamedWrite extends MetricWrite {
  readonly name: string;
}

export type Writes =
  | { readonly kind: "writes"; readonly writes: readonly NamedWrite[] }
  | { readonly kind: "fault"; readonly why: string };

/** So many of a birth's metrics are told to who named another. */
const TOLD_MAX = 10;
const EXAMPLE = '{"dimPercent": 60}';

/** Without a birth only the form is checked. */
export function writesOf(asked: Asked, declared: readonly DeclaredMetric[] | undefined): Writes {
  const values = valuesOf(asked);
  if (values.length === 0) {
    return { kind: "fault", why: commandNote("metric-bytes", { example: EXAMPLE }) };
  }
  if (declared === undefined) return { kind: "writes", writes: [] };
  const byName = new Map(declared.map((metric) => [metric.name, metric]));
  const writes: NamedWrite[] = [];
  for (const [name, value] of values) {
    const metric = byName.get(name);
    if (metric === undefined) return { kind: "fault", why: undeclared(name, declared) };
    const write = writeOf(metric, value);
    if (typeof write === "string") return { kind: "fault", why: write };
    writes.push(write);
  }
  return { kind: "writes", writes };
}

/** Does the metric stand at what was written, as far as its datatype keeps that? */
export function isShown({ datatype, value }: MetricWrite, shown: unknown): boolean {
  if (datatype === "Boolean") return shown === value || shown === (value === true ? 1 : 0);
  if (datatype !== "Float") return shown === value;
  return typeof shown === "number" && Math.fround(shown) === Math.fround(Number(value));
}

/** The values that it sets, by the names that its fields, or the class, have for them. */
export function valuesOf({ name, args }: Asked): [name: string, value: unknown][] {
  if (name === "on" || name === "off") return [["isLit", name === "on"]];
  if (name === "dim") return [["dimPercent", args.percent]];
  return Object.entries((args.fields as object | undefined) ?? {});
}

/** Or what is wrong with it. */
function writeOf({ name, alias, datatype: code }: DeclaredMetric, value: unknown) {
  if (code === undefined) return commandNote("metric-untyped", { name });
  const datatype = NAME_OF_TYPE.get(code);
  if (datatype === undefined) return commandNote("metric-type", { name, code });
  const wanted = WANTED[datatype];
  if (!wanted.takes(value)) {
    const got = JSON.stringify(value);
    return commandNote("metric-value", { name, datatype, wanted: wanted.text, got });
  }
  const write: NamedWrite = {
    ...{ name, key: alias ?? name, datatype },
    value: value as NamedWrite["value"],
  };
  return write;
}

function undeclared(name: string, declared: readonly DeclaredMetric[]): string {
  const some = declared.slice(0, TOLD_MAX).map((metric) => `'${metric.name}'`);
  const more = declared.length > TOLD_MAX ? ` and ${declared.length - TOLD_MAX} more` : "";
  const known = some.length === 0 ? "none" : `${some.join(", ")}${more}`;
  return commandNote("metric-undeclared", { name, known });
}

const NAME_OF_TYPE = new Map<number, SparkplugType>(
  Object.entries(SPARKPLUG_TYPES).map(([name, code]) => [code, name as SparkplugType]),
);

interface Wanted {
  readonly text: string;
  takes(value: unknown): boolean;
}

const whole = (min: number, max: number): Wanted => ({
  text: commandNote("wants-whole", { min, max }),
  takes: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
});
const TEXT: Wanted = {
  text: commandNote("wants-text", {}),
  takes: (value) => typeof value === "string",
};

const WANTED: Readonly<Record<SparkplugType, Wanted>> = {
  Int8: whole(-(2 ** 7), 2 ** 7 - 1),
  Int16: whole(-(2 ** 15), 2 ** 15 - 1),
  Int32: whole(-(2 ** 31), 2 ** 31 - 1),
  Int64: whole(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  UInt8: whole(0, 2 ** 8 - 1),
  UInt16: whole(0, 2 ** 16 - 1),
  UInt32: whole(0, 2 ** 32 - 1),
  UInt64: whole(0, Number.MAX_SAFE_INTEGER),
  DateTime: whole(0, Number.MAX_SAFE_INTEGER),
  Float: {
    text: commandNote("wants-float", {}),
    takes: (value) => typeof value === "number" && Number.isFinite(Math.fround(value)),
  },
  Double: {
    text: commandNote("wants-number", {}),
    takes: (value) => typeof value === "number" && Number.isFinite(value),
  },
  Boolean: { text: commandNote("wants-boolean", {}), takes: (value) => typeof value === "boolean" },
  ...{ String: TEXT, Text: TEXT, UUID: TEXT },
};
