/**
 * Duty at the real platform: a roster is put and its gaps are told, a case of the night goes to the
 * morning's crew, a crew declines from its phone, another does not answer, and the load shows it all.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CrewOrder, connect, foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface ShownCase {
  caseNo: string;
  state: string;
  crewId?: string;
  openedAt: string;
  nextDutyAt?: string;
  acceptUntil?: string;
  acceptedAt?: string;
}
interface ShownRoster {
  unitId: string;
  roster?: object;
  onDuty: string[];
  warnings: string[];
}
interface Figures {
  orders: number;
  handling: number;
  oldestWaitingAt?: string;
}
interface ShownLoad extends Figures {
  unitId: string;
  standing: number;
  crews: ({
    crewId: string;
    onDuty: boolean;
    positionAgeMs?: number;
    position?: object;
  } & Figures)[];
}

const PASSWORD = "a long password";
const ROSTER = "/api/v1/units/works/roster";
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const week = (...turns: object[]) => Object.fromEntries(DAYS.map((day) => [day, turns]));

let rig: TestPlatform;
let admin: Api;
const phones: MqttClient[] = [];
const orders: Record<string, string[]> = { "crew-1": [], "crew-2": [] };

beforeAll(async () => {
  // A minute of the platform's is a second of the wall's.
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T05:00:00+08:00,60" });
  admin = rig.api;
  const city = await foundCity(admin);
  await city.addDevice("manhole-cover", "lid-1");
  const second = { crewId: "crew-2", name: "Crew 2", unitId: "works", skills: ["gas"] };
  const { body } = await admin.post<{ key: string }>("/api/v1/crews", second);
  await admin.post("/api/v1/units", { unitId: "lamps", name: "Lamps", kind: "department" });
  for (const [crewId, key] of Object.entries({ "crew-1": city.crewKey, "crew-2": body.key })) {
    await admin.post("/api/v1/users", {
      username: crewId,
      password: PASSWORD,
      roles: ["crew"],
      unitId: "works",
      crewId,
    });
    await listen(crewId, key);
  }
  for (const unitId of ["works", "lamps"]) {
    await admin.post("/api/v1/users", {
      username: `${unitId}-desk`,
      password: PASSWORD,
      roles: ["unit"],
      unitId,
    });
  }
}, 60_000);

afterAll(async () => {
  for (const phone of phones) await phone.endAsync(true);
  await rig.stop();
});

async function listen(crewId: string, key: string): Promise<void> {
  const client = await connect(rig.ports.mqtt ?? 0, crewId, key);
  const ids = new Set<string>();
  client.on("message", (_topic, payload) => {
    const order = JSON.parse(payload.toString()) as CrewOrder;
    if (!ids.has(order.id)) orders[crewId]?.push(`${order.kind} ${order.case.caseNo}`);
    ids.add(order.id);
  });
  await client.subscribeAsync(`v1/crews/${crewId}/cases`, { qos: 1 });
  phones.push(client);
}

const as = (username: string): Promise<Api> => signIn(rig.ports.http, username, PASSWORD);

async function report(): Promise<ShownCase> {
  const said = { assetId: "asset-of-lid-1", source: "hotline", description: "it rattles" };
  return (await admin.post<ShownCase>("/api/v1/cases", said)).body;
}

const say = (api: Api, caseNo: string, event: string, more: object = {}) =>
  api.post<ShownCase & { code: string }>(`/api/v1/cases/${caseNo}/transitions`, { event, ...more });
const caseOf = async (caseNo: string) =>
  (
    await admin.get<ShownCase & { history: { event: string; note?: string }[] }>(
      `/api/v1/cases/${caseNo}`,
    )
  ).body;
/** The minute of the local day that is so many minutes after the instant. */
const clockAt = (iso: string, minutes: number): string =>
  new Date(Date.parse(iso) + (480 + minutes) * 60_000).toISOString().slice(11, 16);

