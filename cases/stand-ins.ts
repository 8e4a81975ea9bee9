/**
 * Who of the centre goes to a life-safety case whose unit has no crew for it, and what becomes of a
 * crew's refusal when nobody is left. Gathers and decides; what follows is written by the caller.
 */

import { isOpenAssist } from "../model/assist.ts";
import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import type { CrewId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { CENTRE_UNIT_ID } from "../model/registry.ts";
import { isStandIn } from "./assist-rules.ts";
import { assistsOf } from "./assist-store.ts";
import type { CrewPlan } from "./case-machine.ts";
import type { Planner } from "./dispatch-plan.ts";

interface StandIn {
  isThere?: boolean;
  crewId?: CrewId | undefined;
  decliner?: CrewId | undefined;
}

export function createStandIns(crews: Planner["crews"]) {
  /**
   * Is a crew of the centre at it; else, unless one has been since the dispatch, which could go, or,
   * where all have declined, which of them is asked again.
   */
  async function who(tx: Sql, theCase: Case, now: Instant): Promise<StandIn> {
    const { unitId, caseNo, dispatchedAt = 0 } = theCase;
    if (unitId === CENTRE_UNIT_ID) return {};
    const assists = await assistsOf(tx, caseNo);
    const ofCentre = assists.filter((each) => each.unitId === CENTRE_UNIT_ID);
    const isThere = ofCentre.some((each) => isOpenAssist(each) && each.crewId !== undefined);
    const hasBeen = ofCentre.some(
      (each) => isStandIn(each) && each.state === "DONE" && (each.endedAt ?? 0) >= dispatchedAt,
    );
    if (isThere || hasBeen || assists.length >= LIMITS.caseAssistsMax) return { isThere };
    const declined = ofCentre.flatMap(({ state, crewId }) =>
      state === "DECLINED" && crewId !== undefined ? [crewId] : [],
    );
    const { crewId } = await crews.planCrew(tx, CENTRE_UNIT_ID, theCase, declined, now);
    if (crewId !== undefined || declined.length === 0) return { crewId };
    return { decliner: (await crews.planCrew(tx, CENTRE_UNIT_ID, theCase, [], now)).crewId };
  }

  /**
   * Life safety that its crew declines while nobody else is there, of its unit or of the centre: the
   * crew keeps it, and `onStep` tells the unit's lead. Every other plan stays as it is.
   */
  async function keptByLast(
    tx: Sql,
    theCase: Case,
    { event, plan }: { event: string; plan: CrewPlan },
    now: Instant,
  ): Promise<CrewPlan> {
    const { lifeSafety, unitId, crewId } = theCase;
    if (event !== "declineOrder" || !lifeSafety || plan.crewId !== undefined) return plan;
    if (unitId === undefined || crewId === undefined) return plan;
    const stand = await who(tx, theCase, now);
    if (stand.isThere === true || stand.crewId !== undefined) return plan;
    const kept = crews.given(unitId, crewId, theCase, now);
    return { ...kept, note: historyNote("crew-keeps", { crewId }) };
  }

  return { who, keptByLast };
}
