/** From a lifted lid to a crew's order and to the closed case, on the real platform. */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, type CrewOrder, connect, crewPhone, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

let rig: TestPlatform;
let city: City;
let phone: { orders: CrewOrder[]; ids: string[]; client: MqttClient };
const clients: MqttClient[] = [];

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_HJ212_PORT: "0" });
  city = await foundCity(rig.api);
  phone = await crewPhone(rig.ports.mqtt ?? 0, city.crewKey);
  clients.push(phone.client);
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function deviceOf(slug: string, deviceId: string, more?: Record<string, unknown>) {
  const key = await city.addDevice(slug, deviceId, more);
  const client = await connect(rig.ports.mqtt ?? 0, deviceId, key);
  clients.push(client);
  const topic = `v1/${slug}/${deviceId}/telemetry`;
  return {
    send: (payload: unknown) => client.publishAsync(topic, JSON.stringify(payload), { qos: 1 }),
    client,
    topic,
  };
}

const orderFor = (deviceId: string): CrewOrder | undefined =>
  phone.orders.find((order) => order.case.assetId === `asset-of-${deviceId}`);

interface ShownCase {
  caseNo: string;
  state: string;
  version: number;
  deadline: string;
  dispatchedAt: string;
  unitId: string;
  history: { event: string; to: string }[];
  evidence: { measurement: string; value: number }[];
}

test("a lifted lid becomes one case with a deadline at its unit, and the crew has the order", async () => {
  const cover = await deviceOf("manhole-cover", "mc-1");
  await cover.send({ values: { tiltDeg: 38.5, isOpen: true, ch4LelPercent: 3 } });
  const order = await until(() => orderFor("mc-1"), "the crew's order");
  expect(order).toMatchObject({
    kind: "dispatched",
    case: { state: "DISPATCHED", unitId: "works", crewId: "crew-1", categoryCode: "0102" },
  });
  expect(order.case.caseNo).toMatch(/^411524\d{8}\d{5}$/);
  expect(order.hazards.length).toBeGreaterThan(0);
  const { body } = await rig.api.get<ShownCase>(`/api/v1/cases/${order.case.caseNo}`);
  expect(Date.parse(body.deadline) - Date.parse(body.dispatchedAt)).toBe(2 * 3_600_000);
  expect(body.history.map((entry) => entry.to)).toContain("DISPATCHED");
  expect(body.evidence.length).toBeGreaterThan(0);
});

test("further alarms of the same fault join the open case and bring no second order", async () => {
  const cover = await deviceOf("manhole-cover", "mc-2");
  await cover.send({ values: { isOpen: true } });
  await until(() => orderFor("mc-2"), "the first order");
  await cover.send({ values: { tiltDeg: 55 } });
  const joined = await until(async () => {
    const caseNo = orderFor("mc-2")?.case.caseNo ?? "";
    const { body } = await rig.api.get<ShownCase>(`/api/v1/cases/${caseNo}`);
    return body.evidence.length === 2 ? body : undefined;
  }, "the second alarm to join");
  expect(joined.evidence.map((each) => each.measurement).sort()).toEqual(["isOpen", "tiltDeg"]);
  const mine = phone.orders.filter((order) => order.case.assetId === "asset-of-mc-2");
  expect(mine).toHaveLength(1);
});

test("what was acknowledged is in the readings, raw, by bucket and as the newest", async () => {
  const bin = await deviceOf("waste-bin", "bin-1");
  const at = Date.now() - 60_000;
  await bin.send([
    { observedAt: at + 2, values: { fillPercent: 30 } },
    { observedAt: at, values: { fillPercent: 10 } },
    { observedAt: at + 1, values: { fillPercent: 20 } },
  ]);
  const query = `assetId=asset-of-bin-1&measurement=fillPercent&from=${encodeURIComponent(new Date(at).toISOString())}&to=${encodeURIComponent(new Date(at + 1000).toISOString())}`;
  const raw = await until(async () => {
    const { body } = await rig.api.get<{ series: { points: [number, number][]; unit: string }[] }>(
      `/api/v1/readings?${query}`,
    );
    return body.series[0]?.points.length === 3 ? body.series[0] : undefined;
  }, "the readings");
  expect(raw).toMatchObject({
    unit: "%",
    points: [
      [at, 10],
      [at + 1, 20],
      [at + 2, 30],
    ],
  });
  const hourly = await rig.api.get<{ series: { points: [number, number][] }[] }>(
    `/api/v1/readings?${query}&every=1h&fn=mean`,
  );
  expect(hourly.body.series[0]?.points.map(([, value]) => value)).toEqual([20]);
  const latest = await rig.api.get<{ items: { value: number; quality: string }[] }>(
    "/api/v1/readings/latest?assetId=asset-of-bin-1",
  );
  expect(latest.body.items).toMatchObject([{ value: 30, quality: "good" }]);
});

