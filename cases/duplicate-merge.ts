/**
 * A duplicate ends in another case (并案), by a person's word alone: the report that nobody has
 * filed yet takes the event `join` as the case table has it, with a reason that names the other
 * case, which takes over its reports and its orders and says so in its history. One transaction.
 */

import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import type { CaseActor } from "./assignment.ts";
import type { CaseDesk } from "./case-desk.ts";
import { putNotice, putReportedAgain } from "./case-notices.ts";
import { needCase, updateCase, versionConflict } from "./case-store.ts";
import type { CaseRole } from "./case-words.ts";
import { type CaseEffects, putChanged } from "./desk-words.ts";
import { hasOverdue, moveOrders } from "./hotline-orders.ts";
import { moveReports } from "./source-reports.ts";

interface JoinSaid {
  caseNo: string;
  /** Number of the case that it is a duplicate of. */
  into: string;
  version?: number | undefined;
}

/** @throws GridwardenError CASE_NOT_FOUND, CASE_VERSION_CONFLICT, CASE_TRANSITION_REFUSED,
 * ROLE_REFUSED; answers the case that has taken the other on */
export async function mergeCase(
  tx: Sql,
  desk: CaseDesk,
  { caseNo, into: intoNo, version }: JoinSaid,
  { actor, now }: { actor: CaseActor; now: Instant },
  effects: CaseEffects,
): Promise<Case> {
  const [theCase, into] = [await needCase(tx, caseNo), await needCase(tx, intoNo)];
  if (version !== undefined && version !== theCase.version) {
    throw versionConflict(caseNo, version, theCase.version);
  }
  const said = { reason: historyNote("duplicate-of", { caseNo: into.caseNo }) };
  await desk.advance(tx, theCase, { event: "join", said, actor, now, into }, effects);
  // Nobody's word of the other case becomes stale by it, so that one stays at its version.
  const after: Case = {
    ...into,
    reportCount: (into.reportCount ?? 0) + (theCase.reportCount ?? 1),
  };
  await updateCase(tx, after, into);
  const note = theCase.description
    ? historyNote("is-duplicate-said", { caseNo, said: theCase.description })
    : historyNote("is-duplicate", { caseNo });
  const role: CaseRole = actor.roles.includes("acceptor") ? "acceptor" : "admin";
  const by = { ...actor, roles: [role] };
  await desk.noteHistory(tx, after, "join", note, now, by);
  await moveReports(tx, caseNo, into.caseNo);
  if (await hasOverdue(tx, caseNo)) {
    effects.settled.push({ caseNo: theCase.caseNo, kind: "answer-overdue", at: now });
    putNotice(effects, after, "answer-overdue", caseNo, now);
  }
  await moveOrders(tx, caseNo, into.caseNo);
  putReportedAgain(effects, after, now);
  putChanged(effects, after);
  return after;
}
