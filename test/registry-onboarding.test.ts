/** Devices from the stock to their retirement, at the running platform: over the API and MQTT. */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, connect, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface Life {
  life: string;
  allowed: string[];
  history: { event: string; saidBy: string; note?: string }[];
}
interface Shown {
  items: { deviceId?: string; assetId?: string; state?: string; clearedBy?: string }[];
}

let rig: TestPlatform;
let city: City;
const clients: MqttClient[] = [];

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
});
afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function signedIn(deviceId: string, key: string): Promise<MqttClient> {
  const client = await connect(rig.ports.mqtt ?? 0, deviceId, key);
  clients.push(client);
  return client;
}

async function move(deviceId: string, said: object): Promise<Life> {
  const { status, body } = await rig.api.post<Life>(`/api/v1/devices/${deviceId}/life`, said);
  expect([status, body]).toMatchObject([200, {}]);
  return body;
}

async function open(client: MqttClient, deviceId: string, tiltDeg: number): Promise<void> {
  const values = { isOpen: true, tiltDeg };
  const topic = `v1/manhole-cover/${deviceId}/telemetry`;
  await client.publishAsync(topic, JSON.stringify({ values }), { qos: 1 });
}

async function stored(deviceId: string, tiltDeg: number): Promise<void> {
  const path = `/api/v1/readings?deviceId=${deviceId}&measurement=tiltDeg`;
  await until(async () => {
    const { body } = await rig.api.get<{ series: { points: [number, number][] }[] }>(path);
    return body.series[0]?.points.some(([, value]) => value === tiltDeg);
  }, `the reading ${tiltDeg} of ${deviceId}`);
}

const listed = async (path: string): Promise<Shown["items"]> =>
  (await rig.api.get<Shown>(path)).body.items;
const casesOf = (deviceId: string) => listed(`/api/v1/cases?assetId=asset-of-${deviceId}`);
const alarmsOf = (deviceId: string) => listed(`/api/v1/alarms?assetId=asset-of-${deviceId}`);

test("what a device sends before it is in service is stored and raises nothing; afterwards it does", async () => {
  const key = await city.addDevice("manhole-cover", "mc-1", { device: { life: "stock" } });
  const client = await signedIn("mc-1", key);
  await open(client, "mc-1", 40);
  await stored("mc-1", 40);
  expect(await move("mc-1", { event: "install", note: "east gate" })).toMatchObject({
    life: "installed",
    allowed: ["start", "maintain", "store", "retire"],
  });
  await open(client, "mc-1", 41);
  await stored("mc-1", 41);
  expect([await alarmsOf("mc-1"), await casesOf("mc-1")]).toEqual([[], []]);
  await move("mc-1", { event: "start" });
  await open(client, "mc-1", 42);
  await until(async () => (await casesOf("mc-1")).length === 1, "the case");
  const life = await rig.api.get<Life>("/api/v1/devices/mc-1/life");
  expect(life.body.history).toMatchObject([
    { event: "start", saidBy: "admin" },
    { event: "install", saidBy: "admin", note: "east gate" },
  ]);
  const shown = await rig.api.get("/api/v1/devices/mc-1");
  expect(shown.body).toMatchObject({ life: "in-service" });
  expect(shown.body).toHaveProperty("installedAt");
});

test("taken out of service its alarm ends and its case stays; retired it is shut out", async () => {
  const key = await city.addDevice("manhole-cover", "mc-2");
  const client = await signedIn("mc-2", key);
  await open(client, "mc-2", 50);
  await until(async () => (await casesOf("mc-2")).length === 1, "the case");
  await move("mc-2", { event: "maintain" });
  const ended = await until(async () => {
    const alarms = await alarmsOf("mc-2");
    return alarms.every(({ state }) => state === "normal") && alarms;
  }, "the alarms to end");
  expect(ended.length).toBeGreaterThan(0);
  expect(new Set(ended.map(({ clearedBy }) => clearedBy))).toEqual(new Set(["system"]));
  expect(await casesOf("mc-2")).toMatchObject([{ assetId: "asset-of-mc-2" }]);
  const isClosed = new Promise<void>((resolve) => client.once("close", () => resolve()));
  expect(await move("mc-2", { event: "retire" })).toMatchObject({ life: "retired", allowed: [] });
  await isClosed;
  await expect(connect(rig.ports.mqtt ?? 0, "mc-2", key)).rejects.toThrow();
  await stored("mc-2", 50);
  const refused = await rig.api.post("/api/v1/devices/mc-2/key", {});
  expect(refused).toMatchObject({ status: 409, body: { code: "DEVICE_LIFE_REFUSED" } });
});

