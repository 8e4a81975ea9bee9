/**
 * The journal's bytes on disk, little endian; `docs/decisions/0001-journal-format.md` says why.
 *
 *   segment header 32: "gwjournl" | version u32 | CRC of the rest u32 | salt 8 | first position u64
 *   group header   32: "GWGR" | salt 8 | first position u64 | records u32 | bytes u32 | CRC u32
 *   record          8: length u32 | CRC u32 of length, low half of the position and payload; payload
 *
 * A group is what one write and one sync carry, and the next group is written only after that sync.
 * So a whole group header anywhere proves that every group before it was on disk. The salt is made
 * at random for each segment: neither a payload that looks like a header nor what an old file left
 * on the disk can pass for a group. A group without records closes a segment that was left in order.
 */
import { crc32 } from "./crc32.ts";

export const SEGMENT_HEADER_BYTES = 32;
export const GROUP_HEADER_BYTES = 32;
export const RECORD_HEADER_BYTES = 8;
export const SALT_BYTES = 8;
/** A larger record is refused. */
export const RECORD_BYTES_MAX = 16 * 1024 * 1024;

const SEGMENT_MAGIC = Buffer.from("gwjournl", "latin1");
const GROUP_MAGIC = Buffer.from("GWGR", "latin1");
const VERSION = 1;
const WORD = 2 ** 32;
const NAME = /^(\d{20})\.journal$/;

export interface GroupHeader {
  first: number;
  count: number;
  /** Of the records, without this header. */
  bytes: number;
}

export type SegmentHeader = { salt: Buffer; first: number } | { fault: string };

export function segmentName(first: number): string {
  return `${String(first).padStart(20, "0")}.journal`;
}

/** The first position in a segment's name; undefined where the name is of no segment. */
export function positionOfName(name: string): number | undefined {
  const digits = NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeSegmentHeader(salt: Buffer, first: number): Buffer {
  const header = Buffer.alloc(SEGMENT_HEADER_BYTES);
  SEGMENT_MAGIC.copy(header, 0);
  header.writeUInt32LE(VERSION, 8);
  salt.copy(header, 16);
  writePosition(header, 24, first);
  header.writeUInt32LE(segmentCrc(header), 12);
  return header;
}

export function readSegmentHeader(bytes: Buffer): SegmentHeader {
  if (bytes.length < SEGMENT_HEADER_BYTES) {
    return { fault: `${bytes.length} bytes, a header has ${SEGMENT_HEADER_BYTES}` };
  }
  if (!bytes.subarray(0, 8).equals(SEGMENT_MAGIC)) return { fault: "no journal header" };
  if (bytes.readUInt32LE(12) !== segmentCrc(bytes)) return { fault: "a header with a wrong sum" };
  const version = bytes.readUInt32LE(8);
  if (version !== VERSION) return { fault: `format version ${version}, this one reads ${VERSION}` };
  return { salt: Buffer.from(bytes.subarray(16, 24)), first: readPosition(bytes, 24) };
}

export function writeGroupHeader(into: Buffer, at: number, salt: Buffer, group: GroupHeader): void {
  GROUP_MAGIC.copy(into, at);
  salt.copy(into, at + 4);
  writePosition(into, at + 12, group.first);
  into.writeUInt32LE(group.count, at + 20);
  into.writeUInt32LE(group.bytes, at + 24);
  into.writeUInt32LE(crc32(into, at, at + 28), at + 28);
}

/** The group header at `at` of this segment's salt, or undefined where there is none whole. */
export function readGroupHeader(bytes: Buffer, at: number, salt: Buffer): GroupHeader | undefined {
  if (at + GROUP_HEADER_BYTES > bytes.length) return undefined;
  if (GROUP_MAGIC.compare(bytes, at, at + 4) !== 0) return undefined;
  if (salt.compare(bytes, at + 4, at + 12) !== 0) return undefined;
  if (bytes.readUInt32LE(at + 28) !== crc32(bytes, at, at + 28)) return undefined;
  return {
    first: readPosition(bytes, at + 12),
    count: bytes.readUInt32LE(at + 20),
    bytes: bytes.readUInt32LE(at + 24),
  };
}

/** Where the next whole group header of this salt begins at or after `from`; -1 where none does. */
export function findGroupHeader(bytes: Buffer, from: number, salt: Buffer): number {
  const needle = Buffer.concat([GROUP_MAGIC, salt]);
  for (let at = bytes.indexOf(needle, from); at >= 0; at = bytes.indexOf(needle, at + 1)) {
    if (readGroupHeader(bytes, at, salt) !== undefined) return at;
  }
  return -1;
}

/** Sum of the record whose header stands at `at` with its length written. */
export function recordCrc(bytes: Buffer, at: number, position: number): number {
  const length = bytes.readUInt32LE(at);
  FRAME.writeUInt32LE(length, 0);
  FRAME.writeUInt32LE(position % WORD, 4);
  const begun = crc32(FRAME, 0, 8);
  const start = at + RECORD_HEADER_BYTES;
  return crc32(bytes, start, start + length, begun);
}

const FRAME = Buffer.alloc(8);

/** Length of the payload of the whole record at `at`; undefined where it is cut or damaged. */
export function readRecordLength(
  bytes: Buffer,
  at: number,
  end: number,
  position: number,
): number | undefined {
  if (at + RECORD_HEADER_BYTES > end) return undefined;
  const length = bytes.readUInt32LE(at);
  if (length > end - at - RECORD_HEADER_BYTES) return undefined;
  return bytes.readUInt32LE(at + 4) === recordCrc(bytes, at, position) ? length : undefined;
}

function segmentCrc(header: Buffer): number {
  return crc32(header, 16, SEGMENT_HEADER_BYTES, crc32(header, 0, 12));
}

function writePosition(into: Buffer, at: number, position: number): void {
  into.writeUInt32LE(position % WORD, at);
  into.writeUInt32LE(Math.floor(position / WORD), at + 4);
}

function readPosition(bytes: Buffer, at: number): number {
  return bytes.readUInt32LE(at) + bytes.readUInt32LE(at + 4) * WORD;
}
