import fc from "fast-check";
import { expect, test } from "vitest";
import { isErrorCode } from "../model/errors.ts";
import type { Uplink } from "../model/uplink.ts";
import { decodeUplinkRecord, encodeUplink } from "./uplink-record.ts";

const anyUplink: fc.Arbitrary<Uplink> = fc.record({
  source: fc.constantFrom("mqtt" as const, "hj212-tcp" as const, "http" as const),
  sender: fc.string({ unit: "grapheme", maxLength: 64 }),
  topic: fc.string({ unit: "grapheme", maxLength: 200 }),
  payload: fc.uint8Array({ maxLength: 300 }),
  receivedAt: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
});

test("what was encoded is decoded", () => {
  fc.assert(
    fc.property(anyUplink, (uplink) => {
      const decoded = decodeUplinkRecord(Buffer.concat(encodeUplink(uplink)), 7);
      expect({ ...decoded, payload: Uint8Array.from(decoded.payload) }).toEqual(uplink);
    }),
  );
});

test("a payload goes into the record as it came and is not copied", () => {
  const payload = new Uint8Array(100_000);
  const uplink: Uplink = { source: "mqtt", sender: "a", topic: "b", payload, receivedAt: 1 };
  const parts = encodeUplink(uplink);
  expect(parts[1]).toBe(payload);
  expect(parts[0]?.length).toBe(16);
});

test("a record that another version wrote, or that ends too early, is refused by its position", () => {
  const uplink = { source: "mqtt", sender: "abc", topic: "t", receivedAt: 1 } as const;
  const record = Buffer.concat(encodeUplink({ ...uplink, payload: new Uint8Array(0) }));
  const newer = Buffer.from(record);
  newer[0] = 9;
  const badSource = Buffer.from(record);
  badSource[1] = 200;
  for (const bytes of [newer, badSource, record.subarray(0, 15), Buffer.alloc(0)]) {
    let thrown: unknown;
    try {
      decodeUplinkRecord(bytes, 41);
    } catch (error) {
      thrown = error;
    }
    expect(isErrorCode(thrown, "JOURNAL_CORRUPT")).toBe(true);
    expect(String(thrown)).toContain("record 41");
  }
});
