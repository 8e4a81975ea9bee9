/**
 * The desk where cases are worked on inside a transaction: opens one, takes it a step on, and
 * writes what follows: history, due times, the crew's order, what its sensors are watched for.
 * Decisions are the pure machine's; this file gathers what they need and keeps their results.
 */
import type { ConditionHealth } from "../model/alarm.ts";
import type { AssetClass, FilingCondition } from "../model/asset-class.ts";
import {
  type Case,
  type LatestReading,
  MADE_SAFE,
  type Order,
  proofConditionOf,
} from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import type { AssetId, CaseNo, RuleId } from "../model/ids.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Notice, NoticeKind } from "../model/notice.ts";
import type { RegistryView } from "../model/registry.ts";
import { type CaseActor, rolesInCase } from "./assignment.ts";
import type { CalendarBook } from "./calendar.ts";
import { duesOf, saveDues } from "./case-dues.ts";
import { addHistory } from "./case-history.ts";
import {
  type CaseContext,
  type CaseRefusal,
  nextCase,
  recordOf,
  refusalOf,
} from "./case-machine.ts";
import { putNotice, putStepNotices, settleNotices } from "./case-notices.ts";
import { createOrders } from "./case-orders.ts";
import { insertCase, isOpen, lastActorOf, nextCaseNo, updateCase } from "./case-store.ts";
import type { CaseEvent, CaseRole } from "./case-words.ts";
import { type ConditionBook, conditionBook } from "./conditions.ts";
import { createPlanner } from "./dispatch-plan.ts";
import { createFieldTruth, type FieldTruth } from "./field-truth.ts";

export interface CasesDeps {
  registry: Pick<RegistryView, "asset" | "unit" | "crewsOf" | "crew">;
  classes: readonly AssetClass[];
  zone: TimeZone;
  log: Log;
  metrics: Metrics;
  latest(assetId: string): LatestReading[];
  health(assetId: string, conditionId: string): ConditionHealth;
  isAlarming(assetId: string, conditionId: string): boolean;
  /** Is an alarm of this rule work on the sensor? */
  isDeviceFault(ruleId: string): boolean;
  /** The version that stands. */
  ruleVersion(ruleId: string): number | undefined;
}

/** What the rest of the platform does once the transaction has committed. */
export interface CaseEffects {
  orders: Order[];
  /** Each case once, as it stands after all. */
  changed: Case[];
  watch: { assetId: AssetId; conditionId: string; since: Instant }[];
  unwatch: { assetId: AssetId; conditionId: string }[];
  /** For people beside the crew, and what of it has lost its reason. */
  notices: Notice[];
  /** With a rule it is the rule's notices, whichever case told of it. */
  settled: { caseNo: CaseNo; kind: NoticeKind; at: Instant; ruleId?: RuleId }[];
}

export const noEffects = (): CaseEffects => ({
  orders: [],
  changed: [],
  watch: [],
  unwatch: [],
  notices: [],
  settled: [],
});

/** What a transition says beside its event. */
export interface Said {
  note?: string | undefined;
  reason?: string | undefined;
  outcome?: string | undefined;
  unitId?: string | undefined;
  crewId?: string | undefined;
  /** The end of a suspension. */
  until?: Instant | undefined;
}

/** A case before it has a number. */
export type CaseDraft = Omit<Case, "caseNo" | "state" | "version" | "reworkCount">;

export const SYSTEM_ACTOR: CaseActor = { username: "system", roles: ["system"] };

/** Opened by sensors, or under a table row: no second one may be open. */
export interface OpenOptions {
  isUnique: boolean;
  actor: CaseActor;
  role: CaseRole;
  note?: string;
}

export type CaseDesk = ReturnType<typeof createDesk>;

export interface DeskOptions {
  areaCode: string;
  calendars: CalendarBook;
  /** Precision under which a rule's cases wait for review; 0: none do. */
  precisionFloor: number;
}

