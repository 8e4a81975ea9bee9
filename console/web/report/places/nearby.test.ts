import fc from "fast-check";
import { expect, test } from "vitest";
import { barOf, listed, sketchOf } from "./nearby.ts";

const feature = (name: string, lon: number, lat: number) => ({
  type: "Feature" as const,
  geometry: { type: "Point" as const, coordinates: [lon, lat] },
  properties: { name },
});
const names = (all: ReturnType<typeof listed>): string[] =>
  all.map(({ properties }) => properties.name);
const A = feature("a", 115.5, 31.8);
const B = feature("b", 115.4, 31.8);

test("the nearest stands first; without a position they stand by name", () => {
  const near = listed([A, B], { lon: 115.41, lat: 31.8 });
  expect(names(near)).toEqual(["b", "a"]);
  expect(Math.round((near[0]?.metres ?? 0) / 100)).toBe(9);
  expect(names(listed([B, A], undefined))).toEqual(["a", "b"]);
});

test("in the sketch north is up, east is right, and a place alone stands in the middle", () => {
  const { points, me } = sketchOf(
    [
      { lon: 115.4, lat: 31.8 },
      { lon: 115.4, lat: 31.9 },
    ],
    {
      lon: 115.42,
      lat: 31.8,
    },
  );
  const [south, north] = points;
  expect(south?.y).toBeGreaterThan(north?.y ?? 100);
  expect(me?.x).toBeGreaterThan(south?.x ?? 100);
  expect(sketchOf([{ lon: 115.4, lat: 31.8 }], undefined).points).toEqual([{ x: 50, y: 50 }]);
});

const spot = fc.record({
  lon: fc.double({ min: -179, max: 179, noNaN: true }),
  lat: fc.double({ min: -80, max: 80, noNaN: true }),
});

test("every place lies within the sketch, and the bar within its width", () => {
  fc.assert(
    fc.property(
      fc.array(spot, { minLength: 1 }),
      fc.option(spot, { nil: undefined }),
      (spots, me) => {
        const sketch = sketchOf(spots, me);
        for (const { x, y } of [...sketch.points, ...(sketch.me ? [sketch.me] : [])]) {
          for (const at of [x, y]) expect(at >= 0 && at <= 100).toBe(true);
        }
        const bar = barOf(sketch.widthM);
        expect(bar).toBeGreaterThan(0);
        expect(bar).toBeLessThanOrEqual(sketch.widthM / 4);
      },
    ),
  );
});
