import type { Case } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { CaseActor } from "./assignment.ts";
import type { LiveBook } from "./calendar-tables.ts";
import { noteCurve } from "./case-curve.ts";
import { duesOf, saveDues } from "./case-dues.ts";
import { countPhotos, createCaseFiles, withFiles } from "./case-files.ts";
import { addHistory } from "./case-history.ts";
import {
  type CaseContext,
  type CaseRefusal,
  type CrewPlan,
  type DispatchPlan,
  nextCase,
  recordOf,
  refusalOf,
} from "./case-machine.ts";
import { putNotice, putStepNotices, settleNotices } from "./case-notices.ts";
import { createOrders } from "./case-orders.ts";
import { createProof } from "./case-proof.ts";
import { insertCase, nextCaseNo, updateCase } from "./case-store.ts";
import type { CaseEvent, CaseRole } from "./case-words.ts";
import { type ConditionBook, conditionBook } from "./conditions.ts";
import { withCrewPlan } from "./crew-changes.ts";
import {
  type CaseDraft,
  type CaseEffects,
  type CasesDeps,
  type OpenOptions,
  putChanged,
  type Said,
  SYSTEM_ACTOR,
} from "./desk-words.ts";
import { createPlanner } from "./dispatch-plan.ts";
import { addPlace } from "./duplicates.ts";
import { createFieldTruth, type FieldTruth } from "./field-truth.ts";
import { formerHands } from "./former-hands.ts";
import { arriveByOf } from "./limits-met.ts";
import { isDisputed } from "./proof-changes.ts";
import { createTogether } from "./together.ts";

export type CaseDesk = ReturnType<typeof createDesk>;

export interface DeskOptions {
  areaCode: string;
  calendars: LiveBook;
  /** Precision under which a rule's cases wait for review; 0: none do. */
  precisionFloor: number;
}

