/**
 * The door of the files: photos and documents come in, are checked by their bytes, and lie under
 * their digest; rows in the database say what they are. The cases attach them. What nobody attached
 * goes after some days, and bytes that no row knows go too. Nothing runs by itself: `sweep` is told
 * the time. Bytes are placed before their row is written, so a row's bytes are always there.
 */
import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Database, Migration, Sql } from "../model/database.ts";
import { isErrorCode } from "../model/errors.ts";
import { FileId, isPhoto, type StoredFile, type ThumbnailSize } from "../model/file.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Metrics } from "../model/metrics.ts";
import { createBlobs, FOLDERS, type Received } from "./blobs.ts";
import { type Disk, realDisk } from "./disk.ts";
import { filesMigrations } from "./file-migrations.ts";
import { dropLoose, findFile, insertFile, knownOf, markAttached } from "./file-rows.ts";
import { needType } from "./file-type.ts";
import { createGate } from "./gate.ts";
import { readPdf } from "./pdf.ts";
import { cleanCopy, FIRST_SIZE, type PhotoFacts, readPhoto, smallCopy } from "./photo.ts";
import { createTurns } from "./turns.ts";

export { createBlobs } from "./blobs.ts";
export { filesMigrations } from "./file-migrations.ts";

/** What comes with the bytes. */
export interface Upload extends Pick<StoredFile, "moment" | "name" | "said" | "uploadedBy"> {
  parts: AsyncIterable<Uint8Array>;
  /** The header's word, believed by nobody. */
  contentType?: string | undefined;
}

/** Runs `work` in a transaction; a repeat under the client's key answers what the first did. */
type Keep = (
  sha256: string,
  work: (tx: Sql, now: Instant) => Promise<StoredFile>,
) => Promise<StoredFile>;

export interface Files {
  readonly migrations: readonly Migration[];
  /** Makes the folders; once, before anything else. */
  open(): Promise<void>;
  /** @throws GridwardenError FILE_TYPE_REFUSED, FILE_DAMAGED, PAYLOAD_TOO_LARGE, RATE_LIMITED,
   * FILE_STORE_FULL, FILE_STORE_FAILED, and what `keep` throws */
  receive(upload: Upload, keep: Keep): Promise<StoredFile>;
  /** A photo's picture alone, without all that its file says. @throws GridwardenError
   * FILE_TYPE_REFUSED, FILE_DAMAGED, PAYLOAD_TOO_LARGE, RATE_LIMITED */
  clean(bytes: Uint8Array): Promise<Buffer>;
  find(sql: Sql, fileId: string): Promise<StoredFile | undefined>;
  /** In the transaction of the step that attaches it. */
  attach(tx: Sql, fileId: string, caseNo: string): Promise<void>;
  /** The bytes. @throws GridwardenError FILE_STORE_FAILED */
  bytes(file: StoredFile): Promise<Readable>;
  /** A JPEG, nothing of a document. @throws GridwardenError RATE_LIMITED, FILE_STORE_FAILED */
  thumbnail(file: StoredFile, size: ThumbnailSize): Promise<Buffer | undefined>;
  /** Removes what nobody attached in time, and some of what no row knows. */
  sweep(now: Instant): Promise<void>;
}

/** Rows that one sweep forgets; more wait for the next. */
const SWEPT_AT_ONCE = 200;
/** Folders of 256 that one sweep looks through. */
const FOLDERS_AT_ONCE = 8;

function unlessOfDisk(error: unknown): void {
  if (isErrorCode(error, "FILE_STORE_FULL") || isErrorCode(error, "FILE_STORE_FAILED")) return;
  throw error;
}

