/**
 * The record of one occurrence of an alarm after each effect of the machine, and how it is shown
 * while something holds it. Pure.
 */

import { createHash } from "node:crypto";
import type { AlarmRecord } from "../model/alarm.ts";
import { bearerOf } from "../model/alarm-bearer.ts";
import type { Instant } from "../model/clock.ts";
import type { AlarmId } from "../model/ids.ts";
import type { Asset } from "../model/registry.ts";
import type { Severity } from "../model/rule.ts";
import { type Hold, heldAs } from "./alarm-holds.ts";
import type { AlarmSlot } from "./alarm-slots.ts";
import type { AlarmEffect } from "./alarm-states.ts";
import type { CompiledRule } from "./rule-evaluation.ts";

export interface Acknowledgement {
  by: string;
  note?: string;
}

const ALARM_ID_DIGITS = 24;

/** The same occurrence has the same id, however often it is judged again. */
function alarmIdOf(ruleId: string, bearerId: string, raisedAt: Instant): AlarmId {
  const digest = createHash("sha256").update(`${ruleId}\n${bearerId}\n${raisedAt}`).digest("hex");
  return digest.slice(0, ALARM_ID_DIGITS) as AlarmId;
}

/** As the machine has it, whatever holds it; nothing where there is no alarm. */
export function recordAfter(
  slot: AlarmSlot,
  effect: AlarmEffect,
  by: Acknowledgement | undefined,
): AlarmRecord | undefined {
  if (effect.kind === "raised") return raisedRecord(slot, effect);
  const { alarm } = slot;
  if (alarm === undefined) return undefined;
  switch (effect.kind) {
    case "ignored":
      return undefined;
    case "severity":
      return { ...alarm, severity: severityAt(slot.rule, effect.step) };
    case "realarmed":
      return alarm;
    case "acknowledged":
      return acknowledgedRecord(alarm, by, effect.at);
    case "returned":
    case "latched":
      return { ...alarm, state: effect.kind, returnedAt: effect.at };
    case "cleared":
      return clearedRecord(alarm, effect.at, by);
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
    alarmId: alarmIdOf(rule.ruleId, bearer.bearerId, raisedAt),
    ruleId: rule.ruleId,
    ruleVersion: rule.version,
    ...bearerOf(bearer.bearerId, bearer.asset.assetId),
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

export function clearedRecord(
  alarm: AlarmRecord,
  at: Instant,
  by?: Acknowledgement | undefined,
): AlarmRecord {
  return {
    ...alarm,
    state: "normal",
    returnedAt: alarm.returnedAt ?? at,
    clearedAt: at,
    ...(by === undefined ? {} : { clearedBy: by.by }),
    ...(by?.note === undefined ? {} : { note: by.note }),
  };
}

/** As people see it. One that is over still shows that its rule is shelved. */
export function shownRecord(
  alarm: AlarmRecord,
  asset: Asset | undefined,
  hold: Hold | undefined,
): AlarmRecord {
  const shelf = hold?.shelf;
  const isOver = alarm.clearedAt !== undefined;
  const kindOver = shelf === undefined ? undefined : "shelved";
  const kind = isOver ? kindOver : heldAs(asset, hold);
  if (kind === undefined) return alarm;
  if (shelf === undefined) return { ...alarm, state: kind };
  const { until: shelvedUntil, by: shelvedBy, reason: shelveReason } = shelf;
  return { ...alarm, state: kind, shelvedUntil, shelvedBy, shelveReason };
}

/** The other way round: of a record as it was shown and saved. */
export function plainRecord(alarm: AlarmRecord, state: AlarmRecord["state"]): AlarmRecord {
  const { shelvedUntil: _until, shelvedBy: _by, shelveReason: _why, ...rest } = alarm;
  return { ...rest, state };
}
