import fc from "fast-check";
import { expect, test } from "vitest";
import { Case, CaseState, NOTHING_FOUND, TERMINAL_STATES } from "../model/case.ts";
import { CaseNo, CrewId, UnitId } from "../model/ids.ts";
import { allowedEvents, type CaseContext, nextCase, reportRole } from "./case-machine.ts";
import { CASE_ROWS } from "./case-table.ts";
import { CASE_EVENTS, CASE_ROLES, type CaseEvent, type CaseRole } from "./case-words.ts";
import { caseAt as anyCaseAt } from "./doubles/case-at.ts";

const NOW = Date.UTC(2026, 10, 22, 4);
const plan = {
  unitId: UnitId.parse("road-unit"),
  crewId: CrewId.parse("crew-1"),
  calendar: "office",
  deadline: NOW + 7_200_000,
  deadlineProvisional: false,
};

const caseAt = (state: CaseState): Case => anyCaseAt(state, NOW - 60_000);

const OTHER = { ...caseAt("HANDLING"), caseNo: CaseNo.parse("4115242026112200002") };

const said = (...roles: CaseRole[]): CaseContext => ({
  actor: { username: "somebody", roles },
  note: "done",
  reason: "because",
  outcome: NOTHING_FOUND,
  plan,
  crewPlan: { crewId: CrewId.parse("crew-2") },
  movedDeadline: { deadline: NOW + 3_600_000, provisional: false },
  until: NOW + 86_400_000,
  photos: { before: 1, after: 1, other: 0 },
  into: OTHER,
});

/** The case with what the event's guard asks for. */
function caseFor(state: CaseState, event: CaseEvent | string): Case {
  const lifeSafety = event !== "settle";
  const theCase = { ...caseAt(state), deadline: NOW + 60_000, lifeSafety };
  const isAnswer = event.startsWith("approve") || event.startsWith("refuse");
  if (!isAnswer) return theCase;
  return {
    ...theCase,
    extensionAskedAt: NOW - 1,
    suspendAskedAt: NOW - 1,
    suspendAskedUntil: NOW + 1,
  };
}

