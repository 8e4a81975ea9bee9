/** Points that are no readings: what happened, and counts. Pure. */
import { escapedTag } from "./layout.ts";

export interface Point {
  name: string;
  /** Empty ones are left out. */
  tags: Readonly<Record<string, string>>;
  /** Numbers are floats, the rest is text; those that are not there are left out. */
  fields: Readonly<Record<string, number | string | undefined>>;
  /** Milliseconds since 1970. */
  at: number;
  /** Tells apart what happened in one millisecond. */
  seq?: number;
}

const NANOS_A_MS = 1_000_000;
const NANO_DIGITS = 6;

export function pointLine({ name, tags, fields, at, seq = 0 }: Point): string {
  const of = Object.entries(tags)
    .filter(([, value]) => value !== "")
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tag, value]) => `,${tag}=${escapedTag(value)}`);
  const said = Object.entries(fields).flatMap(([field, value]) =>
    value === undefined ? [] : `${field}=${typeof value === "number" ? value : quotedField(value)}`,
  );
  const nanos = String(seq % NANOS_A_MS).padStart(NANO_DIGITS, "0");
  return `${name}${of.join("")} ${said.join(",")} ${Math.floor(at)}${nanos}`;
}

const quotedField = (text: string): string =>
  `"${text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, " ")}"`;
