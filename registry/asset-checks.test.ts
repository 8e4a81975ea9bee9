import { expect, test } from "vitest";
import { Asset, Unit } from "../model/registry.ts";
import { type AssetSurroundings, assetFault } from "./asset-checks.ts";

const make = (assetId: string, more: Record<string, unknown> = {}): Asset =>
  Asset.parse({
    assetId,
    componentCode: "4115240101000001",
    name: "n",
    lon: 115,
    lat: 32,
    ...more,
  });

const registered = new Map([
  ["plant", make("plant")],
  ["point", make("point", { parentAssetId: "plant" })],
]);
const around: AssetSurroundings = {
  classes: new Set(["manhole-cover"]),
  unit: (id) =>
    id === "centre"
      ? Unit.parse({ unitId: "centre", name: "centre", kind: "department" })
      : undefined,
  asset: (id) => registered.get(id),
};

test.each([
  ["of a class that is not declared", { class: "lamp" }, "REQUEST_INVALID", "'lamp'"],
  ["with an unknown maintainer", { maintenanceUnitId: "u" }, "UNIT_NOT_FOUND", "maintenanceUnitId"],
  ["with an unknown owner", { ownerUnitId: "u" }, "UNIT_NOT_FOUND", "ownerUnitId"],
  ["with an unknown department", { competentUnitId: "u" }, "UNIT_NOT_FOUND", "competentUnitId"],
  ["with an unknown parent", { parentAssetId: "none" }, "ASSET_NOT_FOUND", "'none'"],
  ["that is its own parent", { assetId: "x", parentAssetId: "x" }, "REQUEST_INVALID", "itself"],
  [
    "that would close a circle",
    { assetId: "plant", parentAssetId: "point" },
    "REQUEST_INVALID",
    "itself",
  ],
])("an asset %s is refused", (_what, more, code, text) => {
  const fault = assetFault(make("x", more), around);
  expect(fault?.code).toBe(code);
  expect(fault?.message).toContain(text);
});

test("an asset whose references are there fits", () => {
  const more = { class: "manhole-cover", ownerUnitId: "centre", parentAssetId: "point" };
  expect(assetFault(make("x", more), around)).toBeUndefined();
});

test("a chain of parents has an end even where the table has none", () => {
  const a = make("a", { parentAssetId: "b" });
  const b = make("b", { parentAssetId: "a" });
  const circle = { ...around, asset: (id: string) => (id === "a" ? a : b) };
  expect(assetFault(make("x", { parentAssetId: "a" }), circle)?.code).toBe("REQUEST_INVALID");
});
