/**
 * Vendors' scripts from the publish to the reading: frames that no network server has decoded, in the
 * manners of published payload formatters, and scripts that mean harm.
 */
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { ADMIN_PASSWORD, startPlatform, type TestPlatform, until } from "./support/platform.ts";

/** Units glued on, numbers as text, pairs, nested objects, a history, and errors without data. */
const SCRIPT = `
function decodeUplink(input) {
  var b = input.bytes;
  if (b.length < 3) return { errors: ["wanted 3 bytes, got " + b.length] };
  if (b[0] === 0xff) return { data: { temperature: 0 }, errors: ["sensor fault"] };
  var at = Math.floor(new Date(input.recvTime).getTime() / 1000);
  return {
    data: {
      port: input.fPort,
      distance: b[0] * 10 + " mm",
      temperature: b[1] + " ℃",
      battery: String(b[2]),
      tilt: { angle: { value: b[1], unit: "deg" }, status: b[2] > 50 ? "ok" : "error" },
      history: [{ ts: at - 600, temperature: b[1] - 1 + " ℃" }]
    },
    warnings: b[2] < 20 ? ["battery is low"] : []
  };
}
function encodeDownlink(input) {
  return { bytes: [input.data.interval >> 8, input.data.interval & 255], fPort: 85 };
}`;
const DECODER = {
  name: "cover",
  kind: "script",
  script: SCRIPT,
  mapping: {
    fields: [
      { path: "distance", measurement: "waterLevelCm" },
      { path: "temperature", measurement: "temperatureC" },
      { path: "battery", measurement: "batteryPercent" },
      {
        path: "tilt.angle",
        measurement: "tiltDeg",
        validWhen: { path: "tilt.status", is: ["ok"] },
      },
    ],
    rest: "",
  },
  past: {
    elements: "history",
    time: { path: "ts", format: "s" },
    fields: [{ path: "temperature", measurement: "temperatureC" }],
  },
  examples: [
    {
      name: "too short",
      input: { bytes: "0a", fPort: 1 },
      output: { errors: ["whatever it says"] },
    },
  ],
};
const HOSTILE = {
  name: "hostile",
  kind: "script",
  script:
    "function decodeUplink(input) { if (input.bytes[0] === 1) for (;;) {} return { data: { tiltDeg: 1 } }; }",
};

let rig: TestPlatform;
let city: City;
let server: MqttClient;
let token = "";
let key = "";
let count = 0;

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  const right = { serviceId: "servers", publish: ["application/#", "v3/#"], subscribe: [] };
  const { body } = await rig.api.post<{ key: string }>("/api/v1/services", right);
  key = body.key;
  await signInAll();
});

async function signInAll(): Promise<void> {
  server = await connect(rig.ports.mqtt ?? 0, "servers", key);
  const credentials = { username: "admin", password: ADMIN_PASSWORD };
  const login = await rig.api.post<{ token: string }>("/api/v1/login", credentials);
  token = login.body.token;
}

afterAll(async () => {
  await server.endAsync(true);
  await rig.stop();
});

