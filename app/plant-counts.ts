/**
 * What plants take in, let out and remove. The points of a plant are assets with `attributes.point` `inlet` or
 * `outlet` and the plant as their parent; a point without a parent is a plant of its own. Pure.
 */
import type { Point } from "../ingest/store/influx/influx-store.ts";
import type { AssetClass } from "../model/asset-class.ts";
import type { CityFigures } from "../model/city-figures.ts";
import type { Instant } from "../model/clock.ts";
import type { Asset } from "../model/registry.ts";
import { type PlaceTags, placeOfCell } from "./happening-points.ts";

/** Good or suspect, and not old, by its measurement. */
export type FreshValues = (asset: Asset, assetClass: AssetClass) => ReadonlyMap<string, number>;

export interface PlantCounts {
  /** Takes points of plants, and nothing else. */
  add(asset: Asset, assetClass: AssetClass, standing: readonly string[]): void;
  points(at: Instant): Point[];
  outlets(): CityFigures["outlets"];
}

interface Plant {
  place: PlaceTags;
  class: string;
  designM3h: number;
  inlets: ReadonlyMap<string, number>[];
  outlets: ReadonlyMap<string, number>[];
  /** Of its outlets, those with an alarm of a discharge limit. */
  over: number;
  /** Of its outlets, those that gave a value of late that has a discharge limit; of these, those that are over one. */
  measured: number;
  measuredOver: number;
  limited: readonly string[];
  pollutants: readonly string[];
  flow: string;
}

const FLOW_UNIT = "m³/h";
const CONCENTRATION_UNIT = "mg/L";

export function createPlantCounts(fresh: FreshValues): PlantCounts {
  const plants = new Map<string, Plant>();
  return {
    add(asset, assetClass, standing) {
      const point = asset.attributes?.point;
      if (point !== "inlet" && point !== "outlet") return;
      const id = asset.parentAssetId ?? asset.assetId;
      const plant = plants.get(id) ?? newPlant(asset, assetClass);
      plants.set(id, plant);
      const { designM3h } = asset.attributes ?? {};
      if (typeof designM3h === "number") plant.designM3h = designM3h;
      const values = fresh(asset, assetClass);
      plant[point === "inlet" ? "inlets" : "outlets"].push(values);
      if (point === "outlet") countOutlet(plant, values, standing.some(isOver(assetClass)));
    },
    points: (at) => [...plants].map(([id, plant]) => pointOf(id, plant, at)),
    outlets() {
      const found = { all: 0, measured: 0, within: 0 };
      for (const { outlets, measured, measuredOver } of plants.values()) {
        found.all += outlets.length;
        found.measured += measured;
        found.within += measured - measuredOver;
      }
      return found;
    },
  };
}

function countOutlet(plant: Plant, values: ReadonlyMap<string, number>, isOver: boolean): void {
  if (isOver) plant.over += 1;
  if (!plant.limited.some((name) => values.has(name))) return;
  plant.measured += 1;
  if (isOver) plant.measuredOver += 1;
}

function newPlant(asset: Asset, { slug, measurements, rules }: AssetClass): Plant {
  const limited = new Set(
    rules.flatMap(({ condition, attributes }) =>
      attributes?.point === "outlet" && condition.kind === "limit" ? [condition.measurement] : [],
    ),
  );
  return {
    ...{ place: placeOfCell(asset.gridCell), class: slug, designM3h: 0 },
    ...{ inlets: [], outlets: [], over: 0, measured: 0, measuredOver: 0 },
    limited: [...limited],
    pollutants: measurements
      .filter(({ name, unit }) => unit === CONCENTRATION_UNIT && limited.has(name))
      .map(({ name }) => name),
    flow: measurements.find(({ unit }) => unit === FLOW_UNIT)?.name ?? "",
  };
}

const isOver =
  ({ rules }: AssetClass) =>
  (ruleId: string): boolean =>
    rules.some(
      (rule) =>
        rule.ruleId === ruleId &&
        rule.attributes?.point === "outlet" &&
        rule.conditionId !== undefined,
    );

function pointOf(asset: string, plant: Plant, at: Instant): Point {
  const { place, class: slug, designM3h, inlets, outlets, over, pollutants } = plant;
  const flow = total(outlets, plant.flow) ?? total(inlets, plant.flow);
  const fields: Record<string, number | undefined> = {
    outlets: outlets.length,
    within: outlets.length - over,
    flow,
    load: flow === undefined || designM3h <= 0 ? undefined : flow / designM3h,
  };
  for (const pollutant of pollutants) {
    const before = mean(inlets, pollutant);
    const after = mean(outlets, pollutant);
    fields[`${pollutant}_in`] = before;
    fields[`${pollutant}_out`] = after;
    if (before === undefined || after === undefined || before <= 0) continue;
    fields[`${pollutant}_removed`] = 1 - after / before;
  }
  return { name: "plant", tags: { class: slug, asset, ...place }, fields, at };
}

const valuesOf = (points: readonly ReadonlyMap<string, number>[], name: string): number[] =>
  points.flatMap((values) => values.get(name) ?? []);

function total(points: readonly ReadonlyMap<string, number>[], name: string): number | undefined {
  const values = valuesOf(points, name);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

function mean(points: readonly ReadonlyMap<string, number>[], name: string): number | undefined {
  const sum = total(points, name);
  return sum === undefined ? undefined : sum / valuesOf(points, name).length;
}
