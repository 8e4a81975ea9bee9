import { expect, test } from "vitest";
import { Assist, AssistEvent, AssistState, isOpenAssist } from "../model/assist.ts";
import { CaseOutcome, CaseState } from "../model/case.ts";
import { CrewId } from "../model/ids.ts";
import { type AssistRole, allowedAssistEvents, nextAssist } from "./assist-machine.ts";
import { heldByAssists, takesAssists } from "./assist-rules.ts";

const NOW = Date.UTC(2026, 10, 22, 4);
const ROLES: readonly AssistRole[] = [
  "unit",
  "crew",
  "lead",
  "dispatcher",
  "shift-lead",
  "system",
  "admin",
];

const assistAt = (state: AssistState, number = 1): Assist =>
  Assist.parse({
    assistId: `4115242026112200001-a${number}`,
    caseNo: "4115242026112200001",
    state,
    version: 3,
    unitId: "power",
    task: "cut the power",
    limit: { value: 2, unit: "urgent-hour" },
    calendar: "office",
    askedAt: NOW - 60_000,
    askedBy: "a-dispatcher",
    deadline: NOW + 60_000,
  });

const said = (...roles: AssistRole[]) => ({
  roles,
  username: "somebody",
  note: "done",
  reason: "because",
});

/** `event: from > to: roles`, admin beside. */
const EXPECTED = `
start: ASKED > STARTED: unit crew
done: ASKED > DONE: unit crew
done: STARTED > DONE: unit crew
decline: ASKED > DECLINED: unit crew
decline: STARTED > DECLINED: unit crew
cancel: ASKED > CANCELLED: lead dispatcher shift-lead system
cancel: STARTED > CANCELLED: lead dispatcher shift-lead system
`;

test("every state, event and role of an assist is taken or refused as the table says", () => {
  const rows = new Map(
    EXPECTED.trim()
      .split("\n")
      .map((line) => {
        const [event = "", move = "", roles = ""] = line.split(": ");
        const [from = "", to = ""] = move.split(" > ");
        return [`${from} ${event}`, { to, roles: [...roles.split(" "), "admin"] }] as const;
      }),
  );
  const counts = { moved: 0, "wrong role": 0, "wrong state": 0 };
  for (const state of AssistState.options) {
    for (const event of AssistEvent.options) {
      for (const role of ROLES) {
        const row = rows.get(`${state} ${event}`);
        const step = nextAssist(assistAt(state), event, said(role), NOW);
        const what = `${state} ${event} ${role}`;
        if (row === undefined) {
          expect(step, what).toMatchObject({ kind: "refused", code: "ASSIST_STATE_REFUSED" });
          counts["wrong state"] += 1;
        } else if (row.roles.includes(role)) {
          const after = { state: row.to, version: 4 };
          expect(step, what).toMatchObject({ kind: "moved", assist: after, role });
          counts.moved += 1;
        } else {
          expect(step, what).toMatchObject({ kind: "refused", code: "ROLE_REFUSED" });
          counts["wrong role"] += 1;
        }
      }
    }
  }
  expect(counts).toEqual({ moved: 25, "wrong role": 24, "wrong state": 91 });
});

test.each([
  ["done", "note"],
  ["decline", "reason"],
  ["cancel", "reason"],
] as const)("'%s' without a %s is refused, and the text says which", (event, needs) => {
  for (const text of [undefined, "  "]) {
    const step = nextAssist(assistAt("STARTED"), event, { ...said("admin"), [needs]: text }, NOW);
    expect(step).toMatchObject({ kind: "refused", code: "ASSIST_STATE_REFUSED" });
    if (step.kind === "refused") expect(step.message).toContain(`'${needs}'`);
  }
});

test("what ended takes nothing more, and an unknown event is told the known ones", () => {
  for (const state of ["DONE", "DECLINED", "CANCELLED"] as const) {
    expect(allowedAssistEvents(assistAt(state))).toEqual([]);
    expect(isOpenAssist(assistAt(state))).toBe(false);
  }
  const step = nextAssist(assistAt("ASKED"), "finish", said("admin"), NOW);
  if (step.kind === "refused") expect(step.message).toContain("start, done, decline, cancel");
  expect(step.kind).toBe("refused");
});

test("a start names its time and its crew, an end its time and what was said", () => {
  const crewId = CrewId.parse("crew-7");
  const started = nextAssist(assistAt("ASKED"), "start", { ...said("unit"), crewId }, NOW);
  expect(started).toMatchObject({ assist: { startedAt: NOW, crewId } });
  if (started.kind === "moved") expect(started.assist).not.toHaveProperty("endedAt");
  const done = nextAssist(assistAt("STARTED"), "done", said("crew"), NOW);
  expect(done).toMatchObject({ assist: { endedAt: NOW, note: "done" } });
  if (done.kind === "moved") expect(done.assist).not.toHaveProperty("reason");
});

test("assists are asked for while a lead unit has the case, or has parked it", () => {
  const asked = CaseState.options.filter((state) => takesAssists({ state }));
  expect(asked).toEqual(["DISPATCHED", "SUSPENDED", "HANDLING"]);
});

const WAITS = CaseOutcome.options.map(
  (outcome) => [outcome, outcome === "repaired"] as [CaseOutcome | undefined, boolean],
);
WAITS.push([undefined, true]);

test.each(WAITS)("feedback '%s' with an open assist waits: %s", (outcome, waits) => {
  const theCase = { caseNo: assistAt("ASKED").caseNo };
  const isHeld = (event: string, ...assists: Assist[]) =>
    heldByAssists(theCase, event, outcome, assists) !== undefined;
  for (const state of AssistState.options) {
    const isOpen = state === "ASKED" || state === "STARTED";
    expect(isHeld("feedback", assistAt(state)), state).toBe(waits && isOpen);
    expect(isHeld("feedback", assistAt("DONE"), assistAt(state, 2)), state).toBe(waits && isOpen);
    expect(isHeld("start", assistAt(state)), state).toBe(false);
  }
  expect(isHeld("feedback")).toBe(false);
});

test("who is waited for is named", () => {
  const theCase = { caseNo: assistAt("ASKED").caseNo };
  const why = heldByAssists(theCase, "feedback", "repaired", [
    assistAt("DONE", 1),
    assistAt("ASKED", 2),
  ]);
  expect(why?.message).toContain("'4115242026112200001-a2' of 'power' (ASKED)");
  expect(why?.message).not.toContain("-a1");
});
