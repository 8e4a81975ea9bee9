/**
 * Copies a journal that is being written to. A segment is copied from its end to its begin, so that
 * whatever of a later group is in the copy, all before it is there, too: at most the last write is
 * cut, as by a power cut, and a start knows what to do with that.
 */
import { mkdir, open, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../model/log.ts";
import { realDisk } from "./disk.ts";
import { positionOfName } from "./format.ts";
import { openSegments } from "./segments.ts";

export interface JournalCopy {
  /** Copies what is new or has grown. Called before and after what reads from the journal is copied. */
  pass(): Promise<void>;
  /** Opens the copy as a start would. @throws GridwardenError JOURNAL_CORRUPT */
  check(log: Log): Promise<{ first: number; next: number }>;
}

const BLOCK_BYTES = 1024 * 1024;
const UNFINISHED = ".new";

export function createJournalCopy(from: string, to: string): JournalCopy {
  const seen = new Map<string, string>();

  /** A segment that was deleted meanwhile: nobody needs those before it any more either. */
  async function forgetUpTo(gone: string): Promise<void> {
    for (const name of seen.keys()) {
      if (positionOfName(name) === undefined || name > gone) continue;
      await rm(join(to, name), { force: true });
      seen.delete(name);
    }
  }

  return {
    async pass() {
      await mkdir(to, { recursive: true });
      const names = (await readdir(from)).filter((name) => !name.endsWith(UNFINISHED));
      for (const name of names.sort()) {
        try {
          const { size, mtimeMs } = await stat(join(from, name));
          if (seen.get(name) === `${size} ${mtimeMs}`) continue;
          await copyBackwards(join(from, name), join(to, name));
          seen.set(name, `${size} ${mtimeMs}`);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
          await forgetUpTo(name);
        }
      }
    },
    async check(log) {
      const { segments } = await openSegments(realDisk, to, log);
      return { first: segments[0]?.first ?? 0, next: segments.at(-1)?.end ?? 0 };
    },
  };
}

async function copyBackwards(from: string, to: string): Promise<void> {
  const source = await open(from, "r");
  try {
    const target = await open(to, "w", 0o600);
    try {
      const block = Buffer.alloc(BLOCK_BYTES);
      for (let end = (await source.stat()).size; end > 0; end -= BLOCK_BYTES) {
        const begin = Math.max(0, end - BLOCK_BYTES);
        const { bytesRead } = await source.read(block, 0, end - begin, begin);
        await target.write(block, 0, bytesRead, begin);
      }
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
