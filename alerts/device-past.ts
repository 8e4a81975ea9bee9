/**
 * What a device's rules look back on: the recent readings of those series that a rule needs the
 * past of, each as far back as the rule that looks farthest; the newest values that conditions of
 * several measurements look at; and what is known of its asset.
 */
import type { Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Period, Reading } from "../model/reading.ts";
import type { Asset } from "../model/registry.ts";
import type { Signal } from "../model/rule.ts";
import { type Neighbours, sampledUntil } from "./neighbours.ts";
import { createNewestValues, type Newest, type NotedReading } from "./newest-values.ts";
import type { RuleSet } from "./rule-book.ts";
import { createSeriesHistory, type SeriesHistory } from "./series-history.ts";
import type { SignalContext } from "./signals.ts";

export interface DevicePast extends SignalContext {
  /** A reading that no rule looks back on is not kept. */
  add(reading: Pick<Reading, "measurement" | "period" | "observedAt" | "value">): void;
  /** Any reading, good or not; one that no condition looks at is not kept. */
  note(reading: NotedReading): void;
  newest(measurement: string, period: Period): Newest | undefined;
  /** Its asset or its rules have changed; what is still looked back on stays. */
  renew(asset: Asset, rules: RuleSet): void;
}

interface Kept {
  history: SeriesHistory;
  depthMs: number;
}

interface Sampled {
  readonly until: Instant;
  readonly distance: number | undefined;
}

const NO_ATTRIBUTES = Object.freeze({});
const NO_SAMPLES = new Map<Signal, Sampled>();

/** Without `neighbours` nothing is known of any. */
export function createDevicePast(
  zone: TimeZone,
  firstAsset: Asset,
  rules: RuleSet,
  neighbours?: Neighbours,
): DevicePast {
  const histories = new Map<string, { [period in Period]?: Kept }>();
  const newest = createNewestValues(rules.held);
  /** The last answer to each rule, and for which period it was. */
  let sampled = NO_SAMPLES;
  let asset = firstAsset;
  let depths = rules.depths;
  const past: DevicePast = {
    zone,
    place: asset,
    attributes: asset.attributes ?? NO_ATTRIBUTES,
    history: (measurement, period) => histories.get(measurement)?.[period]?.history,
    offNeighbours(series, signal, now) {
      if (neighbours === undefined) return undefined;
      const until = sampledUntil(now);
      const last = sampled.get(signal);
      if (last?.until === until) return last.distance;
      const distance = neighbours.distance({ asset, past }, series, signal, until);
      if (sampled === NO_SAMPLES) sampled = new Map();
      sampled.set(signal, { until, distance });
      return distance;
    },
    note: newest.note,
    newest: newest.of,
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
      asset = nextAsset;
      sampled = NO_SAMPLES;
      newest.renew(nextRules.held);
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
