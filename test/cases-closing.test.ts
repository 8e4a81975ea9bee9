/**
 * How a case is proven, closed and taken up again: the crew's arrival, an inspector's own hand, a
 * sensor that is gone or denies the repair, a relapse, a reporter who says that it is not solved.
 */
import { describe, expect, test } from "vitest";
import type { AlarmHappening, ConditionHealth } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { DeviceId, UnitId } from "../model/ids.ts";
import { CREW_1, LEAD, MONDAY, newCrew, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, photo, raised, reopen, say, tell, tick } = openCaseDesk();

const INSPECTOR = person("inspector");
const ACCEPTOR = person("acceptor");
const UNIT = person("unit", { unitId: UnitId.parse("drains") });
const SENSOR = DeviceId.parse("cover-1-sensor");
const kindsOf = (told: readonly { kind: string }[]): string[] => told.map(({ kind }) => kind);
const sensor = (said: Omit<ConditionHealth["devices"][number], "deviceId">): ConditionHealth => ({
  devices: [{ deviceId: SENSOR, ...said }],
});

async function fedBack(conditionId = "cover-open", at = MONDAY + 5 * MINUTE_MS): Promise<Case> {
  const { caseNo } = await openOne("cover-1", conditionId);
  await say(caseNo, "start", CREW_1, MONDAY + MINUTE_MS);
  return (await say(caseNo, "feedback", CREW_1, at)).case;
}

/** Passed by its sensor and closed an hour after its feedback. */
async function closed(conditionId = "cover-open"): Promise<Case> {
  const { caseNo } = await fedBack(conditionId);
  desk.health = sensor({ normalSince: MONDAY, lastGoodAt: MONDAY + HOUR_MS });
  await tick(MONDAY + HOUR_MS);
  return (await say(caseNo, "close", LEAD, MONDAY + HOUR_MS)).case;
}

describe("arrival", () => {
  test("of life safety within half an hour from dispatch, told to the unit until it is said", async () => {
    const { caseNo, arriveBy } = await openOne();
    expect(arriveBy).toBe(MONDAY + 30 * MINUTE_MS);
    expect(await tick(MONDAY + 15 * MINUTE_MS)).toMatchObject({
      notices: [{ kind: "arrive-50", caseNo, unitId: "drains" }],
    });
    await say(caseNo, "start", CREW_1, MONDAY + 16 * MINUTE_MS);
    const nearly = await tick(MONDAY + 24 * MINUTE_MS);
    expect(kindsOf(nearly.notices)).toEqual(["arrive-80"]);
    expect(kindsOf(nearly.settled)).toEqual(["arrive-50"]);
    const there = await say(caseNo, "arrive", CREW_1, MONDAY + 29 * MINUTE_MS);
    expect(there.case).toMatchObject({
      arrivedAt: MONDAY + 29 * MINUTE_MS,
      arrivedInTime: true,
    });
    expect(kindsOf(there.effects.settled)).toContain("arrive-80");
    expect(kindsOf((await tick(MONDAY + 40 * MINUTE_MS)).notices)).toEqual([]);
  });

  test("too late it is told at the limit, once, also after downtime", async () => {
    const { caseNo } = await openOne();
    await reopen();
    const late = await tick(MONDAY + 50 * MINUTE_MS);
    expect(kindsOf(late.notices)).toEqual(["arrive-50", "arrive-80", "arrive-100"]);
    expect((await tick(MONDAY + 51 * MINUTE_MS)).notices).toEqual([]);
    await say(caseNo, "start", CREW_1, MONDAY + 52 * MINUTE_MS);
    const there = await say(caseNo, "arrive", CREW_1, MONDAY + 53 * MINUTE_MS);
    expect(there.case).toMatchObject({ arrivedInTime: false });
  });

  test.each([
    ["returned", "return", UNIT],
    ["fed back", "feedback", CREW_1],
  ] as const)("nobody waits for it once the case is %s", async (_how, event, actor) => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, event, actor, MONDAY + MINUTE_MS);
    const { notices } = await tick(MONDAY + 40 * MINUTE_MS);
    expect(kindsOf(notices).filter((kind) => kind.startsWith("arrive"))).toEqual([]);
  });

  test("a condition may name its own limit; what nobody's life hangs on has none", async () => {
    expect(await openOne("cover-2", "flooding")).toMatchObject({ arriveBy: MONDAY + 2 * HOUR_MS });
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    const { case: slow } = await say(caseNo, "confirm", LEAD, MONDAY);
    expect(slow).not.toHaveProperty("arriveBy");
  });

  test("a suspension lifts it, and another unit's crew has a way of its own", async () => {
    const { caseNo } = await openOne();
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "arrive", CREW_1, MONDAY + MINUTE_MS);
    await say(caseNo, "return", UNIT, MONDAY + 2 * MINUTE_MS);
    // Life safety is with the next unit at once.
    const then = MONDAY + HOUR_MS;
    const { case: next } = await say(caseNo, "acceptReturn", person("dispatcher"), then);
    expect(next).toMatchObject({ unitId: "centre", arriveBy: then + 30 * MINUTE_MS });
    expect(next).not.toHaveProperty("arrivedAt");
    const centre = person("unit", { unitId: UnitId.parse("centre") });
    await say(caseNo, "requestSuspend", centre, then, { until: then + DAY_MS });
    const { case: stands } = await say(caseNo, "approveSuspend", person("leader"), then);
    expect(stands).not.toHaveProperty("arriveBy");
  });
});

