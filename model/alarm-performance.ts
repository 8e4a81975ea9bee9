/**
 * How much of a burden alarms and orders are to people: the figures by which alarm systems are
 * compared (EEMUA 191, ISA-18.2 / IEC 62682), and how the load on each crew stands.
 */
import type { AlarmRecord } from "./alarm.ts";
import type { Instant } from "./clock.ts";
import type { Severity } from "./rule.ts";

/** A figure, what it should be, and whether it is. */
export interface Figure {
  value: number;
  /** `atMost` and `atLeast` include it, `below` does not. */
  target: number;
  sense: "atMost" | "atLeast" | "below";
  isMet: boolean;
}

export type AlarmPlace = Pick<AlarmRecord, "deviceId" | "assetId" | "gatewayId">;

export type Actor = AlarmPlace & { ruleId: string; count: number; share: number };
export type StaleAlarm = AlarmPlace & {
  alarmId: string;
  ruleId: string;
  severity: Severity;
  raisedAt: Instant;
};

export interface UnitLoad {
  /** Absent: of assets that nobody maintains, and of gateways. */
  unitId?: string;
  raised: number;
  averagePer10Min: Figure;
}

export interface AlarmPerformance {
  from: Instant;
  /** Not after the moment in which it was asked for. */
  to: Instant;
  /** Alarms that people were told of. */
  raised: number;
  averagePer10Min: Figure;
  /** `at`: when its 10 minutes began; absent where there was no alarm. */
  peakPer10Min: Figure & { at?: Instant };
  /** Share of the time. */
  floodShare: Figure;
  bySeverity: Record<Severity, Figure & { count: number }>;
  /** The worst of them together. */
  worstShare: Figure;
  worstActors: Actor[];
  /** Devices and rules that were raised too often at a time, told or not. */
  chattering: Figure;
  /** As it is now, whatever was asked for. */
  standing: number;
  stale: Figure;
  staleAlarms: StaleAlarm[];
  units: UnitLoad[];
}

/** Of a crew, or of the whole centre. */
export interface OrderLoad {
  /** Absent: of the centre. */
  crewId?: string;
  state: "calm" | "flood";
  since?: Instant;
  /** New orders of the last 10 minutes; of the centre notices too. */
  per10Min: number;
  /** Orders that wait for the next digest. */
  gathered: number;
}