test("without a roster all crews of the unit are on duty", async () => {
  expect((await admin.get<ShownRoster>(ROSTER)).body).toEqual({
    unitId: "works",
    onDuty: ["crew-1", "crew-2"],
    warnings: [],
  });
  expect((await admin.get("/api/v1/units/moon/roster")).status).toBe(404);
});

test("a roster's faults are told by their place, and nothing is changed", async () => {
  const put = async (roster: object, unitId = "works") =>
    (
      await admin.replace<{ code: string; message: string }>(
        `/api/v1/units/${unitId}/roster`,
        roster,
      )
    ).body;
  const turn = { from: "08:00", to: "18:00", crewIds: ["crew-11"] };
  expect(await put({ startMonday: "2026-11-02", weeks: [{ tue: [turn] }] })).toMatchObject({
    code: "REQUEST_INVALID",
    message: expect.stringContaining(
      "'weeks.0.tue.0.crewIds.0': got 'crew-11', wanted a crew of unit 'works'; did you mean 'crew-1'?",
    ),
  });
  expect(await put({ weeks: [week()] })).toMatchObject({
    code: "REQUEST_INVALID",
    message: expect.stringContaining("startMonday"),
  });
  expect(await put({}, "moon")).toMatchObject({ code: "UNIT_NOT_FOUND" });
  expect((await admin.get<ShownRoster>(ROSTER)).body).not.toHaveProperty("roster");
});

test("a unit puts its own roster and no other's", async () => {
  const own = await (await as("works-desk")).replace<ShownRoster>(ROSTER, {});
  expect(own).toMatchObject({ status: 200, body: { roster: {} } });
  const { body: trail } = await admin.get<{ items: object[] }>("/api/v1/audit?subject=works");
  expect(trail.items[0]).toMatchObject({
    actor: "works-desk",
    action: "rosters.write",
    route: "PUT /api/v1/units/:unitId/roster",
    result: "done",
  });
  const other = await (await as("lamps-desk")).replace<{ code: string }>(ROSTER, {});
  expect(other).toMatchObject({ status: 403, body: { code: "ROLE_REFUSED" } });
});

test("a case of the night stands until the next turn begins; then its crew has it, once", async () => {
  const { caseNo, openedAt } = await report();
  const from = clockAt(openedAt, 8);
  const put = await admin.replace<ShownRoster>(ROSTER, {
    startMonday: "2026-11-02",
    weeks: [week({ from, to: "23:00", crewIds: ["crew-1"] })],
    acceptWithinMinutes: { other: 0 },
  });
  expect(put.body).toMatchObject({ onDuty: [] });
  expect(put.body.warnings).toHaveLength(15);
  expect(put.body.warnings.slice(0, 2)).toEqual([
    "crew 'crew-2' has no turn and is never on duty",
    `nobody on duty Monday 00:00-${from}`,
  ]);

  const { body: standing } = await say(admin, caseNo, "confirm");
  expect(standing).toMatchObject({ state: "DISPATCHED" });
  expect(standing).not.toHaveProperty("crewId");
  expect(standing.nextDutyAt?.slice(11, 16)).toBe(from);
  const load = await loadOf("works");
  expect(load).toMatchObject({
    orders: 1,
    standing: 1,
    crews: [{ onDuty: false }, { onDuty: false }],
  });

  await until(async () => (await caseOf(caseNo)).crewId === "crew-1", "the morning's crew");
  await until(() => orders["crew-1"]?.includes(`dispatched ${caseNo}`), "its order");
  expect((await caseOf(caseNo)).history.filter(({ event }) => event === "assign")).toHaveLength(1);
  expect(orders["crew-1"]?.filter((line) => line === `dispatched ${caseNo}`)).toHaveLength(1);
  await say(admin, caseNo, "forceClose", { reason: "the test is over" });
});

