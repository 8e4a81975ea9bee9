/**
 * Frames of HJ 212: `##`, four digits of length, data segment, CRC in four hex digits, CR LF
 * (HJ 212-2017 clause 6.2; 2005 and 2025 frame alike). Bytes in, frames and faults out, however
 * they were cut. After a fault the reader looks for the next `##`; it never throws and never keeps
 * more than one frame.
 */
import { LIMITS } from "../../model/limits.ts";

export interface Hj212Frame {
  /** Absent in frames of 2005. */
  qn: string | undefined;
  st: string;
  cn: string;
  pw: string;
  mn: string;
  flag: number | undefined;
  pnum: number | undefined;
  pno: number | undefined;
  /** What stands between `CP=&&` and `&&`. */
  cp: string;
  bytes: Uint8Array;
}

export type FrameItem =
  | { kind: "frame"; frame: Hj212Frame }
  | {
      kind: "fault";
      reason: "FRAME_CRC" | "FRAME_INVALID" | "FRAME_NOISE";
      text: string;
      bytes: Uint8Array;
    };

const HASH = 0x23;
const CR = 0x0d;
const LF = 0x0a;
const HEAD_BYTES = 6;
const CRC_BYTES = 4;
const END_BYTES = 2;
const DATA_BYTES_MAX = LIMITS.hj212FrameBytesMax - HEAD_BYTES - CRC_BYTES - END_BYTES;

/** Flag's lowest bits: is an answer wanted, has the segment a packet number? */
export const FLAG_ANSWER = 1;
export const FLAG_PACKETS = 2;

/**
 * The checksum of HJ 212-2017 annex A. Not CRC-16/MODBUS: the shift drops the low byte first, so
 * only 256 values exist; lengths and fields are checked beside it.
 */
export function hj212Crc(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let register = 0xffff;
  for (let at = from; at < to; at += 1) {
    register = (register >> 8) ^ (bytes[at] ?? 0);
    register = (register >> 8) ^ (CRC_OF_LOW_BYTE[register & 0xff] ?? 0);
  }
  return register;
}

/** Eight shifts of a register, by its low byte. */
const CRC_OF_LOW_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let register = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    register = (register & 1) === 0 ? register >> 1 : (register >> 1) ^ 0xa001;
  }
  return register;
});

/** A whole frame around a data segment. */
export function encodeHj212(data: string): Uint8Array {
  const bytes = Buffer.from(data, "latin1");
  const crc = hj212Crc(bytes).toString(16).toUpperCase().padStart(CRC_BYTES, "0");
  return Buffer.from(`##${String(bytes.length).padStart(4, "0")}${data}${crc}\r\n`, "latin1");
}

export class FrameReader {
  private rest: Buffer = NOTHING;

  /** Bytes of a frame that is still open. */
  get openBytes(): number {
    return this.rest.length;
  }

  push(chunk: Uint8Array): FrameItem[] {
    const bytes = this.rest.length === 0 ? asBuffer(chunk) : Buffer.concat([this.rest, chunk]);
    const items: FrameItem[] = [];
    let at = 0;
    while (at < bytes.length) {
      if (bytes[at] === CR || bytes[at] === LF) {
        at += 1;
        continue;
      }
      const start = nextStart(bytes, at);
      if (start > at) {
        items.push(noise(bytes.subarray(at, start)));
        at = start;
        continue;
      }
      const found = readFrame(bytes, at);
      if (found === "open") break;
      items.push(found.item);
      at = found.next;
    }
    this.rest = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at));
    return items;
  }
}

/** Position of the next `##`, or of a last `#` that may become one, or the end. */
function nextStart(bytes: Uint8Array, from: number): number {
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] !== HASH) continue;
    if (at + 1 === bytes.length || bytes[at + 1] === HASH) return at;
  }
  return bytes.length;
}

function noise(bytes: Uint8Array): FrameItem {
  return {
    kind: "fault",
    reason: "FRAME_NOISE",
    text: `${bytes.length} bytes belong to no frame; a frame begins with '##' and four digits`,
    bytes,
  };
}

function readFrame(bytes: Buffer, start: number): "open" | { item: FrameItem; next: number } {
  if (bytes.length < start + HEAD_BYTES) return "open";
  const lengthText = bytes.toString("latin1", start + 2, start + HEAD_BYTES);
  const length = Number(lengthText);
  if (!/^\d{4}$/.test(lengthText) || length > DATA_BYTES_MAX) {
    return faulty(
      bytes,
      start,
      "FRAME_CRC",
      `a frame's length is '${printable(lengthText)}', wanted four digits up to ${DATA_BYTES_MAX}`,
    );
  }
  const crcAt = start + HEAD_BYTES + length;
  const end = crcAt + CRC_BYTES;
  if (bytes.length < end) return "open";
  const crcText = bytes.toString("latin1", crcAt, end);
  const crc = hj212Crc(bytes, start + HEAD_BYTES, crcAt);
  if (!/^[0-9a-fA-F]{4}$/.test(crcText) || Number.parseInt(crcText, 16) !== crc) {
    const wanted = crc.toString(16).toUpperCase().padStart(CRC_BYTES, "0");
    return faulty(
      bytes,
      start,
      "FRAME_CRC",
      `a frame of ${length} bytes has the CRC '${printable(crcText)}', wanted '${wanted}': length or CRC is wrong`,
    );
  }
  // The end mark may come with the next bytes; what stands there instead is not ours to judge.
  const hasCr = bytes[end] === CR;
  const next = hasCr ? (bytes[end + 1] === LF ? end + END_BYTES : end + 1) : end;
  const raw = bytes.subarray(start, end);
  const parsed = parseSegment(bytes.toString("latin1", start + HEAD_BYTES, crcAt), raw);
  const item: FrameItem =
    typeof parsed === "string"
      ? { kind: "fault", reason: "FRAME_INVALID", text: parsed, bytes: raw }
      : { kind: "frame", frame: parsed };
  return { item, next };
}

/** What is wrong from here to the next possible start, as one fault. */
function faulty(
  bytes: Uint8Array,
  start: number,
  reason: "FRAME_CRC",
  text: string,
): { item: FrameItem; next: number } {
  const next = nextStart(bytes, start + 2);
  return { item: { kind: "fault", reason, text, bytes: bytes.subarray(start, next) }, next };
}

function parseSegment(data: string, bytes: Uint8Array): Hj212Frame | string {
  const cpAt = data.indexOf("CP=&&");
  if (cpAt < 0) return "a frame has no CP=&&…&&";
  const cpEnd = data.lastIndexOf("&&");
  if (cpEnd < cpAt + "CP=&&".length) return "a frame's CP is not closed by &&";
  const fields = new Map<string, string>();
  for (const part of data.slice(0, cpAt).split(";")) {
    const equals = part.indexOf("=");
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  const mn = fields.get("MN") ?? "";
  const cn = fields.get("CN") ?? "";
  if (mn === "") return "a frame has no MN";
  if (!/^\d{4}$/.test(cn)) return `a frame's CN is '${printable(cn)}', wanted four digits`;
  return {
    qn: fields.get("QN"),
    st: fields.get("ST") ?? "",
    cn,
    pw: fields.get("PW") ?? "",
    mn,
    flag: whole(fields.get("Flag")),
    pnum: whole(fields.get("PNUM")),
    pno: whole(fields.get("PNO")),
    cp: data.slice(cpAt + "CP=&&".length, cpEnd),
    bytes,
  };
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

const NOTHING = Buffer.alloc(0);

function asBuffer(bytes: Uint8Array): Buffer {
  if (Buffer.isBuffer(bytes)) return bytes;
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, "?");
}
