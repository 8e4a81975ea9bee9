/** Whom an escalation calls on each level, by a small county. */
import { expect, test } from "vitest";
import type { HolderKind } from "../model/contact.ts";
import type { Who } from "../model/reaching.ts";
import { Unit, User } from "../model/registry.ts";
import { type PeopleView, peopleCalled } from "./people-called.ts";

const UNITS = [
  { unitId: "county", name: "county", kind: "county" },
  { unitId: "works", name: "works", kind: "department", parentId: "county" },
  { unitId: "drains", name: "drains", kind: "contractor", parentId: "works" },
].map((each) => Unit.parse(each));

const USERS = [
  { username: "wang", roles: ["crew"], unitId: "drains", crewId: "drains-1" },
  { username: "an", roles: ["crew"], unitId: "drains", crewId: "drains-1" },
  { username: "other", roles: ["crew"], unitId: "drains", crewId: "drains-2" },
  { username: "lead", roles: ["unit", "shift-lead"], unitId: "drains" },
  { username: "head", roles: ["unit"], unitId: "county" },
  { username: "shift", roles: ["shift-lead"] },
  { username: "mayor", roles: ["leader"] },
  { username: "works-leader", roles: ["leader"], unitId: "works" },
  { username: "else-leader", roles: ["leader"], unitId: "elsewhere" },
  { username: "unreachable", roles: ["unit"], unitId: "drains" },
].map((each) => User.parse(each));

const WITHOUT = new Set(["unreachable"]);

const VIEW: PeopleView = {
  unit: (unitId) => UNITS.find((unit) => unit.unitId === unitId),
  usersOfCrew: (crewId) => USERS.filter((user) => user.crewId === crewId),
  usersOfUnit: (unitId, role) =>
    USERS.filter((user) => user.unitId === unitId && user.roles.includes(role)),
  usersWithRole: (role) => USERS.filter((user) => user.roles.includes(role)),
  contactsOf: (_kind: HolderKind, id: string) =>
    WITHOUT.has(id) ? undefined : { points: [{ channelId: "sms", to: "1" }] },
};

const called = (who: Who | "group", about: { unitId?: string; crewId?: string }): string[] =>
  peopleCalled(who, about, VIEW).map(({ kind, id }) => `${kind}:${id}`);

const ABOUT = { unitId: "drains", crewId: "drains-1" };

test.each<[Who | "group", string[]]>([
  ["crew", ["crew:drains-1", "user:an", "user:wang"]],
  ["lead", ["user:lead"]],
  // The nearest unit above that has somebody; the lead was called already.
  ["department", ["user:head", "user:shift"]],
  ["leader", ["user:mayor", "user:works-leader"]],
  ["group", ["unit:drains"]],
])("%s: %j", (who, names) => {
  expect(called(who, ABOUT)).toEqual(names);
});

test("without a crew or a unit nobody of it is called", () => {
  expect(called("crew", { unitId: "drains" })).toEqual([]);
  expect(called("lead", {})).toEqual([]);
  expect(called("group", {})).toEqual([]);
  expect(called("leader", {})).toEqual(["user:mayor"]);
});

test("a circle of units ends", () => {
  const ring = (unitId: string): Unit =>
    Unit.parse({ unitId, name: "ring", kind: "department", parentId: "ring" });
  expect(peopleCalled("department", { unitId: "ring" }, { ...VIEW, unit: ring })).toHaveLength(2);
});
