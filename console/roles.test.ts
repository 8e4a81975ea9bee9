import { expect, test } from "vitest";
import { UnitId } from "../model/ids.ts";
import { Crew, Role } from "../model/registry.ts";
import { type Action, checkRole, limitOf, ROLE_TABLE, scopeOf, type UnitTree } from "./roles.ts";

/** Columns as Role.options; a all, o own, . nothing. Written by hand, not derived from the table. */
const ROLES = [
  "admin",
  "acceptor",
  "shift-lead",
  "dispatcher",
  "unit",
  "crew",
  "inspector",
  "leader",
  "engineer",
  "viewer",
] as const;
const CELLS: Record<Action, string> = {
  "registry.read": "a a a a a a a a a a",
  "registry.write": "a . . . . . . . . .",
  "devices.service": "a . . . . . . . a .",
  "crews.locate": "a . a a o . . a . .",
  "rosters.read": "a . a a o o . a . .",
  "rosters.write": "a . a a o . . . . .",
  "shifts.write": "a . a a o o . a . .",
  "crews.position": "a . . . . o . . . .",
  "patrols.read": "a . a a o . . a . .",
  "patrol-areas.write": "a . a . . . . . . .",
  "patrols.own": "a . . . . . a . . .",
  "attendance.read": "a . a a o . . a . .",
  "load.read": "a . a a o . . a . .",
  "stewards.phone": "a a a a o o a a . .",
  "senders.read": "a . . . . . . . a .",
  "contacts.read": "a . a . o . . . . .",
  "contacts.write": "a . a . o . . . . .",
  "contacts.own": "a a a a a a a a a a",
  "sessions.own": "a a a a a a a a a a",
  "passwords.own": "a a a a a a a a a a",
  "crew-sessions.write": "a . a a o . . . . .",
  "users.read": "a . a . . . . . . .",
  "users.write": "a . . . . . . . . .",
  "readings.read": "a a a a a a a a a a",
  "rules.read": "a a a a a a a a a a",
  "rules.write": "a . . . . . . . a .",
  "commands.send": "a . . a . . . . a .",
  "commands.send-raw": "a . . . . . . . a .",
  "commands.read": "a . a a . . . a a .",
  "decoders.read": "a a a a a a a a a a",
  "decoders.write": "a . . . . . . . a .",
  "decoders.try": "a . . . . . . . a .",
  "rules.backtest": "a . . . . . . . a .",
  "alarms.read": "a a a a a a a a a a",
  "alarms.acknowledge": "a a a a o . . . a .",
  "alarms.shelve": "a . a a . . . . a .",
  "alarms.shelve-life-safety": "a . a . . . . . . .",
  "cases.read": "a a a a a a a a a a",
  "cases.reporters": "a a a . . . a . . .",
  "cases.calls": "a a a . . . . . . .",
  "cases.report": "a a . . . . a . . .",
  "cases.drill": "a . a . . . . . . .",
  "cases.join": "a a . . . . . . . .",
  "hotline.write": "a a . . . . . . . .",
  "hotline.read": "a a a a . . . a . .",
  "questions.read": "a a a . . . . . . .",
  "questions.answer": "a a . . . . . . . .",
  "questions.send": "a . . . . . . . . .",
  "intake.video": "a . . . . . . . . .",
  "intakes.read": "a . . . . . . . a .",
  "intakes.write": "a . . . . . . . . .",
  "open311.read": "a . . . . . . . . .",
  "open311.report": "a . . . . . . . . .",
  "cases.transition": "a a a a o o a a . .",
  "reaching.read": "a a a a o o . a . .",
  "reaching.take": "a . a a o . . a . .",
  "cases.urge": "a o a o o o o a o o",
  "assists.ask": "a . a a o . . . . .",
  "assists.transition": "a . a a o o . . . .",
  "rulings.write": "a . a . . . . a . .",
  "files.read": "a a a a a a a a a a",
  "files.write": "a a a a a a a a . .",
  "filing-tables.read": "a a a a a a a a a a",
  "filing-tables.write": "a . . . . . . . . .",
  "tasks.read": "a a a a a a a a a a",
  "tasks.done": "a . . . o . . . a .",
  "supervisions.read": "a a a a o . . a . .",
  "supervisions.issue": "a . a . . . . a . .",
  "supervisions.transition": "a . a . o . . a . .",
  "handovers.read": "a a a a . . . a . .",
  "handovers.write": "a a a a . . . . . .",
  "notices.read": "a a a a o o o a o o",
  "notices.acknowledge": "a a a a o o o a o o",
  "evaluation.read": "a . a a o . . a . .",
  "publications.read": "a . a a . . . a . .",
  "publications.write": "a . . . . . . a . .",
  "evaluation.configure": "a . . . . . . . . .",
  "evaluation.record": "a . a . . . . a . .",
  "dead-letters.read": "a . . . . . . . a .",
  "redecode.write": "a . . . . . . . a .",
  "audit.read": "a . . . . . . . . .",
  "calendars.read": "a a a a a a a a a a",
  "calendars.write": "a . . . . . . . . .",
  "stream.read": "a a a a a a a a a a",
};
const SIGNS = { all: "a", own: "o" } as const;

