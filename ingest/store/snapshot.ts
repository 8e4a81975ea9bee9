/**
 * Copies the embedded store while it is being written to. Sealed files never change. The database file
 * changes only when its log is folded into it, which its time of change tells: then it is copied once
 * more. A log that grows meanwhile is cut in the copy, and what is cut was not committed there.
 */
import { copyFile, mkdir, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wallDelay } from "node:timers/promises";
import type { Log } from "../../model/log.ts";
import { openStoreFile } from "./export.ts";
import { DATABASE_FILE, SEALED_DIRECTORY } from "./store-file.ts";

type CopyFile = (from: string, to: string) => Promise<void>;

const TRIES = 20;
const TRY_AGAIN_WALL_MS = 250;
const LOG_FILE = `${DATABASE_FILE}.wal`;

/**
 * Answers the journal position up to which the copy is complete. `copy` is another way to copy a file.
 * @throws where it cannot be copied
 */
export async function snapshotReadings(
  from: string,
  to: string,
  log: Log,
  copy: CopyFile = copyFile,
): Promise<number> {
  await mkdir(path.join(to, SEALED_DIRECTORY), { recursive: true });
  let fault: unknown;
  for (let n = 0; n < TRIES; n += 1) {
    // Before and after: the list of those that count is in the database.
    await copySealed(from, to);
    const isWhole = await copyDatabase(from, to, copy);
    await copySealed(from, to);
    if (isWhole) {
      try {
        return await positionOf(to, log);
      } catch (error) {
        fault = error;
      }
    }
    await wallDelay(TRY_AGAIN_WALL_MS);
  }
  const why = fault === undefined ? "it changed each time" : (fault as Error).message;
  throw new Error(`'${from}' was copied ${TRIES} times, none of them sound: ${why}`);
}

async function copySealed(from: string, to: string): Promise<void> {
  const target = path.join(to, SEALED_DIRECTORY);
  const known = new Set(await readdir(target));
  for (const file of await readdir(path.join(from, SEALED_DIRECTORY))) {
    if (known.has(file) || !file.endsWith(".parquet")) continue;
    await copyFile(path.join(from, SEALED_DIRECTORY, file), path.join(target, file)).catch(
      leaveGone,
    );
  }
}

function leaveGone(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}

/** Answers whether nothing was folded meanwhile. */
async function copyDatabase(from: string, to: string, copy: CopyFile): Promise<boolean> {
  const before = await markOf(from);
  await rm(path.join(to, LOG_FILE), { force: true });
  await copy(path.join(from, DATABASE_FILE), path.join(to, DATABASE_FILE));
  await copy(path.join(from, LOG_FILE), path.join(to, LOG_FILE)).catch(leaveGone);
  const after = await markOf(from);
  return before === after;
}

async function markOf(from: string): Promise<string> {
  const { size, mtimeMs } = await stat(path.join(from, DATABASE_FILE));
  const log = await stat(path.join(from, LOG_FILE)).catch(() => undefined);
  return `${size} ${mtimeMs} ${log?.ino} ${log?.birthtimeMs}`;
}

async function positionOf(directory: string, log: Log): Promise<number> {
  const { duck, state } = await openStoreFile(directory, log);
  duck.close();
  return state.position;
}