describe("settled on the spot", () => {
  test("an inspector closes what he found, with a photo before and after, and it is counted apart", async () => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    const settle = (files: string[]) => say(caseNo, "settle", INSPECTOR, MONDAY, { files });
    await expect(settle([])).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("wanted one of each"),
    });
    const files = [photo(INSPECTOR, { moment: "before" }), photo(INSPECTOR)];
    desk.alarming = true;
    await expect(settle(files)).rejects.toMatchObject({
      message: expect.stringContaining("an alarm that stands"),
    });
    desk.alarming = false;
    const { case: done, effects } = await settle(files);
    expect(done).toMatchObject({ state: "CLOSED", selfHandled: true });
    expect(effects.orders).toEqual([]);
    expect(desk.metrics.value("gridwarden_cases_events_total", { event: "settle" })).toBe(1);
    const again = await tell([raised("cover-1", "cover-rattle", MONDAY + DAY_MS)], MONDAY + DAY_MS);
    expect(again.changed).toMatchObject([
      { caseNo, state: "HANDLING", unitId: "drains", crewId: "crew-1", relapseCount: 1 },
    ]);
    expect(again.changed[0]).not.toHaveProperty("selfHandled");
  });
});

describe("sensors that are gone", () => {
  const SINCE = MONDAY + 5 * MINUTE_MS;
  const LOOK = SINCE + 20 * MINUTE_MS;
  const heard = { heardAt: SINCE };

  test.each([
    ["there is no device any more", { devices: [] }],
    ["it was silent for long before", sensor({ heardAt: SINCE - HOUR_MS })],
    ["it was never heard", sensor({})],
  ])("an inspector is asked within half an hour of the check: %s", async (_why, health) => {
    const { caseNo } = await fedBack();
    desk.health = health;
    expect((await tick(LOOK - 1)).notices).toEqual([]);
    const { notices } = await tick(LOOK);
    expect(notices).toMatchObject([{ kind: "check-wanted", caseNo }]);
    expect(LOOK - SINCE).toBeLessThanOrEqual(30 * MINUTE_MS);
    // The check's own limit runs from then on.
    expect(kindsOf((await tick(LOOK + 15 * MINUTE_MS)).notices)).toContain("check-50");
    const { case: passed } = await say(caseNo, "checkPass", INSPECTOR, LOOK, { reason: "" });
    expect(passed).toMatchObject({ state: "PENDING_CLOSE", provenBy: "inspector" });
  });

  test("also where the proof would take days: a daily mean, with the asset out of service", async () => {
    const { caseNo } = await fedBack("effluent");
    desk.health = sensor(heard);
    desk.outOfService.add("cover-1");
    expect((await tick(LOOK)).notices).toMatchObject([{ kind: "check-wanted", caseNo }]);
  });

  test("one that is heard is waited for until it would be silent, also over a restart", async () => {
    const { caseNo } = await fedBack("effluent");
    // As long as the platform itself cannot hear, nobody is silent.
    desk.health = sensor({ ...heard, silentAt: Number.POSITIVE_INFINITY });
    expect((await tick(LOOK)).notices).toEqual([]);
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(LOOK + 5 * MINUTE_MS);
    desk.health = sensor(heard);
    expect((await tick(LOOK + 5 * MINUTE_MS)).notices).toEqual([]);
    await reopen();
    // Three reports of ten minutes that did not come.
    const silentAt = SINCE + 30 * MINUTE_MS;
    expect((await tick(silentAt - 1)).notices).toEqual([]);
    expect((await tick(silentAt)).notices).toMatchObject([{ kind: "check-wanted", caseNo }]);
  });

  test("a sensor that comes back still proves the repair; a second check looks anew", async () => {
    const { caseNo } = await fedBack();
    await tick(LOOK);
    const then = LOOK + HOUR_MS;
    await say(caseNo, "rework", INSPECTOR, then);
    await say(caseNo, "feedback", CREW_1, then);
    const { notices } = await tick(then + 20 * MINUTE_MS);
    expect(notices).toMatchObject([{ kind: "check-wanted" }]);
    desk.health = sensor({ normalSince: then, lastGoodAt: then + 30 * MINUTE_MS });
    expect(await tick(then + 30 * MINUTE_MS)).toMatchObject({
      changed: [{ caseNo, state: "PENDING_CLOSE", provenBy: "sensor" }],
    });
  });
});

