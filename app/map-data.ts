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
  /** assetId, index of the class or -1, of the grid or -1, lon, lat (WGS-84 degrees), 1 with a device. */
  items: [string, number, number, number, number, 0 | 1][];
}

const PAGE = 1_000;

/** Asked for each time: a city replaces its conditions while the platform runs. */
export function createClassData(classes: readonly AssetClass[]): () => MapData["classes"] {
  return () =>
    classes.map(({ slug, title, measurements, conditions }) => ({
      slug,
      title,
      measurements,
      conditions: conditions.map((each) => ({ conditionId: each.conditionId, title: each.title })),
    }));
}

export function createMapData(registry: Registry, classes: readonly AssetClass[]): () => MapData {
  const shown = createClassData(classes);
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
        const hasDevice = registry.devicesOf(assetId).length > 0 ? 1 : 0;
        items.push([assetId, classIndex.get(slug ?? "") ?? -1, grid, lon, lat, hasDevice]);
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
