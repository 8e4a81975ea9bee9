import { expect, test } from "vitest";
import { coordinatesIn, type Draft, EMPTY, lackOf, reportOf } from "./draft.ts";

const HOW = { source: "citizen", urgentMark: "!! " } as const;
const WHOLE: Draft = {
  ...EMPTY,
  what: {
    ...{ key: "k", kind: "event", categoryCode: "0205", group: "" },
    ...{ title: { zh: "a", en: "a" }, lifeSafety: false },
  },
  where: { label: "East Gate", lon: 115.41, lat: 31.8, placeId: "gate-1", street: "Street" },
};

test.each([
  ["115.41,31.80", { lon: 115.41, lat: 31.8 }],
  [" 115.41，31.8 ", { lon: 115.41, lat: 31.8 }],
  ["115.41 31.8", { lon: 115.41, lat: 31.8 }],
  ["115.41", undefined],
  ["115.41,91.5", undefined],
  ["181.5,31.8", undefined],
  ["115,31", undefined],
  ["Dongfang Road 115", undefined],
])("'%s' is the place %j", (text, place) => {
  expect(coordinatesIn(text)).toEqual(place);
});

test("what is missing is said in the order of the call", () => {
  expect(lackOf(EMPTY)).toBe("what");
  expect(lackOf({ ...WHOLE, where: undefined })).toBe("where");
  expect(lackOf(WHOLE)).toBeUndefined();
  expect(reportOf(EMPTY, HOW)).toBeUndefined();
});

test("a place by name, an asset and bare coordinates are each told as themselves", () => {
  const placed = (where: object) =>
    reportOf({ ...WHOLE, where: { label: "x", lon: 1.5, lat: 2.5, ...where } }, HOW);
  expect(placed({ placeId: "gate-1" })).toMatchObject({ placeId: "gate-1" });
  expect(placed({ placeId: "gate-1" })).not.toHaveProperty("lon");
  expect(placed({ assetId: "bin-1" })).toMatchObject({ assetId: "bin-1" });
  expect(placed({ street: "Street" })).toMatchObject({ lon: 1.5, lat: 2.5, address: "Street x" });
});

test("what nobody said is left out, and urgency is said first", () => {
  expect(reportOf(WHOLE, HOW)).toEqual({
    ...{ source: "citizen", kind: "event", categoryCode: "0205", placeId: "gate-1" },
  });
  const told = { ...WHOLE, description: " smoke ", name: " Wang ", phone: " ", isUrgent: true };
  expect(reportOf(told, HOW)).toMatchObject({
    description: "!! smoke",
    reporter: { name: "Wang" },
  });
});

test("a condition says its own category", () => {
  const what = { ...WHOLE.what, conditionId: "cover-open" } as NonNullable<Draft["what"]>;
  const body = reportOf({ ...WHOLE, what }, HOW);
  expect(body).toMatchObject({ conditionId: "cover-open" });
  expect(body).not.toHaveProperty("categoryCode");
});
