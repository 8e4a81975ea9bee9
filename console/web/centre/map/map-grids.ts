/** The responsibility areas as they are drawn over their cells: borders between them, and where a name stands. Pure. */
import { CELL_M, type MapItems, type Place } from "./map-items.ts";

export interface GridArea {
  grid: number;
  middle: Place;
  /** The root of its area, in metres: how much room its name has. */
  widthM: number;
}

export interface GridShapes {
  areas: GridArea[];
  /** Sides of cells beyond which another area or none lies: x1, y1, x2, y2, one after another. */
  borders: Float64Array;
}

export function shapesOf({ cells }: Pick<MapItems, "cells">): GridShapes {
  const gridAt = new Map<string, number>();
  const areas: GridArea[] = [];
  for (const [grid, pairs] of cells) {
    let [x, y] = [0, 0];
    for (let n = 0; n < pairs.length; n += 2) {
      x += pairs[n] ?? 0;
      y += pairs[n + 1] ?? 0;
      gridAt.set(`${pairs[n]} ${pairs[n + 1]}`, grid);
    }
    const count = pairs.length / 2;
    const middle = { x: x / count + CELL_M / 2, y: y / count + CELL_M / 2 };
    areas.push({ grid, middle, widthM: Math.sqrt(count) * CELL_M });
  }
  return { areas, borders: bordersOf(cells, gridAt) };
}

function bordersOf(cells: MapItems["cells"], gridAt: ReadonlyMap<string, number>): Float64Array {
  const sides: number[] = [];
  for (const [grid, pairs] of cells) {
    const differs = (left: number, bottom: number): boolean =>
      gridAt.get(`${left} ${bottom}`) !== grid;
    for (let n = 0; n < pairs.length; n += 2) {
      const left = pairs[n] ?? 0;
      const bottom = pairs[n + 1] ?? 0;
      const [right, top] = [left + CELL_M, bottom + CELL_M];
      if (differs(left - CELL_M, bottom)) sides.push(left, bottom, left, top);
      if (differs(right, bottom)) sides.push(right, bottom, right, top);
      if (differs(left, bottom - CELL_M)) sides.push(left, bottom, right, bottom);
      if (differs(left, top)) sides.push(left, top, right, top);
    }
  }
  return Float64Array.from(sides);
}
