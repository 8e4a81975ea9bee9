/**
 * How far a device's mean lies from the median of its neighbours': the same measurement at the
 * assets of its class under the same parent, or in the same responsibility grid. Worked out once in
 * a period for all of a group, over what was observed before that period began: so it costs the
 * same however often devices report, and comes out the same whoever of them asks first.
 */
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { Period } from "../model/reading.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import type { Signal } from "../model/rule.ts";
import type { History } from "./series-history.ts";
import type { SignalContext } from "./signals.ts";

export type OffNeighbours = Extract<Signal, { kind: "off-neighbours" }>;
type Series = { measurement: string; period: Period };
type Neighbour = { readonly asset: Asset; readonly past: Pick<SignalContext, "history"> };

export interface Neighbours {
  /** Up to `until`; undefined where the device, or too many of its neighbours, said too little. */
  distance(own: Neighbour, series: Series, signal: OffNeighbours, until: Instant): Distance;
}

type Distance = number | undefined;

/** The means of a group, by asset and in order of size. */
interface Sample {
  readonly means: ReadonlyMap<string, number>;
  readonly sorted: readonly number[];
}

/** What was worked out for one end of the windows. */
interface Round {
  readonly samples: Map<string, Sample>;
  /** Assets by class and grid, once somebody wants to know. */
  grids: ReadonlyMap<string, ReadonlySet<string>> | undefined;
}

/** Devices report at their own times: some are still in the period before. */
const ROUNDS_KEPT = 3;

/** The end of the windows for a reading of this time. */
export function sampledUntil(at: Instant): Instant {
  return Math.floor(at / LIMITS.neighbourSampleMs) * LIMITS.neighbourSampleMs;
}

export function createNeighbours(deps: {
  registry: Pick<RegistryView, "asset" | "partsOf">;
  devicesOf(assetId: string): Iterable<Neighbour>;
  all(): Iterable<Neighbour>;
}): Neighbours {
  const { registry } = deps;
  const rounds = new Map<Instant, Round>();

  const roundOf = (until: Instant): Round => {
    let round = rounds.get(until);
    if (round === undefined) {
      round = { samples: new Map(), grids: undefined };
      rounds.set(until, round);
      if (rounds.size > ROUNDS_KEPT) rounds.delete(Math.min(...rounds.keys()));
    }
    return round;
  };

  const gridsNow = (): Map<string, Set<string>> => {
    const grids = new Map<string, Set<string>>();
    for (const { asset } of deps.all()) {
      if (asset.responsibleGrid === undefined) continue;
      const key = `${asset.class} ${asset.responsibleGrid}`;
      const found = grids.get(key);
      if (found === undefined) grids.set(key, new Set([asset.assetId]));
      else found.add(asset.assetId);
    }
    return grids;
  };

  const assetsAround = (asset: Asset, signal: OffNeighbours, round: Round): string[] => {
    let ids: Iterable<string>;
    if (signal.among === "parent") ids = registry.partsOf(asset.parentAssetId ?? "");
    else {
      round.grids ??= gridsNow();
      ids = round.grids.get(`${asset.class} ${asset.responsibleGrid}`) ?? [];
    }
    const ofClass = [...ids].filter((id) => registry.asset(id)?.class === asset.class);
    if (ofClass.length <= LIMITS.neighboursMax) return ofClass;
    return ofClass.sort().slice(0, LIMITS.neighboursMax);
  };

  /** Of an asset with several devices the first that said enough. */
  const sampleOf = (
    ids: readonly string[],
    series: Series,
    signal: OffNeighbours,
    until: Instant,
  ) => {
    const means = new Map<string, number>();
    for (const assetId of ids) {
      for (const { past } of deps.devicesOf(assetId)) {
        const mean = meanUntil(past.history(series.measurement, series.period), signal, until);
        if (mean === undefined) continue;
        means.set(assetId, mean);
        break;
      }
    }
    return { means, sorted: [...means.values()].sort((a, b) => a - b) };
  };

  return {
    distance({ asset, past }, series, signal, until) {
      const group = signal.among === "parent" ? asset.parentAssetId : asset.responsibleGrid;
      if (group === undefined) return undefined;
      const mean = meanUntil(past.history(series.measurement, series.period), signal, until);
      if (mean === undefined) return undefined;
      const { among, overMs, pointsMin } = signal;
      const { measurement, period } = series;
      const key = [asset.class, among, group, measurement, period, overMs, pointsMin].join(" ");
      const round = roundOf(until);
      let sample = round.samples.get(key);
      if (sample === undefined) {
        sample = sampleOf(assetsAround(asset, signal, round), series, signal, until);
        round.samples.set(key, sample);
      }
      const others = medianWithout(sample, asset.assetId, signal.neighboursMin);
      return others === undefined ? undefined : Math.abs(mean - others);
    },
  };
}

/** Over the window that ends before `until`. */
function meanUntil(
  history: History | undefined,
  { overMs, pointsMin }: OffNeighbours,
  until: Instant,
): number | undefined {
  if (history === undefined) return undefined;
  const first = history.indexFrom(until - overMs);
  const end = history.indexFrom(until);
  if (end - first < Math.max(1, pointsMin)) return undefined;
  let sum = 0;
  for (let index = first; index < end; index += 1) sum += history.value(index);
  return sum / (end - first);
}

/** The median of all but one asset's, where so many are left. */
function medianWithout(
  { means, sorted }: Sample,
  assetId: string,
  countMin: number,
): number | undefined {
  const own = means.get(assetId);
  const without = own === undefined ? sorted.length : sorted.indexOf(own);
  const count = own === undefined ? sorted.length : sorted.length - 1;
  if (count < countMin) return undefined;
  const at = (index: number): number => sorted[index < without ? index : index + 1] ?? Number.NaN;
  return (at((count - 1) >> 1) + at(count >> 1)) / 2;
}
