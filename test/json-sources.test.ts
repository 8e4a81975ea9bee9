/** Vendors' JSON over real MQTT and HTTP: a source is tried on what came, put, and read from then on. */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type City, type CrewOrder, connect, crewPhone, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const SOURCE = {
  topic: "acme/{id}/up",
  mapping: {
    time: { path: "ts", format: "ms" },
    fields: [
      { path: "d.angle", measurement: "tiltDeg", scale: 0.1 },
      { path: "d.lid", measurement: "isOpen", states: { open: 1, shut: 0 } },
    ],
  },
};

let rig: TestPlatform;
let city: City;
let phone: { orders: CrewOrder[]; client: MqttClient };
const clients: MqttClient[] = [];
const keys: Record<string, string> = {};

async function signIn(username: string, key: string): Promise<MqttClient> {
  const client = await connect(rig.ports.mqtt ?? 0, username, key);
  clients.push(client);
  return client;
}

async function sent(client: MqttClient, topic: string, payload: unknown): Promise<void> {
  await client.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
}

const latest = async (deviceId: string): Promise<Record<string, number>> => {
  const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
  const { body } = await rig.api.get<{ items: { measurement: string; value: number }[] }>(path);
  return Object.fromEntries(body.items.map(({ measurement, value }) => [measurement, value]));
};
const lettersOn = async (topic: string): Promise<string[]> => {
  const { body } = await rig.api.get<{ items: { topic: string; reason: string }[] }>(
    "/api/v1/dead-letters",
  );
  return body.items.filter((letter) => letter.topic === topic).map(({ reason }) => reason);
};

interface Tried {
  messages: {
    topic?: string;
    items: {
      externalId?: string;
      values: { measurement: string; value: number; unit?: string }[];
      faults: { code: string; message: string }[];
    }[];
    faults: { code: string }[];
  }[];
}
const tried = async (said: object) =>
  await rig.api.post<Tried & { message?: string }>("/api/v1/json-sources/try", said);

let bridge: MqttClient;

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  phone = await crewPhone(rig.ports.mqtt ?? 0, city.crewKey);
  clients.push(phone.client);
  for (const [gatewayId, name] of [["roof", "Roof"]]) {
    const { body } = await rig.api.post<{ key: string }>("/api/v1/gateways", { gatewayId, name });
    keys[gatewayId ?? ""] = body.key;
  }
  const cover = { format: "json", externalId: "17" };
  keys["cover-1"] = await city.addDevice("manhole-cover", "cover-1", { device: cover });
  const behind = { format: "json", externalId: "18", gatewayId: "roof" };
  await city.addDevice("manhole-cover", "cover-2", { device: behind });
  await city.addDevice("waste-bin", "bin-1", { device: { format: "json" } });
  const rights = { serviceId: "acme", publish: ["acme/#", "fleet/up"], subscribe: [] };
  const service = await rig.api.post<{ key: string }>("/api/v1/services", rights);
  bridge = await signIn("acme", service.body.key);
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

const message = (angle: number, lid = "shut", ts = Date.now()) => ({ ts, d: { angle, lid } });

describe("before a source is put", () => {
  test("what a service sends is remembered, what a gateway sends is put aside, and both are tried", async () => {
    await sent(bridge, "acme/17/up", message(15));
    await sent(bridge, "acme/99/up", { ts: "soon" });
    await sent(await signIn("roof", keys.roof ?? ""), "acme/18/up", message(35));
    await until(async () => (await lettersOn("acme/18/up")).length > 0, "the letter");
    expect(await lettersOn("acme/18/up")).toEqual(["TOPIC_UNKNOWN"]);
    const { status, body } = await tried({ source: SOURCE, against: "last" });
    expect(status).toBe(200);
    const itemOn = (topic: string) => body.messages.find((each) => each.topic === topic)?.items[0];
    expect(itemOn("acme/17/up")).toMatchObject({
      externalId: "17",
      values: [
        { measurement: "tiltDeg", value: 1.5, unit: "°" },
        { measurement: "isOpen", value: 0 },
      ],
      faults: [],
    });
    expect(itemOn("acme/18/up")?.values[0]).toMatchObject({ value: 3.5 });
    expect(itemOn("acme/99/up")?.faults.map(({ code }) => code)).toEqual([
      "DEVICE_UNKNOWN",
      "TIME_INVALID",
    ]);
    expect(body.messages).toHaveLength(3);
    expect(await latest("cover-1")).toEqual({});
  });

  test("a payload is tried where its topic is said", async () => {
    const payload = message(900);
    const absent = await tried({ source: SOURCE, payload });
    expect([absent.status, absent.body.message]).toEqual([
      400,
      expect.stringContaining("field 'topic': absent"),
    ]);
    const wrong = await tried({ source: SOURCE, payload, topic: "acme/17/down" });
    expect(wrong.body.message).toContain("field 'topic': got 'acme/17/down'");
    const lid = await tried({ source: SOURCE, payload, topic: "acme/99/up", class: "lid" });
    expect(lid.body.message).toContain("field 'class': got 'lid', wanted one of manhole-cover");
    const unknown = await tried({
      ...{ source: SOURCE, payload, topic: "acme/99/up", class: "manhole-cover" },
    });
    expect(unknown.body.messages[0]?.items[0]).toMatchObject({
      values: [{ measurement: "tiltDeg", value: 90, unit: "°" }, { measurement: "isOpen" }],
      faults: [{ code: "DEVICE_UNKNOWN" }],
    });
    const { body } = await tried({ source: SOURCE, payload, topic: "acme/17/up" });
    expect(body.messages[0]?.items[0]?.values[0]).toMatchObject({ value: 90 });
  });

  test.each([
    [{ ...SOURCE, topic: "v1/{id}" }, "field 'source.topic'"],
    [{ ...SOURCE, mapping: { fields: [{ path: "a..b", measurement: "x" }] } }, "'a..b' is no path"],
  ])("%j is refused, and the text names what is at fault", async (source, text) => {
    const { status, body } = await tried({ source });
    expect([status, body.message]).toEqual([400, expect.stringContaining(text)]);
  });
});

