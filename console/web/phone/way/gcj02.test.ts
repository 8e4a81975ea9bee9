import { expect, test } from "vitest";
import { gcj02ToBd09, toGcj02 } from "./gcj02.ts";

/** Pairs of github googollee/eviltransform (its tests) and wandergis/coordtransform (test/app.js). */
test.each([
  ["Shanghai", 121.5272106, 31.1774276, 121.531541859215, 31.17530398364597],
  ["Shenzhen", 113.912316, 22.543847, 113.9171764808363, 22.540796131694766],
  ["Beijing", 116.377817, 39.911954, 116.38404722455657, 39.91334545536069],
  ["Tian'anmen", 116.404, 39.915, 116.41024449916938, 39.91640428150164],
])("%s lies in GCJ-02 where published pairs have it", (_where, lon, lat, gcjLon, gcjLat) => {
  const made = toGcj02({ lon, lat });
  expect(made.lon).toBeCloseTo(gcjLon, 9);
  expect(made.lat).toBeCloseTo(gcjLat, 9);
});

test("Baidu's shift comes on top", () => {
  const made = gcj02ToBd09({ lon: 116.404, lat: 39.915 });
  expect(made.lon).toBeCloseTo(116.41036949371029, 9);
  expect(made.lat).toBeCloseTo(39.92133699351021, 9);
});

test.each([
  ["Paris", 2.35, 48.86],
  ["Sydney", 151.2, -33.87],
  ["Honolulu", -157.86, 21.31],
])("%s stays where it is", (_where, lon, lat) => {
  expect(toGcj02({ lon, lat })).toEqual({ lon, lat });
});
