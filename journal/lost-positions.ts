/**
 * The positions that a repair gave up, kept as JSON beside the segments: a gap between two segments
 * is accepted only where this file names it, so that a missing file is still noticed.
 */
import { join } from "node:path";
import { z } from "zod";
import type { JournalDisk } from "./disk.ts";
import { corrupt } from "./errors.ts";

const LostRange = z.object({
  /** First position that is lost. */
  from: z.number().int().nonnegative(),
  /** First position after it that is not. */
  to: z.number().int().nonnegative(),
});
const LostFile = z.object({ lost: z.array(LostRange) });

export type LostRange = z.infer<typeof LostRange>;

const NAME = "lost-positions.json";

export async function readLostRanges(disk: JournalDisk, directory: string): Promise<LostRange[]> {
  if (!(await disk.list(directory)).includes(NAME)) return [];
  const path = join(directory, NAME);
  try {
    return LostFile.parse(JSON.parse((await disk.readWhole(path)).toString("utf8"))).lost;
  } catch (cause) {
    throw corrupt(
      `'${path}' is not the list of lost positions that a repair writes; put it back from a ` +
        "backup, or remove it and run 'gridwarden journal repair'",
      { file: path },
      cause,
    );
  }
}

export async function writeLostRanges(
  disk: JournalDisk,
  directory: string,
  lost: readonly LostRange[],
): Promise<void> {
  const path = join(directory, NAME);
  const file = await disk.open(`${path}.new`, "make");
  try {
    await file.write(Buffer.from(`${JSON.stringify({ lost }, undefined, 2)}\n`), 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(`${path}.new`, path);
  await disk.syncFolder(directory);
}

/** The same positions in as few ranges as can be, in order. */
export function mergeRanges(ranges: readonly LostRange[]): LostRange[] {
  const merged: LostRange[] = [];
  for (const range of [...ranges].sort((a, b) => a.from - b.from)) {
    const before = merged.at(-1);
    if (before !== undefined && range.from <= before.to) before.to = Math.max(before.to, range.to);
    else merged.push({ ...range });
  }
  return merged;
}

/** Whether every position of the gap is named as lost. */
export function coversGap(lost: readonly LostRange[], gap: LostRange): boolean {
  return mergeRanges(lost).some((range) => range.from <= gap.from && range.to >= gap.to);
}
