/**
 * Reads the wire format of Protocol Buffers (protobuf.dev, "Encoding") as a cursor over bytes: field
 * by field, lengths checked against what is there. It never throws and never reads past its end:
 * what cannot be read breaks the cursor, which then has no more fields.
 */

export interface Wire {
  readonly bytes: Buffer;
  /** Next byte; never beyond `end`. */
  at: number;
  readonly end: number;
  isBroken: boolean;
  /** Of the field in hand. */
  field: number;
  type: number;
  /** Bits 0–31 and 32–63 of the number that was read last, both unsigned. */
  low: number;
  high: number;
}

export const WIRE_VARINT = 0;
export const WIRE_BITS_64 = 1;
export const WIRE_BYTES = 2;
export const WIRE_BITS_32 = 5;

const VARINT_BYTES_MAX = 10;
const WORD = 0x1_0000_0000;

export function wireOf(bytes: Buffer, at = 0, end = bytes.length): Wire {
  return { bytes, at, end, isBroken: false, field: 0, type: 0, low: 0, high: 0 };
}

/** Goes on to the next field. False: there is none, or the bytes are broken. */
export function nextField(wire: Wire): boolean {
  if (wire.at >= wire.end) return false;
  readVarint(wire);
  if (wire.isBroken) return false;
  wire.field = wire.low >>> 3;
  wire.type = wire.low & 7;
  if (wire.field > 0 && wire.high === 0) return true;
  breakOff(wire);
  return false;
}

/** Into `low` and `high`; 0 where the bytes end within it or it has more than 10 of them. */
export function readVarint(wire: Wire): void {
  const { bytes, end } = wire;
  let at = wire.at;
  let low = 0;
  let high = 0;
  for (let count = 0; count < VARINT_BYTES_MAX && at < end; count += 1) {
    const byte = bytes[at] as number;
    at += 1;
    const bits = byte & 0x7f;
    if (count < 4) low |= bits << (count * 7);
    else if (count === 4) {
      low |= bits << 28;
      high = bits >>> 4;
    } else high |= bits << (count * 7 - 32);
    if (byte < 0x80) {
      wire.at = at;
      wire.low = low >>> 0;
      wire.high = high >>> 0;
      return;
    }
  }
  breakOff(wire);
}

/** Where the bytes of the field end; it begins at `at`. The cursor stands behind them. */
export function readLength(wire: Wire): number {
  readVarint(wire);
  const from = wire.at;
  if (wire.isBroken || wire.high > 0 || wire.low > wire.end - from) {
    breakOff(wire);
    return from;
  }
  return from + wire.low;
}

export function readFloat(wire: Wire): number {
  if (wire.end - wire.at < 4) {
    breakOff(wire);
    return 0;
  }
  wire.at += 4;
  return wire.bytes.readFloatLE(wire.at - 4);
}

export function readDouble(wire: Wire): number {
  if (wire.end - wire.at < 8) {
    breakOff(wire);
    return 0;
  }
  wire.at += 8;
  return wire.bytes.readDoubleLE(wire.at - 8);
}

/** Steps over the field in hand, whatever it is. Groups are of no format that is read. */
export function skipField(wire: Wire): void {
  if (wire.type === WIRE_VARINT) readVarint(wire);
  else if (wire.type === WIRE_BITS_64) readDouble(wire);
  else if (wire.type === WIRE_BITS_32) readFloat(wire);
  else if (wire.type === WIRE_BYTES) wire.at = readLength(wire);
  else breakOff(wire);
}

/** The number read last; undefined where a JavaScript number cannot hold it exactly. */
export function unsigned({ low, high }: Pick<Wire, "low" | "high">): number | undefined {
  return high > 0x1f_ffff ? undefined : high * WORD + low;
}

/** The same in two's complement of 64 bits. */
export function signed({ low, high }: Pick<Wire, "low" | "high">): number | undefined {
  const value = (high | 0) * WORD + low;
  return Number.isSafeInteger(value) ? value : undefined;
}

function breakOff(wire: Wire): void {
  wire.isBroken = true;
  wire.at = wire.end;
  wire.low = 0;
  wire.high = 0;
}
