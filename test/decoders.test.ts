/** Decoders over the API and real MQTT: put, tried, named by devices, and what their uplinks become. */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type City, connect, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const EUI = "24e124713b000017";
const DISTANCE = {
  name: "EM400 distance",
  kind: "table",
  vendor: "Milesight",
  mapping: {
    fields: [
      { path: "distance", measurement: "waterLevelCm", invalid: [65_535] },
      { path: "position", measurement: "isOpen", states: { tilt: 1, normal: 0 } },
      { path: "env.temp", measurement: "temperatureC" },
    ],
    rest: "",
  },
  past: {
    elements: "history",
    time: { path: "timestamp", format: "s" },
    fields: [{ path: "distance", measurement: "waterLevelCm" }],
  },
};

let rig: TestPlatform;
let city: City;
let server: MqttClient;
let fCnt = 0;

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  const right = { serviceId: "chirpstack", publish: ["application/#"], subscribe: [] };
  const { body } = await rig.api.post<{ key: string }>("/api/v1/services", right);
  server = await connect(rig.ports.mqtt ?? 0, "chirpstack", body.key);
});
afterAll(async () => {
  await server.endAsync(true);
  await rig.stop();
});

async function up(eui: string, more: object): Promise<void> {
  fCnt += 1;
  const payload = { deduplicationId: `d-${fCnt}`, time: new Date().toISOString(), fCnt, ...more };
  const topic = `application/a1/device/${eui}/event/up`;
  await server.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
}

async function newest(deviceId: string): Promise<Record<string, number>> {
  const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
  const { body } = await rig.api.get<{ items: { measurement: string; value: number }[] }>(path);
  return Object.fromEntries(body.items.map(({ measurement, value }) => [measurement, value]));
}

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await token()}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
}

let tokenKept: string | undefined;
async function token(): Promise<string> {
  if (tokenKept !== undefined) return tokenKept;
  const login = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "admin", password: "for-tests-only" }),
  });
  const { token: got } = (await login.json()) as { token: string };
  tokenKept = got;
  return got;
}

describe("a table", () => {
  test("is put before a device may name it", async () => {
    const device = { format: "chirpstack", externalId: EUI, decoder: "em400" };
    await expect(city.addDevice("manhole-cover", "early", { device })).rejects.toThrow(
      "no decoder has the id 'em400'; put it at /api/v1/decoders/{decoderId} first",
    );
    const put = await call("PUT", "decoders/em400", DISTANCE);
    expect([put.status, put.body]).toEqual([
      200,
      { decoderId: "em400", version: 1, ...partOf(DISTANCE), examples: [] },
    ]);
    await city.addDevice("manhole-cover", "lora-1", { device });
  });

  test("maps what a network server's codec answers, with its readings of before", async () => {
    const at = Math.floor(Date.now() / 1_000) - 600;
    await up(EUI, {
      object: {
        distance: "1700 mm",
        position: "tilt",
        env: { temp: { value: 77, unit: "°F" } },
        pitch: 12,
        history: [
          { timestamp: at, distance: "1600 mm" },
          { timestamp: at + 60, distance: "n/a" },
        ],
      },
    });
    await until(async () => (await newest("lora-1")).waterLevelCm, "the reading");
    expect(await newest("lora-1")).toEqual({
      ...{ waterLevelCm: 170, isOpen: 1, temperatureC: 25, pitch: 12 },
    });
    const span = `from=${new Date(at * 1_000 - 1).toISOString()}&to=${new Date(at * 1_000 + 1).toISOString()}`;
    const before = await until(async () => {
      const path = `readings?assetId=asset-of-lora-1&measurement=waterLevelCm&${span}`;
      const { body } = await call("GET", path);
      return JSON.stringify(body).includes("160") ? body : undefined;
    }, "the reading of before");
    expect(before).toBeDefined();
    const letters = await call("GET", "dead-letters");
    expect(letters.body.items).toContainEqual(
      expect.objectContaining({
        reason: "VALUE_INVALID",
        text: expect.stringContaining("'distance': \"n/a\" is no number"),
      }),
    );
  });

  test("is another version once it is changed, which the next uplink is read by", async () => {
    expect((await call("PUT", "decoders/em400", DISTANCE)).body.version).toBe(1);
    const fields = [{ path: "distance", measurement: "waterLevelCm", unit: "mm", scale: 2 }];
    const changed = { ...DISTANCE, mapping: { fields } };
    expect((await call("PUT", "decoders/em400", changed)).body.version).toBe(2);
    await up(EUI, { object: { distance: 100 } });
    await until(async () => (await newest("lora-1")).waterLevelCm === 20, "the reading");
  });

  test("does not read what the platform itself makes of a status", async () => {
    const status = { time: new Date().toISOString(), margin: 7, batteryLevel: 84.2 };
    const topic = `application/a1/device/${EUI}/event/status`;
    await server.publishAsync(topic, JSON.stringify(status), { qos: 1 });
    await until(async () => (await newest("lora-1")).batteryPercent, "the battery");
    expect(await newest("lora-1")).toMatchObject({ batteryPercent: 84.2, linkMarginDb: 7 });
  });

  test("that a device names is not removed; afterwards its id begins with a new version", async () => {
    const refused = await call("DELETE", "decoders/em400");
    expect([refused.status, refused.body.code, refused.body.details]).toEqual([
      409,
      "DECODER_IN_USE",
      { count: 1, devices: ["lora-1"] },
    ]);
    const patched = await call("PATCH", "devices/lora-1", { decoder: null });
    expect(patched.status).toBe(200);
    expect((await call("DELETE", "decoders/em400")).status).toBe(204);
    expect((await call("DELETE", "decoders/em400")).status).toBe(404);
    expect((await call("PUT", "decoders/em400", DISTANCE)).body.version).toBe(3);
    expect((await call("PATCH", "devices/lora-1", { decoder: "em400" })).status).toBe(200);
  });

  test("is refused where its examples say something else, with where they do", async () => {
    const examples = [
      {
        name: "full",
        class: "manhole-cover",
        input: { distance: "1 m" },
        output: { waterLevelCm: 90 },
      },
    ];
    const refused = await call("PUT", "decoders/other", { ...DISTANCE, examples });
    expect([refused.status, refused.body.code]).toEqual([400, "DECODER_EXAMPLES_DIFFER"]);
    expect(refused.body.details.differences).toEqual([
      { name: "full", differences: [{ path: "waterLevelCm", wanted: 90, got: 100 }] },
    ]);
    expect((await call("GET", "decoders/other")).status).toBe(404);
    const forced = await call("PUT", "decoders/other?force=true", { ...DISTANCE, examples });
    expect([forced.status, forced.body.examples[0].differences.length]).toEqual([200, 1]);
  });
});

