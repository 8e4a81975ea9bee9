/**
 * Several on one case at the running platform: a unit that assists has its order over MQTT, a ruling
 * sends the next case to its unit, a steward is told and urges, all over the API and in the trail.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CrewOrder, connect, foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface ShownCase {
  caseNo: string;
  state: string;
  version: number;
  unitId?: string;
  ruledBy?: string;
  assists?: { assistId: string; state: string }[];
  stewards?: { name: string }[];
  history?: { event: string; role: string }[];
}

let rig: TestPlatform;
let power: { orders: (CrewOrder & { assist?: { assistId: string; task: string } })[] };
const clients: MqttClient[] = [];

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: "2026-11-23T09:00:00+08:00,1" });
  await foundCity(rig.api);
  for (const [unitId, kind] of [
    ["power", "enterprise"],
    ["roads", "department"],
    ["411524001", "street"],
  ]) {
    await rig.api.post("/api/v1/units", { unitId, name: unitId, kind });
  }
  const crew = { crewId: "crew-p", name: "Crew P", unitId: "power" };
  const { key } = (await rig.api.post<{ key: string }>("/api/v1/crews", crew)).body;
  await rig.api.post("/api/v1/crews", { crewId: "crew-r", name: "Crew R", unitId: "roads" });
  power = await phone("crew-p", key);
  await rig.api.post("/api/v1/assets", {
    assetId: "bench-1",
    componentCode: "4115240305000001",
    name: "a bench",
    lon: 115.41,
    lat: 31.8,
    gridCell: "41152400100101",
    maintenanceUnitId: "works",
  });
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function phone(crewId: string, key: string): Promise<typeof power> {
  const orders: (typeof power)["orders"] = [];
  const client = await connect(rig.ports.mqtt ?? 0, crewId, key);
  clients.push(client);
  client.on("message", (_topic, payload) => void orders.push(JSON.parse(String(payload))));
  await client.subscribeAsync(`v1/crews/${crewId}/cases`, { qos: 1 });
  return { orders };
}

async function person(username: string, role: string, more: object = {}): Promise<Api> {
  const password = `${username}-password`;
  await rig.api.post("/api/v1/users", { username, password, roles: [role], ...more });
  return await signIn(rig.ports.http, username, password);
}

async function filedCase(): Promise<ShownCase> {
  const report = { assetId: "bench-1", source: "patrol", description: "a plank is loose" };
  const { caseNo } = (await rig.api.post<ShownCase>("/api/v1/cases", report)).body;
  return (await say(rig.api, caseNo, "confirm")).body;
}

const say = (api: Api, caseNo: string, event: string, more: object = {}) =>
  api.post<ShownCase & { code: string; details: { openAssists: string[] } }>(
    `/api/v1/cases/${caseNo}/transitions`,
    { event, ...more },
  );
const read = async (caseNo: string) =>
  (await rig.api.get<ShownCase>(`/api/v1/cases/${caseNo}`)).body;

test("an assisting crew gets the case and its sub-task, and the case waits for it", async () => {
  const { caseNo, version } = await filedCase();
  const wish = { unitId: "power", task: "cut the power", version };
  const asked = await rig.api.post<{ assistId: string }>(`/api/v1/cases/${caseNo}/assists`, wish);
  expect(asked.status).toBe(201);
  const { assistId } = asked.body;
  const order = await until(async () => power.orders[0], "the assisting crew's order");
  expect(order).toMatchObject({
    kind: "dispatched",
    case: { caseNo, unitId: "works" },
    assist: { assistId, task: "cut the power", deadline: expect.stringContaining("+08:00") },
  });
  await say(rig.api, caseNo, "start");
  const waits = await say(rig.api, caseNo, "feedback", { note: "fixed" });
  expect(waits).toMatchObject({
    status: 409,
    body: { code: "CASE_TRANSITION_REFUSED", details: { openAssists: [assistId] } },
  });
  const crew = await person("power-crew", "crew", { unitId: "power", crewId: "crew-p" });
  const move = (event: string) =>
    crew.post(`/api/v1/assists/${assistId}/transitions`, { event, note: "it is off" });
  expect(await move("start")).toMatchObject({ status: 200, body: { state: "STARTED" } });
  expect(await move("done")).toMatchObject({ status: 200, body: { state: "DONE" } });
  expect(await move("done")).toMatchObject({ status: 409, body: { code: "ASSIST_STATE_REFUSED" } });
  expect((await say(rig.api, caseNo, "feedback", { note: "fixed" })).body.state).toBe("CHECKING");
  const shown = await read(caseNo);
  expect(shown.assists).toMatchObject([{ assistId, state: "DONE" }]);
  expect(shown.history?.map(({ event }) => event)).toEqual(
    expect.arrayContaining(["assistAsk", "assistStart", "assistDone"]),
  );
  const own = await crew.get<{ items: object[] }>("/api/v1/assists?crewId=crew-p&state=DONE");
  expect(own.body.items).toMatchObject([{ assistId }]);
  await until(async () => power.orders.some(({ kind }) => kind === "closed"), "the order's end");
});

test("a ruling settles a dispute, and the next such case goes by it", async () => {
  const lead = await person("works-lead", "unit", { unitId: "works" });
  const chief = await person("chief", "leader");
  const { caseNo } = await filedCase();
  await say(lead, caseNo, "return", { reason: "benches are the roads department's" });
  const asked = await say(rig.api, caseNo, "consult", { reason: "two units disagree" });
  expect(asked.body).toMatchObject({ state: "RETURN_REVIEW" });
  const notices = await chief.get<{ items: { kind: string; caseNo: string }[] }>(
    "/api/v1/notices?standing=true",
  );
  expect(notices.body.items).toContainEqual(
    expect.objectContaining({ kind: "consultation-wanted", caseNo }),
  );
  const ruled = await chief.post<{ case: ShownCase; ruling: { rulingId: string } }>(
    `/api/v1/cases/${caseNo}/ruling`,
    { unitId: "roads", reason: "it stands on the pavement" },
  );
  expect(ruled).toMatchObject({ status: 201, body: { case: { unitId: "roads" } } });
  const { rulingId } = ruled.body.ruling;
  expect(await filedCase()).toMatchObject({ unitId: "roads", ruledBy: rulingId });
  await chief.post(`/api/v1/rulings/${rulingId}/revoke`, { reason: "benches were sold" });
  expect(await filedCase()).toMatchObject({ unitId: "works" });
  const trail = await rig.api.get<{ items: { action: string; actor: string; subject: string }[] }>(
    "/api/v1/audit?actor=chief",
  );
  expect(trail.body.items.map(({ action, subject }) => [action, subject])).toEqual([
    ["rulings.write", rulingId],
    ["rulings.write", caseNo],
    ["sign-in", "chief"],
  ]);
  const chain = await rig.api.get<{ broken?: object }>("/api/v1/audit/verify");
  expect(chain.body).not.toHaveProperty("broken");
});

test("a steward is named and told, urges his case, and nobody else sees what he is told", async () => {
  const wang = await person("wang", "viewer");
  const steward = {
    stewardId: "street-1",
    name: "Wang Wei",
    scopeKind: "street",
    scope: "411524001",
    username: "wang",
  };
  expect((await rig.api.post("/api/v1/stewards", steward)).status).toBe(201);
  const { caseNo } = await filedCase();
  expect((await read(caseNo)).stewards).toMatchObject([{ name: "Wang Wei" }]);
  const noticesOf = async (api: Api) =>
    (await api.get<{ items: { kind: string; caseNo: string }[] }>("/api/v1/notices")).body.items;
  expect(await noticesOf(wang)).toMatchObject([{ kind: "steward-case", caseNo }]);
  expect((await noticesOf(rig.api)).map(({ kind }) => kind)).not.toContain("steward-case");
  const urge = (api: Api, note: string) => api.post(`/api/v1/cases/${caseNo}/urge`, { note });
  expect(await urge(wang, "children play there")).toMatchObject({ status: 200 });
  const stranger = await person("li", "viewer");
  expect(await urge(stranger, "me too")).toMatchObject({
    status: 403,
    body: { code: "ROLE_REFUSED" },
  });
  expect((await read(caseNo)).history?.at(-1)).toMatchObject({ event: "urge", role: "steward" });
});
