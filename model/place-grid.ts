/**
 * Things by the cell of the grid that they stand in, so that what is near a place is found without a
 * look at all the rest. Pure but for its own contents, in memory.
 */
import { cellOf, cellsAround, distanceM, type Place } from "./geography.ts";

export interface PlaceGrid<T extends Place> {
  /** In the place of the thing that had the id. */
  put(id: string, thing: T): void;
  drop(id: string): void;
  /** Within so many metres, in no order. */
  near(place: Place, metresMax: number): { thing: T; metres: number }[];
}

export function createPlaceGrid<T extends Place>(): PlaceGrid<T> {
  const cells = new Map<string, Map<string, T>>();
  const cellOfId = new Map<string, string>();

  function drop(id: string): void {
    const cell = cellOfId.get(id);
    if (cell === undefined) return;
    cellOfId.delete(id);
    cells.get(cell)?.delete(id);
  }

  return {
    put(id, thing) {
      drop(id);
      const cell = cellOf(thing);
      const there = cells.get(cell);
      if (there === undefined) cells.set(cell, new Map([[id, thing]]));
      else there.set(id, thing);
      cellOfId.set(id, cell);
    },
    drop,
    near: (place, metresMax) =>
      cellsAround(place, metresMax)
        .flatMap((cell) => [...(cells.get(cell)?.values() ?? [])])
        .map((thing) => ({ thing, metres: distanceM(place, thing) }))
        .filter(({ metres }) => metres <= metresMax),
  };
}
