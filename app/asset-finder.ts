/**
 * Assets by place and by component code, for reports that name neither an asset's id nor one at
 * all. An index over the register in memory, made when it is first asked for; from then on each
 * asset that changes changes its own place in it alone.
 */
import { cellOf, cellsAround, distanceM, type Place } from "../model/geography.ts";
import type { Asset } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";

export interface AssetFinder {
  /** Assets of one of the classes within so many metres, in no order. */
  near(place: Place, metres: number, classes: readonly string[]): Asset[];
  byCode(componentCode: string): Asset | undefined;
}

interface Index {
  byId: Map<string, Asset>;
  byCell: Map<string, Set<Asset>>;
  byCode: Map<string, Asset>;
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
    const made: Index = { byId: new Map(), byCell: new Map(), byCode: new Map() };
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
    near(place, metres, classes) {
      const { byCell } = indexed();
      return cellsAround(place, metres)
        .flatMap((cell) => [...(byCell.get(cell) ?? [])])
        .filter(({ class: slug }) => slug !== undefined && classes.includes(slug))
        .filter((asset) => distanceM(place, asset) <= metres);
    },
    byCode: (componentCode) => indexed().byCode.get(componentCode),
  };
}

function addAsset({ byId, byCell, byCode }: Index, asset: Asset): void {
  const cell = cellOf(asset);
  const there = byCell.get(cell);
  if (there === undefined) byCell.set(cell, new Set([asset]));
  else there.add(asset);
  byId.set(asset.assetId, asset);
  byCode.set(asset.componentCode, asset);
}

function dropAsset({ byId, byCell, byCode }: Index, assetId: string): void {
  const former = byId.get(assetId);
  if (former === undefined) return;
  byId.delete(assetId);
  byCell.get(cellOf(former))?.delete(former);
  // Another asset may have the code by now.
  if (byCode.get(former.componentCode) === former) byCode.delete(former.componentCode);
}
