/**
 * A rule tried on the past: rule book, evaluation, judging and alarm machine are those of live
 * judging; the readings are fed as if each had come at the moment at which it was observed. The rule
 * that stands goes beside the one that is tried, on the same readings. Reads no clock and no store:
 * whoever runs it reads the series that an asset wants and feeds them in order of time.
 */
import type { AssetClass, HoldTime } from "../model/asset-class.ts";
import { DAY_MS, type DurationMs, type Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Period, Reading } from "../model/reading.ts";
import type { DeviceEntry, RegistryView } from "../model/registry.ts";
import type { Rule } from "../model/rule.ts";
import { type BacktestResult, createBacktestTally, type HeldUntil } from "./backtest-tally.ts";
import { createAssetTrial } from "./backtest-trial.ts";
import type { DeafSpan } from "./deafness.ts";
import { looksAtOthers } from "./looked-at.ts";
import { createRuleBook, type RuleSet } from "./rule-book.ts";
import { nextVersion, type RuleInput } from "./rule-check.ts";

export type { BacktestResult, HeldUntil } from "./backtest-tally.ts";

export interface BacktestRequest {
  ruleId: string;
  /** Inclusive. */
  from: Instant;
  /** Exclusive. */
  to: Instant;
  /** What the rule would be; absent: the one that stands. */
  rule?: RuleInput;
  /** These alone; absent: all of the rule's class. */
  assetIds?: readonly string[];
}

export interface Backtest {
  readonly ruleId: string;
  readonly from: Instant;
  readonly to: Instant;
  /**
   * Those that the rule binds, as it is tried or as it stands; worked out one by one, since a city
   * has many. @throws ASSET_NOT_FOUND, REQUEST_INVALID
   */
  assets(): Iterable<BacktestAsset>;
  /** After the last trial. */
  result(): BacktestResult;
}

export interface BacktestAsset {
  readonly deviceIds: readonly string[];
  /** Its devices are judged together: their readings are fed in one order of time. */
  readonly isJoint: boolean;
  readonly series: readonly SeriesWanted[];
  begin(): AssetTrial;
}

export interface SeriesWanted {
  readonly deviceId: string;
  /** Every one of the device where they are absent. */
  readonly measurement?: string;
  readonly period?: Period;
  /** So far before `from` it is looked back on. */
  readonly depthMs: DurationMs;
}

export interface AssetTrial {
  /**
   * Of each device in order of time, of a joint asset of all its devices. Those before `from` are
   * remembered and not judged.
   */
  feed(readings: readonly Reading[]): void;
  /** There is nothing more before `to`. @throws BACKTEST_TOO_LARGE */
  end(): void;
}

export interface BacktestDeps {
  registry: Pick<RegistryView, "asset" | "devices" | "devicesOf">;
  classes: readonly AssetClass[];
  zone: TimeZone;
  heldUntil: HeldUntil;
  /** Spans in which nobody could be heard, as far as they are still known. */
  deaf: readonly DeafSpan[];
  alarmsMax?: number;
}

/** @throws RULE_NOT_FOUND, RULE_INVALID, RULE_VERSION_CONFLICT, REQUEST_INVALID */
export function planBacktest(
  deps: BacktestDeps,
  request: BacktestRequest,
  standing: (ruleId: string) => Rule | undefined,
): Backtest {
  const { ruleId, from, to } = request;
  checkSpan(from, to);
  const present = standing(ruleId);
  const candidate =
    request.rule === undefined ? present : nextVersion(request.rule, present, deps.classes);
  if (candidate === undefined) {
    throw new GridwardenError(
      "RULE_NOT_FOUND",
      `no rule has the id '${ruleId}'; give the new one as 'rule'`,
    );
  }
  const ofClass = classOf(candidate, deps.classes);
  // One run serves both where they are the same.
  const rules = present === undefined || present === candidate ? [candidate] : [candidate, present];
  checkOfOneAsset(rules);
  const tally = createBacktestTally(deps, {
    ...{ ruleId, from, to },
    isNew: present === undefined,
    holds: rules.map((rule) => holdOf(rule, ofClass)),
  });
  const books = rules.map((rule) => createRuleBook([{ ...ofClass, rules: [rule] }], deps.zone));
  function* assets(): Generator<BacktestAsset> {
    for (const devices of assetsOf(deps.registry, ofClass.slug, request.assetIds)) {
      const asset = devices[0]?.asset;
      if (asset === undefined) continue;
      const sets = books.map((book) => book.rulesFor(asset));
      if (sets.every((set) => set.all.size === 0)) continue;
      yield {
        deviceIds: devices.map(({ device }) => device.deviceId),
        isJoint: sets.some(({ compounds }) => compounds.size > 0),
        series: devices.flatMap(({ device }) => seriesFor(device.deviceId, sets)),
        begin: () => createAssetTrial({ ...deps, tally }, { devices, sets, from, to }),
      };
    }
  }
  return { ruleId, from, to, assets, result: tally.result };
}

