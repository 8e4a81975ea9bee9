/** Text and numbers as bytes, one behind the other in memory that grows. Pure. */

export interface ByteWriter {
  raw(bytes: Uint8Array): void;
  /** Of ASCII alone. */
  text(text: string): void;
  /** As JavaScript writes it; finite. */
  number(value: number): void;
  length(): number;
  /** What was written; the memory is the writer's own, and it writes no more. */
  bytes(): Uint8Array;
}

const DIGIT_0 = 48;
/** Below it a whole number is written digit by digit. */
const SMALL_MAX = 1e15;
const DIGITS_MAX = 16;
const TEXT_MAX = 32;

export function createByteWriter(bytesExpected: number): ByteWriter {
  let bytes = Buffer.allocUnsafeSlow(Math.max(TEXT_MAX, bytesExpected));
  let at = 0;

  function need(more: number): void {
    if (at + more <= bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(at + more, bytes.length * 2));
    bytes.copy(grown, 0, 0, at);
    bytes = grown;
  }

  function text(written: string): void {
    need(written.length);
    for (let n = 0; n < written.length; n += 1) {
      bytes[at] = written.charCodeAt(n);
      at += 1;
    }
  }

  /** The last digit first, into the place where it stands in the end. */
  function whole(value: number): void {
    need(DIGITS_MAX);
    let digits = 1;
    for (let power = 10; power <= value; power *= 10) digits += 1;
    let rest = value;
    for (let place = at + digits - 1; place >= at; place -= 1) {
      const tenth = Math.floor(rest / 10);
      bytes[place] = DIGIT_0 + (rest - tenth * 10);
      rest = tenth;
    }
    at += digits;
  }

  return {
    raw(written) {
      need(written.length);
      bytes.set(written, at);
      at += written.length;
    },
    text,
    number(value) {
      if (value >= 0 && value < SMALL_MAX && Math.floor(value) === value) whole(value);
      else text(String(value));
    },
    length: () => at,
    bytes: () => bytes.subarray(0, at),
  };
}