export function createDesk(deps: CasesDeps, options: DeskOptions) {
  const { registry, zone } = deps;
  const { areaCode, calendars, precisionFloor } = options;
  const conditions: ConditionBook = conditionBook(deps.classes);
  const fieldTruth: FieldTruth = createFieldTruth({ ...deps, conditions }, precisionFloor);
  const planner = createPlanner(deps, calendars);
  const putOrder = createOrders(deps);
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
    const caseNo = await nextCaseNo(tx, areaCode, zone.dateDigits(openedAt));
    const theCase: Case = { ...draft, caseNo, state: "REPORTED", version: 1, reworkCount: 0 };
    await insertCase(tx, theCase, isUnique);
    const context = { actor: actorIn(actor, [role]), ...(note !== undefined && { note }) };
    const record = recordOf({ event: "report" }, undefined, "REPORTED", role, context, openedAt);
    await addHistory(tx, caseNo, [record]);
    await saveDues(tx, caseNo, duesOf(theCase, undefined, calendars, zone));
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
    const context: CaseContext = {
      actor: actorIn(actor, rolesInCase(actor, current, registry)),
      ...(said.note !== undefined && { note: said.note }),
      ...(said.reason !== undefined && { reason: said.reason }),
      ...(said.outcome !== undefined && { outcome: said.outcome }),
      ...(said.until !== undefined && { until: said.until }),
      ...(event === "close" && { hasRelapsed: await hasRelapsed(tx, current) }),
    };
    const refusal = refusalOf(current, event, context, now);
    if (refusal !== undefined) throw refusalError(refusal);
    if (event === "confirm" || event === "dispatch") {
      context.plan = await planner.plan(tx, current, said, now);
    }
    const movedDeadline = planner.moveDeadline(current, event, now);
    if (movedDeadline !== undefined) context.movedDeadline = movedDeadline;
    const next = nextCase(current, event, context, now);
    if (next.kind === "refused") throw refusalError(next);
    await updateCase(tx, next.case, current);
    const seq = await addHistory(tx, current.caseNo, next.records);
    await saveDues(tx, current.caseNo, duesOf(next.case, holdOf(next.case), calendars, zone));
    for (const kind of next.orders) {
      // Who loses the case is told by its former name.
      const { crewId } = kind === "withdrawn" ? current : next.case;
      putOrder(effects, { theCase: next.case, kind, mark: `${seq}`, crewId }, now);
    }
    putStepNotices(effects, { before: current, after: next.case, seq, now });
    const taken = { theCase: next.case, said: next.records, seq, now };
    await fieldTruth.onStep(tx, taken, effects);
    settleNotices(effects, current, next.case, now);
    putWatch(effects, current, next.case);
    putChanged(effects, next.case);
    events.add(1, { event });
    return next.case;
  }

  /** Hands a case that stands at its unit to a crew that has come. */
  async function giveCrew(
    tx: Sql,
    current: Case,
    crewId: NonNullable<Case["crewId"]>,
    now: Instant,
    effects: CaseEffects,
  ): Promise<Case> {
    const theCase: Case = { ...current, crewId, version: current.version + 1 };
    await updateCase(tx, theCase, current);
    const note = `crew '${crewId}' has come to the unit and gets the order`;
    const seq = await noteHistory(tx, theCase, "assign", note, now);
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

  async function hasRelapsed(tx: Sql, theCase: Case): Promise<boolean> {
    const { assetId, caseNo } = theCase;
    if (assetId === undefined || !deps.isAlarming(assetId, proofConditionOf(theCase))) return false;
    return (await lastActorOf(tx, caseNo, "checkPass")) === SYSTEM_ACTOR.username;
  }

  /**
   * The row's hold time where the asset has sensors of that row; else people check by hand. A place
   * that was made safe is not repaired: no sensor can say whether the fence stands.
   */
  function holdOf(theCase: Case): FilingCondition["hold"] | undefined {
    if (theCase.assetId === undefined || theCase.outcome === MADE_SAFE) return undefined;
    return conditions.ofClass(theCase.class, proofConditionOf(theCase))?.hold;
  }

  /** From feedback until the case has ended or is worked on again. */
  function isWatched(theCase: Case): boolean {
    return theCase.feedbackAt !== undefined && isOpen(theCase) && holdOf(theCase) !== undefined;
  }

  function putWatch(effects: CaseEffects, before: Case, after: Case): void {
    const { assetId, feedbackAt } = after;
    if (assetId === undefined) return;
    const conditionId = proofConditionOf(after);
    if (isWatched(after) && feedbackAt !== undefined && before.feedbackAt !== feedbackAt) {
      effects.watch.push({ assetId, conditionId, since: feedbackAt });
    }
    if (isWatched(before) && !isWatched(after)) effects.unwatch.push({ assetId, conditionId });
  }

  return {
    open,
    advance,
    giveCrew,
    noteHistory,
    putOrder,
    putNotice,
    holdOf,
    isWatched,
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

export function putChanged(effects: CaseEffects, theCase: Case): void {
  const index = effects.changed.findIndex(({ caseNo }) => caseNo === theCase.caseNo);
  if (index === -1) effects.changed.push(theCase);
  else effects.changed[index] = theCase;
}