describe("who proves a repair", () => {
  const SINCE = MONDAY + 5 * MINUTE_MS;

  test.each([
    ["before its hold time", { heardAt: SINCE, normalSince: SINCE, lastGoodAt: SINCE }],
    ["while it still reads abnormal", { heardAt: SINCE, lastAbnormalAt: SINCE + MINUTE_MS }],
  ])("an inspector overrides a sensor %s with a reason alone", async (_when, said) => {
    const { caseNo } = await fedBack();
    desk.health = sensor(said);
    const pass = (reason: string) =>
      say(caseNo, "checkPass", INSPECTOR, SINCE + 2 * MINUTE_MS, { reason });
    await expect(pass(" ")).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("write a 'reason'"),
    });
    expect((await pass("the sensor hangs loose")).case).toMatchObject({ provenBy: "inspector" });
    const { history } = await get(caseNo);
    expect(history.at(-1)).toMatchObject({ role: "inspector", reason: "the sensor hangs loose" });
  });

  test("a repair that its sensor denies is a false one, each time", async () => {
    const { caseNo } = await fedBack();
    for (const count of [1, 2]) {
      const then = SINCE + (count + 1) * HOUR_MS;
      desk.health = sensor({ lastAbnormalAt: then });
      expect(await tick(then)).toMatchObject({
        changed: [{ state: "HANDLING", reworkCount: count, falseRepairCount: count }],
        orders: [{ kind: "rework" }],
      });
      await say(caseNo, "feedback", CREW_1, then);
    }
  });

  test("an alarm that is over after its case has ended is told again, so that it is reset", async () => {
    const happening = raised("cover-1", "cover-open");
    const [opened] = (await tell([happening])).changed;
    const caseNo = opened?.caseNo ?? "";
    const over = (at: number): AlarmHappening => ({ ...happening, kind: "latched", at });
    await tell([over(MONDAY + 1)], MONDAY + 1);
    expect((await tick(MONDAY + 2)).changed).toEqual([]);
    await say(caseNo, "forceClose", person("leader"), MONDAY + 3);
    await tell([over(MONDAY + 4)], MONDAY + 4);
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(MONDAY + 4);
    expect((await tick(MONDAY + 4)).changed).toMatchObject([{ caseNo, state: "FORCE_CLOSED" }]);
    expect((await tick(MONDAY + 5)).changed).toEqual([]);
  });
});

