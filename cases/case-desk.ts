/**
 * The desk where cases are worked on inside a transaction: opens one, takes it a step on, and
 * writes what follows: history, due times, orders, notices, what its sensors are watched for.
 * Decisions are the pure machine's; this file gathers what they need and keeps their results.
 */
import { type Case, DRILL } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { detailOf } from "./after-step.ts";
import type { CaseActor } from "./assignment.ts";
import type { LiveBook } from "./calendar-tables.ts";
import { noteCurve } from "./case-curve.ts";
import { duesOf, saveDues, sensorsMissedAt } from "./case-dues.ts";
import { evidenceOf } from "./case-evidence.ts";
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
    const { openedAt, isDrill = false } = draft;
    await calendars.refresh(tx);
    const caseNo = await nextCaseNo(tx, areaCode, zone.dateDigits(openedAt));
    const theCase: Case = { ...draft, caseNo, state: "REPORTED", version: 1, reworkCount: 0 };
    await insertCase(tx, theCase, isUnique);
    // Nothing is offered as a duplicate of a drill.
    if (!isDrill) await addPlace(tx, theCase);
    const context = { actor: actorIn(actor, [role]), ...(note !== undefined && { note }) };
    const record = recordOf({ event: "report" }, undefined, "REPORTED", role, context, openedAt);
    await addHistory(tx, caseNo, [{ ...record, ...(isDrill && { outcome: DRILL }) }]);
    await renewDues(tx, theCase);
    if (!isDrill) opened.add(1, { source: theCase.source });
    putChanged(effects, theCase);
    return theCase;
  }

  /** @throws GridwardenError CASE_TRANSITION_REFUSED, ROLE_REFUSED, UNIT_ or CREW_NOT_FOUND */
  async function advance(
    tx: Sql,
    current: Case,
    step: {
      event: CaseEvent | string;
      said?: Said;
      actor: CaseActor;
      now: Instant;
      /** Of a `join`. */
      into?: Case;
    },
    effects: CaseEffects,
  ): Promise<Case> {
    const { event, said = {}, actor, now, into } = step;
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
      ...(into !== undefined && { into, hasEvidence: (await evidenceOf(tx, caseNo)).length > 0 }),
      photos: await countPhotos(tx, current, files),
    };
    const refusal = refusalOf(current, event, context, now);
    if (refusal !== undefined) throw refusalError(refusal);
    await together.checkStep(tx, current, event, said);
    const wish = wishOf(current, event, { said, now }, context);
    if (wish !== undefined) context.plan = await planFor(tx, current, wish, now);
    else {
      const crewPlan = await crewPlanFor(tx, current, { event, said, now });
      if (crewPlan !== undefined) context.crewPlan = crewPlan;
    }
    const movedDeadline = planner.moveDeadline(current, event, now);
    if (movedDeadline !== undefined) context.movedDeadline = movedDeadline;
    const next = nextCase(current, event, context, now);
    if (next.kind === "refused") throw refusalError(next);
    await updateCase(tx, next.case, current);
    await noteCurve(tx, current, next.case, now);
    const records = withFiles(next.records, files).map((record, index) => ({
      ...record,
      ...(index === next.records.length - 1 && detailOf(current, next.case)),
    }));
    const seq = await addHistory(tx, caseNo, records);
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

  /** The case's due times anew. */
  async function renewDues(tx: Sql, theCase: Case): Promise<void> {
    const lostAt = await sensorsMissedAt(tx, theCase);
    const dues = duesOf(theCase, proof.holdOf(theCase), calendars, zone, lostAt);
    await saveDues(tx, theCase.caseNo, dues);
  }

  /** What an event wishes of a new dispatch; nothing of an event that is none. */
  function wishOf(
    current: Case,
    event: string,
    { said, now }: { said: Said; now: Instant },
    { actor }: CaseContext,
  ): Said | undefined {
    if (event === "confirm" || event === "dispatch" || event === "rule") return said;
    const isAnew =
      event === "reopen"
        ? actor.roles.includes("system")
        : event === "rework" && isDisputed(current);
    if (!isAnew) return undefined;
    return formerHands(current, registry, (unitId, crewId) =>
      planner.crews.isOnDuty(unitId, crewId, now),
    );
  }

  /** Another crew of its unit, where the event wants one. */
  async function crewPlanFor(
    tx: Sql,
    current: Case,
    { event, said, now }: { event: string; said: Said; now: Instant },
  ): Promise<CrewPlan | undefined> {
    const { planNext, planRework } = planner.crews;
    if (event === "rework") return await planRework(tx, current, now);
    if (event !== "declineOrder" && event !== "redispatch") return undefined;
    const plan = await planNext(tx, current, { ...said, event }, now);
    return await together.assisting.keptByLast(tx, current, { event, plan }, now);
  }

  async function planFor(tx: Sql, current: Case, wish: Said, now: Instant): Promise<DispatchPlan> {
    const plan = await planner.plan(tx, current, wish, now);
    const condition = conditions.find(current.class, current.conditionId);
    const arriveBy = arriveByOf(current, condition, now);
    return { ...plan, ...(arriveBy !== undefined && { arriveBy }) };
  }

  /**
   * Hands a case to a crew that has come: one that stands at its unit, or one that its crew has not
   * accepted. Or says until when it stays as it is.
   */
  async function giveCrew(
    tx: Sql,
    current: Case,
    plan: CrewPlan,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Case> {
    const { crewId } = plan;
    const former = current.crewId;
    const isGiven = crewId !== undefined && crewId !== former;
    // Nobody's word of the case becomes stale by a time alone, so it stays at its version.
    const version = isGiven ? current.version + 1 : current.version;
    const theCase: Case = { ...withCrewPlan(current, plan), version };
    await updateCase(tx, theCase, current);
    await renewDues(tx, theCase);
    if (!isGiven) return theCase;
    const came =
      former === undefined
        ? `crew '${crewId}' has come and gets the order`
        : `crew '${former}' is off duty and has not accepted it; crew '${crewId}' gets the order`;
    const note = [came, ...(plan.note ? [plan.note] : [])];
    const seq = await noteHistory(tx, theCase, "assign", note.join("; "), now);
    if (former !== undefined) {
      putOrder(effects, { theCase, kind: "withdrawn", mark: `${seq}`, crewId: former }, now);
    }
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
    const record = recordOf({ event }, state, state, role, context, now);
    return await addHistory(tx, caseNo, [{ ...record, ...detailOf({}, theCase) }]);
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
  const { username, unitId, crewId } = actor;
  return {
    username,
    roles,
    ...(unitId !== undefined && { unitId }),
    ...(crewId !== undefined && { crewId }),
  };
}

function refusalError(refusal: CaseRefusal): GridwardenError {
  const { code, message, allowed, reason, values } = refusal;
  return new GridwardenError(code, message, { details: { allowed, reason, values } });
}
