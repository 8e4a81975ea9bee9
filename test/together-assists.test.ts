/** Units that assist in a case: asked, working, warned, ended, and what the case waits for. */
import { expect, test } from "vitest";
import type { CaseEffects } from "../cases/desk-words.ts";
import type { Assist } from "../model/assist.ts";
import type { Case } from "../model/case.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { CrewId, UnitId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import { CREW_1, LEAD, MONDAY, newCrew, openCaseDesk, person } from "./support/case-desk.ts";

const { desk, get, openOne, reopen, say, tick } = openCaseDesk();

const DISPATCHER = person("dispatcher");
const LEAD_UNIT = person("unit", { unitId: UnitId.parse("drains") });
const CENTRE_UNIT = person("unit", { unitId: UnitId.parse("centre") });
const NIGHT = person("crew", { crewId: CrewId.parse("night") });
const kindsOf = (told: readonly { kind: string }[]): string[] => told.map(({ kind }) => kind);

type Actor = Parameters<typeof say>[2];

function ask(
  caseNo: string,
  more: object = {},
  actor: Actor = DISPATCHER,
  now = MONDAY,
): Promise<{ assist: Assist; effects: CaseEffects }> {
  const wish = { caseNo, unitId: "centre", task: "cut the power", ...more };
  return desk.database.transaction((tx) => desk.cases.together.askAssist(tx, wish, actor, now));
}

function step(
  assistId: string,
  event: string,
  actor: Actor,
  now = MONDAY,
  more: object = {},
): Promise<{ assist: Assist; effects: CaseEffects }> {
  const said = { assistId, event, note: "it is off", reason: "no cable of ours", ...more };
  return desk.database.transaction((tx) => desk.cases.together.advanceAssist(tx, said, actor, now));
}

async function caseWithAssist(more: object = {}): Promise<{ theCase: Case; assist: Assist }> {
  desk.crews.set("night", newCrew("night", "centre"));
  const theCase = await openOne();
  return { theCase, assist: (await ask(theCase.caseNo, more)).assist };
}

test("a unit is asked: its crew has the order with the sub-task, its lead knows, the history too", async () => {
  desk.crews.set("night", newCrew("night", "centre"));
  const { caseNo, version } = await openOne();
  const { assist, effects } = await ask(caseNo, { version });
  const deadline = MONDAY + 2 * HOUR_MS;
  expect(assist).toMatchObject({
    assistId: `${caseNo}-a1`,
    state: "ASKED",
    version: 1,
    unitId: "centre",
    crewId: "night",
    calendar: "emergency",
    deadline,
    askedBy: "a-dispatcher",
  });
  expect(effects.orders).toMatchObject([
    {
      kind: "dispatched",
      crewId: "night",
      caseNo,
      case: { caseNo, unitId: "drains", crewId: "crew-1" },
      assist: { assistId: assist.assistId, task: "cut the power", deadline },
    },
  ]);
  expect(effects.notices).toMatchObject([{ kind: "assist-asked", unitId: "centre", caseNo }]);
  expect(effects.changed).toMatchObject([{ caseNo, version }]);
  const { history, assists } = await get(caseNo);
  expect(history.at(-1)).toMatchObject({
    event: "assistAsk",
    actor: "a-dispatcher",
    role: "dispatcher",
    from: "DISPATCHED",
    to: "DISPATCHED",
  });
  expect(history.at(-1)?.note).toContain("cut the power");
  expect(assists).toEqual([assist]);
});

test("its limit is its own, counted by its own calendar", async () => {
  const friday = Date.parse("2026-11-27T17:00+08:00");
  const { caseNo } = await openOne();
  const limit = { value: 4, unit: "working-hour" } as const;
  const { assist: office } = await ask(caseNo, { unitId: "city", limit }, DISPATCHER, friday);
  expect(office.deadline).toBe(Date.parse("2026-11-30T11:00+08:00"));
  const { assist: night } = await ask(caseNo, { unitId: "centre", limit }, DISPATCHER, friday);
  expect(night.deadline).toBe(friday + 4 * HOUR_MS);
});

