import { expect, test } from "vitest";
import { manholeCover } from "../../../../model/asset-classes/manhole-cover.ts";
import { sewagePlant } from "../../../../model/asset-classes/sewage-plant.ts";
import { wasteBin } from "../../../../model/asset-classes/waste-bin.ts";
import { Asset } from "../../../../model/registry.ts";
import type { AssetItem, RuleItem } from "../../shared/platform-types.ts";
import { attributesOf } from "./asset-attributes.ts";
import { assetOf, changesTo, lacksOf, typedOf } from "./asset-typed.ts";
import { codeFault } from "./component-code.ts";

const NUMBERS = new Set(["depthCm"]);
const right = {
  class: "manhole-cover",
  componentCode: "4115240102000001",
  name: " Cover ",
  lon: "115.41",
  lat: "31.8",
};
const asset = Asset.parse({
  ...{
    assetId: "cover-1",
    componentCode: "4115240102000001",
    name: "Cover",
    lon: 115.41,
    lat: 31.8,
  },
  ...{ gridCell: "41152400100101", attributes: { depthCm: 300, note: "old", isFenced: true } },
}) as AssetItem;

test.each([
  ["4115240102000001", undefined],
  ["411524010200000123", undefined],
  ["", "short"],
  ["411524010200000", "short"],
  ["4115240102000001234", "long"],
  ["41152401O2000001", "noDigits"],
])("the code '%s' has the fault %s", (code, fault) => {
  expect(codeFault(code)).toBe(fault);
});

test("what is typed is sent as the platform takes it; without an id its code is one", () => {
  const typed = { ...right, gridCell: "", "attributes.depthCm": "300", "attributes.x": "" };
  expect(lacksOf(typed, NUMBERS)).toEqual(new Map());
  const sent = assetOf(typed, NUMBERS);
  expect(sent).toEqual({
    ...{ assetId: "4115240102000001", class: "manhole-cover", componentCode: "4115240102000001" },
    ...{ name: "Cover", lon: 115.41, lat: 31.8, attributes: { depthCm: 300 } },
  });
  expect(Asset.safeParse(sent).success).toBe(true);
  expect(assetOf({ ...right, assetId: "cover-9" }, NUMBERS)).not.toHaveProperty("attributes");
});

test.each([
  ["componentCode", "", "isNeeded"],
  ["componentCode", "123", "badCode"],
  ["name", "  ", "isNeeded"],
  ["name", "x".repeat(201), "badName"],
  ["lon", "", "isNeeded"],
  ["lon", "181", "badLon"],
  ["lat", "31,8", "badLat"],
  ["lat", "-90.1", "badLat"],
  ["gridCell", "411524", "badCell"],
  ["assetId", "cover 1", "badId"],
  ["parentAssetId", "a/b", "badId"],
  ["attributes.depthCm", "deep", "badNumber"],
])("'%s' as '%s' is refused beside its field: %s", (field, text, lack) => {
  expect([...lacksOf({ ...right, [field]: text }, NUMBERS)]).toEqual([[field, lack]]);
});

test("only what was changed is sent; what was emptied is null", () => {
  expect(changesTo(asset, typedOf(asset), NUMBERS)).toEqual({});
  const typed = {
    ...typedOf(asset),
    ...{ name: "Cover, new", lat: "31.9", gridCell: "" },
    ...{ "attributes.depthCm": "250", "attributes.note": "", "attributes.isFenced": "false" },
    ...{ "attributes.house": "012", "attributes.none": "" },
  };
  expect(changesTo(asset, typed, NUMBERS)).toEqual({
    ...{ name: "Cover, new", lat: 31.9, gridCell: null },
    attributes: { depthCm: 250, note: null, isFenced: false, house: "012" },
  });
});

test("a class offers the attributes that its rules read: numbers, and values to choose from", () => {
  const of = (rules: readonly object[]) => attributesOf(rules as RuleItem[]);
  expect(of(manholeCover.rules)).toEqual([{ name: "depthCm" }]);
  expect(of(wasteBin.rules)).toContainEqual({ name: "area", values: ["residential"] });
  expect(of(sewagePlant.rules)).toContainEqual({ name: "point", values: ["outlet"] });
});
