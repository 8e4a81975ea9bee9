/**
 * A photo's perceptual hash: 64 bits that say of each of 8 × 8 places whether it is brighter than
 * its neighbour to the right (difference hash, N. Krawetz, "Kind of Like That", 2013). Photos that
 * were made smaller, paler or stored again differ in few bits; cropped, mirrored or turned ones in
 * many. Pure.
 */

/** The grey picture that the hash is of. */
export const HASH_WIDTH = 9;
export const HASH_HEIGHT = 8;

/** Grey values, of 256, by which a picture must differ in itself; a blank one looks like any other. */
const CONTRAST_MIN = 16;

/** @param grey row by row, a byte a pixel; answers 16 hexadecimal digits, nothing of a blank one */
export function perceptualHash(grey: Uint8Array): string | undefined {
  if (Math.max(...grey) - Math.min(...grey) < CONTRAST_MIN) return undefined;
  let bits = 0n;
  for (let row = 0; row < HASH_HEIGHT; row += 1) {
    for (let column = 0; column < HASH_WIDTH - 1; column += 1) {
      const at = row * HASH_WIDTH + column;
      const isBrighter = (grey[at] ?? 0) > (grey[at + 1] ?? 0);
      bits = (bits << 1n) | (isBrighter ? 1n : 0n);
    }
  }
  return bits.toString(16).padStart(16, "0");
}