/** By the workflow's own table: `event: from > to: roles`, admin beside. Written out twice. */
const EXPECTED = `
sendVerify: REPORTED > VERIFYING: acceptor
verifyResult: VERIFYING > REPORTED: inspector system
confirm: REPORTED > DISPATCHED: acceptor shift-lead system
accept: REPORTED > PENDING_FILING: acceptor system
reject: REPORTED > NOT_ACCEPTED: acceptor
void: REPORTED > VOIDED: shift-lead
void: PENDING_FILING > VOIDED: shift-lead
void: PENDING_DISPATCH > VOIDED: shift-lead
void: FEEDBACK > VOIDED: shift-lead
file: PENDING_FILING > PENDING_DISPATCH: shift-lead system
refuse: PENDING_FILING > NOT_FILED: shift-lead
dispatch: PENDING_DISPATCH > DISPATCHED: dispatcher system
consult: RETURN_REVIEW > RETURN_REVIEW: dispatcher shift-lead leader
consult: PENDING_DISPATCH > PENDING_DISPATCH: dispatcher shift-lead leader
consult: DISPATCHED > DISPATCHED: dispatcher shift-lead leader
rule: RETURN_REVIEW > DISPATCHED: shift-lead leader
rule: PENDING_DISPATCH > DISPATCHED: shift-lead leader
rule: DISPATCHED > DISPATCHED: shift-lead leader
acceptOrder: DISPATCHED > DISPATCHED: crew
declineOrder: DISPATCHED > DISPATCHED: crew
redispatch: DISPATCHED > DISPATCHED: dispatcher unit system
start: DISPATCHED > HANDLING: unit crew
arrive: HANDLING > HANDLING: unit crew
return: DISPATCHED > RETURN_REVIEW: unit crew
return: HANDLING > RETURN_REVIEW: unit crew
acceptReturn: RETURN_REVIEW > PENDING_DISPATCH: dispatcher shift-lead
refuseReturn: RETURN_REVIEW > DISPATCHED: dispatcher shift-lead
requestExtension: DISPATCHED > DISPATCHED: unit crew
requestExtension: HANDLING > HANDLING: unit crew
approveExtension: DISPATCHED > DISPATCHED: shift-lead leader
approveExtension: HANDLING > HANDLING: shift-lead leader
refuseExtension: DISPATCHED > DISPATCHED: shift-lead leader
refuseExtension: HANDLING > HANDLING: shift-lead leader
requestSuspend: DISPATCHED > DISPATCHED: unit crew
requestSuspend: HANDLING > HANDLING: unit crew
approveSuspend: DISPATCHED > SUSPENDED: leader
approveSuspend: HANDLING > SUSPENDED: leader
refuseSuspend: DISPATCHED > DISPATCHED: leader
refuseSuspend: HANDLING > HANDLING: leader
resume: SUSPENDED > HANDLING: dispatcher system
feedback: HANDLING > FEEDBACK: unit crew
sendCheck: FEEDBACK > CHECKING: acceptor dispatcher system
checkPass: CHECKING > PENDING_CLOSE: inspector system
rework: FEEDBACK > HANDLING: inspector dispatcher system
rework: CHECKING > HANDLING: inspector dispatcher system
rework: PENDING_CLOSE > HANDLING: inspector dispatcher system
close: PENDING_CLOSE > CLOSED: shift-lead
settle: REPORTED > CLOSED: inspector
reopen: CLOSED > CHECKING: acceptor
reopen: CLOSED > HANDLING: system
forceClose: PENDING_DISPATCH > FORCE_CLOSED: leader
forceClose: DISPATCHED > FORCE_CLOSED: leader
forceClose: RETURN_REVIEW > FORCE_CLOSED: leader
forceClose: SUSPENDED > FORCE_CLOSED: leader
forceClose: HANDLING > FORCE_CLOSED: leader
forceClose: FEEDBACK > FORCE_CLOSED: leader
forceClose: CHECKING > FORCE_CLOSED: leader
forceClose: PENDING_CLOSE > FORCE_CLOSED: leader
urge: REPORTED > REPORTED: shift-lead leader steward
urge: VERIFYING > VERIFYING: shift-lead leader steward
urge: PENDING_FILING > PENDING_FILING: shift-lead leader steward
urge: PENDING_DISPATCH > PENDING_DISPATCH: shift-lead leader steward
urge: DISPATCHED > DISPATCHED: shift-lead leader steward
urge: RETURN_REVIEW > RETURN_REVIEW: shift-lead leader steward
urge: SUSPENDED > SUSPENDED: shift-lead leader steward
urge: HANDLING > HANDLING: shift-lead leader steward
urge: FEEDBACK > FEEDBACK: shift-lead leader steward
urge: CHECKING > CHECKING: shift-lead leader steward
urge: PENDING_CLOSE > PENDING_CLOSE: shift-lead leader steward
supervise: REPORTED > REPORTED: shift-lead leader
supervise: VERIFYING > VERIFYING: shift-lead leader
supervise: PENDING_FILING > PENDING_FILING: shift-lead leader
supervise: PENDING_DISPATCH > PENDING_DISPATCH: shift-lead leader
supervise: DISPATCHED > DISPATCHED: shift-lead leader
supervise: RETURN_REVIEW > RETURN_REVIEW: shift-lead leader
supervise: SUSPENDED > SUSPENDED: shift-lead leader
supervise: HANDLING > HANDLING: shift-lead leader
supervise: FEEDBACK > FEEDBACK: shift-lead leader
supervise: CHECKING > CHECKING: shift-lead leader
supervise: PENDING_CLOSE > PENDING_CLOSE: shift-lead leader
join: REPORTED > VOIDED: acceptor
join: PENDING_FILING > VOIDED: acceptor
`;

/** By state and event: where it goes by whose word. Where two rows are, `admin` goes by the first. */
function expectedRows(): Map<string, Map<string, string>> {
  const rows = new Map<string, Map<string, string>>();
  for (const line of EXPECTED.trim().split("\n")) {
    const [event = "", move = "", roles = ""] = line.split(": ");
    const [from = "", to = ""] = move.split(" > ");
    const key = `${from} ${event}`;
    const byRole = rows.get(key) ?? new Map([["admin", to]]);
    for (const role of roles.split(" ")) byRole.set(role, to);
    rows.set(key, byRole);
  }
  return rows;
}

