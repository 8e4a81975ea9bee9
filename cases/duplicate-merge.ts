/**
 * A duplicate ends in another case, by a person's word alone: the report that nobody has filed yet
 * is VOIDED with a reason that names the other case, which takes over its reports and its orders
 * and says so in its history. Both in one transaction.
 */
import type { Case, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { CaseActor } from "./assignment.ts";
import type { CaseDesk } from "./case-desk.ts";
import { saveDues } from "./case-dues.ts";
import { evidenceOf } from "./case-evidence.ts";
import { addHistory } from "./case-history.ts";
import { recordOf } from "./case-machine.ts";
import { settleNotices } from "./case-notices.ts";
import { isOpen, needCase, updateCase, versionConflict } from "./case-store.ts";
import type { CaseRole } from "./case-words.ts";
import type { CaseEffects } from "./desk-words.ts";
import { putChanged } from "./desk-words.ts";
import { moveOrders } from "./hotline-orders.ts";
import { moveReports } from "./source-reports.ts";

/** Before it is filed (立案) a report counts for nothing yet and no crew knows of it. */
export const JOIN_FROM: readonly CaseState[] = ["REPORTED", "PENDING_FILING"];
const JOIN_ROLES: readonly CaseRole[] = ["acceptor", "admin"];

interface JoinSaid {
  caseNo: string;
  /** Number of the case that it is a duplicate of. */
  into: string;
  version?: number | undefined;
}

/** Why the two cannot become one; pure. */
export function joinFault(theCase: Case, into: Case, hasEvidence: boolean): string | undefined {
  const { caseNo, state } = theCase;
  if (caseNo === into.caseNo) return `case '${caseNo}' cannot join itself`;
  if (!JOIN_FROM.includes(state)) {
    return `case '${caseNo}' is ${state} and does not join another; a case does while it is ${JOIN_FROM.join(" or ")}`;
  }
  if (!isOpen(into)) return `case '${into.caseNo}' is ${into.state} and takes no other on`;
  if (hasEvidence) {
    return `case '${caseNo}' stands on a sensor's alarm; join the other to it, not it to the other`;
  }
  return undefined;
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
  const role = JOIN_ROLES.find((each) => actor.roles.includes(each));
  if (role === undefined) {
    throw new GridwardenError(
      "ROLE_REFUSED",
      `'${actor.username}' may not join cases; it belongs to acceptor`,
    );
  }
  const [theCase, into] = [await needCase(tx, caseNo), await needCase(tx, intoNo)];
  if (version !== undefined && version !== theCase.version) {
    throw versionConflict(caseNo, version, theCase.version);
  }
  const fault = joinFault(theCase, into, (await evidenceOf(tx, caseNo)).length > 0);
  if (fault !== undefined) throw new GridwardenError("CASE_TRANSITION_REFUSED", fault);

  const by = { actor: { ...actor, roles: [role] }, role, now };
  await voidDuplicate(tx, theCase, into, by, effects);
  const after: Case = {
    ...into,
    reportCount: (into.reportCount ?? 0) + (theCase.reportCount ?? 1),
  };
  await updateCase(tx, after, into);
  const note = [`case '${caseNo}' is a duplicate`, theCase.description].filter((text) => text);
  await desk.noteHistory(tx, after, "join", note.join(": "), now, by.actor);
  await moveReports(tx, caseNo, into.caseNo);
  await moveOrders(tx, caseNo, into.caseNo);
  putChanged(effects, after);
  return after;
}

async function voidDuplicate(
  tx: Sql,
  theCase: Case,
  into: Case,
  { actor, role, now }: { actor: CaseActor; role: CaseRole; now: Instant },
  effects: CaseEffects,
): Promise<void> {
  const { reviewUntil: _review, ...kept } = theCase;
  const after: Case = {
    ...kept,
    state: "VOIDED",
    version: theCase.version + 1,
    stageSince: now,
    closedAt: now,
    mergedInto: into.caseNo,
  };
  await updateCase(tx, after, theCase);
  const { username, unitId, roles } = actor;
  const context = {
    actor: { username, roles, ...(unitId !== undefined && { unitId }) },
    reason: `duplicate of case '${into.caseNo}'`,
  };
  const record = recordOf({ event: "join" }, theCase.state, "VOIDED", role, context, now);
  await addHistory(tx, theCase.caseNo, [record]);
  await saveDues(tx, theCase.caseNo, []);
  settleNotices(effects, theCase, after, now);
  putChanged(effects, after);
}
