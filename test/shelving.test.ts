/**
 * Shelving at the running platform: who may, what the list shows, and that a case hears of an alarm
 * that began on the shelf only when the shelf ends, also with a restart in between.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { DAY_MS, HOUR_MS } from "../model/clock.ts";
import type { Rule } from "../model/rule.ts";
import { connect, foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface ShownAlarm {
  alarmId: string;
  state: string;
  lifeSafety: boolean;
  shelvedUntil?: string;
  shelvedBy?: string;
  shelveReason?: string;
}

const PASSWORD = "a-long-enough-password";
const RULE = "manhole-cover.o2-low";
let rig: TestPlatform;
let key: string;

beforeAll(async () => {
  rig = await startPlatform();
  const city = await foundCity(rig.api);
  key = await city.addDevice("manhole-cover", "lid-1");
  for (const role of ["engineer", "viewer"]) {
    await rig.api.post("/api/v1/users", { username: role, password: PASSWORD, roles: [role] });
  }
  const { ruleId: _id, ...rule } = (await rig.api.get<Rule>(`/api/v1/rules/${RULE}`)).body;
  const changed = { ...rule, offDelayMs: 0, conditionId: "sewer-level" };
  expect((await rig.api.replace(`/api/v1/rules/${RULE}`, changed)).status).toBe(200);
});

afterAll(() => rig.stop());

async function say(values: Record<string, number | boolean>): Promise<void> {
  const client = await connect(rig.ports.mqtt ?? 0, "lid-1", key);
  const text = JSON.stringify({ values });
  await client.publishAsync("v1/manhole-cover/lid-1/telemetry", text, { qos: 1 });
  await client.endAsync();
}

const list = async (state: string): Promise<ShownAlarm[]> =>
  (await rig.api.get<{ items: ShownAlarm[] }>(`/api/v1/alarms?state=${state}`)).body.items;
const one = (state: string): Promise<ShownAlarm> =>
  until(async () => (await list(state))[0], `an alarm that is ${state}`);
const as = (role: string): Promise<Api> => signIn(rig.ports.http, role, PASSWORD);
const at = (aheadMs: number): string => new Date(Date.now() + aheadMs).toISOString();

async function evidenceCount(): Promise<number> {
  const { items } = (await rig.api.get<{ items: { caseNo: string }[] }>("/api/v1/cases")).body;
  const [found] = items;
  const path = `/api/v1/cases/${found?.caseNo}`;
  return (await rig.api.get<{ evidence: unknown[] }>(path)).body.evidence.length;
}

test("an alarm that begins on the shelf joins its case when the shelf ends, and not before", async () => {
  await say({ o2Percent: 18 });
  const first = await one("unacknowledged");
  await until(async () => (await evidenceCount()) === 1, "a case");
  const path = `/api/v1/alarms/${first.alarmId}`;
  const body = { until: at(HOUR_MS), reason: "calibration" };
  expect((await (await as("viewer")).post(`${path}/shelve`, body)).status).toBe(403);
  for (const aheadMs of [-1, 31 * DAY_MS]) {
    const refused = await rig.api.post(`${path}/shelve`, { ...body, until: at(aheadMs) });
    expect(refused).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
  }
  const shelved = await (await as("engineer")).post<ShownAlarm>(`${path}/shelve`, body);
  expect(shelved.body).toMatchObject({ state: "shelved", shelvedBy: "engineer" });
  expect(await list("shelved")).toMatchObject([
    { alarmId: first.alarmId, shelveReason: "calibration", shelvedUntil: expect.any(String) },
  ]);

  await rig.api.post(`${path}/acknowledge`, {});
  await say({ o2Percent: 21 });
  await until(async () => (await list("shelved"))[0]?.alarmId === first.alarmId, "its end");
  await say({ o2Percent: 18 });
  const second = await until(
    async () => (await list("shelved")).find(({ alarmId }) => alarmId !== first.alarmId),
    "another alarm, on the shelf",
  );
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  expect(await list("shelved")).toMatchObject([{ alarmId: second.alarmId }]);
  expect(await evidenceCount()).toBe(1);
  const answer = await rig.api.post<ShownAlarm>(
    `/api/v1/alarms/${second.alarmId}/unshelve`,
    undefined,
  );
  expect(answer).toMatchObject({ status: 200, body: { state: "unacknowledged" } });
  expect(await evidenceCount()).toBe(2);
  const again = await rig.api.post(`${path}/unshelve`, undefined);
  expect(again).toMatchObject({ status: 409, body: { code: "ALARM_STATE_REFUSED" } });
});

test("life safety is not shelved by an engineer", async () => {
  await say({ isOpen: true });
  const open = await until(
    async () => (await list("unacknowledged")).find(({ lifeSafety }) => lifeSafety),
    "an open cover",
  );
  const body = { until: at(HOUR_MS), reason: "calibration" };
  const path = `/api/v1/alarms/${open.alarmId}/shelve`;
  const refused = await (await as("engineer")).post(path, body);
  expect(refused).toMatchObject({ status: 403, body: { code: "ROLE_REFUSED" } });
  expect((await rig.api.post(path, body)).status).toBe(200);
});
