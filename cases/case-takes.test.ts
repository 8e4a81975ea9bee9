import { expect, test } from "vitest";
import { Case, type CaseState } from "../model/case.ts";
import { HOUR_MS } from "../model/clock.ts";
import { timeZone } from "../model/local-time.ts";
import { nextCase } from "./case-machine.ts";
import { stageOf, takesOf } from "./case-takes.ts";
import { CASE_ROLES, type CaseRole } from "./case-words.ts";

const NOW = Date.UTC(2026, 10, 22, 13);

function caseAt(state: CaseState, more: object = {}): Case {
  return Case.parse({
    ...{ caseNo: "4115242026112200001", kind: "component", categoryCode: "0102", state },
    ...{ conditionId: "cover-displaced", version: 3, source: "citizen", lifeSafety: false },
    ...{ lon: 115.41, lat: 31.8, unitId: "works", limit: { value: 2, unit: "urgent-hour" } },
    ...{ openedAt: NOW - HOUR_MS, reworkCount: 0, deadline: NOW + HOUR_MS, ...more },
  });
}

const takesBy = (theCase: Case, ...roles: CaseRole[]) =>
  takesOf(theCase, { username: "li", roles }, NOW);
const yoursOf = (theCase: Case, ...roles: CaseRole[]): string[] =>
  takesBy(theCase, ...roles).flatMap(({ event, isYours }) => (isYours ? [event] : []));

test("a case to be dispatched says what its dispatcher may do, and whose the rest is", () => {
  const theCase = caseAt("PENDING_DISPATCH");
  expect(yoursOf(theCase, "dispatcher")).toEqual(["dispatch", "consult"]);
  expect(takesBy(theCase, "dispatcher")).toContainEqual({
    event: "forceClose",
    roles: ["leader"],
    isYours: false,
    needs: "reason",
  });
});

test("what the platform alone says is nobody's", () => {
  expect(takesBy(caseAt("CLOSED", { disputedAt: NOW }), "admin")).toEqual([]);
  const [reopen] = takesBy(caseAt("CLOSED"), "acceptor");
  expect(reopen).toEqual({ event: "reopen", roles: ["acceptor"], isYours: true, needs: "reason" });
});

test("a second extension is the leader's, and none is offered that nobody asked for", () => {
  const asked = caseAt("HANDLING", { extensionAskedAt: NOW, extensionCount: 1 });
  expect(yoursOf(asked, "shift-lead")).not.toContain("approveExtension");
  expect(yoursOf(asked, "leader")).toContain("approveExtension");
  expect(yoursOf(caseAt("HANDLING"), "leader")).not.toContain("approveExtension");
});

test("what is somebody's is never refused for his role, and what is not always is", () => {
  const wrong: string[] = [];
  for (const state of Case.shape.state.options) {
    for (const role of CASE_ROLES.filter((each) => each !== "system")) {
      const actor = { username: "li", roles: [role] };
      for (const { event, isYours } of takesOf(caseAt(state), actor, NOW)) {
        // Texts are there; what else is missing is no matter of the role.
        const context = { actor, note: "n", reason: "r", until: NOW + HOUR_MS };
        if (!isYours) {
          const step = nextCase(caseAt(state), event, context, NOW);
          if (step.kind !== "refused" || step.code !== "ROLE_REFUSED") {
            wrong.push(`${state} ${event} ${role}`);
          }
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

test("a stage has until its limit, and one without a limit says nothing", () => {
  const zone = timeZone("Asia/Shanghai");
  const since = { stageSince: NOW };
  expect(stageOf(caseAt("PENDING_CLOSE", since), undefined, zone)).toEqual({
    stage: "close",
    until: NOW + HOUR_MS,
  });
  expect(stageOf(caseAt("HANDLING", since), undefined, zone)).toBeUndefined();
});
