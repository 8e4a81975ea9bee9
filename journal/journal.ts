/**
 * The journal: what is acknowledged lives here first. Records are appended to segment files in
 * groups: one write and one disk sync for all that wait, then all their callbacks, then the next
 * group. A callback without an error means: on disk, survives `kill -9` and a power cut.
 * Positions are dense sequence numbers from 0; a record that was refused has none. Like a ship's
 * log: written before it counts, never changed, old volumes put away when all have copied them.
 * The format and how damage is judged: `format.ts`, `scan.ts`.
 */
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import { type JournalDisk, realDisk } from "./disk.ts";
import { createDiskReader } from "./disk-reader.ts";
import { openFailed, positionAhead, positionGone, writeFailed } from "./errors.ts";
import { GROUP_HEADER_BYTES, RECORD_BYTES_MAX, RECORD_HEADER_BYTES } from "./format.ts";
import { createGroupBuilder, type Done, type Group } from "./group.ts";
import { createJournalMetrics } from "./journal-metrics.ts";
import { coversGap, type LostRange } from "./lost-positions.ts";
import { createRecent, type ReadMax } from "./recent.ts";
import { createSegmentList, type SegmentList } from "./segment-list.ts";
import { createSegmentWriter, type SegmentWriter } from "./segment-writer.ts";
import { openSegments } from "./segments.ts";

export { createJournalCopy } from "./copy.ts";
export type { JournalDisk, JournalFile } from "./disk.ts";
export { type JournalRepair, repairJournal } from "./repair.ts";

export interface JournalOptions {
  directory: string;
  segmentBytesMax?: number;
  bytesMax?: number;
  memoryBytesMax?: number;
  warnShare?: number;
  /** Consumers that are always there: nothing is deleted before each has said what it needs. */
  consumers?: readonly string[];
  /** Groups begin at least so far apart: fewer syncs, less processor time, a little latency. */
  groupIntervalMs?: number;
}

export interface JournalStats {
  bytes: number;
  bytesMax: number;
  first: number;
  end: number;
  pending: number;
  isNearFull: boolean;
  /** It has no room, or the disk did not take the last record that came, a short while ago. */
  isRefusing: boolean;
}

export interface Journal {
  open(): Promise<{ first: number; next: number; repairedBytes: number }>;
  /** Calls `done` once: without an error when the record is on disk, with one when it is not. */
  append(parts: readonly Uint8Array[], done: Done): void;
  /**
   * Records from `from` on, at least one where there is one; none at the end. The answer's `from`
   * is larger than asked where a repair gave positions up.
   */
  read(from: number, max: ReadMax): Promise<{ from: number; records: Uint8Array[] }>;
  /** Settles once the record at `position` is on disk, or when the journal closes. */
  waitFor(position: number): Promise<void>;
  /** The consumer needs nothing before `position` any more. */
  keepFrom(consumer: string, position: number): void;
  /** Position after the last record on disk. */
  end(): number;
  stats(): JournalStats;
  /** Writes what waits, then closes; later appends are refused. */
  close(): Promise<void>;
}

/** Records that wait for the disk may take so much memory; further ones are refused. */
const PENDING_BYTES_MAX = 64 * 1024 * 1024;
const BLOCK_BYTES = 1024 * 1024;
const GROUP_INTERVAL_MS = 2;
/** So much is written without waiting for the interval. */
const GROUP_BYTES_URGENT = 256 * 1024;
/** So long after a record that the disk did not take, and none that it did, nothing can be heard. */
const FAILED_MS = 60_000;
/** The bound on disk holds at least so many segments, so that deleting one frees a fair part. */
const SEGMENTS_IN_BOUND_MIN = 8;

interface Opened {
  list: SegmentList;
  writer: SegmentWriter;
  lost: readonly LostRange[];
}

