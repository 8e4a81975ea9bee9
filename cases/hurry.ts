/**
 * A trusted sensor waits for nobody: what stands before its crew goes out now, by the events that a
 * person would say one after the other. Life safety ends a suspension, too, and makes an ordinary
 * case one of life safety.
 */

import type { Case, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import { waitsForCrew } from "../model/notice.ts";
import type { CaseDesk } from "./case-desk.ts";
import { isOpen, updateCase } from "./case-store.ts";
import type { CaseEvent } from "./case-words.ts";
import { type CaseEffects, putChanged, SYSTEM_ACTOR } from "./desk-words.ts";

/** What takes a case on to its crew, from each state before. */
const HURRIED: Partial<Record<CaseState, CaseEvent>> = {
  VERIFYING: "verifyResult",
  REPORTED: "confirm",
  PENDING_FILING: "file",
  PENDING_DISPATCH: "dispatch",
};

export function createHurry(desk: CaseDesk) {
  /** `alarm` is what the history says of it. */
  async function hurry(
    tx: Sql,
    open: Case,
    now: Instant,
    effects: CaseEffects,
    alarm?: string,
  ): Promise<void> {
    let theCase = open;
    for (let event = nextOf(theCase); event; event = nextOf(theCase)) {
      const isTold = event === "verifyResult" || event === "resume";
      const said = isTold ? { note: historyNote("alarm-too", { alarm: alarm ?? "" }) } : {};
      theCase = await desk.advance(tx, theCase, { event, said, actor: SYSTEM_ACTOR, now }, effects);
    }
  }

  /**
   * An ordinary case that an alarm of life safety joins: its orders wait for no shift and no digest
   * from now on, and who has it hears of it.
   */
  async function toLifeSafety(
    tx: Sql,
    open: Case,
    { alarmId, now }: { alarmId: string; now: Instant },
    effects: CaseEffects,
  ): Promise<Case> {
    if (open.lifeSafety || !isOpen(open)) return open;
    const after: Case = { ...open, lifeSafety: true, version: open.version + 1 };
    await updateCase(tx, after, open);
    await desk.renewDues(tx, after);
    const note = historyNote("alarm-life-safety", { alarmId });
    await desk.noteHistory(tx, after, "life-safety", note, now);
    putChanged(effects, after);
    const { unitId, declinedBy = [] } = after;
    if (waitsForCrew(after) && unitId !== undefined) {
      const plan = await desk.crews.planCrew(tx, unitId, after, declinedBy, now);
      return await desk.giveCrew(tx, after, plan, now, effects);
    }
    const isAtCrew = after.state === "DISPATCHED" || after.state === "HANDLING";
    const wish = { theCase: after, kind: "urged", mark: alarmId } as const;
    if (isAtCrew) desk.putOrder(effects, wish, now);
    return after;
  }

  return { hurry, toLifeSafety };
}

function nextOf({ state, lifeSafety }: Case): CaseEvent | undefined {
  if (state === "SUSPENDED" && lifeSafety) return "resume";
  return HURRIED[state];
}
