/**
 * How what a vendor's device or platform says becomes measurements: data, written by an installer,
 * checked on write and tried against what has come before it is saved.
 */
import { z } from "zod";
import { LIMITS } from "./limits.ts";

/** `object.distance`, `params[0].value`: names and places from the root; a name with a dot in `["a.b"]`. */
export const TreePath = z
  .string()
  .max(LIMITS.mappingPathLengthMax)
  .refine((text) => readTreePath(text) !== undefined, {
    error: ({ input }) =>
      `'${String(input)}' is no path; write it like object.distance, params[0].value or ["a.b"].c`,
  });

const Marker = z.union([z.number(), z.string().max(64), z.boolean(), z.null()]);

export const FieldMapping = z.strictObject({
  path: TreePath,
  /** Of the device's class, or a name of one's own, which is kept and judged by nothing. */
  measurement: z.string().regex(/^[\p{L}\p{N}_.:-]{1,64}$/u),
  /** What the number is in, where its text does not say so itself; absent: the measurement's own. */
  unit: z.string().max(16).optional(),
  /** number × scale + offset is in `unit`. */
  scale: z.number().optional(),
  offset: z.number().optional(),
  /** Words, codes and booleans that stand for a value: `{"open": 1, "closed": 0}`. */
  states: z.record(z.string().max(64), z.number()).optional(),
  /** What says that there is no value: `65535`, `"N/A"`. */
  invalid: z.array(Marker).max(LIMITS.mappingMarkersMax).optional(),
  /** A neighbour that says whether this value is to be believed. */
  validWhen: z
    .strictObject({ path: TreePath, is: z.array(Marker).min(1).max(LIMITS.mappingMarkersMax) })
    .optional(),
});
export type FieldMapping = z.infer<typeof FieldMapping>;

export const TimeMapping = z.strictObject({
  path: TreePath,
  /**
   * `iso`: ISO 8601 with an offset; `local`: `2026-11-22 08:30:05` or `20261122083005` in the
   * platform's zone; `s`, `ms`, `us`, `ns` since 1970.
   */
  format: z.enum(["iso", "local", "s", "ms", "us", "ns"]),
});
export type TimeMapping = z.infer<typeof TimeMapping>;

export const Mapping = z.strictObject({
  /** An array of readings, each with its own time: the paths below begin at its elements. */
  elements: TreePath.optional(),
  time: TimeMapping.optional(),
  seq: TreePath.optional(),
  fields: z.array(FieldMapping).max(LIMITS.mappingFieldsMax),
  /** Where what is not mapped is looked for: its numbers are kept under their own names. */
  rest: TreePath.optional(),
});
export type Mapping = z.infer<typeof Mapping>;

const STEP = /(?:^|\.)([^.[\]"]+)|\[(\d{1,5})\]|\["((?:[^"\\]|\\.)*)"\]/y;

/** Its steps: names, and places in arrays as text; "" is the root. Undefined where it is none. */
export function readTreePath(text: string): readonly string[] | undefined {
  const steps: string[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < text.length) {
    const from = STEP.lastIndex;
    const found = STEP.exec(text);
    if (found === null || (from === 0 && text.startsWith("."))) return undefined;
    const [, name, index, quoted] = found;
    steps.push(name ?? index ?? (quoted ?? "").replaceAll(/\\(.)/g, "$1"));
  }
  return steps;
}

/** The steps as they are written: the inverse of `readTreePath`. */
export function pathText(steps: readonly string[]): string {
  return steps.reduce((text, step) => {
    if (/^\d{1,5}$/.test(step)) return `${text}[${step}]`;
    if (!/^[^.[\]"]+$/.test(step)) return `${text}["${step.replaceAll(/["\\]/g, "\\$&")}"]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}
