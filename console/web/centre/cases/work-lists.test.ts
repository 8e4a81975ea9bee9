import { expect, test } from "vitest";
import type { CaseItem, CaseState } from "../../shared/platform-types.ts";
import { countsOf, isInList, listOf, unitsUnder, WORK_LISTS, type Worker } from "./work-lists.ts";

const caseAt = (state: CaseState, more: object = {}): CaseItem =>
  ({ caseNo: "4115242026112200001", state, lifeSafety: false, ...more }) as CaseItem;
const worker = (role: string, more: Partial<Worker> = {}): Worker => ({
  roles: [role],
  units: new Set(),
  ...more,
});
const nobody = worker("viewer");

const STATES: [CaseState, string[]][] = [
  ["REPORTED", ["accept", "open"]],
  ["VERIFYING", ["accept", "open"]],
  ["PENDING_FILING", ["file", "open"]],
  ["PENDING_DISPATCH", ["dispatch", "open"]],
  ["DISPATCHED", ["work", "open"]],
  ["HANDLING", ["work", "open"]],
  ["SUSPENDED", ["work", "open"]],
  ["RETURN_REVIEW", ["review", "open"]],
  ["FEEDBACK", ["check", "open"]],
  ["CHECKING", ["check", "open"]],
  ["PENDING_CLOSE", ["close", "open"]],
];

test.each(STATES)("a case at %s is in the lists %s", (state, lists) => {
  expect(WORK_LISTS.filter((list) => isInList(list, caseAt(state), nobody))).toEqual(lists);
});

test.each([
  { extensionAskedAt: "2026-11-22T21:00:00+08:00" },
  { suspendAskedAt: "2026-11-22T21:00:00+08:00" },
  { consultAskedAt: "2026-11-22T21:00:00+08:00" },
  { needsConsultation: true },
])("what is asked for with %o is to be reviewed, wherever the case stands", (more) => {
  expect(isInList("review", caseAt("HANDLING", more), nobody)).toBe(true);
});

const ASKED = { extensionAskedAt: "2026-11-22T21:00:00+08:00" };

test.each([
  ["acceptor", caseAt("REPORTED"), true],
  ["acceptor", caseAt("PENDING_DISPATCH"), false],
  ["dispatcher", caseAt("PENDING_DISPATCH"), true],
  ["dispatcher", caseAt("DISPATCHED"), true],
  ["dispatcher", caseAt("DISPATCHED", { crewId: "crew-1" }), false],
  ["shift-lead", caseAt("PENDING_CLOSE"), true],
  ["shift-lead", caseAt("HANDLING", ASKED), true],
  ["shift-lead", caseAt("HANDLING", { ...ASKED, extensionCount: 1 }), false],
  ["leader", caseAt("HANDLING", { ...ASKED, extensionCount: 1 }), true],
  ["inspector", caseAt("CHECKING"), true],
  ["inspector", caseAt("FEEDBACK"), false],
  ["admin", caseAt("PENDING_FILING"), true],
  ["viewer", caseAt("REPORTED"), false],
] as const)("%s: whether it is his now is told by state and request", (role, item, isMine) => {
  expect(isInList("mine", item, worker(role))).toBe(isMine);
});

test("a unit has its own cases and those below it, a crew its orders and those of nobody yet", () => {
  const lead = worker("unit", { units: new Set(["works", "works-east"]) });
  expect(isInList("mine", caseAt("DISPATCHED", { unitId: "works-east" }), lead)).toBe(true);
  expect(isInList("mine", caseAt("DISPATCHED", { unitId: "power" }), lead)).toBe(false);
  const crew = worker("crew", { units: new Set(["works"]), crewId: "crew-1" });
  const given = (crewId?: string) => caseAt("HANDLING", { unitId: "works", crewId });
  expect(isInList("mine", given("crew-1"), crew)).toBe(true);
  expect(isInList("mine", given("crew-2"), crew)).toBe(false);
  expect(isInList("mine", given(), crew)).toBe(true);
});

test("each list is counted, and an unknown one is one's own", () => {
  const counts = countsOf([caseAt("REPORTED"), caseAt("CHECKING")], worker("inspector"));
  expect(counts).toMatchObject({ mine: 1, accept: 1, check: 1, open: 2, close: 0 });
  expect([listOf("close"), listOf("none"), listOf(null)]).toEqual(["close", "mine", "mine"]);
});

test("below a unit are its parts and theirs, and a ring of units ends", () => {
  const units = [
    { unitId: "c", parentId: "b" },
    { unitId: "b", parentId: "a" },
    { unitId: "x", parentId: "y" },
    { unitId: "y", parentId: "x" },
  ];
  expect([...unitsUnder("a", units)].sort()).toEqual(["a", "b", "c"]);
  expect([...unitsUnder("x", units)].sort()).toEqual(["x", "y"]);
  expect(unitsUnder(undefined, units).size).toBe(0);
});
