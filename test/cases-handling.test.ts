/** What a unit may do with a case beside the work: return it, ask for time, suspend it, make it safe. */
import { describe, expect, test } from "vitest";
import type { Case } from "../model/case.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { DeviceId, UnitId } from "../model/ids.ts";
import { CREW_1, LEAD, MONDAY, newCrew, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, raised, reopen, say, tell, tick } = openCaseDesk();

const UNIT = person("unit", { unitId: UnitId.parse("drains") });
const DISPATCHER = person("dispatcher");
const LEADER = person("leader");
const at = (text: string): number => Date.parse(`${text}+08:00`);
const kindsOf = (told: readonly { kind: string }[]): string[] => told.map(({ kind }) => kind);

/** Two working days by the office's calendar: from Monday nine to Wednesday nine. */
async function slowCase(): Promise<Case> {
  const { caseNo } = await openOne("cover-1", "cover-rattle");
  return (await say(caseNo, "confirm", LEAD, MONDAY)).case;
}

describe("verifying", () => {
  test("an acceptor lets a report be verified; the inspector's word brings it back", async () => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    const sent = await say(caseNo, "sendVerify", person("acceptor"), MONDAY);
    expect(sent.case).toMatchObject({ state: "VERIFYING", stageSince: MONDAY });
    expect(sent.case).not.toHaveProperty("reviewUntil");
    const seen = MONDAY + 20 * MINUTE_MS;
    expect(await tick(seen)).toMatchObject({ changed: [], notices: [{ kind: "verify-50" }] });
    const back = await say(caseNo, "verifyResult", person("inspector"), seen);
    expect(back.case).toMatchObject({ state: "REPORTED", stageSince: seen });
    expect(kindsOf(back.effects.settled)).toContain("verify-50");
  });

  test("an alarm of a trusted condition does not wait for the inspector", async () => {
    const report = { assetId: "cover-1", conditionId: "cover-open", source: "citizen" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, report, person("acceptor"), MONDAY),
    );
    await say(reported.caseNo, "sendVerify", person("acceptor"), MONDAY);
    const { orders } = await tell([raised("cover-1", "cover-open")], MONDAY + 1);
    expect(orders).toMatchObject([{ kind: "dispatched", caseNo: reported.caseNo }]);
  });
});

describe("returns", () => {
  test("a return is the dispatcher's to judge while the clock runs on; refused it goes back", async () => {
    const { caseNo, deadline } = await openOne();
    const returned = await say(caseNo, "return", UNIT, MONDAY + MINUTE_MS, { reason: "not ours" });
    expect(returned.case).toMatchObject({ state: "RETURN_REVIEW", returnCount: 1, deadline });
    expect(returned.effects.notices).toMatchObject([{ kind: "return-review", caseNo }]);
    // Its unit is warned, not the crew that says that it is not its work.
    const late = await tick(MONDAY + 2 * HOUR_MS);
    expect(late.orders).toEqual([]);
    expect(kindsOf(late.notices)).toContain("handling-100");
    const back = await say(caseNo, "refuseReturn", DISPATCHER, MONDAY + 2 * HOUR_MS);
    expect(back.case).toMatchObject({ state: "DISPATCHED", refusedReturnCount: 1, deadline });
    expect(back.effects.orders).toMatchObject([{ kind: "returned", crewId: "crew-1" }]);
    expect(kindsOf(back.effects.settled)).toContain("return-review");
  });

  test("accepted it is nobody's, its crew hears, and the next unit has a clock of its own", async () => {
    const { caseNo } = await openOne("cover-1", "flooding");
    await say(caseNo, "start", CREW_1, MONDAY);
    expect(kindsOf((await tick(MONDAY + 100 * MINUTE_MS)).orders)).toEqual(["due-soon"]);
    const then = MONDAY + 101 * MINUTE_MS;
    await say(caseNo, "return", CREW_1, then);
    const { case: free, effects } = await say(caseNo, "acceptReturn", DISPATCHER, then);
    expect(free).toMatchObject({ state: "PENDING_DISPATCH", returnedBy: ["drains"] });
    for (const gone of ["unitId", "crewId", "deadline", "startedAt"]) {
      expect(free).not.toHaveProperty(gone);
    }
    expect(effects.orders).toMatchObject([{ kind: "withdrawn", crewId: "crew-1", hazards: [] }]);
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const again = await say(caseNo, "dispatch", DISPATCHER, then + HOUR_MS);
    expect(again.case).toMatchObject({ unitId: "centre", crewId: "crew-9" });
    expect(again.case.deadline).toBe(then + 3 * HOUR_MS);
    const { orders } = await tick(then + 3 * HOUR_MS);
    expect(orders.map(({ orderId, crewId }) => [orderId.slice(19), crewId])).toEqual([
      ["-1-due-soon", "crew-9"],
      ["-1-overdue", "crew-9"],
    ]);
  });

  test("the third return is marked for consultation and its leader is told", async () => {
    const { caseNo } = await openOne();
    for (const count of [1, 2, 3]) {
      const { case: theCase, effects } = await say(caseNo, "return", UNIT, MONDAY);
      expect(theCase.needsConsultation).toBe(count === 3 ? true : undefined);
      expect(kindsOf(effects.notices).includes("consultation-wanted")).toBe(count === 3);
      await say(caseNo, "refuseReturn", DISPATCHER, MONDAY);
    }
  });

  test("feedback that it is not the crew's work is a return with its note as the reason", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    const said = { outcome: "notOurs", note: "a cover of the telephone company" };
    const { case: theCase } = await say(caseNo, "feedback", CREW_1, MONDAY, said);
    expect(theCase).toMatchObject({ state: "RETURN_REVIEW", returnCount: 1 });
    expect(theCase).not.toHaveProperty("feedbackAt");
    const { history } = await get(caseNo);
    expect(history.at(-1)).toMatchObject({ event: "feedback", ...said, to: "RETURN_REVIEW" });
  });
});

