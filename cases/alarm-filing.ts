/**
 * Alarms become city work: a raised alarm whose rule names a filing condition opens a case of its
 * asset, or joins the one that is open. An alarm does so once, however often it is told of.
 * Conditions that a city trusts, by rules that crews confirm, go to the crew at once; the others
 * stand for review with a time after which the system confirms. An alarm after the crew's feedback
 * sends the crew back; one that comes soon after the close is a relapse, where its rule is trusted.
 */

import type { AlarmHappening } from "../model/alarm.ts";
import type { FilingCondition } from "../model/asset-class.ts";
import type { Case, CaseState } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { isErrorCode } from "../model/errors.ts";
import { historyNote } from "../model/history-notes.ts";
import type { Asset } from "../model/registry.ts";
import type { CaseDesk } from "./case-desk.ts";
import { addDue } from "./case-dues.ts";
import { addAlarm, caseOfAlarm, isAlarmKnown, noteAlarmOver } from "./case-evidence.ts";
import { addMembers, caseOfMember, countMembers, noteSplit } from "./case-members.ts";
import { findCase, findOpenCase, isOpen, updateCase } from "./case-store.ts";
import type { ConditionBook } from "./conditions.ts";
import {
  type CaseDraft,
  type CaseEffects,
  type CasesDeps,
  putChanged,
  REVIEW_MS,
  SYSTEM_ACTOR,
} from "./desk-words.ts";
import { createHurry } from "./hurry.ts";
import { createReopening } from "./reopening.ts";

/** Said to be repaired: an alarm that joins here says that it is not. */
const SAID_DONE: ReadonlySet<CaseState> = new Set(["FEEDBACK", "CHECKING", "PENDING_CLOSE"]);

