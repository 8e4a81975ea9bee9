/**
 * Public number of a report, given to whoever reported it: ten random characters of Crockford's
 * base32 (no I, L, O, U) and one that checks them, so that none is found by counting up and a slip
 * of the pen is none. The check is a polynomial over GF(32): it finds every single wrong character
 * and every two that changed places. Pure.
 */
import { z } from "zod";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const RANDOM_LENGTH = 10;
/** x^5 + x^2 + 1 */
const REDUCED_BY = 0b100101;

export const PublicNo = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{11}$/)
  .brand<"PublicNo">();
export type PublicNo = z.infer<typeof PublicNo>;

/** Random bytes that a number is made of. */
export const PUBLIC_NO_BYTES = RANDOM_LENGTH;

/** Of each byte five bits. */
export function publicNoOf(bytes: Uint8Array): PublicNo {
  const values = [...bytes.subarray(0, RANDOM_LENGTH)].map((byte) => byte & 31);
  return PublicNo.parse([...values, checkOf(values)].map((value) => ALPHABET[value]).join(""));
}

/** As somebody writes it down: small letters, spaces, hyphens, O for 0, I and L for 1. */
export function readPublicNo(text: string): PublicNo | undefined {
  const plain = text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
  const read = PublicNo.safeParse(plain);
  if (!read.success) return undefined;
  const values = [...plain].map((letter) => ALPHABET.indexOf(letter));
  return checkOf(values.slice(0, RANDOM_LENGTH)) === values[RANDOM_LENGTH] ? read.data : undefined;
}

function checkOf(values: readonly number[]): number {
  return values.reduce((sum, value) => timesX(sum ^ value), 0);
}

function timesX(value: number): number {
  const doubled = value << 1;
  return doubled & 32 ? doubled ^ REDUCED_BY : doubled;
}
