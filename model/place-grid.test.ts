import { expect, test } from "vitest";
import { createPlaceGrid } from "./place-grid.ts";

const HERE = { lon: 115.4, lat: 31.8 };
/** About 11 m a ten-thousandth of a degree. */
const north = (steps: number) => ({ ...HERE, lat: HERE.lat + steps * 0.0001 });

test("what is near is found over the edge of a cell, with its way; what is farther is not", () => {
  const grid = createPlaceGrid();
  grid.put("here", HERE);
  grid.put("below", north(-3));
  grid.put("far", north(6));
  const near = grid.near(HERE, 50);
  expect(near.map(({ metres }) => Math.round(metres)).sort()).toEqual([0, 33]);
  expect(near.map(({ thing }) => thing)).toContainEqual(north(-3));
});

test("what moves stands in one place alone, and what is dropped in none", () => {
  const grid = createPlaceGrid();
  grid.put("a", HERE);
  grid.put("a", north(100));
  expect(grid.near(HERE, 50)).toEqual([]);
  expect(grid.near(north(100), 50)).toHaveLength(1);
  grid.drop("a");
  grid.drop("b");
  expect(grid.near(north(100), 50)).toEqual([]);
});
