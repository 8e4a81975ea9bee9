import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeSegmentHeader, GROUP_HEADER_BYTES, SEGMENT_HEADER_BYTES } from "./format.ts";
import { groupOf } from "./group.ts";
import { type Scan, scanSegment } from "./scan.ts";

const SALT = Buffer.from("a salt!!");
const FIRST = 2 ** 32 - 3;

interface Image {
  bytes: Buffer;
  /** Where each group begins, and the end of the last. */
  starts: number[];
  groups: Uint8Array[][];
}

function imageOf(groups: Uint8Array[][], zeros = 0): Image {
  const parts = [encodeSegmentHeader(SALT, FIRST)];
  const starts: number[] = [SEGMENT_HEADER_BYTES];
  let position = FIRST;
  for (const records of groups) {
    const bytes = groupOf(records, SALT, position);
    parts.push(bytes);
    starts.push((starts.at(-1) ?? 0) + bytes.length);
    position += records.length;
  }
  return { bytes: Buffer.concat([...parts, Buffer.alloc(zeros)]), starts, groups };
}

function scan(bytes: Buffer, until?: number): Scan {
  const result = scanSegment(bytes, { first: FIRST, until });
  if ("headerFault" in result) throw new Error(result.headerFault);
  return result;
}

const records = fc.array(fc.uint8Array({ maxLength: 700 }), { minLength: 1, maxLength: 6 });
const groupsOf = (minLength: number) => fc.array(records, { minLength, maxLength: 6 });
const zeros = fc.constantFrom(0, 1, 600, 5_000);

test("whole groups are read to their end, with zeros behind them or without", () => {
  fc.assert(
    fc.property(groupsOf(0), zeros, (groups, tail) => {
      const image = imageOf(groups, tail);
      const result = scan(image.bytes);
      expect(result.damage).toBeUndefined();
      expect(result.end).toBe(FIRST + groups.flat().length);
      expect(result.bytes).toBe(image.starts.at(-1));
    }),
  );
});

/** What a power cut leaves of a group: any of its sectors, over zeros or past the file's end. */
function cut(image: Image, sectorsKept: readonly boolean[], isShort: boolean): Buffer {
  const start = image.starts.at(-2) ?? 0;
  const bytes = Buffer.from(image.bytes);
  let end = start;
  for (let at = start - (start % 512), nth = 0; at < bytes.length; at += 512, nth += 1) {
    if (sectorsKept[nth % sectorsKept.length]) end = Math.min(bytes.length, at + 512);
    else bytes.fill(0, Math.max(start, at), Math.min(bytes.length, at + 512));
  }
  return isShort ? bytes.subarray(0, Math.max(end, start)) : bytes;
}

test("any part of the last group that a power cut leaves is a torn tail, all before it stands", () => {
  const kept = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(groupsOf(1), zeros, kept, fc.boolean(), (groups, tail, sectors, isShort) => {
      const image = imageOf(groups, tail);
      const result = scan(cut(image, sectors, isShort));
      const before = groups.slice(0, -1).flat().length;
      if (result.damage === undefined) {
        // All of the group came through, or none of it.
        expect([before, groups.flat().length]).toContain(result.end - FIRST);
      } else {
        expect(result.damage.isTorn).toBe(true);
        expect(result.end).toBe(FIRST + before);
        const last = groups.at(-1) ?? [];
        expect(result.damage.whole.map((record) => Buffer.from(record))).toEqual(
          last.slice(0, result.damage.whole.length).map((record) => Buffer.from(record)),
        );
      }
    }),
    { numRuns: 500 },
  );
});

test("a byte changed in any group but the last is damage in the middle, never a torn tail", () => {
  fc.assert(
    fc.property(
      groupsOf(2),
      zeros,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (groups, tail, where, flip) => {
        const image = imageOf(groups, tail);
        const begin = image.starts[0] ?? 0;
        const end = image.starts.at(-2) ?? 0;
        const at = begin + (where % (end - begin));
        const bytes = Buffer.from(image.bytes);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const { damage } = scan(bytes);
        expect(damage?.isTorn).toBe(false);
        expect(damage?.offset).toBeLessThanOrEqual(at);
        expect((damage?.position ?? 0) - FIRST).toBeLessThan(groups.slice(0, -1).flat().length);
      },
    ),
    { numRuns: 500 },
  );
});

