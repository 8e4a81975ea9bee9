import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32, crc32ByTable } from "./crc32.ts";

test("the sum of the standard's check text is cbf43926", () => {
  expect(crc32(Buffer.from("123456789"), 0, 9)).toBe(0xcbf43926);
  expect(crc32(Buffer.from("x123456789y"), 1, 10)).toBe(0xcbf43926);
});

test("any bytes have the sum that gzip writes, in one go or in two, by table or native", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1_500 }), fc.nat(), (bytes, cut) => {
      const gzip = gzipSync(bytes);
      const wanted = gzip.readUInt32LE(gzip.length - 8);
      const middle = bytes.length === 0 ? 0 : cut % bytes.length;
      expect(crc32ByTable(bytes, 0, bytes.length)).toBe(wanted);
      expect(crc32(bytes, middle, bytes.length, crc32(bytes, 0, middle))).toBe(wanted);
    }),
  );
});