/** What is asked for already is not asked for again, and only then answered. */
function takenFrom(rows: ReadonlyMap<string, unknown>, { state, ...rest }: Case): string[] {
  const isAsked = rest.extensionAskedAt !== undefined;
  const answers = ["approveExtension", "refuseExtension", "approveSuspend", "refuseSuspend"];
  const out = isAsked ? ["requestExtension", "requestSuspend"] : answers;
  if (rest.lifeSafety) out.push("settle");
  return CASE_EVENTS.filter((event) => rows.has(`${state} ${event}`) && !out.includes(event));
}

test("every state, event and role is taken or refused as the workflow says", () => {
  const expected = expectedRows();
  const counts = { moved: 0, "wrong role": 0, "wrong state": 0 };
  for (const state of CaseState.options) {
    for (const event of CASE_EVENTS) {
      for (const role of CASE_ROLES) {
        const row = expected.get(`${state} ${event}`);
        const step = nextCase(caseFor(state, event), event, said(role), NOW);
        const what = `${state} ${event} ${role}`;
        if (step.kind === "refused") {
          expect(step.allowed, what).toEqual(takenFrom(expected, caseFor(state, event)));
          expect(step.message, what).not.toBe("");
        }
        if (row === undefined) {
          expect(step, what).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
          counts["wrong state"] += 1;
        } else if (row.has(role)) {
          expect(step, what).toMatchObject({ kind: "moved", case: { state: row.get(role) } });
          counts.moved += 1;
        } else {
          expect(step, what).toMatchObject({ kind: "refused", code: "ROLE_REFUSED" });
          counts["wrong role"] += 1;
        }
      }
    }
  }
  expect(counts).toEqual({ moved: 238, "wrong role": 734, "wrong state": 6324 });
  expect(16 * CASE_EVENTS.length * CASE_ROLES.length).toBe(238 + 734 + 6324);
});

test.each(["report", "explode", ""])("an event without a row is refused: '%s'", (event) => {
  const step = nextCase(caseAt("DISPATCHED"), event, said("admin"), NOW);
  expect(step).toMatchObject({
    kind: "refused",
    code: "CASE_TRANSITION_REFUSED",
    allowed: [
      "consult",
      "rule",
      "acceptOrder",
      "declineOrder",
      "redispatch",
      "start",
      "return",
      "requestExtension",
      "requestSuspend",
      "forceClose",
      "urge",
      "supervise",
    ],
  });
});

test("a report is an inspector's, an acceptor's, the platform's or the administrator's", () => {
  const may = CASE_ROLES.filter((role) => reportRole([role]) !== undefined);
  expect(may).toEqual(["admin", "acceptor", "inspector", "system"]);
});

test("what needs a word is refused without one, and the text says which", () => {
  const needing = CASE_ROWS.flatMap((row) =>
    row.needs === undefined ? [] : row.from.map((from) => ({ ...row, from, needs: row.needs })),
  );
  expect(needing).toHaveLength(50);
  for (const { event, from, needs } of needing) {
    if (from === "none") continue;
    const without = said("admin");
    if (needs !== undefined) delete without[needs];
    for (const context of [without, { ...without, [needs ?? "note"]: "  " }]) {
      const step = nextCase(caseFor(from, event), event, context, NOW);
      expect(step).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
      if (step.kind === "refused") expect(step.message).toContain(`'${needs}'`);
    }
  }
});

test("confirm accepts, files and dispatches at once with a record each", () => {
  const reported = { ...caseAt("REPORTED"), reviewUntil: NOW + 1 };
  const step = nextCase(reported, "confirm", { ...said("shift-lead"), note: "seen" }, NOW);
  if (step.kind === "refused") throw new Error(step.message);
  expect(
    step.records.map(({ event, from, to, role, note }) => [event, from, to, role, note]),
  ).toEqual([
    ["accept", "REPORTED", "PENDING_FILING", "shift-lead", "seen"],
    ["file", "PENDING_FILING", "PENDING_DISPATCH", "shift-lead", undefined],
    ["dispatch", "PENDING_DISPATCH", "DISPATCHED", "shift-lead", undefined],
  ]);
  expect(step.orders).toEqual(["dispatched"]);
  expect(step.case).toMatchObject({
    version: 7,
    dispatchedAt: NOW,
    deadline: plan.deadline,
    unitId: "road-unit",
    crewId: "crew-1",
    calendar: "office",
  });
  expect(step.case).not.toHaveProperty("reviewUntil");
});