test("who may ask is the dispatcher, the shift lead and the unit that has the case", async () => {
  const { caseNo } = await openOne();
  for (const actor of [DISPATCHER, LEAD, LEAD_UNIT, person("admin")]) {
    expect((await ask(caseNo, {}, actor)).assist.state).toBe("ASKED");
  }
  for (const actor of [CENTRE_UNIT, CREW_1, person("inspector"), person("viewer")]) {
    await expect(ask(caseNo, {}, actor)).rejects.toMatchObject({ code: "ROLE_REFUSED" });
  }
});

test("a bad wish is refused by name and leaves nothing behind", async () => {
  const { caseNo, version } = await openOne();
  const refused: [object, string][] = [
    [{ unitId: "moon" }, "UNIT_NOT_FOUND"],
    [{ crewId: "moon" }, "CREW_NOT_FOUND"],
    [{ crewId: "crew-1" }, "REQUEST_INVALID"],
    [{ unitId: "drains" }, "REQUEST_INVALID"],
    [{ version: version + 1 }, "CASE_VERSION_CONFLICT"],
  ];
  for (const [more, code] of refused) {
    await expect(ask(caseNo, more), code).rejects.toMatchObject({ code });
  }
  await expect(ask("4115242026112399999")).rejects.toMatchObject({ code: "CASE_NOT_FOUND" });
  expect((await get(caseNo)).assists).toEqual([]);
  const { caseNo: unfiled } = await openOne("cover-2", "cover-rattle");
  await expect(ask(unfiled)).rejects.toMatchObject({
    code: "ASSIST_STATE_REFUSED",
    message: expect.stringContaining("DISPATCHED, HANDLING, SUSPENDED"),
  });
});

test("a case takes so many assists and no more", async () => {
  const { caseNo } = await openOne();
  for (let count = 0; count < LIMITS.caseAssistsMax; count += 1) await ask(caseNo);
  await expect(ask(caseNo)).rejects.toMatchObject({ code: "ASSIST_STATE_REFUSED" });
});

test("the crew starts and is done; each is a record, and the notice of the asking goes", async () => {
  const { theCase, assist } = await caseWithAssist();
  const started = await step(assist.assistId, "start", NIGHT, MONDAY + 1);
  expect(started.assist).toMatchObject({ state: "STARTED", startedAt: MONDAY + 1, version: 2 });
  expect(started.effects.settled).toMatchObject([
    { kind: "assist-asked", noticeId: `${assist.assistId}-assist-asked` },
  ]);
  const done = await step(assist.assistId, "done", NIGHT, MONDAY + 2, { version: 2 });
  expect(done.assist).toMatchObject({ state: "DONE", endedAt: MONDAY + 2, note: "it is off" });
  expect(done.effects.orders).toMatchObject([{ kind: "closed", crewId: "night" }]);
  const { history } = await get(theCase.caseNo);
  expect(history.slice(-2).map(({ event, actor, note }) => [event, actor, note])).toEqual([
    ["assistStart", "a-crew", `assist '${assist.assistId}' of unit 'centre': it is off`],
    ["assistDone", "a-crew", `assist '${assist.assistId}' of unit 'centre': it is off`],
  ]);
});

test("two people cannot both win, and one who is not of it cannot at all", async () => {
  const { assist } = await caseWithAssist();
  await step(assist.assistId, "start", NIGHT, MONDAY, { version: 1 });
  await expect(
    step(assist.assistId, "decline", CENTRE_UNIT, MONDAY, { version: 1 }),
  ).rejects.toMatchObject({ code: "ASSIST_VERSION_CONFLICT", details: { version: 2 } });
  for (const actor of [CREW_1, LEAD_UNIT, DISPATCHER]) {
    await expect(step(assist.assistId, "done", actor)).rejects.toMatchObject({
      code: "ROLE_REFUSED",
    });
  }
  await expect(step(`${assist.caseNo}-a9`, "done", NIGHT)).rejects.toMatchObject({
    code: "ASSIST_NOT_FOUND",
  });
});

