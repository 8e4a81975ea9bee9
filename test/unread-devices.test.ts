/**
 * Life-safety devices that nobody can read, on the whole platform: a decoder that goes off, and who is
 * told of it by which way, until it is put right.
 */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { type ChannelServer, startChannelServer } from "./support/channel-server.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface Notice {
  noticeId: string;
  kind: string;
  role: string;
  lifeSafety: boolean;
  devices?: { count: number; some: string[] };
  doneBy?: string;
}

let rig: TestPlatform;
let city: City;
let server: MqttClient;
let hook: ChannelServer;
const EUI = "24e124713b000077";

beforeAll(async () => {
  hook = await startChannelServer(() => ({ status: 200 }));
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-test-"));
  const channel = { kind: "webhook", channelId: "app", url: hook.url, secret: "0123456789abcdef" };
  writeFileSync(join(directory, "channels.json"), JSON.stringify({ channels: [channel] }));
  rig = await startPlatform({}, directory);
  city = await foundCity(rig.api);
  const right = { serviceId: "servers", publish: ["application/#"], subscribe: [] };
  const { body } = await rig.api.post<{ key: string }>("/api/v1/services", right);
  server = await connect(rig.ports.mqtt ?? 0, "servers", body.key);
});
afterAll(async () => {
  await server.endAsync(true);
  await rig.stop();
  await hook.stop();
});

async function put(script: string): Promise<void> {
  const decoder = { name: "cover", kind: "script", script };
  expect((await rig.api.replace("/api/v1/decoders/cover", decoder)).status).toBe(200);
}

async function up(count: number): Promise<void> {
  const data = Buffer.from([count]).toString("base64");
  const payload = { deduplicationId: `u-${count}`, fCnt: count, fPort: 1, data };
  const topic = `application/a1/device/${EUI}/event/up`;
  await server.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
}

async function notices(): Promise<Notice[]> {
  const { body } = await rig.api.get<{ items: Notice[] }>("/api/v1/notices?limit=100");
  return body.items.filter(({ kind }) => kind === "uplinks-unread");
}

/** A way to reach the user. */
async function hasContact(username: string, role: string): Promise<void> {
  await rig.api.post("/api/v1/users", { username, roles: [role], password: `secret-${username}` });
  const contacts = { points: [{ channelId: "app", to: username }] };
  const path = `/api/v1/users/${username}/contacts`;
  expect((await rig.api.replace(path, contacts)).status).toBe(200);
}

test("a cover whose decoder fails is told by name, before and when the decoder goes off", async () => {
  for (const role of ["shift-lead", "engineer", "leader"]) await hasContact(`one-${role}`, role);
  await put('function decodeUplink() { throw new Error("not yet"); }');
  const device = { format: "chirpstack", externalId: EUI, decoder: "cover" };
  await city.addDevice("manhole-cover", "cover-1", { device });
  await city.addDevice("manhole-cover", "cover-2", {
    device: { ...device, externalId: "24e124713b000078" },
  });
  for (let n = 1; n <= LIMITS.unreadFramesMax; n += 1) await up(n);
  const [first] = await until(async () => {
    const found = await notices();
    return found.length > 0 && found;
  }, "the notice");
  expect(first).toMatchObject({ role: "engineer", lifeSafety: true });
  expect(first?.devices).toEqual({ count: 1, some: ["cover-1"] });
  for (let n = 10; n <= 10 + LIMITS.decoderFaultsMax; n += 1) await up(n);
  const all = await until(async () => {
    const found = await notices();
    return found.length === 2 && found;
  }, "the notice of both");
  expect(all[0]?.devices).toEqual({ count: 2, some: ["cover-1", "cover-2"] });
  expect(all.map(({ doneBy }) => doneBy)).toEqual([undefined, "system"]);
});

test("it is done once a corrected decoder is put", async () => {
  await put("function decodeUplink() { return { data: { isOpen: 0 } }; }");
  expect((await notices()).map(({ doneBy }) => doneBy)).toEqual(["system", "system"]);
});

test("shift leads and engineers have it on their telephones, each time once", async () => {
  await until(() => hook.asked.length >= 4, "the messages");
  const sent = hook.asked.map(({ body }) => JSON.parse(body) as { to: string; text: string });
  const both = ["one-engineer", "one-shift-lead"];
  expect(sent.map(({ to }) => to).sort()).toEqual([...both, ...both].sort());
  expect(sent.at(-1)?.text).toContain("cover-1 cover-2");
});
