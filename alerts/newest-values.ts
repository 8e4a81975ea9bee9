/**
 * The newest value of each series that a condition of several measurements looks at, by the readings'
 * own times, good or not: what is doubtful now must not be answered from before.
 */
import type { Instant } from "../model/clock.ts";
import type { Period, Reading } from "../model/reading.ts";
import { isRemembered } from "./rule-evaluation.ts";
import type { SeriesTimes } from "./rule-set.ts";

export interface Newest {
  readonly at: Instant;
  readonly value: number;
  /** Neither bad nor suspect. */
  readonly isGood: boolean;
}

export interface NewestValues {
  /** Of one time the first stands; of a series that nobody looks at nothing is kept. */
  note(reading: NotedReading): void;
  of(measurement: string, period: Period): Newest | undefined;
  /** Others are looked at. */
  renew(held: SeriesTimes): void;
}

export type NotedReading = Pick<
  Reading,
  "measurement" | "period" | "observedAt" | "value" | "flags"
>;

type Kept = { -readonly [field in keyof Newest]: Newest[field] };

export function createNewestValues(first: SeriesTimes): NewestValues {
  const kept = new Map<string, { [period in Period]?: Kept }>();
  let held = first;
  return {
    note(reading) {
      const { measurement, period, observedAt: at, value } = reading;
      if (held.get(measurement)?.[period] === undefined) return;
      let ofMeasurement = kept.get(measurement);
      if (ofMeasurement === undefined) {
        ofMeasurement = {};
        kept.set(measurement, ofMeasurement);
      }
      const newest = ofMeasurement[period];
      const isGood = isRemembered(reading);
      if (newest === undefined) ofMeasurement[period] = { at, value, isGood };
      else if (at > newest.at) {
        newest.at = at;
        newest.value = value;
        newest.isGood = isGood;
      }
    },
    of: (measurement, period) => kept.get(measurement)?.[period],
    renew(next) {
      held = next;
      for (const [measurement, ofMeasurement] of kept) {
        for (const period of Object.keys(ofMeasurement) as Period[]) {
          if (held.get(measurement)?.[period] === undefined) delete ofMeasurement[period];
        }
      }
    },
  };
}