describe("extensions", () => {
  test("a grant adds the limit by the unit's calendar, tells the crew, and warns anew", async () => {
    const { caseNo, deadline } = await slowCase();
    expect(deadline).toBe(at("2026-11-25T09:00"));
    const asked = await say(caseNo, "requestExtension", UNIT, at("2026-11-24T16:00"));
    expect(asked.effects.notices).toMatchObject([{ kind: "extension-asked" }]);
    expect(kindsOf((await tick(at("2026-11-24T16:01"))).orders)).toEqual(["due-soon"]);
    const granted = await say(caseNo, "approveExtension", LEAD, at("2026-11-24T16:02"));
    expect(granted.case).toMatchObject({
      state: "DISPATCHED",
      extensionCount: 1,
      deadline: at("2026-11-27T09:00"),
    });
    expect(granted.case).not.toHaveProperty("extensionAskedAt");
    expect(granted.effects.orders).toMatchObject([{ kind: "extended", crewId: "crew-1" }]);
    expect(kindsOf(granted.effects.settled)).toEqual(
      expect.arrayContaining(["extension-asked", "handling-50", "handling-80"]),
    );
    await reopen();
    const { orders } = await tick(at("2026-11-28T09:00"));
    expect(orders.map(({ orderId }) => orderId.slice(19))).toEqual(["-1-due-soon", "-1-overdue"]);
  });

  test("two are granted at most, one is pending at a time, the second is the leader's", async () => {
    const { caseNo } = await slowCase();
    const ask = () => say(caseNo, "requestExtension", UNIT, MONDAY);
    const refusedWith = async (said: Promise<unknown>, code: string, text: string) => {
      await expect(said).rejects.toMatchObject({ code, message: expect.stringContaining(text) });
    };
    await refusedWith(
      say(caseNo, "approveExtension", LEAD, MONDAY),
      "CASE_TRANSITION_REFUSED",
      "no extension pending",
    );
    await ask();
    await refusedWith(ask(), "CASE_TRANSITION_REFUSED", "pending already");
    await say(caseNo, "refuseExtension", LEAD, MONDAY);
    await ask();
    await say(caseNo, "approveExtension", LEAD, MONDAY);
    expect((await ask()).effects.notices).toMatchObject([{ kind: "second-extension-asked" }]);
    await refusedWith(
      say(caseNo, "approveExtension", LEAD, MONDAY),
      "ROLE_REFUSED",
      "belongs to leader",
    );
    const both = { username: "both", roles: ["shift-lead", "leader"] as const };
    const second = await say(caseNo, "approveExtension", both, MONDAY);
    expect(second.case).toMatchObject({ extensionCount: 2, deadline: at("2026-12-01T09:00") });
    await refusedWith(ask(), "CASE_TRANSITION_REFUSED", "extended 2 times");
  });

  test.each(["requestExtension", "approveExtension"])(
    "%s at the deadline is too late",
    async (event) => {
      const { caseNo, deadline = 0 } = await openOne();
      if (event === "approveExtension") await say(caseNo, "requestExtension", UNIT, MONDAY);
      const actor = event === "approveExtension" ? LEAD : UNIT;
      await expect(say(caseNo, event, actor, deadline)).rejects.toMatchObject({
        code: "CASE_TRANSITION_REFUSED",
        message: expect.stringContaining("after its deadline"),
      });
    },
  );
});

