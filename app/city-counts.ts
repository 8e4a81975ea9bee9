/**
 * The city's assets counted for boards: how many there are and have a device, on how many each default rule
 * stands, lamps that burn of those that should, and what plants take in and remove. Pure: one asset after
 * the other goes in, points come out. Newest values are as the judge knows them.
 */
import { plannedLight } from "../alerts/alerts.ts";
import type { Point } from "../ingest/store/influx/influx-store.ts";
import type { AssetClass } from "../model/asset-class.ts";
import type { LatestReading } from "../model/case.ts";
import type { CityFigures } from "../model/city-figures.ts";
import type { Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import { qualityOf } from "../model/reading.ts";
import type { Asset } from "../model/registry.ts";
import { streetOfCell } from "./happening-points.ts";
import { createPlantCounts } from "./plant-counts.ts";

export interface CountedAsset {
  asset: Asset;
  devices: number;
  /** Rules of its alarms that stand. */
  standing: readonly string[];
}

export interface CityCounts {
  add(counted: CountedAsset): void;
  points(): Point[];
  /** The same in one sum each. */
  figures(): CityFigures;
}

export interface CityCountDeps {
  classBySlug(slug: string): AssetClass | undefined;
  latest(assetId: string): readonly LatestReading[];
  zone: TimeZone;
}

/** A value tells of now while it is not older than so many report periods. */
const FRESH_PERIODS = 3;
/** Of a trunk road more lamps must burn; an asset says so by its attribute `roadClass`. */
const TRUNK = "trunk";
const LIGHTING = "lighting";

export function createCityCounts(deps: CityCountDeps, at: Instant): CityCounts {
  const counts = new Map<string, Point & { fields: Record<string, number> }>();
  const plants = createPlantCounts(fresh);

  function fresh({ assetId }: Asset, { reportPeriodMs }: AssetClass): ReadonlyMap<string, number> {
    const values = new Map<string, number>();
    for (const { measurement, value, observedAt, flags } of deps.latest(assetId)) {
      if (at - observedAt > FRESH_PERIODS * reportPeriodMs || qualityOf(flags) === "bad") continue;
      values.set(measurement, value);
    }
    return values;
  }

  function count(name: string, tags: Record<string, string>, more: Record<string, number>): void {
    const key = `${name} ${JSON.stringify(tags)}`;
    const point = counts.get(key) ?? { name, tags, fields: {}, at };
    for (const [field, value] of Object.entries(more)) {
      point.fields[field] = (point.fields[field] ?? 0) + value;
    }
    counts.set(key, point);
  }

  function countLamp(asset: Asset, assetClass: AssetClass, isLit: string): void {
    const planned = plannedLight({
      ...{ at, place: asset, attributes: asset.attributes ?? {}, zone: deps.zone },
    });
    const value = fresh(asset, assetClass).get(isLit);
    const isBurning = value !== undefined && value > 0;
    const isDue = planned === "lit";
    count(LIGHTING, lightingTags(asset), {
      lamps: 1,
      due: isDue ? 1 : 0,
      heard: isDue && value !== undefined ? 1 : 0,
      lit: isDue && isBurning ? 1 : 0,
      lit_by_day: planned === "dark" && isBurning ? 1 : 0,
    });
  }

  return {
    add({ asset, devices, standing }) {
      const street = streetOfCell(asset.gridCell);
      const assetClass = deps.classBySlug(asset.class ?? "");
      count(
        "assets",
        { class: asset.class ?? "", street },
        {
          assets: 1,
          fitted: devices > 0 ? 1 : 0,
          alarmed: standing.length > 0 ? 1 : 0,
          ...standingFields(assetClass, standing),
        },
      );
      if (assetClass === undefined || devices === 0) return;
      const lit = lampMeasurement(assetClass);
      if (lit !== undefined) countLamp(asset, assetClass, lit);
      plants.add(asset, assetClass, standing);
    },
    points: () => [...counts.values(), ...plants.points(at)],
    figures() {
      const lighting = { due: 0, heard: 0, lit: 0 };
      for (const { name, fields } of counts.values()) {
        if (name !== LIGHTING) continue;
        lighting.due += fields.due ?? 0;
        lighting.heard += fields.heard ?? 0;
        lighting.lit += fields.lit ?? 0;
      }
      return { at, lighting, outlets: plants.outlets() };
    },
  };
}

const lightingTags = (asset: Asset): Record<string, string> => ({
  class: asset.class ?? "",
  street: streetOfCell(asset.gridCell),
  road: asset.attributes?.roadClass === TRUNK ? TRUNK : "other",
});

/** What says whether a lamp of the class is lit: what a rule holds against the lighting plan. */
function lampMeasurement({ rules }: AssetClass): string | undefined {
  for (const { condition } of rules) {
    if (condition.kind !== "limit" || condition.signal?.kind !== "against-plan") continue;
    return condition.measurement;
  }
  return undefined;
}

/** `rule_full` of a rule `waste-bin.full`: 1 where it stands. A city's own rules are not among them. */
function standingFields(
  assetClass: AssetClass | undefined,
  standing: readonly string[],
): Record<string, number> {
  if (assetClass === undefined) return {};
  return Object.fromEntries(
    assetClass.rules.map(({ ruleId }) => [
      ruleField(assetClass.slug, ruleId),
      standing.includes(ruleId) ? 1 : 0,
    ]),
  );
}

const ruleField = (slug: string, ruleId: string): string =>
  `rule_${ruleId.replace(`${slug}.`, "")}`;
