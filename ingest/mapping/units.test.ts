import fc from "fast-check";
import { expect, test } from "vitest";
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import { converted, isUnitOf, unitsOf } from "./units.ts";

const targets = [
  ...new Set(ASSET_CLASSES.flatMap(({ measurements }) => measurements.map(({ unit }) => unit))),
];

test.each([
  [1_700, "mm", "cm", 170],
  [1.7, "m", "cm", 170],
  [25, "℃", "°C", 25],
  [25, "° C", "°C", 25],
  [25, "ºC", "°C", 25],
  [25, "Cel", "°C", 25],
  [300, "K", "°C", 26.85],
  [212, "°F", "°C", 100],
  [212, "℉", "°C", 100],
  [2_150.5, "Pa", "kPa", 2.1505],
  [0.4, "MPa", "kPa", 400],
  [3, "bar", "kPa", 300],
  [0.0125, "m3/s", "m³/h", 45],
  [10, "L/s", "m³/h", 36],
  [10, "m³/h", "m³/h", 10],
  [3.2, "kW", "W", 3_200],
  [3.2, "KW", "W", 3_200],
  [250, "mW", "W", 0.25],
  [2, "MW", "W", 2_000_000],
  [0.03, "A", "mA", 30],
  [30, "µA", "mA", 0.03],
  [0.95, "/", "%", 95],
  [95, "％", "%", 95],
  [1, "g", "g", 1],
  [1_500, "g", "kg", 1.5],
  [9.80665, "m/s2", "g", 1],
  [Math.PI, "rad", "°", 180],
  [20, "LEL%", "%LEL", 20],
  [7.1, "pH", "", 7.1],
  [5_000_000, "J", "kWh", 1.3888888888888888],
])("%d %s is in %s %d", (value, from, to, wanted) => {
  expect(converted(value, from, to)).toBeCloseTo(wanted, 9);
});

test.each([
  ["mm", "°C"],
  ["", "cm"],
  ["parsec", "cm"],
  // mW and MW differ in case alone; neither is meant by this.
  ["Mw", "W"],
  ["__proto__", "cm"],
  ["constructor", "%"],
])("%s is no unit of %s", (from, to) => {
  expect(converted(1, from, to)).toBeUndefined();
  expect(isUnitOf(from, to)).toBe(false);
});

test.each(targets)("%s, as the model writes it, is one of its own units", (unit) => {
  expect(converted(3, unit, unit)).toBe(3);
  expect(unitsOf(unit)).not.toEqual([]);
});

test("every unit is straight: twice as much is twice as far from its zero", () => {
  const pairs = targets.flatMap((to) => unitsOf(to).map((from): [string, string] => [from, to]));
  fc.assert(
    fc.property(fc.constantFrom(...pairs), fc.integer({ min: -1e6, max: 1e6 }), ([from, to], n) => {
      const at = (value: number): number => converted(value, from, to) as number;
      expect(at(2 * n) - at(0)).toBeCloseTo(2 * (at(n) - at(0)), 3);
      expect(at(1)).toBeGreaterThan(at(0));
    }),
  );
});

test("no name means nothing", () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom(...targets), (from, to) => {
      const got = converted(1, from, to);
      expect(got === undefined || Number.isFinite(got)).toBe(true);
    }),
  );
});
