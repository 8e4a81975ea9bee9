/** The escalation of a case by tables and properties. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Case } from "../../model/case.ts";
import { wantsPerson } from "../../model/notice.ts";
import type { Escalation } from "../../model/reaching.ts";
import { broughtForward, callsDue, followed, notAfter, taken } from "./escalation.ts";
import { Ladders } from "./ladder.ts";

const AT = Date.parse("2026-11-23T09:00+08:00");
const SECOND = 1_000;
const LADDERS = Ladders.parse({});

const caseWith = (more: Partial<Case> = {}): Case =>
  Case.parse({
    ...{ caseNo: "4115242026112300001", kind: "component", categoryCode: "0102" },
    ...{ conditionId: "cover-open", state: "DISPATCHED", version: 3, source: "sensor" },
    ...{ lifeSafety: true, lon: 114, lat: 32, unitId: "drains", crewId: "drains-1" },
    ...{ limit: { value: 2, unit: "urgent-hour" }, openedAt: AT, reworkCount: 0 },
    ...more,
  });

function begun(more: Partial<Case> = {}, at = AT): Escalation {
  const escalation = followed(undefined, caseWith(more), at);
  if (escalation === undefined) throw new Error("none has begun");
  return escalation;
}

/** Every call of so many seconds, looked at each second: `seconds who n`. */
function callsWithin(escalation: Escalation, seconds: number, every = 1): string[] {
  const ladder = LADDERS[escalation.lifeSafety ? "lifeSafety" : "other"];
  const told: string[] = [];
  let now = escalation;
  for (let second = 0; second <= seconds; second += every) {
    const due = callsDue(now, ladder, AT + second * SECOND);
    now = due.escalation;
    told.push(...due.calls.map(({ who, n }) => `${second} ${who} ${n}`));
  }
  return told;
}

test.each<[Partial<Case>, boolean]>([
  [{}, true],
  [{ acceptedAt: AT }, false],
  [{ state: "HANDLING", startedAt: AT, acceptedAt: AT }, false],
  // A relapse that is life safety: it is the crew's at once, and nobody has said that he goes.
  [{ state: "HANDLING", startedAt: AT }, true],
  [{ state: "HANDLING", startedAt: AT, arrivedAt: AT }, false],
  [{ state: "HANDLING", startedAt: AT, lifeSafety: false }, false],
  [{ state: "HANDLING", crewId: undefined }, true],
  [{ state: "DISPATCHED", crewId: undefined }, true],
  [{ state: "PENDING_DISPATCH" }, false],
  [{ state: "RETURN_REVIEW" }, false],
  [{ state: "CLOSED" }, false],
])("a case with %j wants a person: %s", (more, isWanted) => {
  expect(wantsPerson(caseWith(more))).toBe(isWanted);
  expect(followed(undefined, caseWith(more), AT) !== undefined).toBe(isWanted);
});

test("life safety climbs from the crew to the leader, and each is called on", () => {
  expect(callsWithin(begun(), 200)).toEqual([
    "0 crew 0",
    "40 crew 1",
    "60 lead 0",
    "80 crew 2",
    "120 crew 3",
    "120 lead 1",
    "120 department 0",
    "160 crew 4",
    "180 lead 2",
    "180 department 1",
    "180 leader 0",
    "200 crew 5",
  ]);
});

test("what is not life safety is called about a few times, and then no more", () => {
  const escalation = begun({ lifeSafety: false });
  expect(callsWithin(escalation, 86_400, 60)).toEqual([
    "0 crew 0",
    "900 crew 1",
    "1800 crew 2",
    "2700 lead 0",
    "6300 lead 1",
  ]);
});

test("after a time in which nobody looked each is called once", () => {
  const { escalation, calls } = callsDue(begun(), LADDERS.lifeSafety, AT + 3_600 * SECOND);
  expect(calls.map(({ step }) => step)).toEqual([
    "1.crew.0",
    "1.lead.0",
    "1.department.0",
    "1.leader.0",
  ]);
  expect(escalation.nextAt).toBe(AT + 3_640 * SECOND);
});

test("another crew of the unit is called anew, the others go on by their time", () => {
  const first = callsDue(begun(), LADDERS.lifeSafety, AT + 70 * SECOND).escalation;
  const handed = followed(first, caseWith({ crewId: "drains-2" as Case["crewId"] }), AT + 90_000);
  expect(handed).toMatchObject({ round: 2, crewId: "drains-2", crewSince: AT + 90_000 });
  const { calls } = callsDue(handed as Escalation, LADDERS.lifeSafety, AT + 100 * SECOND);
  expect(calls.map(({ step }) => step)).toEqual(["2.crew.0"]);
});

test("another unit is called from the first level", () => {
  const first = callsDue(begun(), LADDERS.lifeSafety, AT + 200 * SECOND).escalation;
  const moved = caseWith({ unitId: "gas" as Case["unitId"], crewId: "gas-1" as Case["crewId"] });
  expect(followed(first, moved, AT + 210_000)).toMatchObject({
    round: 2,
    unitId: "gas",
    calls: {},
    othersSince: AT + 210_000,
  });
});

