/** The crew's work on a case, its proof by the sensor or an inspector, and its deadlines. */
import { describe, expect, test } from "vitest";
import type { ConditionHealth } from "../model/alarm.ts";
import type { Case, CaseState } from "../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { DeviceId } from "../model/ids.ts";
import { CREW_1, LEAD, MONDAY, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, raised, reopen, say, tell, tick } = openCaseDesk();

describe("the crew's work and its proof", () => {
  async function fedBack(): Promise<Case> {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY + MINUTE_MS);
    const { case: theCase, effects } = await say(
      caseNo,
      "feedback",
      CREW_1,
      MONDAY + 5 * MINUTE_MS,
    );
    expect(effects.watch).toEqual([
      { assetId: "cover-1", conditionId: "cover-open", since: MONDAY + 5 * MINUTE_MS },
    ]);
    return theCase;
  }
  const normal = (normalSince: number, lastGoodAt: number): ConditionHealth => ({
    devices: [{ deviceId: DeviceId.parse("cover-1-sensor"), normalSince, lastGoodAt }],
  });

  test("feedback goes to its check at once; the sensor passes it; the lead closes; the crew hears", async () => {
    const checking = await fedBack();
    expect(checking.state).toBe("CHECKING");
    const due = MONDAY + 15 * MINUTE_MS;
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(due);
    desk.health = normal(MONDAY + 4 * MINUTE_MS, due - 1);
    expect(await tick(due)).toMatchObject({ changed: [] });
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(due + 5_000);
    desk.health = normal(MONDAY + 4 * MINUTE_MS, due);
    expect(await tick(due + 4_999)).toMatchObject({ changed: [] });
    expect(await tick(due + 5_000)).toMatchObject({ changed: [{ state: "PENDING_CLOSE" }] });
    const { case: closed, effects } = await say(checking.caseNo, "close", LEAD, due + MINUTE_MS);
    expect(closed).toMatchObject({ state: "CLOSED", closedAt: due + MINUTE_MS });
    expect(effects.orders).toMatchObject([{ kind: "closed", crewId: "crew-1", hazards: [] }]);
    expect(effects.unwatch).toEqual([{ assetId: "cover-1", conditionId: "cover-open" }]);
    expect(await desk.cases.nextDue(desk.database.reader)).toBeUndefined();
    const { history } = await get(checking.caseNo);
    expect(history.slice(4).map(({ event, actor, role }) => [event, actor, role])).toEqual([
      ["start", "a-crew", "crew"],
      ["feedback", "a-crew", "crew"],
      ["sendCheck", "system", "system"],
      ["checkPass", "system", "system"],
      ["close", "a-shift-lead", "shift-lead"],
    ]);
  });

  test("a sensor that still alarms after the hold sends the crew back, again and again", async () => {
    const { caseNo } = await fedBack();
    const stillOpen = (lastAbnormalAt: number): ConditionHealth => ({
      devices: [{ deviceId: DeviceId.parse("cover-1-sensor"), lastAbnormalAt }],
    });
    const due = MONDAY + 15 * MINUTE_MS;
    desk.health = stillOpen(due - 1);
    expect(await tick(due)).toMatchObject({ changed: [] });
    desk.health = stillOpen(due + 4_000);
    const { orders, changed } = await tick(due + 5_000);
    expect(changed).toMatchObject([{ state: "HANDLING", reworkCount: 1 }]);
    expect(orders).toMatchObject([{ kind: "rework", crewId: "crew-1" }]);
    const { history } = await get(caseNo);
    expect(history.at(-1)).toMatchObject({
      event: "rework",
      actor: "system",
      reason: "still abnormal after feedback: cover-1-sensor",
    });
    const again = due + 20 * MINUTE_MS;
    await say(caseNo, "feedback", CREW_1, again);
    desk.health = stillOpen(again + 11 * MINUTE_MS);
    expect(await tick(again + 11 * MINUTE_MS)).toMatchObject({
      changed: [{ state: "HANDLING", reworkCount: 2 }],
    });
  });

  test("a silent sensor asks an inspector once for each check, and no more when it has passed", async () => {
    const { caseNo } = await fedBack();
    const ask = MONDAY + 45 * MINUTE_MS;
    const heard = (heardAt: number) => ({
      devices: [{ deviceId: DeviceId.parse("cover-1-sensor"), heardAt }],
    });
    desk.health = heard(MONDAY + 20 * MINUTE_MS);
    expect(await tick(ask - 1)).toMatchObject({ notices: [] });
    const { notices } = await tick(ask);
    expect(notices).toMatchObject([{ kind: "check-wanted", caseNo, lifeSafety: true, at: ask }]);
    const late = await tick(ask + HOUR_MS);
    expect(late.changed).toEqual([]);
    expect(late.notices.map(({ kind }) => kind)).toEqual(["check-50", "check-80", "check-100"]);
    expect(await tick(ask + HOUR_MS)).toMatchObject({ notices: [], changed: [] });
    const seen = await say(caseNo, "rework", person("inspector"), ask + HOUR_MS);
    const checks = ["check-wanted", "check-50", "check-80", "check-100"];
    expect(seen.effects.settled.map(({ kind }) => kind)).toEqual(expect.arrayContaining(checks));
    await say(caseNo, "feedback", CREW_1, ask + 2 * HOUR_MS);
    desk.health = heard(ask + 2 * HOUR_MS + 20 * MINUTE_MS);
    const second = await tick(ask + 2 * HOUR_MS + 40 * MINUTE_MS);
    expect(second.notices).toMatchObject([{ kind: "check-wanted" }]);
    expect(second.notices[0]?.noticeId).not.toBe(notices[0]?.noticeId);
    const passed = await say(caseNo, "checkPass", person("inspector"), ask + 4 * HOUR_MS);
    expect(passed.effects.settled.map(({ kind }) => kind)).toEqual(checks);
    const unclosed = await tick(ask + 9 * HOUR_MS);
    expect(unclosed.notices.map(({ kind }) => kind)).toEqual(["close-50", "close-80", "close-100"]);
    const closed = await say(caseNo, "close", LEAD, ask + 10 * HOUR_MS);
    expect(closed.effects.settled.map(({ kind }) => kind)).toContain("close-100");
    expect(await tick(ask + 19 * HOUR_MS)).toMatchObject({ notices: [] });
  });

  test("what is watched is known after a restart", async () => {
    await fedBack();
    await reopen();
    expect(await desk.cases.watches(desk.database.reader)).toEqual([
      { assetId: "cover-1", conditionId: "cover-open", since: MONDAY + 5 * MINUTE_MS },
    ]);
    desk.health = normal(MONDAY, MONDAY + HOUR_MS);
    expect(await tick(MONDAY + HOUR_MS)).toMatchObject({ changed: [{ state: "PENDING_CLOSE" }] });
  });

  test("a relapse keeps the lead from closing what the sensor passed, not what an inspector saw", async () => {
    const { caseNo } = await fedBack();
    desk.health = normal(MONDAY, MONDAY + HOUR_MS);
    await tick(MONDAY + HOUR_MS);
    desk.alarming = true;
    const close = () => say(caseNo, "close", LEAD, MONDAY + 2 * HOUR_MS);
    await expect(close()).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      details: { allowed: ["rework", "close", "forceClose", "urge", "supervise"] },
    });
    const dispatcher = person("dispatcher");
    const again = await say(caseNo, "rework", dispatcher, MONDAY + 2 * HOUR_MS);
    expect(again.case).toMatchObject({ state: "HANDLING", reworkCount: 1 });
    expect(again.effects.unwatch).toHaveLength(1);
    expect(again.effects.orders).toMatchObject([{ kind: "rework" }]);
    const back = await say(caseNo, "feedback", CREW_1, MONDAY + 3 * HOUR_MS);
    expect(back.effects.watch).toMatchObject([{ since: MONDAY + 3 * HOUR_MS }]);
    await say(caseNo, "checkPass", person("inspector"), MONDAY + 3 * HOUR_MS);
    expect((await close()).case.state).toBe("CLOSED");
  });

  test.each(["CHECKING", "PENDING_CLOSE", "FEEDBACK"])(
    "an alarm that joins at %s sends the crew back once and ends the watch",
    async (state) => {
      const { caseNo } = await fedBack();
      desk.health = normal(MONDAY, MONDAY + HOUR_MS);
      if (state === "PENDING_CLOSE") await tick(MONDAY + HOUR_MS);
      if (state === "FEEDBACK") await rest(caseNo, "FEEDBACK");
      expect((await get(caseNo)).case.state).toBe(state);
      const at = MONDAY + 2 * HOUR_MS;
      const again = raised("cover-1", "cover-open", at);
      const effects = await tell([again, raised("cover-1", "cover-open", at)], at);
      expect(effects.orders).toMatchObject([{ kind: "rework", crewId: "crew-1", caseNo }]);
      expect(effects.unwatch).toEqual([{ assetId: "cover-1", conditionId: "cover-open" }]);
      expect(effects.changed).toMatchObject([{ caseNo, state: "HANDLING", reworkCount: 1 }]);
      expect(await desk.cases.watches(desk.database.reader)).toEqual([]);
      const { history, evidence } = await get(caseNo);
      expect(history.slice(-3).map(({ event, role }) => [event, role])).toEqual([
        ["join", "system"],
        ["rework", "system"],
        ["join", "system"],
      ]);
      expect(history.at(-2)?.reason).toContain(`alarm '${again.alarm.alarmId}'`);
      expect(evidence).toHaveLength(3);
      const back = await say(caseNo, "feedback", CREW_1, at + HOUR_MS);
      expect(back.case.state).toBe("CHECKING");
      expect(back.effects.watch).toMatchObject([{ since: at + HOUR_MS }]);
    },
  );

  /** Feedback goes on to its check at once; a case stands there only by another hand. */
  async function rest(caseNo: string, state: CaseState): Promise<void> {
    const { case: theCase } = await get(caseNo);
    const body = JSON.stringify({ ...theCase, state });
    await desk.database.transaction((tx) =>
      tx.run("update cases set state = ?, body = ? where case_no = ?", [state, body, caseNo]),
    );
  }

  test("rework gives back the time that feedback and check took, no more", async () => {
    const { caseNo, deadline = 0 } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY + HOUR_MS);
    const inspector = person("inspector");
    const { case: again } = await say(caseNo, "rework", inspector, MONDAY + 5 * HOUR_MS);
    expect(again.deadline).toBe(deadline + 4 * HOUR_MS);
    expect((await tick(MONDAY + 5 * HOUR_MS)).orders).toEqual([]);
    expect((await tick(deadline + 4 * HOUR_MS)).orders.map(({ kind }) => kind)).toEqual([
      "due-soon",
      "overdue",
    ]);
  });

  test("a case without sensors waits for its inspector", async () => {
    const report = { kind: "event", lon: 114.7, lat: 32.1, source: "hotline" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, report, person("acceptor"), MONDAY),
    );
    await say(reported.caseNo, "confirm", person("acceptor"), MONDAY, { unitId: "drains" });
    await say(reported.caseNo, "start", CREW_1, MONDAY);
    const { effects } = await say(reported.caseNo, "feedback", CREW_1, MONDAY);
    expect(effects.watch).toEqual([]);
    desk.health = normal(0, MONDAY + 99 * HOUR_MS);
    expect((await tick(MONDAY + 99 * HOUR_MS)).changed).toEqual([]);
    const inspector = person("inspector");
    const { case: passed } = await say(reported.caseNo, "checkPass", inspector, MONDAY);
    expect(passed.state).toBe("PENDING_CLOSE");
  });
});