function classOf(rule: Rule, classes: readonly AssetClass[]): AssetClass {
  const found = classes.find(({ slug }) => slug === rule.class);
  if (found === undefined) throw new TypeError(`the class of rule '${rule.ruleId}' was checked`);
  return found;
}

/** Assets are read one after another, so that what others measured then is not at hand. */
function checkOfOneAsset(rules: readonly Rule[]): void {
  const others = rules.find(looksAtOthers);
  if (others === undefined) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `rule: got version ${others.version} of '${others.ruleId}', which looks at other assets; wanted one of the asset's own measurements alone, since a backtest tries each asset by itself`,
  );
}

function checkSpan(from: Instant, to: Instant): void {
  if (!(from < to)) {
    throw new GridwardenError("REQUEST_INVALID", "from: got a time that is not before 'to'");
  }
  const days = (to - from) / DAY_MS;
  if (days <= LIMITS.backtestDaysMax) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `to: got a span of ${Math.ceil(days)} days, wanted at most ${LIMITS.backtestDaysMax}`,
  );
}

function holdOf({ conditionId }: Rule, ofClass: AssetClass): HoldTime | undefined {
  return ofClass.conditions.find((each) => each.conditionId === conditionId)?.hold;
}

/** The devices of each asset of the class, or of those that are named. */
function assetsOf(
  registry: BacktestDeps["registry"],
  slug: string,
  assetIds: readonly string[] | undefined,
): Iterable<readonly DeviceEntry[]> {
  if (assetIds === undefined) {
    const found = new Map<string, DeviceEntry[]>();
    for (const entry of registry.devices()) {
      if (entry.asset.class !== slug) continue;
      const devices = found.get(entry.asset.assetId);
      if (devices === undefined) found.set(entry.asset.assetId, [entry]);
      else devices.push(entry);
    }
    return found.values();
  }
  return [...new Set(assetIds)].map((assetId) => {
    const asset = registry.asset(assetId);
    if (asset === undefined) {
      throw new GridwardenError("ASSET_NOT_FOUND", `no asset has the id '${assetId}'`);
    }
    if (asset.class === slug) return registry.devicesOf(assetId);
    throw new GridwardenError(
      "REQUEST_INVALID",
      `assetIds: got '${assetId}' of class '${asset.class ?? ""}', wanted assets of '${slug}'`,
    );
  });
}

/** What the rules compare and look back on; of silence, whatever the device says. */
function seriesFor(deviceId: string, sets: readonly RuleSet[]): SeriesWanted[] {
  if (sets.some(({ silence, missing }) => silence.length > 0 || missing.size > 0)) {
    const depths = sets.flatMap((set) => [...set.depths.values()].flatMap(Object.values));
    return [{ deviceId, depthMs: Math.max(0, ...depths) }];
  }
  const wanted = new Map<string, SeriesWanted>();
  for (const { values, depths, held } of sets) {
    // First what is only looked back on: of one moment it is remembered before the rest is judged.
    for (const byMeasurement of [depths, held, values]) {
      for (const [measurement, byPeriod] of byMeasurement) {
        for (const period of Object.keys(byPeriod) as Period[]) {
          const key = `${measurement} ${period}`;
          const depthMs = Math.max(
            depths.get(measurement)?.[period] ?? 0,
            held.get(measurement)?.[period] ?? 0,
            wanted.get(key)?.depthMs ?? 0,
          );
          wanted.set(key, { deviceId, measurement, period, depthMs });
        }
      }
    }
  }
  return [...wanted.values()];
}
