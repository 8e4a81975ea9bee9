/**
 * Orders of crews that work by a roster, at the desk of the cases: nights, declined and unanswered
 * orders, and all of it once after downtime.
 */
import { beforeEach, describe, expect, test } from "vitest";
import { fillCrewWork } from "../cases/cases.ts";
import type { DutyView } from "../cases/crew-plan.ts";
import { type Case, type CaseHistoryEntry, Case as CaseSchema } from "../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { CrewId, UnitId } from "../model/ids.ts";
import type { CrewPlace } from "../model/presence.ts";
import { Roster } from "../model/roster.ts";
import { dutyEndsAt, nextDutyAt, onDuty } from "../registry/duty.ts";
import { MONDAY, newCrew, openCaseDesk, person, zone } from "./support/case-desk.ts";

const { desk, reopen, raised, tell, tick, get, say, openOne } = openCaseDesk();
const DISPATCHER = person("dispatcher");
const crewOf = (id: string) => person("crew", { crewId: CrewId.parse(id) });
/** The lead of the unit that has the covers. */
const UNIT = person("unit", { unitId: UnitId.parse("drains") });

const everyDay = (turns: object[]) =>
  Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, turns]));

/** The roster of the unit `drains`; the other units have none. */
function keep(given: object, acceptMs: Partial<{ lifeSafety: number; other: number }> = {}): void {
  const roster = Roster.parse({ startMonday: "2026-11-02", ...given });
  const calendar = { zone, isHoliday: () => false };
  const duty: DutyView = {
    onDuty: (unitId, at) => (unitId === "drains" ? onDuty(roster, at, calendar) : undefined),
    nextDutyAt: (unitId, crewIds, after) =>
      unitId === "drains" ? nextDutyAt(roster, crewIds, after, calendar) : undefined,
    dutyEndsAt: (unitId, crewId, at) =>
      unitId === "drains" ? dutyEndsAt(roster, crewId, at, calendar) : undefined,
    acceptMs: (unitId, lifeSafety) =>
      unitId === "drains" ? acceptMs[lifeSafety ? "lifeSafety" : "other"] : undefined,
    places: async () => new Map(Object.entries(places)),
  };
  desk.duty = duty;
}

let places: Record<string, CrewPlace>;
beforeEach(() => {
  places = {};
  for (const id of ["crew-2", "crew-3"]) desk.crews.set(id, newCrew(id, "drains"));
});

/** 08:00 to 18:00 two crews, until 22:00 the third, then nobody. */
const DAYS = {
  weeks: [
    everyDay([
      { from: "08:00", to: "18:00", crewIds: ["crew-1", "crew-2"] },
      { from: "18:00", to: "22:00", crewIds: ["crew-3"] },
    ]),
  ],
};
const NIGHT = Date.parse("2026-11-23T23:00+08:00");
const MORNING = Date.parse("2026-11-24T08:00+08:00");

async function raisedAt(conditionId: string, at: number, assetId = "cover-1"): Promise<Case> {
  const { changed } = await tell([raised(assetId, conditionId, at)], at);
  const [opened] = changed;
  if (opened === undefined) throw new Error("no case was opened");
  return opened;
}

const sent = ({ orders }: Awaited<ReturnType<typeof tick>>): string[] =>
  orders
    .filter(({ kind }) => kind === "dispatched" || kind === "withdrawn")
    .map(({ kind, crewId }) => `${kind} ${crewId}`);
const told = ({ notices }: Awaited<ReturnType<typeof tick>>): string[] =>
  notices.map(({ kind }) => kind).filter((kind) => kind === "no-crew" || kind === "not-accepted");
const lineOf = (entry: CaseHistoryEntry | undefined): string =>
  [entry?.event, entry?.role, entry?.note ?? entry?.reason].join(" | ");