export function createDesk(deps: CasesDeps, options: DeskOptions) {
  const { registry, zone } = deps;
  const { areaCode, calendars, precisionFloor } = options;
  const conditions: ConditionBook = deps.conditions ?? conditionBook(deps.classes);
  const fieldTruth: FieldTruth = createFieldTruth({ ...deps, conditions }, precisionFloor);
  const planner = createPlanner(deps, calendars);
  const putOrder = createOrders(deps);
  const together = createTogether(deps, { planner, putOrder, calendars });
  const caseFiles = createCaseFiles(deps.sentFiles);
  const proof = createProof(deps, conditions);
  const opened = deps.metrics.counter("gridwarden_cases_opened_total", "Cases opened, by source.", [
    "source",
  ]);
  const events = deps.metrics.counter(
    "gridwarden_cases_events_total",
    "Events that cases took, by event.",
    ["event"],
  );

  async function open(
    tx: Sql,
    draft: CaseDraft,
    { isUnique, actor, role, note }: OpenOptions,
    effects: CaseEffects,
  ): Promise<Case> {
    const { openedAt } = draft;
    await calendars.refresh(tx);
    const caseNo = await nextCaseNo(tx, areaCode, zone.dateDigits(openedAt));
    const theCase: Case = { ...draft, caseNo, state: "REPORTED", version: 1, reworkCount: 0 };
    await insertCase(tx, theCase, isUnique);
    await addPlace(tx, theCase);
    const context = { actor: actorIn(actor, [role]), ...(note !== undefined && { note }) };
    const record = recordOf({ event: "report" }, undefined, "REPORTED", role, context, openedAt);
    await addHistory(tx, caseNo, [record]);
    await renewDues(tx, theCase);
    opened.add(1, { source: theCase.source });
    putChanged(effects, theCase);
    return theCase;
  }

  /** @throws GridwardenError CASE_TRANSITION_REFUSED, ROLE_REFUSED, UNIT_ or CREW_NOT_FOUND */
  async function advance(
    tx: Sql,
    current: Case,
    step: { event: CaseEvent | string; said?: Said; actor: CaseActor; now: Instant },
    effects: CaseEffects,
  ): Promise<Case> {
    const { event, said = {}, actor, now } = step;
    await calendars.refresh(tx);
    const { caseNo } = current;
    const { username } = actor;
    const files = await caseFiles.need(tx, said.files, { caseNo, username });
    const context: CaseContext = {
      actor: actorIn(actor, together.rolesIn(actor, current, now)),
      ...(said.note !== undefined && { note: said.note }),
      ...(said.reason !== undefined && { reason: said.reason }),
      ...(said.outcome !== undefined && { outcome: said.outcome }),
      ...(said.until !== undefined && { until: said.until }),
      ...(await proof.contextOf(tx, current, event, now)),
      photos: await countPhotos(tx, current, files),
    };
    const refusal = refusalOf(current, event, context, now);
    if (refusal !== undefined) throw refusalError(refusal);
    await together.checkStep(tx, current, event, said);
    const wish = wishOf(current, event, said, context);
    if (wish !== undefined) context.plan = await planFor(tx, current, wish, now);
    if (event === "declineOrder" || event === "redispatch") {
      context.crewPlan = await planner.crews.planNext(tx, current, { ...said, event }, now);
    }
    const movedDeadline = planner.moveDeadline(current, event, now);
    if (movedDeadline !== undefined) context.movedDeadline = movedDeadline;
    const next = nextCase(current, event, context, now);
    if (next.kind === "refused") throw refusalError(next);
    await updateCase(tx, next.case, current);
    await noteCurve(tx, current, next.case, now);
    const seq = await addHistory(tx, caseNo, withFiles(next.records, files));
    const firstSeq = seq - next.records.length + 1;
    await caseFiles.attach(tx, files, { theCase: current, seq: firstSeq, now, username });
    await renewDues(tx, next.case);
    for (const kind of next.orders) {
      // Who loses the case is told by its former name.
      const { crewId } = kind === "withdrawn" ? current : next.case;
      putOrder(effects, { theCase: next.case, kind, mark: `${seq}`, crewId }, now);
    }
    putStepNotices(effects, { before: current, after: next.case, seq, now });
    const taken = { theCase: next.case, said: next.records, seq, now };
    await fieldTruth.onStep(tx, taken, effects);
    settleNotices(effects, current, next.case, now);
    await together.onStep(tx, { before: current, after: next.case, now }, effects);
    proof.putWatch(effects, current, next.case);
    putChanged(effects, next.case);
    events.add(1, { event });
    return next.case;
  }

  /** The case's due times anew; `lostAt`: since when its sensors are known to say nothing. */
  async function renewDues(tx: Sql, theCase: Case, lostAt?: Instant): Promise<void> {
    const dues = duesOf(theCase, proof.holdOf(theCase), calendars, zone, lostAt);
    await saveDues(tx, theCase.caseNo, dues);
  }

  /** What an event wishes of a new dispatch; nothing of an event that is none. */
  function wishOf(
    current: Case,
    event: string,
    said: Said,
    { actor }: CaseContext,
  ): Said | undefined {
    if (event === "confirm" || event === "dispatch" || event === "rule") return said;
    const isAnew =
      event === "reopen"
        ? actor.roles.includes("system")
        : event === "rework" && isDisputed(current);
    return isAnew ? formerHands(current, registry) : undefined;
  }

  async function planFor(tx: Sql, current: Case, wish: Said, now: Instant): Promise<DispatchPlan> {
    const plan = await planner.plan(tx, current, wish, now);
    const condition = conditions.find(current.class, current.conditionId);
    const arriveBy = arriveByOf(current, condition, now);
    return { ...plan, ...(arriveBy !== undefined && { arriveBy }) };
  }

  /** Hands a case that stands at its unit to a crew that has come, or says when one comes. */
  async function giveCrew(
    tx: Sql,
    current: Case,
    plan: CrewPlan,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Case> {
    const { crewId } = plan;
    // Nobody's word of the case becomes stale by a time alone, so it stays at its version.
    const version = crewId === undefined ? current.version : current.version + 1;
    const theCase: Case = { ...withCrewPlan(current, plan), version };
    await updateCase(tx, theCase, current);
    await renewDues(tx, theCase);
    if (crewId === undefined) return theCase;
    const note = [
      `crew '${crewId}' has come and gets the order`,
      ...(plan.note ? [plan.note] : []),
    ];
    const seq = await noteHistory(tx, theCase, "assign", note.join("; "), now);
    putOrder(effects, { theCase, kind: "dispatched", mark: `${seq}` }, now);
    settleNotices(effects, current, theCase, now);
    putChanged(effects, theCase);
    return theCase;
  }

  /** Writes a line into the history without moving the case. */
  async function noteHistory(
    tx: Sql,
    theCase: Case,
    event: string,
    note: string,
    now: Instant,
    actor: CaseActor = SYSTEM_ACTOR,
  ): Promise<number> {
    const context = { actor: actorIn(actor, actor.roles), note };
    const role = actor.roles[0] ?? "system";
    const { caseNo, state } = theCase;
    return await addHistory(tx, caseNo, [recordOf({ event }, state, state, role, context, now)]);
  }

  return {
    open,
    advance,
    giveCrew,
    crews: planner.crews,
    noteHistory,
    renewDues,
    putOrder,
    putNotice,
    together,
    proof,
    conditions,
    fieldTruth,
  };
}

function actorIn(actor: CaseActor, roles: readonly CaseRole[]): CaseContext["actor"] {
  const { username, unitId } = actor;
  return { username, roles, ...(unitId !== undefined && { unitId }) };
}

function refusalError({ code, message, allowed }: CaseRefusal): GridwardenError {
  return new GridwardenError(code, message, { details: { allowed } });
}
