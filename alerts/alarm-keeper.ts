/**
 * Runs the alarm machines of all devices: keeps the states that are not plain normal, ends their
 * delays and their shelves in order of time, and turns the machine's effects into records and
 * happenings. While an alarm is held its records go on and the happenings are kept back.
 */

import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import { bearerName, isNode } from "../model/alarm-bearer.ts";
import type { Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { createDelays } from "./alarm-delays.ts";
import { type Hold, type Holds, heldAs, isTold } from "./alarm-holds.ts";
import { nextAlarm } from "./alarm-machine.ts";
import {
  type Acknowledgement,
  clearedRecord,
  plainRecord,
  recordAfter,
  shownRecord,
} from "./alarm-records.ts";
import { createAlarmShelving, type HoldTarget, type ShelvingCalls } from "./alarm-shelving.ts";
import { type AlarmBearer, type AlarmSlot, nameOf, putState, slotFor } from "./alarm-slots.ts";
import {
  type AlarmEffect,
  type AlarmInput,
  type AlarmMachineState,
  type AlarmStep,
  delayEndsAt,
  isActive,
  NORMAL,
  notAfter,
  toldAt,
} from "./alarm-states.ts";
import type { StateRow } from "./alarm-tables.ts";
import { type Chatter, chatterShelf } from "./chatter.ts";
import type { Correlation, CorrelationAction } from "./correlation.ts";
import { type CompiledRule, isExplaining } from "./rule-evaluation.ts";
import { keyOf, nodeOf } from "./topology.ts";
import type { Unsaved } from "./unsaved.ts";

export interface AlarmKeeper extends ShelvingCalls {
  step(bearer: AlarmBearer, rule: CompiledRule, input: AlarmInput, now: Instant): void;
  /** Ends every delay and every shelf that is due. */
  tick(now: Instant): void;
  /** The clock was set back to `now`: delays that began later begin now. */
  notAfter(now: Instant): void;
  /** The alarm with this id where it stands, as it is shown. */
  find(alarmId: string): AlarmRecord | undefined;
  acknowledge(alarmId: string, by: Acknowledgement, now: Instant): AlarmRecord;
  /** The case that it stands in is closed; what is active or pending stays so. */
  reset(slot: AlarmSlot, now: Instant): void;
  /** What holds it may have changed: shows it, and tells of it where nothing holds it any more. */
  review(slot: AlarmSlot, now: Instant): void;
  /** The rule has changed, or what it means for this asset; the alarm stays as it was raised. */
  rebind(slot: AlarmSlot, rule: CompiledRule, now: Instant): void;
  /** The rule no longer fits the device: its alarm is over. */
  retire(slot: AlarmSlot, now: Instant): void;
  /** The device is gone, or no longer in service: its alarm is ended by the system. */
  leave(slot: AlarmSlot, now: Instant): void;
  /** The same for what was saved of a device or a rule that is gone. */
  drop(row: StateRow, alarm: AlarmRecord | undefined, now: Instant): void;
  /** Puts back what was saved; `slot.alarm` as it was shown. */
  restore(slot: AlarmSlot): void;
  /** All are back: shows, and tells of, what is held by less than when it was saved. */
  reviewRestored(now: Instant): void;
  /** Something came through a gateway, whose rule has this key. */
  gatewayHeard(key: string, now: Instant): void;
  /** The registry or the rules may have changed, or who is heard: what explains others may, too. */
  lookOver(now: Instant): void;
  /** `related`: entries on alarms that wait, are held by others, or hold others. */
  counts(): { alarms: number; delays: number; holds: number; related: number };
}

function targetOf({ bearer, rule }: AlarmSlot): HoldTarget {
  return { bearerId: bearer.bearerId, ruleId: rule.rule.ruleId };
}

/** Who resets what a closed case leaves, and ends what a device leaves. */
const SYSTEM: Acknowledgement = { by: "system" };

export interface AlarmKeeperDeps {
  unsaved: Unsaved;
  holds: Holds;
  correlation: Correlation;
  chatter: Chatter;
  /** The asset or the gateway that bears alarms itself. */
  nodeBearer(nodeId: string): AlarmBearer | undefined;
  onHappening(happening: AlarmHappening): void;
}

export function createAlarmKeeper(deps: AlarmKeeperDeps): AlarmKeeper {
  const { unsaved, holds, correlation, chatter } = deps;
  const byAlarmId = new Map<string, AlarmSlot>();
  const standing = new Map<string, AlarmSlot>();
  const delays = createDelays();
  /** What holds them may have changed meanwhile. */
  const restored: AlarmSlot[] = [];

  const shelving = createAlarmShelving({
    ...{ holds, unsaved },
    standing: (target) => standing.get(`${target.bearerId} ${target.ruleId}`),
    shown: (slot, alarm) => shown(slot, alarm),
    review: (slot, now) => review(slot, now),
  });

  const holdOf = ({ bearer, rule }: AlarmSlot): Hold | undefined =>
    holds.of(bearer.bearerId, rule.rule.ruleId);
  const shown = (slot: AlarmSlot, alarm: AlarmRecord): AlarmRecord =>
    shownRecord(alarm, slot.bearer.asset, holdOf(slot));
  const isHeld = (slot: AlarmSlot): boolean =>
    heldAs(slot.bearer.asset, holdOf(slot)) !== undefined;

  const tell = (happening: AlarmHappening): void => {
    unsaved.happening(happening);
    deps.onHappening(happening);
  };

  const recordsOf = (slots: readonly AlarmSlot[]): AlarmRecord[] =>
    slots.flatMap((slot) => (slot.alarm === undefined ? [] : [shown(slot, slot.alarm)]));

  /** One that explains others is raised together with them. */
  const tellOf = (
    slot: AlarmSlot,
    kind: AlarmHappening["kind"],
    alarm: AlarmRecord,
    at: Instant,
  ): void => {
    const below = kind === "raised" && isExplaining(slot.rule) ? membersOf(slot) : [];
    const noise = kind === "raised" ? noiseOf(slot, at) : undefined;
    tell({
      ...{ kind, alarm, at },
      ...(below.length === 0 ? {} : { members: recordsOf(below) }),
      ...(noise === undefined ? {} : { chatter: noise }),
    });
  };

  /** Of sensors alone: what an asset or a gateway bears itself is no sensor's noise. */
  const noiseOf = (slot: AlarmSlot, at: Instant) =>
    isNode(slot.bearer.bearerId) ? undefined : chatter.of(targetOf(slot), at);

  /** Once people have been told that it chatters, they are spared more of it. */
  const shelveNoise = (slot: AlarmSlot, at: Instant): void => {
    const noise = noiseOf(slot, at);
    if (noise === undefined || slot.alarm === undefined || isHeld(slot)) return;
    const shelf = chatterShelf(slot.alarm, noise, at);
    if (shelf !== undefined) shelving.calls.shelve(slot.alarm, shelf, at);
  };

  const membersOf = ({ bearer, rule }: AlarmSlot): AlarmSlot[] =>
    correlation.membersOf(keyOf(nodeOf(bearer), rule));

  /** What something above explains, or may explain, is held from its beginning. */
  const holdFromTheStart = (slot: AlarmSlot, at: Instant): void => {
    const causes = correlation.raising(slot, at);
    if (causes.length > 0) shelving.holdFromTheStart(targetOf(slot), causes);
  };

  /** Answers the record that it wrote, as it is shown. */
  const apply = (
    slot: AlarmSlot,
    effect: AlarmEffect,
    by?: Acknowledgement,
  ): AlarmRecord | undefined => {
    const alarm = recordAfter(slot, effect, by);
    if (alarm === undefined || effect.kind === "ignored") return undefined;
    if (effect.kind === "raised") {
      chatter.raised(targetOf(slot), effect.at);
      holdFromTheStart(slot, effect.at);
      slot.isUntold = isHeld(slot);
      shelving.leaveShelf(holdOf(slot));
    }
    if (effect.kind === "cleared") {
      byAlarmId.delete(alarm.alarmId);
      slot.alarm = undefined;
      shelving.showShelfBy(holdOf(slot), alarm);
    } else {
      byAlarmId.set(alarm.alarmId, slot);
      slot.alarm = alarm;
    }
    const record = shown(slot, alarm);
    unsaved.alarm(record);
    const words = { isUntold: slot.isUntold, isHeld: isHeld(slot) };
    if (isTold(effect.kind, words)) tellOf(slot, effect.kind, record, effect.at);
    if (effect.kind === "cleared") slot.isUntold = false;
    return record;
  };

  const enter = (slot: AlarmSlot, state: AlarmMachineState, at: Instant): void => {
    const { bearer, rule, alarm } = slot;
    putState(slot, state);
    follow(slot);
    unsaved.state({
      bearerId: bearer.bearerId,
      ruleId: rule.rule.ruleId,
      assetId: bearer.asset.assetId,
      state,
      ...(alarm === undefined ? {} : { alarmId: alarm.alarmId }),
      ...(slot.isUntold ? { isUntold: true } : {}),
    });
    correlation.entered(slot, at);
  };

  const follow = (slot: AlarmSlot): void => {
    if (slot.alarm === undefined) standing.delete(nameOf(slot));
    else standing.set(nameOf(slot), slot);
    delays.follow(slot);
  };

  const take = (
    slot: AlarmSlot,
    step: AlarmStep,
    now: Instant,
    by?: Acknowledgement,
  ): AlarmRecord | undefined => {
    if (step.state === slot.state && step.effects.length === 0) return undefined;
    let record: AlarmRecord | undefined;
    let at = now;
    for (const effect of step.effects) {
      record = apply(slot, effect, by) ?? record;
      if (effect.kind !== "ignored") at = effect.at;
    }
    enter(slot, step.state, at);
    if (step.effects.some(({ kind }) => kind === "raised")) shelveNoise(slot, at);
    return record;
  };

  /** What has happened may explain other alarms, and what that does may again. */
  const settle = (): void => {
    for (let todo = correlation.settle(); todo.length > 0; todo = correlation.settle()) {
      for (const action of todo) perform(action);
    }
  };

  const perform = (action: CorrelationAction): void => {
    switch (action.kind) {
      case "judge": {
        const bearer = deps.nodeBearer(action.nodeId);
        if (bearer === undefined) return;
        const slot = slotFor(bearer, action.rule);
        take(slot, nextAlarm(slot.state, action.input, action.rule, action.at), action.at);
        return;
      }
      case "hold": {
        shelving.hold(targetOf(action.slot), action.causes, action.at);
        return;
      }
      case "reset": {
        const { slot, at } = action;
        take(slot, nextAlarm(slot.state, { kind: "reset" }, slot.rule, at), at, SYSTEM);
        return;
      }
      case "joined": {
        const { alarm, isUntold } = action.to;
        const members = recordsOf(action.members);
        if (alarm === undefined || isUntold || members.length === 0) return;
        tell({ kind: "joined", alarm: shown(action.to, alarm), at: action.at, members });
      }
    }
  };

  const nextEnd = (): Instant => Math.min(holds.nextEnd(), correlation.nextEnd());

  const endHolds = (now: Instant): void => {
    for (let at = nextEnd(); at <= now; at = nextEnd()) {
      if (holds.nextEnd() <= at) for (const hold of holds.endedBy(at)) shelving.endShelf(hold, at);
      correlation.endWaits(at);
      settle();
    }
  };

  /** As far as nothing begins meanwhile that ends before the next of them. */
  const endDelays = (now: Instant): void => {
    const due = delays.takeDue(now);
    for (const [index, slot] of due.entries()) {
      const end = delayEndsAt(slot.state, slot.rule);
      if (end === undefined || end > now) continue;
      if (delays.nextEnd() < end) {
        for (const later of due.slice(index)) delays.follow(later);
        return;
      }
      endHolds(end);
      // Of several reminders that nobody looked for the last is told.
      const isReminder = isActive(slot.state) && slot.state.normalSince === undefined;
      const at = isReminder ? Math.max(end, Math.min(now, nextEnd() - 1)) : end;
      take(slot, nextAlarm(slot.state, { kind: "tick" }, slot.rule, at), at);
      settle();
    }
  };

  /** Ends delays, shelves and waits in the order of their times, whoever looks when. */
  const endDue = (now: Instant): void => {
    settle();
    const next = (): Instant => Math.min(nextEnd(), delays.nextEnd());
    for (let at = next(); at <= now; at = next()) {
      endHolds(Math.min(now, delays.nextEnd()));
      endDelays(now);
    }
  };

  const review = (slot: AlarmSlot, now: Instant): void => {
    if (slot.alarm === undefined) return;
    const record = shown(slot, slot.alarm);
    unsaved.alarm(record);
    if (!slot.isUntold || isHeld(slot) || !isActive(slot.state)) return;
    slot.isUntold = false;
    tellOf(slot, "raised", record, now);
    enter(slot, toldAt(slot.state, slot.rule, now), now);
    shelveNoise(slot, now);
  };

  /** Of one slot that is about to take a step: its shelf may have ended before that. */
  const endShelfBefore = (slot: AlarmSlot, now: Instant): void => {
    const hold = holdOf(slot);
    if (hold?.shelf === undefined || hold.shelf.until > now) return;
    // The shelf's last millisecond is the one before its end.
    const lastAt = hold.shelf.until - 1;
    take(slot, nextAlarm(slot.state, { kind: "tick" }, slot.rule, lastAt), lastAt);
    shelving.endShelf(holdOf(slot) ?? hold, hold.shelf.until);
  };

  const end = (slot: AlarmSlot, now: Instant, by?: Acknowledgement): void => {
    apply(slot, { kind: "cleared", at: now }, by);
    enter(slot, NORMAL, now);
    settle();
  };

  return {
    step(bearer, rule, input, now) {
      // What explains it, or is explained by it, hangs on what was over before.
      if (rule.rule.family !== undefined || isExplaining(rule)) endDue(now - 1);
      const slot = slotFor(bearer, rule);
      endShelfBefore(slot, now);
      take(slot, nextAlarm(slot.state, input, rule, now), now);
      settle();
    },
    tick: endDue,
    notAfter(now) {
      for (const slot of delays.running()) {
        const state = notAfter(slot.state, now);
        if (state !== slot.state) enter(slot, state, now);
      }
      correlation.notAfter(now);
      settle();
    },
    find(alarmId) {
      const slot = byAlarmId.get(alarmId);
      return slot?.alarm === undefined ? undefined : shown(slot, slot.alarm);
    },
    acknowledge(alarmId, by, now) {
      const slot = byAlarmId.get(alarmId);
      if (slot?.alarm === undefined) {
        throw new GridwardenError(
          "ALARM_NOT_FOUND",
          `alarm '${alarmId.slice(0, 64)}' does not stand: it is over, or there never was one`,
        );
      }
      const { alarm } = slot;
      const step = nextAlarm(slot.state, { kind: "acknowledge" }, slot.rule, now);
      const refused = step.effects.find((effect) => effect.kind === "ignored");
      if (refused !== undefined) {
        throw new GridwardenError(
          "ALARM_STATE_REFUSED",
          `alarm '${alarmId}' of ${bearerName(alarm)} cannot be acknowledged: ${refused.why}`,
          { details: { state: shown(slot, alarm).state } },
        );
      }
      const record = take(slot, step, now, by);
      settle();
      return record ?? alarm;
    },
    reset(slot, now) {
      take(slot, nextAlarm(slot.state, { kind: "reset" }, slot.rule, now), now, SYSTEM);
      settle();
    },
    ...shelving.calls,
    review,
    rebind(slot, rule, now) {
      slot.rule = rule;
      follow(slot);
      correlation.rebound(slot, now);
    },
    retire: (slot, now) => end(slot, now),
    leave: (slot, now) => end(slot, now, SYSTEM),
    drop(row, alarm, now) {
      unsaved.state({ ...row, state: NORMAL });
      shelving.hold(row, [], now);
      if (alarm === undefined) return;
      const record = clearedRecord(plainRecord(alarm, "normal"), now);
      unsaved.alarm(record);
      if (row.isUntold !== true) tell({ kind: "cleared", alarm: record, at: now });
    },
    restore(slot) {
      putState(slot, slot.state);
      const saved = slot.alarm;
      if (saved !== undefined) {
        byAlarmId.set(saved.alarmId, slot);
        slot.alarm = plainRecord(saved, slot.state.state);
      }
      follow(slot);
      correlation.restore(slot, holdOf(slot)?.suppressedBy ?? []);
      if (saved === undefined || slot.alarm === undefined) return;
      // What is saved is as it is shown, unless its asset has changed meanwhile.
      if (slot.isUntold || saved.state !== shown(slot, slot.alarm).state) restored.push(slot);
    },
    gatewayHeard(key, now) {
      correlation.gatewayHeard(key, now);
      settle();
    },
    reviewRestored(now) {
      for (const slot of restored.splice(0)) review(slot, now);
      settle();
    },
    lookOver(now) {
      correlation.lookOver(now);
      settle();
    },
    counts: () => ({
      ...{ alarms: byAlarmId.size, delays: delays.count(), holds: holds.count() },
      related: correlation.count(),
    }),
  };
}
