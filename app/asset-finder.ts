/**
 * Assets by place and by component code, for reports that name neither an asset's id nor one at
 * all. An index over the register in memory, made when it is first asked for after a change.
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
  byCell: Map<string, Asset[]>;
  byCode: Map<string, Asset>;
}

const PAGE = 1_000;

export function createAssetFinder(
  registry: Pick<Registry, "onChange"> & { assets: Pick<Registry["assets"], "list"> },
): AssetFinder {
  let index: Index | undefined;
  registry.onChange(({ kind }) => {
    if (kind === "asset") index = undefined;
  });

  function indexed(): Index {
    if (index !== undefined) return index;
    const made: Index = { byCell: new Map(), byCode: new Map() };
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
        .flatMap((cell) => byCell.get(cell) ?? [])
        .filter(({ class: slug }) => slug !== undefined && classes.includes(slug))
        .filter((asset) => distanceM(place, asset) <= metres);
    },
    byCode: (componentCode) => indexed().byCode.get(componentCode),
  };
}

function addAsset({ byCell, byCode }: Index, asset: Asset): void {
  const cell = cellOf(asset);
  const there = byCell.get(cell);
  if (there === undefined) byCell.set(cell, [asset]);
  else there.push(asset);
  byCode.set(asset.componentCode, asset);
}
