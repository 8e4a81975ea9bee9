import { expect, test } from "vitest";
import { nearest, sortItems } from "./map-items.ts";
import { type Pixels, paintGround, pixelOf, type View } from "./map-pixels.ts";

const M_PER_DEGREE = 111_320;
const COLOURS: Record<number, string> = { [-1]: "#aaaaaa", 0: "#ff0000", 1: "#0000ff" };
const colourOf = (classIndex: number): string => COLOURS[classIndex] ?? "#000000";

/** An asset so many metres north of the first one, on the equator. */
const item = (id: string, classIndex: number, northM: number): ItemRow => [
  id,
  classIndex,
  -1,
  100,
  northM / M_PER_DEGREE,
];
type ItemRow = [string, number, number, number, number];

function paint(items: ItemRow[], view: View): Pixels {
  const pixels = { data: new Uint32Array(100 * 100), width: 100, height: 100 };
  paintGround(pixels, sortItems({ items }), view, 1, colourOf);
  return pixels;
}

const at = ({ data, width }: Pixels, x: number, y: number): number => data[y * width + x] ?? 0;

test("an asset is a dot of its class's colour, north is up", () => {
  const pixels = paint([item("a", 0, 0), item("b", 1, 20)], { x: 0, y: 0, scale: 1 });
  expect(at(pixels, 50, 50)).toBe(pixelOf("#ff0000"));
  expect(at(pixels, 50, 30)).toBe(pixelOf("#0000ff"));
  expect(at(pixels, 50, 70)).toBe(0);
});

test("a component without sensors lies under one with", () => {
  const pixels = paint([item("a", 0, 0), item("plain", -1, 0)], { x: 0, y: 0, scale: 1 });
  expect(at(pixels, 50, 50)).toBe(pixelOf("#ff0000"));
});

test("what is out of view paints nothing, at an edge only its part", () => {
  const far = paint([item("a", 0, 0)], { x: 0, y: 5_000, scale: 1 });
  expect(far.data.every((pixel) => pixel === 0)).toBe(true);
  const edge = paint([item("a", 0, 0)], { x: 50, y: 0, scale: 1 });
  expect(at(edge, 0, 50)).toBe(pixelOf("#ff0000"));
  expect(at(edge, 99, 50)).toBe(0);
});

test("colours are opaque, and in the order of a canvas's bytes", () => {
  const bytes = new Uint8ClampedArray(new Uint32Array([pixelOf("#0f6c7c")]).buffer);
  expect([...bytes]).toEqual([0x0f, 0x6c, 0x7c, 0xff]);
});

test("the nearest asset within reach is chosen, one with sensors before one a little nearer without", () => {
  const items = sortItems({
    items: [item("plain", -1, 0), item("sensed", 0, 4), item("far", 0, 90)],
  });
  expect(nearest(items, { x: 0, y: 0 }, 20, 5)?.assetId).toBe("sensed");
  expect(nearest(items, { x: 0, y: 0 }, 20, 3)?.assetId).toBe("plain");
  expect(nearest(items, { x: 0, y: 50 }, 20, 5)).toBeUndefined();
});
