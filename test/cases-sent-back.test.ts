/**
 * Cases that come back to their unit, and danger that comes to a case: whoever is on duty hears of
 * it, a crew that has set to work goes on hearing, and nothing that was asked for is lost on the way.
 */
import { describe, expect, test } from "vitest";
import type { AlarmHappening, ConditionHealth } from "../model/alarm.ts";
import type { Case } from "../model/case.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { DeviceId, UnitId } from "../model/ids.ts";
import { CREW_1, LEAD, MONDAY, newCrew, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, raised, say, tell, tick } = openCaseDesk();

const INSPECTOR = person("inspector");
const UNIT = person("unit", { unitId: UnitId.parse("drains") });
const AGAIN = MONDAY + 3 * DAY_MS;
const kindsOf = (told: readonly { kind: string }[]): string[] => told.map(({ kind }) => kind);
const sentTo = (orders: readonly { kind: string; crewId: string }[]): string[] =>
  orders.map(({ kind, crewId }) => `${kind} ${crewId}`);
const proven: ConditionHealth = {
  devices: [
    {
      deviceId: DeviceId.parse("cover-1-sensor"),
      normalSince: MONDAY,
      lastGoodAt: MONDAY + HOUR_MS,
    },
  ],
};
const ofLifeSafety = (happening: AlarmHappening): AlarmHappening => ({
  ...happening,
  alarm: { ...happening.alarm, lifeSafety: true },
});

/** From then on these crews of the unit are on duty, and the others are not. */
function onDuty(...crewIds: string[]): void {
  for (const id of crewIds) if (!desk.crews.has(id)) desk.crews.set(id, newCrew(id, "drains"));
  desk.duty = { ...desk.duty, onDuty: () => new Set(crewIds) };
}

async function fedBack(conditionId = "cover-open", more: object = {}): Promise<Case> {
  const { caseNo } = await openOne("cover-1", conditionId);
  await say(caseNo, "start", CREW_1, MONDAY + MINUTE_MS);
  return (await say(caseNo, "feedback", CREW_1, MONDAY + 5 * MINUTE_MS, more)).case;
}

async function closed(conditionId = "cover-open"): Promise<Case> {
  const { caseNo } = await fedBack(conditionId);
  desk.health = proven;
  await tick(MONDAY + HOUR_MS);
  return (await say(caseNo, "close", LEAD, MONDAY + HOUR_MS)).case;
}

describe("life safety that comes back", () => {
  test("by a relapse goes to a crew on duty, not to the one that has gone home", async () => {
    const { caseNo } = await closed();
    onDuty("crew-2");
    const { orders } = await tell([raised("cover-1", "cover-open", AGAIN)], AGAIN);
    expect(orders).toMatchObject([{ kind: "rework", crewId: "crew-2", caseNo }]);
  });

  test("by rework, too; the former crew hears that it has it no more", async () => {
    const { caseNo, deadline } = await fedBack();
    onDuty("crew-2");
    const then = MONDAY + 10 * MINUTE_MS;
    const alarm = raised("cover-1", "cover-open", then);
    const { orders, changed } = await tell([alarm], then);
    expect(sentTo(orders)).toEqual(["withdrawn crew-1", "rework crew-2"]);
    expect(changed.at(-1)).toMatchObject({
      caseNo,
      state: "HANDLING",
      crewId: "crew-2",
      deadline: (deadline ?? 0) + 5 * MINUTE_MS,
    });
    const { history } = await get(caseNo);
    expect(history.at(-1)?.note).toContain("crew 'crew-2' gets the order");
    const again = await tell([{ ...alarm, kind: "realarmed", at: then + 1 }], then + 1);
    expect(sentTo(again.orders)).toEqual(["urged crew-2"]);
  });

  test("stays with its crew where nobody else is on duty", async () => {
    const { caseNo } = await fedBack();
    desk.crews.set("crew-0", newCrew("crew-0", "drains"));
    onDuty();
    const back = await say(caseNo, "rework", INSPECTOR, MONDAY + 10 * MINUTE_MS);
    expect(sentTo(back.effects.orders)).toEqual(["rework crew-1"]);
  });

  test("alone changes hands: what is no danger waits for the crew that knows it", async () => {
    const { caseNo } = await fedBack("flooding");
    onDuty("crew-2");
    const back = await say(caseNo, "rework", INSPECTOR, MONDAY + 10 * MINUTE_MS);
    expect(sentTo(back.effects.orders)).toEqual(["rework crew-1"]);
  });

  test("by a relapse that its crew has said nothing of is told again with its alarm, until it is there", async () => {
    const { caseNo } = await closed();
    const alarm = raised("cover-1", "cover-open", AGAIN);
    await tell([alarm], AGAIN);
    const told = (at: number) => tell([{ ...alarm, kind: "realarmed", at }], at);
    expect((await told(AGAIN + MINUTE_MS)).orders).toMatchObject([{ kind: "urged", caseNo }]);
    await say(caseNo, "arrive", CREW_1, AGAIN + 2 * MINUTE_MS);
    expect((await told(AGAIN + 3 * MINUTE_MS)).orders).toEqual([]);
  });
});

