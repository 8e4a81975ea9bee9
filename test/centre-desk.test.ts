/**
 * The centre's desk at the running platform: calls about a case, who has called before, alarms near a
 * place; a handover that is kept as it was and signed by two, and pledges that are carried on.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { forgetCallers } from "../app/intake-desk.ts";
import { allMigrations } from "../app/migrations.ts";
import { DAY_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { connect, foundCity } from "./support/city.ts";
import { createTestDatabase } from "./support/city-database.ts";
import {
  ADMIN_PASSWORD,
  type Api,
  signIn,
  startPlatform,
  type TestPlatform,
  until,
} from "./support/platform.ts";

interface Line {
  id: string;
  text?: string;
  caseNo?: string;
  reason?: string;
}
interface Snapshot {
  sections: Record<string, { count: number; lines: Line[] }>;
}
interface Kept {
  handoverId: string;
  by: string;
  signedBy?: string;
  snapshot: Snapshot;
}
interface Items<T> {
  items: T[];
}

let rig: TestPlatform;
let wang: Api;
let chen: Api;
let viewer: Api;
let client: MqttClient;

beforeAll(async () => {
  rig = await startPlatform();
  const city = await foundCity(rig.api);
  const people = { wang: "acceptor", chen: "shift-lead", viewer: "viewer" };
  for (const [username, role] of Object.entries(people)) {
    const person = { username, password: ADMIN_PASSWORD, roles: [role] };
    await rig.api.post("/api/v1/users", person);
  }
  [wang, chen, viewer] = (await Promise.all(
    ["wang", "chen", "viewer"].map((name) => signIn(rig.ports.http, name)),
  )) as [Api, Api, Api];
  const key = await city.addDevice("waste-bin", "bin-1");
  client = await connect(rig.ports.mqtt ?? 0, "bin-1", key);
  const values = '{"values":{"batteryPercent":9}}';
  await client.publishAsync("v1/waste-bin/bin-1/telemetry", values, { qos: 1 });
});
afterAll(async () => {
  await client?.endAsync(true);
  await rig?.stop();
});

async function report(reporter?: object): Promise<string> {
  const body = { lon: 115.45, lat: 31.83, description: "smoke", ...(reporter && { reporter }) };
  return (await rig.api.post<{ caseNo: string }>("/api/v1/cases", body)).body.caseNo;
}

test("calls are added to a case, in order, and shown to those who may know", async () => {
  const caseNo = await report();
  const url = `/api/v1/cases/${caseNo}/calls`;
  const first = { name: "Liu", phone: "138 0000 0000", text: "it smells" };
  expect(await wang.post(url, first)).toMatchObject({ status: 201, body: { ...first, seq: 1 } });
  await chen.post(url, { text: "still there" });
  const { body } = await chen.get<Items<object>>(url);
  expect(body.items).toMatchObject([
    { ...first, caseNo, by: "wang" },
    { seq: 2, by: "chen", text: "still there" },
  ]);
  expect((await viewer.get(url)).status).toBe(403);
  expect((await wang.get("/api/v1/cases/4115242026010100009/calls")).status).toBe(404);
  expect((await wang.post(url, { text: " " })).status).toBe(400);
});

test("who called is forgotten long after the case has ended, and what was said stays", async () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-desk-"));
  const deps = { log: silentLog, metrics: memoryMetrics() };
  const database = createTestDatabase(deps, { file: join(directory, "city.db") });
  await database.open(allMigrations);
  const left = await database.transaction(async (tx) => {
    for (const [caseNo, isOpen] of [
      ["open", 1],
      ["ended", 0],
    ] as const) {
      await tx.run(
        `insert into cases (case_no, version, state, is_open, condition_id, opened_at, body)
         values (?, 1, 'CLOSED', ?, 'x', 0, '{}')`,
        [caseNo, isOpen],
      );
      await tx.run(
        `insert into case_calls (case_no, seq, at, by_user, caller_name, caller_phone, text)
         values (?, 1, 0, 'wang', 'Liu', '139', 'smoke')`,
        [caseNo],
      );
    }
    await forgetCallers(tx, LIMITS.reporterDaysMax * DAY_MS);
    const before = await tx.all("select * from case_calls where caller_name is null");
    await forgetCallers(tx, LIMITS.reporterDaysMax * DAY_MS + 1);
    const after = await tx.all("select * from case_calls where caller_phone is null");
    return { before, after };
  });
  await database.close();
  rmSync(directory, { recursive: true });
  expect(left.before).toEqual([]);
  expect(left.after).toMatchObject([{ case_no: "ended", caller_name: null, text: "smoke" }]);
});

test("reports under a number are found, with and without its gaps, by those who may know", async () => {
  const caseNo = await report({ name: "Liu", phone: "13900000001" });
  const ask = (api: Api, phone: string) =>
    api.post<Items<object>>("/api/v1/callers/reports", { phone });
  const { body } = await ask(wang, "139-0000-0001");
  expect(body.items).toMatchObject([{ caseNo, name: "Liu", description: "smoke" }]);
  expect((await ask(wang, "13900000002")).body.items).toEqual([]);
  expect((await ask(viewer, "13900000001")).status).toBe(403);
});

test("alarms that stand are found around a place, and none farther away", async () => {
  const near = async (place: string) =>
    (await wang.get<Items<object>>(`/api/v1/alarms/near?${place}`)).body.items;
  const found = async () => ((await near("lon=115.4101&lat=31.8")).length > 0 ? true : undefined);
  await until(found, "the alarm");
  expect(await near("lon=115.4101&lat=31.8")).toMatchObject([
    { assetId: "asset-of-bin-1", distanceM: expect.closeTo(9.5, 0) },
  ]);
  expect(await near("lon=115.4131&lat=31.8")).toEqual([]);
});

test("a handover is kept as it was, and signed by somebody else, once", async () => {
  const [alarm] = (await wang.get<Items<{ alarmId: string }>>("/api/v1/alarms")).body.items;
  const shelf = { until: "2099-11-28T08:00:00Z", reason: "the battery is on its way" };
  const soon = new Date(Date.now() + 3_600_000).toISOString();
  const shelve = `/api/v1/alarms/${alarm?.alarmId}/shelve`;
  expect((await chen.post(shelve, { ...shelf, until: soon })).status).toBe(200);
  const made = await chen.post<Kept>("/api/v1/handovers", { note: "a quiet night" });
  expect(made).toMatchObject({ status: 201, body: { by: "chen", note: "a quiet night" } });
  const { handoverId, snapshot } = made.body;
  expect(snapshot.sections.shelved?.lines).toMatchObject([
    { id: alarm?.alarmId, reason: shelf.reason },
  ]);
  await chen.post(`/api/v1/alarms/${alarm?.alarmId}/unshelve`, {});

  const sign = (api: Api) => api.post<Kept>(`/api/v1/handovers/${handoverId}/sign`, undefined);
  expect(await sign(chen)).toMatchObject({ status: 409, body: { code: "HANDOVER_SIGN_REFUSED" } });
  expect((await sign(viewer)).status).toBe(403);
  expect(await sign(wang)).toMatchObject({ status: 200, body: { signedBy: "wang", snapshot } });
  expect(await sign(rig.api)).toMatchObject({ status: 409 });
  const { body } = await wang.get<Items<Kept>>("/api/v1/handovers");
  expect(body.items).toMatchObject([{ handoverId, by: "chen", signedBy: "wang" }]);
  const next = (await wang.get<Snapshot>("/api/v1/handovers/next")).body;
  expect(next.sections.shelved?.count).toBe(0);
  expect((await wang.get("/api/v1/handovers/HO-99")).status).toBe(404);
});

test("a pledge stands in every handover until it is ticked, once", async () => {
  const said = { text: "call her back", dueAt: "2026-11-28T09:00:00+08:00" };
  const made = await wang.post<{ pledgeId: string }>("/api/v1/pledges", said);
  expect(made).toMatchObject({ status: 201, body: { text: said.text, madeBy: "wang" } });
  const { pledgeId } = made.body;
  const lines = async () =>
    (await chen.get<Snapshot>("/api/v1/handovers/next")).body.sections.pledges?.lines;
  expect(await lines()).toMatchObject([{ id: pledgeId, text: said.text, by: "wang" }]);
  const done = `/api/v1/pledges/${pledgeId}/done`;
  expect(await chen.post(done, undefined)).toMatchObject({ status: 200, body: { doneBy: "chen" } });
  expect(await wang.post(done, undefined)).toMatchObject({ body: { code: "PLEDGE_DONE" } });
  expect((await wang.post("/api/v1/pledges/PL-99/done", undefined)).status).toBe(404);
  expect(await lines()).toEqual([]);
  const lost = { ...said, caseNo: "4115242026010100009" };
  expect((await wang.post("/api/v1/pledges", lost)).status).toBe(404);
});
