/** An alarm: the state of one rule on one device, joined per asset where people look. */
import type { Instant } from "./clock.ts";
import type { AlarmId, AssetId, DeviceId, RuleId } from "./ids.ts";
import type { Flags } from "./reading.ts";
import type { Severity } from "./rule.ts";

/** ISA-18.2 / IEC 62682, as the API shows them; what holds an alarm is shown before its state. */
export const ALARM_STATES = [
  "normal",
  "pending",
  "unacknowledged",
  "acknowledged",
  "returned",
  "latched",
  "shelved",
  "suppressed",
  "out-of-service",
] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** The reading that fired, kept with the alarm. */
export interface AlarmEvidence {
  measurement: string;
  value: number;
  observedAt: Instant;
  receivedAt: Instant;
  flags: Flags;
}

export interface AlarmRecord {
  alarmId: AlarmId;
  ruleId: RuleId;
  ruleVersion: number;
  assetId: AssetId;
  deviceId: DeviceId;
  class: string;
  conditionId?: string;
  severity: Severity;
  lifeSafety: boolean;
  state: AlarmState;
  raisedAt: Instant;
  acknowledgedAt?: Instant;
  acknowledgedBy?: string;
  note?: string;
  returnedAt?: Instant;
  clearedAt?: Instant;
  /** Who ended one that was normal again: a person, or `system` with the case; else it ended alone. */
  clearedBy?: string;
  evidence?: AlarmEvidence;
  /** While it is shelved. */
  shelvedUntil?: Instant;
  shelvedBy?: string;
  shelveReason?: string;
}

/** What an alarm tells the rest of the platform, in the transaction in which it happens. */
export interface AlarmHappening {
  kind: "raised" | "severity" | "realarmed" | "acknowledged" | "returned" | "latched" | "cleared";
  alarm: AlarmRecord;
  at: Instant;
}

/** How long an asset has been normal for a filing condition, device by device. */
export interface ConditionHealth {
  /** Devices of the asset that have a rule of this condition. */
  devices: {
    deviceId: DeviceId;
    /** Absent while abnormal, or while nothing good was heard since the watch began. */
    normalSince?: Instant;
    /** Newest good and live reading that was normal. */
    lastGoodAt?: Instant;
    /** Newest abnormal reading since the watch began, of an alarm that still stands. */
    lastAbnormalAt?: Instant;
  }[];
}
