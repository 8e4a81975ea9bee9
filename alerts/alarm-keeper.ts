/**
 * Runs the alarm machines of all devices: keeps the states that are not plain normal, ends their
 * delays and their shelves in order of time, and turns the machine's effects into records and
 * happenings. While an alarm is held its records go on and the happenings are kept back.
 */
import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import type { Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { createDelays } from "./alarm-delays.ts";
import { type Hold, type Holds, heldAs, isTold, withShelf } from "./alarm-holds.ts";
import { nextAlarm } from "./alarm-machine.ts";
import {
  type Acknowledgement,
  clearedRecord,
  plainRecord,
  recordAfter,
  shownRecord,
} from "./alarm-records.ts";
import { type AlarmBearer, type AlarmSlot, nameOf, putState, slotFor } from "./alarm-slots.ts";
import {
  type AlarmEffect,
  type AlarmInput,
  type AlarmMachineState,
  type AlarmStep,
  isActive,
  NORMAL,
  notAfter,
  toldAt,
} from "./alarm-states.ts";
import type { StateRow } from "./alarm-tables.ts";
import type { Shelf } from "./hold-tables.ts";
import type { CompiledRule } from "./rule-evaluation.ts";
import type { Unsaved } from "./unsaved.ts";

export interface AlarmKeeper {
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
  /** Shelves device and rule of an alarm, in the place of a shelf that they may have. */
  shelve(alarm: AlarmRecord, shelf: Shelf, now: Instant): AlarmRecord;
  /** Ends their shelf; undefined where they have none. */
  unshelve(alarm: AlarmRecord, now: Instant): AlarmRecord | undefined;
  /** What suppresses device and rule from `now` on. */
  suppress(target: HoldTarget, suppressedBy: readonly string[], now: Instant): void;
  /** What holds it may have changed: shows it, and tells of it where nothing holds it any more. */
  review(slot: AlarmSlot, now: Instant): void;
  /** The device is gone, and with it all that holds its rules. */
  dropHolds(deviceId: string): void;
  /** The rule has changed, or what it means for this asset; the alarm stays as it was raised. */
  rebind(slot: AlarmSlot, rule: CompiledRule): void;
  /** The rule no longer fits the device, or the device is gone: its alarm is over. */
  retire(slot: AlarmSlot, now: Instant): void;
  /** The same for what was saved of a device or a rule that is gone. */
  drop(row: StateRow, alarm: AlarmRecord | undefined, now: Instant): void;
  /** Puts back what was saved; `slot.alarm` as it was shown. */
  restore(slot: AlarmSlot, now: Instant): void;
  counts(): { alarms: number; delays: number; holds: number };
}

export interface HoldTarget {
  readonly deviceId: string;
  readonly ruleId: string;
}

/** Who resets what a closed case leaves. */
const SYSTEM: Acknowledgement = { by: "system" };

export function createAlarmKeeper(
  unsaved: Unsaved,
  onHappening: (happening: AlarmHappening) => void,
  holds: Holds,
): AlarmKeeper {
  const byAlarmId = new Map<string, AlarmSlot>();
  const standing = new Map<string, AlarmSlot>();
  const delays = createDelays();

  const holdOf = ({ bearer, rule }: AlarmSlot): Hold | undefined =>
    holds.of(bearer.deviceId, rule.rule.ruleId);
  const shown = (slot: AlarmSlot, alarm: AlarmRecord): AlarmRecord =>
    shownRecord(alarm, slot.bearer.asset, holdOf(slot));
  const isHeld = (slot: AlarmSlot): boolean =>
    heldAs(slot.bearer.asset, holdOf(slot)) !== undefined;

  const tell = (kind: AlarmHappening["kind"], alarm: AlarmRecord, at: Instant): void => {
    const happening = { kind, alarm, at };
    unsaved.happening(happening);
    onHappening(happening);
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
      slot.isUntold = isHeld(slot);
      leaveShelf(holdOf(slot));
    }
    if (effect.kind === "cleared") {
      byAlarmId.delete(alarm.alarmId);
      slot.alarm = undefined;
      showShelfBy(holdOf(slot), alarm);
    } else {
      byAlarmId.set(alarm.alarmId, slot);
      slot.alarm = alarm;
    }
    const record = shown(slot, alarm);
    unsaved.alarm(record);
    const words = { isUntold: slot.isUntold, isHeld: isHeld(slot) };
    if (isTold(effect.kind, words)) tell(effect.kind, record, effect.at);
    if (effect.kind === "cleared") slot.isUntold = false;
    return record;
  };

  /** The occurrence that was over shows the shelf no more: another shows it, or it has ended. */
  const leaveShelf = (hold: Hold | undefined): void => {
    if (hold?.last === undefined) return;
    unsaved.alarm(hold.last);
    holds.put(withShelf(hold, hold.shelf));
  };

  const showShelfBy = (hold: Hold | undefined, last: AlarmRecord): void => {
    if (hold?.shelf !== undefined) holds.put({ ...hold, last });
  };

  const enter = (slot: AlarmSlot, state: AlarmMachineState): void => {
    const { bearer, rule, alarm } = slot;
    putState(slot, state);
    follow(slot);
    unsaved.state({
      deviceId: bearer.deviceId,
      ruleId: rule.rule.ruleId,
      assetId: bearer.asset.assetId,
      state,
      ...(alarm === undefined ? {} : { alarmId: alarm.alarmId }),
      ...(slot.isUntold ? { isUntold: true } : {}),
    });
  };

  const follow = (slot: AlarmSlot): void => {
    if (slot.alarm === undefined) standing.delete(nameOf(slot));
    else standing.set(nameOf(slot), slot);
    delays.follow(slot);
  };

  const take = (
    slot: AlarmSlot,
    step: AlarmStep,
    by?: Acknowledgement,
  ): AlarmRecord | undefined => {
    if (step.state === slot.state && step.effects.length === 0) return undefined;
    let record: AlarmRecord | undefined;
    for (const effect of step.effects) record = apply(slot, effect, by) ?? record;
    enter(slot, step.state);
    return record;
  };

  const endDelays = (now: Instant): void => {
    for (const slot of delays.takeDue(now)) {
      take(slot, nextAlarm(slot.state, { kind: "tick" }, slot.rule, now));
    }
  };

  const review = (slot: AlarmSlot, now: Instant): void => {
    if (slot.alarm === undefined) return;
    const record = shown(slot, slot.alarm);
    unsaved.alarm(record);
    if (!slot.isUntold || isHeld(slot) || !isActive(slot.state)) return;
    slot.isUntold = false;
    tell("raised", record, now);
    enter(slot, toldAt(slot.state, slot.rule, now));
  };

  /** What another hold still keeps back stays so. */
  const changeHold = (before: Hold, after: Hold, now: Instant): void => {
    if (before.last !== undefined && after.last?.alarmId !== before.last.alarmId) {
      unsaved.alarm(before.last);
    }
    holds.put(after);
    const slot = standing.get(`${after.deviceId} ${after.ruleId}`);
    if (slot !== undefined) review(slot, now);
    else if (after.last !== undefined) {
      unsaved.alarm(shownRecord(after.last, undefined, after));
    }
  };

  const endShelf = (hold: Hold, at: Instant): void => changeHold(hold, withShelf(hold), at);

  /** Of one slot that is about to take a step: its shelf may have ended before that. */
  const endShelfBefore = (slot: AlarmSlot, now: Instant): void => {
    const hold = holdOf(slot);
    if (hold?.shelf === undefined || hold.shelf.until > now) return;
    // The shelf's last millisecond is the one before its end.
    take(slot, nextAlarm(slot.state, { kind: "tick" }, slot.rule, hold.shelf.until - 1));
    endShelf(holdOf(slot) ?? hold, hold.shelf.until);
  };

  const holdAt = ({ deviceId, ruleId }: HoldTarget): Hold =>
    holds.of(deviceId, ruleId) ?? { deviceId, ruleId, suppressedBy: [] };

  return {
    step(bearer, rule, input, now) {
      const slot = slotFor(bearer, rule);
      endShelfBefore(slot, now);
      take(slot, nextAlarm(slot.state, input, rule, now));
    },
    tick(now) {
      for (let at = holds.nextEnd(); at <= now; at = holds.nextEnd()) {
        endDelays(at - 1);
        for (const hold of holds.endedBy(at)) endShelf(hold, at);
      }
      endDelays(now);
    },
    notAfter(now) {
      for (const slot of delays.running()) {
        const state = notAfter(slot.state, now);
        if (state !== slot.state) enter(slot, state);
      }
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
          `alarm '${alarmId}' of device '${alarm.deviceId}' cannot be acknowledged: ${refused.why}`,
          { details: { state: shown(slot, alarm).state } },
        );
      }
      return take(slot, step, by) ?? alarm;
    },
    reset(slot, now) {
      take(slot, nextAlarm(slot.state, { kind: "reset" }, slot.rule, now), SYSTEM);
    },
    shelve(alarm, shelf, now) {
      const before = holdAt(alarm);
      const slot = standing.get(`${alarm.deviceId} ${alarm.ruleId}`);
      const over = slot === undefined ? { last: plainRecord(alarm, "normal") } : {};
      const after = { ...withShelf(before, shelf), ...over };
      changeHold(before, after, now);
      return slot?.alarm === undefined
        ? shownRecord(after.last ?? alarm, undefined, after)
        : shown(slot, slot.alarm);
    },
    unshelve(alarm, now) {
      const hold = holds.of(alarm.deviceId, alarm.ruleId);
      if (hold?.shelf === undefined) return undefined;
      endShelf(hold, Math.min(now, hold.shelf.until));
      const slot = standing.get(`${alarm.deviceId} ${alarm.ruleId}`);
      return slot?.alarm === undefined ? plainRecord(alarm, "normal") : shown(slot, slot.alarm);
    },
    suppress(target, suppressedBy, now) {
      const before = holdAt(target);
      changeHold(before, { ...before, suppressedBy }, now);
    },
    review,
    dropHolds(deviceId) {
      for (const hold of holds.ofDevice(deviceId)) {
        leaveShelf(hold);
        holds.put({ deviceId, ruleId: hold.ruleId, suppressedBy: [] });
      }
    },
    rebind(slot, rule) {
      slot.rule = rule;
      follow(slot);
    },
    retire(slot, now) {
      apply(slot, { kind: "cleared", at: now });
      enter(slot, NORMAL);
    },
    drop(row, alarm, now) {
      unsaved.state({ ...row, state: NORMAL });
      if (alarm === undefined) return;
      const record = clearedRecord(plainRecord(alarm, "normal"), now);
      unsaved.alarm(record);
      if (row.isUntold !== true) tell("cleared", record, now);
    },
    restore(slot, now) {
      putState(slot, slot.state);
      const saved = slot.alarm;
      if (saved !== undefined) {
        byAlarmId.set(saved.alarmId, slot);
        slot.alarm = plainRecord(saved, slot.state.state);
      }
      follow(slot);
      if (saved === undefined || slot.alarm === undefined) return;
      // What is saved is as it is shown, unless its asset has changed meanwhile.
      if (slot.isUntold || saved.state !== shown(slot, slot.alarm).state) review(slot, now);
    },
    counts: () => ({ alarms: byAlarmId.size, delays: delays.count(), holds: holds.count() }),
  };
}
