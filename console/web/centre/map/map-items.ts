/**
 * Every asset in metres on a flat ground, sorted by class once, so that drawing walks plain arrays
 * and changes its colour once a class. Components without a class come first, and lie undermost.
 */
import type { MapData } from "../../shared/platform-types.ts";

export const CELL_M = 100;
const M_PER_DEGREE = 111_320;

export interface Place {
  x: number;
  y: number;
}

export interface Ground {
  lon: number;
  lat: number;
  /** Metres a degree of longitude is there. */
  lonM: number;
}

export interface Bounds {
  left: number;
  right: number;
  low: number;
  high: number;
}

export interface MapItems {
  ground: Ground;
  /** Names and places, one array each, in the order of drawing. */
  ids: string[];
  x: Float64Array;
  y: Float64Array;
  /** -1 is "no class". */
  classes: Int16Array;
  /** 1 where the asset has a device. */
  hasDevice: Uint8Array;
  layers: { classIndex: number; from: number; to: number }[];
  /** Cells of 100 m in which something stands, by responsibility grid: [left, bottom] pairs. */
  cells: Map<number, number[]>;
  bounds: Bounds | undefined;
  at: Map<string, number>;
}

export function sortItems({ items }: Pick<MapData, "items">): MapItems {
  const [first] = items;
  const ground = groundAt(first?.[3] ?? 0, first?.[4] ?? 0);
  const sorted = [...items].sort((a, b) => a[1] - b[1]);
  const made: MapItems = {
    ground,
    ids: sorted.map(([assetId]) => assetId),
    x: new Float64Array(items.length),
    y: new Float64Array(items.length),
    classes: new Int16Array(items.length),
    hasDevice: new Uint8Array(items.length),
    layers: [],
    cells: new Map(),
    bounds: undefined,
    at: new Map(),
  };
  const cells = new Map<string, { left: number; bottom: number; grid: number }>();
  for (const [n, [assetId, classIndex, grid, lon, lat, hasDevice]] of sorted.entries()) {
    const { x, y } = toMetres(ground, lon, lat);
    made.x[n] = x;
    made.y[n] = y;
    made.classes[n] = classIndex;
    made.hasDevice[n] = hasDevice;
    made.at.set(assetId, n);
    made.bounds = widened(made.bounds, { x, y });
    const layer = made.layers.at(-1);
    if (layer?.classIndex === classIndex) layer.to = n + 1;
    else made.layers.push({ classIndex, from: n, to: n + 1 });
    if (grid < 0) continue;
    const left = Math.floor(x / CELL_M) * CELL_M;
    const bottom = Math.floor(y / CELL_M) * CELL_M;
    cells.set(`${left} ${bottom}`, { left, bottom, grid });
  }
  for (const { left, bottom, grid } of cells.values()) {
    const pairs = made.cells.get(grid);
    if (pairs === undefined) made.cells.set(grid, [left, bottom]);
    else pairs.push(left, bottom);
  }
  return made;
}

function widened(bounds: Bounds | undefined, { x, y }: Place): Bounds {
  if (bounds === undefined) return { left: x, right: x, low: y, high: y };
  bounds.left = Math.min(bounds.left, x);
  bounds.right = Math.max(bounds.right, x);
  bounds.low = Math.min(bounds.low, y);
  bounds.high = Math.max(bounds.high, y);
  return bounds;
}

function groundAt(lon: number, lat: number): Ground {
  return { lon, lat, lonM: M_PER_DEGREE * Math.cos((lat * Math.PI) / 180) };
}

export function toMetres(ground: Ground, lon: number, lat: number): Place {
  return { x: (lon - ground.lon) * ground.lonM, y: (lat - ground.lat) * M_PER_DEGREE };
}

export function toDegrees(ground: Ground, { x, y }: Place): { lon: number; lat: number } {
  return { lon: ground.lon + x / ground.lonM, lat: ground.lat + y / M_PER_DEGREE };
}

export interface NearestOptions {
  reachM: number;
  /** One with sensors wins over a nearer one without, by this much. */
  plainHandicapM: number;
  isShown(n: number): boolean;
}

/** The asset nearest to a place, within the reach. All in metres. */
export function nearest(
  items: MapItems,
  place: Place,
  { reachM, plainHandicapM, isShown }: NearestOptions,
): string | undefined {
  let best = -1;
  let bestM = reachM;
  for (let n = 0; n < items.ids.length; n += 1) {
    const dx = (items.x[n] ?? 0) - place.x;
    const dy = (items.y[n] ?? 0) - place.y;
    if (dx > bestM || dx < -bestM || dy > bestM || dy < -bestM) continue;
    const distanceM = Math.hypot(dx, dy) + ((items.classes[n] ?? -1) < 0 ? plainHandicapM : 0);
    if (distanceM > bestM || !isShown(n)) continue;
    best = n;
    bestM = distanceM;
  }
  return items.ids[best];
}
