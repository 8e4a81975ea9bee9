/** Whose a case is: asked, ruled on, kept for the next cases, and no life-safety case without a crew. */
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { CASE_EVENTS } from "../cases/case-words.ts";
import type { CaseEffects } from "../cases/desk-words.ts";
import { type Case, type CaseState, TERMINAL_STATES } from "../model/case.ts";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import { isErrorCode } from "../model/errors.ts";
import { CrewId, UnitId } from "../model/ids.ts";
import { Unit } from "../model/registry.ts";
import type { Ruling } from "../model/ruling.ts";
import { ADMIN, CREW_1, LEAD, MONDAY, newCrew, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, raised, reopen, say, tell } = openCaseDesk();

const DISPATCHER = person("dispatcher");
const LEADER = person("leader");
const unitLead = (unitId: string) => person("unit", { unitId: UnitId.parse(unitId) });
const kindsOf = (told: readonly { kind: string }[]): string[] => told.map(({ kind }) => kind);

type Actor = Parameters<typeof say>[2];

beforeEach(() => {
  for (const [unitId, kind] of [
    ["roads", "department"],
    ["411524001", "street"],
  ] as const) {
    desk.units.set(unitId, Unit.parse({ unitId, name: unitId, kind }));
  }
  desk.crews.set("crew-r", newCrew("crew-r", "roads"));
  desk.crews.set("crew-s", newCrew("crew-s", "411524001"));
});

function rule(
  caseNo: string,
  more: object = {},
  actor: Actor = LEAD,
  now = MONDAY,
): Promise<{ case: Case; ruling: Ruling; effects: CaseEffects }> {
  const wish = { caseNo, unitId: "roads", reason: "it lies in the carriageway", ...more };
  return desk.database.transaction((tx) => desk.cases.together.rule(tx, wish, actor, now));
}

const revoke = (rulingId: string, more: object = {}) =>
  desk.database.transaction((tx) =>
    desk.cases.together.revokeRuling(
      tx,
      { rulingId, reason: "the road was moved", ...more },
      LEAD,
      MONDAY,
    ),
  );

const rulings = async (filter: object = {}) =>
  (await desk.cases.together.listRulings(desk.database.reader, filter)).items;

/** A case of cover-1 that its unit has given back for the third time. */
async function disputed(conditionId = "flooding"): Promise<Case> {
  const { caseNo } = await openOne("cover-1", conditionId);
  for (let count = 0; count < 2; count += 1) {
    await say(caseNo, "return", unitLead("drains"), MONDAY);
    await say(caseNo, "refuseReturn", DISPATCHER, MONDAY);
  }
  return (await say(caseNo, "return", unitLead("drains"), MONDAY)).case;
}

describe("asking for a consultation", () => {
  test("a dispatcher asks with a reason, and the shift lead has a notice until it is ruled", async () => {
    const { caseNo } = await openOne("cover-1", "flooding");
    const asked = await say(caseNo, "consult", DISPATCHER, MONDAY);
    expect(asked.case).toMatchObject({
      state: "DISPATCHED",
      needsConsultation: true,
      consultAskedAt: MONDAY,
    });
    expect(asked.effects.notices).toMatchObject([{ kind: "consultation-wanted", caseNo }]);
    const ruled = await rule(caseNo);
    expect(ruled.case).not.toHaveProperty("needsConsultation");
    expect(ruled.case).not.toHaveProperty("consultAskedAt");
    expect(kindsOf(ruled.effects.settled)).toContain("consultation-wanted");
  });

  test("it needs a reason, and a case that somebody works on is returned first", async () => {
    const { caseNo } = await openOne("cover-1", "flooding");
    await expect(say(caseNo, "consult", DISPATCHER, MONDAY, { reason: "" })).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
    });
    await say(caseNo, "start", CREW_1, MONDAY);
    await expect(say(caseNo, "consult", DISPATCHER, MONDAY)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
    });
    await expect(rule(caseNo)).rejects.toMatchObject({ code: "CASE_TRANSITION_REFUSED" });
    expect(await rulings()).toEqual([]);
  });
});