describe("by the roster", () => {
  beforeEach(() => keep(DAYS));

  test("the order goes to a crew that is on duty", async () => {
    expect(await raisedAt("flooding", MONDAY)).toMatchObject({ crewId: "crew-1" });
    const evening = await raisedAt("flooding", Date.parse("2026-11-23T19:00+08:00"), "cover-2");
    expect(evening).toMatchObject({ crewId: "crew-3" });
  });

  test("at night an ordinary case stands at its unit, and the morning's crew has it once", async () => {
    const effects = await tell([raised("cover-1", "flooding", NIGHT)], NIGHT);
    const { caseNo } = effects.changed[0] ?? expect.fail("no case");
    expect(effects.changed[0]).toMatchObject({ state: "DISPATCHED", nextDutyAt: MORNING });
    expect(effects.changed[0]).not.toHaveProperty("crewId");
    expect(sent(effects)).toEqual([]);
    expect(told(effects)).toEqual(["no-crew"]);
    const { history } = await get(caseNo);
    expect(history.at(-1)?.note).toBe(
      "no crew of unit 'drains' that takes it is on duty until 2026-11-24T08:00:00.000+08:00; " +
        "it stands at the unit",
    );

    expect(sent(await tick(MORNING - 1))).toEqual([]);
    const given = await tick(MORNING);
    expect(sent(given)).toEqual(["dispatched crew-1"]);
    expect(given.settled.map(({ kind }) => kind)).toContain("no-crew");
    expect(sent(await tick(MORNING + 1))).toEqual([]);
    const { case: after } = await get(caseNo);
    expect(after).toMatchObject({ crewId: "crew-1", state: "DISPATCHED" });
    expect(after).not.toHaveProperty("nextDutyAt");
  });

  test("after downtime over the morning it is given once, to who is on duty then", async () => {
    const { caseNo } = await raisedAt("flooding", NIGHT);
    await reopen();
    const noon = MORNING + 4 * HOUR_MS;
    expect(sent(await tick(noon))).toEqual(["dispatched crew-1"]);
    await reopen();
    expect(sent(await tick(noon + 1))).toEqual([]);
    expect((await get(caseNo)).history.filter(({ event }) => event === "assign")).toHaveLength(1);
  });

  test("after downtime until the next night it waits for the morning after", async () => {
    const { caseNo } = await raisedAt("flooding", NIGHT);
    await reopen();
    const nextNight = NIGHT + 24 * HOUR_MS;
    expect(sent(await tick(nextNight))).toEqual([]);
    expect((await get(caseNo)).case).toMatchObject({ nextDutyAt: MORNING + 24 * HOUR_MS });
    expect(sent(await tick(MORNING + 24 * HOUR_MS))).toEqual(["dispatched crew-1"]);
  });

  test("at night life safety goes to a crew on call, and the history says so", async () => {
    const opened = await raisedAt("cover-open", NIGHT);
    expect(opened).toMatchObject({ crewId: "crew-1", lifeSafety: true });
    expect((await get(opened.caseNo)).history.at(-1)?.note).toBe(
      "nobody of unit 'drains' who takes it is on duty; crew 'crew-1' is on call",
    );
  });

  test("a roster that changes gives what stands to who is on duty now", async () => {
    const { caseNo } = await raisedAt("flooding", NIGHT);
    keep({ weeks: [everyDay([{ from: "20:00", to: "08:00", crewIds: ["crew-2"] }])] });
    const give = () =>
      desk.database.transaction((tx) => desk.cases.giveWaiting(tx, "drains", NIGHT + 5));
    expect(sent(await give())).toEqual(["dispatched crew-2"]);
    expect(sent(await give())).toEqual([]);
    expect(sent(await tick(MORNING))).toEqual([]);
    expect((await get(caseNo)).case).toMatchObject({ crewId: "crew-2" });
  });

  test("holidays that change move the turn that a case stands until", async () => {
    const { caseNo } = await raisedAt("flooding", NIGHT);
    keep({ ...DAYS, overrides: [{ date: "2026-11-24", turns: [] }] });
    const give = (now: number) =>
      desk.database.transaction((tx) => desk.cases.giveWaiting(tx, "drains", now));
    await give(NIGHT + 1);
    expect((await get(caseNo)).case).toMatchObject({ nextDutyAt: MORNING + 24 * HOUR_MS });
    keep(DAYS);
    await give(NIGHT + 2);
    expect(sent(await tick(MORNING))).toEqual(["dispatched crew-1"]);
  });

  test("many that stand are given by parts, none twice and none left", async () => {
    const { caseNo } = await raisedAt("flooding", NIGHT);
    await desk.database.transaction(async (tx) => {
      for (let n = 2; n <= 250; n += 1) {
        const copy = `41152420261123${String(n).padStart(5, "0")}`;
        await tx.run(
          `insert into cases (case_no, version, state, is_open, asset_id, condition_id, unit_id,
             opened_at, body)
           select ?, version, state, is_open, asset_id, condition_id, unit_id, opened_at,
             replace(body, ?, ?) from cases where case_no = ?`,
          [copy, caseNo, copy, caseNo],
        );
      }
    });
    keep({ weeks: [everyDay([{ from: "20:00", to: "08:00", crewIds: ["crew-2"] }])] });
    const counts: number[] = [];
    const given = new Set<string>();
    let after: string | undefined = "";
    while (after !== undefined) {
      const from: string = after;
      const { next, orders } = await desk.database.transaction((tx) =>
        desk.cases.giveWaiting(tx, "drains", NIGHT + 5, from),
      );
      counts.push(orders.length);
      for (const order of orders) given.add(order.caseNo);
      after = next;
    }
    expect([counts, given.size]).toEqual([[100, 100, 50], 250]);
  });

  test("a dispatcher may send a crew that is off duty", async () => {
    const { caseNo } = await raisedAt("flooding", NIGHT);
    const { case: after, effects } = await say(caseNo, "redispatch", DISPATCHER, NIGHT + 1, {
      crewId: "crew-3",
    });
    expect(after).toMatchObject({ crewId: "crew-3" });
    expect(sent(effects)).toEqual(["dispatched crew-3"]);
  });

  test("the nearer of two crews with equal orders has it, if both places are fresh", async () => {
    const near: CrewPlace = { lon: 114.7, lat: 32.1, at: MONDAY - MINUTE_MS };
    places = { "crew-1": { ...near, lat: 32.2 }, "crew-2": near };
    expect(await raisedAt("flooding", MONDAY)).toMatchObject({ crewId: "crew-2" });
    places = { "crew-1": { ...near, lat: 32.2 } };
    expect(await raisedAt("flooding", MONDAY, "cover-2")).toMatchObject({ crewId: "crew-1" });
  });
});