describe("a try", () => {
  test("of a device's last uplinks shows what a decoder would make of them", async () => {
    const asked = { deviceId: "lora-1", decoder: { ...DISTANCE, mapping: { fields: [] } } };
    const { status, body } = await call("POST", "decoders/try", asked);
    expect(status).toBe(200);
    expect(body.inputs).toHaveLength(2);
    expect(body.inputs[0]).toMatchObject({
      tree: { distance: 100 },
      receivedAt: expect.stringContaining("T"),
      values: [],
      unmapped: [{ path: "distance", value: 100 }],
    });
    expect(body.inputs[1].values).toMatchObject([{ measurement: "waterLevelCm", value: 160 }]);
    expect(body.inputs[1].faults[0].reason).toBe("VALUE_INVALID");
    expect((await newest("lora-1")).waterLevelCm).toBe(20);
  });

  test("suggests a mapping for a device that has none", async () => {
    await city.addDevice("waste-bin", "lora-2", {
      device: { format: "chirpstack", externalId: "24e124713b000018" },
    });
    await up("24e124713b000018", { object: { 满溢度: "41 %", wendu: "21 ℃", sn: "6713" } });
    await until(async () => (await newest("lora-2")).满溢度 ?? "x", "the uplink");
    const { body } = await call("POST", "decoders/try", { deviceId: "lora-2" });
    expect(body.suggestion.mapping.fields).toEqual([
      { path: "满溢度", measurement: "fillPercent" },
      { path: "wendu", measurement: "temperatureC" },
    ]);
    const decoder = { name: "bin", kind: "table", ...body.suggestion };
    delete (decoder as { why?: unknown }).why;
    expect((await call("PUT", "decoders/bin", decoder)).status).toBe(200);
    expect((await call("PATCH", "devices/lora-2", { decoder: "bin" })).status).toBe(200);
    await up("24e124713b000018", { object: { 满溢度: "42 %", wendu: "22 ℃" } });
    await until(async () => (await newest("lora-2")).fillPercent === 42, "the reading");
  });

  test.each([
    [{ inputs: [{}], class: "nothing" }, 400, "field 'class': got 'nothing', wanted one of"],
    [{}, 400, "'inputs' or a 'deviceId' is wanted"],
    [{ deviceId: "none" }, 404, "no device has the id 'none'"],
    [{ decoder: "none", inputs: [{}] }, 404, "no decoder has the id 'none'"],
    [
      { decoder: { name: "x", kind: "script", script: "x" }, inputs: [{ bytes: "0G" }] },
      400,
      "field 'inputs.0.bytes': ",
    ],
  ])("of %j is refused", async (asked, wanted, text) => {
    const { status, body } = await call("POST", "decoders/try", asked);
    expect([status, body.message]).toEqual([wanted, expect.stringContaining(text)]);
  });

  test("flags what is beyond what its measurement can be", async () => {
    const { body } = await call("POST", "decoders/try", {
      ...{ decoder: "em400", class: "manhole-cover" },
      inputs: [{ distance: "99 m" }],
    });
    expect(body.inputs[0].values).toEqual([
      {
        ...{ measurement: "waterLevelCm", value: 9_900, unit: "cm" },
        flagged: "the value is above the physical range of its measurement",
      },
    ]);
  });
});

test("decoders outlive the platform's end", async () => {
  await server.endAsync(true);
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  tokenKept = undefined;
  const one = await call("GET", "decoders/em400");
  expect(one.body).toEqual({ decoderId: "em400", version: 3, ...DISTANCE });
});

function partOf({ name, kind, vendor }: typeof DISTANCE) {
  return { name, kind, vendor };
}
