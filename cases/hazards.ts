/**
 * The lines that keep a crew alive: what the asset's own sensors say of gas and water before
 * anybody climbs in. A value that is missing, too old, or not of good quality is not shown and
 * reads as unknown, thus as poisonous until it is proven otherwise.
 */
import type { HazardLine } from "../model/asset-class.ts";
import type { Hazard, LatestReading } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { qualityOf } from "../model/reading.ts";

/** A line for every device that measures it, and one unknown where none does. */
export function hazardsOf(
  lines: readonly HazardLine[],
  latest: readonly LatestReading[],
  unitOf: (measurement: string) => string,
  now: Instant,
): Hazard[] {
  return lines.flatMap((line) =>
    line.measurements.flatMap((measurement): Hazard[] => {
      const said = latest.filter((reading) => reading.measurement === measurement);
      const unit = unitOf(measurement);
      if (said.length === 0) return [{ measurement, unit, isKnown: false, text: line.text }];
      return said.map((reading) => {
        const ageMs = Math.max(0, now - reading.observedAt);
        const known = ageMs <= line.ageMsMax && qualityOf(reading.flags) === "good";
        const { observedAt, value } = reading;
        const when = { observedAt, ageMs };
        return known
          ? { measurement, unit, value, ...when, isKnown: true, text: line.text }
          : { measurement, unit, ...when, isKnown: false, text: line.text };
      });
    }),
  );
}