describe("a ruling", () => {
  test("gives the case to its unit with a clock of its own; the former crew stops, all in the history", async () => {
    const theCase = await disputed();
    const then = MONDAY + HOUR_MS;
    const { case: ruled, ruling, effects } = await rule(theCase.caseNo, {}, LEADER, then);
    expect(ruled).toMatchObject({
      state: "DISPATCHED",
      unitId: "roads",
      crewId: "crew-r",
      ruledBy: ruling.rulingId,
      returnedBy: ["drains"],
      dispatchedAt: then,
      deadline: then + 2 * HOUR_MS,
    });
    expect(ruling).toMatchObject({
      version: 1,
      unitId: "roads",
      kind: "event",
      scope: { categoryCode: "0503", streetId: "411524001" },
      notUnitIds: ["drains"],
      ruledBy: "a-leader",
      ruledAt: then,
    });
    expect(effects.orders.map(({ kind, crewId }) => [kind, crewId])).toEqual([
      ["dispatched", "crew-r"],
      ["withdrawn", "crew-1"],
    ]);
    const { history } = await get(theCase.caseNo);
    expect(history.at(-1)).toMatchObject({
      event: "rule",
      from: "RETURN_REVIEW",
      to: "DISPATCHED",
      actor: "a-leader",
      reason: "it lies in the carriageway",
    });
  });

  test("for the unit that has it keeps crew and deadline, and counts its return as refused", async () => {
    const theCase = await disputed();
    const { case: ruled, ruling, effects } = await rule(theCase.caseNo, { unitId: "drains" });
    expect(ruled).toMatchObject({
      unitId: "drains",
      crewId: "crew-1",
      deadline: theCase.deadline,
      refusedReturnCount: 3,
      ruledBy: ruling.rulingId,
    });
    expect(ruled).not.toHaveProperty("returnedBy");
    expect(effects.orders.map(({ kind, crewId }) => [kind, crewId])).toEqual([
      ["returned", "crew-1"],
    ]);
    expect(ruling.notUnitIds).toEqual([]);
  });

  test("for the crew that has accepted it is a change, not a second order", async () => {
    const { caseNo } = await openOne("cover-1", "flooding");
    await say(caseNo, "acceptOrder", CREW_1, MONDAY);
    await say(caseNo, "consult", DISPATCHER, MONDAY);
    const { case: ruled, effects } = await rule(caseNo, { unitId: "drains" });
    expect(ruled).toMatchObject({ crewId: "crew-1", acceptedAt: MONDAY });
    expect(effects.orders.map(({ kind, crewId }) => [kind, crewId])).toEqual([
      ["changed", "crew-1"],
    ]);
  });

  test("of a case that is nobody's finds its unit, too", async () => {
    const { caseNo } = await openOne("cover-1", "flooding");
    await say(caseNo, "return", unitLead("drains"), MONDAY);
    await say(caseNo, "acceptReturn", DISPATCHER, MONDAY);
    const { case: ruled, ruling } = await rule(caseNo);
    expect(ruled).toMatchObject({ state: "DISPATCHED", unitId: "roads", returnedBy: ["drains"] });
    expect(ruling.notUnitIds).toEqual(["drains"]);
  });

  test("belongs to shift lead and leader, wants a unit, a reason, and a time to come", async () => {
    const { caseNo, version } = await disputed();
    for (const actor of [DISPATCHER, unitLead("roads"), person("inspector")]) {
      await expect(rule(caseNo, {}, actor)).rejects.toMatchObject({ code: "ROLE_REFUSED" });
    }
    const refused: [object, string][] = [
      [{ unitId: "moon" }, "UNIT_NOT_FOUND"],
      [{ reason: " " }, "CASE_TRANSITION_REFUSED"],
      [{ validUntil: MONDAY }, "REQUEST_INVALID"],
      [{ scope: { streetId: "moon" } }, "UNIT_NOT_FOUND"],
      [{ scope: { streetId: "roads" } }, "REQUEST_INVALID"],
      [{ version: version - 1 }, "CASE_VERSION_CONFLICT"],
    ];
    for (const [more, code] of refused) {
      await expect(rule(caseNo, more)).rejects.toMatchObject({ code });
    }
    expect(await rulings()).toEqual([]);
    expect((await get(caseNo)).case.version).toBe(version);
  });

  test("'rule' as an event of the case rules for its own category and street", async () => {
    const { caseNo } = await disputed();
    await expect(say(caseNo, "rule", LEAD, MONDAY)).rejects.toMatchObject({
      code: "REQUEST_INVALID",
    });
    const { case: ruled } = await say(caseNo, "rule", LEAD, MONDAY, { unitId: "roads" });
    const [ruling] = await rulings();
    expect(ruling).toMatchObject({ scope: { categoryCode: "0503", streetId: "411524001" } });
    expect(ruled.ruledBy).toBe(ruling?.rulingId);
  });

  test("of a case in no known grid wants its area said", async () => {
    const report = { lon: 114.7, lat: 32.1, source: "hotline" } as const;
    const { case: theCase } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, report, person("acceptor"), MONDAY),
    );
    await say(theCase.caseNo, "confirm", person("acceptor"), MONDAY);
    await expect(rule(theCase.caseNo)).rejects.toMatchObject({
      code: "REQUEST_INVALID",
      message: expect.stringContaining("gridPrefix"),
    });
    const scope = { gridPrefix: "411524" };
    expect((await rule(theCase.caseNo, { scope })).ruling.scope).toEqual(scope);
  });
});

