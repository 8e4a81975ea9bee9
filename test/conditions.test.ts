/**
 * Conditions of several measurements at the running platform: put over the API, judged by what two
 * devices of one asset say, and known again after a restart.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { HOUR_MS } from "../model/clock.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface ShownAlarm {
  ruleId: string;
  deviceId: string;
  evidence?: { measurement: string; value: number };
}

let rig: TestPlatform;
let city: City;
let clients: MqttClient[] = [];
const keys = new Map<string, string>();

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  keys.set("lid-1", await city.addDevice("manhole-cover", "lid-1"));
  const second = { deviceId: "probe-1", assetId: "asset-of-lid-1", transport: "battery" };
  const { body } = await rig.api.post<{ key: string }>("/api/v1/devices", second);
  keys.set("probe-1", body.key);
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function say(deviceId: string, values: Record<string, unknown>): Promise<void> {
  const client = await connect(rig.ports.mqtt ?? 0, deviceId, keys.get(deviceId) ?? "");
  clients.push(client);
  const topic = `v1/manhole-cover/${deviceId}/telemetry`;
  await client.publishAsync(topic, JSON.stringify({ values }), { qos: 1 });
}

const alarms = async (ruleId: string): Promise<ShownAlarm[]> =>
  (
    await rig.api.get<{ items: ShownAlarm[] }>("/api/v1/alarms?assetId=asset-of-lid-1")
  ).body.items.filter((alarm) => alarm.ruleId === ruleId);

const put = (name: string, when: object) =>
  rig.api.replace<{ code?: string; details?: { faults: object[] } }>(
    `/api/v1/rules/manhole-cover.${name}`,
    {
      class: "manhole-cover",
      title: { zh: "组合", en: "compound" },
      condition: { kind: "compound", when, heldMs: HOUR_MS },
      ...{ onDelayMs: 0, offDelayMs: 0, severity: "major", lifeSafety: false, enabled: true },
      source: "test",
    },
  );

const water = {
  ...{ kind: "limit", measurement: "waterLevelCm", period: "instant", direction: "above" },
  ...{ inclusive: true, raise: 100, clear: 80 },
};
const cold = {
  ...{ kind: "limit", measurement: "temperatureC", period: "instant", direction: "below" },
  ...{ inclusive: true, raise: 0, clear: 2 },
};

test("two devices of one cover complete a condition, the second of them after a restart", async () => {
  expect(await put("icing", { all: [water, cold] })).toMatchObject({ status: 200 });
  await say("probe-1", { waterLevelCm: 120 });
  await until(async () => {
    const latest = await rig.api.get<{ items: unknown[] }>(
      "/api/v1/readings/latest?assetId=asset-of-lid-1",
    );
    return latest.body.items.length > 0;
  }, "the level");
  for (const client of clients) await client.endAsync(true);
  clients = [];
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  await say("lid-1", { temperatureC: -3 });
  const [raised] = await until(async () => {
    const found = await alarms("manhole-cover.icing");
    return found.length > 0 ? found : undefined;
  }, "the alarm");
  expect(raised).toMatchObject({
    deviceId: "lid-1",
    evidence: { measurement: "temperatureC", value: -3 },
  });
  const device = await rig.api.get("/api/v1/devices/probe-1");
  expect(device.body).toMatchObject({ transport: "battery" });
});

test("one that is no sense is refused at its own place", async () => {
  const answer = await put("icing", { all: [water, { ...cold, measurement: "temperature" }] });
  expect(answer).toMatchObject({ status: 400, body: { code: "RULE_INVALID" } });
  expect(answer.body.details?.faults).toEqual([
    {
      path: "condition.when.all[1].measurement",
      wanted: "a measurement of class 'manhole-cover'",
      got: "temperature",
      nearest: "temperatureC",
      reason: "measurement",
      values: { class: "manhole-cover" },
    },
  ]);
  const shape = await put("icing", { all: [water, { ...cold, raise: "cold" }] });
  expect(shape).toMatchObject({ status: 400, body: { code: "REQUEST_INVALID" } });
  expect(JSON.stringify(shape.body)).toContain("all.1.raise");
});
