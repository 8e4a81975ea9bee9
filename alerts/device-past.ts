/**
 * What a device's rules look back on: the recent readings of those series that a rule needs the
 * past of, each as far back as the rule that looks farthest, and what is known of its asset.
 */
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Period, Reading } from "../model/reading.ts";
import type { Asset } from "../model/registry.ts";
import type { RuleSet } from "./rule-book.ts";
import { createSeriesHistory, type SeriesHistory } from "./series-history.ts";
import type { SignalContext } from "./signals.ts";

export interface DevicePast extends SignalContext {
  /** A reading that no rule looks back on is not kept. */
  add(reading: Pick<Reading, "measurement" | "period" | "observedAt" | "value">): void;
  /** Its asset or its rules have changed; what is still looked back on stays. */
  renew(asset: Asset, rules: RuleSet): void;
}

interface Kept {
  history: SeriesHistory;
  depthMs: number;
}

const NO_ATTRIBUTES = Object.freeze({});

export function createDevicePast(zone: TimeZone, asset: Asset, rules: RuleSet): DevicePast {
  const histories = new Map<string, { [period in Period]?: Kept }>();
  let depths = rules.depths;
  const past: DevicePast = {
    zone,
    place: asset,
    attributes: asset.attributes ?? NO_ATTRIBUTES,
    history: (measurement, period) => histories.get(measurement)?.[period]?.history,
    add({ measurement, period, observedAt, value }) {
      const depthMs = depths.get(measurement)?.[period];
      if (depthMs === undefined) return;
      let ofMeasurement = histories.get(measurement);
      if (ofMeasurement === undefined) {
        ofMeasurement = {};
        histories.set(measurement, ofMeasurement);
      }
      let kept = ofMeasurement[period];
      if (kept === undefined || kept.depthMs < depthMs) {
        kept = { history: deepened(kept?.history, depthMs), depthMs };
        ofMeasurement[period] = kept;
      }
      kept.history.add(observedAt, value);
    },
    renew(nextAsset, nextRules) {
      past.place = nextAsset;
      past.attributes = nextAsset.attributes ?? NO_ATTRIBUTES;
      depths = nextRules.depths;
      for (const [measurement, ofMeasurement] of histories) {
        for (const period of Object.keys(ofMeasurement) as Period[]) {
          if (depths.get(measurement)?.[period] === undefined) delete ofMeasurement[period];
        }
      }
    },
  };
  return past;
}

function deepened(before: SeriesHistory | undefined, depthMs: number): SeriesHistory {
  const deeper = createSeriesHistory(depthMs, LIMITS.lookBackPointsMax);
  for (let index = 0; index < (before?.count ?? 0); index += 1) {
    deeper.add(before?.at(index) ?? 0, before?.value(index) ?? 0);
  }
  return deeper;
}
