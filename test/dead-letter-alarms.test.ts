/**
 * A decoder that was wrong, or off, is put right, and what it cost is tried again: readings that came in
 * time and are still how things are raise their alarms, on the whole platform; every other is history.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type City, connect, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const BROKEN = 'function decodeUplink() { throw new Error("not yet"); }';
const RIGHT = "function decodeUplink(input) { return { data: { open: input.bytes[0] } }; }";
const MAPPING = { fields: [{ path: "open", measurement: "isOpen" }] };

let rig: TestPlatform;
let city: City;
let server: MqttClient;
let count = 0;
let deviceId = "";
let eui = "";

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  const right = { serviceId: "servers", publish: ["application/#"], subscribe: [] };
  const { body } = await rig.api.post<{ key: string }>("/api/v1/services", right);
  server = await connect(rig.ports.mqtt ?? 0, "servers", body.key);
});
afterAll(async () => {
  await server.endAsync(true);
  await rig.stop();
});

/** Another cover each time, whose decoder cannot read it yet. */
beforeEach(async () => {
  count += 1;
  deviceId = `cover-${count}`;
  eui = `24e124713b0001${String(count).padStart(2, "0")}`;
  await putScript(BROKEN);
  const device = { format: "chirpstack", externalId: eui, decoder: deviceId };
  await city.addDevice("manhole-cover", deviceId, { device });
});

async function putScript(script: string): Promise<void> {
  const decoder = { name: "cover", kind: "script", script, mapping: MAPPING };
  const { status } = await rig.api.replace(`/api/v1/decoders/${deviceId}`, decoder);
  expect(status).toBe(200);
}

/** As its network server heard it so many minutes ago. */
async function up(open: 0 | 1, minutesAgo: number): Promise<void> {
  count += 1;
  const time = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const payload = {
    ...{ deduplicationId: `u-${count}`, time, fCnt: count, fPort: 1 },
    data: Buffer.from([open]).toString("base64"),
  };
  const topic = `application/a1/device/${eui}/event/up`;
  await server.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
}

/** The letters, newest first. */
async function putAside(wanted: number): Promise<number[]> {
  const letters = await until(async () => {
    const { body } = await rig.api.get<{ items: { id: number; topic: string }[] }>(
      "/api/v1/dead-letters?limit=500",
    );
    const own = body.items.filter(({ topic }) => topic.includes(eui));
    return own.length === wanted && own;
  }, "the letters");
  return letters.map(({ id }) => id);
}

async function retry(id: number): Promise<Record<string, number>> {
  const answer = await rig.api.post<{ values: Record<string, number> }>(
    `/api/v1/dead-letters/${id}/retry`,
    {},
  );
  expect(answer.status).toBe(200);
  return answer.body.values;
}

async function alarms(): Promise<string[]> {
  const path = `/api/v1/alarms?assetId=asset-of-${deviceId}`;
  const { body } = await rig.api.get<{ items: { ruleId: string }[] }>(path);
  return body.items.map(({ ruleId }) => ruleId);
}

async function isOpen(): Promise<number | undefined> {
  const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
  const { body } = await rig.api.get<{ items: { measurement: string; value: number }[] }>(path);
  return body.items.find(({ measurement }) => measurement === "isOpen")?.value;
}

test("an open cover that could not be read is an alarm and a case as soon as it is read", async () => {
  await up(1, 2);
  const [id = 0] = await putAside(1);
  await putScript(RIGHT);
  expect(await alarms()).toEqual([]);
  expect(await retry(id)).toMatchObject({ stored: 1 });
  expect(await alarms()).toEqual(["manhole-cover.open"]);
  const path = `/api/v1/cases?status=open&assetId=asset-of-${deviceId}`;
  expect((await rig.api.get<{ items: object[] }>(path)).body.items).toHaveLength(1);
});

test("what a newer reading has disproved is history", async () => {
  await up(1, 2);
  const [id = 0] = await putAside(1);
  await putScript(RIGHT);
  await up(0, 0);
  await until(async () => (await isOpen()) === 0, "the newer reading");
  expect(await retry(id)).toMatchObject({ stored: 1 });
  expect([await alarms(), await isOpen()]).toEqual([[], 0]);
});

test("of several that are tried again the newest counts", async () => {
  await up(1, 8);
  await up(0, 1);
  await putAside(2);
  await putScript(RIGHT);
  const { body } = await rig.api.post<object>("/api/v1/dead-letters/retry", { deviceId });
  expect(body).toMatchObject({ tried: 2, left: 2, values: { stored: 2 } });
  expect([await alarms(), await isOpen()]).toEqual([[], 0]);
});

test("what came late is history, though it is the newest", async () => {
  await up(1, 40);
  const [id = 0] = await putAside(1);
  await putScript(RIGHT);
  expect(await retry(id)).toMatchObject({ stored: 1 });
  expect([await alarms(), await isOpen()]).toEqual([[], 1]);
});
