import { describe, expect, test } from "vitest";
import type { CaseLimit } from "../model/asset-class.ts";
import { Unit } from "../model/registry.ts";
import { indexAreas, limitOf, mayBeLonger, type Place } from "./limit-class.ts";

const units = new Map(
  [
    Unit.parse({ unitId: "old-town", name: "老城街道", kind: "street" }),
    Unit.parse({
      unitId: "411524001002",
      name: "东关社区",
      kind: "community",
      parentId: "old-town",
    }),
  ].map((unit) => [String(unit.unitId), unit]),
);
const registry = { unit: (id: string) => units.get(id) };
const CELL = "41152400100207";

function classIn(rows: Record<string, "A" | "B" | "C">, place: Place): string {
  const areas = Object.entries(rows).map(([prefix, limitClass]) => ({
    prefix,
    limitClass,
    note: "",
  }));
  return indexAreas(areas, registry).classOf(place);
}

describe("of rows that fit a place the narrowest counts", () => {
  test.each<[string, Record<string, "A" | "B" | "C">, Place, string]>([
    ["no row at all", {}, { gridCell: CELL }, "B"],
    ["a row of elsewhere", { "411525": "A" }, { gridCell: CELL }, "B"],
    ["a place without a grid", { "411524": "A" }, {}, "B"],
    ["the county", { "411524": "C" }, { gridCell: CELL }, "C"],
    ["the street before the county", { "411524": "C", "411524001": "A" }, { gridCell: CELL }, "A"],
    [
      "the cell's row before its street's",
      { [CELL]: "A", "411524001": "C" },
      { gridCell: CELL },
      "A",
    ],
    ["a street by its id", { "old-town": "A", "411524001": "C" }, { gridCell: CELL }, "A"],
    [
      "a community before its street",
      { "old-town": "C", "411524001002": "A" },
      { gridCell: CELL },
      "A",
    ],
    [
      "a responsibility grid before a part of the cell",
      { "grid-7": "A", "4115240010020": "C" },
      { gridCell: CELL, responsibleGrid: "grid-7" },
      "A",
    ],
    [
      "the whole cell before its responsibility grid",
      { "grid-7": "C", [CELL]: "A" },
      { gridCell: CELL, responsibleGrid: "grid-7" },
      "A",
    ],
    ["a grid without a cell", { "grid-7": "C" }, { responsibleGrid: "grid-7" }, "C"],
  ])("%s", (_what, rows, place, wanted) => {
    expect(classIn(rows, place)).toBe(wanted);
  });
});

test("a class without a limit of its own has that of B", () => {
  const limit: CaseLimit = { value: 4, unit: "working-hour" };
  const A: CaseLimit = { value: 2, unit: "working-hour" };
  expect(limitOf({ limit }, "A")).toEqual(limit);
  expect(limitOf({ limit, limits: { A } }, "A")).toEqual(A);
  expect(limitOf({ limit, limits: { A } }, "B")).toEqual(limit);
  expect(limitOf({ limit, limits: { A } }, "C")).toEqual(limit);
});

test.each<[CaseLimit, CaseLimit, boolean]>([
  [{ value: 2, unit: "urgent-hour" }, { value: 2, unit: "urgent-hour" }, false],
  [{ value: 3, unit: "urgent-hour" }, { value: 2, unit: "urgent-hour" }, true],
  [{ value: 1, unit: "working-day" }, { value: 8, unit: "working-hour" }, false],
  [{ value: 1, unit: "working-day" }, { value: 7, unit: "working-hour" }, true],
  // One working hour from Friday evening on ends on Monday.
  [{ value: 1, unit: "working-hour" }, { value: 2, unit: "urgent-hour" }, true],
  [{ value: 8, unit: "urgent-hour" }, { value: 1, unit: "working-day" }, false],
  [{ value: 9, unit: "urgent-hour" }, { value: 1, unit: "working-day" }, true],
])("%j may come later than %j: %j", (limit, than, wanted) => {
  expect(mayBeLonger(limit, than)).toBe(wanted);
});
