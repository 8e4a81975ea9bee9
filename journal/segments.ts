/**
 * The segment files of a journal: opens and checks them, makes new ones, deletes the oldest.
 * A segment is written by the process that made it and by no other: a start goes on in a new one,
 * so that what is written stands on a state that is known. A new file comes under its name only
 * when its header is on disk, so a name never stands for a half-made file; one without records
 * gives way to a new one of the same name by the rename.
 */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Log } from "../model/log.ts";
import type { JournalDisk, JournalFile } from "./disk.ts";
import { segmentCorrupt } from "./errors.ts";
import {
  encodeSegmentHeader,
  positionOfName,
  SALT_BYTES,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from "./format.ts";
import { groupOf } from "./group.ts";
import { coversGap, type LostRange, readLostRanges } from "./lost-positions.ts";
import { type GroupMark, type Scan, scanSegment } from "./scan.ts";

export interface Segment {
  path: string;
  first: number;
  /** Position after its last durable record. */
  end: number;
  /** Offset after its last durable group. */
  bytes: number;
  salt: Buffer;
  marks: GroupMark[];
}

export interface OpenedSegments {
  segments: Segment[];
  repairedBytes: number;
  /** Positions that a repair gave up. */
  lost: LostRange[];
}

const UNFINISHED = ".new";

/** Reads and checks every segment, mends a torn tail, and answers them oldest first; never none. */
export async function openSegments(
  disk: JournalDisk,
  directory: string,
  log: Log,
): Promise<OpenedSegments> {
  await disk.makeFolder(directory);
  const names = await disk.list(directory);
  for (const name of names.filter((each) => each.endsWith(UNFINISHED))) {
    await disk.remove(join(directory, name));
  }
  const lost = await readLostRanges(disk, directory);
  const firsts = firstsOf(names);
  const segments: Segment[] = [];
  let tail: Scan | undefined;
  for (const [index, first] of firsts.entries()) {
    const path = join(directory, segmentName(first));
    tail = await checkSegment(disk, path, { first, until: firsts[index + 1] }, lost);
    const { end, bytes, salt, marks } = tail;
    segments.push({ path, first, end, bytes, salt, marks });
  }
  const last = segments.at(-1);
  if (tail === undefined || last === undefined) {
    return { segments: [await makeSegment(disk, directory, 0)], repairedBytes: 0, lost };
  }
  const repairedBytes = await mendTail(disk, directory, segments, last, tail, log);
  return { segments, repairedBytes, lost };
}

export function firstsOf(names: readonly string[]): number[] {
  return names
    .map(positionOfName)
    .filter((first) => first !== undefined)
    .sort((a, b) => a - b);
}

async function checkSegment(
  disk: JournalDisk,
  path: string,
  wanted: { first: number; until: number | undefined },
  lost: readonly LostRange[],
): Promise<Scan> {
  const scan = scanSegment(await disk.readWhole(path), wanted);
  if ("headerFault" in scan) {
    throw segmentCorrupt(path, { offset: 0, position: wanted.first, found: scan.headerFault });
  }
  const { damage } = scan;
  if (damage === undefined || damage.isTorn) return scan;
  const isKnownGap =
    wanted.until !== undefined &&
    damage.bytes === 0 &&
    coversGap(lost, { from: scan.end, to: wanted.until });
  if (!isKnownGap) throw segmentCorrupt(path, damage);
  return { ...scan, damage: undefined };
}

/**
 * Leaves the last segment ending in a whole group that is surely on disk, and answers the bytes
 * that were dropped. What was read may only be in the machine's cache (a sync that failed, a
 * process that was killed before its sync), so the last group is written and synced once more
 * before anybody reads it.
 */
async function mendTail(
  disk: JournalDisk,
  directory: string,
  segments: Segment[],
  last: Segment,
  tail: Scan,
  log: Log,
): Promise<number> {
  const { damage } = tail;
  if (damage !== undefined && damage.whole.length > 0) {
    const saved = await makeSegment(disk, directory, last.end, damage.whole);
    if (saved.path === last.path) segments.pop();
    segments.push(saved);
  }
  if (segments.includes(last)) await settleSegment(disk, last, tail);
  if (damage === undefined) return 0;
  const kept = segments.at(-1) === last ? 0 : (segments.at(-1)?.bytes ?? 0) - SEGMENT_HEADER_BYTES;
  const repairedBytes = Math.max(0, damage.bytes - kept);
  log.warn(`the journal's last write was cut; ${repairedBytes} bytes of it were dropped`, {
    file: last.path,
    offset: damage.offset,
    position: damage.position,
    recordsKept: damage.whole.length,
  });
  return repairedBytes;
}

async function settleSegment(disk: JournalDisk, segment: Segment, tail: Scan): Promise<void> {
  const group =
    tail.lastGroupAt === undefined
      ? undefined
      : (await disk.readWhole(segment.path)).subarray(tail.lastGroupAt, tail.bytes);
  const file = await disk.open(segment.path, "change");
  try {
    await file.truncate(segment.bytes);
    if (group !== undefined) await file.write(group, tail.lastGroupAt ?? 0);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a segment beginning at `first`, durable with its name and with the records given. */
export async function makeSegment(
  disk: JournalDisk,
  directory: string,
  first: number,
  records: readonly Uint8Array[] = [],
): Promise<Segment> {
  const path = join(directory, segmentName(first));
  const salt = randomBytes(SALT_BYTES);
  const header = encodeSegmentHeader(salt, first);
  const group = records.length === 0 ? Buffer.alloc(0) : groupOf(records, salt, first);
  const file = await disk.open(path + UNFINISHED, "make");
  try {
    await file.write(Buffer.concat([header, group]), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(path + UNFINISHED, path);
  await disk.syncFolder(directory);
  return {
    path,
    first,
    end: first + records.length,
    bytes: SEGMENT_HEADER_BYTES + group.length,
    salt,
    marks: records.length === 0 ? [] : [{ position: first, offset: SEGMENT_HEADER_BYTES }],
  };
}

/** Gives back the zeros behind the data; what fails here costs only their room on the disk. */
export async function trimSegment(file: JournalFile, bytes: number, log: Log): Promise<void> {
  try {
    await file.truncate(bytes);
    await file.sync();
  } catch (error) {
    log.warn("a closed journal segment keeps its unused room", { error: String(error) });
  }
}
