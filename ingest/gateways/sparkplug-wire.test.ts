import fc from "fast-check";
import { expect, test } from "vitest";
import {
  nextField,
  readDouble,
  readFloat,
  readLength,
  readVarint,
  signed,
  skipField,
  unsigned,
  wireOf,
} from "./sparkplug-wire.ts";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

function varintOf(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

test("a varint of 64 bits is read exactly, or said not to fit a number", () => {
  const safe = (value: bigint): number | undefined =>
    Number.isSafeInteger(Number(value)) && BigInt(Number(value)) === value
      ? Number(value)
      : undefined;
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      const wire = wireOf(varintOf(value));
      readVarint(wire);
      expect(wire.isBroken).toBe(false);
      expect(wire.at).toBe(wire.end);
      expect(unsigned(wire)).toBe(safe(value));
      expect(signed(wire)).toBe(safe(BigInt.asIntN(64, value)));
    }),
  );
});

/** The wire ends before the bytes do: what stands behind belongs to somebody else. */
test.each<[string, string, number, (wire: ReturnType<typeof wireOf>) => unknown]>([
  ["a varint", "808001", 2, readVarint],
  ["a length", "030102ff", 3, readLength],
  ["a length of its own", "80800100", 2, readLength],
  ["a length beyond 32 bits", "8080808010", 5, readLength],
  ["a float", "0000803f", 3, readFloat],
  ["a double", "000000000000f03f", 7, readDouble],
  ["a varint of 11 bytes", "8080808080808080808001", 11, readVarint],
])("%s that goes on behind the end breaks the wire there", (_title, bytes, end, read) => {
  const wire = wireOf(hex(bytes), 0, end);
  read(wire);
  expect([wire.isBroken, wire.at]).toEqual([true, end]);
  expect(nextField(wire)).toBe(false);
});

test("fields that nobody reads are stepped over", () => {
  const wire = wireOf(hex("089601" + "110000000000000000" + "1a03616263" + "2500000000" + "3005"));
  const found: [number, number][] = [];
  while (nextField(wire)) {
    found.push([wire.field, wire.type]);
    skipField(wire);
  }
  expect(found).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 5],
    [6, 0],
  ]);
  expect(wire.isBroken).toBe(false);
});

test.each(["0b", "0c", "0e", "0f", "00", "8080808010"])("the key %s is none", (key) => {
  const wire = wireOf(hex(key));
  while (nextField(wire)) skipField(wire);
  expect(wire.isBroken).toBe(true);
});
