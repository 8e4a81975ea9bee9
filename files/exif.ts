/**
 * When and where a photo was taken, out of its EXIF block (CIPA DC-008): DateTimeOriginal with its
 * offset, and the GPS position. Reads these few tags and nothing else, never past the end of the
 * block, so a block made to do harm costs no more than a good one. What cannot be read is absent.
 */
import type { Taken } from "../model/file.ts";
import type { TimeZone } from "../model/local-time.ts";

/** Of a directory; more are not looked at. */
const ENTRIES_MAX = 512;
const ENTRY_BYTES = 12;
const ASCII = 2;
const RATIONAL = 5;
const TAGS = {
  exifFolder: 0x8769,
  gpsFolder: 0x8825,
  dateTimeOriginal: 0x9003,
  offsetTimeOriginal: 0x9011,
  latitudeRef: 1,
  latitude: 2,
  longitudeRef: 3,
  longitude: 4,
} as const;

interface Block {
  view: DataView;
  isLittle: boolean;
}

/** Where an entry's value lies. */
interface Entry {
  type: number;
  count: number;
  at: number;
}

/** @param zone of the camera's clock where the photo names no offset */
export function takenByExif(exif: Uint8Array, zone: TimeZone): Taken {
  try {
    return read(exif, zone);
  } catch (error) {
    // A DataView's word for an offset past the end.
    if (error instanceof RangeError) return {};
    throw error;
  }
}

function read(exif: Uint8Array, zone: TimeZone): Taken {
  const block = blockOf(exif);
  if (block === undefined) return {};
  const first = entriesAt(block, block.view.getUint32(4, block.isLittle));
  const photo = folder(block, first.get(TAGS.exifFolder));
  const gps = folder(block, first.get(TAGS.gpsFolder));
  const takenAt = timeOf(
    text(block, photo.get(TAGS.dateTimeOriginal)),
    text(block, photo.get(TAGS.offsetTimeOriginal)),
    zone,
  );
  const lat = degrees(block, gps.get(TAGS.latitude), text(block, gps.get(TAGS.latitudeRef)), 90);
  const lon = degrees(block, gps.get(TAGS.longitude), text(block, gps.get(TAGS.longitudeRef)), 180);
  // A receiver without a fix writes zeros.
  const isPlace = lon !== undefined && lat !== undefined && (lon !== 0 || lat !== 0);
  return { ...(takenAt !== undefined && { takenAt }), ...(isPlace && { lon, lat }) };
}

/** The TIFF block behind the six bytes `Exif\0\0`, which some writers leave out. */
function blockOf(exif: Uint8Array): Block | undefined {
  const start = Buffer.from(exif.subarray(0, 4)).toString("latin1") === "Exif" ? 6 : 0;
  const view = new DataView(exif.buffer, exif.byteOffset + start, exif.byteLength - start);
  const order = view.getUint16(0);
  if (order !== 0x4949 && order !== 0x4d4d) return undefined;
  const isLittle = order === 0x4949;
  return view.getUint16(2, isLittle) === 42 ? { view, isLittle } : undefined;
}

function entriesAt({ view, isLittle }: Block, at: number): Map<number, Entry> {
  const entries = new Map<number, Entry>();
  const count = Math.min(view.getUint16(at, isLittle), ENTRIES_MAX);
  for (let n = 0; n < count; n += 1) {
    const entry = at + 2 + n * ENTRY_BYTES;
    const type = view.getUint16(entry + 2, isLittle);
    const values = view.getUint32(entry + 4, isLittle);
    const isInside = (type === ASCII ? values : 8 * values) <= 4 || type === 4;
    const where = isInside ? entry + 8 : view.getUint32(entry + 8, isLittle);
    entries.set(view.getUint16(entry, isLittle), { type, count: values, at: where });
  }
  return entries;
}

function folder(block: Block, entry: Entry | undefined): Map<number, Entry> {
  if (entry === undefined) return new Map();
  return entriesAt(block, block.view.getUint32(entry.at, block.isLittle));
}

/** Dates, offsets and letters of a direction are no longer than this. */
const TEXT_BYTES_MAX = 32;

function text({ view }: Block, entry: Entry | undefined): string | undefined {
  if (entry?.type !== ASCII || entry.count > TEXT_BYTES_MAX) return undefined;
  const codes = Array.from({ length: entry.count }, (_, n) => view.getUint8(entry.at + n));
  return String.fromCharCode(...codes).replace(/\0.*$/s, "");
}

function timeOf(
  date: string | undefined,
  offset: string | undefined,
  zone: TimeZone,
): number | undefined {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(date ?? "");
  if (parts === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(1)
    .map(Number);
  const local = Date.UTC(year, month - 1, day, hour, minute, second);
  // A camera without a clock writes zeros, which Date takes for another day.
  const is = new Date(local);
  if (is.getUTCMonth() + 1 !== month || is.getUTCDate() !== day) return undefined;
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset ?? "") ?? [];
  if (sign === undefined) return zone.instant(year, month, day, hour, minute) + second * 1_000;
  const offsetMs = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === "-" ? local + offsetMs : local - offsetMs;
}

/** Degrees, minutes and seconds as three fractions, and the letter of the direction. */
function degrees(
  { view, isLittle }: Block,
  entry: Entry | undefined,
  direction: string | undefined,
  most: number,
): number | undefined {
  if (entry?.type !== RATIONAL || entry.count !== 3 || direction === undefined) return undefined;
  const [whole = Number.NaN, minutes = Number.NaN, seconds = Number.NaN] = [0, 8, 16].map(
    (offset) => {
      const top = view.getUint32(entry.at + offset, isLittle);
      const bottom = view.getUint32(entry.at + offset + 4, isLittle);
      return top === 0 ? 0 : top / bottom;
    },
  );
  const value = whole + minutes / 60 + seconds / 3_600;
  if (!Number.isFinite(value) || value > most) return undefined;
  return /^[SW]/i.test(direction) ? -value : value;
}
