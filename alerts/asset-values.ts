/**
 * What an asset measures now, whichever of its devices says it: the newest good value of a series,
 * or what a signal makes of that device's past; and the same of its parent and of its parts. By what
 * was judged before, in the journal's order, so that a replay finds the same.
 */
import type { AssetClass } from "../model/asset-class.ts";
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import type { Parts, Source } from "./compound.ts";
import { usualHeldMs } from "./compound-compile.ts";
import type { DevicePast } from "./device-past.ts";
import type { Newest } from "./newest-values.ts";
import { PERIOD_MS, signalValue } from "./signals.ts";

export interface AssetValues {
  /** Undefined where it is not known: never heard, too old, suspect, too few of the parts. */
  valueOf(asset: Asset, source: Source, now: Instant): number | undefined;
}

export function createAssetValues(
  deps: { registry: Pick<RegistryView, "asset" | "partsOf">; classes: readonly AssetClass[] },
  devicesOf: (assetId: string) => Iterable<{ readonly past: DevicePast }>,
): AssetValues {
  const { registry } = deps;
  const reportPeriods = new Map(deps.classes.map((each) => [each.slug, each.reportPeriodMs]));

  const own = (asset: Asset, source: Source, now: Instant): number | undefined => {
    const { measurement, period, signal } = source;
    let newest: Newest | undefined;
    let past: DevicePast | undefined;
    for (const device of devicesOf(asset.assetId)) {
      const found = device.past.newest(measurement, period);
      if (found?.isGood !== true || found.at <= (newest?.at ?? Number.NEGATIVE_INFINITY)) continue;
      newest = found;
      past = device.past;
    }
    if (newest === undefined || past === undefined) return undefined;
    const heldMs = source.heldMs ?? usualHeldMs(reportPeriods.get(asset.class ?? "") ?? 0, period);
    if (now - newest.at > PERIOD_MS[period] + heldMs) return undefined;
    return signal === undefined ? newest.value : signalValue(signal, source, past);
  };

  const ofParts = (
    asset: Asset,
    parts: Parts,
    source: Source,
    now: Instant,
  ): number | undefined => {
    const values: number[] = [];
    let partCount = 0;
    for (const partId of registry.partsOf(asset.assetId)) {
      const part = registry.asset(partId);
      if (part?.class !== parts.childrenOf) continue;
      partCount += 1;
      if (partCount > LIMITS.partsTakenMax) return undefined;
      const value = own(part, source, now);
      if (value !== undefined) values.push(value);
    }
    if (values.length < partCount * (parts.shareMin ?? 0)) return undefined;
    return together(parts.fn, values);
  };

  return {
    valueOf(asset, source, now) {
      if (source.of === "self") return own(asset, source, now);
      if (source.of !== "parent") return ofParts(asset, source.of, source, now);
      const parent = registry.asset(asset.parentAssetId ?? "");
      return parent === undefined ? undefined : own(parent, source, now);
    },
  };
}

/** Of nothing only the count is known. */
function together(fn: Parts["fn"], values: readonly number[]): number | undefined {
  if (fn === "count") return values.length;
  if (values.length === 0) return undefined;
  switch (fn) {
    case "sum":
      return sumOf(values);
    case "mean":
      return sumOf(values) / values.length;
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
  }
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
