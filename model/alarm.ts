/** An alarm: the state of one rule on one device, joined per asset where people look. */
import type { DurationMs, Instant } from "./clock.ts";
import type { AlarmId, AssetId, DeviceId, GatewayId, RuleId } from "./ids.ts";
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
  /** Absent only of a gateway's alarm. */
  assetId?: AssetId;
  /** Absent where the asset or the gateway bears the alarm itself. */
  deviceId?: DeviceId;
  gatewayId?: GatewayId;
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
  /**
   * Who ended one that was normal again: a person, or `system` with the case. `system` also where its
   * device left service or is gone. Else it ended alone.
   */
  clearedBy?: string;
  evidence?: AlarmEvidence;
  /** While it is shelved. */
  shelvedUntil?: Instant;
  shelvedBy?: string;
  shelveReason?: string;
}

/** How often it was raised lately, of one that is raised too often. */
export interface AlarmChatter {
  count: number;
  /** From the first of them to the newest. */
  overMs: DurationMs;
}

/** What an alarm tells the rest of the platform, in the transaction in which it happens. */
export interface AlarmHappening {
  /** `joined`: further alarms below it are explained by it. */
  kind:
    | "raised"
    | "severity"
    | "realarmed"
    | "acknowledged"
    | "returned"
    | "latched"
    | "cleared"
    | "joined";
  alarm: AlarmRecord;
  at: Instant;
  /** Of a raised one that explains others, and of those that joined: the alarms below it. */
  members?: readonly AlarmRecord[];
  /** Of a raised one that chatters: its device wants repair. */
  chatter?: AlarmChatter;
}

/** How long an asset has been normal for a filing condition, device by device. */
export interface ConditionHealth {
  /** Devices of the asset that have a rule of this condition, and its node where that has one. */
  devices: {
    deviceId: string;
    /** Absent while abnormal, or while nothing good was heard since the watch began. */
    normalSince?: Instant;
    /** Newest good and live reading that was normal. */
    lastGoodAt?: Instant;
    /** Newest abnormal reading since the watch began, of an alarm that still stands. */
    lastAbnormalAt?: Instant;
    /** Newest good reading of what the condition is judged by, also from before the watch. */
    heardAt?: Instant;
    /** When it is silent, if it is not heard before; infinite while the platform cannot hear. */
    silentAt?: Instant;
  }[];
}
