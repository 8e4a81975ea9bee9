/**
 * Runs the alarm machines of all devices: keeps the states that are not plain normal, ends their
 * delays in order of time, and turns the machine's effects into records and happenings.
 */
import { createHash } from "node:crypto";
import type { AlarmHappening, AlarmRecord } from "../model/alarm.ts";
import type { Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { AlarmId, DeviceId } from "../model/ids.ts";
import type { Asset } from "../model/registry.ts";
import type { Severity } from "../model/rule.ts";
import {
  type AlarmEffect,
  type AlarmInput,
  type AlarmMachineState,
  type AlarmStep,
  delayEndsAt,
  NORMAL,
  nextAlarm,
  notAfter,
} from "./alarm-machine.ts";
import type { StateRow } from "./alarm-tables.ts";
import type { CompiledRule } from "./rule-evaluation.ts";
import type { Unsaved } from "./unsaved.ts";

/** Whose alarms they are. `slots` holds only what is not plain normal, by rule. */
export interface AlarmBearer {
  readonly deviceId: DeviceId;
  asset: Asset;
  readonly slots: Map<string, AlarmSlot>;
}

export interface AlarmSlot {
  readonly bearer: AlarmBearer;
  rule: CompiledRule;
  state: AlarmMachineState;
  /** The occurrence that stands; absent while the first on-delay runs. */
  alarm: AlarmRecord | undefined;
}

export interface Acknowledgement {
  by: string;
  note?: string;
}

export interface AlarmKeeper {
  step(bearer: AlarmBearer, rule: CompiledRule, input: AlarmInput, now: Instant): void;
  /** Ends every delay that is due. */
  tick(now: Instant): void;
  /** The clock was set back to `now`: delays that began later begin now. */
  notAfter(now: Instant): void;
  acknowledge(alarmId: string, by: Acknowledgement, now: Instant): AlarmRecord;
  /** The rule has changed, or what it means for this asset; the alarm stays as it was raised. */
  rebind(slot: AlarmSlot, rule: CompiledRule): void;
  /** The rule no longer fits the device, or the device is gone: its alarm is over. */
  retire(slot: AlarmSlot, now: Instant): void;
  /** The same for what was saved of a device or a rule that is gone. */
  drop(row: StateRow, alarm: AlarmRecord | undefined, now: Instant): void;
  /** Puts back what was saved. */
  restore(slot: AlarmSlot): void;
  counts(): { alarms: number; delays: number };
}

const ALARM_ID_DIGITS = 24;

/** The same occurrence has the same id, however often it is judged again. */
function alarmIdOf(ruleId: string, deviceId: string, raisedAt: Instant): AlarmId {
  const digest = createHash("sha256").update(`${ruleId}\n${deviceId}\n${raisedAt}`).digest("hex");
  return digest.slice(0, ALARM_ID_DIGITS) as AlarmId;
}

export function createAlarmKeeper(
  unsaved: Unsaved,
  onHappening: (happening: AlarmHappening) => void,
): AlarmKeeper {
  const byAlarmId = new Map<string, AlarmSlot>();
  const delays = createDelays();

  const tell = (kind: AlarmHappening["kind"], alarm: AlarmRecord, at: Instant): void => {
    const happening = { kind, alarm, at };
    unsaved.alarm(alarm);
    unsaved.happening(happening);
    onHappening(happening);
  };

  const apply = (slot: AlarmSlot, effect: AlarmEffect, by?: Acknowledgement): void => {
    const alarm = recordAfter(slot, effect, by);
    if (alarm === undefined || effect.kind === "ignored") return;
    if (effect.kind === "cleared") byAlarmId.delete(alarm.alarmId);
    else byAlarmId.set(alarm.alarmId, slot);
    slot.alarm = effect.kind === "cleared" ? undefined : alarm;
    tell(effect.kind, alarm, effect.at);
  };

  const enter = (slot: AlarmSlot, state: AlarmMachineState): void => {
    const { bearer, rule, alarm } = slot;
    const { ruleId } = rule.rule;
    slot.state = state;
    if (state.state === "normal") bearer.slots.delete(ruleId);
    else bearer.slots.set(ruleId, slot);
    delays.follow(slot);
    unsaved.state({
      deviceId: bearer.deviceId,
      ruleId,
      assetId: bearer.asset.assetId,
      state,
      ...(alarm === undefined ? {} : { alarmId: alarm.alarmId }),
    });
  };

  const take = (slot: AlarmSlot, step: AlarmStep, by?: Acknowledgement): void => {
    if (step.state === slot.state && step.effects.length === 0) return;
    for (const effect of step.effects) apply(slot, effect, by);
    enter(slot, step.state);
  };

  return {
    step(bearer, rule, input, now) {
      const slot = bearer.slots.get(rule.rule.ruleId) ?? {
        bearer,
        rule,
        state: NORMAL,
        alarm: undefined,
      };
      take(slot, nextAlarm(slot.state, input, rule, now));
    },
    tick(now) {
      for (const slot of delays.takeDue(now)) {
        take(slot, nextAlarm(slot.state, { kind: "tick" }, slot.rule, now));
      }
    },
    notAfter(now) {
      for (const slot of delays.running()) {
        const state = notAfter(slot.state, now);
        if (state !== slot.state) enter(slot, state);
      }
    },
    acknowledge(alarmId, by, now) {
      const slot = byAlarmId.get(alarmId);
      if (slot?.alarm === undefined) {
        throw new GridwardenError(
          "ALARM_NOT_FOUND",
          `alarm '${alarmId.slice(0, 64)}' does not stand: it is over, or there never was one`,
        );
      }
      const before = slot.alarm;
      const step = nextAlarm(slot.state, { kind: "acknowledge" }, slot.rule, now);
      const refused = step.effects.find((effect) => effect.kind === "ignored");
      if (refused !== undefined) {
        throw new GridwardenError(
          "ALARM_STATE_REFUSED",
          `alarm '${alarmId}' of device '${before.deviceId}' cannot be acknowledged: ${refused.why}`,
          { details: { state: before.state } },
        );
      }
      take(slot, step, by);
      return slot.alarm ?? endedRecord(acknowledgedRecord(before, by, now), "cleared", now);
    },
    rebind(slot, rule) {
      slot.rule = rule;
      delays.follow(slot);
    },
    retire(slot, now) {
      apply(slot, { kind: "cleared", at: now });
      enter(slot, NORMAL);
    },
    drop(row, alarm, now) {
      unsaved.state({ ...row, state: NORMAL });
      if (alarm === undefined) return;
      tell("cleared", endedRecord(alarm, "cleared", now), now);
    },
    restore(slot) {
      slot.bearer.slots.set(slot.rule.rule.ruleId, slot);
      if (slot.alarm !== undefined) byAlarmId.set(slot.alarm.alarmId, slot);
      delays.follow(slot);
    },
    counts: () => ({ alarms: byAlarmId.size, delays: delays.count() }),
  };
}

/** Slots whose delay runs; asked often and answering nothing, it costs one comparison. */
function createDelays() {
  const running = new Set<AlarmSlot>();
  /** No delay ends before it; it may be too early, never too late. */
  let earliestEnd = Number.POSITIVE_INFINITY;
  const endOf = (slot: AlarmSlot): Instant =>
    delayEndsAt(slot.state, slot.rule) ?? Number.POSITIVE_INFINITY;
  return {
    count: () => running.size,
    running: (): AlarmSlot[] => [...running],
    follow(slot: AlarmSlot): void {
      const end = endOf(slot);
      if (end === Number.POSITIVE_INFINITY) running.delete(slot);
      else running.add(slot);
      earliestEnd = Math.min(earliestEnd, end);
    },
    /** In order of their ends, so that a replay numbers the same things the same way. */
    takeDue(now: Instant): AlarmSlot[] {
      if (now < earliestEnd) return [];
      const due: AlarmSlot[] = [];
      earliestEnd = Number.POSITIVE_INFINITY;
      for (const slot of running) {
        const end = endOf(slot);
        if (end <= now) due.push(slot);
        else earliestEnd = Math.min(earliestEnd, end);
      }
      return due.sort((a, b) => endOf(a) - endOf(b) || (nameOf(a) < nameOf(b) ? -1 : 1));
    },
  };
}

function nameOf(slot: AlarmSlot): string {
  return `${slot.bearer.deviceId} ${slot.rule.rule.ruleId}`;
}

function recordAfter(
  slot: AlarmSlot,
  effect: AlarmEffect,
  by: Acknowledgement | undefined,
): AlarmRecord | undefined {
  if (effect.kind === "raised") return raisedRecord(slot, effect);
  if (slot.alarm === undefined) return undefined;
  switch (effect.kind) {
    case "severity":
      return { ...slot.alarm, severity: severityAt(slot.rule, effect.step) };
    case "ignored":
      return undefined;
    case "acknowledged":
      return acknowledgedRecord(slot.alarm, by, effect.at);
    case "returned":
    case "cleared":
      return endedRecord(slot.alarm, effect.kind, effect.at);
  }
}

function severityAt({ rule, severities }: CompiledRule, step: number): Severity {
  return severities[step - 1] ?? rule.severity;
}

function raisedRecord(
  { bearer, rule: compiled }: AlarmSlot,
  { at: raisedAt, evidence, step = 1 }: Extract<AlarmEffect, { kind: "raised" }>,
): AlarmRecord {
  const { rule } = compiled;
  return {
    alarmId: alarmIdOf(rule.ruleId, bearer.deviceId, raisedAt),
    ruleId: rule.ruleId,
    ruleVersion: rule.version,
    assetId: bearer.asset.assetId,
    deviceId: bearer.deviceId,
    class: rule.class,
    ...(rule.conditionId === undefined ? {} : { conditionId: rule.conditionId }),
    severity: severityAt(compiled, step),
    lifeSafety: rule.lifeSafety,
    state: "unacknowledged",
    raisedAt,
    ...(evidence === undefined ? {} : { evidence }),
  };
}

function acknowledgedRecord(
  alarm: AlarmRecord,
  by: Acknowledgement | undefined,
  acknowledgedAt: Instant,
): AlarmRecord {
  return {
    ...alarm,
    state: "acknowledged",
    acknowledgedAt,
    ...(by === undefined ? {} : { acknowledgedBy: by.by }),
    ...(by?.note === undefined ? {} : { note: by.note }),
  };
}

function endedRecord(alarm: AlarmRecord, kind: "returned" | "cleared", at: Instant): AlarmRecord {
  if (kind === "returned") return { ...alarm, state: "returned", returnedAt: at };
  return { ...alarm, state: "normal", returnedAt: alarm.returnedAt ?? at, clearedAt: at };
}