export function createJournal(
  deps: { log: Log; metrics: Metrics; disk?: JournalDisk },
  options: JournalOptions,
): Journal {
  const { directory } = options;
  const log = deps.log.of("journal");
  const disk = deps.disk ?? realDisk;
  const bytesMax = options.bytesMax ?? LIMITS.journalBytesMax;
  const warnBytes = bytesMax * (options.warnShare ?? LIMITS.journalWarnShare);
  const segmentBytesMax = Math.min(
    options.segmentBytesMax ?? LIMITS.journalSegmentBytesMax,
    Math.floor(bytesMax / SEGMENTS_IN_BOUND_MIN),
  );
  const groupIntervalMs = options.groupIntervalMs ?? GROUP_INTERVAL_MS;
  const recent = createRecent(options.memoryBytesMax ?? LIMITS.journalMemoryBytesMax);
  const builder = createGroupBuilder(BLOCK_BYTES);
  const reader = createDiskReader(disk);
  const waiters = new Set<{ position: number; resolve: () => void }>();
  let opened: Opened | undefined;
  let state: "new" | "open" | "closing" | "closed" = "new";
  let isWriting = false;
  let isScheduled = false;
  let lastGroupAtMs = Number.NEGATIVE_INFINITY;
  let isNearFull = false;
  /** What the record that found no room would have taken; 0: the last one found some. */
  let bytesWanted = 0;
  let failedAtMs = Number.NEGATIVE_INFINITY;
  const idlers: (() => void)[] = [];
  let closed: Promise<void> | undefined;

  const stats = (): JournalStats => ({
    bytes: opened?.list.bytes() ?? 0,
    bytesMax,
    first: opened?.list.first() ?? 0,
    end: opened?.list.end() ?? 0,
    pending: builder.pendingRecords,
    isNearFull,
    isRefusing:
      (bytesWanted > 0 && (opened?.list.bytes() ?? 0) + bytesWanted > bytesMax) ||
      performance.now() - failedAtMs < FAILED_MS,
  });
  const metrics = createJournalMetrics(deps.metrics, stats, () => recent.bytes);

  function need(): Opened {
    if (opened !== undefined) return opened;
    throw new GridwardenError("JOURNAL_WRITE_FAILED", `journal '${directory}' is not open`);
  }

  function refuse(done: Done, reason: string, error: Error): void {
    metrics.refused.add(1, { reason });
    process.nextTick(done, error);
  }

  function append(parts: readonly Uint8Array[], done: Done): void {
    if (state !== "open" || opened === undefined) {
      const text = `journal '${directory}' is ${state === "new" ? "not open" : "closed"}`;
      refuse(done, "closed", new GridwardenError("JOURNAL_WRITE_FAILED", text));
      return;
    }
    let length = 0;
    for (const part of parts) length += part.length;
    const cost = GROUP_HEADER_BYTES + RECORD_HEADER_BYTES + length;
    if (length > RECORD_BYTES_MAX) {
      const text = `a record of ${length} bytes, the journal takes ${RECORD_BYTES_MAX}`;
      refuse(done, "too-large", new GridwardenError("JOURNAL_WRITE_FAILED", text));
    } else if (opened.list.bytes() + builder.pendingBytes + cost > bytesMax) {
      bytesWanted = cost;
      refuse(done, "bound", fullError(opened.list));
    } else if (builder.pendingBytes + cost > PENDING_BYTES_MAX) {
      failedAtMs = performance.now();
      const text = `journal '${directory}': ${builder.pendingBytes} bytes wait for the disk, no more are taken`;
      refuse(done, "pending", new GridwardenError("JOURNAL_WRITE_FAILED", text));
    } else {
      builder.add(parts, length, done);
      schedule();
    }
  }

  function fullError(list: SegmentList): GridwardenError {
    const slowest = list.slowest();
    return new GridwardenError(
      "JOURNAL_FULL",
      `journal '${directory}' holds ${list.bytes()} of ${bytesMax} bytes; ` +
        (slowest === undefined
          ? "no consumer has read it yet"
          : `it waits for '${slowest.consumer}', which is at position ${slowest.position} of ${list.end()}`) +
        ": nothing is acknowledged until that goes on, or the bound is raised",
    );
  }

  /** One group of all that came in this turn of the event loop, not one a record. */
  function schedule(): void {
    if (isWriting || isScheduled) return;
    isScheduled = true;
    const waitMs = Math.ceil(lastGroupAtMs + groupIntervalMs - performance.now());
    const isUrgent = builder.pendingBytes >= GROUP_BYTES_URGENT || state === "closing";
    if (waitMs > 0 && !isUrgent) setTimeout(begin, waitMs);
    else setImmediate(begin);
  }

  function begin(): void {
    isScheduled = false;
    const group = builder.take();
    if (group === undefined) {
      for (const resolve of idlers.splice(0)) resolve();
      return;
    }
    isWriting = true;
    lastGroupAtMs = performance.now();
    void commit(group).then(() => {
      isWriting = false;
      if (builder.pendingRecords > 0 || state === "closing") schedule();
    });
  }

  async function commit(group: Group): Promise<void> {
    const { list, writer } = need();
    const first = list.end();
    try {
      await writer.write(group, first);
    } catch (cause) {
      failedAtMs = performance.now();
      const error = writeFailed(directory, cause);
      metrics.refused.add(group.dones.length, { reason: "disk" });
      log.error(error.message, { records: group.dones.length, position: first });
      call(group.dones, error);
      return;
    }
    bytesWanted = 0;
    failedAtMs = Number.NEGATIVE_INFINITY;
    metrics.committed(group, performance.now() - lastGroupAtMs);
    recent.add(first, group);
    noteFullness(list.bytes());
    call(group.dones, undefined);
    for (const waiter of waiters) {
      if (waiter.position >= list.end()) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  }

  function call(dones: readonly Done[], error: Error | undefined): void {
    for (const done of dones) {
      try {
        if (error === undefined) done();
        else done(error);
      } catch (fault) {
        log.error("a journal callback threw", { error: String(fault) });
      }
    }
  }

  function noteFullness(bytes: number): void {
    const isNow = bytes >= warnBytes;
    if (isNow && !isNearFull) log.warn("the journal nears its bound", { bytes, bytesMax });
    isNearFull = isNow;
  }

  async function closeOnce(): Promise<void> {
    if (state === "open") {
      state = "closing";
      const idle = new Promise<void>((resolve) => idlers.push(resolve));
      schedule();
      await idle;
      await opened?.writer.close();
      await opened?.list.settled();
      await reader.close();
    }
    state = "closed";
    for (const waiter of waiters) waiter.resolve();
    waiters.clear();
  }

  return {
    append,
    stats,
    end: () => opened?.list.end() ?? 0,

    async open() {
      if (state !== "new") throw new Error("a journal opens once");
      const { segments, repairedBytes, lost } = await openSegments(disk, directory, log).catch(
        (cause: unknown) => {
          throw openFailed(directory, cause);
        },
      );
      const list = createSegmentList({ disk, directory, log, reader }, segments, options.consumers);
      const writer = createSegmentWriter({ disk, directory, log, list }, segmentBytesMax);
      opened = { list, writer, lost };
      state = "open";
      metrics.repaired.add(repairedBytes);
      noteFullness(list.bytes());
      return { first: list.first(), next: list.end(), repairedBytes };
    },

    async read(from, max) {
      const { list } = need();
      if (from === list.end()) return { from, records: [] };
      if (from > list.end()) throw positionAhead(from, list.end());
      if (from < list.first() && !coversGap(opened?.lost ?? [], { from, to: list.first() })) {
        throw positionGone(from, list.first());
      }
      const inMemory = recent.read(from, max);
      if (inMemory !== undefined) return { from, records: inMemory };
      const { segment, position } = list.locate(from);
      if (segment === undefined) return { from: position, records: [] };
      return { from: position, records: await reader.read(segment, position, max) };
    },

    waitFor(position) {
      if (state === "closing" || state === "closed") return Promise.resolve();
      if (opened !== undefined && position < opened.list.end()) return Promise.resolve();
      return new Promise((resolve) => waiters.add({ position, resolve }));
    },

    keepFrom(consumer, position) {
      const { list } = need();
      list.keepFrom(consumer, position, () => noteFullness(list.bytes()));
    },

    close() {
      closed ??= closeOnce();
      return closed;
    },
  };
}