test("without a crew nothing is sent, and the history says that the case stands at its unit", () => {
  const { crewId: _crew, ...without } = plan;
  const context = { ...said("system"), plan: { ...without, note: "no crew takes it" } };
  const step = nextCase(caseAt("PENDING_DISPATCH"), "dispatch", context, NOW);
  expect(step).toMatchObject({ kind: "moved", orders: [] });
  if (step.kind === "refused") throw new Error(step.message);
  expect(step.case).not.toHaveProperty("crewId");
  expect(step.records[0]).toMatchObject({ note: "done; no crew takes it", unitId: "road-unit" });
});

test("after feedback a case is voided only where the crew, or its lead, found nothing", () => {
  const { outcome: _found, ...silent } = said("shift-lead");
  const step = (theCase: Case, outcome?: string) =>
    nextCase(theCase, "void", { ...silent, ...(outcome !== undefined && { outcome }) }, NOW);
  const fed = caseAt("FEEDBACK");
  for (const refused of [step(fed), step(fed, "duplicate")]) {
    expect(refused).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
    if (refused.kind === "refused") expect(refused.message).toContain(NOTHING_FOUND);
  }
  const voided = { kind: "moved", case: { state: "VOIDED", closedAt: NOW }, orders: ["closed"] };
  expect(step(fed, NOTHING_FOUND)).toMatchObject(voided);
  expect(step({ ...fed, outcome: NOTHING_FOUND })).toMatchObject(voided);
  expect(step(caseAt("REPORTED"))).toMatchObject({ kind: "moved", case: { state: "VOIDED" } });
});

test("the crew's outcome stands on the case from feedback until the work is sent back", () => {
  const fed = nextCase(caseAt("HANDLING"), "feedback", said("crew"), NOW);
  expect(fed).toMatchObject({ kind: "moved", case: { outcome: NOTHING_FOUND } });
  if (fed.kind === "refused") throw new Error(fed.message);
  const { outcome: _found, ...silent } = said("inspector");
  const again = nextCase(fed.case, "rework", silent, NOW);
  expect(again).toMatchObject({ kind: "moved", case: { state: "HANDLING" } });
  if (again.kind === "moved") expect(again.case).not.toHaveProperty("outcome");
});

test("rework keeps unit and crew, counts, and takes the deadline that was left", () => {
  const checking = { ...caseAt("CHECKING"), feedbackAt: NOW - 9, checkingSince: NOW - 9 };
  const { crewPlan, ...same } = said("inspector");
  const step = nextCase(checking, "rework", same, NOW);
  if (step.kind === "refused") throw new Error(step.message);
  expect(step.orders).toEqual(["rework"]);
  expect(step.case).toMatchObject({ reworkCount: 1, deadline: NOW + 3_600_000, crewId: "crew-1" });
  expect(step.case).not.toHaveProperty("feedbackAt");
  expect(step.case).not.toHaveProperty("checkingSince");
});

test("rework that is planned for another crew is withdrawn from the former, whose arrival goes with it", () => {
  const there = { arrivedAt: NOW - 20, arrivedInTime: true, startedAt: NOW - 30 };
  const checking = { ...caseAt("CHECKING"), feedbackAt: NOW - 9, checkingSince: NOW - 9, ...there };
  const step = nextCase(checking, "rework", said("inspector"), NOW);
  expect(step).toMatchObject({
    orders: ["withdrawn", "rework"],
    case: { crewId: "crew-2", startedAt: NOW, acceptedAt: NOW, deadline: NOW + 3_600_000 },
  });
  if (step.kind === "moved") expect(step.case).not.toHaveProperty("arrivedAt");
});

test.each(["start", "arrive", "feedback"])(
  "a crew that says '%s' of a case without a crew has it from then on; a unit that says so has none",
  (event) => {
    const { crewId: _none, ...standing } = caseAt(event === "start" ? "DISPATCHED" : "HANDLING");
    const own = CrewId.parse("crew-7");
    const crew = said("crew");
    const by = { ...crew, actor: { ...crew.actor, crewId: own } };
    const [byCrew, byUnit] = [by, { ...by, actor: { ...by.actor, roles: ["unit" as const] } }].map(
      (context) => nextCase(standing as Case, event, context, NOW),
    );
    const orders = event === "feedback" ? [] : ["dispatched"];
    expect(byCrew).toMatchObject({ orders, case: { crewId: own, acceptedAt: NOW } });
    expect(byUnit).toMatchObject({ kind: "moved", orders: [] });
    if (byUnit?.kind === "moved") expect(byUnit.case).not.toHaveProperty("crewId");
  },
);

