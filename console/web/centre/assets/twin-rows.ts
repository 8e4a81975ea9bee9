/** A device's twin as rows of a table, and back: a number stays a number, a text a text. */
import type { TwinInfo } from "../../shared/platform-types.ts";

export interface TwinRow {
  name: string;
  /** "" : nothing is wanted. */
  wanted: string;
  reported: string;
  isNew?: boolean;
}
type Value = TwinInfo["wanted"][string];

export function twinRows({ wanted, reported }: Pick<TwinInfo, "wanted" | "reported">): TwinRow[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(reported)])].sort();
  return names.map((name) => ({
    name,
    wanted: textOf(wanted[name]),
    reported: textOf(reported[name]),
  }));
}

/** A text that would be read as something else stands in quotes. */
function textOf(value: Value | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "string") return readValue(value) === value ? value : JSON.stringify(value);
  return String(value);
}

export function wantedOf(rows: readonly TwinRow[]): Record<string, Value> {
  const wanted: Record<string, Value> = {};
  for (const { name, wanted: text } of rows) {
    if (name.trim() !== "" && text.trim() !== "") wanted[name.trim()] = readValue(text.trim());
  }
  return wanted;
}

function readValue(text: string): Value {
  try {
    const value: unknown = JSON.parse(text);
    const isValue = ["string", "number", "boolean"].includes(typeof value);
    return isValue ? (value as Value) : text;
  } catch {
    return text;
  }
}
