/**
 * What a backtest found, added up asset by asset: alarms, the cases that they would have opened, the
 * orders of a day, and what only one of two rules raised. Lists keep the newest; counts are whole.
 */
import type { AlarmEvidence } from "../model/alarm.ts";
import type { HoldTime } from "../model/asset-class.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { AssetId, DeviceId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import { Severity } from "../model/rule.ts";

export interface TriedAlarm {
  deviceId: DeviceId;
  assetId: AssetId;
  /** The most severe that it reached. */
  severity: Severity;
  raisedAt: Instant;
  /** Absent: it stood at the end. */
  returnedAt?: Instant;
  evidence?: AlarmEvidence;
}

export interface BacktestSide {
  /** Newest first. */
  alarms: TriedAlarm[];
  truncated: boolean;
  alarmCount: number;
  assetsWithAlarms: number;
  casesCount: number;
  /** Cases by the local day on which they open, in all units together. */
  ordersPerDay: { mean: number; max: number };
  bySeverity: Record<Severity, number>;
}

export interface BacktestResult {
  ruleId: string;
  from: Instant;
  to: Instant;
  assets: number;
  devices: number;
  /** That stood in the span. */
  readings: number;
  candidate: BacktestSide;
  /** Absent where the rule is new. */
  present?: BacktestSide;
  /** Alarms that the other rule has none beside, on the same device and at the same time. */
  onlyCandidate: TriedAlarm[];
  onlyCandidateCount: number;
  onlyPresent: TriedAlarm[];
  onlyPresentCount: number;
}

/** Until when an alarm that is over at `at` keeps its case from being another's. */
export type HeldUntil = (hold: HoldTime, at: Instant) => Instant;

export interface BacktestTally {
  /** An alarm more. @throws BACKTEST_TOO_LARGE */
  checkRoom(): void;
  /** Of one asset: how much there was, and the alarms of each rule that is compared. */
  add(
    counts: { devices: number; readings: number },
    alarms: readonly (readonly TriedAlarm[])[],
  ): void;
  result(): BacktestResult;
}

export function createBacktestTally(
  deps: { zone: TimeZone; heldUntil: HeldUntil; alarmsMax?: number },
  span: {
    ruleId: string;
    from: Instant;
    to: Instant;
    /** No rule stands to be compared with. */
    isNew: boolean;
    /** Of the rules' filing conditions; undefined: the rule opens no case. */
    holds: readonly (HoldTime | undefined)[];
  },
): BacktestTally {
  const { zone, heldUntil, alarmsMax = LIMITS.backtestAlarmsMax } = deps;
  const { ruleId, from, to, isNew, holds } = span;
  const spanDays = (to - from) / DAY_MS;
  const sides = holds.map(() => createSideTally(spanDays));
  const only = [createNewest(), createNewest()] as const;
  const counts = { assets: 0, devices: 0, readings: 0 };
  let alarmCount = 0;
  return {
    checkRoom() {
      alarmCount += 1;
      if (alarmCount <= alarmsMax) return;
      throw new GridwardenError(
        "BACKTEST_TOO_LARGE",
        `rule '${ruleId}' raises more than ${alarmsMax} alarms; ask for fewer assets or a shorter span, or give it a delay`,
      );
    },
    add({ devices, readings }, alarms) {
      counts.assets += 1;
      counts.devices += devices;
      counts.readings += readings;
      for (const [index, side] of sides.entries()) {
        const found = alarms[index] ?? [];
        const hold = holds[index];
        side.add(
          found,
          hold === undefined ? [] : casesOf(found, (at) => heldUntil(hold, at)),
          zone,
        );
      }
      const [candidate = [], present] = alarms;
      if (present === undefined) return;
      for (const alarm of unmatched(candidate, present)) only[0].add(alarm);
      for (const alarm of unmatched(present, candidate)) only[1].add(alarm);
    },
    result() {
      const [candidate, present = candidate] = sides.map((side) => side.result());
      if (candidate === undefined || present === undefined)
        throw new TypeError("no rule was tried");
      return {
        ruleId,
        from,
        to,
        ...counts,
        candidate,
        ...(isNew ? {} : { present }),
        onlyCandidate: only[0].list(),
        onlyCandidateCount: only[0].count(),
        onlyPresent: only[1].list(),
        onlyPresentCount: only[1].count(),
      };
    },
  };
}