test.each(["madeSafe", "cannotReach", "needsReplacement"] as const)(
  "no sensor denies '%s': sent back by the system it is no false repair",
  (outcome) => {
    const fed = { ...caseAt("CHECKING"), feedbackAt: NOW - 9, checkingSince: NOW - 9, outcome };
    const step = nextCase(fed, "rework", said("system"), NOW);
    expect(step).toMatchObject({ case: { reworkCount: 1 } });
    if (step.kind === "moved") expect(step.case).not.toHaveProperty("falseRepairCount");
  },
);

test("a crew whose case ends by force hears whether to stop or that it is over", () => {
  const kinds = (["HANDLING", "CHECKING"] as const).map((state) => {
    const step = nextCase(caseAt(state), "forceClose", said("leader"), NOW);
    return step.kind === "moved" ? step.orders : [];
  });
  expect(kinds).toEqual([["withdrawn"], ["closed"]]);
});

test("a case that its sensor passed is not closed while the sensor alarms again", () => {
  const step = nextCase(
    caseAt("PENDING_CLOSE"),
    "close",
    { ...said("shift-lead"), hasRelapsed: true },
    NOW,
  );
  expect(step).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
});

test("an arrival is said once, from its work, and is held against its limit", () => {
  const handling = { ...caseAt("HANDLING"), arriveBy: NOW + 1 };
  const there = nextCase(handling, "arrive", said("crew"), NOW + 1);
  const inTime = { arrivedAt: NOW + 1, arrivedInTime: true, state: "HANDLING" };
  expect(there).toMatchObject({ kind: "moved", case: inTime, orders: [] });
  if (there.kind === "refused") throw new Error(there.message);
  const again = nextCase(there.case, "arrive", said("crew"), NOW + 2);
  expect(again).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
  if (again.kind === "refused") {
    expect(again.message).toContain("go on by 'feedback'");
    expect(again.allowed).not.toContain("arrive");
  }
  const late = nextCase(handling, "arrive", said("unit"), NOW + 2);
  expect(late).toMatchObject({ case: { arrivedInTime: false } });
  const without = nextCase(caseAt("HANDLING"), "arrive", said("crew"), NOW);
  if (without.kind === "moved") expect(without.case).not.toHaveProperty("arrivedInTime");
});

test("made safe and repaired are held against the deadline when they are said, each once", () => {
  const at = (outcome: string, now: number, theCase = caseAt("HANDLING")) => {
    const handling = { ...theCase, deadline: NOW };
    const step = nextCase(handling, "feedback", { ...said("crew"), outcome }, now);
    if (step.kind === "refused") throw new Error(step.message);
    return step.case;
  };
  expect(at("madeSafe", NOW)).toMatchObject({ madeSafeAt: NOW, madeSafeInTime: true });
  expect(at("madeSafe", NOW + 1)).toMatchObject({ madeSafeInTime: false });
  expect(at("madeSafe", NOW)).not.toHaveProperty("repairedInTime");
  expect(at("repaired", NOW + 1)).toMatchObject({ repairedInTime: false });
  expect(at("cannotReach", NOW)).not.toHaveProperty("repairedInTime");
  const safe = { ...at("madeSafe", NOW), state: "HANDLING" as const };
  expect(at("madeSafe", NOW + 9, safe)).toMatchObject({ madeSafeInTime: true });
  const fed = at("repaired", NOW);
  const back = nextCase(fed, "rework", said("inspector"), NOW + 1);
  if (back.kind === "moved") expect(back.case).not.toHaveProperty("repairedInTime");
});

test("an inspector settles what is small, quiet and shown by a photo before and after", () => {
  const small = { ...caseAt("REPORTED"), lifeSafety: false };
  const step = nextCase(small, "settle", said("inspector"), NOW);
  const closed = { state: "CLOSED", selfHandled: true, closedAt: NOW };
  expect(step).toMatchObject({ kind: "moved", case: closed, orders: [] });
  const { photos: _none, ...unseen } = said("inspector");
  const refused: [Case, CaseContext, string][] = [
    [{ ...small, lifeSafety: true }, said("inspector"), "life safety"],
    [small, unseen, "0 photos from before and 0 from after"],
    [small, { ...unseen, photos: { before: 1, after: 0, other: 3 } }, "one of each"],
    [small, { ...said("inspector"), isAlarming: true }, "an alarm that stands"],
  ];
  for (const [theCase, context, text] of refused) {
    const not = nextCase(theCase, "settle", context, NOW);
    expect(not).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
    if (not.kind === "refused") expect(not.message).toContain(text);
  }
});

