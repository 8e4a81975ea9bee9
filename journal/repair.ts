/**
 * The way out of JOURNAL_CORRUPT, on a stopped platform and only when a person asks for it: keeps
 * every record that is whole, sets each damaged segment aside as `<segment>.damaged`, and writes
 * down which positions are lost, so that reading goes on behind them. A second run, also after a
 * crash in the first, comes to the same end.
 */
import { join } from "node:path";
import type { JournalDisk } from "./disk.ts";
import { realDisk } from "./disk.ts";
import {
  findGroupHeader,
  GROUP_HEADER_BYTES,
  type GroupHeader,
  RECORD_HEADER_BYTES,
  readGroupHeader,
  readRecordLength,
  readSegmentHeader,
  SALT_BYTES,
  SEGMENT_HEADER_BYTES,
  segmentName,
} from "./format.ts";
import { type LostRange, mergeRanges, readLostRanges, writeLostRanges } from "./lost-positions.ts";
import { scanSegment } from "./scan.ts";
import { firstsOf, makeSegment } from "./segments.ts";

export interface JournalRepair {
  /** Positions that no segment holds any more, `to` not among them. */
  lost: LostRange[];
  /** Files that hold the damaged segments as they were. */
  setAside: string[];
  recordsKept: number;
  /** The next record will have this position. */
  next: number;
}

/** Contiguous whole records. */
interface Run {
  first: number;
  records: Uint8Array[];
}

export async function repairJournal(
  directory: string,
  options: { continueAt?: number; disk?: JournalDisk } = {},
): Promise<JournalRepair> {
  const disk = options.disk ?? realDisk;
  const names = await disk.list(directory);
  const firsts = firstsOf(names);
  const lost: LostRange[] = [];
  const setAside: string[] = [];
  let recordsKept = 0;
  let end: number | undefined;
  let hasLast = false;
  const noteRun = (first: number, count: number): void => {
    if (end !== undefined && first > end) lost.push({ from: end, to: first });
    end = first + count;
    recordsKept += count;
  };

  for (const [index, first] of firsts.entries()) {
    const path = join(directory, segmentName(first));
    const until = firsts[index + 1];
    const bytes = await disk.readWhole(path);
    const scan = scanSegment(bytes, { first, until });
    if (!("headerFault" in scan) && (scan.damage === undefined || scan.damage.isTorn)) {
      noteRun(first, scan.end - first);
      hasLast = true;
      continue;
    }
    const runs = wholeRuns(bytes, first, until);
    const isGapOnly = !("headerFault" in scan) && runs.length <= 1 && scan.damage?.bytes === 0;
    if (!isGapOnly) {
      setAside.push(await copyAside(disk, directory, segmentName(first), names));
      await writeRuns(disk, directory, first, runs);
    }
    hasLast = isGapOnly || runs.length > 0;
    if (runs[0]?.first !== first) noteRun(first, 0);
    for (const run of runs) noteRun(run.first, run.records.length);
  }

  const next = Math.max(end ?? 0, options.continueAt ?? 0);
  if (!hasLast || next !== end) {
    noteRun(next, 0);
    await makeSegment(disk, directory, next);
  }
  const known = await readLostRanges(disk, directory).catch(() => []);
  const allLost = mergeRanges([...known, ...lost]);
  if (allLost.length > 0) await writeLostRanges(disk, directory, allLost);
  return { lost: allLost, setAside, recordsKept, next };
}

/** Every record that is whole, of the groups whose headers are, as runs without a gap. */
function wholeRuns(bytes: Buffer, first: number, until: number | undefined): Run[] {
  const runs: Run[] = [];
  const header = readSegmentHeader(bytes);
  const salt = "salt" in header ? header.salt : saltOfFirstGroup(bytes);
  if (salt === undefined) return runs;
  let position = first;
  for (
    let at = findGroupHeader(bytes, SEGMENT_HEADER_BYTES, salt);
    at >= 0;
    at = findGroupHeader(bytes, at + GROUP_HEADER_BYTES, salt)
  ) {
    const group = readGroupHeader(bytes, at, salt);
    if (group === undefined || group.first < position) continue;
    for (const record of wholeRecords(bytes, at, group)) {
      if (until !== undefined && record.position >= until) break;
      const run = runs.at(-1);
      if (run !== undefined && run.first + run.records.length === record.position) {
        run.records.push(record.payload);
      } else {
        runs.push({ first: record.position, records: [record.payload] });
      }
      position = record.position + 1;
    }
  }
  return runs;
}

/** Whole records of a group; steps over a damaged one as long as its length leads to the next. */
function* wholeRecords(
  bytes: Buffer,
  at: number,
  group: GroupHeader,
): Generator<{ position: number; payload: Uint8Array }> {
  const end = Math.min(bytes.length, at + GROUP_HEADER_BYTES + group.bytes);
  let offset = at + GROUP_HEADER_BYTES;
  for (let nth = 0; nth < group.count && offset + RECORD_HEADER_BYTES <= end; nth += 1) {
    const begin = offset + RECORD_HEADER_BYTES;
    const next = begin + bytes.readUInt32LE(offset);
    if (readRecordLength(bytes, offset, end, group.first + nth) !== undefined) {
      yield { position: group.first + nth, payload: bytes.subarray(begin, next) };
    }
    offset = next;
  }
}

/** Where the segment's header is damaged, the salt stands in each group's own. */
function saltOfFirstGroup(bytes: Buffer): Buffer | undefined {
  for (let at = bytes.indexOf("GWGR"); at >= 0; at = bytes.indexOf("GWGR", at + 1)) {
    const salt = bytes.subarray(at + 4, at + 4 + SALT_BYTES);
    if (readGroupHeader(bytes, at, salt) !== undefined) return salt;
  }
  return undefined;
}

async function copyAside(
  disk: JournalDisk,
  directory: string,
  name: string,
  taken: readonly string[],
): Promise<string> {
  let aside = `${name}.damaged`;
  for (let number = 2; taken.includes(aside); number += 1) aside = `${name}.damaged-${number}`;
  const file = await disk.open(join(directory, aside), "make");
  try {
    await file.write(await disk.readWhole(join(directory, name)), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.syncFolder(directory);
  return join(directory, aside);
}

/** Later runs first: until the damaged file gives way, all that it holds stays readable in it. */
async function writeRuns(
  disk: JournalDisk,
  directory: string,
  first: number,
  runs: readonly Run[],
): Promise<void> {
  for (const run of runs.toReversed()) await makeSegment(disk, directory, run.first, run.records);
  if (runs[0]?.first === first) return;
  await disk.remove(join(directory, segmentName(first)));
  await disk.syncFolder(directory);
}
