import { expect, test } from "vitest";
import { sortItems } from "./map-items.ts";
import { type Paint, paintGround, pixelOf } from "./map-pixels.ts";

const GROUND = pixelOf("#eaf0f1");
const LAMP = pixelOf("#a87000");
const paint: Paint = {
  ground: "#eaf0f1",
  cellLightness: 0.9,
  colourOf: () => "#a87000",
  dotOf: () => "full",
  hasDots: true,
};

function painted(change: Partial<Paint> = {}, grid = -1, ratio = 1) {
  const items = sortItems({ items: [["lamp", 0, grid, 0, 0, 1]] });
  const data = new Uint32Array(40 * 40 * ratio * ratio);
  const pixels = { data, width: 40 * ratio, height: 40 * ratio };
  paintGround(pixels, items, { x: 0, y: 0, scale: 1 }, ratio, { ...paint, ...change });
  const count = (colour: number): number => data.filter((pixel) => pixel === colour).length;
  return { data, count, at: (x: number, y: number) => data[y * pixels.width + x] };
}

test("an asset is a round dot in its class's colour, in the middle where it stands", () => {
  const { count, at } = painted();
  expect(at(20, 20)).toBe(LAMP);
  const area = count(LAMP);
  // 8 pixels wide: fewer than the square has, more than the diamond.
  expect(area).toBeGreaterThan(32);
  expect(area).toBeLessThan(64);
  expect(count(GROUND)).toBe(40 * 40 - area);
});

test("a silent asset has a hole, one that is filtered away has no dot, clusters leave dots out", () => {
  const hollow = painted({ dotOf: () => "empty" });
  expect(hollow.at(20, 20)).toBe(0xffffffff);
  expect(hollow.count(LAMP)).toBeGreaterThan(0);
  expect(painted({ dotOf: () => "none" }).count(LAMP)).toBe(0);
  expect(painted({ hasDots: false }).count(LAMP)).toBe(0);
});

test("a fine screen has dots of the same size to the eye", () => {
  const fine = painted({}, -1, 2).count(LAMP);
  expect(fine / painted().count(LAMP)).toBeCloseTo(4, 0);
});

test("a cell of an area is tinted, paler by day than on the wall", () => {
  const lightnessOf = (pixel = 0): number => (pixel & 255) + ((pixel >> 8) & 255);
  const day = painted({ hasDots: false }, 0).at(30, 10);
  const night = painted({ hasDots: false, cellLightness: 0.13 }, 0).at(30, 10);
  expect(day).not.toBe(GROUND);
  expect(lightnessOf(day)).toBeGreaterThan(400);
  expect(lightnessOf(night)).toBeLessThan(120);
});