test("a unit without a crew for it is told all the same, and sends one when it starts", async () => {
  const { caseNo } = await openOne();
  const { assist, effects } = await ask(caseNo);
  expect(assist).not.toHaveProperty("crewId");
  expect(effects.orders).toEqual([]);
  expect(kindsOf(effects.notices)).toEqual(["assist-asked"]);
  desk.crews.set("night", newCrew("night", "centre"));
  const other = step(assist.assistId, "start", CENTRE_UNIT, MONDAY, { crewId: "crew-1" });
  await expect(other).rejects.toMatchObject({ code: "REQUEST_INVALID" });
  const started = await step(assist.assistId, "start", CENTRE_UNIT, MONDAY, { crewId: "night" });
  expect(started.assist).toMatchObject({ state: "STARTED", crewId: "night" });
  expect(started.effects.orders).toMatchObject([{ kind: "dispatched", crewId: "night" }]);
});

test("a unit that declines says why; the crew stops and the dispatcher knows", async () => {
  const { assist } = await caseWithAssist();
  const { assist: declined, effects } = await step(assist.assistId, "decline", CENTRE_UNIT);
  expect(declined).toMatchObject({ state: "DECLINED", reason: "no cable of ours" });
  expect(effects.orders).toMatchObject([{ kind: "withdrawn", crewId: "night", hazards: [] }]);
  expect(effects.notices).toMatchObject([{ kind: "assist-declined", unitId: "drains" }]);
  const { history } = await get(assist.caseNo);
  expect(history.at(-1)).toMatchObject({ event: "assistDecline", reason: "no cable of ours" });
});

test("the unit is warned at 80 and 100 % once each, its crew too, also after downtime", async () => {
  const { assist } = await caseWithAssist();
  const at80 = MONDAY + 96 * MINUTE_MS;
  expect((await tick(at80 - 1)).notices.filter(({ kind }) => kind.startsWith("assist"))).toEqual(
    [],
  );
  const first = await tick(at80);
  expect(first.notices).toMatchObject([{ kind: "handling-80" }, { kind: "assist-80" }]);
  expect(first.orders).toMatchObject([
    { kind: "due-soon", crewId: "crew-1" },
    { kind: "due-soon", crewId: "night", assist: { assistId: assist.assistId } },
  ]);
  await reopen();
  expect(await desk.cases.nextDue(desk.database.reader)).toBe(assist.deadline);
  const last = await tick(assist.deadline + 9 * HOUR_MS);
  expect(kindsOf(last.notices)).toEqual(["handling-100", "assist-100"]);
  expect(last.settled).toContainEqual(
    expect.objectContaining({ noticeId: `${assist.assistId}-assist-80` }),
  );
  expect((await tick(assist.deadline + 10 * HOUR_MS)).notices).toEqual([]);
});

test("through downtime both warnings come in their order, and none of what has ended", async () => {
  const { assist } = await caseWithAssist();
  const { assist: second } = await ask(assist.caseNo);
  await step(second.assistId, "done", NIGHT);
  await reopen();
  const { notices, orders } = await tick(MONDAY + 24 * HOUR_MS);
  const own = notices.filter(({ kind }) => kind.startsWith("assist"));
  expect(own.map(({ noticeId }) => noticeId)).toEqual([
    `${assist.assistId}-assist-80`,
    `${assist.assistId}-assist-100`,
  ]);
  expect(kindsOf(orders.filter(({ crewId }) => crewId === "night"))).toEqual([
    "due-soon",
    "overdue",
  ]);
});

