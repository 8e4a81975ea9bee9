import { expect, test } from "vitest";
import { Username } from "../model/ids.ts";
import {
  coversPlace,
  isInForce,
  Steward,
  StewardKind,
  type StewardPlace,
} from "../model/steward.ts";

const steward = (more: object): Steward =>
  Steward.parse({
    stewardId: "s-1",
    name: "Wang Wei",
    scopeKind: "grid",
    scope: "grid-7",
    username: Username.parse("wang"),
    validFrom: 100,
    ...more,
  });

const PLACE: StewardPlace = {
  gridCell: "41152400100101",
  responsibleGrid: "grid-7",
  areaUnitIds: ["411524001", "411524001002"],
  assets: [
    { assetId: "point-3", attributes: { river: "Huai", toilet: 3 } },
    { assetId: "plant-1", attributes: { road: "North Road" } },
  ],
};

test.each([
  ["grid", "grid-7", true],
  ["grid", "grid-8", false],
  ["grid", "41152400100101", true],
  ["grid", "411524001", true],
  ["grid", "411524002", false],
  ["grid", "411524001002", false],
  ["street", "411524001", true],
  ["street", "grid-7", false],
  ["community", "411524001002", true],
  ["river", "Huai", true],
  ["river", "point-3", true],
  ["river", "plant-1", true],
  ["road", "North Road", true],
  ["road", "Huai", false],
  ["toilet", "3", true],
  ["park", "411524001", false],
])("a steward of %s '%s' has the place: %s", (scopeKind, scope, isCovered) => {
  expect(coversPlace(steward({ scopeKind, scope }), PLACE)).toBe(isCovered);
});

test("a place of which nothing is known is nobody's", () => {
  for (const scopeKind of StewardKind.options) {
    const nowhere = { areaUnitIds: [], assets: [] };
    expect(coversPlace(steward({ scopeKind, scope: "411524" }), nowhere)).toBe(false);
    expect(coversPlace(steward({ scopeKind, scope: "undefined" }), nowhere)).toBe(false);
  }
});

test.each([
  [99, 99, false],
  [100, 100, true],
  [199, 199, true],
  [200, 200, false],
  [0, 100, true],
  [199, 500, true],
  [200, 500, false],
  [0, 99, false],
])("of a time from 100 to 200, %i to %i has a part: %s", (from, to, has) => {
  expect(isInForce({ validFrom: 100, validUntil: 200 }, from, to)).toBe(has);
});
