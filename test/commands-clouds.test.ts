/**
 * Commands through CTWing's and OneNET's HTTP APIs: real counterparts that check each signature as
 * the platforms' pages say, and the pushes that bring the results.
 */
import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { createClouds } from "../app/command-clouds.ts";
import { manualClock } from "../model/clock.ts";
import { memoryMetrics } from "../model/metrics.ts";
import {
  type Asked,
  type ChannelServer,
  type Manner,
  startChannelServer,
} from "./support/channel-server.ts";
import { type City, foundCity } from "./support/city.ts";
import { commandCalls, commandsOf, type Told } from "./support/command-calls.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const APP = { key: "dAaFG7DiPt8", secret: "FJDq8agNp5" };
const MASTER_KEY = "f9ceed06f3374bb28cfc0083e2899bac";
const PRODUCT = "15000001";
const ONENET_KEY = "KuF3NT/jUBJ62LNBB/A8XZA9CqS3Cu79B/ABmfA1UCw=";
const IMEI = "861050040000017";
const CT_DEVICE = "40edca19b0124480864366de4621de99";

let rig: TestPlatform;
let city: City;
let ctwing: ChannelServer;
let onenet: ChannelServer;
let secret = "";
/** What the counterparts say to a call whose signature is right. */
let manner: Manner = {};
const { tell, toldOf, untilIs } = commandCalls(() => rig);

const json = (body: object): Manner => ({ body: JSON.stringify(body) });
const DENIED: Manner = { status: 401, body: '{"code":401,"msg":"signature"}' };

function ctwingCounterpart({ method, path, headers, body }: Asked): Manner {
  const { application, timestamp, masterkey, signature, version } = headers;
  const isThere = method === "POST" && path === "/aep_device_command/command";
  if (!isThere || version !== "20190712225145") return { status: 404 };
  const lines = [`application:${application}`, `timestamp:${timestamp}`, `MasterKey:${masterkey}`];
  const text = `${[...lines, body].join("\n")}\n`;
  const wanted = createHmac("sha1", APP.secret).update(text).digest("base64");
  const isLate = Math.abs(Date.now() - Number(timestamp)) > 60_000;
  const isKnown = application === APP.key && masterkey === MASTER_KEY;
  return signature === wanted && isKnown && !isLate ? manner : DENIED;
}

function onenetCounterpart({ method, path, headers }: Asked): Manner {
  if (method !== "POST" || path !== "/thingmodel/set-device-property") return { status: 404 };
  const token = new URLSearchParams(String(headers.authorization).replaceAll("+", "%2B"));
  const said = (name: string) => token.get(name) ?? "";
  const text = ["et", "method", "res", "version"].map(said).join("\n");
  const key = Buffer.from(ONENET_KEY, "base64");
  const wanted = createHmac(said("method"), key).update(text).digest("base64");
  const isGood = said("sign") === wanted && said("res") === "products/Hk3v9";
  return isGood && Number(said("et")) * 1_000 > Date.now() ? manner : DENIED;
}

