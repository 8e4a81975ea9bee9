/**
 * What a camera wrote of a photo (EXIF, in JPEG's APP1) is carried over to the smaller one that a canvas
 * has made of it: time and place are part of its worth as a proof. A canvas has turned it upright, so
 * its orientation is set to upright; the thumbnail behind it is left out by nobody's reading it. Pure.
 */
const MARKER = 0xff;
const SOI = 0xd8;
const APP1 = 0xe1;
const SOS = 0xda;
const ORIENTATION = 0x0112;
const UPRIGHT = 1;
const ENTRY_BYTES = 12;

/** The photo with the camera's EXIF in it; as it is where the camera wrote none, or no JPEG. */
export function withExifOf(photo: Uint8Array, camera: Uint8Array): Uint8Array {
  const segment = exifSegment(camera);
  if (segment === undefined || photo[0] !== MARKER || photo[1] !== SOI) return photo;
  const upright = setUpright(segment);
  const made = new Uint8Array(photo.length + upright.length);
  made.set(photo.subarray(0, 2));
  made.set(upright, 2);
  made.set(photo.subarray(2), 2 + upright.length);
  return made;
}

/** Marker, length and all. */
export function exifSegment(jpeg: Uint8Array): Uint8Array | undefined {
  if (jpeg[0] !== MARKER || jpeg[1] !== SOI) return undefined;
  let at = 2;
  while (at + 4 <= jpeg.length && jpeg[at] === MARKER) {
    const marker = jpeg[at + 1];
    const length = ((jpeg[at + 2] ?? 0) << 8) | (jpeg[at + 3] ?? 0);
    const end = at + 2 + length;
    if (marker === SOS || length < 2 || end > jpeg.length) return undefined;
    if (marker === APP1 && isExif(jpeg, at + 4)) return jpeg.slice(at, end);
    at = end;
  }
  return undefined;
}

const isExif = (jpeg: Uint8Array, at: number): boolean =>
  String.fromCharCode(...jpeg.subarray(at, at + 4)) === "Exif";

function setUpright(segment: Uint8Array): Uint8Array {
  const made = segment.slice();
  const tiff = new DataView(made.buffer, made.byteOffset + 10, made.byteLength - 10);
  if (tiff.byteLength < 8) return made;
  const isLittle = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, isLittle);
  if (directory + 2 > tiff.byteLength) return made;
  const count = tiff.getUint16(directory, isLittle);
  for (let n = 0; n < count; n += 1) {
    const at = directory + 2 + n * ENTRY_BYTES;
    if (at + ENTRY_BYTES > tiff.byteLength) break;
    if (tiff.getUint16(at, isLittle) === ORIENTATION) tiff.setUint16(at + 8, UPRIGHT, isLittle);
  }
  return made;
}
