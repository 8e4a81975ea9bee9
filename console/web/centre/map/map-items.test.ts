import { expect, test } from "vitest";
import type { MapData } from "../../shared/platform-types.ts";
import { shapesOf } from "./map-grids.ts";
import { nearest, sortItems, toMetres } from "./map-items.ts";

const DEGREE_M = 111_320;
/** Places by metres north and east of 0, 0. */
const item = (
  assetId: string,
  [east, north]: [number, number],
  { classIndex = -1, grid = -1 } = {},
): MapData["items"][number] => [
  assetId,
  classIndex,
  grid,
  east / DEGREE_M,
  north / DEGREE_M,
  classIndex < 0 ? 0 : 1,
];
const origin = item("origin", [0, 0]);

test("assets lie in metres, in layers by class, those without one undermost", () => {
  const made = sortItems({
    items: [origin, item("lamp", [50, 20], { classIndex: 1 }), item("tree", [-10, 5])],
  });
  expect(made.ids).toEqual(["origin", "tree", "lamp"]);
  expect(made.layers).toEqual([
    { classIndex: -1, from: 0, to: 2 },
    { classIndex: 1, from: 2, to: 3 },
  ]);
  expect([made.x[2], made.y[2]].map((value) => Math.round(value ?? 0))).toEqual([50, 20]);
  expect(made.hasDevice[made.at.get("lamp") ?? -1]).toBe(1);
  expect(Math.round(made.bounds?.left ?? 0)).toBe(-10);
  expect(sortItems({ items: [] }).bounds).toBeUndefined();
});

test("a degree of longitude is shorter in the north", () => {
  const ground = { lon: 115, lat: 60, lonM: DEGREE_M * Math.cos(Math.PI / 3) };
  expect(toMetres(ground, 116, 60).x).toBeCloseTo(DEGREE_M / 2, 3);
});

test("the nearest asset within reach is found; one with sensors goes before a plain one nearby", () => {
  const made = sortItems({
    items: [origin, item("tree", [10, 0]), item("lamp", [14, 0], { classIndex: 0 })],
  });
  const options = { reachM: 12, plainHandicapM: 0, isShown: () => true };
  expect(nearest(made, { x: 9, y: 0 }, options)).toBe("tree");
  expect(nearest(made, { x: 9, y: 0 }, { ...options, plainHandicapM: 6 })).toBe("lamp");
  expect(nearest(made, { x: 60, y: 0 }, options)).toBeUndefined();
  const isShown = (n: number) => made.ids[n] !== "tree";
  expect(nearest(made, { x: 10, y: 0 }, { ...options, isShown })).toBe("lamp");
});

test("two areas side by side have a border all around and one between them", () => {
  const made = sortItems({
    items: [origin, item("a", [150, 50], { grid: 0 }), item("b", [250, 50], { grid: 1 })],
  });
  const { areas, borders } = shapesOf(made);
  expect(areas.map(({ grid, middle, widthM }) => [grid, middle.x, middle.y, widthM])).toEqual([
    [0, 150, 50, 100],
    [1, 250, 50, 100],
  ]);
  // Four sides each; the one between is both's.
  expect(borders.length / 4).toBe(8);
});

test("within one area no line is drawn between its cells", () => {
  const made = sortItems({
    items: [origin, item("a", [150, 50], { grid: 0 }), item("b", [250, 50], { grid: 0 })],
  });
  expect(shapesOf(made).borders.length / 4).toBe(6);
});
