/**
 * Every asset in metres on a flat ground, sorted by class once, so that drawing walks plain arrays
 * and changes its colour once a class. Components without a class come first, and lie undermost.
 */
import type { MapData } from "./api.ts";

export const CELL_M = 100;
const M_PER_DEGREE = 111_320;

export interface Ground {
  lon: number;
  lat: number;
  /** Metres a degree of longitude is there. */
  lonM: number;
}

export interface MapItems {
  ground: Ground;
  /** Names and places, one array each, in the order of drawing. */
  ids: string[];
  x: Float64Array;
  y: Float64Array;
  classes: Int16Array;
  /** Where each class begins and ends; -1 is "no class". */
  layers: { classIndex: number; from: number; to: number }[];
  /** Cells of 100 m in which something stands, by responsibility grid: [left, bottom] pairs. */
  cells: Map<number, number[]>;
  bounds: { left: number; right: number; low: number; high: number } | undefined;
  at: Map<string, number>;
}

export function sortItems({ items }: Pick<MapData, "items">): MapItems {
  const [first] = items;
  const ground = groundAt(first?.[3] ?? 0, first?.[4] ?? 0);
  const sorted = [...items].sort((a, b) => a[1] - b[1]);
  const sortedItems: MapItems = {
    ground,
    ids: sorted.map(([assetId]) => assetId),
    x: new Float64Array(items.length),
    y: new Float64Array(items.length),
    classes: new Int16Array(items.length),
    layers: [],
    cells: new Map(),
    bounds: undefined,
    at: new Map(),
  };
  const cells = new Map<string, { left: number; bottom: number; grid: number }>();
  for (const [n, [assetId, classIndex, grid, lon, lat]] of sorted.entries()) {
    const { x, y } = toMetres(ground, lon, lat);
    sortedItems.x[n] = x;
    sortedItems.y[n] = y;
    sortedItems.classes[n] = classIndex;
    sortedItems.at.set(assetId, n);
    const layer = sortedItems.layers.at(-1);
    if (layer?.classIndex === classIndex) layer.to = n + 1;
    else sortedItems.layers.push({ classIndex, from: n, to: n + 1 });
    const left = Math.floor(x / CELL_M) * CELL_M;
    const bottom = Math.floor(y / CELL_M) * CELL_M;
    if (grid >= 0) cells.set(`${left} ${bottom}`, { left, bottom, grid });
    const { left: l, right, low, high } = sortedItems.bounds ?? NOTHING;
    sortedItems.bounds = {
      left: Math.min(l, x),
      right: Math.max(right, x),
      low: Math.min(low, y),
      high: Math.max(high, y),
    };
  }
  for (const { left, bottom, grid } of cells.values()) {
    const pairs = sortedItems.cells.get(grid);
    if (pairs === undefined) sortedItems.cells.set(grid, [left, bottom]);
    else pairs.push(left, bottom);
  }
  return sortedItems;
}

const NOTHING = { left: Infinity, right: -Infinity, low: Infinity, high: -Infinity };

function groundAt(lon: number, lat: number): Ground {
  return { lon, lat, lonM: M_PER_DEGREE * Math.cos((lat * Math.PI) / 180) };
}

export function toMetres(ground: Ground, lon: number, lat: number): { x: number; y: number } {
  return { x: (lon - ground.lon) * ground.lonM, y: (lat - ground.lat) * M_PER_DEGREE };
}

/**
 * The asset nearest to a place, within the reach; one with sensors wins over a nearer one without,
 * by the handicap. All in metres.
 */
export function nearest(
  items: MapItems,
  place: { x: number; y: number },
  reachM: number,
  plainHandicapM: number,
): { assetId: string; distanceM: number } | undefined {
  let best = -1;
  let bestM = reachM;
  for (let n = 0; n < items.ids.length; n += 1) {
    const dx = (items.x[n] ?? 0) - place.x;
    const dy = (items.y[n] ?? 0) - place.y;
    if (dx > bestM || dx < -bestM || dy > bestM || dy < -bestM) continue;
    const distanceM = Math.hypot(dx, dy) + ((items.classes[n] ?? -1) < 0 ? plainHandicapM : 0);
    if (distanceM > bestM) continue;
    best = n;
    bestM = distanceM;
  }
  const assetId = items.ids[best];
  return assetId === undefined ? undefined : { assetId, distanceM: bestM };
}
