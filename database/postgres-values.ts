/**
 * Values on their way to PostgreSQL and back, as SQLite has them: whole numbers divide as whole
 * numbers, every number comes back as a Number, a truth as 0 or 1, bytes as Uint8Array. Texts may
 * hold U+0000, which PostgreSQL refuses: it travels as U+FFFE and a digit, and U+FFFE with another.
 */
import type { SqlValue } from "../model/database.ts";
import { checkBound } from "./bound-values.ts";
import { splitAtParameters } from "./parameters.ts";

const ESCAPE = "\uFFFE";
/** pg_type.dat: int8, int2, int4, oid, float4, float8, numeric. */
const NUMBERS: ReadonlySet<number> = new Set([20, 21, 23, 26, 700, 701, 1700]);
const BOOL = 16;
const BYTEA = 17;

/** The statement's parts, known by its text; bounded by who keeps it. */
export type Parts = readonly string[];

export const partsOf = (sql: string): Parts => splitAtParameters(sql);

/**
 * The text with `$n`, and the values. A number names its type, so that it means the same in every
 * place; a text and a null take the type of where they stand.
 * @throws TypeError for what may not be bound
 */
export function bindPostgres(
  parts: Parts,
  parameters: readonly SqlValue[],
): { text: string; values: (string | Buffer | null)[] } {
  checkBound(parameters, parts.length - 1);
  let text = parts[0] ?? "";
  const values = parameters.map((value, index) => {
    text += `$${index + 1}${castOf(value)}${parts[index + 1]}`;
    if (typeof value === "string") return hideNul(value);
    if (typeof value === "number") return String(value);
    if (value === null) return null;
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  });
  return { text, values };
}

function castOf(value: SqlValue): string {
  if (typeof value === "number") return Number.isSafeInteger(value) ? "::int8" : "::float8";
  return value instanceof Uint8Array ? "::bytea" : "";
}

function hideNul(text: string): string {
  if (!text.includes("\0") && !text.includes(ESCAPE)) return text;
  return text.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll("\0", `${ESCAPE}0`);
}

function showNul(text: string): string {
  if (!text.includes(ESCAPE)) return text;
  return text.replaceAll(`${ESCAPE}0`, "\0").replaceAll(`${ESCAPE}1`, ESCAPE);
}

/** For the driver: how a column's text becomes a value. */
export const postgresTypes = {
  getTypeParser(oid: number): (text: string) => SqlValue {
    if (NUMBERS.has(oid)) return Number;
    if (oid === BOOL) return (text) => (text === "t" ? 1 : 0);
    if (oid === BYTEA) return (text) => new Uint8Array(Buffer.from(text.slice(2), "hex"));
    return showNul;
  },
};
