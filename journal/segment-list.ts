/**
 * The segments that are kept, oldest first, and who still needs them. Deletes whole segments
 * behind every consumer, one at a time and each surely gone before the next, so that no crash
 * leaves a gap; the last segment stays: its name carries the position.
 */
import type { Log } from "../model/log.ts";
import type { JournalDisk } from "./disk.ts";
import type { DiskReader } from "./disk-reader.ts";
import type { Segment } from "./segments.ts";

export interface SegmentList {
  first(): number;
  /** Position after the last durable record. */
  end(): number;
  bytes(): number;
  last(): Segment;
  /** A new last segment; takes the place of one of the same first position. */
  add(segment: Segment): void;
  /** The last segment has so many more durable records and bytes. */
  grow(records: number, bytes: number): void;
  /** The segment with the first record at or after `from`, and that record's position. */
  locate(from: number): { segment: Segment | undefined; position: number };
  keepFrom(consumer: string, position: number, deleted: () => void): void;
  slowest(): { consumer: string; position: number } | undefined;
  /** Settles when nothing is being deleted. */
  settled(): Promise<void>;
}

export function createSegmentList(
  deps: { disk: JournalDisk; directory: string; log: Log; reader: DiskReader },
  segments: Segment[],
  consumersAwaited: readonly string[] = [],
): SegmentList {
  const consumers = new Map<string, number>();
  /** Who has not said yet what it needs: until then all of it may be. */
  const awaited = new Set(consumersAwaited);
  let bytes = segments.reduce((sum, segment) => sum + segment.bytes, 0);
  let trimming: Promise<void> | undefined;

  function last(): Segment {
    const segment = segments.at(-1);
    if (segment === undefined) throw new Error("a journal always has a segment");
    return segment;
  }

  function slowest(): { consumer: string; position: number } | undefined {
    let found: { consumer: string; position: number } | undefined;
    for (const [consumer, position] of consumers) {
      if (found === undefined || position < found.position) found = { consumer, position };
    }
    return found;
  }

  function deletable(): Segment | undefined {
    const oldest = segments[0];
    const needed = slowest();
    if (awaited.size > 0) return undefined;
    if (oldest === undefined || needed === undefined || segments.length < 2) return undefined;
    return oldest.end <= needed.position ? oldest : undefined;
  }

  async function trim(deleted: () => void): Promise<void> {
    for (let oldest = deletable(); oldest !== undefined; oldest = deletable()) {
      segments.shift();
      deps.reader.forget(oldest);
      try {
        await deps.disk.remove(oldest.path);
        await deps.disk.syncFolder(deps.directory);
      } catch (error) {
        segments.unshift(oldest);
        deps.log.warn("a journal segment that nobody needs cannot be deleted", {
          file: oldest.path,
          error: String(error),
        });
        return;
      }
      bytes -= oldest.bytes;
      deleted();
    }
  }

  return {
    first: () => segments[0]?.first ?? 0,
    end: () => last().end,
    bytes: () => bytes,
    last,
    slowest,
    add(segment) {
      const before = last();
      if (before.first === segment.first) {
        segments.pop();
        deps.reader.forget(before);
        bytes -= before.bytes;
      }
      segments.push(segment);
      bytes += segment.bytes;
    },
    grow(records, more) {
      const segment = last();
      segment.end += records;
      segment.bytes += more;
      bytes += more;
    },
    locate(from) {
      let index = segments.length - 1;
      while (index > 0 && (segments[index]?.first ?? 0) > from) index -= 1;
      for (const segment of segments.slice(index)) {
        const position = Math.max(from, segment.first);
        if (position < segment.end) return { segment, position };
      }
      return { segment: undefined, position: last().end };
    },
    keepFrom(consumer, position, deleted) {
      consumers.set(consumer, position);
      awaited.delete(consumer);
      if (trimming !== undefined || deletable() === undefined) return;
      trimming = trim(deleted).finally(() => {
        trimming = undefined;
      });
    },
    settled: () => trimming ?? Promise.resolve(),
  };
}