describe("suspension", () => {
  const END = at("2026-12-07T00:00");

  async function suspended(): Promise<Case> {
    const { caseNo } = await slowCase();
    const asked = await say(caseNo, "requestSuspend", UNIT, MONDAY, { until: END });
    expect(asked.effects.notices).toMatchObject([{ kind: "suspension-asked" }]);
    const then = at("2026-11-23T16:00");
    const { case: theCase, effects } = await say(caseNo, "approveSuspend", LEADER, then);
    expect(theCase).toMatchObject({ state: "SUSPENDED", suspendedAt: then, suspendUntil: END });
    expect(effects.orders).toMatchObject([{ kind: "changed", case: { state: "SUSPENDED" } }]);
    return theCase;
  }

  test.each([
    ["at its time", 0],
    ["after a day of downtime", DAY_MS],
  ])("the clock stands and goes on by itself, %s", async (_when, lateMs) => {
    const { caseNo } = await suspended();
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(END);
    expect(await tick(END - 1)).toMatchObject({ orders: [], changed: [], notices: [] });
    await reopen();
    const { changed, orders } = await tick(END + lateMs);
    // 5 of 16 working hours were used before; 11 are left from Monday morning on.
    expect(changed).toMatchObject([
      { caseNo, state: "HANDLING", deadline: at("2026-12-08T11:00"), suspendCount: 1 },
    ]);
    expect(changed[0]).not.toHaveProperty("suspendUntil");
    expect(orders).toMatchObject([{ kind: "changed", case: { state: "HANDLING" } }]);
    const next = await tick(END + lateMs);
    expect(next.changed).toEqual([]);
    expect(kindsOf(next.orders)).toEqual(lateMs === 0 ? [] : ["due-soon"]);
    const { history } = await get(caseNo);
    expect(history.at(-1)).toMatchObject({ event: "resume", actor: "system" });
  });

  test("a dispatcher ends it early; nothing moves before that, and it is granted once", async () => {
    const { caseNo } = await suspended();
    await expect(say(caseNo, "feedback", CREW_1, MONDAY + DAY_MS)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      details: { allowed: ["resume", "forceClose", "urge", "supervise"] },
    });
    const { case: back } = await say(caseNo, "resume", DISPATCHER, at("2026-11-25T09:00"));
    expect(back).toMatchObject({ state: "HANDLING", deadline: at("2026-11-26T12:00") });
    const again = say(caseNo, "requestSuspend", UNIT, at("2026-11-25T09:00"), { until: END });
    await expect(again).rejects.toMatchObject({ message: expect.stringContaining("once") });
  });

  test.each([
    ["without an end", {}],
    ["until now", { until: MONDAY }],
    ["for more than a year", { until: MONDAY + 366 * DAY_MS }],
  ])("a request %s is refused", async (_what, more) => {
    const { caseNo } = await slowCase();
    await expect(say(caseNo, "requestSuspend", UNIT, MONDAY, more)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
    });
  });
});

