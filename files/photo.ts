/**
 * A photo read whole by libvips, off the main thread: its size, its time and place, its perceptual
 * hash, and smaller copies without EXIF. What cannot be decoded to its last line is refused, and
 * what would unfold to more pixels than the limit is refused before it is decoded.
 */
import sharp, { type Sharp } from "sharp";
import { GridwardenError } from "../model/errors.ts";
import { type FileType, isPhoto, type StoredFile, type ThumbnailSize } from "../model/file.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import { tooLarge } from "./blobs.ts";
import { takenByExif } from "./exif.ts";
import { HEAD_BYTES, needType } from "./file-type.ts";
import { HASH_HEIGHT, HASH_WIDTH, perceptualHash } from "./perceptual-hash.ts";

/** Of the copy that is made when a photo comes; the others are made when somebody asks. */
export const FIRST_SIZE: ThumbnailSize = "480";
const JPEG_QUALITY = 80;
/** Pixels of the longest side of a copy that stands for the photo itself. */
const CLEAN_SIDE = 2_048;
/** One JPEG segment; a larger block is no camera's. */
const EXIF_BYTES_MAX = 64 * 1024;
const FORMATS: Partial<Record<FileType, string>> = {
  "image/jpeg": "jpeg",
  "image/png": "png",
  "image/webp": "webp",
};

export interface PhotoFacts
  extends Pick<StoredFile, "width" | "height" | "exif" | "perceptualHash"> {
  /** The first small copy, a JPEG. */
  thumbnail: Buffer;
}

// One photo uses one thread, and none stays in memory: how many run at once is the caller's gate.
sharp.concurrency(1);
sharp.cache(false);

/** @throws GridwardenError FILE_DAMAGED, PAYLOAD_TOO_LARGE */
export async function readPhoto(path: string, type: FileType, zone: TimeZone): Promise<PhotoFacts> {
  const metadata = await decoded(() => opened(path).metadata());
  if (metadata.format !== FORMATS[type]) {
    throw damaged(`it begins as ${type} and is read as '${metadata.format}'`);
  }
  const thumbnail = await smallCopy(path, FIRST_SIZE);
  const grey = await decoded(() =>
    sharp(thumbnail).greyscale().resize(HASH_WIDTH, HASH_HEIGHT, { fit: "fill" }).raw().toBuffer(),
  );
  const hash = perceptualHash(grey);
  const { exif } = metadata;
  const isReadable = exif !== undefined && exif.length <= EXIF_BYTES_MAX;
  const taken = isReadable ? takenByExif(exif, zone) : {};
  return {
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    ...(Object.keys(taken).length > 0 && { exif: taken }),
    ...(hash !== undefined && { perceptualHash: hash }),
    thumbnail,
  };
}

/** A JPEG whose longest side is `size` or the photo's own, upright. @throws FILE_DAMAGED */
export function smallCopy(path: string, size: ThumbnailSize): Promise<Buffer> {
  const side = Number(size);
  return decoded(() =>
    opened(path)
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .resize(side, side, { fit: "inside", withoutEnlargement: true })
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer(),
  );
}

/**
 * The picture alone, upright, in a new JPEG: of place, time, owner and whatever else its file said nothing
 * is left. @throws FILE_TYPE_REFUSED, FILE_DAMAGED, PAYLOAD_TOO_LARGE
 */
export function cleanCopy(bytes: Uint8Array): Promise<Buffer> {
  const type = needType(bytes.subarray(0, HEAD_BYTES), {});
  if (!isPhoto({ type })) {
    const message = `the bytes are ${type}, wanted a photo: image/jpeg, image/png, image/webp`;
    throw new GridwardenError("FILE_TYPE_REFUSED", message);
  }
  return decoded(() =>
    opened(bytes)
      .autoOrient()
      .flatten({ background: "#ffffff" })
      .resize(CLEAN_SIDE, CLEAN_SIDE, { fit: "inside", withoutEnlargement: true })
      .jpeg({ quality: JPEG_QUALITY })
      .toBuffer(),
  );
}

function opened(path: string | Uint8Array): Sharp {
  return sharp(path, { limitInputPixels: LIMITS.filePixelsMax, failOn: "error" });
}

async function decoded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const text = (error as Error).message.split("\n")[0] ?? "";
    // Told by the header alone, before anything is decoded.
    if (/pixel limit/i.test(text)) throw tooLarge("more pixels than are decoded");
    throw damaged(text, error);
  }
}

const damaged = (why: string, cause?: unknown): GridwardenError =>
  new GridwardenError(
    "FILE_DAMAGED",
    `the photo cannot be read to its end: ${why}; take or send it again`,
    { cause },
  );
