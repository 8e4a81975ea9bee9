/**
 * Working together on one case: its lead unit, or a dispatcher, asks other units for sub-tasks, each
 * with a limit by that unit's own calendar. The assisting crew has an order, its unit is warned at
 * 80 and 100 % of the limit, every step is a record of the case's history, and what is still open
 * when the case ends is cancelled. Steps are the pure machine's; this file gathers and keeps.
 */

import type { CaseLimit } from "../model/asset-class.ts";
import { type Assist, type AssistEvent, isOpenAssist } from "../model/assist.ts";
import type { Case } from "../model/case.ts";
import { because } from "../model/case-reasons.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { historyNote } from "../model/history-notes.ts";
import { isKeptByDecliner, waitsForCrew } from "../model/notice.ts";
import { CENTRE_UNIT_ID } from "../model/registry.ts";
import { type CaseActor, rolesInCase } from "./assignment.ts";
import { type AssistWish, checkFollowed, checkNumber, checkWish, crewOf } from "./assist-checks.ts";
import { type AssistRole, nextAssist } from "./assist-machine.ts";
import { heldByAssists, isStandIn } from "./assist-rules.ts";
import {
  assistConflict,
  assistsOf,
  firstAssistDue,
  insertAssist,
  needAssist,
  nextAssistId,
  updateAssist,
} from "./assist-store.ts";
import { createAssistTelling } from "./assist-telling.ts";
import { createAssistWarnings } from "./assist-warnings.ts";
import type { CalendarBook } from "./calendar.ts";
import { addHistory } from "./case-history.ts";
import { allowedEvents, type DispatchPlan, recordOf } from "./case-machine.ts";
import { putNotice } from "./case-notices.ts";
import type { PutOrder } from "./case-orders.ts";
import { isOpen, needCase } from "./case-store.ts";
import type { CaseRole } from "./case-words.ts";
import { type CaseEffects, type CasesDeps, putChanged, SYSTEM_ACTOR } from "./desk-words.ts";
import type { Planner } from "./dispatch-plan.ts";
import { createStandIns } from "./stand-ins.ts";

export interface AssistTransition {
  assistId: string;
  event: string;
  version?: number | undefined;
  note?: string | undefined;
  reason?: string | undefined;
  /** Of a `start`: the crew of the unit that goes. */
  crewId?: string | undefined;
}

const HISTORY_EVENT: Record<AssistEvent, string> = {
  start: "assistStart",
  done: "assistDone",
  decline: "assistDecline",
  cancel: "assistCancel",
};
const STAND_IN_TASK =
  "责任单位暂无可派人员，请先行到场，消除危险 / the unit has no crew now: go first, make the place safe";