describe("outcomes of feedback", () => {
  async function fedBack(outcome: string, conditionId = "cover-open") {
    const { caseNo } = await openOne("cover-1", conditionId);
    await say(caseNo, "start", CREW_1, MONDAY);
    return await say(caseNo, "feedback", CREW_1, MONDAY + HOUR_MS, { outcome });
  }

  test("made safe meets the limit and opens the linked repair with a limit of its own", async () => {
    const { case: safe, effects } = await fedBack("madeSafe");
    const repairNo = safe.linkedCaseNo ?? "";
    expect(safe).toMatchObject({ state: "CHECKING", madeSafeAt: MONDAY + HOUR_MS });
    const { case: repair, history } = await get(repairNo);
    expect(repair).toMatchObject({
      state: "DISPATCHED",
      linkedCaseNo: safe.caseNo,
      conditionId: "general-component",
      limit: { value: 1, unit: "working-day" },
      deadline: at("2026-11-24T10:00"),
      assetId: "cover-1",
      unitId: "drains",
      crewId: "crew-1",
      lifeSafety: false,
    });
    expect(history[0]?.note).toContain(safe.caseNo);
    expect(effects.orders).toMatchObject([{ kind: "dispatched", caseNo: repairNo }]);
    expect(effects.changed.map(({ caseNo }) => caseNo).sort()).toEqual([safe.caseNo, repairNo]);
    expect((await tick(MONDAY + 3 * HOUR_MS)).orders).toEqual([]);
  });

  test("what was made safe is checked by a person, whatever its sensor says", async () => {
    const { case: safe, effects } = await fedBack("madeSafe");
    expect(effects.watch).toEqual([]);
    const { notices } = await tick(MONDAY + HOUR_MS);
    expect(notices).toMatchObject([{ kind: "check-wanted", caseNo: safe.caseNo }]);
  });

  test("the repair is proven by the sensor of what was made safe, and its end is told for both", async () => {
    const { case: safe } = await fedBack("madeSafe");
    const repairNo = safe.linkedCaseNo ?? "";
    await say(safe.caseNo, "checkPass", person("inspector"), MONDAY + HOUR_MS);
    desk.alarming = true;
    const closed = await say(safe.caseNo, "close", LEAD, MONDAY + HOUR_MS);
    expect(closed.case.state).toBe("CLOSED");
    await say(repairNo, "start", CREW_1, MONDAY + 2 * HOUR_MS);
    const fed = await say(repairNo, "feedback", CREW_1, MONDAY + 2 * HOUR_MS);
    const watch = { assetId: "cover-1", conditionId: "cover-open", since: MONDAY + 2 * HOUR_MS };
    expect(fed.effects.watch).toEqual([watch]);
    await reopen();
    expect(await desk.cases.watches(desk.database.reader)).toEqual([watch]);
    const [normalSince, lastGoodAt] = [MONDAY, MONDAY + 3 * HOUR_MS];
    const deviceId = DeviceId.parse("cover-1-sensor");
    desk.health = { devices: [{ deviceId, normalSince, lastGoodAt }] };
    expect(await tick(MONDAY + 3 * HOUR_MS)).toMatchObject({
      changed: [{ caseNo: repairNo, state: "PENDING_CLOSE" }],
    });
    const close = () => say(repairNo, "close", LEAD, MONDAY + 3 * HOUR_MS);
    await expect(close()).rejects.toMatchObject({ code: "CASE_TRANSITION_REFUSED" });
    desk.alarming = false;
    const { effects } = await close();
    expect(effects.changed.map(({ caseNo, state }) => [caseNo, state])).toEqual([
      [repairNo, "CLOSED"],
      [safe.caseNo, "CLOSED"],
    ]);
    expect(effects.unwatch).toEqual([{ assetId: "cover-1", conditionId: "cover-open" }]);
  });

  test("made safe twice has one repair, and the repair itself is not made safe", async () => {
    const { case: safe } = await fedBack("madeSafe");
    await say(safe.caseNo, "rework", person("inspector"), MONDAY + HOUR_MS);
    const said = { outcome: "madeSafe" };
    const twice = await say(safe.caseNo, "feedback", CREW_1, MONDAY + 2 * HOUR_MS, said);
    expect(twice.case).toMatchObject({
      linkedCaseNo: safe.linkedCaseNo,
      madeSafeAt: MONDAY + HOUR_MS,
    });
    expect(twice.effects.orders).toEqual([]);
    const repairNo = safe.linkedCaseNo ?? "";
    await say(repairNo, "start", CREW_1, MONDAY + 2 * HOUR_MS);
    await expect(
      say(repairNo, "feedback", CREW_1, MONDAY + 2 * HOUR_MS, said),
    ).rejects.toMatchObject({ message: expect.stringContaining(safe.caseNo) });
  });

  test.each(["cannotReach", "needsReplacement"])(
    "%s waits for the dispatcher, who sends the crew again",
    async (outcome) => {
      const { case: fed, effects } = await fedBack(outcome);
      expect(fed).toMatchObject({ state: "FEEDBACK", outcome });
      expect(fed).not.toHaveProperty("repairedAt");
      expect(effects.notices).toMatchObject([{ kind: "not-done" }]);
      const again = await say(fed.caseNo, "rework", DISPATCHER, MONDAY + 2 * HOUR_MS);
      expect(again.case).toMatchObject({ state: "HANDLING", deadline: MONDAY + 3 * HOUR_MS });
      expect(kindsOf(again.effects.settled)).toContain("not-done");
    },
  );

  test("repaired is the time of the repair; an unknown outcome is refused with the list", async () => {
    const { case: fed } = await fedBack("repaired");
    expect(fed).toMatchObject({ state: "CHECKING", repairedAt: MONDAY + HOUR_MS });
    await expect(fedBack("fixed", "flooding")).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("repaired, madeSafe, nothingFound"),
    });
  });
});