test("a check before the sensor's proof needs the inspector's reason; who passed it is kept", () => {
  const checking = { ...caseAt("CHECKING"), feedbackAt: NOW - 9, checkingSince: NOW - 9 };
  const { reason: _none, ...silent } = said("inspector");
  const not = nextCase(checking, "checkPass", { ...silent, isUnproven: true }, NOW);
  expect(not).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
  if (not.kind === "refused") expect(not.message).toContain("'reason'");
  const override = { ...said("inspector"), isUnproven: true };
  const byPerson = { kind: "moved", case: { provenBy: "inspector" } };
  expect(nextCase(checking, "checkPass", override, NOW)).toMatchObject(byPerson);
  expect(nextCase(checking, "checkPass", silent, NOW)).toMatchObject(byPerson);
  const bySensor = nextCase(checking, "checkPass", said("system"), NOW);
  expect(bySensor).toMatchObject({ case: { provenBy: "sensor" } });
  if (bySensor.kind === "refused") throw new Error(bySensor.message);
  const back = nextCase(bySensor.case, "rework", said("dispatcher"), NOW);
  if (back.kind === "moved") expect(back.case).not.toHaveProperty("provenBy");
});

test("what the sensor denies before any proof is a false repair; a person's rework is none", () => {
  const step = (state: CaseState, role: CaseRole) => {
    const after = nextCase({ ...caseAt(state), feedbackAt: NOW - 9 }, "rework", said(role), NOW);
    return after.kind === "moved" ? after.case.falseRepairCount : undefined;
  };
  expect([step("FEEDBACK", "system"), step("CHECKING", "system")]).toEqual([1, 1]);
  expect(step("CHECKING", "inspector")).toBeUndefined();
  // It had been proven.
  expect(step("PENDING_CLOSE", "system")).toBeUndefined();
});

test("a duplicate is voided into an open case, and nothing urgent gets slower by it", () => {
  const reported = { ...caseAt("REPORTED"), reviewUntil: NOW + 1 };
  const step = nextCase(reported, "join", said("acceptor"), NOW);
  const voided = { state: "VOIDED", closedAt: NOW, mergedInto: OTHER.caseNo };
  expect(step).toMatchObject({ kind: "moved", case: voided, orders: [] });
  if (step.kind === "moved") expect(step.case).not.toHaveProperty("reviewUntil");
  const { into: _other, ...alone } = said("acceptor");
  const refused: [CaseContext, string][] = [
    [alone, "/join names it as 'into'"],
    [{ ...alone, into: reported }, "cannot join itself"],
    [{ ...alone, into: { ...OTHER, state: "CLOSED" } }, "is CLOSED and takes no other on"],
    [{ ...alone, into: OTHER, hasEvidence: true }, "sensor's alarm"],
    [{ ...alone, into: { ...OTHER, lifeSafety: false } }, "its order would be late"],
  ];
  for (const [context, text] of refused) {
    const not = nextCase(reported, "join", context, NOW);
    expect(not).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
    if (not.kind === "refused") expect(not.message).toContain(text);
  }
  const small = nextCase({ ...reported, lifeSafety: false }, "join", said("acceptor"), NOW);
  expect(small).toMatchObject({ kind: "moved" });
});

const CLOSED = {
  ...caseAt("CLOSED"),
  unitId: UnitId.parse("old-unit"),
  startedAt: NOW - 90,
  arrivedAt: NOW - 80,
  feedbackAt: NOW - 70,
  checkingSince: NOW - 70,
  repairedAt: NOW - 70,
  repairedInTime: true,
  provenBy: "sensor" as const,
  outcome: "repaired",
  closedAt: NOW - 60,
  deadline: NOW - 50,
};

test("a relapse takes the closed case up again with a new limit and counts against it", () => {
  const step = nextCase({ ...CLOSED, selfHandled: true }, "reopen", said("system"), NOW);
  if (step.kind === "refused") throw new Error(step.message);
  expect(step.orders).toEqual(["rework"]);
  const anew = { startedAt: NOW, dispatchedAt: NOW, deadline: plan.deadline, unitId: plan.unitId };
  expect(step.case).toMatchObject({ state: "HANDLING", reopenCount: 1, relapseCount: 1, ...anew });
  const gone = ["closedAt", "feedbackAt", "outcome", "repairedAt", "provenBy", "selfHandled"];
  for (const name of [...gone, "arrivedAt", "checkingSince", "repairedInTime"]) {
    expect(step.case).not.toHaveProperty(name);
  }
});