describe("the crew's answer", () => {
  beforeEach(() => keep(DAYS, { lifeSafety: 5 * MINUTE_MS, other: 30 * MINUTE_MS }));

  test("an order that is accepted stays, however long it waits", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    const { case: after } = await say(caseNo, "acceptOrder", crewOf("crew-1"), MONDAY + 5);
    expect(after).toMatchObject({ state: "DISPATCHED", crewId: "crew-1", acceptedAt: MONDAY + 5 });
    expect(after).not.toHaveProperty("acceptUntil");
    expect(sent(await tick(MONDAY + HOUR_MS))).toEqual([]);
    const again = say(caseNo, "acceptOrder", crewOf("crew-1"), MONDAY + 9);
    await expect(again).rejects.toMatchObject({ code: "CASE_TRANSITION_REFUSED" });
  });

  test("who starts has accepted", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    const { case: after } = await say(caseNo, "start", crewOf("crew-1"), MONDAY + 7);
    expect(after).toMatchObject({ acceptedAt: MONDAY + 7, startedAt: MONDAY + 7 });
    expect(sent(await tick(MONDAY + HOUR_MS))).toEqual([]);
  });

  test("only the crew that has the order answers it", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    for (const actor of [crewOf("crew-2"), UNIT, DISPATCHER, person("shift-lead")]) {
      for (const event of ["acceptOrder", "declineOrder"]) {
        await expect(say(caseNo, event, actor, MONDAY + 1)).rejects.toMatchObject({
          code: "ROLE_REFUSED",
        });
      }
    }
  });

  test("an order that is declined goes to the next crew, and the former is told", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    const declined = await say(caseNo, "declineOrder", crewOf("crew-1"), MONDAY + 1, {
      reason: "no pump",
      note: undefined,
    });
    expect(sent(declined.effects)).toEqual(["withdrawn crew-1", "dispatched crew-2"]);
    expect(declined.case).toMatchObject({
      state: "DISPATCHED",
      crewId: "crew-2",
      declinedBy: ["crew-1"],
      acceptUntil: MONDAY + 1 + 30 * MINUTE_MS,
    });
    expect((await get(caseNo)).history.at(-1)).toMatchObject({
      event: "declineOrder",
      role: "crew",
      reason: "no pump",
      note: "crew 'crew-2' gets the order",
    });
    expect(new Set(declined.effects.orders.map(({ orderId }) => orderId)).size).toBe(2);
  });

  test("without a reason it is not declined", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    const silent = say(caseNo, "declineOrder", crewOf("crew-1"), MONDAY + 1, { reason: " " });
    await expect(silent).rejects.toMatchObject({ code: "CASE_TRANSITION_REFUSED" });
  });

  test("what all decline stands at the unit, whose lead is told; who declined is not asked again", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    await say(caseNo, "declineOrder", crewOf("crew-1"), MONDAY + 1);
    const last = await say(caseNo, "declineOrder", crewOf("crew-2"), MONDAY + 2);
    expect(sent(last.effects)).toEqual(["withdrawn crew-2"]);
    expect(told(last.effects)).toEqual(["no-crew"]);
    const evening = Date.parse("2026-11-23T18:00+08:00");
    expect(last.case).toMatchObject({ nextDutyAt: evening, declinedBy: ["crew-1", "crew-2"] });
    expect(last.case).not.toHaveProperty("crewId");
    expect(sent(await tick(evening))).toEqual(["dispatched crew-3"]);
    const over = await say(caseNo, "declineOrder", crewOf("crew-3"), evening + 1);
    expect(over.case).not.toHaveProperty("nextDutyAt");
    expect((await get(caseNo)).history.at(-1)?.note).toContain("has no other crew that takes it");
    expect(sent(await tick(MORNING))).toEqual([]);
    const { case: after } = await say(caseNo, "redispatch", UNIT, MORNING + 1, {
      crewId: "crew-1",
    });
    expect(after).toMatchObject({ crewId: "crew-1" });
  });

  test("life safety that is declined goes on to crews off duty", async () => {
    const { caseNo } = await raisedAt("cover-open", MONDAY);
    await say(caseNo, "declineOrder", crewOf("crew-1"), MONDAY + 1);
    const { effects } = await say(caseNo, "declineOrder", crewOf("crew-2"), MONDAY + 2);
    expect(sent(effects)).toEqual(["withdrawn crew-2", "dispatched crew-3"]);
  });

  test("an order that nobody accepts goes from crew to crew, and then the lead is told once", async () => {
    const { caseNo } = await raisedAt("cover-open", MONDAY);
    const minute = (n: number): number => MONDAY + n * MINUTE_MS;
    expect(sent(await tick(minute(5) - 1))).toEqual([]);
    expect(sent(await tick(minute(5)))).toEqual(["withdrawn crew-1", "dispatched crew-2"]);
    expect(sent(await tick(minute(5) + 1))).toEqual([]);
    // The third is off duty; for life safety it is on call.
    expect(sent(await tick(minute(10)))).toEqual(["withdrawn crew-2", "dispatched crew-3"]);
    const last = await tick(minute(15));
    expect([sent(last), told(last)]).toEqual([[], ["not-accepted"]]);
    for (const n of [16, 20, 60]) expect(told(await tick(minute(n)))).toEqual([]);
    const { case: after, history } = await get(caseNo);
    expect(after).toMatchObject({ crewId: "crew-3", unansweredBy: ["crew-1", "crew-2"] });
    expect(CaseSchema.safeParse(after).success).toBe(true);
    expect(history.slice(-2).map(lineOf)).toEqual([
      "redispatch | system | crew 'crew-1' has not accepted it in time; crew 'crew-2' gets the order",
      "redispatch | system | crew 'crew-2' has not accepted it in time; crew 'crew-3' gets the order",
    ]);
    const { effects } = await say(caseNo, "acceptOrder", crewOf("crew-3"), minute(61));
    expect(effects.settled.map(({ kind }) => kind)).toContain("not-accepted");
  });

  test("after a bound of crews no further one is asked", async () => {
    for (let n = 4; n < 8; n += 1) desk.crews.set(`crew-${n}`, newCrew(`crew-${n}`, "drains"));
    await raisedAt("cover-open", MONDAY);
    const sendings = [];
    for (let n = 1; n < 10; n += 1) sendings.push(...sent(await tick(MONDAY + n * 5 * MINUTE_MS)));
    expect(sendings.filter((line) => line.startsWith("dispatched"))).toHaveLength(3);
  });

  test("an ordinary order that nobody on duty accepts stays with the last, and the lead is told", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    expect(sent(await tick(MONDAY + 30 * MINUTE_MS))).toEqual([
      "withdrawn crew-1",
      "dispatched crew-2",
    ]);
    const last = await tick(MONDAY + 60 * MINUTE_MS);
    expect([sent(last), told(last)]).toEqual([[], ["not-accepted"]]);
    const wish = { crewId: "crew-3" };
    const { effects } = await say(caseNo, "redispatch", UNIT, MONDAY + HOUR_MS + 1, wish);
    expect(sent(effects)).toEqual(["withdrawn crew-2", "dispatched crew-3"]);
    expect(effects.settled.map(({ kind }) => kind)).toContain("not-accepted");
    // Off duty now: its time to answer begins with its turn.
    const evening = Date.parse("2026-11-23T18:00+08:00");
    expect((await get(caseNo)).case).toMatchObject({ acceptUntil: evening + 30 * MINUTE_MS });
  });

  test("one that did not answer is asked again rather than nobody", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    expect(sent(await tick(MONDAY + 30 * MINUTE_MS))).toHaveLength(2);
    const { effects } = await say(caseNo, "declineOrder", crewOf("crew-2"), MONDAY + HOUR_MS - 1);
    expect(sent(effects)).toEqual(["withdrawn crew-2", "dispatched crew-1"]);
  });

  test("an order that ran out while the platform was down has its time anew, then goes on", async () => {
    const { caseNo, version } = await raisedAt("cover-open", MONDAY);
    await reopen();
    const back = MONDAY + 2 * HOUR_MS;
    const first = await tick(back);
    expect([sent(first), told(first)]).toEqual([[], []]);
    const anew = { crewId: "crew-1", acceptUntil: back + 5 * MINUTE_MS, version };
    expect((await get(caseNo)).case).toMatchObject(anew);
    expect(sent(await tick(back + 5 * MINUTE_MS - 1))).toEqual([]);
    expect(sent(await tick(back + 5 * MINUTE_MS))).toEqual([
      "withdrawn crew-1",
      "dispatched crew-2",
    ]);
    await reopen();
    expect(sent(await tick(back + 5 * MINUTE_MS + 1))).toEqual([]);
  });

  test("what ran out while it was down goes to who is on duty now, where its crew is not", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    await reopen();
    const evening = Date.parse("2026-11-23T19:00+08:00");
    expect(sent(await tick(evening))).toEqual(["withdrawn crew-1", "dispatched crew-3"]);
    await reopen();
    expect(sent(await tick(evening + 1))).toEqual([]);
    const { case: after } = await get(caseNo);
    expect(after).toMatchObject({ acceptUntil: evening + 30 * MINUTE_MS });
    expect(after).not.toHaveProperty("unansweredBy");
  });

  test("who returns a case has answered: a refused return is not given to another crew", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    await say(caseNo, "return", crewOf("crew-1"), MONDAY + 1);
    await say(caseNo, "refuseReturn", DISPATCHER, MONDAY + HOUR_MS);
    expect(sent(await tick(MONDAY + 2 * HOUR_MS))).toEqual([]);
    expect((await get(caseNo)).case).toMatchObject({ crewId: "crew-1", state: "DISPATCHED" });
  });

  test("a new dispatch after a return asks all crews anew", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    await say(caseNo, "declineOrder", crewOf("crew-1"), MONDAY + 1);
    await say(caseNo, "return", crewOf("crew-2"), MONDAY + 2);
    await say(caseNo, "acceptReturn", DISPATCHER, MONDAY + 3);
    const wish = { unitId: "drains" };
    const { case: after } = await say(caseNo, "dispatch", DISPATCHER, MONDAY + 4, wish);
    expect(after).toMatchObject({ crewId: "crew-1" });
    expect(after).not.toHaveProperty("declinedBy");
  });

  test("redispatch names another crew of the unit, or is refused by a sentence that helps", async () => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    desk.crews.set("night", newCrew("night", "centre"));
    const to = (crewId?: string) => say(caseNo, "redispatch", DISPATCHER, MONDAY + 1, { crewId });
    await expect(to("moon")).rejects.toMatchObject({ code: "CREW_NOT_FOUND" });
    await expect(to("night")).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    await expect(to("crew-1")).rejects.toMatchObject({ code: "REQUEST_INVALID" });
    expect((await to()).case).toMatchObject({ crewId: "crew-2" });
    await expect(to()).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("name one by 'crewId'"),
    });
  });
});