describe("danger that comes to a case", () => {
  test("ends a suspension: the crew hears at once and the clock goes on", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "requestSuspend", UNIT, MONDAY, { until: MONDAY + DAY_MS });
    await say(caseNo, "approveSuspend", person("leader"), MONDAY);
    const then = MONDAY + HOUR_MS;
    const { orders, changed } = await tell([raised("cover-1", "cover-open", then)], then);
    expect(sentTo(orders)).toEqual(["changed crew-1"]);
    expect(changed).toMatchObject([{ caseNo, state: "HANDLING", deadline: MONDAY + 3 * HOUR_MS }]);
    expect((await get(caseNo)).history.at(-1)).toMatchObject({ event: "resume", role: "system" });
  });

  test("what is no danger to life stays suspended", async () => {
    const { caseNo } = await openOne("cover-1", "flooding");
    await say(caseNo, "requestSuspend", UNIT, MONDAY, { until: MONDAY + DAY_MS });
    await say(caseNo, "approveSuspend", person("leader"), MONDAY);
    await tell([raised("cover-1", "flooding", MONDAY + 1)], MONDAY + 1);
    expect((await get(caseNo)).case.state).toBe("SUSPENDED");
  });

  test("by a rule of life safety waits for no review, whatever its row says", async () => {
    const { orders } = await tell([ofLifeSafety(raised("cover-1", "cover-rattle"))]);
    expect(orders).toMatchObject([{ kind: "dispatched", case: { lifeSafety: true } }]);
  });

  test("makes an ordinary case one of life safety: at night a crew on call has it", async () => {
    onDuty();
    const { caseNo, crewId } = await openOne("cover-1", "flooding");
    expect(crewId).toBeUndefined();
    const alarm = ofLifeSafety(raised("cover-1", "flooding", MONDAY + 1));
    const { orders, changed } = await tell([alarm, alarm], MONDAY + 1);
    expect(sentTo(orders)).toEqual(["dispatched crew-1"]);
    expect(changed).toMatchObject([{ caseNo, lifeSafety: true, crewId: "crew-1" }]);
    const again = ofLifeSafety(raised("cover-1", "flooding", MONDAY + 2));
    expect((await tell([again], MONDAY + 2)).orders).toEqual([]);
  });

  test("the crew that has an ordinary case hears that it is one of life safety now", async () => {
    const { caseNo } = await openOne("cover-1", "flooding");
    const alarm = ofLifeSafety(raised("cover-1", "flooding", MONDAY + 1));
    const { orders } = await tell([alarm], MONDAY + 1);
    expect(orders).toMatchObject([{ kind: "urged", crewId: "crew-1", case: { lifeSafety: true } }]);
    expect((await get(caseNo)).history.map(({ event }) => event)).toContain("life-safety");
  });

  test("relapses as life safety, also where the closed case was none", async () => {
    await closed("flooding");
    onDuty("crew-2");
    const then = MONDAY + DAY_MS;
    const { orders } = await tell([ofLifeSafety(raised("cover-1", "flooding", then))], then);
    expect(orders).toMatchObject([
      { kind: "rework", crewId: "crew-2", case: { lifeSafety: true } },
    ]);
  });
});

describe("a case without a crew", () => {
  test("is the crew's that starts it: what is due reaches it, and it has the hazards", async () => {
    onDuty();
    const { caseNo } = await openOne("cover-1", "flooding");
    const { case: begun, effects } = await say(caseNo, "start", CREW_1, MONDAY);
    expect(begun).toMatchObject({ state: "HANDLING", crewId: "crew-1" });
    expect(effects.orders).toMatchObject([
      { kind: "dispatched", crewId: "crew-1", hazards: [{ measurement: "h2sPpm" }] },
    ]);
    const late = await tick(MONDAY + 2 * HOUR_MS);
    expect(sentTo(late.orders)).toEqual(["due-soon crew-1", "overdue crew-1"]);
  });

  test("that its unit worked on itself looks for a crew when it is sent back, else its lead is told", async () => {
    desk.crews.clear();
    const { caseNo } = await openOne("cover-1", "flooding");
    const work = async (at: number) => {
      if ((await get(caseNo)).case.state === "DISPATCHED") await say(caseNo, "start", UNIT, at);
      await say(caseNo, "feedback", UNIT, at);
      return await say(caseNo, "rework", INSPECTOR, at + MINUTE_MS);
    };
    const alone = await work(MONDAY);
    expect(alone.effects.orders).toEqual([]);
    expect(kindsOf(alone.effects.notices)).toContain("no-crew");
    desk.crews.set("crew-3", newCrew("crew-3", "drains"));
    const found = await work(MONDAY + HOUR_MS);
    expect(sentTo(found.effects.orders)).toEqual(["rework crew-3"]);
  });
});

