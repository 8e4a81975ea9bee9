import { expect, test } from "vitest";
import { Crew, Unit } from "../model/registry.ts";
import { assignUnit, type CaseActor, rolesInCase } from "./assignment.ts";

const units = new Map(
  [
    { unitId: "city", name: "市政", kind: "department" },
    { unitId: "roads", name: "道路", kind: "department", parentId: "city" },
    { unitId: "roads-east", name: "道路东", kind: "contractor", parentId: "roads" },
    { unitId: "power", name: "供电", kind: "enterprise" },
    { unitId: "grid-7", name: "七街", kind: "street" },
    { unitId: "411524001", name: "一街", kind: "street" },
    { unitId: "411524002003", name: "三社区", kind: "community", parentId: "411524002" },
    { unitId: "411524002", name: "二街", kind: "street" },
    { unitId: "loop-a", name: "a", kind: "department", parentId: "loop-b" },
    { unitId: "loop-b", name: "b", kind: "department", parentId: "loop-a" },
  ].map((raw) => [raw.unitId, Unit.parse(raw)]),
);
const crews = new Map(
  [
    { crewId: "crew-2", name: "二", unitId: "roads" },
    { crewId: "crew-1", name: "一", unitId: "roads" },
    { crewId: "lamps", name: "灯", unitId: "roads", classes: ["streetlight"] },
  ].map((raw) => [raw.crewId, Crew.parse(raw)]),
);
const registry = {
  unit: (id: string) => units.get(id),
  crew: (id: string) => crews.get(id),
};

test.each([
  [{ maintenanceUnitId: "roads", ownerUnitId: "power", competentUnitId: "city" }, "roads"],
  [{ ownerUnitId: "power", competentUnitId: "city" }, "power"],
  [{ competentUnitId: "city" }, "city"],
  [{ maintenanceUnitId: "gone", competentUnitId: "city" }, "city"],
  [{ responsibleGrid: "grid-7", gridCell: "41152400100101" }, "grid-7"],
  [{ responsibleGrid: "power", gridCell: "41152400100101" }, "411524001"],
  [{ gridCell: "41152400200301" }, "411524002"],
  [{ gridCell: "41152400900101" }, "centre"],
  [{}, "centre"],
])("the unit of %j is '%s'", (place, unitId) => {
  expect(assignUnit(place as Parameters<typeof assignUnit>[0], registry)).toBe(unitId);
});

const atRoads = { unitId: "roads", crewId: "crew-1" };
const waiting = { unitId: "roads" };
test.each([
  ["its own unit", { roles: ["unit"], unitId: "roads" }, atRoads, ["unit"]],
  ["a unit above it", { roles: ["unit"], unitId: "city" }, atRoads, ["unit"]],
  ["a unit below it is not enough", { roles: ["unit"], unitId: "roads-east" }, atRoads, []],
  ["another unit", { roles: ["unit"], unitId: "power" }, atRoads, []],
  ["no unit", { roles: ["unit"] }, atRoads, []],
  ["its own crew", { roles: ["crew"], crewId: "crew-1" }, atRoads, ["crew"]],
  ["another crew", { roles: ["crew"], crewId: "crew-2", unitId: "roads" }, atRoads, []],
  [
    "a crew of the unit where nobody has it",
    { roles: ["crew"], crewId: "crew-2" },
    waiting,
    ["crew"],
  ],
  ["a crew's member of the unit", { roles: ["crew"], unitId: "roads" }, atRoads, ["crew"]],
  ["a crew's member elsewhere", { roles: ["crew"], unitId: "power" }, atRoads, []],
  ["other roles stay", { roles: ["unit", "viewer"], unitId: "power" }, atRoads, ["viewer"]],
  ["a case without a unit is nobody's yet", { roles: ["unit", "crew"], unitId: "roads" }, {}, []],
])("roles in a case: %s", (_title, actor, theCase, roles) => {
  const who = { username: "somebody", ...actor } as CaseActor;
  expect(rolesInCase(who, theCase as Parameters<typeof rolesInCase>[1], registry)).toEqual(roles);
});

test("a circle in the tree of units ends", () => {
  const who = { username: "somebody", roles: ["unit"], unitId: "roads" } as unknown as CaseActor;
  const theCase = { unitId: "loop-a" } as Parameters<typeof rolesInCase>[1];
  expect(rolesInCase(who, theCase, registry)).toEqual([]);
});
