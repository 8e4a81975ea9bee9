import { expect, test } from "vitest";
import { clocksOf, pendingOf } from "./case-clocks.ts";

const at = (hour: number): string => `2026-11-22T${String(hour).padStart(2, "0")}:00:00+08:00`;
const kinds = (theCase: Parameters<typeof clocksOf>[0]): string[] =>
  clocksOf(theCase).map(({ kind, whose }) => `${kind} ${whose}`);

test("a dispatched case has the crew's answer, its way and the deadline, the first to end first", () => {
  const theCase = {
    ...{ state: "DISPATCHED" as const, crewId: "crew-1" as never },
    ...{ acceptUntil: at(12), arriveBy: at(11), deadline: at(14) },
  };
  expect(kinds(theCase)).toEqual(["arrive crew", "acceptOrder crew", "handling unit"]);
  const begun = { ...theCase, state: "HANDLING" as const, arrivedAt: at(10) };
  expect(kinds(begun)).toEqual(["handling unit"]);
});

test.each([
  ["PENDING_FILING", { stage: { stage: "file", until: at(9) } }, ["file shift-lead"]],
  ["CHECKING", { stage: { stage: "check", until: at(9) }, deadline: at(8) }, ["check inspector"]],
  ["REPORTED", { reviewUntil: at(9) }, ["review acceptor"]],
  ["SUSPENDED", { suspendUntil: at(9), deadline: at(8) }, ["suspended unit"]],
  ["CLOSED", { deadline: at(8) }, []],
] as const)("at %s whose it is follows from the stage", (state, more, expected) => {
  expect(kinds({ state, ...more })).toEqual(expected);
});

test("what was asked for and not answered waits for whoever may answer it", () => {
  const asked = { state: "HANDLING" as const, extensionAskedAt: at(9) };
  expect(pendingOf(asked)).toEqual([
    { word: "waitExtension", roles: ["shift-lead", "leader"], since: at(9) },
  ]);
  expect(pendingOf({ ...asked, extensionCount: 1 })).toMatchObject([{ roles: ["leader"] }]);
  expect(pendingOf({ state: "RETURN_REVIEW", stageSince: at(8) })).toMatchObject([
    { word: "waitReturn" },
  ]);
  expect(pendingOf({ state: "RETURN_REVIEW", needsConsultation: true })).toMatchObject([
    { word: "waitRuling" },
  ]);
});
