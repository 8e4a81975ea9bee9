/** The files that the history names, held against the bytes on disk: each is there, as it came. */
import { filesInHistory } from "../cases/cases.ts";
import { createBlobs } from "../files/files.ts";
import type { FileFault, FilesReport } from "../model/audit.ts";
import type { Sql } from "../model/database.ts";

/** Reads every file once, so it takes as long as the disk does. */
export async function checkFiles(sql: Sql, directory: string): Promise<FilesReport> {
  const blobs = createBlobs(directory);
  const seen = new Map<string, string | undefined>();
  const faults: FileFault[] = [];
  for await (const { sha256, fileId, caseNo, seq } of filesInHistory(sql)) {
    if (!seen.has(sha256)) seen.set(sha256, await blobs.digestOf(sha256));
    const digest = seen.get(sha256);
    if (digest === sha256) continue;
    const kind = digest === undefined ? "file-missing" : "file-changed";
    const is = digest === undefined ? "is not on disk" : `has the hash ${digest} on disk`;
    const message = `file ${fileId} with the hash ${sha256} ${is}`;
    faults.push({ kind, fileId, sha256, caseNo, seq, message });
  }
  return { checked: seen.size, faults };
}
