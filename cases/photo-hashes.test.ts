/** The index of like photos: by its bands every hash within the bound is found. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { bandsOf, FOUND_BITS_MAX, hashDistance, nearBands } from "./photo-hashes.ts";

const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const hex = (bits: bigint): string => bits.toString(16).padStart(16, "0");
/** A hash, and one that differs from it in these places. */
const pair = (bitsMax: number) =>
  fc.tuple(hash, fc.uniqueArray(fc.nat(63), { maxLength: bitsMax })).map(([a, places]) => ({
    a: hex(a),
    b: hex(places.reduce((bits, place) => bits ^ (1n << BigInt(place)), a)),
    bits: places.length,
  }));

const isFound = (a: string, b: string): boolean => {
  const other = bandsOf(b);
  return bandsOf(a).some((band, n) => nearBands(band).includes(other[n] ?? -1));
};

test("the distance is the number of bits that differ", () => {
  fc.assert(
    fc.property(pair(64), ({ a, b, bits }) => {
      expect(hashDistance(a, b)).toBe(bits);
    }),
  );
});

test("two hashes within the bound always share a band, or one that differs in one bit", () => {
  expect(LIMITS.photoReuseBitsMax).toBeLessThanOrEqual(FOUND_BITS_MAX);
  fc.assert(
    fc.property(pair(FOUND_BITS_MAX), ({ a, b }) => {
      expect(isFound(a, b)).toBe(true);
    }),
    { numRuns: 5_000 },
  );
});

test("the bound is sharp: two bits in each band are not found", () => {
  expect(isFound("0".repeat(16), "0003000300030003")).toBe(false);
});
