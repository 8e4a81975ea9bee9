/** Photos read whole: sizes, what is cut off or unfolds too far, hashes that stay and that differ. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { FileType } from "../model/file.ts";
import { timeZone } from "../model/local-time.ts";
import { EXIF_AT_COVER, jpeg, picture } from "./doubles/pictures.ts";
import { perceptualHash } from "./perceptual-hash.ts";
import { readPhoto, smallCopy } from "./photo.ts";

const zone = timeZone("Asia/Shanghai");
let folder: string;
let made = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gridwarden-photos-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function kept(bytes: Buffer): Promise<string> {
  made += 1;
  const path = join(folder, `${made}`);
  await writeFile(path, bytes);
  return path;
}
const read = async (bytes: Buffer, type: FileType = "image/jpeg") =>
  readPhoto(await kept(bytes), type, zone);
const hashOf = async (bytes: Buffer): Promise<string> => (await read(bytes)).perceptualHash ?? "";
function distance(a: string, b: string): number {
  return [...(BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2)].filter((bit) => bit === "1").length;
}

test("a photo tells its size, its time and its place; its small copy tells nothing", async () => {
  const facts = await read(await jpeg(1, { width: 900, height: 600, exif: EXIF_AT_COVER }));
  expect(facts).toMatchObject({
    width: 900,
    height: 600,
    exif: { takenAt: Date.parse("2026-11-23T10:05:09+08:00"), lon: 114.7, lat: 32.1 },
    perceptualHash: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
  const small = await sharp(facts.thumbnail).metadata();
  expect([small.width, small.height, small.exif]).toEqual([480, 320, undefined]);
});

test("a photo that lies on its side is measured, copied and hashed upright", async () => {
  const upright = await jpeg(2, { width: 300, height: 200 });
  const lying = await sharp(await sharp(upright).rotate(270).jpeg({ quality: 95 }).toBuffer())
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95 })
    .toBuffer();
  const facts = await read(lying);
  expect([facts.width, facts.height]).toEqual([300, 200]);
  expect((await sharp(facts.thumbnail).metadata()).width).toBe(300);
  expect(distance(await hashOf(upright), facts.perceptualHash ?? "")).toBeLessThanOrEqual(6);
});

test("PNG and WebP are read, a transparent ground becomes white, none is made larger", async () => {
  const png = await sharp({
    create: { width: 40, height: 30, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } },
  })
    .png()
    .toBuffer();
  const facts = await read(png, "image/png");
  const { data } = await sharp(facts.thumbnail).raw().toBuffer({ resolveWithObject: true });
  expect([data[0], facts.width]).toEqual([255, 40]);
  expect(facts).not.toHaveProperty("perceptualHash");
  const webp = await picture(3).webp().toBuffer();
  expect(await read(webp, "image/webp")).toMatchObject({ width: 320, height: 240 });
  const copy = await sharp(await smallCopy(await kept(webp), "160")).metadata();
  expect([copy.width, copy.height]).toEqual([160, 120]);
});

describe("what cannot be read to its end is refused", () => {
  test.each([
    ["image/jpeg", 0.5],
    ["image/jpeg", 0.97],
    ["image/png", 0.5],
    ["image/webp", 0.5],
  ] as const)("%s cut at %d", async (type, share) => {
    const format = type === "image/jpeg" ? "jpeg" : type === "image/png" ? "png" : "webp";
    const whole = await picture(4, { width: 800, height: 600 }).toFormat(format).toBuffer();
    const cut = whole.subarray(0, Math.floor(whole.length * share));
    await expect(read(cut, type)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
  });

  test("a head without a body, and one format under another's head", async () => {
    const head = Buffer.from("\xff\xd8\xff\xe0\0\x10JFIF", "latin1");
    await expect(read(head)).rejects.toMatchObject({ code: "FILE_DAMAGED" });
    const png = await picture(5).png().toBuffer();
    await expect(read(png, "image/jpeg")).rejects.toMatchObject({
      code: "FILE_DAMAGED",
      message: expect.stringContaining("it begins as image/jpeg and is read as 'png'"),
    });
  });
});

/** A PNG of one grey, whose bytes are few and whose pixels are many. */
function bomb(side: number): Buffer {
  const chunk = (name: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([1, 0, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc((Math.ceil(side / 8) + 1) * 64));
  const mark = Buffer.from("\x89PNG\r\n\x1a\n", "latin1");
  return Buffer.concat([
    mark,
    chunk("IHDR", header),
    chunk("IDAT", rows),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

test("a photo that would unfold to too many pixels is refused before it is decoded", async () => {
  const begunAt = performance.now();
  await expect(read(bomb(40_000), "image/png")).rejects.toMatchObject({
    code: "PAYLOAD_TOO_LARGE",
    message: expect.stringMatching(/40000000 pixels/),
  });
  expect(performance.now() - begunAt).toBeLessThan(2_000);
});

describe("the perceptual hash", () => {
  test("stays within 6 bits when a photo is stored again, made smaller, paler or darker", async () => {
    for (let seed = 10; seed < 20; seed += 1) {
      const original = await jpeg(seed, { width: 640, height: 480 });
      const hash = await hashOf(original);
      const copies = [
        sharp(original).jpeg({ quality: 40 }),
        sharp(original).resize(213).jpeg({ quality: 70 }),
        sharp(original).modulate({ brightness: 0.9 }).jpeg(),
        sharp(original).linear(0.8, 20).jpeg(),
      ];
      for (const copy of copies) {
        expect(distance(hash, await hashOf(await copy.toBuffer())), `${seed}`).toBeLessThanOrEqual(
          6,
        );
      }
    }
  });

  test("differs in many bits between scenes", async () => {
    const hashes = await Promise.all(
      Array.from({ length: 12 }, async (_, n) => hashOf(await jpeg(100 + n))),
    );
    for (const [n, a] of hashes.entries()) {
      for (const b of hashes.slice(n + 1)) expect(distance(a, b)).toBeGreaterThan(6);
    }
  });

  test("is absent where nothing is to be seen", () => {
    expect(perceptualHash(new Uint8Array(72).fill(200))).toBeUndefined();
    expect(perceptualHash(Uint8Array.from({ length: 72 }, (_, n) => 200 - n))).toBe("f".repeat(16));
  });
});