test.each([NOTHING_FOUND, "madeSafe"])("what was closed as %s has no relapse", (outcome) => {
  const step = nextCase({ ...CLOSED, outcome }, "reopen", said("system"), NOW);
  expect(step).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
});

test("a reporter's word takes a closed case to its check once, with a reason, within 30 days", () => {
  const { plan: _none, ...words } = said("acceptor");
  const step = nextCase(CLOSED, "reopen", words, NOW);
  if (step.kind === "refused") throw new Error(step.message);
  const disputed = { disputedAt: NOW, checkingSince: NOW, reopenCount: 1 };
  expect(step.case).toMatchObject({ state: "CHECKING", ...disputed });
  expect(step.case).not.toHaveProperty("relapseCount");
  expect(step.case).not.toHaveProperty("closedAt");
  const closed = { ...step.case, state: "CLOSED" as const, closedAt: NOW };
  const late = NOW + 30 * 86_400_000;
  const { reason: _why, ...silent } = words;
  for (const [theCase, context, now, text] of [
    [closed, words, NOW, "once, and once only"],
    [CLOSED, words, late, "more than 30 days ago"],
    [CLOSED, silent, NOW, "'reason'"],
  ] as const) {
    const not = nextCase(theCase, "reopen", context, now);
    expect(not).toMatchObject({ kind: "refused", code: "CASE_TRANSITION_REFUSED" });
    if (not.kind === "refused") expect(not.message).toContain(text);
  }
});

test("what was disputed and is sent back begins anew with the plan's limit", () => {
  const disputed = { ...CLOSED, state: "CHECKING" as const, disputedAt: NOW, checkingSince: NOW };
  const step = nextCase(disputed, "rework", said("inspector"), NOW + 1);
  expect(step).toMatchObject({
    kind: "moved",
    case: { state: "HANDLING", deadline: plan.deadline, dispatchedAt: NOW + 1, reworkCount: 1 },
    orders: ["rework"],
  });
});

test.each(["VOIDED", "FORCE_CLOSED", "NOT_FILED", "NOT_ACCEPTED"] as const)(
  "nobody reopens what is %s",
  (state) => {
    for (const role of CASE_ROLES) {
      expect(nextCase(caseAt(state), "reopen", said(role), NOW)).toMatchObject({
        kind: "refused",
        allowed: [],
      });
    }
  },
);

test("without a crew nobody has begun: a suspended case goes on without a start", () => {
  const suspended = { ...caseAt("SUSPENDED"), suspendedAt: NOW - 9, suspendUntil: NOW };
  const { crewId: _none, ...alone } = suspended;
  const [withCrew, without] = [suspended, alone].map((theCase) =>
    nextCase(theCase as Case, "resume", said("dispatcher"), NOW),
  );
  expect(withCrew).toMatchObject({ case: { startedAt: NOW } });
  if (without?.kind === "moved") expect(without.case).not.toHaveProperty("startedAt");
});

test("no path leaves a terminal state but by reopening, versions only grow, records join", () => {
  const events = fc.array(fc.constantFrom(...CASE_EVENTS), { maxLength: 30 });
  fc.assert(
    fc.property(events, (path) => {
      let current = caseAt("REPORTED");
      let last: CaseState = current.state;
      for (const event of path) {
        const before = structuredClone(current);
        const step = nextCase(current, event, said("admin"), NOW);
        expect(current).toEqual(before);
        if (step.kind === "refused") {
          expect(allowedEvents(current)).not.toContain(event);
          continue;
        }
        const hasEnded = TERMINAL_STATES.has(current.state);
        expect(hasEnded).toBe(event === "reopen");
        if (hasEnded) expect(current.state).toBe("CLOSED");
        expect(step.case.version).toBe(current.version + step.records.length);
        for (const { from, to } of step.records) {
          expect(from).toBe(last);
          last = to;
        }
        expect(last).toBe(step.case.state);
        expect(Case.safeParse(step.case).success).toBe(true);
        current = step.case;
      }
    }),
    { numRuns: 500 },
  );
});