describe("what is ruled holds", () => {
  test("the unit does not say again that it is not its work; for another ground it may", async () => {
    const { caseNo } = await disputed();
    const { ruling } = await rule(caseNo);
    const ROADS = unitLead("roads");
    const refusal = {
      code: "CASE_TRANSITION_REFUSED",
      details: { rulingId: ruling.rulingId },
    };
    await expect(say(caseNo, "return", ROADS, MONDAY)).rejects.toMatchObject(refusal);
    await say(caseNo, "start", ROADS, MONDAY);
    await expect(
      say(caseNo, "feedback", ROADS, MONDAY, { outcome: "notOurs" }),
    ).rejects.toMatchObject(refusal);
    const { case: returned } = await say(caseNo, "return", ROADS, MONDAY, {
      outcome: "needsReplacement",
    });
    expect(returned.state).toBe("RETURN_REVIEW");
  });

  test("until it is revoked, once and by version; the record of it stays", async () => {
    const { caseNo } = await disputed();
    const { ruling } = await rule(caseNo);
    await expect(revoke(ruling.rulingId, { version: 2 })).rejects.toMatchObject({
      code: "RULING_VERSION_CONFLICT",
    });
    const revoked = await revoke(ruling.rulingId, { version: 1 });
    expect(revoked).toMatchObject({
      version: 2,
      revokedBy: "a-shift-lead",
      revokeReason: "the road was moved",
    });
    expect(await revoke(ruling.rulingId)).toEqual(revoked);
    expect(await rulings()).toEqual([revoked]);
    const rows = await desk.database.reader.all("select version from rulings order by version");
    expect(rows.map(({ version }) => version)).toEqual([1, 2]);
    const { case: returned } = await say(caseNo, "return", unitLead("roads"), MONDAY);
    expect(returned.state).toBe("RETURN_REVIEW");
    await expect(revoke("ruling-4115242026112300001-99")).rejects.toMatchObject({
      code: "RULING_NOT_FOUND",
    });
  });

  test("the next case of the category there goes to its unit, and shows by which ruling", async () => {
    const first = await disputed();
    const { ruling } = await rule(first.caseNo);
    await reopen();
    const next = await openOne("cover-2", "flooding");
    expect(next).toMatchObject({ unitId: "roads", crewId: "crew-r", ruledBy: ruling.rulingId });
    const nobodys = await openOne("cover-3", "flooding");
    expect(nobodys).toMatchObject({ unitId: "roads", ruledBy: ruling.rulingId });
    const other = await openOne("cover-2", "cover-open");
    expect(other).toMatchObject({ unitId: "drains" });
    expect(other).not.toHaveProperty("ruledBy");
  });

  test("an asset whose unit was not heard keeps it", async () => {
    const { caseNo } = await openOne("cover-3", "flooding");
    expect((await get(caseNo)).case.unitId).toBe("411524001");
    await say(caseNo, "return", unitLead("411524001"), MONDAY);
    await rule(caseNo);
    expect(await openOne("cover-1", "flooding")).toMatchObject({ unitId: "drains" });
    await say(caseNo, "forceClose", LEADER, MONDAY);
    expect(await openOne("cover-3", "flooding")).toMatchObject({ unitId: "roads" });
  });

  test("it ends at its time, and a case of it that its unit could give back does not come again", async () => {
    const { caseNo } = await disputed();
    const validUntil = MONDAY + DAY_MS;
    await rule(caseNo, { validUntil });
    const { changed } = await tell([raised("cover-2", "flooding", validUntil)], validUntil);
    expect(changed).toMatchObject([{ unitId: "drains" }]);
    const { changed: before } = await tell([raised("cover-3", "flooding")], validUntil - 1);
    const [own] = before;
    expect(own).toMatchObject({ unitId: "roads" });
    const outcome = "cannotReach";
    await say(own?.caseNo ?? "", "return", unitLead("roads"), MONDAY, { outcome });
    await say(own?.caseNo ?? "", "acceptReturn", DISPATCHER, MONDAY);
    const again = await say(own?.caseNo ?? "", "dispatch", DISPATCHER, MONDAY);
    expect(again.case).toMatchObject({ unitId: "411524001", returnedBy: ["roads"] });
    expect(again.case).not.toHaveProperty("ruledBy");
  });

  test("a dispatcher's wish goes before it", async () => {
    const { caseNo } = await disputed();
    await rule(caseNo);
    const report = { assetId: "cover-2", conditionId: "flooding", source: "hotline" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, report, person("acceptor"), MONDAY),
    );
    await say(reported.caseNo, "accept", person("acceptor"), MONDAY);
    await say(reported.caseNo, "file", LEAD, MONDAY);
    const wished = await say(reported.caseNo, "dispatch", DISPATCHER, MONDAY, { unitId: "city" });
    expect(wished.case).toMatchObject({ unitId: "city" });
    expect(wished.case).not.toHaveProperty("ruledBy");
  });
});

