/**
 * Bytes under their SHA-256: `<folder>/ab/<sha256>`, thumbnails beside them as
 * `<sha256>.<size>.jpg`. What comes is written to a file of its own in `<folder>/new` first, synced,
 * and only then renamed, so under a digest there is never half a file. Whatever a kill leaves in
 * `new` is removed at the next start.
 */
import { createHash, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { type Disk, realDisk } from "./disk.ts";
import { HEAD_BYTES } from "./file-type.ts";

/** What was received and has no name yet. */
export interface Received {
  path: string;
  sha256: string;
  bytes: number;
  head: Uint8Array;
}

const NEW = "new";
const DIGEST = /^[0-9a-f]{64}/;
export const FOLDERS: readonly string[] = Array.from({ length: 256 }, (_, n) =>
  n.toString(16).padStart(2, "0"),
);

export function createBlobs(directory: string, disk: Disk = realDisk) {
  const folderOf = (sha256: string): string => join(directory, sha256.slice(0, 2));
  const pathOf = (sha256: string): string => join(folderOf(sha256), sha256);
  const thumbnailOf = (sha256: string, size: string): string => `${pathOf(sha256)}.${size}.jpg`;

  /** Writes what comes to a new file. @throws what the disk throws, PAYLOAD_TOO_LARGE */
  async function write(parts: AsyncIterable<Uint8Array>): Promise<Received> {
    const path = join(directory, NEW, randomUUID());
    const file = await disk.create(path);
    const digest = createHash("sha256");
    let head = Buffer.alloc(0);
    let bytes = 0;
    try {
      for await (const part of parts) {
        bytes += part.length;
        if (bytes > LIMITS.fileBytesMax) throw tooLarge(`more than ${LIMITS.fileBytesMax} bytes`);
        if (head.length < HEAD_BYTES) head = Buffer.concat([head, part]).subarray(0, HEAD_BYTES);
        digest.update(part);
        await file.write(part);
      }
      await file.sync();
      await file.close();
    } catch (error) {
      await file.close().catch(() => {});
      await disk.remove(path).catch(() => {});
      throw error;
    }
    return { path, sha256: digest.digest("hex"), bytes, head };
  }

  async function needRoom(): Promise<void> {
    const free = await disk.freeBytes(directory);
    if (free >= LIMITS.fileDiskFreeBytesMin) return;
    throw full(`${free} bytes are free, ${LIMITS.fileDiskFreeBytesMin} are kept for readings`);
  }

  /** Gives a new file its place, durably; of one that is there already the new bytes stand. */
  async function place(path: string, target: string, sha256: string): Promise<void> {
    await disk.makeFolder(folderOf(sha256));
    await disk.rename(path, target);
    await disk.syncFolder(folderOf(sha256));
    await disk.syncFolder(directory);
  }

  return {
    pathOf,
    /** Makes the folders and removes what a kill left half written. */
    async open(): Promise<void> {
      await disk.makeFolder(join(directory, NEW));
      for (const name of await disk.list(join(directory, NEW))) {
        await disk.remove(join(directory, NEW, name));
      }
    },
    /** @throws GridwardenError FILE_STORE_FULL, FILE_STORE_FAILED, PAYLOAD_TOO_LARGE */
    receive: (parts: AsyncIterable<Uint8Array>): Promise<Received> =>
      asStoreError(async () => {
        await needRoom();
        return await write(parts);
      }),
    /** @throws GridwardenError FILE_STORE_FULL, FILE_STORE_FAILED */
    keep: ({ path, sha256 }: Received): Promise<void> =>
      asStoreError(() => place(path, pathOf(sha256), sha256)),
    discard: ({ path }: Received): Promise<void> => disk.remove(path).catch(() => {}),
    /** @throws GridwardenError FILE_STORE_FAILED where it is not there */
    async stream(sha256: string): Promise<Readable> {
      const size = await asStoreError(() => disk.size(pathOf(sha256)));
      if (size !== undefined) return disk.stream(pathOf(sha256));
      throw new GridwardenError(
        "FILE_STORE_FAILED",
        `the bytes ${sha256} are no longer on disk; put them back from a backup`,
      );
    },
    async thumbnail(sha256: string, size: string): Promise<Buffer | undefined> {
      const path = thumbnailOf(sha256, size);
      return (await disk.size(path)) === undefined ? undefined : await disk.read(path);
    },
    /** @throws GridwardenError FILE_STORE_FULL, FILE_STORE_FAILED */
    keepThumbnail: (sha256: string, size: string, jpeg: Uint8Array): Promise<void> =>
      asStoreError(async () => {
        await needRoom();
        const { path } = await write(only(jpeg));
        await place(path, thumbnailOf(sha256, size), sha256);
      }),
    /** The bytes and all that was made of them. */
    async remove(sha256: string): Promise<void> {
      for (const name of await disk.list(folderOf(sha256))) {
        if (name.startsWith(sha256)) await disk.remove(join(folderOf(sha256), name));
      }
    },
    /** Digests in one of `FOLDERS`. */
    async digestsIn(folder: string): Promise<string[]> {
      const names = await disk.list(join(directory, folder));
      return [...new Set(names.flatMap((name) => DIGEST.exec(name)?.[0] ?? []))];
    },
    /** Of the bytes as they lie there; nothing where they are gone. */
    async digestOf(sha256: string): Promise<string | undefined> {
      if ((await disk.size(pathOf(sha256))) === undefined) return undefined;
      const digest = createHash("sha256");
      for await (const part of disk.stream(pathOf(sha256))) digest.update(part as Buffer);
      return digest.digest("hex");
    },
  };
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

const FULL = new Set(["ENOSPC", "EDQUOT"]);

async function asStoreError<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (error instanceof GridwardenError) throw error;
    if (code !== undefined && FULL.has(code)) throw full(message, error);
    // The sender hung up, for instance: no fault of the disk.
    if (syscall === undefined) throw error;
    throw new GridwardenError("FILE_STORE_FAILED", `the disk did not take the file: ${message}`, {
      cause: error,
    });
  }
}

const full = (why: string, cause?: unknown): GridwardenError =>
  new GridwardenError("FILE_STORE_FULL", `no room for files: ${why}; make room on the disk`, {
    cause,
  });

export const tooLarge = (what: string): GridwardenError =>
  new GridwardenError(
    "PAYLOAD_TOO_LARGE",
    `the file has ${what}; send it smaller: at most ${LIMITS.fileBytesMax} bytes and ${LIMITS.filePixelsMax} pixels`,
  );
