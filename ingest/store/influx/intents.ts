/** A batch as bytes: what is about to be written, kept on our own disk until InfluxDB has confirmed it. Pure. */
import type { ReadingColumns } from "../reading-store.ts";

const NAMES = [
  "seriesId",
  "observedAt",
  "receivedAt",
  "value",
  "flags",
  "claimedAt",
  "key",
  "min",
  "max",
  "total",
] as const;
const ARRAYS = { seriesId: Int32Array, flags: Uint16Array } as const;
const HEAD_BYTES = 8;

/** The number of rows, a bit for each column that is there, then the columns one behind the other. */
export function packColumns(columns: ReadingColumns): Uint8Array {
  const { length } = columns;
  const present = NAMES.filter((name) => columns[name] !== undefined);
  const parts = present.map((name) => columns[name]?.subarray(0, length) ?? new Float64Array());
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, HEAD_BYTES));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length, true);
  view.setUint32(
    4,
    present.reduce((bits, name) => bits | (1 << NAMES.indexOf(name)), 0),
    true,
  );
  let at = HEAD_BYTES;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return bytes;
}

export function unpackColumns(bytes: Uint8Array): ReadingColumns {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const bits = view.getUint32(4, true);
  let at = HEAD_BYTES;
  const found: Record<string, unknown> = { length };
  for (const [place, name] of NAMES.entries()) {
    if ((bits & (1 << place)) === 0) continue;
    const Typed = name in ARRAYS ? ARRAYS[name as keyof typeof ARRAYS] : Float64Array;
    const size = length * Typed.BYTES_PER_ELEMENT;
    // Copied, for the bytes need not lie where an array of numbers may.
    found[name] = new Typed(bytes.slice(at, at + size).buffer);
    at += size;
  }
  return found as unknown as ReadingColumns;
}

/** Several batches as one, in their order. */
export function joinColumns(all: readonly ReadingColumns[]): ReadingColumns {
  const [only] = all;
  if (only !== undefined && all.length === 1) return only;
  const length = all.reduce((sum, each) => sum + each.length, 0);
  const joined: Record<string, unknown> = { length };
  for (const name of NAMES) {
    if (all.every((each) => each[name] === undefined)) continue;
    const made =
      name in ARRAYS ? new ARRAYS[name as keyof typeof ARRAYS](length) : new Float64Array(length);
    let at = 0;
    for (const each of all) {
      const part = each[name];
      if (part === undefined) made.fill(Number.NaN, at, at + each.length);
      else made.set(part.subarray(0, each.length), at);
      at += each.length;
    }
    joined[name] = made;
  }
  return joined as unknown as ReadingColumns;
}
