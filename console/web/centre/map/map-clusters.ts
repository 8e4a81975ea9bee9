/**
 * What lies close together on the screen, gathered: places fall into squares of a grid that is fixed to
 * the ground and doubles with each step out, so that a drag never changes what belongs together. Pure.
 */
import type { Place } from "./map-items.ts";

/** The least width of a square on the screen; it is below twice this. */
const SQUARE_PX_MIN = 52;

export interface Cluster extends Place {
  count: number;
  /** How many of each group, by the group's number. */
  groups: Map<number, number>;
  /** The number of one of its members. */
  some: number;
}

/** Metres a square is wide: a power of two. */
export function squareM(pixelsPerMetre: number): number {
  return 2 ** Math.ceil(Math.log2(SQUARE_PX_MIN / pixelsPerMetre));
}

export interface Gathered {
  count: number;
  /** undefined leaves it out. */
  placeOf(n: number): Place | undefined;
  groupOf(n: number): number;
}

/** More rows of squares than a ground has, so that each has a number of its own. */
const ROWS_MAX = 2 ** 25;

/** A cluster stands at the mean of its members. */
export function gather({ count, placeOf, groupOf }: Gathered, squareWidthM: number): Cluster[] {
  const found = new Map<number, Cluster>();
  for (let n = 0; n < count; n += 1) {
    const place = placeOf(n);
    if (place === undefined) continue;
    const column = Math.floor(place.x / squareWidthM);
    const key = column * ROWS_MAX + Math.floor(place.y / squareWidthM);
    const group = groupOf(n);
    const cluster = found.get(key);
    if (cluster === undefined) {
      found.set(key, { ...place, count: 1, groups: new Map([[group, 1]]), some: n });
      continue;
    }
    cluster.count += 1;
    cluster.x += (place.x - cluster.x) / cluster.count;
    cluster.y += (place.y - cluster.y) / cluster.count;
    cluster.groups.set(group, (cluster.groups.get(group) ?? 0) + 1);
  }
  return [...found.values()];
}
