/** Formats of network servers and of SenML over real MQTT: from the publish to the reading and the order. */
import { encode } from "cborg";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, type CrewOrder, connect, crewPhone, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const EUI = "24e124713b000017";
let rig: TestPlatform;
let city: City;
let phone: { orders: CrewOrder[]; client: MqttClient };
const clients: MqttClient[] = [];

async function signIn(username: string, key: string): Promise<MqttClient> {
  const client = await connect(rig.ports.mqtt ?? 0, username, key);
  clients.push(client);
  return client;
}

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  phone = await crewPhone(rig.ports.mqtt ?? 0, city.crewKey);
  clients.push(phone.client);
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function service(serviceId: string, publish: string): Promise<MqttClient> {
  const right = { serviceId, publish: [publish], subscribe: [] };
  const { body } = await rig.api.post<{ key: string }>("/api/v1/services", right);
  return await signIn(serviceId, body.key);
}

const newest = async (deviceId: string): Promise<Record<string, number>> => {
  const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
  const { body } = await rig.api.get<{ items: { measurement: string; value: number }[] }>(path);
  return Object.fromEntries(body.items.map(({ measurement, value }) => [measurement, value]));
};

async function sent(client: MqttClient, topic: string, payload: unknown): Promise<void> {
  const bytes = payload instanceof Uint8Array ? payload : JSON.stringify(payload);
  await client.publishAsync(topic, Buffer.from(bytes), { qos: 1 });
}

test("ChirpStack: a lid that its codec calls open is an order, under its EUI in either case", async () => {
  const device = { format: "chirpstack", externalId: EUI.toUpperCase() };
  await city.addDevice("manhole-cover", "lora-1", { device });
  const chirpstack = await service("chirpstack", "application/#");
  await sent(chirpstack, `application/a1/device/${EUI}/event/up`, {
    ...{ deduplicationId: "d-1", time: new Date().toISOString(), fCnt: 3, data: "AA==" },
    object: { isOpen: true, tiltDeg: { value: 0.6, unit: "rad" }, pitch: 12 },
    rxInfo: [{ rssi: -97, snr: 7.5 }],
  });
  const order = await until(
    () => phone.orders.find((each) => each.case.assetId === "asset-of-lora-1"),
    "the crew's order",
  );
  expect(order.case).toMatchObject({ state: "DISPATCHED", categoryCode: "0102" });
  const values = await until(
    async () => ((await newest("lora-1")).pitch === undefined ? undefined : newest("lora-1")),
    "the readings",
  );
  expect(values).toMatchObject({ isOpen: 1, pitch: 12, rssiDbm: -97, snrDb: 7.5 });
  expect(values.tiltDeg).toBeCloseTo(34.377, 2);
});

test("The Things Stack: the payload says who it is", async () => {
  const device = { format: "things-stack", externalId: "0004a30b00c0ffee" };
  await city.addDevice("waste-bin", "lora-2", { device });
  const stack = await service("things-stack", "v3/#");
  await sent(stack, "v3/bins@city/devices/bin-17/up", {
    end_device_ids: { device_id: "bin-17", dev_eui: "0004A30B00C0FFEE" },
    uplink_message: {
      ...{ session_key_id: "s", f_cnt: 1, received_at: new Date().toISOString() },
      ...{ decoded_payload: { fillPercent: "41 %" }, rx_metadata: [{ rssi: -88, snr: 6 }] },
    },
  });
  await until(async () => (await newest("lora-2")).fillPercent, "the reading");
  expect(await newest("lora-2")).toEqual({ fillPercent: 41, rssiDbm: -88, snrDb: 6 });
});

test("SenML: a device signs in as itself, in JSON and in CBOR, and may use its own topic alone", async () => {
  const key = await city.addDevice("gas-line", "gl-1", { device: { format: "senml" } });
  const meter = await signIn("gl-1", key);
  await sent(meter, "senml/gl-1", [{ bn: "urn:x:", n: "pressureKpa", u: "Pa", v: 2_100 }]);
  await sent(
    meter,
    "senml/gl-1",
    encode([
      new Map<number, unknown>([
        [0, "flowM3h"],
        [1, "m3/s"],
        [2, 0.01],
      ]),
    ]),
  );
  await until(async () => (await newest("gl-1")).flowM3h, "the reading");
  expect(await newest("gl-1")).toEqual({ pressureKpa: 2.1, flowM3h: 36 });
  const closed = new Promise<void>((resolve) => meter.once("close", () => resolve()));
  meter.publish("senml/gl-2", "[]", { qos: 1 });
  await closed;
});

test("a gateway carries its own device's DevEUI; another's is put aside and knocks", async () => {
  const { body } = await rig.api.post<{ key: string }>("/api/v1/gateways", {
    gatewayId: "roof",
    name: "Roof",
  });
  const device = { format: "chirpstack", externalId: "24e124713b000018", gatewayId: "roof" };
  await city.addDevice("waste-bin", "lora-3", { device });
  const roof = await signIn("roof", body.key);
  const up = { time: new Date().toISOString(), object: { fillPercent: 12 } };
  await sent(roof, `application/a1/device/${EUI}/event/up`, up);
  await sent(roof, "application/a1/device/24e124713b000018/event/up", up);
  await until(async () => (await newest("lora-3")).fillPercent, "the reading");
  const letters = await rig.api.get<{ items: { topic: string; reason: string }[] }>(
    "/api/v1/dead-letters",
  );
  expect(letters.body.items.map(({ topic, reason }) => [topic, reason])).toContainEqual([
    `application/a1/device/${EUI}/event/up`,
    "DEVICE_UNKNOWN",
  ]);
});

test.each([
  [{ format: "chirpstack", externalId: "24e124" }, "wanted its DevEUI, 16 hexadecimal digits"],
  [{ format: "chirpstack" }, "has none, wanted its DevEUI"],
  [{ format: "chirpstack", externalId: EUI }, "belongs to device 'lora-1' already"],
  [{ format: "hj212" }, "wanted its MN"],
])("%j is refused: %s", async (device, text) => {
  await expect(city.addDevice("waste-bin", `bad-${text.length}`, { device })).rejects.toThrow(text);
});
