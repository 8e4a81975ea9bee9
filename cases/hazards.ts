/**
 * The lines that keep a crew alive: what the asset's own sensors say of gas and water before
 * anybody climbs in. A value that is missing, too old, or not of good quality is not shown and
 * reads as unknown, thus as poisonous until it is proven otherwise.
 */
import type { AssetClass, HazardLine } from "../model/asset-class.ts";
import type { Case, Hazard, LatestReading } from "../model/case.ts";
import type { Instant } from "../model/clock.ts";
import { qualityOf } from "../model/reading.ts";
import type { CasesDeps } from "./desk-words.ts";

/** Of a case, as its asset's sensors stand at the time; none where its class has none. */
export type HazardsOfCase = (theCase: Pick<Case, "class" | "assetId">, now: Instant) => Hazard[];

export function createHazards({
  classes,
  latest,
}: Pick<CasesDeps, "classes" | "latest">): HazardsOfCase {
  const declaredBy = new Map<string, AssetClass>(classes.map((each) => [each.slug, each]));
  return (theCase, now) => {
    const declared = theCase.class === undefined ? undefined : declaredBy.get(theCase.class);
    if (declared === undefined || declared.hazards.length === 0) return [];
    const readings = theCase.assetId === undefined ? [] : latest(theCase.assetId);
    const unitOf = (name: string): string =>
      declared.measurements.find((measurement) => measurement.name === name)?.unit ?? "";
    return hazardsOf(declared.hazards, readings, unitOf, now);
  };
}

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
