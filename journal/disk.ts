/**
 * The journal's door to the disk: what it needs of a folder and of a file, and the real one.
 * What `write` took is on disk only when a later `sync` has settled; a name that was made, moved or
 * removed only when a later `syncFolder` has.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";

export interface JournalFile {
  /** All of `bytes` at `offset`, or an error. */
  write(bytes: Uint8Array, offset: number): Promise<void>;
  /** Fills `into` as far as the file goes and answers how many bytes came. */
  read(into: Uint8Array, offset: number): Promise<number>;
  sync(): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

export interface JournalDisk {
  makeFolder(folder: string): Promise<void>;
  list(folder: string): Promise<string[]>;
  /** `make` begins an empty file, `change` and `read` want one that is there. */
  open(path: string, how: "make" | "change" | "read"): Promise<JournalFile>;
  readWhole(path: string): Promise<Buffer>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
}

const FLAGS = { make: "w", change: "r+", read: "r" } as const;

export const realDisk: JournalDisk = {
  makeFolder: async (folder) => void (await mkdir(folder, { recursive: true })),
  list: (folder) => readdir(folder),
  open: async (path, how) => realFile(await open(path, FLAGS[how])),
  readWhole: (path) => readFile(path),
  rename,
  remove: (path) => rm(path),
  async syncFolder(folder) {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};

function realFile(handle: FileHandle): JournalFile {
  return {
    async write(bytes, offset) {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await handle.write(
          bytes,
          done,
          bytes.length - done,
          offset + done,
        );
        done += bytesWritten;
      }
    },
    async read(into, offset) {
      let done = 0;
      while (done < into.length) {
        const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return done;
    },
    sync: () => handle.datasync(),
    truncate: (bytes) => handle.truncate(bytes),
    close: () => handle.close(),
  };
}