interface Readings {
  series: { deviceId: string; points: [number, number][] }[];
}

test("one that knocks is adopted in one call, under the gateway that spoke for it", async () => {
  const gateway = { gatewayId: "gw-1", name: "Gateway 1" };
  const { body: made } = await rig.api.post<{ key: string }>("/api/v1/gateways", gateway);
  await city.addDevice("waste-bin", "bin-0");
  const client = await signedIn("gw-1", made.key);
  const say = (fillPercent: number) =>
    client.publishAsync(
      "v1/waste-bin/bin-17/telemetry",
      JSON.stringify({ values: { fillPercent } }),
      { qos: 1 },
    );
  const knocks = async () => (await listed("/api/v1/knocking")) as unknown as { id: string }[];
  const adopt = (more: object) =>
    rig.api.post<object>("/api/v1/devices/adopt", { format: "native", ...more });
  await say(30);
  await until(async () => (await knocks()).some(({ id }) => id === "bin-17"), "the knock");
  const at = { assetId: "asset-of-bin-0" };
  expect(await adopt({ id: "bin-18", ...at })).toMatchObject({
    ...{ status: 404, body: { code: "KNOCK_NOT_FOUND" } },
  });
  expect(await adopt({ id: "bin-17", assetId: "nowhere" })).toMatchObject({ status: 404 });
  expect(await knocks()).toHaveLength(1);
  expect(await adopt({ id: "bin-17", vendor: "Dingtek", ...at })).toMatchObject({
    ...{ status: 201, body: { deviceId: "bin-17" } },
  });
  expect(await knocks()).toEqual([]);
  const { body } = await rig.api.get("/api/v1/devices/bin-17");
  expect(body).toMatchObject({ gatewayId: "gw-1", vendor: "Dingtek", life: "in-service" });
  await say(31);
  await until(async () => {
    const path = "/api/v1/readings?deviceId=bin-17&measurement=fillPercent";
    return (await rig.api.get<Readings>(path)).body.series[0]?.points.at(-1)?.[1] === 31;
  }, "its reading");
});

test("an EUI that knocks is adopted in either case and by a name of its own", async () => {
  const right = { serviceId: "lora", publish: ["application/#"], subscribe: [] };
  const { body: made } = await rig.api.post<{ key: string }>("/api/v1/services", right);
  const client = await signedIn("lora", made.key);
  const eui = "24e124713b0000ff";
  const topic = `application/a1/device/${eui}/event/up`;
  await client.publishAsync(topic, JSON.stringify({ fCnt: 1, data: "AA==" }), { qos: 1 });
  const knocks = async () => (await listed("/api/v1/knocking")) as unknown as { id: string }[];
  await until(async () => (await knocks()).some(({ id }) => id === eui), "the knock");
  await city.addDevice("manhole-cover", "mc-8");
  const adopted = await rig.api.post("/api/v1/devices/adopt", {
    ...{ format: "chirpstack", id: eui.toUpperCase(), deviceId: "lid-8" },
    assetId: "asset-of-mc-8",
  });
  expect(adopted).toMatchObject({ status: 201, body: { deviceId: "lid-8" } });
  expect(await knocks()).toEqual([]);
  const { body } = await rig.api.get("/api/v1/devices?externalId=24E124713B0000FF");
  expect(body).toMatchObject({ items: [{ deviceId: "lid-8", format: "chirpstack" }] });
});

