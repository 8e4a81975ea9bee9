/** Time and place out of EXIF, against an independent reader; and blocks made to do harm. */
import exifReader from "exif-reader";
import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { timeZone } from "../model/local-time.ts";
import { EXIF_AT_COVER, picture } from "./doubles/pictures.ts";
import { takenByExif } from "./exif.ts";

const zone = timeZone("Asia/Shanghai");

async function block(exif: Record<string, Record<string, string>>): Promise<Buffer> {
  const photo = await picture(1, { width: 32, height: 32, exif }).jpeg().toBuffer();
  return (await sharp(photo).metadata()).exif ?? Buffer.alloc(0);
}

test("time with its offset and place are those that another reader finds", async () => {
  const exif = await block(EXIF_AT_COVER);
  const other = exifReader(exif);
  const local = other.Photo?.DateTimeOriginal?.getTime() ?? 0;
  const [degrees = 0, minutes = 0, seconds = 0] = other.GPSInfo?.GPSLongitude ?? [];
  expect(takenByExif(exif, zone)).toEqual({
    takenAt: local - 8 * 3_600_000,
    lon: degrees + minutes / 60 + seconds / 3_600,
    lat: 32.1,
  });
  expect(takenByExif(exif, zone).takenAt).toBe(Date.parse("2026-11-23T10:05:09+08:00"));
});

test("without an offset the camera's clock is the city's, and a block without its mark is read", async () => {
  const exif = await block({ IFD2: { DateTimeOriginal: "2026:11:23 23:59:58" } });
  const takenAt = Date.parse("2026-11-23T23:59:58+08:00");
  expect(takenByExif(exif, zone)).toEqual({ takenAt });
  expect(takenByExif(exif.subarray(6), zone)).toEqual({ takenAt });
});

test("south and west are negative, another offset counts", async () => {
  const exif = await block({
    IFD2: { DateTimeOriginal: "2026:11:23 10:00:00", OffsetTimeOriginal: "-03:30" },
    IFD3: {
      GPSLatitudeRef: "S",
      GPSLatitude: "33/1 27/1 36/1",
      GPSLongitudeRef: "W",
      GPSLongitude: "70/1 39/1 0/1",
    },
  });
  const taken = takenByExif(exif, zone);
  expect(taken.takenAt).toBe(Date.parse("2026-11-23T13:30:00Z"));
  expect(taken.lat).toBeCloseTo(-33.46, 6);
  expect(taken.lon).toBeCloseTo(-70.65, 6);
});

test.each([
  ["0000:00:00 00:00:00"],
  ["2026:13:01 00:00:00"],
  ["2026:02:30 00:00:00"],
  ["yesterday"],
])("a time that is none is absent: %s", async (DateTimeOriginal) => {
  expect(takenByExif(await block({ IFD2: { DateTimeOriginal } }), zone)).toEqual({});
});

test.each([
  ["0/1 0/1 0/1", "0/1 0/1 0/1"],
  ["91/1 0/1 0/1", "10/1 0/1 0/1"],
  ["32/0 0/1 0/1", "114/1 0/1 0/1"],
])("a place that is none is absent: %s, %s", async (GPSLatitude, GPSLongitude) => {
  const gps = { GPSLatitudeRef: "N", GPSLatitude, GPSLongitudeRef: "E", GPSLongitude };
  expect(takenByExif(await block({ IFD3: gps }), zone)).toEqual({});
});

test("whatever bytes come, nothing is thrown and what is found is a time and a place", async () => {
  const good = await block(EXIF_AT_COVER);
  const spoilt = fc
    .tuple(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 12 }),
      fc.nat(good.length),
    )
    .map(([changes, length]) => {
      const copy = Buffer.from(good);
      for (const [at, value] of changes) copy[at] = value;
      return copy.subarray(0, length);
    });
  fc.assert(
    fc.property(fc.oneof(spoilt, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      const { takenAt = 0, lon = 0, lat = 0 } = takenByExif(bytes, zone);
      expect(Number.isFinite(takenAt)).toBe(true);
      expect(Math.abs(lon) <= 180 && Math.abs(lat) <= 90).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("a block of nothing but long lists costs no more than a good one", () => {
  const bytes = Buffer.alloc(64 * 1024, 0);
  bytes.write("II*\0\x08\0\0\0", "latin1");
  bytes.writeUInt16LE(5_000, 8);
  for (let at = 10; at + 12 < bytes.length; at += 12) {
    bytes.writeUInt16LE(at, at);
    bytes.writeUInt16LE(1, at + 2);
    bytes.writeUInt32LE(65_000, at + 4);
  }
  const begunAt = performance.now();
  expect(takenByExif(bytes, zone)).toEqual({});
  expect(performance.now() - begunAt).toBeLessThan(100);
});
