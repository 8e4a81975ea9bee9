/**
 * Files of a reply to a supervision order: sent before like those of a case, or attached already to a
 * case that the order covers. Attached here they are kept, at the case whose number the order's
 * notices bear, and their digests stand in the reply's record, under its hash.
 */
import type { Sql } from "../model/database.ts";
import type { FileInRecord } from "../model/file.ts";
import type { Supervision } from "../model/supervision.ts";
import { createCaseFiles, type SentFiles } from "./case-files.ts";
import { isCovered } from "./supervision-store.ts";

export function createSupervisionFiles(sent: SentFiles | undefined) {
  const { need } = createCaseFiles(sent);

  /** As the record names them. @throws GridwardenError FILE_NOT_FOUND, FILE_NOT_YOURS */
  return async function attachFiles(
    tx: Sql,
    { supervisionNo, firstCaseNo }: Supervision,
    fileIds: readonly string[] = [],
    username: string,
  ): Promise<FileInRecord[]> {
    const files: FileInRecord[] = [];
    for (const fileId of new Set(fileIds)) {
      const at = (await sent?.find(tx, fileId))?.caseNo;
      const caseNo =
        at !== undefined && (await isCovered(tx, supervisionNo, at)) ? at : firstCaseNo;
      const [file] = await need(tx, [fileId], { caseNo, username });
      if (file === undefined) continue;
      if (at === undefined) await sent?.attach(tx, fileId, caseNo);
      files.push({ fileId: file.fileId, sha256: file.sha256, moment: file.moment });
    }
    return files;
  };
}
