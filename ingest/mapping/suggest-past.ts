/** Readings of before that an answer carries in an array, and how their times are written, as a mapping. */
import { type FieldMapping, Mapping, pathText, type TimeMapping } from "../../model/mapping.ts";
import { isObject } from "../gateways/payload.ts";
import { arraysOf } from "./tree-leaves.ts";

const TIME_NAMES = new Set([
  "time",
  "timestamp",
  "ts",
  "at",
  "datetime",
  "date",
  "shijian",
  "时间",
]);

/** The first array of objects that have times and something to map; undefined: there is none. */
export function suggestPast<Chosen extends { readonly field: FieldMapping }>(
  tree: unknown,
  fieldsOf: (element: unknown) => Chosen[],
): { mapping: Mapping; chosen: Chosen[] } | undefined {
  for (const { steps, elements } of arraysOf(tree)) {
    const [element] = elements;
    if (!isObject(element)) continue;
    const time = timeIn(element);
    const chosen = fieldsOf(element);
    if (time === undefined || chosen.length === 0) continue;
    const fields = chosen.map(({ field }) => field);
    return { mapping: Mapping.parse({ elements: pathText(steps), time, fields }), chosen };
  }
  return undefined;
}

function timeIn(element: Record<string, unknown>): TimeMapping | undefined {
  for (const [name, value] of Object.entries(element)) {
    const format = TIME_NAMES.has(name.toLowerCase()) ? formatOf(value) : undefined;
    if (format !== undefined) return { path: pathText([name]), format };
  }
  return undefined;
}

/** Seconds and their thousandths of this century. */
const DECADES = { from: 9e8, to: 4e9 };

function formatOf(value: unknown): TimeMapping["format"] | undefined {
  if (typeof value === "string" && /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:?\d\d)$/.test(value))
    return "iso";
  if (typeof value === "string" && /^\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d/.test(value))
    return "local";
  const number = Number(value);
  if (value === null || value === "" || !Number.isFinite(number)) return undefined;
  const isSince = (scale: number): boolean =>
    number >= DECADES.from * scale && number <= DECADES.to * scale;
  if (isSince(1)) return "s";
  if (isSince(1e3)) return "ms";
  return isSince(1e6) ? "us" : isSince(1e9) ? "ns" : undefined;
}
