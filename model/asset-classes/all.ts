/** The asset classes there are. A new class is one file beside this one and one line here. */
import type { AssetClass, FilingCondition, Measurement } from "../asset-class.ts";
import { gasLine } from "./gas-line.ts";
import { lightingCabinet } from "./lighting-cabinet.ts";
import { manholeCover } from "./manhole-cover.ts";
import { pumpStation } from "./pump-station.ts";
import { sewagePlant } from "./sewage-plant.ts";
import { streetlight } from "./streetlight.ts";
import { wasteBin } from "./waste-bin.ts";

export const ASSET_CLASSES: readonly AssetClass[] = [
  manholeCover,
  streetlight,
  wasteBin,
  sewagePlant,
  gasLine,
  lightingCabinet,
  pumpStation,
];

const bySlug = new Map(ASSET_CLASSES.map((each) => [each.slug, each]));

export function classBySlug(slug: string): AssetClass | undefined {
  return bySlug.get(slug);
}

/** A row of a class's filing table. */
export function conditionById(slug: string, conditionId: string): FilingCondition | undefined {
  return bySlug.get(slug)?.conditions.find((row) => row.conditionId === conditionId);
}

export function measurementOf(slug: string, name: string): Measurement | undefined {
  return bySlug.get(slug)?.measurements.find((measurement) => measurement.name === name);
}
