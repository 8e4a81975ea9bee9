/**
 * Proof of repair: for an asset and a filing condition under watch, since when each device's rules
 * of that condition read normal, by good and live readings alone. Silence proves nothing.
 */
import type { ConditionHealth } from "../model/alarm.ts";
import type { Instant } from "../model/clock.ts";
import type { TrackerRow, WatchRow } from "./alarm-tables.ts";
import type { Verdict } from "./levels.ts";
import type { Unsaved } from "./unsaved.ts";

export interface ConditionWatch {
  readonly assetId: string;
  readonly conditionId: string;
  readonly since: Instant;
  /** By device and rule. */
  readonly trackers: Map<string, TrackerRow>;
}

export interface ConditionWatches {
  restore(row: WatchRow): void;
  /** Again with the same `since` changes nothing; with another the proof begins anew. */
  watch(assetId: string, conditionId: string, since: Instant): void;
  unwatch(assetId: string, conditionId: string): void;
  find(assetId: string, conditionId: string): ConditionWatch | undefined;
  all(): Iterable<ConditionWatch>;
  of(assetId: string): readonly ConditionWatch[];
  note(watch: ConditionWatch, judged: JudgedVerdict): void;
  count(): number;
}

interface JudgedVerdict {
  deviceId: string;
  ruleId: string;
  verdict: Verdict;
  at: Instant;
}

export type DeviceHealth = ConditionHealth["devices"][number];

const NONE: readonly ConditionWatch[] = [];

export function createConditionWatches(unsaved: Unsaved): ConditionWatches {
  const byAsset = new Map<string, readonly ConditionWatch[]>();
  const of = (assetId: string): readonly ConditionWatch[] => byAsset.get(assetId) ?? NONE;
  const find = (assetId: string, conditionId: string): ConditionWatch | undefined =>
    of(assetId).find((watch) => watch.conditionId === conditionId);
  const others = (assetId: string, conditionId: string): ConditionWatch[] =>
    of(assetId).filter((watch) => watch.conditionId !== conditionId);
  const keep = (watch: ConditionWatch): void => {
    byAsset.set(watch.assetId, [...others(watch.assetId, watch.conditionId), watch]);
  };
  const change = (watch: ConditionWatch): void => {
    const { assetId, conditionId } = watch;
    unsaved.watch(`${assetId} ${conditionId}`, () => ({ kind: "kept", row: rowOf(watch) }));
  };
  return {
    restore: (row) => keep(watchOf(row)),
    watch(assetId, conditionId, since) {
      if (find(assetId, conditionId)?.since === since) return;
      const watch = watchOf({ assetId, conditionId, since, trackers: [] });
      keep(watch);
      change(watch);
    },
    unwatch(assetId, conditionId) {
      if (find(assetId, conditionId) === undefined) return;
      const left = others(assetId, conditionId);
      if (left.length === 0) byAsset.delete(assetId);
      else byAsset.set(assetId, left);
      unsaved.watch(`${assetId} ${conditionId}`, () => ({ kind: "ended", assetId, conditionId }));
    },
    find,
    all: () => [...byAsset.values()].flat(),
    of,
    note(watch, judged) {
      if (judged.at < watch.since) return;
      const key = `${judged.deviceId} ${judged.ruleId}`;
      const before = watch.trackers.get(key) ?? {
        deviceId: judged.deviceId,
        ruleId: judged.ruleId,
      };
      const after = track(before, judged.verdict, judged.at);
      if (after === undefined) return;
      watch.trackers.set(key, after);
      change(watch);
    },
    count: () => [...byAsset.values()].reduce((sum, each) => sum + each.length, 0),
  };
}

function watchOf({ trackers, ...row }: WatchRow): ConditionWatch {
  const byRule = new Map(trackers.map((each) => [`${each.deviceId} ${each.ruleId}`, each]));
  return { ...row, trackers: byRule };
}

function rowOf({ trackers, ...watch }: ConditionWatch): WatchRow {
  return { ...watch, trackers: [...trackers.values()] };
}

/** What a rule's tracker becomes; undefined where the reading proves nothing new. */
function track(before: TrackerRow, verdict: Verdict, at: Instant): TrackerRow | undefined {
  switch (verdict) {
    case "unknown":
      return undefined;
    case "abnormal": {
      const { normalSince: _broken, ...rest } = before;
      return { ...rest, lastAbnormalAt: at };
    }
    case "normal": {
      const { lastAbnormalAt: _over, ...rest } = before;
      return { ...rest, normalSince: before.normalSince ?? at, lastGoodAt: at };
    }
    case "between":
      // What was normal stays normal between the levels; what was not is not yet.
      return before.normalSince === undefined ? undefined : { ...before, lastGoodAt: at };
  }
}

/**
 * All rules that judge the device and were heard must be normal: since the last of them became so.
 * Of an alarm that stands, and never was over since the watch began, the newest abnormal reading.
 */
export function deviceHealth(
  watch: ConditionWatch | undefined,
  deviceId: string,
  words: { isJudgedBy(ruleId: string): boolean; isAbnormal: boolean; isStanding: boolean },
): DeviceHealth {
  const { isJudgedBy, isAbnormal, isStanding } = words;
  const trackers = [...(watch?.trackers.values() ?? [])].filter(
    (tracker) => tracker.deviceId === deviceId && isJudgedBy(tracker.ruleId),
  );
  let normalSince: Instant | undefined;
  let lastGoodAt: Instant | undefined;
  let lastAbnormalAt: Instant | undefined;
  for (const tracker of trackers) {
    normalSince = later(normalSince, tracker.normalSince);
    lastGoodAt = later(lastGoodAt, tracker.lastGoodAt);
    lastAbnormalAt = later(lastAbnormalAt, tracker.lastAbnormalAt);
  }
  const isProven = !isAbnormal && trackers.every((tracker) => tracker.normalSince !== undefined);
  return {
    deviceId,
    ...(isProven && normalSince !== undefined ? { normalSince } : {}),
    ...(lastGoodAt === undefined ? {} : { lastGoodAt }),
    ...(isStanding && lastAbnormalAt !== undefined ? { lastAbnormalAt } : {}),
  };
}

function later(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return Math.max(a, b);
}