describe("dues", () => {
  test("the crew hears once before and once at the deadline, also after downtime", async () => {
    const { caseNo, deadline = 0 } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "arrive", CREW_1, MONDAY);
    const soon = MONDAY + 96 * MINUTE_MS;
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(MONDAY + HOUR_MS);
    expect((await tick(soon - 1)).orders).toEqual([]);
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(soon);
    const first = await tick(soon);
    expect(first.orders).toMatchObject([{ kind: "due-soon", crewId: "crew-1" }]);
    expect(first.orders[0]?.orderId).toBe("4115242026112300001-due-soon");
    await reopen();
    expect((await tick(deadline + 9 * HOUR_MS)).orders.map(({ kind }) => kind)).toEqual([
      "overdue",
    ]);
    expect((await tick(deadline + 10 * HOUR_MS)).orders).toEqual([]);
  });

  test("both are told in order of their time where the platform was down through both", async () => {
    await openOne("cover-1");
    await openOne("cover-2");
    await reopen();
    const { orders } = await tick(MONDAY + 24 * HOUR_MS);
    expect(orders.map(({ kind, caseNo }) => `${kind} ${caseNo.slice(-1)}`)).toEqual([
      "due-soon 1",
      "due-soon 2",
      "overdue 1",
      "overdue 2",
    ]);
  });

  test("what a crew was told once is not told again after rework", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    const soon = MONDAY + 100 * MINUTE_MS;
    expect((await tick(soon)).orders).toMatchObject([{ kind: "due-soon" }]);
    await say(caseNo, "feedback", CREW_1, soon);
    await say(caseNo, "rework", person("inspector"), soon + HOUR_MS);
    const { orders } = await tick(MONDAY + 24 * HOUR_MS);
    expect(orders.map(({ kind }) => kind)).toEqual(["overdue"]);
  });

  test("a crew that has given feedback is not warned", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY);
    expect((await tick(MONDAY + 24 * HOUR_MS)).orders).toEqual([]);
  });
});