describe("what was asked for", () => {
  test("an inspector who was asked for a silent sensor is warned at 80 and 100 %, also after an urge", async () => {
    const { caseNo } = await fedBack("effluent");
    const asked = MONDAY + 25 * MINUTE_MS;
    expect(kindsOf((await tick(asked)).notices)).toContain("check-wanted");
    expect(kindsOf((await tick(asked + 15 * MINUTE_MS)).notices)).toEqual(["check-50"]);
    await say(caseNo, "urge", LEAD, asked + 16 * MINUTE_MS);
    const later = await tick(asked + 30 * MINUTE_MS);
    expect(kindsOf(later.notices).filter((kind) => kind.startsWith("check-"))).toEqual([
      "check-wanted",
      "check-80",
      "check-100",
    ]);
    expect(later.notices.find(({ kind }) => kind === "check-wanted")?.noticeId).toBe(
      `${caseNo}-${MONDAY + 5 * MINUTE_MS}-check-wanted`,
    );
  });

  test("made safe again after its repair has ended it gets another repair", async () => {
    const { caseNo, linkedCaseNo = "" } = await fedBack("cover-open", { outcome: "madeSafe" });
    await say(linkedCaseNo, "forceClose", person("leader"), MONDAY + HOUR_MS);
    await say(caseNo, "rework", INSPECTOR, MONDAY + HOUR_MS);
    const said = { outcome: "madeSafe" };
    const { case: safe } = await say(caseNo, "feedback", CREW_1, MONDAY + 2 * HOUR_MS, said);
    expect(safe.linkedCaseNo).not.toBe(linkedCaseNo);
    expect((await get(safe.linkedCaseNo ?? "")).case).toMatchObject({
      state: "DISPATCHED",
      linkedCaseNo: caseNo,
    });
  });

  test("what was made safe, then repaired, and relapses may be made safe anew", async () => {
    const { caseNo, linkedCaseNo } = await fedBack("cover-open", { outcome: "madeSafe" });
    await say(caseNo, "rework", INSPECTOR, MONDAY + 6 * MINUTE_MS);
    await say(caseNo, "feedback", CREW_1, MONDAY + 7 * MINUTE_MS);
    desk.health = proven;
    await tick(MONDAY + HOUR_MS);
    await say(caseNo, "close", LEAD, MONDAY + HOUR_MS);
    await tell([raised("cover-1", "cover-open", AGAIN)], AGAIN);
    const said = { outcome: "madeSafe" };
    const { case: safe } = await say(caseNo, "feedback", CREW_1, AGAIN + HOUR_MS, said);
    expect(safe).toMatchObject({ caseNo, madeSafeAt: AGAIN + HOUR_MS, madeSafeInTime: true });
    expect(safe.linkedCaseNo).not.toBe(linkedCaseNo);
  });
});

describe("a relapse by a rule that crews do not confirm", () => {
  /** The rule says false ten times, each a case of its own. */
  async function distrust(): Promise<void> {
    for (let n = 0; n < 10; n += 1) {
      const { changed } = await tell([raised("cover-2", "flooding")]);
      const caseNo = changed[0]?.caseNo ?? "";
      if (changed[0]?.state === "REPORTED") await say(caseNo, "confirm", LEAD, MONDAY);
      await say(caseNo, "start", CREW_1, MONDAY);
      const said = { outcome: "nothingFound" };
      await say(caseNo, "feedback", CREW_1, MONDAY, said);
      await say(caseNo, "sendCheck", person("dispatcher"), MONDAY);
      await say(caseNo, "checkPass", INSPECTOR, MONDAY);
      await say(caseNo, "close", LEAD, MONDAY);
    }
  }

  test("is a new case that a person looks at first; the closed one stays and nothing counts against it", async () => {
    const { caseNo } = await closed("flooding");
    desk.health = { devices: [] };
    await distrust();
    const then = MONDAY + DAY_MS;
    const { changed, orders } = await tell([raised("cover-1", "flooding", then)], then);
    expect(orders).toEqual([]);
    expect(changed).toMatchObject([{ state: "REPORTED", reviewUntil: then + 15 * MINUTE_MS }]);
    expect(changed[0]?.caseNo).not.toBe(caseNo);
    expect((await get(caseNo)).case).toMatchObject({ state: "CLOSED" });
  });

  test("under a row that is reviewed anyway the same case comes back: a person has seen this fault", async () => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    await say(caseNo, "confirm", LEAD, MONDAY);
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY);
    await say(caseNo, "checkPass", INSPECTOR, MONDAY + HOUR_MS);
    await say(caseNo, "close", LEAD, MONDAY + HOUR_MS);
    const { changed } = await tell([raised("cover-1", "cover-rattle", AGAIN)], AGAIN);
    expect(changed).toMatchObject([{ caseNo, state: "HANDLING", relapseCount: 1 }]);
  });
});
