/**
 * Gathers records into groups: the bytes of one write and one sync. Records are copied once, at
 * append, into a block that many groups share one after another; a block is never written twice,
 * so that views into it stay good for those who read recent records from memory.
 */
import { GROUP_HEADER_BYTES, RECORD_HEADER_BYTES, recordCrc, writeGroupHeader } from "./format.ts";

export type Done = (error?: Error) => void;

export interface Group {
  /** Header and records; sums and positions are filled in by `sealGroup`. */
  bytes: Buffer;
  /** Where each record's header begins in `bytes`. */
  offsets: number[];
  dones: Done[];
}

export interface GroupBuilder {
  add(parts: readonly Uint8Array[], length: number, done: Done): void;
  /** The oldest group that waits, or undefined. */
  take(): Group | undefined;
  readonly pendingRecords: number;
  readonly pendingBytes: number;
}

interface OpenGroup {
  start: number;
  offsets: number[];
  dones: Done[];
}

export function createGroupBuilder(blockBytes: number): GroupBuilder {
  const full: Group[] = [];
  let block = Buffer.alloc(0);
  let used = 0;
  let open: OpenGroup | undefined;
  let pendingRecords = 0;
  let pendingBytes = 0;

  function finish(group: OpenGroup): Group {
    open = undefined;
    return {
      bytes: block.subarray(group.start, used),
      offsets: group.offsets,
      dones: group.dones,
    };
  }

  function groupWithRoom(bytes: number): OpenGroup {
    if (open !== undefined && used + bytes <= block.length) return open;
    if (open !== undefined) full.push(finish(open));
    if (used + GROUP_HEADER_BYTES + bytes > block.length) {
      block = Buffer.allocUnsafeSlow(Math.max(blockBytes, GROUP_HEADER_BYTES + bytes));
      used = 0;
    }
    open = { start: used, offsets: [], dones: [] };
    used += GROUP_HEADER_BYTES;
    return open;
  }

  return {
    get pendingRecords() {
      return pendingRecords;
    },
    get pendingBytes() {
      return pendingBytes;
    },
    add(parts, length, done) {
      const group = groupWithRoom(RECORD_HEADER_BYTES + length);
      group.offsets.push(used - group.start);
      group.dones.push(done);
      block.writeUInt32LE(length, used);
      used += RECORD_HEADER_BYTES;
      for (const part of parts) {
        block.set(part, used);
        used += part.length;
      }
      pendingRecords += 1;
      pendingBytes += RECORD_HEADER_BYTES + length;
    },
    take() {
      const group = full.shift() ?? (open === undefined ? undefined : finish(open));
      if (group !== undefined) {
        pendingRecords -= group.dones.length;
        pendingBytes -= group.bytes.length - GROUP_HEADER_BYTES;
      }
      return group;
    },
  };
}

/** Makes the group one of the segment with this salt, its first record standing at `first`. */
export function sealGroup(group: Group, salt: Buffer, first: number): void {
  const { bytes, offsets } = group;
  let position = first;
  for (const at of offsets) {
    bytes.writeUInt32LE(recordCrc(bytes, at, position), at + 4);
    position += 1;
  }
  writeGroupHeader(bytes, 0, salt, {
    first,
    count: offsets.length,
    bytes: bytes.length - GROUP_HEADER_BYTES,
  });
}

/** A sealed group of records that are already at hand. */
export function groupOf(records: readonly Uint8Array[], salt: Buffer, first: number): Buffer {
  const total = records.reduce((sum, record) => sum + RECORD_HEADER_BYTES + record.length, 0);
  const builder = createGroupBuilder(GROUP_HEADER_BYTES + total);
  for (const record of records) builder.add([record], record.length, () => {});
  const group = builder.take() ?? {
    bytes: Buffer.alloc(GROUP_HEADER_BYTES),
    offsets: [],
    dones: [],
  };
  sealGroup(group, salt, first);
  return group.bytes;
}
