/**
 * Photos that look alike, found by an index. A hash of 64 bits is cut into four bands of 16. Of two
 * hashes that differ in at most 7 bits at least one band differs in at most one (else there were
 * eight), so whoever looks up each band and its 16 neighbours finds every hash within 7 bits
 * (multi-index hashing: M. Norouzi, A. Punjani, D. Fleet, CVPR 2012). Pure.
 */

export const BANDS = 4;
const BAND_BITS = 16;
/** Every hash within so many bits is found by its bands. */
export const FOUND_BITS_MAX = 2 * BANDS - 1;

/** @param hash 16 hexadecimal digits */
export function bandsOf(hash: string): number[] {
  return Array.from({ length: BANDS }, (_, n) => Number.parseInt(hash.slice(4 * n, 4 * n + 4), 16));
}

/** The band itself and each that differs in one bit. */
export function nearBands(band: number): number[] {
  return [band, ...Array.from({ length: BAND_BITS }, (_, bit) => band ^ (1 << bit))];
}

/** Bits in which two hashes differ; told of thousands in one step, so by halves and without big integers. */
export function hashDistance(a: string, b: string): number {
  return halfDistance(a, b, 0) + halfDistance(a, b, HALF_DIGITS);
}

const HALF_DIGITS = 8;

function halfDistance(a: string, b: string, from: number): number {
  const half = (hash: string) => Number.parseInt(hash.slice(from, from + HALF_DIGITS), 16);
  let bits = 0;
  for (let different = half(a) ^ half(b); different !== 0; different &= different - 1) bits += 1;
  return bits;
}