test("a byte changed in the last group is damage in the middle once another segment follows", () => {
  fc.assert(
    fc.property(groupsOf(1), fc.nat(), fc.integer({ min: 1, max: 255 }), (groups, where, flip) => {
      const image = imageOf(groups);
      const begin = image.starts.at(-2) ?? 0;
      const at = begin + (where % (image.bytes.length - begin));
      image.bytes[at] = (image.bytes[at] ?? 0) ^ flip;
      const { damage } = scan(image.bytes, FIRST + groups.flat().length);
      expect(damage?.isTorn).toBe(false);
    }),
  );
});

test("a group whose records are damaged was synced if a part of another stands behind it", () => {
  const image = imageOf([[Buffer.alloc(900, 1)], [Buffer.alloc(900, 2)], [Buffer.alloc(900, 3)]]);
  const [, second = 0, third = 0] = image.starts;
  image.bytes[second + GROUP_HEADER_BYTES + 40] = 77;
  image.bytes.fill(0, third, third + 500);
  expect(scan(image.bytes).damage).toMatchObject({ isTorn: false, position: FIRST + 1 });
  image.bytes.fill(0, third);
  expect(scan(image.bytes).damage).toMatchObject({ isTorn: true, position: FIRST + 1 });
});

test("a payload that looks like a group is no proof: its salt is another's", () => {
  const forged = groupOf([Buffer.alloc(50, 9)], Buffer.from("mistaken"), FIRST + 9);
  const image = imageOf([[Buffer.alloc(10, 1)], [Buffer.alloc(600, 5), forged]]);
  const start = image.starts[1] ?? 0;
  image.bytes.fill(0, start, start + 100);
  expect(scan(image.bytes).damage).toMatchObject({ isTorn: true });
});

test("a record moved to another place of its group, and a group of another salt, are not taken", () => {
  const image = imageOf([[Buffer.alloc(50, 1), Buffer.alloc(50, 2)]]);
  const start = (image.starts[0] ?? 0) + GROUP_HEADER_BYTES;
  image.bytes.copy(image.bytes, start, start + 58, start + 116);
  expect(scan(image.bytes).damage).toMatchObject({ position: FIRST, whole: [] });
  const stale = groupOf([Buffer.alloc(50, 1)], Buffer.from("mistaken"), FIRST);
  const result = scan(Buffer.concat([imageOf([]).bytes, stale]));
  expect(result).toMatchObject({ end: FIRST, damage: { isTorn: true } });
});

test("what stands at or behind the first position of the next segment counts for nothing", () => {
  const image = imageOf([[Buffer.alloc(10, 1)], [Buffer.alloc(10, 2)]]);
  const damaged = Buffer.from(image.bytes);
  damaged[damaged.length - 1] = 0;
  for (const bytes of [image.bytes, damaged]) {
    expect(scan(bytes, FIRST + 1)).toMatchObject({ end: FIRST + 1, damage: undefined });
  }
  expect(scan(image.bytes, FIRST + 3).damage).toMatchObject({
    isTorn: false,
    found: "the end of the data",
    position: FIRST + 2,
  });
});

test("a segment header is refused for each way in which it can be wrong", () => {
  const image = imageOf([]);
  const faultOf = (bytes: Buffer, first = FIRST): unknown => scanSegment(bytes, { first });
  expect(faultOf(image.bytes.subarray(0, 20))).toEqual({
    headerFault: "20 bytes, a header has 32",
  });
  expect(faultOf(Buffer.alloc(100))).toEqual({ headerFault: "no journal header" });
  expect(faultOf(image.bytes, 5)).toEqual({ headerFault: `the header of position ${FIRST}` });
  fc.assert(
    fc.property(fc.nat(SEGMENT_HEADER_BYTES - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bytes = Buffer.from(image.bytes);
      bytes[at] = (bytes[at] ?? 0) ^ flip;
      expect(faultOf(bytes)).toHaveProperty("headerFault");
    }),
  );
});

test("any bytes at all are read without a throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), (noise) => {
      const bytes = Buffer.concat([encodeSegmentHeader(SALT, FIRST), noise]);
      expect(scan(bytes).end).toBe(FIRST);
    }),
  );
});
