/**
 * What time does to cases: reviews that nobody answered are confirmed, crews are warned before and
 * at the deadline, repairs that their sensors have proven pass their check. Runs at every tick in
 * one transaction; after downtime it does once what was due, in the order of its time. A repair that
 * the sensors deny goes back to the crew; where they say nothing a person is asked. A due that fails
 * is set aside and tried again later.
 */

import type { Case } from "../model/case.ts";
import { type DurationMs, type Instant, MINUTE_MS, SECOND_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { historyNote } from "../model/history-notes.ts";
import type { CaseDesk } from "./case-desk.ts";
import {
  allChecks,
  type CaseDue,
  firstDueAt,
  forgetDue,
  markDueDone,
  postponeDue,
  waitingChecks,
  waitingDues,
} from "./case-dues.ts";
import { putStageNotice } from "./case-notices.ts";
import { findCase, isOpen } from "./case-store.ts";
import type { CaseEvent } from "./case-words.ts";
import type { CrewAnswers } from "./crew-answers.ts";
import {
  type CaseEffects,
  type CasesDeps,
  putChanged,
  type Said,
  SYSTEM_ACTOR,
} from "./desk-words.ts";
import type { TryOne } from "./set-aside.ts";
import { type HoldInput, isRepairProven, isRepairRefuted } from "./verification.ts";

/** Dues of one transaction; more wait for the next tick, which is asked for at once. */
const DUES_PER_TICK_MAX = 500;
/** How long a repair that was not proven yet is left alone. */
const RECHECK_MS: Record<"duration" | "evening" | "daily-mean", DurationMs> = {
  duration: 5 * SECOND_MS,
  evening: MINUTE_MS,
  "daily-mean": MINUTE_MS,
};

/** How long a due that failed is left alone. */
const RETRY_MS = 5 * MINUTE_MS;
const SAID_LENGTH_MAX = 500;

const SYSTEM_STEPS = {
  review: { state: "REPORTED", event: "confirm", note: historyNote("review-unanswered", {}) },
  resume: { state: "SUSPENDED", event: "resume", note: historyNote("suspension-over", {}) },
} as const;

export function createTicks(
  deps: CasesDeps,
  desk: CaseDesk,
  { tryOne, crewAnswers }: { tryOne: TryOne; crewAnswers: CrewAnswers },
) {
  /** When an unproven repair is looked at again; only spares work, so it need not survive. */
  const recheckAt = new Map<string, Instant>();

  async function tick(tx: Sql, now: Instant, effects: CaseEffects): Promise<void> {
    crewAnswers.isUp(now);
    for (const due of await waitingDues(tx, now, DUES_PER_TICK_MAX)) {
      await attempt(tx, due, now, effects, doDue);
    }
    const checks = await waitingChecks(tx, now);
    for (const due of checks) {
      if ((recheckAt.get(due.caseNo) ?? 0) <= now) await attempt(tx, due, now, effects, check);
    }
    forgetOthers(checks);
  }

  /** A case that a person has checked, or that is worked on again, is not looked at any more. */
  function forgetOthers(checks: readonly CaseDue[]): void {
    if (recheckAt.size <= checks.length) return;
    const waiting = new Set(checks.map(({ caseNo }) => caseNo));
    for (const caseNo of recheckAt.keys()) if (!waiting.has(caseNo)) recheckAt.delete(caseNo);
  }

  async function attempt(
    tx: Sql,
    due: CaseDue,
    now: Instant,
    effects: CaseEffects,
    work: typeof doDue,
  ): Promise<void> {
    const tried = { what: "due", about: { ...due } } as const;
    const isDone = await tryOne(tx, tried, effects, (own) => work(tx, due, now, own));
    if (!isDone) await postponeDue(tx, due, now + RETRY_MS);
  }

  async function doDue(tx: Sql, due: CaseDue, now: Instant, effects: CaseEffects): Promise<void> {
    if (due.kind === "sensor-look") return await lookAtSensors(tx, due, now, effects);
    if (due.kind === "ask-person") await forgetDue(tx, due);
    else await markDueDone(tx, due, now);
    const theCase = await findCase(tx, due.caseNo);
    if (theCase === undefined) return;
    const { kind, mark = kind } = due;
    switch (kind) {
      case "ask-person":
        if (theCase.state !== "CHECKING") return;
        return desk.putNotice(effects, theCase, "check-wanted", `${theCase.checkingSince}`, now);
      case "review":
      case "resume":
        return await bySystem(tx, theCase, kind, now, effects);
      case "accept-wanted":
        return await crewAnswers.notAccepted(tx, theCase, now, effects);
      case "accept-handover":
        return await crewAnswers.turnOver(tx, theCase, now, effects);
      case "duty":
        return await crewAnswers.giveWaiting(tx, theCase, now, effects);
      case "half":
        return putStageNotice(effects, theCase, { kind: "handling-50", mark }, now);
      case "due-soon":
      case "overdue": {
        const warned = kind === "overdue" ? "handling-100" : "handling-80";
        // A crew that has said that it is not its work hears no more until that is judged.
        if (theCase.state !== "RETURN_REVIEW") desk.putOrder(effects, { theCase, kind, mark }, now);
        return putStageNotice(effects, theCase, { kind: warned, mark }, now);
      }
      case "alarm-over":
        // Told again, so that what latched under an ended case is reset.
        if (!isOpen(theCase)) putChanged(effects, theCase);
        return;
      case "check":
        return;
      default:
        return putStageNotice(effects, theCase, { kind, mark }, now);
    }
  }

  /** Whose sensors are gone or silent, a person is asked now; else when they would be. */
  async function lookAtSensors(
    tx: Sql,
    due: CaseDue,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const theCase = await findCase(tx, due.caseNo);
    const isWanted = theCase?.state === "CHECKING" && now < desk.proof.askedAt(theCase);
    if (!isWanted) return await markDueDone(tx, due, now);
    const lostAt = desk.proof.lostAt(theCase);
    if (lostAt > now) {
      // While the platform cannot hear, nobody knows when.
      const again = Number.isFinite(lostAt) ? lostAt : now + RETRY_MS;
      return await postponeDue(tx, due, again);
    }
    await markDueDone(tx, due, now);
    await desk.renewDues(tx, theCase);
    const ask = { caseNo: due.caseNo, kind: "ask-person", at: now } as const;
    await doDue(tx, ask, now, effects);
  }

  /** What nobody answered, and what has waited for its day. */
  async function bySystem(
    tx: Sql,
    theCase: Case,
    kind: "review" | "resume",
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const { state, event, note } = SYSTEM_STEPS[kind];
    if (theCase.state !== state) return;
    await desk.advance(tx, theCase, { event, said: { note }, actor: SYSTEM_ACTOR, now }, effects);
  }

  async function check(tx: Sql, due: CaseDue, now: Instant, effects: CaseEffects): Promise<void> {
    const theCase = await findCase(tx, due.caseNo);
    const hold = theCase === undefined ? undefined : desk.proof.holdOf(theCase);
    if (theCase === undefined || hold === undefined) {
      recheckAt.set(due.caseNo, now + MINUTE_MS);
      return;
    }
    const { feedbackAt = now } = theCase;
    const health = desk.proof.healthOf(theCase);
    const step = checkStep({ hold, health, feedbackAt, now, zone: deps.zone });
    if (step === undefined) {
      recheckAt.set(due.caseNo, now + RECHECK_MS[hold.kind]);
      return;
    }
    recheckAt.delete(due.caseNo);
    await desk.advance(tx, theCase, { ...step, actor: SYSTEM_ACTOR, now }, effects);
  }

  /** When `tick` has something to do next, as far as is known. */
  async function nextDue(sql: Sql): Promise<Instant | undefined> {
    let first = await firstDueAt(sql);
    for (const { caseNo, at } of await allChecks(sql)) {
      const wanted = Math.max(at, recheckAt.get(caseNo) ?? 0);
      if (first === undefined || wanted < first) first = wanted;
    }
    return first;
  }

  return { tick, nextDue };
}

/** What the sensors say of a repair: passed, back to the crew, or nothing yet. */
function checkStep(input: HoldInput): { event: CaseEvent; said: Said } | undefined {
  const { devices } = input.health;
  if (isRepairProven(input)) {
    const names = devices.map(({ deviceId }) => deviceId).join(", ");
    return { event: "checkPass", said: { note: text(`normal for the whole hold time: ${names}`) } };
  }
  if (!isRepairRefuted(input)) return undefined;
  const bad = devices.filter(({ lastAbnormalAt }) => lastAbnormalAt !== undefined);
  const names = bad.map(({ deviceId }) => deviceId).join(", ");
  return { event: "rework", said: { reason: text(`still abnormal after feedback: ${names}`) } };
}

const text = (said: string): string => said.slice(0, SAID_LENGTH_MAX);
