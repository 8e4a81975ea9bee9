/**
 * Reads a segment's bytes from beginning to end: which positions it holds whole, and what is wrong
 * where they end. Pure. The question it answers is whether damage was ever acknowledged.
 *
 * A power cut can leave any subset of the pages of the one group whose sync was under way: its
 * header, its middle or its end may be there or not, in any mix, over zeros (the file is extended
 * with zeros) or past the file's end. Nothing of that group was acknowledged: a torn tail.
 * Everything before it was synced. So damage at a group is in the middle, and refused, if
 *   1. a later segment begins behind it (a segment is begun after the sync of the last group), or
 *   2. a whole group header stands anywhere later in the file: it was written after that sync, or
 *   3. the damaged group's own header is whole and anything but zeros stands behind its end, or
 *   4. it has no header and more than the largest group's bytes stand behind it.
 * Otherwise it is the last group, and torn; that a sync before a `kill -9` may have reached it
 * cannot be seen, so its whole records up to the damage are handed out and kept.
 * The disk is trusted to leave the bytes of a sector as they were when it rewrites them the same.
 */
import {
  findGroupHeader,
  GROUP_HEADER_BYTES,
  RECORD_BYTES_MAX,
  RECORD_HEADER_BYTES,
  readGroupHeader,
  readRecordLength,
  readSegmentHeader,
  SEGMENT_HEADER_BYTES,
} from "./format.ts";

/** A group's place, kept now and then so that a reader need not begin at the segment's start. */
export interface GroupMark {
  position: number;
  offset: number;
}

interface Damage {
  offset: number;
  /** Of the first record that cannot be read. */
  position: number;
  found: string;
  isTorn: boolean;
  /** From `offset` to the last byte that is not zero. */
  bytes: number;
  /** Whole records of the damaged group that stand before the damage. */
  whole: Uint8Array[];
}

export interface Scan {
  salt: Buffer;
  first: number;
  /** Position after the last whole group. */
  end: number;
  /** Offset after the last whole group. */
  bytes: number;
  /** Offset of the last whole group, to write it once more. */
  lastGroupAt: number | undefined;
  marks: GroupMark[];
  damage: Damage | undefined;
}

/** Bytes of a segment between two marks. */
const MARK_BYTES = 256 * 1024;
const GROUP_BYTES_MAX = GROUP_HEADER_BYTES + RECORD_HEADER_BYTES + RECORD_BYTES_MAX;

/** `until`: where the next segment begins; what stands there or later was never acknowledged. */
export function scanSegment(
  bytes: Buffer,
  wanted: { first: number; until?: number | undefined },
): Scan | { headerFault: string } {
  const header = readSegmentHeader(bytes);
  if ("fault" in header) return { headerFault: header.fault };
  if (header.first !== wanted.first) {
    return { headerFault: `the header of position ${header.first}` };
  }
  const scan: Scan = {
    salt: header.salt,
    first: header.first,
    end: header.first,
    bytes: SEGMENT_HEADER_BYTES,
    lastGroupAt: undefined,
    marks: [],
    damage: undefined,
  };
  while (scan.end !== wanted.until) {
    const group = readGroupHeader(bytes, scan.bytes, scan.salt);
    if (group?.first !== scan.end) {
      if (group !== undefined) scan.damage = wrongGroup(bytes, scan, group.first);
      break;
    }
    const { whole, isWhole } = readRecords(bytes, scan.bytes, group);
    if (!isWhole) {
      scan.damage = damagedRecords(bytes, scan, group.bytes, whole, wanted.until !== undefined);
      return scan;
    }
    noteMark(scan.marks, { position: scan.end, offset: scan.bytes });
    scan.lastGroupAt = scan.bytes;
    scan.bytes += GROUP_HEADER_BYTES + group.bytes;
    scan.end += group.count;
  }
  scan.damage ??= noGroup(bytes, scan, wanted.until);
  return scan;
}

export function noteMark(marks: GroupMark[], mark: GroupMark): void {
  const newest = marks.at(-1);
  if (newest === undefined || mark.offset - newest.offset >= MARK_BYTES) marks.push(mark);
}

/** Records of the group at `at` up to the first that is damaged. */
function readRecords(
  bytes: Buffer,
  at: number,
  group: { first: number; count: number; bytes: number },
): { whole: Uint8Array[]; isWhole: boolean } {
  const whole: Uint8Array[] = [];
  const groupEnd = at + GROUP_HEADER_BYTES + group.bytes;
  const end = Math.min(bytes.length, groupEnd);
  let offset = at + GROUP_HEADER_BYTES;
  while (whole.length < group.count) {
    const length = readRecordLength(bytes, offset, end, group.first + whole.length);
    if (length === undefined) return { whole, isWhole: false };
    const begin = offset + RECORD_HEADER_BYTES;
    whole.push(bytes.subarray(begin, begin + length));
    offset = begin + length;
  }
  return { whole, isWhole: offset === groupEnd };
}

function damagedRecords(
  bytes: Buffer,
  scan: Scan,
  groupBytes: number,
  whole: Uint8Array[],
  isFollowed: boolean,
): Damage {
  const groupEnd = scan.bytes + GROUP_HEADER_BYTES + groupBytes;
  const last = lastByteSet(bytes, scan.bytes);
  return {
    offset: scan.bytes,
    position: scan.end + whole.length,
    found: "a record that is cut or has a wrong sum",
    isTorn: !isFollowed && last < groupEnd,
    bytes: Math.max(0, last + 1 - scan.bytes),
    whole,
  };
}

function wrongGroup(bytes: Buffer, scan: Scan, first: number): Damage {
  return {
    offset: scan.bytes,
    position: scan.end,
    found: `a group of position ${first}`,
    isTorn: false,
    bytes: lastByteSet(bytes, scan.bytes) + 1 - scan.bytes,
    whole: [],
  };
}

/** Where no whole group header stands: the clean end, a torn one, or damage in the middle. */
function noGroup(bytes: Buffer, scan: Scan, until: number | undefined): Damage | undefined {
  if (scan.end === until) return undefined;
  const last = lastByteSet(bytes, scan.bytes);
  const isEmpty = last < scan.bytes;
  if (isEmpty && until === undefined) return undefined;
  const isFollowed = until !== undefined || findGroupHeader(bytes, scan.bytes + 1, scan.salt) >= 0;
  return {
    offset: scan.bytes,
    position: scan.end,
    found: isEmpty ? "the end of the data" : "no whole group header",
    isTorn: !isFollowed && last - scan.bytes < GROUP_BYTES_MAX,
    bytes: Math.max(0, last + 1 - scan.bytes),
    whole: [],
  };
}

/** Index of the last byte at or after `from` that is not zero; `from - 1` where all are. */
function lastByteSet(bytes: Buffer, from: number): number {
  let at = bytes.length - 1;
  while (at >= from && bytes[at] === 0) at -= 1;
  return at;
}