describe("limits of the stages", () => {
  test("each share of a wait is told once to whose it is, the next in its place", async () => {
    const report = { kind: "event", lon: 114.7, lat: 32.1, source: "hotline" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, report, person("acceptor"), MONDAY),
    );
    const { caseNo } = reported;
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(MONDAY + 7.5 * MINUTE_MS);
    expect(kindsOf((await tick(MONDAY + 8 * MINUTE_MS)).notices)).toEqual(["accept-50"]);
    const later = await tick(MONDAY + 12 * MINUTE_MS);
    expect(later.notices).toMatchObject([{ kind: "accept-80", caseNo }]);
    expect(later.settled).toMatchObject([{ kind: "accept-50", caseNo }]);
    await reopen();
    expect(kindsOf((await tick(MONDAY + DAY_MS)).notices)).toEqual(["accept-100"]);
    expect((await tick(MONDAY + DAY_MS)).notices).toEqual([]);
    const accepted = await say(caseNo, "accept", person("acceptor"), MONDAY + DAY_MS);
    expect(kindsOf(accepted.effects.settled)).toContain("accept-100");
    const unfiled = await tick(MONDAY + DAY_MS + 12 * MINUTE_MS);
    expect(kindsOf(unfiled.notices)).toEqual(["file-50", "file-80"]);
    const then = MONDAY + DAY_MS + 13 * MINUTE_MS;
    const filed = await say(caseNo, "file", LEAD, then);
    expect(filed.case.stageSince).toBe(then);
    expect(kindsOf(filed.effects.settled)).toContain("file-80");
    const waited = await tick(then + 12 * MINUTE_MS);
    expect(kindsOf(waited.notices)).toEqual(["dispatch-50", "dispatch-80"]);
  });

  test("a sensor's case that the system answers warns nobody before it is with its unit", async () => {
    await openOne("cover-1", "cover-rattle");
    await openOne("cover-2", "cover-open");
    expect((await tick(MONDAY + 14 * MINUTE_MS)).notices).toEqual([]);
    const { notices } = await tick(MONDAY + 15 * MINUTE_MS);
    expect(kindsOf(notices).filter((kind) => kind.startsWith("accept"))).toEqual([]);
  });

  test("half of the handling limit is told to the unit, the rest to its crew, too", async () => {
    const { caseNo, deadline = 0 } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "arrive", CREW_1, MONDAY);
    const half = await tick(MONDAY + HOUR_MS);
    expect(half).toMatchObject({
      orders: [],
      notices: [{ kind: "handling-50", unitId: "drains" }],
    });
    const end = await tick(deadline);
    expect(kindsOf(end.orders)).toEqual(["due-soon", "overdue"]);
    expect(kindsOf(end.notices)).toEqual(["handling-80", "handling-100"]);
  });
});

test("supervision is a flag, a line of the history and an order", async () => {
  const { caseNo } = await openOne();
  const { case: theCase, effects } = await say(caseNo, "supervise", LEADER, MONDAY);
  expect(theCase).toMatchObject({ state: "DISPATCHED", supervised: true });
  expect(kindsOf(effects.orders)).toEqual(["supervised"]);
  const urged = await say(caseNo, "urge", LEAD, MONDAY);
  expect(kindsOf(urged.effects.orders)).toEqual(["urged"]);
  expect((await get(caseNo)).history.slice(-2)).toMatchObject([
    { event: "supervise", role: "leader" },
    { event: "urge", role: "shift-lead" },
  ]);
});
