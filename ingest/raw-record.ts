/**
 * An uplink as it is kept to be decoded again: the position that it has in the journal (f64), then
 * its record of the journal as it is. Of the formats whose payload a decoder or a mapping reads;
 * what devices of our own and data loggers say is read by the platform itself and not kept. Pure.
 */
import { recordReceivedAt, recordTopicStarts } from "./uplink-record.ts";

const POSITION_BYTES = 8;
const NOT_KEPT = ["v1/", "hj212/"].map((start) => Buffer.from(start));

export interface RawUplink {
  /** In the journal. */
  readonly position: number;
  readonly receivedAt: number;
  /** As `decodeUplinkRecord` reads it. */
  readonly record: Uint8Array;
}

export const isKeptRaw = (record: Uint8Array): boolean =>
  !NOT_KEPT.some((start) => recordTopicStarts(record, start));

const REMEMBERED = Buffer.from("spBv1.0/");

/** Of a format that reads what comes by what came before: births of Sparkplug give aliases their names. */
export const isRemembered = (record: Uint8Array): boolean => recordTopicStarts(record, REMEMBERED);

export function encodeRaw(position: number, record: Uint8Array): Uint8Array[] {
  const head = Buffer.allocUnsafe(POSITION_BYTES);
  head.writeDoubleBE(position);
  return [head, record];
}

export function decodeRaw(bytes: Uint8Array): RawUplink {
  const record = bytes.subarray(POSITION_BYTES);
  const position = Buffer.from(bytes.buffer, bytes.byteOffset, POSITION_BYTES).readDoubleBE();
  return { position, receivedAt: recordReceivedAt(record), record };
}
