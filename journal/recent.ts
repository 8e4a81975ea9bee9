/**
 * Recent groups in memory, for those who follow the journal closely: bounded in bytes, oldest out
 * first. Holds only what is on disk; what it does not have is read from there.
 */
import { RECORD_HEADER_BYTES } from "./format.ts";
import type { Group } from "./group.ts";

export interface ReadMax {
  records: number;
  bytes: number;
}

export interface Recent {
  add(first: number, group: Group): void;
  /** Records from `from` on; undefined where `from` is not in memory. */
  read(from: number, max: ReadMax): Uint8Array[] | undefined;
  clear(): void;
  readonly bytes: number;
}

interface Entry {
  first: number;
  bytes: Buffer;
  offsets: readonly number[];
}

/** What an entry costs beside its bytes, and each of its records. */
const ENTRY_BYTES = 256;
const OFFSET_BYTES = 8;
/** Passed entries are cut off the array at once, not one by one. */
const PASSED_ENTRIES_MAX = 1_024;

export function createRecent(bytesMax: number): Recent {
  let entries: (Entry | undefined)[] = [];
  let oldest = 0;
  let bytes = 0;
  const costOf = (entry: Entry): number =>
    entry.bytes.length + ENTRY_BYTES + OFFSET_BYTES * entry.offsets.length;

  function indexOf(position: number): number | undefined {
    let low = oldest;
    let high = entries.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((entries[middle]?.first ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    const entry = entries[low];
    if (entry === undefined || position < entry.first) return undefined;
    return position < entry.first + entry.offsets.length ? low : undefined;
  }

  return {
    get bytes() {
      return bytes;
    },
    add(first, group) {
      const entry = { first, bytes: group.bytes, offsets: group.offsets };
      entries.push(entry);
      bytes += costOf(entry);
      for (
        let out = entries[oldest];
        bytes > bytesMax && out !== undefined;
        out = entries[oldest]
      ) {
        bytes -= costOf(out);
        entries[oldest] = undefined;
        oldest += 1;
        if (oldest > PASSED_ENTRIES_MAX || oldest === entries.length) {
          entries = entries.slice(oldest);
          oldest = 0;
        }
      }
    },
    read(from, max) {
      const start = indexOf(from);
      if (start === undefined) return undefined;
      const records: Uint8Array[] = [];
      let taken = 0;
      let position = from;
      for (let index = start; index < entries.length; index += 1) {
        const entry = entries[index];
        if (entry === undefined) break;
        for (let nth = position - entry.first; nth < entry.offsets.length; nth += 1) {
          const at = entry.offsets[nth] ?? 0;
          const length = entry.bytes.readUInt32LE(at);
          taken += length;
          if (records.length >= max.records || (taken > max.bytes && records.length > 0)) {
            return records;
          }
          const begin = at + RECORD_HEADER_BYTES;
          records.push(entry.bytes.subarray(begin, begin + length));
          position += 1;
        }
      }
      return records;
    },
    clear() {
      entries = [];
      oldest = 0;
      bytes = 0;
    },
  };
}