function createSideTally(spanDays: number) {
  const newest = createNewest();
  const bySeverity = Object.fromEntries(
    Severity.options.map((severity) => [severity, 0]),
  ) as Record<Severity, number>;
  const casesByDay = new Map<Instant, number>();
  let assetsWithAlarms = 0;
  let casesCount = 0;
  return {
    add(alarms: readonly TriedAlarm[], caseOpenings: readonly Instant[], zone: TimeZone): void {
      if (alarms.length > 0) assetsWithAlarms += 1;
      for (const alarm of alarms) {
        newest.add(alarm);
        bySeverity[alarm.severity] += 1;
      }
      casesCount += caseOpenings.length;
      for (const at of caseOpenings) {
        const day = zone.startOfDay(at);
        casesByDay.set(day, (casesByDay.get(day) ?? 0) + 1);
      }
    },
    result: (): BacktestSide => ({
      alarms: newest.list(),
      truncated: newest.count() > LIMITS.backtestAlarmsListedMax,
      alarmCount: newest.count(),
      assetsWithAlarms,
      casesCount,
      ordersPerDay: {
        // Less than a day is told as it is, not made up to a day's.
        mean: casesCount / Math.max(1, spanDays),
        max: [...casesByDay.values()].reduce((most, count) => Math.max(most, count), 0),
      },
      bySeverity,
    }),
  };
}

/** Keeps the newest of many. */
function createNewest() {
  const max = LIMITS.backtestAlarmsListedMax;
  let kept: TriedAlarm[] = [];
  let count = 0;
  const cut = (): TriedAlarm[] => {
    kept = kept.sort((one, other) => other.raisedAt - one.raisedAt).slice(0, max);
    return kept;
  };
  return {
    add(alarm: TriedAlarm): void {
      count += 1;
      kept.push(alarm);
      if (kept.length >= max * 2) cut();
    },
    list: cut,
    count: () => count,
  };
}

/**
 * When the cases of an asset's alarms open: alarms that overlap are one case, and so is one that
 * comes while the repair of the one before would still have to prove itself.
 */
export function casesOf(
  alarms: readonly TriedAlarm[],
  heldUntil: (at: Instant) => Instant,
): Instant[] {
  const openings: Instant[] = [];
  let openUntil = Number.NEGATIVE_INFINITY;
  for (const { raisedAt, returnedAt } of [...alarms].sort((a, b) => a.raisedAt - b.raisedAt)) {
    if (raisedAt > openUntil) openings.push(raisedAt);
    const until = returnedAt === undefined ? Number.POSITIVE_INFINITY : heldUntil(returnedAt);
    openUntil = Math.max(openUntil, until);
  }
  return openings;
}

/** Those alarms of one list beside which the other has none, on the same device at the same time. */
export function unmatched(
  alarms: readonly TriedAlarm[],
  others: readonly TriedAlarm[],
): TriedAlarm[] {
  const byDevice = new Map<string, TriedAlarm[]>();
  for (const other of others) {
    const ofDevice = byDevice.get(other.deviceId);
    if (ofDevice === undefined) byDevice.set(other.deviceId, [other]);
    else ofDevice.push(other);
  }
  /** Alarms of a device come one after another, so each is passed once. */
  const passed = new Map<string, number>();
  return alarms.filter((alarm) => {
    const ofDevice = byDevice.get(alarm.deviceId) ?? [];
    let index = passed.get(alarm.deviceId) ?? 0;
    while (index < ofDevice.length && endOf(ofDevice[index]) < alarm.raisedAt) index += 1;
    passed.set(alarm.deviceId, index);
    const next = ofDevice[index];
    return next === undefined || next.raisedAt > endOf(alarm);
  });
}

function endOf(alarm: TriedAlarm | undefined): Instant {
  return alarm?.returnedAt ?? Number.POSITIVE_INFINITY;
}