test("a case that becomes life safety is called about anew, by that ladder", () => {
  const first = callsDue(begun({ lifeSafety: false }), LADDERS.other, AT).escalation;
  const raised = followed(first, caseWith(), AT + 60_000);
  expect(raised).toMatchObject({ round: 2, lifeSafety: true, calls: {}, othersSince: AT + 60_000 });
  const calls = callsWithin(raised as Escalation, 130, 10);
  expect(calls).toContain("120 lead 0");
  expect(followed(taken(first, "user:lead", AT), caseWith(), AT)?.state).toBe("calling");
});

test("it ends with an acceptance, which names the crew, and with whatever ends the wait", () => {
  const accepted = followed(begun(), caseWith({ acceptedAt: AT + 1 }), AT + 1);
  expect(accepted).toMatchObject({ state: "over", takenBy: "crew:drains-1", endedAt: AT + 1 });
  expect(accepted?.nextAt).toBeUndefined();
  const voided = followed(begun(), caseWith({ state: "VOIDED" }), AT + 2);
  expect(voided).toMatchObject({ state: "over", endedAt: AT + 2 });
  expect(voided?.takenBy).toBeUndefined();
});

test("who took it first stands, and what is over stays as it is", () => {
  const first = taken(begun(), "user:lead", AT + 5);
  expect(taken(first, "user:mayor", AT + 6)).toBe(first);
  expect(callsDue(first, LADDERS.lifeSafety, AT + 86_400_000).calls).toEqual([]);
  // The case still waits for its crew, which the lead sees to.
  expect(followed(first, caseWith(), AT + 7)).toBe(first);
  const over = followed(first, caseWith({ acceptedAt: AT + 8 }), AT + 8);
  expect(over).toMatchObject({ state: "over", takenBy: "user:lead", endedAt: AT + 5 });
  expect(followed(over, caseWith({ state: "CLOSED" }), AT + 9)).toBe(over);
});

test("a case that wants a person again is called about anew", () => {
  const over = followed(begun(), caseWith({ acceptedAt: AT + 1 }), AT + 1);
  expect(followed(over, caseWith(), AT + 60_000)).toMatchObject({
    state: "calling",
    round: 2,
    startedAt: AT + 60_000,
    calls: {},
  });
});

test("the crew that comes after somebody took the care of it is called", () => {
  const first = taken(begun(), "user:lead", AT + 5);
  const handed = followed(first, caseWith({ crewId: "drains-2" as Case["crewId"] }), AT + 90_000);
  expect(handed).toMatchObject({ state: "calling", round: 2, crewId: "drains-2" });
  expect(handed?.takenBy).toBeUndefined();
});

test("a level without people brings the next one forward", () => {
  const first = callsDue(begun(), LADDERS.lifeSafety, AT + 60 * SECOND).escalation;
  const hurried = broughtForward(first, LADDERS.lifeSafety, AT + 60 * SECOND);
  expect(hurried.nextAt).toBe(AT + 60 * SECOND);
  const { calls } = callsDue(hurried, LADDERS.lifeSafety, AT + 60 * SECOND);
  expect(calls.map(({ who }) => who)).toEqual(["department"]);
});

test("a clock that is set back makes nobody wait", () => {
  const first = callsDue(begun(), LADDERS.lifeSafety, AT + 10 * SECOND).escalation;
  const back = notAfter(first, LADDERS.lifeSafety, AT - 3_600 * SECOND);
  expect(back.nextAt).toBe(AT - 3_600 * SECOND + 40 * SECOND);
  expect(back.startedAt).toBe(AT - 3_600 * SECOND);
});

test("however the times fall no step is called twice, and the next time lies ahead", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(120), { maxLength: 60 }), fc.boolean(), (waits, lifeSafety) => {
      const ladder = LADDERS[lifeSafety ? "lifeSafety" : "other"];
      const steps: string[] = [];
      let escalation = begun({ lifeSafety });
      let now = AT;
      for (const wait of waits) {
        now += wait * SECOND;
        const due = callsDue(escalation, ladder, now);
        escalation = due.escalation;
        steps.push(...due.calls.map(({ step }) => step));
        expect(escalation.nextAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
      }
      expect(new Set(steps).size).toBe(steps.length);
    }),
  );
});

test.each([
  [
    [
      { who: "lead", afterSeconds: 0 },
      { who: "crew", afterSeconds: 0 },
    ],
    "in the order",
  ],
  [
    [
      { who: "crew", afterSeconds: 60 },
      { who: "lead", afterSeconds: 0 },
    ],
    "before the one below",
  ],
  [[{ who: "crew", afterSeconds: 0, everySeconds: 1 }], "expected number to be >=10"],
  [[{ who: "boss", afterSeconds: 0 }], "expected one of"],
  [[], "expected array to have >=1 items"],
])("a ladder %j is refused", (lifeSafety, fault) => {
  const { error } = Ladders.safeParse({ lifeSafety });
  expect(error?.issues.map(({ message }) => message).join()).toContain(fault);
});
