/** Photos made for tests: scenes of soft light with a little noise, the same for the same seed. */
import sharp from "sharp";

interface Scene {
  width?: number;
  height?: number;
  /** As sharp takes it: directories of tags with texts. */
  exif?: Record<string, Record<string, string>>;
}

/** Where and when a phone took a picture, as EXIF has it. */
export const EXIF_AT_COVER = {
  IFD2: { DateTimeOriginal: "2026:11:23 10:05:09", OffsetTimeOriginal: "+08:00" },
  IFD3: {
    GPSLatitudeRef: "N",
    GPSLatitude: "32/1 6/1 0/1",
    GPSLongitudeRef: "E",
    GPSLongitude: "114/1 42/1 0/1",
  },
};

/** A number from 0 to 1 for each step, the same for the same seed (xorshift). */
function noise(seed: number): () => number {
  let state = (seed + 1) * 2_654_435_761;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Raw RGB: lights of different sizes over a grey ground. */
function pixels(seed: number, width: number, height: number): Buffer {
  const next = noise(seed);
  const lights = Array.from({ length: 9 }, () => ({
    x: next() * width,
    y: next() * height,
    reach: (0.08 + 0.25 * next()) * width,
    power: 200 * (next() - 0.5),
  }));
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let grey = 128 + 6 * (next() - 0.5);
      for (const light of lights) {
        const far = ((x - light.x) ** 2 + (y - light.y) ** 2) / light.reach ** 2;
        grey += light.power * Math.exp(-far);
      }
      const value = Math.max(0, Math.min(255, Math.round(grey)));
      data.fill(value, (y * width + x) * 3, (y * width + x) * 3 + 3);
    }
  }
  return data;
}

export function picture(seed: number, { width = 320, height = 240, exif }: Scene = {}) {
  const image = sharp(pixels(seed, width, height), { raw: { width, height, channels: 3 } });
  return exif === undefined ? image : image.withExif(exif);
}

export const jpeg = (seed: number, scene: Scene = {}): Promise<Buffer> =>
  picture(seed, scene).jpeg({ quality: 90 }).toBuffer();

export const PDF = Buffer.from("%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n");