describe("relapse", () => {
  const AGAIN = MONDAY + 3 * DAY_MS;

  test("an alarm within the days reopens the same case, with its crew, a new limit and the evidence", async () => {
    const { caseNo } = await closed();
    const alarm = raised("cover-1", "cover-open", AGAIN);
    const effects = await tell([alarm, alarm], AGAIN);
    expect(effects.changed).toMatchObject([
      {
        caseNo,
        state: "HANDLING",
        reopenCount: 1,
        relapseCount: 1,
        crewId: "crew-1",
        deadline: AGAIN + 2 * HOUR_MS,
        arriveBy: AGAIN + 30 * MINUTE_MS,
      },
    ]);
    // It is life safety, so its crew is called until a person says that he goes.
    expect(effects.changed[0]?.acceptedAt).toBeUndefined();
    expect(effects.orders).toMatchObject([{ kind: "rework", crewId: "crew-1", caseNo }]);
    const { evidence, history } = await get(caseNo);
    expect(evidence).toHaveLength(2);
    expect(history.at(-1)).toMatchObject({ event: "reopen", from: "CLOSED", role: "system" });
    expect(history.at(-1)?.note).toContain(alarm.alarm.alarmId);
    // It is the open one of its fault again, and is warned of its new limit.
    const joined = await tell([raised("cover-1", "cover-open", AGAIN + 1)], AGAIN + 1);
    expect(joined.changed).toMatchObject([{ caseNo }]);
    expect(kindsOf((await tick(AGAIN + 2 * HOUR_MS)).orders)).toEqual(["due-soon", "overdue"]);
    const list = await desk.cases.list(desk.database.reader, { status: "open" });
    expect(list.items).toHaveLength(1);
  });

  test.each([
    ["after the days", "cover-open", 7 * DAY_MS + HOUR_MS + 1],
    ["after the condition's own days", "flooding", 2 * DAY_MS + HOUR_MS + 1],
  ])("%s it is a new case", async (_when, conditionId, afterMs) => {
    const { caseNo, closedAt = 0 } = await closed(conditionId);
    expect(closedAt).toBe(MONDAY + HOUR_MS);
    const later = MONDAY + afterMs;
    const { changed } = await tell([raised("cover-1", conditionId, later)], later);
    expect(changed).toMatchObject([{ state: "DISPATCHED" }]);
    expect(changed[0]?.caseNo).not.toBe(caseNo);
    expect((await get(caseNo)).case.state).toBe("CLOSED");
  });

  test.each(["forceClose", "void"])("what ended by %s never comes back", async (event) => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    if (event === "forceClose") await say(caseNo, "confirm", LEAD, MONDAY);
    await say(caseNo, event, person("admin"), MONDAY);
    const { changed } = await tell([raised("cover-1", "cover-rattle", AGAIN)], AGAIN);
    expect(changed[0]?.caseNo).not.toBe(caseNo);
  });

  test("the crew that had it gets it, whoever else would be next", async () => {
    const { caseNo } = await closed();
    desk.crews.set("crew-0", newCrew("crew-0", "drains"));
    const { orders } = await tell([raised("cover-1", "cover-open", AGAIN)], AGAIN);
    expect(orders).toMatchObject([{ kind: "rework", crewId: "crew-1", caseNo }]);
  });

  test("where the crew is gone the case is planned anew, and waits for one that comes", async () => {
    const { caseNo } = await closed();
    desk.crews.clear();
    const { changed, notices, orders } = await tell(
      [raised("cover-1", "cover-open", AGAIN)],
      AGAIN,
    );
    expect(changed[0]).not.toHaveProperty("crewId");
    expect(orders).toEqual([]);
    expect(kindsOf(notices)).toContain("no-crew");
    desk.crews.set("crew-2", newCrew("crew-2", "drains"));
    expect(await desk.cases.unitsWithoutCrew(desk.database.reader)).toEqual(["drains"]);
    const given = await desk.database.transaction((tx) =>
      desk.cases.giveWaiting(tx, "drains", AGAIN + 1),
    );
    expect(given.orders).toMatchObject([{ kind: "dispatched", crewId: "crew-2", caseNo }]);
    expect(kindsOf(given.settled)).toContain("no-crew");
  });
});