test("a crew declines from its phone: the next has it, both are told, a repeat changes nothing", async () => {
  await admin.replace(ROSTER, { acceptWithinMinutes: { other: 30 } });
  const { caseNo } = await report();
  const { body: sent } = await say(admin, caseNo, "confirm");
  expect(sent).toMatchObject({ crewId: "crew-1", acceptUntil: expect.any(String) });
  const first = await as("crew-1");
  const declined = await say(first, caseNo, "declineOrder", { reason: "no pump on the van" });
  expect(declined).toMatchObject({ status: 200, body: { crewId: "crew-2" } });
  await until(() => orders["crew-1"]?.includes(`withdrawn ${caseNo}`), "the withdrawal");
  await until(() => orders["crew-2"]?.includes(`dispatched ${caseNo}`), "the order");
  expect(await say(first, caseNo, "acceptOrder")).toMatchObject({ status: 403 });
  const second = await as("crew-2");
  const accepted = await say(second, caseNo, "acceptOrder");
  expect(accepted).toMatchObject({
    status: 200,
    body: { crewId: "crew-2", acceptedAt: expect.any(String) },
  });
  expect(await say(second, caseNo, "acceptOrder")).toMatchObject({
    status: 409,
    body: { code: "CASE_TRANSITION_REFUSED" },
  });
  await say(second, caseNo, "start");
});

test("an order that nobody accepts goes on to the next crew, and then the lead has a notice", async () => {
  await admin.replace(ROSTER, { acceptWithinMinutes: { other: 2 } });
  const { caseNo } = await report();
  // The other crew handles the case of before.
  expect((await say(admin, caseNo, "confirm")).body).toMatchObject({ crewId: "crew-1" });
  await until(() => orders["crew-2"]?.includes(`dispatched ${caseNo}`), "the next crew's order");
  const notice = await until(async () => {
    const { body } = await (await as("works-desk")).get<{
      items: { kind: string; caseNo: string }[];
    }>("/api/v1/notices?standing=true");
    return body.items.find((each) => each.kind === "not-accepted");
  }, "the lead's notice");
  expect(notice).toMatchObject({ caseNo });
  const { history, ...after } = await caseOf(caseNo);
  expect(after).toMatchObject({ crewId: "crew-2", state: "DISPATCHED", unansweredBy: ["crew-1"] });
  expect(history.filter(({ event }) => event === "redispatch")).toHaveLength(1);
});

test("the load of a unit and its crews is seen by those who dispatch or lead, a unit sees its own", async () => {
  const phone = phones[0];
  const place = { lon: 115.4, lat: 31.8, accuracyM: 8 };
  await phone?.publishAsync("v1/crews/crew-1/position", JSON.stringify(place), { qos: 1 });
  const load = await until(async () => {
    const found = await loadOf("works");
    return found?.crews.find(({ crewId }) => crewId === "crew-1")?.position && found;
  }, "the crew's place");
  expect(load).toMatchObject({
    orders: 2,
    handling: 1,
    standing: 0,
    oldestWaitingAt: expect.any(String),
  });
  const byId = new Map(load.crews.map((crew) => [crew.crewId, crew]));
  expect(byId.get("crew-1")).toMatchObject({
    orders: 0,
    onDuty: true,
    positionAgeMs: expect.any(Number),
  });
  expect(byId.get("crew-2")).toMatchObject({ orders: 2, handling: 1 });

  const own = await (await as("lamps-desk")).get<{ items: ShownLoad[] }>("/api/v1/units/load");
  expect(own.body.items.map(({ unitId }) => unitId)).toEqual(["lamps"]);
  expect((await (await as("crew-1")).get("/api/v1/units/load")).status).toBe(403);
});

async function loadOf(unitId: string): Promise<ShownLoad | undefined> {
  const { body } = await admin.get<{ items: ShownLoad[] }>("/api/v1/units/load");
  return body.items.find((each) => each.unitId === unitId);
}
