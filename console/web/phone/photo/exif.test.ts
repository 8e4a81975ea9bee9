import fc from "fast-check";
import sharp from "sharp";
import { expect, test } from "vitest";
import { exifSegment, withExifOf } from "./exif.ts";

const TAKEN = "2026:11:23 10:05:09";

/** Lying on its side, as a phone writes it, with its time. */
const camera = async (): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp({ create: { width: 40, height: 20, channels: 3, background: "#808080" } })
      .jpeg()
      .withExif({ IFD0: { Make: "phone" }, IFD2: { DateTimeOriginal: TAKEN } })
      .withMetadata({ orientation: 6 })
      .toBuffer(),
  );
const plain = async (): Promise<Uint8Array> =>
  new Uint8Array(
    await sharp({ create: { width: 10, height: 20, channels: 3, background: "#808080" } })
      .jpeg()
      .toBuffer(),
  );

test("the smaller photo has the camera's own words, and stands upright", async () => {
  const from = await camera();
  expect((await sharp(from).metadata()).orientation).toBe(6);
  const made = withExifOf(await plain(), from);
  const { orientation, exif, width, height } = await sharp(made).metadata();
  expect({ orientation, width, height }).toEqual({ orientation: 1, width: 10, height: 20 });
  expect(exif?.toString("latin1")).toContain("phone");
});

test("of a photo without EXIF, or of no JPEG at all, nothing is carried over", async () => {
  const small = await plain();
  expect(withExifOf(small, small)).toBe(small);
  expect(withExifOf(small, new TextEncoder().encode("no photo"))).toBe(small);
  const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);
  expect(withExifOf(png, await camera())).toBe(png);
});

/** EXIF with one entry, orientation 6, in either order of bytes (II, MM). */
function exifWith(isLittle: boolean): Uint8Array {
  const bytes = new Uint8Array(2 + 4 + 6 + 8 + 2 + 12 + 4);
  const view = new DataView(bytes.buffer);
  bytes.set([0xff, 0xd8, 0xff, 0xe1, 0, bytes.length - 4, 0x45, 0x78, 0x69, 0x66, 0, 0]);
  const tiff = 12;
  view.setUint16(tiff, isLittle ? 0x4949 : 0x4d4d);
  view.setUint16(tiff + 2, 42, isLittle);
  view.setUint32(tiff + 4, 8, isLittle);
  view.setUint16(tiff + 8, 1, isLittle);
  view.setUint16(tiff + 10, 0x0112, isLittle);
  view.setUint16(tiff + 12, 3, isLittle);
  view.setUint32(tiff + 14, 1, isLittle);
  view.setUint16(tiff + 18, 6, isLittle);
  return bytes;
}

test.each([true, false])(
  "orientation is set upright in its own order of bytes (little: %s)",
  (isLittle) => {
    const made = withExifOf(new Uint8Array([0xff, 0xd8, 0xff, 0xd9]), exifWith(isLittle));
    expect(new DataView(made.buffer).getUint16(12 + 18, isLittle)).toBe(1);
    expect([...made.slice(-2)]).toEqual([0xff, 0xd9]);
  },
);

test("bytes that are cut off or made up do no harm", async () => {
  const whole = await camera();
  const small = await plain();
  for (let length = 0; length < 400; length += 1) {
    expect(withExifOf(small, whole.subarray(0, length)).length).toBeGreaterThanOrEqual(
      small.length,
    );
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const head = [0xff, 0xd8, 0xff, 0xe1, 0, bytes.length + 8, 0x45, 0x78, 0x69, 0x66, 0, 0];
      const segment = exifSegment(new Uint8Array([...head, ...bytes]));
      expect(segment?.length).toBe(bytes.length + 10);
      withExifOf(small, new Uint8Array([...head, ...bytes]));
    }),
  );
});
