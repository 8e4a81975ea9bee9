import fc from "fast-check";
import { expect, test } from "vitest";
import { cellOf, cellsAround, distanceM } from "./geography.ts";

test("a degree of latitude is 111.2 km, one of longitude at 60 degrees half of it", () => {
  expect(distanceM({ lon: 115, lat: 31 }, { lon: 115, lat: 32 })).toBeCloseTo(111_195, -1);
  expect(distanceM({ lon: 115, lat: 60 }, { lon: 116, lat: 60 })).toBeCloseTo(55_597, -2);
  expect(distanceM({ lon: 115.41, lat: 31.8 }, { lon: 115.41, lat: 31.8 })).toBe(0);
});

test("whatever lies within the distance lies in one of the cells around", () => {
  const city = fc.record({
    lon: fc.double({ min: -179, max: 179, noNaN: true }),
    lat: fc.double({ min: -85, max: 85, noNaN: true }),
  });
  const step = fc.double({ min: -0.01, max: 0.01, noNaN: true });
  fc.assert(
    fc.property(city, step, step, (here, east, north) => {
      const there = {
        lon: here.lon + east / Math.cos((here.lat * Math.PI) / 180),
        lat: here.lat + north,
      };
      if (distanceM(here, there) <= 50) expect(cellsAround(here, 50)).toContain(cellOf(there));
      const near = { lon: here.lon + east / 25, lat: here.lat + north / 25 };
      if (distanceM(here, near) <= 50) expect(cellsAround(here, 50)).toContain(cellOf(near));
    }),
    { numRuns: 2_000 },
  );
});

test("in a city the cells around are few", () => {
  expect(cellsAround({ lon: 115.4105, lat: 31.8005 }, 50).length).toBeLessThanOrEqual(9);
});
