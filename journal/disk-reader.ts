/**
 * Reads records from segment files in order. Keeps a file handle per segment in use and remembers
 * where the last reads ended, so that a consumer that follows the journal goes on at that byte; a
 * read at another place begins at the nearest mark of the segment. Every record's sum is checked.
 */
import type { JournalDisk, JournalFile } from "./disk.ts";
import { segmentCorrupt } from "./errors.ts";
import {
  GROUP_HEADER_BYTES,
  RECORD_HEADER_BYTES,
  readGroupHeader,
  readRecordLength,
  SEGMENT_HEADER_BYTES,
} from "./format.ts";
import type { ReadMax } from "./recent.ts";
import type { Segment } from "./segments.ts";

export interface DiskReader {
  /** At least one record; `from` must stand in the segment. */
  read(segment: Segment, from: number, max: ReadMax): Promise<Uint8Array[]>;
  forget(segment: Segment): void;
  close(): Promise<void>;
}

/** Where the record of `position` begins; at `groupEnd` a group header stands before it. */
interface Place {
  segment: Segment;
  position: number;
  offset: number;
  groupEnd: number;
}

interface Handle {
  file: Promise<JournalFile>;
  readers: number;
  isForgotten: boolean;
}

const PLACES_MAX = 16;
const HANDLES_MAX = 4;
const BLOCK_BYTES_MIN = 16 * 1024;
const BLOCK_BYTES_MAX = 1024 * 1024;

export function createDiskReader(disk: JournalDisk): DiskReader {
  const handles = new Map<Segment, Handle>();
  const places: Place[] = [];
  const closing = new Set<Promise<void>>();

  function closeWhenUnused(handle: Handle): void {
    if (!handle.isForgotten || handle.readers > 0) return;
    const closed = handle.file
      .then((file) => file.close())
      .catch(() => {})
      .then(() => void closing.delete(closed));
    closing.add(closed);
  }

  function forgetHandle(segment: Segment): void {
    const handle = handles.get(segment);
    if (handle === undefined) return;
    handles.delete(segment);
    handle.isForgotten = true;
    closeWhenUnused(handle);
  }

  async function withFile<T>(
    segment: Segment,
    work: (file: JournalFile) => Promise<T>,
  ): Promise<T> {
    const handle = handles.get(segment) ?? {
      file: disk.open(segment.path, "read"),
      readers: 0,
      isForgotten: false,
    };
    handles.delete(segment);
    handles.set(segment, handle);
    handle.readers += 1;
    try {
      return await work(await handle.file);
    } catch (error) {
      forgetHandle(segment);
      throw error;
    } finally {
      handle.readers -= 1;
      closeWhenUnused(handle);
      if (handles.size > HANDLES_MAX) {
        for (const oldest of handles.keys()) {
          forgetHandle(oldest);
          break;
        }
      }
    }
  }

  function startOf(segment: Segment, from: number): Place {
    const index = places.findIndex((each) => each.segment === segment && each.position === from);
    if (index >= 0) return places.splice(index, 1)[0] ?? segmentStart(segment, from);
    return segmentStart(segment, from);
  }

  return {
    read: (segment, from, max) =>
      withFile(segment, async (file) => {
        const place = { ...startOf(segment, from) };
        const records: Uint8Array[] = [];
        let blockBytes = Math.min(BLOCK_BYTES_MAX, Math.max(BLOCK_BYTES_MIN, max.bytes));
        while (records.length === 0) {
          const block = Buffer.allocUnsafe(Math.min(blockBytes, segment.bytes - place.offset));
          const length = await file.read(block, place.offset);
          const needed = takeRecords(block.subarray(0, length), place, from, max, records);
          if (needed > block.length && place.offset + needed > segment.bytes) {
            throw segmentCorrupt(segment.path, { ...place, found: "the end of the data" });
          }
          blockBytes = Math.max(blockBytes, needed);
        }
        places.push(place);
        if (places.length > PLACES_MAX) places.shift();
        return records;
      }),
    forget: forgetHandle,
    async close() {
      for (const segment of [...handles.keys()]) forgetHandle(segment);
      await Promise.all(closing);
    },
  };
}

function segmentStart(segment: Segment, from: number): Place {
  let low = 0;
  let high = segment.marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((segment.marks[middle]?.position ?? 0) <= from) low = middle + 1;
    else high = middle;
  }
  const mark = segment.marks[low - 1] ?? { position: segment.first, offset: SEGMENT_HEADER_BYTES };
  return { segment, position: mark.position, offset: mark.offset, groupEnd: mark.offset };
}

/**
 * Moves `place` over the block, which begins at its offset, and takes the records from `from` on.
 * Answers the bytes a block must have to get further; 0 when a fresh one of any size will do.
 */
function takeRecords(
  block: Buffer,
  place: Place,
  from: number,
  max: ReadMax,
  records: Uint8Array[],
): number {
  const begin = place.offset;
  let taken = 0;
  for (;;) {
    const at = place.offset - begin;
    if (place.position === place.segment.end || records.length >= max.records) return 0;
    if (place.offset === place.groupEnd) {
      if (at + GROUP_HEADER_BYTES > block.length) return at === 0 ? GROUP_HEADER_BYTES : 0;
      const group = readGroupHeader(block, at, place.segment.salt);
      if (group?.first !== place.position) {
        throw segmentCorrupt(place.segment.path, { ...place, found: "no whole group header" });
      }
      place.groupEnd = place.offset + GROUP_HEADER_BYTES + group.bytes;
      if (group.first + group.count <= from) {
        place.position += group.count;
        place.offset = place.groupEnd;
        if (place.groupEnd - begin > block.length) return 0;
      } else {
        place.offset += GROUP_HEADER_BYTES;
      }
      continue;
    }
    if (at + RECORD_HEADER_BYTES > block.length) return at === 0 ? RECORD_HEADER_BYTES : 0;
    const stated = block.readUInt32LE(at);
    const recordEnd = at + RECORD_HEADER_BYTES + stated;
    if (begin + recordEnd > place.groupEnd) throw damagedRecord(place);
    if (recordEnd > block.length) return at === 0 ? recordEnd : 0;
    if (place.position >= from) {
      if (taken + stated > max.bytes && records.length > 0) return 0;
      if (readRecordLength(block, at, recordEnd, place.position) === undefined) {
        throw damagedRecord(place);
      }
      records.push(block.subarray(at + RECORD_HEADER_BYTES, recordEnd));
      taken += stated;
    }
    place.position += 1;
    place.offset = begin + recordEnd;
  }
}

function damagedRecord(place: Place): Error {
  return segmentCorrupt(place.segment.path, {
    ...place,
    found: "a record that is cut or has a wrong sum",
  });
}
