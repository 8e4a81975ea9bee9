/**
 * What JSON formats share: bytes to a parsed value, or the one fault that says why not. Bytes come
 * from strangers: nothing here throws on them, and nothing walks them by recursion.
 */
import { isAscii, isUtf8 } from "node:buffer";
import type { DeadLetterReason } from "../../model/errors.ts";
import { LIMITS } from "../../model/limits.ts";
import { isNested } from "../../model/nesting.ts";
import { type Decoded, NOTHING_DECODED } from "./gateway.ts";

export type JsonRead =
  | { readonly kind: "json"; readonly root: unknown }
  | { readonly kind: "unreadable"; readonly decoded: Decoded };

const QUOTED_LENGTH_MAX = 60;

export function readJson(payload: Uint8Array): JsonRead {
  if (payload.length === 0) return unreadable("EMPTY", "the payload has no bytes");
  const bytes = Buffer.isBuffer(payload)
    ? payload
    : Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  const encoding = isAscii(bytes) ? "latin1" : "utf8";
  if (encoding === "utf8" && !isUtf8(bytes)) {
    return unreadable("NOT_UTF8", `the payload's ${bytes.length} bytes are not UTF-8`);
  }
  const text = bytes.toString(encoding);
  try {
    return { kind: "json", root: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof RangeError) return unreadable("TOO_DEEP", tooDeepText());
    return unreadable("NOT_JSON", `the payload ${quoted(text)} is not JSON`);
  }
}

/** An uplink that holds one fault and nothing else. */
export function faulty(reason: DeadLetterReason, text: string): Decoded {
  return { ...NOTHING_DECODED, faults: [{ reason, text }] };
}

export function tooDeepText(): string {
  return `the payload is nested deeper than ${LIMITS.uplinkDepthMax} levels`;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return isNested(value) && !Array.isArray(value);
}

/** A stranger's value as it may stand in a text: short, and never walked into. */
export function quoted(value: unknown): string {
  if (value === undefined) return "absent";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (isNested(value)) return "an object";
  if (typeof value !== "string") return String(value);
  const isCut = value.length > QUOTED_LENGTH_MAX;
  return JSON.stringify(isCut ? `${value.slice(0, QUOTED_LENGTH_MAX)}…` : value);
}

function unreadable(reason: DeadLetterReason, text: string): JsonRead {
  return { kind: "unreadable", decoded: faulty(reason, text) };
}