async function call(method: string, path: string, body?: unknown) {
  const answer = await fetch(`http://127.0.0.1:${rig.ports.http}/api/v1/${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? {} : JSON.parse(text) };
}

/** As ChirpStack sends it whose device profile has no codec. */
async function up(eui: string, ...bytes: number[]): Promise<void> {
  count += 1;
  const payload = {
    ...{ deduplicationId: `d-${count}`, time: new Date().toISOString(), fCnt: count, fPort: 85 },
    data: Buffer.from(bytes).toString("base64"),
  };
  const topic = `application/a1/device/${eui}/event/up`;
  await server.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
}

async function newest(deviceId: string): Promise<Record<string, number>> {
  const { body } = await call("GET", `readings/latest?assetId=asset-of-${deviceId}`);
  const items = body.items as { measurement: string; value: number }[];
  return Object.fromEntries(items.map(({ measurement, value }) => [measurement, value]));
}

async function lettersOf(eui: string): Promise<{ reason: string; text: string }[]> {
  const { body } = await call("GET", "dead-letters?limit=500");
  const items = body.items as { topic: string; reason: string; text: string }[];
  return items.filter(({ topic }) => topic.includes(eui));
}

const EUI = "24e124713b000017";

test("a script whose examples it answers is put, and a device's frames become readings", async () => {
  const put = await call("PUT", "decoders/cover", DECODER);
  expect([put.status, put.body.examples]).toEqual([200, [{ name: "too short", differences: [] }]]);
  const device = { format: "chirpstack", externalId: EUI, decoder: "cover" };
  await city.addDevice("manhole-cover", "lora-1", { device });
  await up(EUI, 170, 25, 80);
  await until(async () => (await newest("lora-1")).waterLevelCm, "the reading");
  expect(await newest("lora-1")).toEqual({
    ...{ waterLevelCm: 170, temperatureC: 25, batteryPercent: 80, tiltDeg: 25, port: 85 },
  });
  const span = `from=${new Date(Date.now() - 900_000).toISOString()}&to=${new Date(Date.now() - 300_000).toISOString()}`;
  await until(async () => {
    const path = `readings?assetId=asset-of-lora-1&measurement=temperatureC&${span}`;
    return JSON.stringify((await call("GET", path)).body).includes("24");
  }, "the reading of before");
});

test("an error is put aside with what the script says, and never becomes a 0", async () => {
  await up(EUI, 0xff, 1, 1);
  await up(EUI, 1);
  const texts = await until(async () => {
    const letters = await lettersOf(EUI);
    return letters.length >= 2 ? letters.map(({ reason, text }) => [reason, text]) : undefined;
  }, "the dead letters");
  expect(texts).toContainEqual(["DECODER_REFUSED", "decoder 'cover' says: sensor fault"]);
  expect(texts).toContainEqual(["DECODER_REFUSED", "decoder 'cover' says: wanted 3 bytes, got 1"]);
  expect((await newest("lora-1")).temperatureC).toBe(25);
});

test("an invalid marker beside a number puts that number aside and keeps the others", async () => {
  await up(EUI, 100, 30, 40);
  await until(async () => (await newest("lora-1")).waterLevelCm === 100, "the reading");
  expect(await newest("lora-1")).toMatchObject({ tiltDeg: 25, batteryPercent: 40 });
  expect(await lettersOf(EUI)).toContainEqual(
    expect.objectContaining({
      reason: "VALUE_INVALID",
      text: `'tilt.angle' is not valid: 'tilt.status' is "error"`,
    }),
  );
});

test("The Things Stack's bytes are read by it, too, though its own formatter answered", async () => {
  const device = { format: "things-stack", externalId: "0004a30b00c0ffee", decoder: "cover" };
  await city.addDevice("manhole-cover", "lora-2", { device });
  const uplink = {
    end_device_ids: { device_id: "lid-17", dev_eui: "0004A30B00C0FFEE" },
    uplink_message: {
      ...{ session_key_id: "s", f_cnt: 1, f_port: 7, received_at: new Date().toISOString() },
      frm_payload: Buffer.from([50, 21, 90]).toString("base64"),
      decoded_payload: { temperature: 99 },
    },
  };
  await server.publishAsync("v3/lids@city/devices/lid-17/up", JSON.stringify(uplink), { qos: 1 });
  await until(async () => (await newest("lora-2")).temperatureC, "the reading");
  expect(await newest("lora-2")).toMatchObject({ temperatureC: 21, waterLevelCm: 50, port: 7 });
});

test("a script is tried on frames, and on a device's last uplinks", async () => {
  const said = await call("POST", "decoders/try", {
    ...{ decoder: "cover", class: "manhole-cover" },
    inputs: [{ bytes: "0a1910", fPort: 3, recvTime: "2026-11-22T08:30:05+08:00" }, { bytes: [1] }],
  });
  expect(said.body.inputs[0]).toMatchObject({
    tree: { port: 3, distance: "100 mm", temperature: "25 ℃" },
    warnings: ["battery is low"],
    faults: [{ reason: "VALUE_INVALID" }],
    unmapped: [{ path: "port", value: 3 }],
  });
  expect(said.body.inputs[1].faults).toEqual([
    { reason: "DECODER_REFUSED", text: "decoder 'cover' says: wanted 3 bytes, got 1" },
  ]);
  const last = await call("POST", "decoders/try", { deviceId: "lora-1" });
  expect(last.body.inputs.length).toBeGreaterThanOrEqual(4);
  expect(last.body.inputs[0].tree).toMatchObject({ distance: "1000 mm" });
});

test("a script that answers something else than its examples is refused, with the difference", async () => {
  const examples = [
    {
      name: "vendor's",
      input: { bytes: [10, 25, 80], fPort: 85, recvTime: "2026-11-22T00:30:05Z" },
      output: { data: { distance: "100 mm", temperature: "26 ℃" } },
    },
  ];
  const { status, body } = await call("PUT", "decoders/other", { ...DECODER, examples });
  expect([status, body.code]).toEqual([400, "DECODER_EXAMPLES_DIFFER"]);
  expect(body.details.differences[0].differences).toContainEqual({
    ...{ path: "data.temperature", wanted: "26 ℃", got: "25 ℃" },
  });
});

test("what is no script is refused with its first example", async () => {
  const body = { ...DECODER, script: "function decodeUplink( {" };
  const refused = await call("PUT", "decoders/other", body);
  expect([refused.status, refused.body.code]).toEqual([400, "DECODER_EXAMPLES_DIFFER"]);
  expect(JSON.stringify(refused.body.details)).toContain("syntax");
});

describe("a script that runs for ever", () => {
  const BAD = "24e124713b0000bad".slice(0, 16);

  const notices = async () => (await call("GET", "notices?limit=100")).body.items;

  test("costs its own uplinks alone, is switched off, and engineers are told", async () => {
    expect((await call("PUT", "decoders/hostile", HOSTILE)).status).toBe(200);
    const device = { format: "chirpstack", externalId: BAD, decoder: "hostile" };
    await city.addDevice("manhole-cover", "bad-1", { device });
    await up(BAD, 2);
    await until(async () => (await newest("bad-1")).tiltDeg, "the reading before");
    for (let n = 0; n <= LIMITS.decoderFaultsMax; n += 1) await up(BAD, 1, n);
    await up(EUI, 77, 20, 80);
    await until(async () => (await newest("lora-1")).waterLevelCm === 77, "the other's reading");
    const off = await until(async () => (await call("GET", "decoders/hostile")).body.off, "off");
    expect(off.reason).toContain("time");
    const failed = await lettersOf(BAD);
    expect(new Set(failed.map(({ reason }) => reason))).toEqual(new Set(["DECODER_FAILED"]));
    await expect.poll(notices).toContainEqual(
      expect.objectContaining({
        ...{ kind: "decoder-off", role: "engineer" },
        noticeId: expect.stringMatching(/^decoder-off-hostile-1-\d+$/),
      }),
    );
  });

  test("while it is off its uplinks are put aside, also after a restart", async () => {
    await server.endAsync(true);
    await rig.stop("keep");
    rig = await startPlatform({}, rig.directory);
    await signInAll();
    await up(BAD, 2);
    await until(
      async () => (await lettersOf(BAD)).some(({ reason }) => reason === "DECODER_OFF"),
      "the dead letter",
    );
    expect((await call("GET", "decoders/hostile")).body.version).toBe(1);
  });

  test("is on again once a corrected one is put, and the notice is done", async () => {
    const script = "function decodeUplink(input) { return { data: { tiltDeg: 33 } }; }";
    const put = await call("PUT", "decoders/hostile", { ...HOSTILE, script });
    expect([put.body.version, put.body.off]).toEqual([2, undefined]);
    await up(BAD, 1);
    await until(async () => (await newest("bad-1")).tiltDeg === 33, "the reading");
    await expect
      .poll(notices)
      .toContainEqual(expect.objectContaining({ kind: "decoder-off", doneBy: "system" }));
  });
});