export function createAlarmFiling(deps: CasesDeps, desk: CaseDesk) {
  const reopening = createReopening(desk);
  const { hurry, toLifeSafety } = createHurry(desk);
  const joined = deps.metrics.counter(
    "gridwarden_cases_alarms_joined_total",
    "Alarms that joined an open case.",
  );
  const unfiled = deps.metrics.counter(
    "gridwarden_cases_alarms_unfiled_total",
    "Raised alarms that could open no case, by reason.",
    ["reason"],
  );
  const skip = (happening: AlarmHappening, reason: string): void => {
    unfiled.add(1, { reason });
    const { alarmId, assetId, class: slug, conditionId } = happening.alarm;
    deps.log.error("an alarm opens no case", {
      alarmId,
      assetId,
      class: slug,
      conditionId,
      reason,
    });
  };

  return async function file(
    tx: Sql,
    happening: AlarmHappening,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    const { alarm, kind } = happening;
    if (kind === "returned" || kind === "latched" || kind === "cleared") {
      const how = kind === "cleared" ? kind : "returned";
      await noteAlarmOver(tx, alarm.alarmId, how, happening.at);
      if (kind !== "cleared") await resetWhereEnded(tx, happening, now);
      return;
    }
    if (kind === "realarmed") return urge(tx, happening, now, effects);
    if (kind === "joined") return joinBelow(tx, happening, effects);
    // A gateway is no asset of the city's.
    if (kind !== "raised" || alarm.conditionId === undefined || alarm.assetId === undefined) return;
    if (await isAlarmKnown(tx, alarm.alarmId)) return;
    const declared = desk.conditions.ofClass(alarm.class, alarm.conditionId);
    const condition = await desk.fieldTruth.asTrusted(tx, declared, alarm);
    const open = await findOpenCase(tx, alarm.assetId, alarm.conditionId);
    if (open !== undefined) {
      await join(tx, { open, happening, condition, now }, effects);
      return;
    }
    const asset = deps.registry.asset(alarm.assetId);
    if (condition === undefined) return skip(happening, "condition-unknown");
    if (asset === undefined) return skip(happening, "asset-unknown");
    // Whether it is a relapse, a rule that crews do not confirm cannot say: a person looks first.
    const isDoubted = declared?.filing === "immediate" && condition.filing === "review";
    const reopened = isDoubted
      ? undefined
      : await reopening.byAlarm(tx, { happening, condition, now }, effects);
    if (reopened !== undefined) {
      await addBelow(tx, reopened, happening, effects);
      return;
    }
    await openByAlarm(tx, { happening, condition, asset, now }, effects);
  };

  /** An alarm that outlasted its case would stand as over for ever: it is reset at the next tick. */
  async function resetWhereEnded(
    tx: Sql,
    { alarm, at }: AlarmHappening,
    now: Instant,
  ): Promise<void> {
    const caseNo = await caseOfAlarm(tx, alarm.alarmId);
    const theCase = caseNo === undefined ? undefined : await findCase(tx, caseNo);
    if (theCase === undefined || isOpen(theCase)) return;
    await addDue(tx, theCase.caseNo, { kind: "alarm-over", mark: `${at}`, at: now });
  }

  /** Further alarms below share the fault of the case that this alarm stands in. */
  async function joinBelow(
    tx: Sql,
    { alarm, members = [], at }: AlarmHappening,
    effects: CaseEffects,
  ): Promise<void> {
    const { assetId, conditionId, alarmId } = alarm;
    if (assetId === undefined || conditionId === undefined) return;
    if (!(await isAlarmKnown(tx, alarmId))) return;
    const open = await findOpenCase(tx, assetId, conditionId);
    if (open !== undefined) await addBelow(tx, open, { members, at }, effects);
  }

  async function addBelow(
    tx: Sql,
    theCase: Case,
    { members = [], at }: Pick<AlarmHappening, "members" | "at">,
    effects: CaseEffects,
  ): Promise<Case> {
    if (members.length === 0) return theCase;
    await addMembers(tx, theCase.caseNo, members, at);
    const memberCount = await countMembers(tx, theCase.caseNo);
    if (memberCount === theCase.memberCount) return theCase;
    // Nobody's word of the case becomes stale by it, so it stays at its version.
    const after: Case = { ...theCase, memberCount };
    await updateCase(tx, after, theCase);
    putChanged(effects, after);
    return after;
  }

  /** Nobody has looked yet: the crew that has not begun hears of it again. */
  async function urge(
    tx: Sql,
    { alarm, at }: AlarmHappening,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    if (alarm.conditionId === undefined || alarm.assetId === undefined) return;
    if (!(await isAlarmKnown(tx, alarm.alarmId))) return;
    const open = await findOpenCase(tx, alarm.assetId, alarm.conditionId);
    if (open === undefined || !isUnbegun(open)) return;
    const mark = `${alarm.alarmId}-${at}`;
    desk.putOrder(effects, { theCase: open, kind: "urged", mark }, now);
  }

  async function join(
    tx: Sql,
    found: {
      open: Case;
      happening: AlarmHappening;
      condition: FilingCondition | undefined;
      now: Instant;
    },
    effects: CaseEffects,
  ): Promise<void> {
    const { happening, condition, now } = found;
    const { alarmId, ruleId, deviceId, assetId } = happening.alarm;
    const alarm =
      deviceId === undefined
        ? historyNote("alarm-of-asset", { alarmId, ruleId, assetId: assetId ?? "" })
        : historyNote("alarm-of-device", { alarmId, ruleId, deviceId });
    await addAlarm(tx, found.open.caseNo, happening);
    await noteSplit(tx, alarmId, found.open.caseNo);
    await desk.noteHistory(tx, found.open, "join", alarm, now);
    putChanged(effects, found.open);
    joined.add(1);
    const { lifeSafety } = happening.alarm;
    const below = await addBelow(tx, found.open, happening, effects);
    const open = lifeSafety ? await toLifeSafety(tx, below, { alarmId, now }, effects) : below;
    if (SAID_DONE.has(open.state)) {
      const said = { reason: historyNote("alarm-after-feedback", { alarm }) };
      const step = { event: "rework", said, actor: SYSTEM_ACTOR, now };
      await desk.advance(tx, open, step, effects);
      return;
    }
    if (condition?.filing === "immediate") await hurry(tx, open, now, effects, alarm);
  }

  async function openByAlarm(
    tx: Sql,
    found: { happening: AlarmHappening; condition: FilingCondition; asset: Asset; now: Instant },
    effects: CaseEffects,
  ): Promise<void> {
    const { happening, condition, now } = found;
    const { alarmId, ruleId } = happening.alarm;
    const sharedNo = await caseOfMember(tx, alarmId);
    const note =
      sharedNo === undefined
        ? historyNote("alarm", { alarmId, ruleId })
        : historyNote("alarm-after-case", { alarmId, ruleId, caseNo: sharedNo });
    try {
      const opened = await desk.open(
        tx,
        draftOf(found, desk.conditions),
        { isUnique: true, actor: SYSTEM_ACTOR, role: "system", note },
        effects,
      );
      await addAlarm(tx, opened.caseNo, happening);
      if (sharedNo !== undefined) await noteSplit(tx, alarmId, opened.caseNo);
      const theCase = await addBelow(tx, opened, happening, effects);
      if (condition.filing === "review") return;
      await hurry(tx, theCase, Math.max(now, theCase.openedAt), effects);
    } catch (error) {
      if (!isErrorCode(error, "RATE_LIMITED")) throw error;
      skip(happening, "numbers-used-up");
    }
  }
}

/** The crew has said no word of it: it waits for a start, or came back to a crew that need not. */
function isUnbegun(theCase: Case): boolean {
  const { state, reworkCount, relapseCount = 0, stageSince, startedAt, arrivedAt } = theCase;
  if (state === "DISPATCHED") return true;
  const isBack = reworkCount + relapseCount > 0 && startedAt === stageSince;
  return state === "HANDLING" && isBack && arrivedAt === undefined;
}

/** The case is as old as its alarm; people get the whole time for review from now on. */
function draftOf(
  found: { happening: AlarmHappening; condition: FilingCondition; asset: Asset; now: Instant },
  conditions: ConditionBook,
): CaseDraft {
  const { happening, condition, asset, now } = found;
  const { alarm } = happening;
  return {
    ...placeOf(asset),
    kind: condition.kind,
    categoryCode: conditions.categoryOf(condition, asset.componentCode),
    conditionId: condition.conditionId,
    source: "sensor",
    lifeSafety: condition.lifeSafety || alarm.lifeSafety,
    class: alarm.class,
    ...conditions.limitFor(condition, asset),
    openedAt: happening.at,
    ruleId: alarm.ruleId,
    ...(condition.filing === "review" && { reviewUntil: now + REVIEW_MS }),
  };
}

export function placeOf(
  asset: Asset,
): Pick<CaseDraft, "assetId" | "lon" | "lat" | "gridCell" | "responsibleGrid"> {
  const { assetId, lon, lat, gridCell, responsibleGrid } = asset;
  return {
    assetId,
    lon,
    lat,
    ...(gridCell !== undefined && { gridCell }),
    ...(responsibleGrid !== undefined && { responsibleGrid }),
  };
}
