/**
 * Does a value lie within what its measurement can physically be? Both ends are good. The value
 * itself is never changed; a measurement that the class does not name has no range.
 */
import type { Measurement } from "../../model/asset-class.ts";
import { type Finding, finding } from "./finding.ts";

const BELOW = finding("range", "the value is below the physical range of its measurement");
const ABOVE = finding("range", "the value is above the physical range of its measurement");

export function flagRange(
  value: number,
  measurement: Pick<Measurement, "min" | "max"> | undefined,
): Finding | undefined {
  if (measurement === undefined) return undefined;
  if (value < measurement.min) return BELOW;
  return value > measurement.max ? ABOVE : undefined;
}
