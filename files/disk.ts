/** What the files need of a disk; a test hands in one that fails. */
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, readFile, rename, rm, stat, statfs } from "node:fs/promises";
import type { Readable } from "node:stream";

interface NewFile {
  write(bytes: Uint8Array): Promise<void>;
  /** On disk, also after a power cut. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface Disk {
  freeBytes(directory: string): Promise<number>;
  makeFolder(path: string): Promise<void>;
  syncFolder(path: string): Promise<void>;
  /** Fails where the file is there already. */
  create(path: string): Promise<NewFile>;
  rename(from: string, to: string): Promise<void>;
  /** Also where it is not there. */
  remove(path: string): Promise<void>;
  /** Names; none where the folder is not there. */
  list(path: string): Promise<string[]>;
  /** Nothing where it is not there. */
  size(path: string): Promise<number | undefined>;
  read(path: string): Promise<Buffer>;
  stream(path: string): Readable;
}

export const realDisk: Disk = {
  async freeBytes(directory) {
    const { bavail, bsize } = await statfs(directory);
    return bavail * bsize;
  },
  async makeFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async syncFolder(path) {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
  async create(path) {
    const file = await open(path, "wx", 0o600);
    return {
      write: (bytes) => file.writeFile(bytes),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  },
  rename,
  remove: (path) => rm(path, { force: true }),
  list: (path) => readdir(path).catch(absent<string[]>([])),
  size: async (path) => (await stat(path).catch(absent<undefined>(undefined)))?.size,
  read: (path) => readFile(path),
  stream: (path) => createReadStream(path),
};

function absent<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === "ENOENT") return instead;
    throw error;
  };
}