test("the same batch sent three times is stored once", async () => {
  const bin = await deviceOf("waste-bin", "bin-2");
  const before = rig.platform.engine.stats().ledger;
  const batch = { observedAt: Date.now(), values: { fillPercent: 40, temperatureC: 21 } };
  for (let n = 0; n < 3; n += 1) await bin.send(batch);
  await bin.send({ ...batch, values: { fillPercent: 41 } });
  const after = await until(() => {
    const { ledger } = rig.platform.engine.stats();
    return ledger.journaled - before.journaled === 7 ? ledger : undefined;
  }, "the ledger");
  expect(after.stored - before.stored).toBe(2);
  expect(after.duplicate - before.duplicate).toBe(4);
  expect(after.conflict - before.conflict).toBe(1);
});

test("what cannot be read is acknowledged and listed as a dead letter with its reason", async () => {
  const lamp = await deviceOf("streetlight", "lamp-1");
  await lamp.client.publishAsync(lamp.topic, "not json", { qos: 1 });
  await lamp.send({ values: { powerW: "12 W", voltageV: null } });
  const letters = await until(async () => {
    const { body } = await rig.api.get<{ items: { topic: string; reason?: string }[] }>(
      "/api/v1/dead-letters",
    );
    const mine = body.items.filter((item) => item.topic === lamp.topic);
    return mine.length >= 2 ? mine : undefined;
  }, "the dead letters");
  expect(JSON.stringify(letters)).toContain("NOT_JSON");
  expect(JSON.stringify(letters)).toContain("VALUE_INVALID");
});

test("a device on a topic that is not its own is cut off, and nothing is stored", async () => {
  const cover = await deviceOf("manhole-cover", "mc-3");
  const before = rig.platform.engine.stats().ledger.journaled;
  const closed = new Promise<void>((resolve) => cover.client.once("close", () => resolve()));
  cover.client.publish("v1/manhole-cover/mc-1/telemetry", '{"values":{"tiltDeg":1}}', { qos: 1 });
  await closed;
  expect(rig.platform.engine.stats().ledger.journaled).toBe(before);
});

test("a gateway's publish for a stranger is acknowledged, put aside and remembered as knocking", async () => {
  const gateway = await rig.api.post<{ key: string }>("/api/v1/gateways", {
    gatewayId: "gw-1",
    name: "Gateway 1",
  });
  const client = await connect(rig.ports.mqtt ?? 0, "gw-1", gateway.body.key);
  clients.push(client);
  await client.publishAsync("v1/waste-bin/nobody/telemetry", '{"values":{"fillPercent":5}}', {
    qos: 1,
  });
  await until(async () => {
    const { body } = await rig.api.get<unknown>("/api/v1/dead-letters");
    return JSON.stringify(body).includes("DEVICE_UNKNOWN");
  }, "the dead letter");
  const key = await city.addDevice("waste-bin", "bin-3", { device: { gatewayId: "gw-1" } });
  expect(key).not.toBe("");
  await client.publishAsync("v1/waste-bin/bin-3/telemetry", '{"values":{"fillPercent":5}}', {
    qos: 1,
  });
  await until(async () => {
    const { body } = await rig.api.get<{ items: unknown[] }>(
      "/api/v1/readings/latest?assetId=asset-of-bin-3",
    );
    return body.items.length === 1;
  }, "the reading by the gateway");
});

test("start, feedback and the shift lead's close take the case through its stages", async () => {
  const { body: report } = await rig.api.post<ShownCase>("/api/v1/cases", {
    kind: "component",
    description: "a bench is broken",
    lon: 115.41,
    lat: 31.8,
    source: "citizen",
  });
  const move = (event: string, more: object = {}) =>
    rig.api.post<ShownCase>(`/api/v1/cases/${report.caseNo}/transitions`, { event, ...more });
  expect(report.state).toBe("REPORTED");
  expect((await move("confirm")).body.state).toBe("DISPATCHED");
  const refused = await move("close");
  expect(refused).toMatchObject({ status: 409, body: { code: "CASE_TRANSITION_REFUSED" } });
  expect((await move("start", { version: 1 })).body).toMatchObject({
    code: "CASE_VERSION_CONFLICT",
  });
  expect((await move("start")).body.state).toBe("HANDLING");
  expect((await move("feedback", { note: "mended" })).body.state).toBe("CHECKING");
  expect((await move("checkPass")).body.state).toBe("PENDING_CLOSE");
  expect((await move("close")).body.state).toBe("CLOSED");
});

test("health, readiness, metrics and the API document answer without a token", async () => {
  for (const path of ["/healthz", "/readyz", "/metrics", "/openapi.json", "/"]) {
    const response = await fetch(`http://127.0.0.1:${rig.ports.http}${path}`);
    expect([path, response.status]).toEqual([path, 200]);
    await response.arrayBuffer();
  }
});