test("the table of the tests names every role and every action", () => {
  expect([...ROLES]).toEqual(Role.options);
  expect(Object.keys(CELLS).sort()).toEqual(Object.keys(ROLE_TABLE).sort());
});

test.each(Object.entries(CELLS))("%s: %s", (action, cells) => {
  const seen = ROLES.map((role) => {
    const scope = scopeOf([role], action as Action);
    return scope === undefined ? "." : SIGNS[scope];
  });
  expect(seen.join(" ")).toBe(cells);
});

test("somebody with two roles may do what either may, as far as the wider of them", () => {
  expect(scopeOf(["viewer", "engineer"], "dead-letters.read")).toBe("all");
  expect(scopeOf(["unit", "dispatcher"], "load.read")).toBe("all");
  expect(scopeOf(["viewer", "unit"], "load.read")).toBe("own");
});

test("a role that may not is told which may, in the order of roles", () => {
  const user = { username: "wang", roles: ["crew" as const] };
  expect(() => checkRole(user as never, "hotline.read")).toThrow(
    "user 'wang' has the role crew; 'hotline.read' needs one of " +
      "admin, acceptor, shift-lead, dispatcher, leader",
  );
});

const TREE: UnitTree = {
  units: { under: (unitId) => (unitId === "bureau" ? ["bureau", "works"] : [unitId]) },
  crews: {
    get: (crewId) =>
      crewId === "crew-1" ? Crew.parse({ crewId, name: "1", unitId: "works" }) : undefined,
  },
};
const bureau = { unitId: UnitId.parse("bureau") };
const crew1 = { crewId: Crew.shape.crewId.parse("crew-1") };

test.each([
  ["the dispatcher", { roles: ["dispatcher" as const], ...bureau }, undefined],
  ["a unit and dispatcher", { roles: ["unit" as const, "dispatcher" as const] }, undefined],
  ["a unit above", { roles: ["unit" as const], ...bureau }, ["bureau", "works"]],
  ["a unit's user of no unit", { roles: ["unit" as const] }, []],
  ["a crew", { roles: ["crew" as const], ...crew1, ...bureau }, ["works"]],
  ["a crew's user of no crew", { roles: ["crew" as const], ...bureau }, ["bureau"]],
  ["a crew that is gone", { roles: ["crew" as const], crewId: "crew-9" as never }, []],
  ["a viewer of the unit", { roles: ["viewer" as const], ...bureau }, []],
])("%s is limited in reading rosters to %j's units", (_who, user, units) => {
  const limit = limitOf(user, "rosters.read", TREE);
  expect(limit && [...limit]).toEqual(units);
});

test("a role without the action adds no unit: a crew puts no roster", () => {
  expect([...(limitOf({ roles: ["crew"], ...crew1 }, "rosters.write", TREE) ?? [])]).toEqual([]);
});