export function createFiles(
  deps: { database: Database; zone: TimeZone; metrics: Metrics },
  options: { directory: string; disk?: Disk },
): Files {
  const { database, zone } = deps;
  const blobs = createBlobs(options.directory, options.disk ?? realDisk);
  const uploads = createGate("files that are being received", LIMITS.fileUploadsMax, 0);
  const decodes = createGate(
    "photos that are being read",
    LIMITS.fileDecodesMax,
    LIMITS.fileDecodesWaitingMax,
  );
  /** Of one digest, either its bytes get a row or they are removed. */
  const turns = createTurns();
  let nextFolder = 0;
  const received = deps.metrics.counter("gridwarden_files_received_total", "Files kept, by type.", [
    "type",
  ]);
  const removed = deps.metrics.counter(
    "gridwarden_files_removed_total",
    "Files removed, since nobody attached them in time or no row knew them.",
    ["why"],
  );

  async function receive(upload: Upload, keep: Keep): Promise<StoredFile> {
    const got = await blobs.receive(upload.parts);
    try {
      const file = await looked(got, upload);
      return await turns.run(got.sha256, async () => {
        await blobs.keep(got);
        return await keep(got.sha256, async (tx, now) => {
          const stored = { ...file, uploadedAt: now };
          await insertFile(tx, stored);
          return stored;
        });
      });
    } finally {
      // Where it was kept its new name is gone already.
      await blobs.discard(got);
    }
  }

  /** What the bytes are, and what a photo tells. */
  async function looked(got: Received, upload: Upload): Promise<Omit<StoredFile, "uploadedAt">> {
    const { contentType, name, moment, said, uploadedBy } = upload;
    const type = needType(got.head, { contentType, name });
    const facts = isPhoto({ type })
      ? await photoFacts(got, await decodes.run(() => readPhoto(got.path, type, zone)))
      : await readPdf(got.path);
    return {
      fileId: FileId.parse(randomUUID().replaceAll("-", "")),
      sha256: got.sha256,
      type,
      bytes: got.bytes,
      moment,
      ...facts,
      ...(name !== undefined && { name }),
      ...(said !== undefined && { said }),
      uploadedBy,
    };
  }

  async function photoFacts({ sha256 }: Received, { thumbnail, ...facts }: PhotoFacts) {
    await blobs.keepThumbnail(sha256, FIRST_SIZE, thumbnail);
    return facts;
  }

  /** Removes the bytes that no row has, each in its turn. */
  async function removeUnknown(digests: readonly string[], why: string): Promise<void> {
    for (const sha256 of digests) {
      await turns.run(sha256, async () => {
        if ((await knownOf(database.reader, [sha256])).has(sha256)) return;
        await blobs.remove(sha256);
        removed.add(1, { why });
      });
    }
  }

  return {
    migrations: filesMigrations,
    open: blobs.open,
    async receive(upload, keep) {
      const file = await uploads.run(() => receive(upload, keep));
      received.add(1, { type: file.type });
      return file;
    },
    clean: (bytes) => decodes.run(() => cleanCopy(bytes)),
    find: findFile,
    attach: markAttached,
    bytes: ({ sha256 }) => blobs.stream(sha256),
    async thumbnail(file, size) {
      if (!isPhoto(file)) return undefined;
      const kept = await blobs.thumbnail(file.sha256, size);
      if (kept !== undefined) return kept;
      const made = await decodes.run(() => smallCopy(blobs.pathOf(file.sha256), size));
      // Where the disk does not take it, it is made anew the next time.
      await blobs.keepThumbnail(file.sha256, size, made).catch(unlessOfDisk);
      return made;
    },
    async sweep(now) {
      const before = now - LIMITS.fileLooseDaysMax * DAY_MS;
      const loose = await database.transaction((tx) => dropLoose(tx, before, SWEPT_AT_ONCE));
      await removeUnknown(loose, "loose");
      for (let n = 0; n < FOLDERS_AT_ONCE; n += 1) {
        const folder = FOLDERS[nextFolder] ?? "00";
        nextFolder = (nextFolder + 1) % FOLDERS.length;
        const digests = await blobs.digestsIn(folder);
        const known = await knownOf(database.reader, digests);
        const strays = digests.filter((sha256) => !known.has(sha256));
        await removeUnknown(strays, "stray");
      }
    },
  };
}