async function push(format: string, body: object): Promise<void> {
  const url = `http://127.0.0.1:${rig.ports.http}/api/v1/intake/${format}?key=${secret}`;
  const headers = { "content-type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}
const report = (IMEI: string, deviceId: string) =>
  push("ctwing", {
    ...{ messageType: "dataReport", IMEI, deviceId, productId: PRODUCT, timestamp: Date.now() },
    payload: { fillPercent: 40 },
  });
const respond = (taskId: number, resultCode: string, deviceId = CT_DEVICE) =>
  push("ctwing", {
    ...{ messageType: "commandResponse", protocol: "lwm2m", tenantId: "1", productId: PRODUCT },
    ...{ deviceId, taskId, timestamp: Date.now(), result: { resultCode, resultDetail: "" } },
  });
/** Pushed again as long as nobody knows the id yet, as CTWing does what was not taken. */
const untilPushed = (
  deviceId: string,
  { commandId }: Told,
  state: string,
  say: () => Promise<void>,
) =>
  until(async () => {
    await say();
    return (await toldOf(deviceId, commandId))?.state === state;
  }, `the command to be ${state}`);
const raw = (args: object, more: object = {}) => ({ name: "raw", args, ...more });
const bodyOf = ({ asked }: ChannelServer) => JSON.parse(asked.at(-1)?.body ?? "{}");

beforeAll(async () => {
  ctwing = await startChannelServer(ctwingCounterpart);
  onenet = await startChannelServer(onenetCounterpart);
  rig = await startPlatform({
    GRIDWARDEN_CTWING_URL: ctwing.url,
    GRIDWARDEN_CTWING_APP_KEY: APP.key,
    GRIDWARDEN_CTWING_APP_SECRET: APP.secret,
    GRIDWARDEN_CTWING_MASTER_KEYS: `${PRODUCT}=${MASTER_KEY}`,
    GRIDWARDEN_ONENET_URL: onenet.url,
    GRIDWARDEN_ONENET_KEYS: `Hk3v9=${ONENET_KEY}`,
  });
  city = await foundCity(rig.api);
  const door = await rig.api.replace<{ secret: string }>("/api/v1/intakes/ct", {
    format: "ctwing",
  });
  secret = door.body.secret;
  await city.addDevice("waste-bin", "bin-1", { device: { format: "ctwing", externalId: IMEI } });
  const other = { device: { format: "ctwing", externalId: "ct-2" } };
  await city.addDevice("waste-bin", "bin-2", other);
  const lamp = { device: { format: "onenet", externalId: "Hk3v9:lamp-1" } };
  await city.addDevice("streetlight", "lamp-1", lamp);
});
beforeEach(() => {
  ctwing.asked.length = 0;
  onenet.asked.length = 0;
});
afterAll(async () => {
  await rig.stop();
  await ctwing.stop();
  await onenet.stop();
});

test("CTWing is told once the device was heard, and its commandResponse is the result", async () => {
  manner = json({ code: 0, msg: "ok", result: { commandId: "11", commandStatus: "指令已保存" } });
  const fields = { serviceIdentifier: "8001", params: { interval: 30 } };
  const command = await tell("bin-1", raw({ fields }, { ttlSeconds: 600 }));
  await report(IMEI, CT_DEVICE);
  await untilIs("bin-1", command, "sent");
  await expect.poll(() => ctwing.asked.length).toBe(1);
  const { ttl, ...rest } = bodyOf(ctwing);
  expect(rest).toEqual({
    ...{ content: fields, deviceId: CT_DEVICE, operator: "admin", productId: 15000001, level: 1 },
  });
  expect(ttl).toBeGreaterThan(500);
  await respond(11, "SAVED");
  await untilPushed("bin-1", command, "delivered", () => respond(11, "SENT"));
  await respond(12, "DELIVERED");
  expect(await toldOf("bin-1", command.commandId)).toMatchObject({ state: "delivered" });
  await untilPushed("bin-1", command, "done", () => respond(11, "DELIVERED"));
});

test("bytes go in hexadecimal; what CTWing could not hand over is refused with its word", async () => {
  manner = json({ code: 0, result: { commandId: 21 } });
  const once = { mode: "at-most-once" };
  const command = await tell("bin-1", raw({ base64: "AQL/" }, once));
  await untilIs("bin-1", command, "sent");
  await expect.poll(() => ctwing.asked.length).toBe(1);
  expect(bodyOf(ctwing).content).toEqual({ dataType: 2, payload: "0102ff" });
  await untilPushed("bin-1", command, "refused", () => respond(21, "TIMEOUT"));
  expect(await untilIs("bin-1", command, "refused")).toMatchObject({ message: "TIMEOUT" });
});

test("two devices of CTWing may count their commands alike", async () => {
  manner = json({ code: 0, result: { commandId: "1" } });
  await report("", "ct-2");
  const base64 = raw({ base64: "AQ==" });
  const first = await tell("bin-1", base64);
  await untilIs("bin-1", first, "sent");
  const second = await tell("bin-2", base64);
  await untilIs("bin-2", second, "sent");
  await expect.poll(() => ctwing.asked.length).toBe(2);
  await untilPushed("bin-2", second, "done", () => respond(1, "COMPLETED", "ct-2"));
  await untilIs("bin-1", first, "sent");
});

test("what CTWing has no form for, or refuses, is refused with the cure or with its words", async () => {
  const plain = await tell("bin-2", raw({ fields: { interval: 30 } }));
  const refused = await untilIs("bin-2", plain, "refused");
  expect(refused.message).toContain('or with \'fields\' {"serviceIdentifier", "params"}');
  expect(ctwing.asked).toEqual([]);
  manner = json({ code: 1203, msg: "设备不存在" });
  const gone = await tell("bin-2", raw({ base64: "AQ==" }));
  expect((await untilIs("bin-2", gone, "refused")).message).toContain("设备不存在");
});

test("OneNET is told properties, and its answer is the device's", async () => {
  manner = json({ code: 0, msg: "succ", request_id: "r-1" });
  const dim = await tell("lamp-1", { name: "dim", args: { percent: 60 } });
  await untilIs("lamp-1", dim, "done");
  expect(bodyOf(onenet)).toEqual({
    ...{ product_id: "Hk3v9", device_name: "lamp-1", params: { dimPercent: 60 } },
  });
  manner = json({ code: 10421, msg: "device not online" });
  const off = await tell("lamp-1", { name: "off" });
  expect((await untilIs("lamp-1", off, "refused")).message).toContain("device not online");
  const bytes = await rig.api.post<{ message: string }>(
    commandsOf("lamp-1"),
    raw({ base64: "AQ==" }),
  );
  expect([bytes.status, bytes.body.message]).toEqual([409, expect.stringContaining("no bytes")]);
});

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function doorTo(answer: Manner, isStopped = false) {
  const server = await startChannelServer(() => answer);
  if (isStopped) await server.stop();
  else ends.push(() => server.stop());
  const clock = manualClock(Date.now());
  const masterKeys = { [PRODUCT]: MASTER_KEY };
  const access = { url: server.url, appKey: APP.key, appSecret: APP.secret, masterKeys };
  const clouds = createClouds(
    { clock, metrics: memoryMetrics() },
    { ctwing: access, onenet: undefined },
  );
  const send = (productId = PRODUCT) =>
    clouds.send({ kind: "ctwing", productId, device: "d" }, "{}");
  return { clouds, clock, send };
}

test("what cannot have left is said to be unsent, and the platform is left alone, longer each time", async () => {
  const { clouds, clock, send } = await doorTo({}, true);
  expect([clouds.isUp("ctwing"), clouds.isUp("onenet")]).toEqual([true, false]);
  for (const seconds of [5, 10, 20]) {
    expect(await send()).toMatchObject({ kind: "unsent", why: expect.stringContaining("ECONN") });
    clock.advance(seconds * 1_000 - 1);
    expect(clouds.isUp("ctwing")).toBe(false);
    clock.advance(1);
    expect(clouds.isUp("ctwing")).toBe(true);
  }
});

test.each<[string, Manner]>([
  ["half", "half"],
  ["is redirected", { status: 302, headers: { location: "/elsewhere" } }],
  ["is too long", { body: "x".repeat(70_000) }],
  ["says nothing of it", { status: 503 }],
])("an answer that %s leaves it open whether the command was taken", async (_what, answer) => {
  const { clouds, send } = await doorTo(answer);
  await expect(send()).rejects.toThrow();
  expect(clouds.isUp("ctwing")).toBe(true);
});

test("of a product without a key nothing is asked, and the cure is said", async () => {
  const { send } = await doorTo({ body: '{"code":0}' });
  expect(await send("16")).toMatchObject({
    kind: "refused",
    why: "no MasterKey of CTWing's product '16' is known; add it to GRIDWARDEN_CTWING_MASTER_KEYS",
  });
});