describe("the end of a turn", () => {
  beforeEach(() => keep(DAYS));
  const evening = Date.parse("2026-11-23T18:00+08:00");
  const night = Date.parse("2026-11-23T22:00+08:00");

  test("what the crew has not accepted by then goes to who is on duty, once", async () => {
    const opened = await raisedAt("flooding", MONDAY);
    expect(opened).toMatchObject({ crewId: "crew-1", handoverAt: evening });
    expect(CaseSchema.safeParse(opened).success).toBe(true);
    expect(sent(await tick(evening - 1))).toEqual([]);
    expect(sent(await tick(evening))).toEqual(["withdrawn crew-1", "dispatched crew-3"]);
    expect(sent(await tick(evening + 1))).toEqual([]);
    const { case: after, history } = await get(opened.caseNo);
    expect(after).toMatchObject({ crewId: "crew-3", handoverAt: night });
    expect(after).not.toHaveProperty("unansweredBy");
    expect(lineOf(history.at(-1))).toBe(
      "assign | system | crew 'crew-1' is off duty and has not accepted it; crew 'crew-3' gets the order",
    );
  });

  test.each(["acceptOrder", "start"])("after '%s' the case stays with its crew", async (event) => {
    const { caseNo } = await raisedAt("flooding", MONDAY);
    const { case: after } = await say(caseNo, event, crewOf("crew-1"), MONDAY + 1);
    expect(after).not.toHaveProperty("handoverAt");
    for (const at of [evening, night, MORNING]) expect(sent(await tick(at))).toEqual([]);
    expect((await get(caseNo)).case).toMatchObject({ crewId: "crew-1" });
  });

  test("with nobody on duty its crew keeps it until a turn begins", async () => {
    const { caseNo } = await raisedAt("flooding", evening + MINUTE_MS);
    expect(sent(await tick(night))).toEqual([]);
    const { case: kept } = await get(caseNo);
    expect(kept).toMatchObject({ crewId: "crew-3", handoverAt: MORNING, version: kept.version });
    expect(sent(await tick(MORNING))).toEqual(["withdrawn crew-3", "dispatched crew-1"]);
  });

  test("a crew that comes on duty again keeps what it has", async () => {
    keep({ weeks: [everyDay([{ from: "08:00", to: "18:00", crewIds: ["crew-1"] }])] });
    const { caseNo } = await raisedAt("flooding", MONDAY);
    for (const at of [evening, MORNING]) expect(sent(await tick(at))).toEqual([]);
    expect((await get(caseNo)).case).toMatchObject({
      crewId: "crew-1",
      handoverAt: evening + 24 * HOUR_MS,
    });
  });

  test("life safety that no crew on call has accepted goes to who comes on duty", async () => {
    keep(DAYS, { lifeSafety: 5 * MINUTE_MS });
    const { caseNo } = await raisedAt("cover-open", NIGHT);
    await tick(NIGHT);
    for (let n = 1; n < 5; n += 1) await tick(NIGHT + n * 5 * MINUTE_MS);
    const { case: unanswered } = await get(caseNo);
    expect(unanswered).toMatchObject({ crewId: "crew-3", handoverAt: MORNING });
    expect(sent(await tick(MORNING))).toEqual(["withdrawn crew-3", "dispatched crew-1"]);
  });
});