test("'repaired' waits for open assists and names them; 'madeSafe' waits for nobody", async () => {
  const { theCase, assist } = await caseWithAssist();
  const { caseNo } = theCase;
  await say(caseNo, "start", CREW_1, MONDAY);
  for (const outcome of [undefined, "repaired"]) {
    await expect(say(caseNo, "feedback", CREW_1, MONDAY, { outcome })).rejects.toMatchObject({
      code: "CASE_TRANSITION_REFUSED",
      details: { openAssists: [assist.assistId] },
    });
  }
  const safe = await say(caseNo, "feedback", CREW_1, MONDAY, { outcome: "madeSafe" });
  expect(safe.case).toMatchObject({ state: "CHECKING", madeSafeAt: MONDAY });
});

test.each(["done", "decline", "cancel"])(
  "after '%s' of its assist it is repaired",
  async (event) => {
    const { theCase, assist } = await caseWithAssist();
    await say(theCase.caseNo, "start", CREW_1, MONDAY);
    await step(assist.assistId, event, event === "cancel" ? LEAD_UNIT : NIGHT);
    const { case: fed } = await say(theCase.caseNo, "feedback", CREW_1, MONDAY);
    expect(fed.state).toBe("CHECKING");
  },
);

test("what is open when the case ends is cancelled, its crew stops, and nobody is warned", async () => {
  const { theCase, assist } = await caseWithAssist();
  const { caseNo } = theCase;
  const { assist: done } = await ask(caseNo);
  await step(done.assistId, "done", NIGHT);
  const { effects } = await say(caseNo, "forceClose", person("leader"), MONDAY);
  expect(effects.orders.map(({ kind, crewId }) => [kind, crewId])).toEqual([
    ["withdrawn", "crew-1"],
    ["withdrawn", "night"],
  ]);
  const { assists, history } = await get(caseNo);
  expect(assists.map(({ state }) => state)).toEqual(["CANCELLED", "DONE"]);
  expect(assists[0]?.reason).toContain("FORCE_CLOSED");
  expect(history.at(-1)).toMatchObject({ event: "assistCancel", actor: "system" });
  expect((await tick(MONDAY + 24 * HOUR_MS)).notices).toEqual([]);
  await expect(step(assist.assistId, "done", NIGHT)).rejects.toMatchObject({
    code: "ASSIST_STATE_REFUSED",
  });
});

test("a case that goes to another unit keeps its assists, and that unit may cancel them", async () => {
  const { theCase, assist } = await caseWithAssist();
  await say(theCase.caseNo, "return", LEAD_UNIT, MONDAY);
  await say(theCase.caseNo, "acceptReturn", DISPATCHER, MONDAY);
  expect((await get(theCase.caseNo)).case.unitId).toBe("centre");
  const { assist: after } = await step(assist.assistId, "cancel", CENTRE_UNIT);
  expect(after.state).toBe("CANCELLED");
});

test("lists go newest first by unit, crew and state, in pages", async () => {
  desk.crews.set("night", newCrew("night", "centre"));
  const { caseNo } = await openOne();
  const asked: string[] = [];
  for (const [index, unitId] of ["centre", "city", "centre"].entries()) {
    asked.unshift((await ask(caseNo, { unitId }, DISPATCHER, MONDAY + index)).assist.assistId);
  }
  await step(`${caseNo}-a1`, "done", NIGHT);
  const list = async (filter: object) => {
    const page = await desk.cases.together.listAssists(desk.database.reader, filter);
    return { ids: page.items.map(({ assistId }) => assistId), next: page.next };
  };
  expect((await list({})).ids).toEqual(asked);
  expect((await list({ unitId: "centre" })).ids).toEqual([asked[0], asked[2]]);
  expect((await list({ crewId: "night" })).ids).toEqual([asked[0], asked[2]]);
  expect((await list({ state: "open" })).ids).toEqual([asked[0], asked[1]]);
  expect((await list({ state: "DONE" })).ids).toEqual([asked[2]]);
  const first = await list({ limit: 2 });
  expect(first.ids).toEqual(asked.slice(0, 2));
  expect((await list({ limit: 2, cursor: first.next })).ids).toEqual(asked.slice(2));
  await expect(list({ cursor: "moon" })).rejects.toMatchObject({ code: "REQUEST_INVALID" });
});
