/**
 * Notices at the running platform: a case without a crew tells its unit's lead, a silent sensor
 * tells the inspectors, each sees what is theirs, and a notice goes when its reason does.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, connect, foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

const CLOCK = "2026-11-23T09:00:00+08:00,600";

interface ShownNotice {
  noticeId: string;
  kind: string;
  role: string;
  caseNo: string;
  unitId?: string;
  lifeSafety: boolean;
  text: { zh: string; en: string };
  doneAt?: string;
  doneBy?: string;
}

let rig: TestPlatform;
let city: City;
const clients: MqttClient[] = [];

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: CLOCK });
  city = await foundCity(rig.api);
  // Else the centre is told that they are missing.
  const days = [{ date: "2027-01-01", kind: "off" }];
  await rig.api.replace("/api/v1/holidays/2027", { days });
  await rig.api.post("/api/v1/units", { unitId: "bureau", name: "Bureau", kind: "department" });
  await rig.api.post("/api/v1/units", {
    unitId: "lamps",
    name: "Lamps",
    kind: "contractor",
    parentId: "bureau",
  });
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function person(username: string, role: string, unitId?: string): Promise<Api> {
  const password = `${username}-password`;
  const more = unitId === undefined ? {} : { unitId };
  await rig.api.post("/api/v1/users", { username, password, roles: [role], ...more });
  return signIn(rig.ports.http, username, password);
}

const noticesOf = async (api: Api, query = "?standing=true"): Promise<ShownNotice[]> =>
  (await api.get<{ items: ShownNotice[] }>(`/api/v1/notices${query}`)).body.items;

async function lift(deviceId: string, more: Record<string, unknown> = {}): Promise<void> {
  const key = await city.addDevice("manhole-cover", deviceId, more);
  const client = await connect(rig.ports.mqtt ?? 0, deviceId, key);
  clients.push(client);
  const payload = JSON.stringify({ values: { tiltDeg: 40, isOpen: true } });
  await client.publishAsync(`v1/manhole-cover/${deviceId}/telemetry`, payload, { qos: 1 });
}

test("a case without a crew tells the lead of its unit and those above, until a crew is there", async () => {
  const lead = await person("lamps-lead", "unit", "lamps");
  const above = await person("bureau-lead", "unit", "bureau");
  const stranger = await person("works-lead", "unit", "works");
  const inspector = await person("inspector-0", "inspector");
  await lift("lid-1", { maintenanceUnitId: "lamps" });
  const [notice] = await until(async () => {
    const found = await noticesOf(lead);
    return found.length > 0 && found;
  }, "the lead's notice");
  expect(notice).toMatchObject({
    kind: "no-crew",
    role: "unit",
    unitId: "lamps",
    lifeSafety: true,
  });
  expect(notice?.text.zh).toContain("没有");
  expect(await noticesOf(above)).toEqual([notice]);
  expect(await noticesOf(rig.api)).toEqual([notice]);
  expect(await noticesOf(stranger)).toEqual([]);
  expect(await noticesOf(inspector)).toEqual([]);
  const refused = await stranger.post<{ code: string }>(
    `/api/v1/notices/${notice?.noticeId}/acknowledge`,
    undefined,
  );
  expect(refused).toMatchObject({ status: 404, body: { code: "NOTICE_NOT_FOUND" } });
  expect(await noticesOf(lead)).toHaveLength(1);

  await rig.api.post("/api/v1/crews", { crewId: "crew-9", name: "Crew 9", unitId: "lamps" });
  await until(async () => (await noticesOf(lead)).length === 0, "the notice to go");
  const [done] = await noticesOf(lead, "?standing=false");
  expect(done).toMatchObject({ noticeId: notice?.noticeId, doneBy: "system" });
});

test("somebody who takes care of a notice ends it for all, and is named", async () => {
  await rig.api.post("/api/v1/units", { unitId: "bare", name: "Bare", kind: "contractor" });
  const lead = await person("bare-lead", "unit", "bare");
  await lift("lid-2", { maintenanceUnitId: "bare" });
  const [notice] = await until(async () => {
    const found = await noticesOf(lead);
    return found.length > 0 && found;
  }, "the lead's notice");
  const path = `/api/v1/notices/${notice?.noticeId}/acknowledge`;
  const done = await lead.post<ShownNotice>(path, undefined);
  expect(done).toMatchObject({ status: 200, body: { doneBy: "bare-lead" } });
  expect((await rig.api.post<ShownNotice>(path, undefined)).body).toEqual(done.body);
  expect(await noticesOf(lead)).toEqual([]);
});

test("a repair whose sensor stays silent asks an inspector, whose check ends it", async () => {
  const inspector = await person("inspector-1", "inspector");
  await lift("lid-3");
  const caseNo = await until(async () => {
    const { body } = await rig.api.get<{ items: { caseNo: string }[] }>(
      "/api/v1/cases?status=DISPATCHED&assetId=asset-of-lid-3",
    );
    return body.items[0]?.caseNo;
  }, "the case");
  const move = (api: Api, event: string, more: object) =>
    api.post<{ state: string }>(`/api/v1/cases/${caseNo}/transitions`, { event, ...more });
  await move(rig.api, "start", {});
  expect((await move(rig.api, "feedback", { note: "done" })).body.state).toBe("CHECKING");
  const [notice] = await until(async () => {
    const found = await noticesOf(inspector);
    return found.length > 0 && found;
  }, "the inspector's notice");
  expect(notice).toMatchObject({ kind: "check-wanted", role: "inspector", caseNo });
  expect((await move(inspector, "checkPass", {})).body.state).toBe("PENDING_CLOSE");
  expect(await noticesOf(inspector)).toEqual([]);
});
