/** Sparkplug B over real MQTT: from an edge node's births to readings and orders, and over a restart. */
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { encodeSparkplug, type SentMetric } from "../firmware-sim/encoders/sparkplug.ts";
import { readSparkplug } from "../ingest/gateways/sparkplug-payload.ts";
import { type City, type CrewOrder, crewPhone, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

let rig: TestPlatform;
let city: City;
let phone: { orders: CrewOrder[]; client: MqttClient };
let edgeKey: string;
let edge: MqttClient;
const commands: { topic: string; payload: Buffer }[] = [];

/** An edge node as Tahu's clients connect: a clean session, its death as the will, `#` for commands. */
async function connectEdge(bdSeq: number): Promise<MqttClient> {
  const metrics: SentMetric[] = [{ name: "bdSeq", type: "Int64", value: bdSeq }];
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${rig.ports.mqtt}`, {
    ...{ username: "edge-1", password: edgeKey, clientId: "edge-1", clean: true },
    reconnectPeriod: 0,
    will: {
      topic: "spBv1.0/north/NDEATH/edge",
      payload: encodeSparkplug({ metrics }),
      ...{ qos: 1, retain: false },
    },
  });
  client.on("message", (topic, payload) => void commands.push({ topic, payload }));
  await client.subscribeAsync(["spBv1.0/north/NCMD/edge/#", "spBv1.0/north/DCMD/edge/#"]);
  return client;
}

/** No two messages of one millisecond: of two values at one time the first stands. */
let saidAt = 0;

async function say(topic: string, seq: number, metrics: SentMetric[]): Promise<void> {
  saidAt = Math.max(saidAt + 1, Date.now());
  const payload = encodeSparkplug({ timestamp: saidAt, seq, metrics });
  await edge.publishAsync(`spBv1.0/north/${topic}`, payload, { qos: 0 });
}

async function bear(bdSeq: number): Promise<void> {
  await say("NBIRTH/edge", 0, [
    { name: "bdSeq", type: "Int64", value: bdSeq },
    { name: "Node Control/Rebirth", type: "Boolean", value: false },
    { name: "temperatureC", alias: 1, type: "Float", value: 31 },
  ]);
  await say("DBIRTH/edge/lid", 1, [
    { name: "isOpen", alias: 2, type: "Boolean", value: false },
    { name: "tiltDeg", alias: 3, type: "Double", value: 0.5 },
    { name: "Level/Fill", alias: 4, type: "Int16", value: 12 },
  ]);
}

async function newest(deviceId: string): Promise<Record<string, number>> {
  const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
  const { body } = await rig.api.get<{ items: { measurement: string; value: number }[] }>(path);
  return Object.fromEntries(body.items.map(({ measurement, value }) => [measurement, value]));
}

async function stateOf(deviceId: string): Promise<string | undefined> {
  const { body } = await rig.api.get<{ status?: { state: string } }>(`/api/v1/devices/${deviceId}`);
  return body.status?.state;
}

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_SPARKPLUG_HOST: "city" });
  city = await foundCity(rig.api);
  phone = await crewPhone(rig.ports.mqtt ?? 0, city.crewKey);
  const format = "sparkplug";
  edgeKey = await city.addDevice("waste-bin", "edge-1", {
    device: { format, externalId: "north/edge" },
  });
  await city.addDevice("manhole-cover", "lid-1", {
    device: { format, externalId: "north/edge/lid" },
  });
  edge = await connectEdge(1);
});

afterAll(async () => {
  await edge.endAsync(true);
  await phone.client.endAsync(true);
  await rig.stop();
});

test("a node that waits for its primary host hears that it is there", async () => {
  const said = new Promise<{ topic: string; text: string; isRetained: boolean }>((resolve) => {
    edge.on("message", (topic, payload, { retain }) => {
      if (topic.includes("/STATE/")) resolve({ topic, text: String(payload), isRetained: retain });
    });
  });
  await edge.subscribeAsync("spBv1.0/STATE/city", { qos: 1 });
  const { topic, text, isRetained } = await said;
  expect({ topic, isRetained }).toEqual({ topic: "spBv1.0/STATE/city", isRetained: true });
  expect(JSON.parse(text)).toEqual({ online: true, timestamp: expect.any(Number) });
  commands.length = 0;
});

test("births declare, data by alias is a reading and an order", async () => {
  await bear(1);
  await say("DDATA/edge/lid", 2, [
    { alias: 2, type: "Boolean", value: true },
    { alias: 4, type: "Int16", value: -3 },
  ]);
  const order = await until(
    () => phone.orders.find((each) => each.case.assetId === "asset-of-lid-1"),
    "the crew's order",
  );
  expect(order.case).toMatchObject({ state: "DISPATCHED", categoryCode: "0102" });
  await until(async () => (await newest("lid-1"))["Level/Fill"] === -3, "the reading");
  expect(await newest("lid-1")).toEqual({ isOpen: 1, tiltDeg: 0.5, "Level/Fill": -3 });
  expect(await newest("edge-1")).toEqual({ temperatureC: 31 });
});

test("a node that speaks of what it has not declared is asked for its births", async () => {
  await say("DDATA/edge/lid", 3, [{ alias: 99, type: "Double", value: 1 }]);
  const { topic, payload } = await until(() => commands[0], "the command");
  expect(topic).toBe("spBv1.0/north/NCMD/edge");
  expect(readSparkplug(payload)).toMatchObject({
    metrics: [{ name: "Node Control/Rebirth", datatype: 11, low: 1 }],
  });
});

test("a node whose connection breaks is offline with its devices, by its will", async () => {
  expect([await stateOf("edge-1"), await stateOf("lid-1")]).toEqual(["online", "online"]);
  edge.stream.destroy();
  await until(async () => (await stateOf("lid-1")) === "offline", "the device's death");
  expect(await stateOf("edge-1")).toBe("offline");
  edge = await connectEdge(2);
  await bear(2);
  await until(async () => (await stateOf("lid-1")) === "online", "the birth");
});

test("aliases survive a restart of the platform", async () => {
  // Taken leave of, so that its will, which ends its births, is not told.
  await edge.endAsync();
  await phone.client.endAsync(true);
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  phone = await crewPhone(rig.ports.mqtt ?? 0, city.crewKey);
  edge = await connectEdge(2);
  await say("DDATA/edge/lid", 2, [{ alias: 3, type: "Double", value: 7.25 }]);
  await until(async () => (await newest("lid-1")).tiltDeg === 7.25, "the reading");
});