test("a replaced device's readings stay with its asset, and what it told last is no news", async () => {
  const key = await city.addDevice("manhole-cover", "mc-3");
  const client = await signedIn("mc-3", key);
  await open(client, "mc-3", 60);
  await stored("mc-3", 60);
  const said = { newDeviceId: "mc-4", serialNumber: "0815" };
  const made = await rig.api.post<{ key: string }>("/api/v1/devices/mc-3/replace", said);
  expect(made).toMatchObject({ status: 201, body: { deviceId: "mc-4", replaced: "mc-3" } });
  const next = await signedIn("mc-4", made.body.key);
  await open(next, "mc-4", 2);
  await stored("mc-4", 2);
  const path = "/api/v1/readings?assetId=asset-of-mc-3&measurement=tiltDeg";
  const { body } = await rig.api.get<Readings>(path);
  const values = body.series.map(({ deviceId, points }) => [deviceId, points.map(([, v]) => v)]);
  expect(values.sort()).toEqual([
    ["mc-3", [60]],
    ["mc-4", [2]],
  ]);
  const latest = await listed("/api/v1/readings/latest?assetId=asset-of-mc-3");
  expect(new Set(latest.map(({ deviceId }) => deviceId))).toEqual(new Set(["mc-4"]));
  await until(async () => {
    const alarms = await alarmsOf("mc-3");
    const ofOld = alarms.filter(({ deviceId }) => deviceId === "mc-3");
    return ofOld.length > 0 && ofOld.every(({ state }) => state === "normal");
  }, "the old one's alarms to end");
});

test("a file of devices comes in over the API as CSV, with keys that are told once", async () => {
  await city.addDevice("waste-bin", "bin-1");
  const text = "deviceId,assetId,serialNumber\nbin-2,asset-of-bin-1,77\nbin-3,nowhere,78\n";
  const sent = await rig.api.put<{ keys: { deviceId: string; key: string }[] }>(
    "/api/v1/devices/import",
    text,
    "text/csv; charset=utf-8",
  );
  expect(sent).toMatchObject({
    status: 200,
    body: { created: 1, updated: 0, rejected: [{ row: 2, line: 3, code: "ASSET_NOT_FOUND" }] },
  });
  const [made] = sent.body.keys;
  await signedIn(made?.deviceId ?? "", made?.key ?? "");
  const { body } = await rig.api.get("/api/v1/devices?serialNumber=77");
  expect(body).toMatchObject({ items: [{ deviceId: "bin-2" }] });
});

test("a device is told how it should be set, until it says that it is", async () => {
  const key = await city.addDevice("manhole-cover", "mc-9");
  const client = await signedIn("mc-9", key);
  const told: { version: number; wanted: object }[] = [];
  client.on("message", (_topic, payload) => told.push(JSON.parse(payload.toString())));
  const own = "v1/manhole-cover/mc-9";
  await client.subscribeAsync(`${own}/state/wanted`, { qos: 1 });
  const say = (state: object) =>
    client.publishAsync(`${own}/state`, JSON.stringify(state), { qos: 1 });
  const path = "/api/v1/devices/mc-9/twin";
  const put = await rig.api.replace(path, { wanted: { minutes: 30, led: false } });
  expect(put).toMatchObject({ status: 200, body: { delta: { minutes: 30, led: false } } });
  await until(() => told.length === 1, "the first word");
  await say({ minutes: 60, led: false });
  await until(() => told.length === 2, "the second word");
  expect(told[1]).toEqual({ version: 1, wanted: { minutes: 30, led: false } });
  await say({ minutes: 30, led: false });
  const twin = await until(async () => {
    const { body } = await rig.api.get<{ delta: object; versions: object }>(path);
    return Object.keys(body.delta).length === 0 && body;
  }, "the report");
  expect(twin.versions).toEqual({ wanted: 1, reported: 2 });
  expect(told).toHaveLength(2);
});

test("labels of devices are pages of SVG, as many as were asked for", async () => {
  const base = "base=https://console.example/";
  const one = await rig.api.get<string>(`/api/v1/devices/mc-1/label.svg?${base}`);
  expect([one.status, one.body.slice(0, 5)]).toEqual([200, "<svg "]);
  expect(one.body).toContain(">mc-1</text>");
  const many = await rig.api.get<string>(`/api/v1/devices/labels.svg?limit=2&${base}`);
  expect(many.body.match(/<path /g)).toHaveLength(2);
  const none = await rig.api.get("/api/v1/devices/none/label.svg");
  expect(none).toMatchObject({ status: 404, body: { code: "DEVICE_NOT_FOUND" } });
  const bad = await rig.api.get("/api/v1/devices/mc-1/label.svg?base=javascript:alert(1)");
  expect(bad).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
});
