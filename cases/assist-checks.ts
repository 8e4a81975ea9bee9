/**
 * What is asked of whoever asks a unit to assist, and of the crew that a unit sends: refused by
 * name before anything is written.
 */

import type { CaseLimit } from "../model/asset-class.ts";
import { type Assist, isOpenAssist } from "../model/assist.ts";
import type { Case } from "../model/case.ts";
import { because } from "../model/case-reasons.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import { waitsForCrew } from "../model/notice.ts";
import type { RegistryView } from "../model/registry.ts";
import { type CaseActor, rolesInCase } from "./assignment.ts";
import { ASSIST_STATES_TEXT, isStandIn, takesAssists } from "./assist-rules.ts";
import { versionConflict } from "./case-store.ts";
import type { CaseRole } from "./case-words.ts";

type Registry = Pick<RegistryView, "unit" | "crew">;

export interface AssistWish {
  caseNo: string;
  unitId: string;
  crewId?: string | undefined;
  task: string;
  /** The case's own when absent. */
  limit?: CaseLimit | undefined;
  /** The case's, where it must still be the one that was read. */
  version?: number | undefined;
}

const MAY_ASK: readonly CaseRole[] = ["dispatcher", "shift-lead", "unit", "admin"];

/** Answers by which role he may. @throws GridwardenError CASE_VERSION_CONFLICT, ROLE_REFUSED,
 * ASSIST_STATE_REFUSED, REQUEST_INVALID */
export function checkWish(
  theCase: Case,
  wish: AssistWish,
  actor: CaseActor,
  registry: Registry,
): CaseRole {
  const { caseNo, unitId, state, version } = theCase;
  if (wish.version !== undefined && wish.version !== version) {
    throw versionConflict(caseNo, wish.version, version);
  }
  const roles = rolesInCase(actor, theCase, registry);
  const role = MAY_ASK.find((each) => roles.includes(each));
  if (role === undefined) {
    throw new GridwardenError(
      "ROLE_REFUSED",
      `'${actor.username}' may not ask for an assist of case '${caseNo}'; it belongs to ` +
        `dispatcher, shift-lead and unit '${unitId ?? "none"}' or a unit above it`,
      { details: { ...because("assist-role", {}) } },
    );
  }
  if (!takesAssists(theCase)) {
    throw new GridwardenError(
      "ASSIST_STATE_REFUSED",
      `case '${caseNo}' is ${state}; assists are asked for while it is ${ASSIST_STATES_TEXT}`,
      { details: { ...because("assist-not-now", { state }) } },
    );
  }
  if (wish.unitId === unitId) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'unitId': unit '${unitId}' leads case '${caseNo}' itself; write another unit`,
    );
  }
  return role;
}

/** @throws GridwardenError CREW_NOT_FOUND, REQUEST_INVALID */
export function crewOf(
  assist: Assist,
  crewId: string | undefined,
  registry: Registry,
): Assist["crewId"] {
  if (crewId === undefined) return undefined;
  const crew = registry.crew(crewId);
  if (crew === undefined) {
    throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${crewId}'`);
  }
  if (crew.unitId === assist.unitId) return crew.crewId;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `crew '${crewId}' is of unit '${crew.unitId}', not of '${assist.unitId}'`,
  );
}

/** @throws GridwardenError ASSIST_STATE_REFUSED where life safety would be nobody's. */
export function checkFollowed(theCase: Case, assist: Assist): void {
  if (!theCase.lifeSafety || !waitsForCrew(theCase)) return;
  if (!isOpenAssist(assist) || !isStandIn(assist)) return;
  throw new GridwardenError(
    "ASSIST_STATE_REFUSED",
    `assist '${assist.assistId}' stands in for case '${theCase.caseNo}', which is life safety and has ` +
      `no crew of unit '${theCase.unitId}'; give it to one by 'redispatch' first`,
    { details: { ...because("assist-stands-in", {}) } },
  );
}

export function checkNumber({ caseNo }: Case, number: number): void {
  if (number <= LIMITS.caseAssistsMax) return;
  throw new GridwardenError(
    "ASSIST_STATE_REFUSED",
    `case '${caseNo}' has ${LIMITS.caseAssistsMax} assists, the most that one case takes`,
    { details: { ...because("assists-spent", { count: LIMITS.caseAssistsMax }) } },
  );
}