export function createAssisting(
  deps: Pick<CasesDeps, "registry" | "zone">,
  tools: { planner: Pick<Planner, "plan" | "crews">; putOrder: PutOrder; calendars: CalendarBook },
) {
  const { registry, zone } = deps;
  const telling = createAssistTelling(tools.putOrder);
  const standIns = createStandIns(tools.planner.crews);
  const warnings = createAssistWarnings(tools.calendars, zone, telling);

  /** @throws GridwardenError CASE_NOT_FOUND, CASE_VERSION_CONFLICT, ROLE_REFUSED,
   * ASSIST_STATE_REFUSED, REQUEST_INVALID, UNIT_NOT_FOUND, CREW_NOT_FOUND */
  async function ask(
    tx: Sql,
    wish: AssistWish,
    actor: CaseActor,
    now: Instant,
    effects: CaseEffects,
  ): Promise<{ assist: Assist; case: Case }> {
    const theCase = await needCase(tx, wish.caseNo);
    const role = checkWish(theCase, wish, actor, registry);
    checkNumber(theCase, (await assistsOf(tx, wish.caseNo)).length + 1);
    const limit = wish.limit ?? theCase.limit;
    const { unitId, crewId, task } = wish;
    const plan = await tools.planner.plan(tx, { ...theCase, limit }, { unitId, crewId }, now);
    const assist = await add(tx, { theCase, plan, task, limit, role, actor, now }, effects);
    return { assist, case: theCase };
  }

  async function add(
    tx: Sql,
    asked: {
      theCase: Case;
      plan: DispatchPlan;
      task: string;
      limit: CaseLimit;
      role: CaseRole;
      actor: CaseActor;
      now: Instant;
    },
    effects: CaseEffects,
  ): Promise<Assist> {
    const { theCase, plan, task, limit, role, actor, now } = asked;
    const { caseNo } = theCase;
    const { assistId, number } = await nextAssistId(tx, caseNo);
    const assist: Assist = {
      assistId,
      caseNo,
      state: "ASKED",
      version: 1,
      unitId: plan.unitId,
      ...(plan.crewId !== undefined && { crewId: plan.crewId }),
      task,
      limit,
      calendar: plan.calendar,
      askedAt: now,
      askedBy: actor.username,
      deadline: plan.deadline,
      ...(plan.deadlineProvisional && { deadlineProvisional: true }),
    };
    await insertAssist(tx, assist, number, warnings.next(assist)?.at);
    const said = { unitId: assist.unitId, assistId, said: assist.task };
    const note = historyNote("assist-asked", said);
    await addRecord(tx, theCase, { event: "assistAsk", role, actor, now, note });
    telling.toCrew(effects, theCase, assist, "dispatched", now);
    telling.notice(effects, theCase, assist, "assist-asked", now);
    return assist;
  }

  /**
   * A life-safety case whose unit has no crew for it now: the centre's crew goes there meanwhile, as
   * an assist, and the case stays its unit's.
   */
  async function standIn(
    tx: Sql,
    theCase: Case,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const { lifeSafety, limit } = theCase;
    if (!lifeSafety || !waitsForCrew(theCase)) return;
    const stand = await standIns.who(tx, theCase, now);
    const crewId = stand.crewId ?? stand.decliner;
    if (crewId === undefined) return;
    const wish = { unitId: CENTRE_UNIT_ID, crewId };
    const plan = await tools.planner.plan(tx, theCase, wish, now);
    const task = STAND_IN_TASK;
    await add(
      tx,
      { theCase, plan, task, limit, role: "system", actor: SYSTEM_ACTOR, now },
      effects,
    );
    putChanged(effects, theCase);
  }

  /** @throws GridwardenError ASSIST_NOT_FOUND, ASSIST_VERSION_CONFLICT, ASSIST_STATE_REFUSED,
   * ROLE_REFUSED, CREW_NOT_FOUND, REQUEST_INVALID */
  async function advance(
    tx: Sql,
    said: AssistTransition,
    actor: CaseActor,
    now: Instant,
    effects: CaseEffects,
  ): Promise<{ assist: Assist; case: Case }> {
    const current = await needAssist(tx, said.assistId);
    if (said.version !== undefined && said.version !== current.version) {
      throw assistConflict(current.assistId, said.version, current.version);
    }
    const theCase = await needCase(tx, current.caseNo);
    const assist = await take(tx, { current, theCase, said, actor, now }, effects);
    return { assist, case: theCase };
  }

  async function take(
    tx: Sql,
    step: {
      current: Assist;
      theCase: Case;
      said: Omit<AssistTransition, "assistId" | "version">;
      actor: CaseActor;
      now: Instant;
    },
    effects: CaseEffects,
  ): Promise<Assist> {
    const { current, theCase, said, actor, now } = step;
    const { event, note, reason } = said;
    if (event === "cancel" && actor !== SYSTEM_ACTOR) checkFollowed(theCase, current);
    const crewId = event === "start" ? crewOf(current, said.crewId, registry) : undefined;
    const roles = rolesInAssist(actor, current, theCase);
    const context = { roles, username: actor.username, note, reason, crewId };
    const next = nextAssist(current, event, context, now);
    if (next.kind === "refused") {
      const { code, message, reason, values } = next;
      throw new GridwardenError(code, message, { details: { reason, values } });
    }
    const { assist, role } = next;
    await updateAssist(tx, assist, current, warnings.next(assist)?.at);
    const words = note?.trim();
    const about = { assistId: assist.assistId, unitId: assist.unitId };
    await addRecord(tx, theCase, {
      event: HISTORY_EVENT[event as AssistEvent],
      role: role === "lead" ? "unit" : role,
      actor,
      now,
      note: words
        ? historyNote("assist-said", { ...about, said: words })
        : historyNote("assist", about),
      reason,
    });
    telling.step(effects, theCase, { before: current, after: assist }, now);
    if (assist.state === "DECLINED") await standIn(tx, theCase, now, effects);
    return assist;
  }

  /** @throws GridwardenError CASE_TRANSITION_REFUSED where the case's step waits for assists. */
  async function checkStep(
    tx: Sql,
    theCase: Case,
    event: string,
    outcome: string | undefined,
  ): Promise<void> {
    if (event !== "feedback") return;
    const assists = await assistsOf(tx, theCase.caseNo);
    const held = heldByAssists(theCase, event, outcome, assists);
    if (held === undefined) return;
    const units = held.open.map(({ unitId }) => unitId).join(", ");
    const openAssists = assists.filter(isOpenAssist).map(({ assistId }) => assistId);
    throw new GridwardenError("CASE_TRANSITION_REFUSED", held.message, {
      details: {
        allowed: allowedEvents(theCase),
        openAssists,
        ...because("assists-open", { units }),
      },
    });
  }

  /**
   * A case that has ended: nobody need do anything for it any more. One that its own crew has
   * repaired needs no stand-in. One that nobody can go to: the centre does.
   */
  async function onStep(
    tx: Sql,
    { before, after, now }: { before: Case; after: Case; now: Instant },
    effects: CaseEffects,
  ): Promise<void> {
    await standIn(tx, after, now, effects);
    const isKept = isKeptByDecliner(after) && before.crewId === after.crewId;
    if (isKept && !isKeptByDecliner(before)) {
      putNotice(effects, after, "not-accepted", `${after.version}`, now);
    }
    const { caseNo, repairedAt } = after;
    if (repairedAt !== undefined && repairedAt !== before.repairedAt) {
      const reason = `case '${caseNo}' is repaired by unit '${after.unitId}'`;
      await cancelOpen(tx, after, { reason, isMeant: isStandIn }, now, effects);
    }
    if (isOpen(after) || !isOpen(before)) return;
    const reason = `case '${caseNo}' has ended: ${after.state}`;
    await cancelOpen(tx, after, { reason, isMeant: () => true }, now, effects);
    effects.settled.push({ caseNo, kind: "assist-declined", at: now });
  }

  async function cancelOpen(
    tx: Sql,
    theCase: Case,
    { reason, isMeant }: { reason: string; isMeant: (assist: Assist) => boolean },
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const said = { event: "cancel", reason };
    for (const current of await assistsOf(tx, theCase.caseNo)) {
      if (!isOpenAssist(current) || !isMeant(current)) continue;
      await take(tx, { current, theCase, said, actor: SYSTEM_ACTOR, now }, effects);
    }
  }

  function rolesInAssist(actor: CaseActor, assist: Assist, theCase: Case): AssistRole[] {
    const own = rolesInCase(actor, assist, registry);
    const roles: AssistRole[] = [];
    for (const role of own) {
      if (role === "unit" || role === "crew" || role === "admin" || role === "system") {
        roles.push(role);
      }
      if (role === "dispatcher" || role === "shift-lead") roles.push(role);
    }
    if (rolesInCase(actor, theCase, registry).includes("unit")) roles.push("lead");
    return roles;
  }

  return {
    ask,
    advance,
    checkStep,
    onStep,
    standIn,
    keptByLast: standIns.keptByLast,
    tick: warnings.tick,
    nextDue: firstAssistDue,
  };
}

async function addRecord(
  tx: Sql,
  theCase: Case,
  said: {
    event: string;
    role: CaseRole;
    actor: CaseActor;
    now: Instant;
    note: string;
    reason?: string | undefined;
  },
): Promise<void> {
  const { caseNo, state } = theCase;
  const { event, role, actor, now, note, reason } = said;
  const who = { username: actor.username, roles: actor.roles };
  const context = {
    actor: actor.unitId === undefined ? who : { ...who, unitId: actor.unitId },
    note,
    ...(reason !== undefined && { reason }),
  };
  await addHistory(tx, caseNo, [recordOf({ event }, state, state, role, context, now)]);
}
