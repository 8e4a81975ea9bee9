/**
 * An uplink as a record of the journal, like an envelope: a small header is written on the front,
 * the payload goes in as it came and is not copied.
 * Layout, big-endian: version u8, source u8, receivedAt f64, sender length u16, topic length u16,
 * sender, topic (both UTF-8), then the payload to the record's end.
 */
import { GridwardenError } from "../model/errors.ts";
import type { Uplink, UplinkSource } from "../model/uplink.ts";

const VERSION = 1;
const HEADER_BYTES = 14;
const LENGTH_MAX = 0xffff;
/** A source's place is its code in the record; never reorder. */
const SOURCES: readonly UplinkSource[] = ["mqtt", "hj212-tcp", "http"];

/** The parts of the record: its header and the payload itself. */
export function encodeUplink(uplink: Uplink): Uint8Array[] {
  const senderBytes = Buffer.byteLength(uplink.sender);
  const topicBytes = Buffer.byteLength(uplink.topic);
  if (senderBytes > LENGTH_MAX || topicBytes > LENGTH_MAX) {
    throw new RangeError(
      `a sender of ${senderBytes} and a topic of ${topicBytes} bytes; each may have ${LENGTH_MAX}`,
    );
  }
  const header = Buffer.allocUnsafe(HEADER_BYTES + senderBytes + topicBytes);
  header[0] = VERSION;
  header[1] = SOURCES.indexOf(uplink.source);
  header.writeDoubleBE(uplink.receivedAt, 2);
  header.writeUInt16BE(senderBytes, 10);
  header.writeUInt16BE(topicBytes, 12);
  header.write(uplink.sender, HEADER_BYTES, "utf8");
  header.write(uplink.topic, HEADER_BYTES + senderBytes, "utf8");
  return [header, uplink.payload];
}

/**
 * The uplink in a record; its payload is a view of the record's bytes.
 * @throws GridwardenError JOURNAL_CORRUPT: what the journal's checksum let through was not written
 * by this version.
 */
export function decodeUplinkRecord(record: Uint8Array, position: number): Uplink {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
  const source = SOURCES[bytes[1] ?? SOURCES.length];
  if (bytes.length < HEADER_BYTES || bytes[0] !== VERSION || source === undefined) {
    throw unreadable(bytes, position);
  }
  const topicFrom = HEADER_BYTES + bytes.readUInt16BE(10);
  const payloadFrom = topicFrom + bytes.readUInt16BE(12);
  if (payloadFrom > bytes.length) throw unreadable(bytes, position);
  return {
    source,
    sender: bytes.toString("utf8", HEADER_BYTES, topicFrom),
    topic: bytes.toString("utf8", topicFrom, payloadFrom),
    payload: bytes.subarray(payloadFrom),
    receivedAt: bytes.readDoubleBE(2),
  };
}

/** When the uplink in a record came, without reading the rest of it. */
export function recordReceivedAt(record: Uint8Array): number {
  return Buffer.from(record.buffer, record.byteOffset, HEADER_BYTES).readDoubleBE(2);
}

/** Does the topic of the uplink in a record begin so? Of a record that nobody can read, no. */
export function recordTopicStarts(record: Uint8Array, start: Uint8Array): boolean {
  if (record.length < HEADER_BYTES) return false;
  const from = HEADER_BYTES + (((record[10] ?? 0) << 8) | (record[11] ?? 0));
  return start.every((byte, index) => record[from + index] === byte);
}

function unreadable(bytes: Uint8Array, position: number): GridwardenError {
  return new GridwardenError(
    "JOURNAL_CORRUPT",
    `the journal's record ${position} has ${bytes.length} bytes and version ${bytes[0] ?? "none"};` +
      ` this gridwarden reads version ${VERSION}: start the one that wrote it`,
    { details: { position } },
  );
}
