/**
 * What time does to the orders of crews: one that nobody has accepted in time goes to the next crew,
 * a few times, and then the unit's lead is told and the last crew keeps it; one that is not accepted
 * when the crew's turn ends goes to who is on duty; a case that stands at its unit goes to the crew
 * that comes on duty. While the platform was down no crew could answer, so it has its time anew.
 */

import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import { LIMITS } from "../model/limits.ts";
import { waitsForCrew } from "../model/notice.ts";
import type { CaseDesk } from "./case-desk.ts";
import { type CaseEffects, SYSTEM_ACTOR } from "./desk-words.ts";

export type CrewAnswers = ReturnType<typeof createCrewAnswers>;

export function createCrewAnswers(desk: CaseDesk) {
  const { crews, giveCrew } = desk;
  /** The first tick since the start: what fell due before it, did so while nobody was heard. */
  let upSince: Instant | undefined;

  /** The crew has had its time. */
  async function notAccepted(
    tx: Sql,
    theCase: Case,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const { state, crewId, acceptUntil, unansweredBy = [] } = theCase;
    if (state !== "DISPATCHED" || crewId === undefined || acceptUntil === undefined) return;
    if (acceptUntil > now) return;
    if (acceptUntil < (upSince ?? now)) {
      const plan = await crews.planOn(tx, theCase, now);
      await giveCrew(tx, theCase, plan, now, effects);
      return;
    }
    const isAskedOn = unansweredBy.length < LIMITS.redispatchesMax;
    const next = isAskedOn
      ? await crews.planNext(tx, theCase, { event: "redispatch" }, now)
      : undefined;
    if (next?.crewId === undefined) {
      return desk.putNotice(effects, theCase, "not-accepted", `${acceptUntil}`, now);
    }
    const note = historyNote("not-accepted", { crewId });
    const said = { note, crewId: next.crewId };
    const step = { event: "redispatch", said, actor: SYSTEM_ACTOR, now };
    await desk.advance(tx, theCase, step, effects);
  }

  /** The crew's turn has ended, or a turn has begun while it is off duty, and it has not accepted. */
  async function turnOver(
    tx: Sql,
    theCase: Case,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const { state, crewId, acceptUntil, handoverAt } = theCase;
    if (state !== "DISPATCHED" || crewId === undefined || handoverAt === undefined) return;
    if (handoverAt > now) return;
    const plan = await crews.planOn(tx, theCase, now);
    const isTimeLeft = acceptUntil !== undefined && acceptUntil > now;
    const kept = plan.crewId === crewId && isTimeLeft ? { ...plan, acceptUntil } : plan;
    await giveCrew(tx, theCase, kept, now, effects);
  }

  /** A case without a crew, when one has come: on duty, or to the unit. */
  async function giveWaiting(
    tx: Sql,
    theCase: Case,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const { unitId, declinedBy = [] } = theCase;
    if (!waitsForCrew(theCase) || unitId === undefined) return;
    const plan = await crews.planCrew(tx, unitId, theCase, declinedBy, now);
    if (plan.crewId === undefined) await desk.together.assisting.standIn(tx, theCase, now, effects);
    if (plan.crewId === undefined && plan.nextDutyAt === theCase.nextDutyAt) return;
    await giveCrew(tx, theCase, plan, now, effects);
  }

  return {
    notAccepted,
    turnOver,
    giveWaiting,
    /** Said at each tick. */
    isUp(now: Instant): void {
      upSince ??= now;
    },
  };
}
