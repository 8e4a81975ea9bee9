/**
 * The whole city counted: every asset with its devices, its newest values and the rules that stand on it. A page at a
 * time, so that what comes meanwhile is not kept waiting. Figures that were just counted are told again.
 */
import { setImmediate } from "node:timers/promises";
import type { CityFigures } from "../model/city-figures.ts";
import { type Clock, SECOND_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import { type CityCountDeps, type CityCounts, createCityCounts } from "./city-counts.ts";

export interface CityDeps extends CityCountDeps {
  reader: Sql;
  clock: Clock;
  registry: Pick<RegistryView, "devicesOf">;
  /** All that are registered, a page at a time. */
  assetPages(): Iterable<readonly Asset[]>;
}

/** Alarms that count as standing on a board or a wall. */
export const STANDING = "state in ('unacknowledged', 'acknowledged', 'latched')";
/** So old may a figure be. */
const FRESH_WALL_MS = 15 * SECOND_MS;

/** `standing`: the rules that stand, by asset. */
export async function countCity(
  deps: Omit<CityDeps, "reader">,
  standing: ReadonlyMap<string, readonly string[]>,
): Promise<CityCounts> {
  const counts = createCityCounts(deps, deps.clock.now());
  for (const page of deps.assetPages()) {
    for (const asset of page) {
      const { length: devices } = deps.registry.devicesOf(asset.assetId);
      counts.add({ asset, devices, standing: standing.get(asset.assetId) ?? [] });
    }
    await setImmediate();
  }
  return counts;
}

/** Whoever asks while it is being counted gets the same count. */
export function createCityFigures(deps: CityDeps): () => Promise<CityFigures> {
  let counting: Promise<CityFigures> | undefined;
  let countedTo = 0;

  async function count(): Promise<CityFigures> {
    const rows = await deps.reader.all<{ asset_id: string; rule_id: string }>(
      `select asset_id, rule_id from alarms where ${STANDING}`,
    );
    const standing = new Map<string, string[]>();
    for (const { asset_id: assetId, rule_id: ruleId } of rows) {
      const there = standing.get(assetId);
      if (there === undefined) standing.set(assetId, [ruleId]);
      else there.push(ruleId);
    }
    return (await countCity(deps, standing)).figures();
  }

  return () => {
    const now = deps.clock.now();
    if (counting === undefined || now >= countedTo) {
      countedTo = now + FRESH_WALL_MS * deps.clock.speed;
      counting = count();
      // What failed is counted anew by whoever asks next.
      counting.catch(() => {
        counting = undefined;
      });
    }
    return counting;
  };
}