test("a unit without a roster waits for no answer and gives its order to nobody else", async () => {
  const opened = await openOne("cover-1", "flooding");
  expect(opened).toMatchObject({ crewId: "crew-1" });
  expect(opened).not.toHaveProperty("acceptUntil");
  expect(opened).not.toHaveProperty("handoverAt");
  expect(sent(await tick(MONDAY + 24 * HOUR_MS))).toEqual([]);
  const { case: after } = await say(opened.caseNo, "acceptOrder", crewOf("crew-1"), MONDAY + 1);
  expect(after).toMatchObject({ acceptedAt: MONDAY + 1 });
});

test("times of cases from before they lay beside the case are filled in at a start", async () => {
  await openOne("cover-1", "flooding");
  const count = () => desk.cases.crewWork(desk.database.reader, MONDAY + 24 * HOUR_MS);
  const before = await count();
  expect(before).toMatchObject([{ orders: 1, overdue: 1, oldestWaitingAt: MONDAY }]);
  await desk.database.transaction((tx) =>
    tx.run("update cases set dispatched_at = null, deadline = null"),
  );
  expect(await count()).not.toEqual(before);
  await fillCrewWork(desk.database);
  expect(await count()).toEqual(before);
});

test("what units and crews have in hand is counted by the database", async () => {
  keep(DAYS);
  const first = await raisedAt("flooding", MONDAY);
  const second = await raisedAt("flooding", MONDAY + 1, "cover-2");
  await say(second.caseNo, "start", crewOf("crew-2"), MONDAY + 2);
  await raisedAt("cover-open", MONDAY + 3);
  const standing = await raisedAt("cover-rattle", NIGHT);
  await say(standing.caseNo, "confirm", person("shift-lead"), NIGHT + 1);
  const work = await desk.cases.crewWork(desk.database.reader, (first.deadline ?? 0) + 1);
  expect(work.sort((a, b) => ((a.crewId ?? "") < (b.crewId ?? "") ? -1 : 1))).toEqual([
    { unitId: "drains", orders: 1, handling: 0, overdue: 0, oldestWaitingAt: NIGHT + 1 },
    {
      unitId: "drains",
      crewId: "crew-1",
      orders: 2,
      handling: 0,
      overdue: 1,
      oldestWaitingAt: MONDAY,
    },
    { unitId: "drains", crewId: "crew-2", orders: 1, handling: 1, overdue: 0 },
  ]);
});
