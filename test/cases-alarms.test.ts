/** Alarms on a real database: one case and one order for each fault, and whom they go to. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noEffects } from "../cases/desk-words.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { CREW_1, LEAD, MONDAY, newCrew, openCaseDesk, person, zone } from "./support/case-desk.ts";

const { desk, get, openOne, raised, reopen, say, tell, tick } = openCaseDesk();

describe("alarms", () => {
  test("an immediate condition stands at DISPATCHED at once, with deadline, order and records", async () => {
    desk.latest = [
      {
        deviceId: "cover-1-sensor",
        measurement: "h2sPpm",
        unit: "ppm",
        value: 12,
        observedAt: MONDAY - 60_000,
        receivedAt: MONDAY - 60_000,
        flags: 0,
      },
    ];
    const effects = await tell([raised("cover-1", "cover-open")], MONDAY + 20);
    expect(effects.changed).toHaveLength(1);
    expect(effects.changed[0]).toMatchObject({
      caseNo: "4115242026112300001",
      kind: "component",
      categoryCode: "0102",
      state: "DISPATCHED",
      source: "sensor",
      lifeSafety: true,
      unitId: "drains",
      crewId: "crew-1",
      openedAt: MONDAY,
      dispatchedAt: MONDAY + 20,
      deadline: MONDAY + 20 + 2 * HOUR_MS,
      gridCell: "41152400100101",
    });
    expect(effects.orders).toHaveLength(1);
    expect(effects.orders[0]).toMatchObject({
      kind: "dispatched",
      crewId: "crew-1",
      hazards: [{ measurement: "h2sPpm", value: 12, ageMs: 60_020, isKnown: true }],
    });
    const { history, evidence } = await get("4115242026112300001");
    expect(history.map(({ seq, event, to, role }) => [seq, event, to, role])).toEqual([
      [1, "report", "REPORTED", "system"],
      [2, "accept", "PENDING_FILING", "system"],
      [3, "file", "PENDING_DISPATCH", "system"],
      [4, "dispatch", "DISPATCHED", "system"],
    ]);
    expect(evidence).toMatchObject([{ alarmId: "alarm-1", value: 31.5, flags: [] }]);
  });

  test("a condition for review waits 15 minutes for a person, then the system confirms once", async () => {
    const opened = await openOne("cover-1", "cover-rattle");
    expect(opened).toMatchObject({ state: "REPORTED", reviewUntil: MONDAY + 15 * MINUTE_MS });
    expect(await desk.cases.nextDue(desk.database.reader)).toBe(MONDAY + 15 * MINUTE_MS);
    expect(await tick(MONDAY + 15 * MINUTE_MS - 1)).toMatchObject({ changed: [], orders: [] });
    await reopen();
    const late = MONDAY + 3 * HOUR_MS;
    const effects = await tick(late);
    expect(effects.changed).toMatchObject([{ state: "DISPATCHED", dispatchedAt: late }]);
    expect(effects.orders).toMatchObject([{ kind: "dispatched" }]);
    expect(zone.iso(effects.changed[0]?.deadline ?? 0)).toBe("2026-11-25T12:00:00.000+08:00");
    expect(await tick(late + 1)).toMatchObject({ changed: [], orders: [] });
  });

  test("a person who answers a review is before the system", async () => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    const { case: voided, effects } = await say(caseNo, "void", LEAD, MONDAY + 1);
    expect(voided.state).toBe("VOIDED");
    expect(effects.orders).toEqual([]);
    expect(await desk.cases.nextDue(desk.database.reader)).toBeUndefined();
    expect(await tick(MONDAY + HOUR_MS)).toMatchObject({ changed: [], orders: [] });
  });

  test("another alarm of the same asset and condition joins: evidence and a line, no order", async () => {
    const { caseNo, version } = await openOne();
    const effects = await tell([raised("cover-1", "cover-open", MONDAY + 5)], MONDAY + 5);
    expect(effects).toMatchObject({ orders: [], changed: [{ caseNo, version }] });
    const { history, evidence } = await get(caseNo);
    expect(evidence.map(({ alarmId }) => alarmId)).toEqual(["alarm-1", "alarm-2"]);
    expect(history.at(-1)).toMatchObject({ seq: 5, event: "join", from: "DISPATCHED" });
    const others = [raised("cover-1", "flooding"), raised("cover-2", "cover-open")];
    expect((await tell(others)).changed.map((other) => other.caseNo.slice(-5))).toEqual([
      "00002",
      "00003",
    ]);
  });

  test("the next case of the same fault is opened once the first has ended", async () => {
    const first = await openOne();
    await say(first.caseNo, "forceClose", person("leader"), MONDAY + 1);
    const second = await openOne();
    expect(second.caseNo).not.toBe(first.caseNo);
    expect((await tell([raised("cover-1", "cover-open")])).orders).toEqual([]);
  });

  test("an alarm told again urges the crew that has not begun, under the same id each time it is told", async () => {
    const happening = raised("cover-1", "cover-open");
    const [opened] = (await tell([happening])).changed;
    const again = { ...happening, kind: "realarmed" as const, at: MONDAY + 10 * MINUTE_MS };
    const caseNo = opened?.caseNo ?? "";
    const urged = {
      orderId: `${caseNo}-alarm-1-${MONDAY + 10 * MINUTE_MS}-urged`,
      kind: "urged",
      crewId: "crew-1",
      caseNo,
    };
    for (const _twice of [1, 2]) {
      const effects = await tell([again], MONDAY + 10 * MINUTE_MS);
      expect(effects).toMatchObject({ orders: [urged], changed: [] });
    }
    await say(caseNo, "start", CREW_1, MONDAY + 11 * MINUTE_MS);
    const later = { ...again, at: MONDAY + 20 * MINUTE_MS };
    expect((await tell([later])).orders).toEqual([]);
    const stranger = { ...raised("cover-2", "cover-open"), kind: "realarmed" as const };
    expect((await tell([stranger])).orders).toEqual([]);
  });

  test("a latched alarm is noted as returned", async () => {
    const happening = raised("cover-1", "cover-open");
    const [opened] = (await tell([happening])).changed;
    await tell([{ ...happening, kind: "latched", at: MONDAY + 5 }]);
    const { evidence } = await get(opened?.caseNo ?? "");
    expect(evidence).toMatchObject([{ alarmId: "alarm-1", returnedAt: MONDAY + 5 }]);
    expect(evidence[0]).not.toHaveProperty("clearedAt");
  });

  test("an alarm that returns or clears is noted beside its evidence and moves nothing", async () => {
    const happening = raised("cover-1", "cover-open");
    const [opened] = (await tell([happening])).changed;
    const over = { ...happening, kind: "returned" as const, at: MONDAY + 7 };
    const effects = await tell([over, { ...over, kind: "cleared", at: MONDAY + 9 }], MONDAY + 9);
    expect(effects).toEqual(noEffects());
    const { case: theCase, evidence } = await get(opened?.caseNo ?? "");
    expect(theCase.state).toBe("DISPATCHED");
    expect(evidence).toMatchObject([
      { measurement: "tiltDeg", value: 31.5, returnedAt: MONDAY + 7, clearedAt: MONDAY + 9 },
    ]);
  });

  test("alarms that can open no case are counted and break nothing", async () => {
    const effects = await tell([
      raised("cover-1", undefined),
      raised("cover-1", "no-such-row"),
      raised("gone", "cover-open"),
      raised("cover-2", "cover-open"),
    ]);
    expect(effects.changed).toHaveLength(1);
    expect(desk.metrics.value("gridwarden_cases_alarms_unfiled_total")).toBe(2);
  });

  test("a trusted sensor sends out what a person had only reported", async () => {
    const report = { kind: "component", conditionId: "cover-open", assetId: "cover-1" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, { ...report, source: "citizen" }, person("acceptor"), MONDAY),
    );
    const effects = await tell([raised("cover-1", "cover-open")], MONDAY + 1);
    expect(effects.changed).toMatchObject([{ caseNo: reported.caseNo, state: "DISPATCHED" }]);
    expect(effects.orders).toHaveLength(1);
  });

  test("told again, in any order and however often, every alarm counts once", async () => {
    const happenings = ["cover-1", "cover-2", "cover-3"].flatMap((assetId) =>
      ["cover-open", "cover-rattle"].map((conditionId) => raised(assetId, conditionId)),
    );
    const told = fc.array(fc.constantFrom(...happenings), { minLength: 1, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(told, async (batch) => {
        await tell(batch);
        const before = await desk.cases.list(desk.database.reader, {});
        const again = await tell(batch);
        expect(again).toEqual(noEffects());
        expect(await desk.cases.list(desk.database.reader, {})).toEqual(before);
        const faults = new Set(before.items.map((each) => `${each.assetId} ${each.conditionId}`));
        expect(faults.size).toBe(before.items.length);
      }),
      { numRuns: 30 },
    );
  });

  test("a transaction that fails leaves no case, no number and no order behind", async () => {
    const happening = raised("cover-1", "cover-open");
    const failing = desk.database.transaction(async (tx) => {
      await desk.cases.onAlarms(tx, [happening], MONDAY);
      throw new Error("power cut");
    });
    await expect(failing).rejects.toThrow("power cut");
    await reopen();
    const effects = await tell([happening]);
    expect(effects.changed[0]?.caseNo).toBe("4115242026112300001");
    expect(effects.orders).toHaveLength(1);
  });

  test("the number's day is the local day of the report, and each day counts from one", async () => {
    const lateAtNight = Date.parse("2026-11-23T23:59:59.900+08:00");
    const numbers = [];
    for (const [n, at] of [lateAtNight, lateAtNight + 200, lateAtNight + 300].entries()) {
      const effects = await tell([raised(`cover-${n + 1}`, "cover-open", at)], at + 500);
      numbers.push(effects.changed[0]?.caseNo);
    }
    expect(numbers).toEqual(["4115242026112300001", "4115242026112400001", "4115242026112400002"]);
  });
});

describe("units and crews", () => {
  test("a case that nobody owns goes to the centre and waits there for a crew", async () => {
    const opened = await openOne("cover-3");
    expect(opened).toMatchObject({ unitId: "centre", state: "DISPATCHED", calendar: "emergency" });
    expect(opened).not.toHaveProperty("crewId");
    const { history } = await get(opened.caseNo);
    expect(history.at(-1)?.note).toContain("it stands at the unit");

    desk.crews.set("bins", newCrew("bins", "centre", ["waste-bin"]));
    desk.crews.set("night", newCrew("night", "centre", ["manhole-cover"]));
    const give = (unitId: string) =>
      desk.database.transaction((tx) => desk.cases.giveWaiting(tx, unitId, MONDAY + 5));
    expect(await give("drains")).toMatchObject({ orders: [] });
    expect(await give("centre")).toMatchObject({
      orders: [{ kind: "dispatched", crewId: "night", caseNo: opened.caseNo }],
      changed: [{ crewId: "night", version: opened.version + 1 }],
    });
    expect(await give("centre")).toMatchObject({ orders: [], changed: [] });
  });

  test("orders spread over the crews of a unit by how many each has open", async () => {
    desk.crews.set("crew-2", newCrew("crew-2", "drains"));
    const effects = await tell([
      raised("cover-1", "cover-open"),
      raised("cover-2", "cover-open"),
      raised("cover-1", "flooding"),
    ]);
    expect(effects.orders.map(({ crewId }) => crewId)).toEqual(["crew-1", "crew-2", "crew-1"]);
  });

  test("a dispatcher's wish goes before the rule, and must exist", async () => {
    desk.crews.set("night", newCrew("night", "centre"));
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    await say(caseNo, "accept", person("acceptor"), MONDAY + 1);
    await say(caseNo, "file", LEAD, MONDAY + 2);
    const dispatcher = person("dispatcher");
    const wish = (more: object) => say(caseNo, "dispatch", dispatcher, MONDAY + 3, more);
    await expect(wish({ unitId: "moon" })).rejects.toMatchObject({ code: "UNIT_NOT_FOUND" });
    await expect(wish({ crewId: "moon" })).rejects.toMatchObject({ code: "CREW_NOT_FOUND" });
    await expect(wish({ crewId: "night", unitId: "drains" })).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
    const { case: dispatched } = await wish({ crewId: "night" });
    expect(dispatched).toMatchObject({ unitId: "centre", crewId: "night", state: "DISPATCHED" });
  });
});