describe("a reporter who says that it is not solved", () => {
  const SAID = MONDAY + 10 * DAY_MS;
  const dispute = (caseNo: string) =>
    say(caseNo, "reopen", ACCEPTOR, SAID, { reason: "it rocks again" });

  test("is believed more than the sensor: an inspector is asked, and the work begins anew", async () => {
    const { caseNo } = await closed();
    const { case: checking, effects } = await dispute(caseNo);
    expect(checking).toMatchObject({ state: "CHECKING", reopenCount: 1, disputedAt: SAID });
    expect(effects.watch).toEqual([]);
    desk.health = sensor({ normalSince: MONDAY, lastGoodAt: SAID });
    const asked = await tick(SAID);
    expect(asked).toMatchObject({ changed: [], notices: [{ kind: "check-wanted", caseNo }] });
    expect((await tick(SAID + DAY_MS)).changed).toEqual([]);
    const { case: again } = await say(caseNo, "rework", INSPECTOR, SAID + HOUR_MS);
    expect(again).toMatchObject({
      state: "HANDLING",
      crewId: "crew-1",
      deadline: SAID + 3 * HOUR_MS,
    });
    const { effects: fed } = await say(caseNo, "feedback", CREW_1, SAID + 2 * HOUR_MS);
    expect(fed.watch).toMatchObject([{ since: SAID + 2 * HOUR_MS }]);
  });

  test("is asked once: a second word is a new report", async () => {
    const { caseNo } = await closed();
    await dispute(caseNo);
    await say(caseNo, "checkPass", INSPECTOR, SAID, { reason: "it does not rock" });
    await say(caseNo, "close", LEAD, SAID);
    await expect(dispute(caseNo)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("report it anew"),
    });
  });

  test("joins the case that is open by then; two of one fault are never open", async () => {
    const { caseNo } = await closed();
    const [other] = (await tell([raised("cover-1", "cover-open", SAID)], SAID)).changed;
    const { case: joined } = await dispute(caseNo);
    expect(joined.caseNo).toBe(other?.caseNo);
    const { history } = await get(joined.caseNo);
    expect(history.at(-1)).toMatchObject({ event: "join", role: "acceptor" });
    expect(history.at(-1)?.note).toContain(caseNo);
    expect((await get(caseNo)).case.state).toBe("CLOSED");
    // Where nobody works on that one any more, the shift lead is told.
    await say(joined.caseNo, "start", CREW_1, SAID);
    await say(joined.caseNo, "feedback", CREW_1, SAID);
    expect(kindsOf((await dispute(caseNo)).effects.notices)).toEqual(["reported-again"]);
    await expect(say(caseNo, "reopen", CREW_1, SAID)).rejects.toMatchObject({
      code: "ROLE_REFUSED",
    });
  });
});

test("a unit's case that was suspended without a crew goes to the crew that comes", async () => {
  desk.crews.clear();
  const { caseNo } = await openOne();
  await say(caseNo, "requestSuspend", UNIT, MONDAY, { until: MONDAY + DAY_MS });
  await say(caseNo, "approveSuspend", person("leader"), MONDAY);
  const { notices } = await tick(MONDAY + DAY_MS);
  expect(kindsOf(notices)).toEqual(["no-crew"]);
  desk.crews.set("crew-2", newCrew("crew-2", "drains"));
  const { orders } = await desk.database.transaction((tx) =>
    desk.cases.giveWaiting(tx, "drains", MONDAY + DAY_MS + 1),
  );
  expect(orders).toMatchObject([{ kind: "dispatched", crewId: "crew-2", caseNo }]);
});

test("a crew that has returned its case is not warned while that is judged; its unit is", async () => {
  const { caseNo } = await openOne();
  await say(caseNo, "return", UNIT, MONDAY + MINUTE_MS);
  const { orders, notices } = await tick(MONDAY + 2 * HOUR_MS);
  expect(orders).toEqual([]);
  expect(kindsOf(notices)).toEqual(["handling-50", "handling-80", "handling-100"]);
});
