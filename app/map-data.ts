/** Everything the page's map draws, as small as it can be: 57,906 assets in one answer. */
import type { AssetClass } from "../model/asset-class.ts";
import type { Asset } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";

export interface MapData {
  classes: {
    slug: string;
    title: { zh: string; en: string };
    measurements: AssetClass["measurements"];
    conditions: { conditionId: string; title: { zh: string; en: string } }[];
  }[];
  /** Names of the responsibility grids. */
  grids: string[];
  /** assetId, index of the class or -1, index of the grid or -1, lon, lat (WGS-84 degrees). */
  items: [string, number, number, number, number][];
}

const PAGE = 1_000;

export function createMapData(registry: Registry, classes: readonly AssetClass[]): () => MapData {
  // Asked for each time: a city replaces its conditions while the platform runs.
  const shown = () =>
    classes.map(({ slug, title, measurements, conditions }) => ({
      slug,
      title,
      measurements,
      conditions: conditions.map((each) => ({ conditionId: each.conditionId, title: each.title })),
    }));
  const classIndex = new Map(classes.map((each, n) => [each.slug, n]));
  return () => {
    const grids = new Map<string, number>();
    const items: MapData["items"] = [];
    for (const page of assetPages(registry)) {
      for (const { assetId, class: slug, responsibleGrid, lon, lat } of page) {
        let grid = -1;
        if (responsibleGrid !== undefined) {
          grid = grids.get(responsibleGrid) ?? grids.size;
          grids.set(responsibleGrid, grid);
        }
        items.push([assetId, classIndex.get(slug ?? "") ?? -1, grid, lon, lat]);
      }
    }
    return { classes: shown(), grids: [...grids.keys()], items };
  };
}

/** All that are registered. */
export function* assetPages(registry: Pick<Registry, "assets">): Generator<readonly Asset[]> {
  let cursor: string | undefined;
  do {
    const page = registry.assets.list({ limit: PAGE, cursor });
    yield page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}
