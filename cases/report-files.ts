/**
 * Files that a report brings: attached to the case that it opened or joined, under a record of
 * their own behind the report's.
 */
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { CaseActor } from "./assignment.ts";
import { createCaseFiles, type SentFiles, withFiles } from "./case-files.ts";
import { addHistory } from "./case-history.ts";
import { recordOf, reportRole } from "./case-machine.ts";

export function createReportFiles(sent: SentFiles | undefined) {
  const caseFiles = createCaseFiles(sent);

  /** @throws GridwardenError FILE_NOT_FOUND, FILE_NOT_YOURS */
  return async function attachReported(
    tx: Sql,
    theCase: Case,
    fileIds: readonly string[] | undefined,
    actor: CaseActor,
    now: Instant,
  ): Promise<void> {
    const { caseNo, state } = theCase;
    const { username, unitId, roles } = actor;
    const files = await caseFiles.need(tx, fileIds, { caseNo, username });
    if (files.length === 0) return;
    const context = { actor: { username, roles, ...(unitId !== undefined && { unitId }) } };
    const role = reportRole(roles) ?? "system";
    const record = recordOf({ event: "attach" }, state, state, role, context, now);
    const seq = await addHistory(tx, caseNo, withFiles([record], files));
    await caseFiles.attach(tx, files, { theCase, seq, now, username });
  };
}