describe("life safety", () => {
  test("a ruling for a unit that has no crew sends no life-safety case there", async () => {
    const { caseNo } = await openOne("cover-1", "cover-rattle");
    await say(caseNo, "confirm", LEAD, MONDAY);
    await say(caseNo, "return", unitLead("drains"), MONDAY);
    const { ruling } = await rule(caseNo, { unitId: "city" });
    const first = await openOne("cover-1");
    expect(first).toMatchObject({ unitId: "drains", crewId: "crew-1" });
    expect(first).not.toHaveProperty("ruledBy");
    desk.crews.set("crew-c", newCrew("crew-c", "city"));
    const next = await openOne("cover-2");
    expect(next).toMatchObject({ unitId: "city", crewId: "crew-c", ruledBy: ruling.rulingId });
  });

  test("stays with the crew while its return is judged, and goes on in the same moment", async () => {
    const { caseNo } = await openOne();
    const returned = await say(caseNo, "return", unitLead("drains"), MONDAY);
    expect(returned.case).toMatchObject({ state: "RETURN_REVIEW", crewId: "crew-1" });
    expect(returned.effects.orders).toEqual([]);
    const { case: next, effects } = await say(caseNo, "acceptReturn", DISPATCHER, MONDAY);
    expect(next).toMatchObject({ state: "DISPATCHED", unitId: "411524001", crewId: "crew-s" });
    expect(effects.orders.map(({ kind, crewId }) => [kind, crewId])).toEqual([
      ["withdrawn", "crew-1"],
      ["dispatched", "crew-s"],
    ]);
    const { history } = await get(caseNo);
    expect(history.slice(-2).map(({ event, role }) => [event, role])).toEqual([
      ["acceptReturn", "dispatcher"],
      ["dispatch", "system"],
    ]);
  });

  test("the dispatcher who takes a return may say where it goes", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "return", unitLead("drains"), MONDAY);
    const to = { unitId: "roads" };
    const { case: next } = await say(caseNo, "acceptReturn", DISPATCHER, MONDAY, to);
    expect(next).toMatchObject({ state: "DISPATCHED", unitId: "roads", crewId: "crew-r" });
  });

  test("units without a crew are passed over, and where none has one the crew keeps it", async () => {
    desk.crews.delete("crew-s");
    const { caseNo } = await openOne();
    await say(caseNo, "return", unitLead("drains"), MONDAY);
    await expect(say(caseNo, "acceptReturn", DISPATCHER, MONDAY)).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      message: expect.stringContaining("'crew-1' keeps it"),
    });
    await expect(rule(caseNo, { unitId: "city" })).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
    });
    expect(await rulings()).toEqual([]);
    expect((await get(caseNo)).case).toMatchObject({ state: "RETURN_REVIEW", crewId: "crew-1" });
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { case: next } = await say(caseNo, "acceptReturn", DISPATCHER, MONDAY);
    expect(next).toMatchObject({ unitId: "centre", crewId: "crew-9" });
  });

  test("filed by hand it does not wait for a dispatcher", async () => {
    const report = { assetId: "cover-1", conditionId: "cover-open", source: "citizen" } as const;
    const { case: reported } = await desk.database.transaction((tx) =>
      desk.cases.report(tx, report, person("acceptor"), MONDAY),
    );
    await say(reported.caseNo, "accept", person("acceptor"), MONDAY);
    const { case: filed } = await say(reported.caseNo, "file", LEAD, MONDAY);
    expect(filed).toMatchObject({ state: "DISPATCHED", crewId: "crew-1" });
  });

  test("a unit that has no crew for it keeps it, and the centre's crew goes first", async () => {
    desk.crews.clear();
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { changed, orders } = await tell([raised("cover-1", "cover-open")]);
    expect(changed).toMatchObject([{ unitId: "drains", state: "DISPATCHED" }]);
    const { assists, case: theCase } = await get(changed[0]?.caseNo ?? "");
    expect(theCase).not.toHaveProperty("crewId");
    expect(assists).toMatchObject([{ unitId: "centre", crewId: "crew-9", askedBy: "system" }]);
    expect(orders).toMatchObject([{ kind: "dispatched", crewId: "crew-9", assist: {} }]);
    const { orders: none } = await tell([raised("cover-2", "flooding")]);
    expect(none).toEqual([]);
  });

  test("a crew that declines and has nobody to follow is followed by the centre's", async () => {
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { caseNo } = await openOne();
    const { effects } = await say(caseNo, "declineOrder", CREW_1, MONDAY);
    expect(effects.orders.map(({ kind, crewId }) => [kind, crewId])).toEqual([
      ["withdrawn", "crew-1"],
      ["dispatched", "crew-9"],
    ]);
  });

  test("a crew that declines when nobody else is there keeps it, and its unit's lead is told", async () => {
    const { caseNo } = await openOne();
    const { case: after, effects } = await say(caseNo, "declineOrder", CREW_1, MONDAY);
    expect(after).toMatchObject({ crewId: "crew-1", declinedBy: ["crew-1"] });
    expect(effects.orders).toEqual([]);
    expect(effects.notices).toMatchObject([{ kind: "not-accepted", unitId: "drains" }]);
    expect((await get(caseNo)).history.at(-1)).toMatchObject({
      reason: "because",
      note: expect.stringContaining("crew 'crew-1' keeps it until another has it"),
    });
    const again = await say(caseNo, "declineOrder", CREW_1, MONDAY);
    expect(again.case).toMatchObject({ crewId: "crew-1", declinedBy: ["crew-1"] });
    expect(again.effects.notices).toEqual([]);
    const taken = await say(caseNo, "start", CREW_1, MONDAY);
    expect(kindsOf(taken.effects.settled)).toContain("not-accepted");
  });

  test("the centre's only crew keeps what it declines; what is not life safety stands at the unit", async () => {
    desk.units.delete("411524001");
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const crew = person("crew", { crewId: CrewId.parse("crew-9") });
    const { caseNo } = await openOne("cover-3");
    const kept = await say(caseNo, "declineOrder", crew, MONDAY);
    expect(kept.case).toMatchObject({ unitId: "centre", crewId: "crew-9" });
    expect(kindsOf(kept.effects.notices)).toEqual(["not-accepted"]);
    const { caseNo: other } = await openOne("cover-3", "flooding");
    const stands = await say(other, "declineOrder", crew, MONDAY);
    expect(stands.case).not.toHaveProperty("crewId");
    expect(kindsOf(stands.effects.notices)).toEqual(["no-crew"]);
  });

  test("a stand-in that declines is followed by another, and the last is asked again", async () => {
    desk.crews.clear();
    for (const id of ["crew-8", "crew-9"]) desk.crews.set(id, newCrew(id, "centre"));
    const { caseNo } = await openOne();
    const decline = (number: number, crewId: string) =>
      desk.database.transaction((tx) =>
        desk.cases.together.advanceAssist(
          tx,
          { assistId: `${caseNo}-a${number}`, event: "decline", reason: "no van" },
          person("crew", { crewId: CrewId.parse(crewId) }),
          MONDAY,
        ),
      );
    const sent = ({ orders }: CaseEffects) => orders.map(({ kind, crewId }) => [kind, crewId]);
    expect(sent((await decline(1, "crew-8")).effects)).toEqual([
      ["withdrawn", "crew-8"],
      ["dispatched", "crew-9"],
    ]);
    const last = await decline(2, "crew-9");
    expect(sent(last.effects)).toEqual([
      ["withdrawn", "crew-9"],
      ["dispatched", "crew-8"],
    ]);
    expect(kindsOf(last.effects.notices)).toContain("assist-declined");
  });

  test("a stand-in is not cancelled while the case has no crew", async () => {
    desk.crews.clear();
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { caseNo } = await openOne();
    const cancel = () =>
      desk.database.transaction((tx) =>
        desk.cases.together.advanceAssist(
          tx,
          { assistId: `${caseNo}-a1`, event: "cancel", reason: "the unit goes" },
          DISPATCHER,
          MONDAY,
        ),
      );
    await expect(cancel()).rejects.toMatchObject({ code: "ASSIST_STATE_REFUSED" });
    desk.crews.set("crew-1", newCrew("crew-1", "drains"));
    await say(caseNo, "redispatch", DISPATCHER, MONDAY, { crewId: "crew-1" });
    expect((await cancel()).assist.state).toBe("CANCELLED");
  });

  test("a stand-in that has done it is not asked again by the next word", async () => {
    desk.crews.clear();
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { caseNo } = await openOne();
    await desk.database.transaction((tx) =>
      desk.cases.together.advanceAssist(
        tx,
        { assistId: `${caseNo}-a1`, event: "done", note: "fenced" },
        person("crew", { crewId: CrewId.parse("crew-9") }),
        MONDAY + 1,
      ),
    );
    await say(caseNo, "urge", LEAD, MONDAY + 2);
    expect((await get(caseNo)).assists).toHaveLength(1);
  });

  test("a stand-in holds up no repair by the unit's own crew, and is called off by it", async () => {
    desk.crews.clear();
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { caseNo } = await openOne();
    desk.crews.set("crew-1", newCrew("crew-1", "drains"));
    await desk.database.transaction((tx) => desk.cases.giveWaiting(tx, "drains", MONDAY + 1));
    await say(caseNo, "start", CREW_1, MONDAY + 2);
    const { effects } = await say(caseNo, "feedback", CREW_1, MONDAY + 3);
    expect(effects.orders).toMatchObject([{ kind: "withdrawn", crewId: "crew-9", assist: {} }]);
    expect((await get(caseNo)).assists).toMatchObject([{ state: "CANCELLED" }]);
  });

  test("what the centre's crew has done for another reason does not stand in for a crew", async () => {
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const crew = person("crew", { crewId: CrewId.parse("crew-9") });
    const { caseNo } = await openOne();
    await desk.database.transaction(async (tx) => {
      const ask = { caseNo, unitId: "centre", task: "cut the power" };
      const { assist } = await desk.cases.together.askAssist(tx, ask, DISPATCHER, MONDAY);
      const done = { assistId: assist.assistId, event: "done", note: "it is off" };
      await desk.cases.together.advanceAssist(tx, done, crew, MONDAY);
    });
    const { effects } = await say(caseNo, "declineOrder", CREW_1, MONDAY);
    expect(effects.orders.map(({ kind, crewId }) => [kind, crewId])).toEqual([
      ["withdrawn", "crew-1"],
      ["dispatched", "crew-9"],
    ]);
  });

  test("an assist that no crew has does not stand in for one", async () => {
    const { caseNo } = await openOne();
    const ask = { caseNo, unitId: "centre", task: "fence it" };
    await desk.database.transaction((tx) =>
      desk.cases.together.askAssist(tx, ask, DISPATCHER, MONDAY),
    );
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { effects } = await say(caseNo, "declineOrder", CREW_1, MONDAY);
    expect(effects.orders).toContainEqual(
      expect.objectContaining({ kind: "dispatched", crewId: "crew-9" }),
    );
  });

  test("what stands with nobody is the centre's crew's as soon as it has one", async () => {
    desk.crews.clear();
    const { caseNo } = await openOne();
    const give = () =>
      desk.database.transaction((tx) => desk.cases.giveWaiting(tx, "drains", MONDAY + 1));
    expect((await give()).orders).toEqual([]);
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const { orders, changed } = await give();
    expect(orders).toMatchObject([{ kind: "dispatched", crewId: "crew-9", assist: {} }]);
    expect(changed).toMatchObject([{ caseNo }]);
    expect((await give()).orders).toEqual([]);
  });

  test("a relapse at a unit that has no crew any more brings the centre's", async () => {
    const { caseNo } = await openOne();
    await say(caseNo, "start", CREW_1, MONDAY);
    await say(caseNo, "feedback", CREW_1, MONDAY, { files: undefined });
    await say(caseNo, "checkPass", person("inspector"), MONDAY);
    await say(caseNo, "close", LEAD, MONDAY);
    desk.crews.clear();
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const system = { username: "system", roles: ["system" as const] };
    const { case: again, effects } = await say(caseNo, "reopen", system, MONDAY + HOUR_MS);
    expect(again).toMatchObject({ state: "HANDLING", unitId: "drains" });
    expect(again).not.toHaveProperty("crewId");
    expect(effects.orders).toMatchObject([{ kind: "dispatched", crewId: "crew-9", assist: {} }]);
  });

  test("whatever is said of it, a crew has the order from filing until it is done", async () => {
    const UNFILED: readonly CaseState[] = ["REPORTED", "VERIFYING", "PENDING_FILING"];
    desk.crews.set("crew-9", newCrew("crew-9", "centre"));
    const words = fc.record({
      event: fc.constantFrom(...CASE_EVENTS.filter((event) => event !== "report")),
      unitId: fc.constantFrom(undefined, "roads", "city", "drains", "centre"),
      outcome: fc.constantFrom(undefined, "notOurs", "cannotReach", "madeSafe"),
    });
    const held = new Set<CaseState>();
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 5, maxLength: 25 }), async (path) => {
        const { caseNo, crewId: first } = await openOne();
        /** Who has which order in hand: the case's own, or one to assist. */
        const hands = new Map<string, string>([["own", `${first}`]]);
        for (const { event, unitId, outcome } of path) {
          const more = { outcome, unitId, until: MONDAY + DAY_MS };
          try {
            const { case: after, effects } = await say(caseNo, event, ADMIN, MONDAY, more);
            const own = effects.orders.filter((order) => order.caseNo === caseNo);
            for (const { kind, crewId, assist } of own) {
              const key = assist?.assistId ?? "own";
              const isTaken = kind === "withdrawn" || kind === "closed";
              if (!isTaken) hands.set(key, crewId);
              else if (hands.get(key) === crewId) hands.delete(key);
            }
            if (TERMINAL_STATES.has(after.state)) break;
            expect(UNFILED).not.toContain(after.state);
            held.add(after.state);
            expect(hands.size, `${event} left ${after.state}`).toBeGreaterThan(0);
            expect(hands.get("own"), `${event} left ${after.state}`).toBe(after.crewId);
          } catch (error) {
            const isRefused = ["CASE_TRANSITION_REFUSED", "REQUEST_INVALID"] as const;
            if (!isRefused.some((code) => isErrorCode(error, code))) throw error;
          }
        }
        const { case: last } = await get(caseNo);
        if (!TERMINAL_STATES.has(last.state)) await say(caseNo, "forceClose", ADMIN, MONDAY);
      }),
      { numRuns: 40 },
    );
    for (const state of ["DISPATCHED", "RETURN_REVIEW", "HANDLING"] as const) {
      expect(held).toContain(state);
    }
    expect(held).not.toContain("PENDING_DISPATCH");
  });
});
