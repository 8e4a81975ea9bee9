/**
 * Closed cases that are taken up again. A sensor that alarms within the condition's days after the
 * close reopens the same case, and it counts against the handling; so no unit gains by closing what
 * does not hold. A reporter's word does so once. Where a case of the same asset and condition is
 * open meanwhile, the word joins that one: two of one fault are never open.
 */

import type { AlarmHappening } from "../model/alarm.ts";
import type { FilingCondition } from "../model/asset-class.ts";
import type { Case } from "../model/case.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import type { CaseActor } from "./assignment.ts";
import type { CaseDesk } from "./case-desk.ts";
import { addAlarm } from "./case-evidence.ts";
import { refusalOf } from "./case-machine.ts";
import { putReportedAgain } from "./case-notices.ts";
import { findLastClosed, findOpenCase } from "./case-store.ts";
import { mayRelapse } from "./closing-guards.ts";
import { type CaseEffects, putChanged, type Said, SYSTEM_ACTOR } from "./desk-words.ts";

/** Own default, where the row names no other: no standard does. */
const RELAPSE_DAYS = 7;

export function createReopening(desk: CaseDesk) {
  /** Answers the case as it stands reopened; nothing where the alarm is no relapse. */
  async function byAlarm(
    tx: Sql,
    found: { happening: AlarmHappening; condition: FilingCondition; now: Instant },
    effects: CaseEffects,
  ): Promise<Case | undefined> {
    const { happening, condition, now } = found;
    const { alarmId, ruleId, assetId, conditionId, lifeSafety } = happening.alarm;
    if (assetId === undefined || conditionId === undefined) return undefined;
    const last = await findLastClosed(tx, assetId, conditionId);
    if (last === undefined || !mayRelapse(last)) return undefined;
    const closed: Case = { ...last, lifeSafety: last.lifeSafety || lifeSafety };
    const { closedAt = 0 } = closed;
    const days = condition.relapseDays ?? RELAPSE_DAYS;
    if (happening.at > closedAt + days * DAY_MS) return undefined;
    await addAlarm(tx, closed.caseNo, happening);
    const note = historyNote("alarm-after-close", { alarmId, ruleId, days });
    const step = { event: "reopen", said: { note }, actor: SYSTEM_ACTOR };
    // An alarm that was on its way is judged after the close.
    return await desk.advance(tx, closed, { ...step, now: Math.max(now, closedAt) }, effects);
  }

  /** The reporter's word on a closed case joins the open one of the same fault, where there is one. */
  async function joinOpen(
    tx: Sql,
    closed: Case,
    { said, actor, now }: { said: Said; actor: CaseActor; now: Instant },
    effects: CaseEffects,
  ): Promise<Case | undefined> {
    const { caseNo, assetId, conditionId, isDrill = false } = closed;
    if (assetId === undefined || isDrill) return undefined;
    const { username, roles } = actor;
    const { reason = "" } = said;
    const context = { actor: { username, roles }, reason };
    // Why it is refused, the step itself says.
    if (refusalOf(closed, "reopen", context, now) !== undefined) return undefined;
    const open = await findOpenCase(tx, assetId, conditionId);
    if (open === undefined) return undefined;
    const note = historyNote("not-solved", { caseNo, said: reason });
    await desk.noteHistory(tx, open, "join", note, now, actor);
    putReportedAgain(effects, open, now);
    putChanged(effects, open);
    return open;
  }

  return { byAlarm, joinOpen };
}
