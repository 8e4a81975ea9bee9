/**
 * Assets by place and by component code, for reports that name neither an asset's id nor one at
 * all. An index over the register in memory, made when it is first asked for; from then on each
 * asset that changes changes its own place in it alone.
 */
import type { Place } from "../model/geography.ts";
import { createPlaceGrid, type PlaceGrid } from "../model/place-grid.ts";
import type { Asset } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";

export interface AssetFinder {
  /** Assets of one of the classes within so many metres, in no order. */
  near(place: Place, metres: number, classes: readonly string[]): Asset[];
  /** Of every class and of none, the nearest first, with how far each is. */
  around(place: Place, metres: number): { asset: Asset; metres: number }[];
  byCode(componentCode: string): Asset | undefined;
}

interface Index {
  byId: Map<string, Asset>;
  byCode: Map<string, Asset>;
  byPlace: PlaceGrid<Asset>;
}

const PAGE = 1_000;

export function createAssetFinder(
  registry: Pick<Registry, "onChange" | "asset"> & { assets: Pick<Registry["assets"], "list"> },
): AssetFinder {
  let index: Index | undefined;
  registry.onChange(({ kind, id }) => {
    if (kind !== "asset" || index === undefined) return;
    dropAsset(index, id);
    const asset = registry.asset(id);
    if (asset !== undefined) addAsset(index, asset);
  });

  function indexed(): Index {
    if (index !== undefined) return index;
    const made: Index = {
      byId: new Map(),
      byCode: new Map(),
      byPlace: createPlaceGrid(),
    };
    let cursor: string | undefined;
    do {
      const page = registry.assets.list({ limit: PAGE, cursor });
      for (const asset of page.items) addAsset(made, asset);
      cursor = page.next;
    } while (cursor !== undefined);
    index = made;
    return made;
  }

  return {
    near: (place, metres, classes) =>
      indexed()
        .byPlace.near(place, metres)
        .map(({ thing }) => thing)
        .filter(({ class: slug }) => slug !== undefined && classes.includes(slug)),
    around: (place, reach) =>
      indexed()
        .byPlace.near(place, reach)
        .map(({ thing, metres }) => ({ asset: thing, metres }))
        .sort((a, b) => a.metres - b.metres || a.asset.assetId.localeCompare(b.asset.assetId)),
    byCode: (componentCode) => indexed().byCode.get(componentCode),
  };
}

function addAsset({ byId, byCode, byPlace }: Index, asset: Asset): void {
  byId.set(asset.assetId, asset);
  byCode.set(asset.componentCode, asset);
  byPlace.put(asset.assetId, asset);
}

function dropAsset({ byId, byCode, byPlace }: Index, assetId: string): void {
  const former = byId.get(assetId);
  if (former === undefined) return;
  byId.delete(assetId);
  byPlace.drop(assetId);
  // Another asset may have the code by now.
  if (byCode.get(former.componentCode) === former) byCode.delete(former.componentCode);
}