describe("once it is put", () => {
  beforeAll(async () => {
    const put = await rig.api.replace("/api/v1/json-sources/tilt", SOURCE);
    expect(put).toMatchObject({ status: 200, body: { sourceId: "tilt", topic: "acme/{id}/up" } });
  });

  test("a lid that its service says is open is an order", async () => {
    await sent(bridge, "acme/17/up", message(420, "open"));
    const order = await until(
      () => phone.orders.find((each) => each.case.assetId === "asset-of-cover-1"),
      "the crew's order",
    );
    expect(order.case).toMatchObject({ state: "DISPATCHED", categoryCode: "0102" });
    expect(await latest("cover-1")).toEqual({ tiltDeg: 42, isOpen: 1 });
  });

  test("the device itself may use its own topic, and no other", async () => {
    const device = await signIn("cover-1", keys["cover-1"] ?? "");
    const closed = new Promise<void>((resolve) => device.once("close", () => resolve()));
    await sent(device, "acme/17/up", message(50, "shut", Date.now() + 1));
    await until(async () => (await latest("cover-1")).tiltDeg === 5, "the reading");
    device.publish("acme/18/up", JSON.stringify(message(1)), { qos: 1 });
    await closed;
  });

  test("a gateway speaks for its own device; of another it is put aside and knocks", async () => {
    const roof = await signIn("roof", keys.roof ?? "");
    await sent(roof, "acme/18/up", message(70));
    await until(async () => (await latest("cover-2")).tiltDeg === 7, "the reading");
    await sent(roof, "acme/17/up", message(80));
    await until(async () => (await lettersOn("acme/17/up")).length > 0, "the letter");
    expect(await lettersOn("acme/17/up")).toEqual(["DEVICE_UNKNOWN"]);
  });

  test.each([
    ["acme/+/up", "'acme/{id}/up' of source 'tilt' have topics in common"],
    ["acme/17/+", "'acme/{id}/up' of source 'tilt' have topics in common"],
  ])("another source of %s is refused", async (topic, text) => {
    const other = { ...SOURCE, topic, device: "id" };
    const put = await rig.api.replace<{ message: string }>("/api/v1/json-sources/other", other);
    expect([put.status, put.body.message]).toEqual([400, expect.stringContaining(text)]);
  });

  test("several devices in one message, named by the payload", async () => {
    const fleet = {
      ...{ topic: "fleet/up", device: "meta.id", items: "list" },
      mapping: { fields: [{ path: "level", measurement: "fillPercent" }] },
    };
    await rig.api.replace("/api/v1/json-sources/fleet", fleet);
    const list = [
      { meta: { id: "bin-1" }, level: "41 %" },
      { meta: { id: "404" }, level: 1 },
    ];
    await sent(bridge, "fleet/up", { list });
    await until(async () => (await latest("bin-1")).fillPercent, "the reading");
    expect(await latest("bin-1")).toEqual({ fillPercent: 41 });
    await until(async () => (await lettersOn("fleet/up")).length > 0, "the letter");
    expect(await lettersOn("fleet/up")).toEqual(["DEVICE_UNKNOWN"]);
  });

  test("a push over HTTP says of which source it is", async () => {
    const put = { format: "json", secret: "secretOfTheVendor" };
    await rig.api.replace("/api/v1/intakes/vendor", put);
    const push = async (query: string, body: unknown) => {
      const url = `http://127.0.0.1:${rig.ports.http}/api/v1/intake/json?${query}`;
      const headers = { authorization: "Bearer secretOfTheVendor" };
      const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
      return response.status;
    };
    const list = [{ meta: { id: "bin-1" }, level: 55 }];
    expect(await push("", { list })).toBe(400);
    expect(await push("source=fleet", { list })).toBe(200);
    await until(async () => (await latest("bin-1")).fillPercent === 55, "the reading");
    expect(await push("source=none", { list })).toBe(200);
    await until(async () => (await lettersOn("intake/json/vendor/none")).length > 0, "the letter");
    const source = { device: "meta.id", items: "list", mapping: { fields: [] } };
    const { body } = await tried({ sourceId: "none", source });
    expect(body.messages.map(({ topic }) => topic)).toEqual(["intake/json/vendor/none"]);
  });

  test("sources outlive the platform's end; one that was removed reads nothing", async () => {
    for (const client of clients.splice(0)) await client.endAsync(true);
    rig = await rig.stop("keep").then(() => startPlatform({}, rig.directory));
    const { body } = await rig.api.get<{ items: { sourceId: string }[] }>("/api/v1/json-sources");
    expect(body.items.map(({ sourceId }) => sourceId)).toEqual(["fleet", "tilt"]);
    await rig.platform.registry.jsonSources.remove("tilt");
    expect((await rig.api.get("/api/v1/json-sources/tilt")).status).toBe(404);
    const before = rig.platform.engine.stats().ledger.journaled;
    const { body: service } = await rig.api.post<{ key: string }>("/api/v1/services/acme/key", {});
    await sent(await signIn("acme", service.key), "acme/17/up", message(1));
    expect(rig.platform.engine.stats().ledger.journaled).toBe(before);
  });
});
