/** Who is online, what a command was answered with and where a crew is: from MQTT to the API. */
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, connect, foundCity } from "./support/city.ts";
import { type Api, signIn, startPlatform, type TestPlatform, until } from "./support/platform.ts";

interface ShownDevice {
  deviceId: string;
  status?: { state: string; at: string };
  lastHeardAt?: string;
  commandAnswers?: { id: string; ok: boolean; message?: string; at: string }[];
}

interface ShownCrew {
  crewId: string;
  position?: { lon: number; lat: number; accuracyM?: number; at: string };
}

const COVER = "v1/manhole-cover/mc-1";
const clients: MqttClient[] = [];
let rig: TestPlatform;
let city: City;
let coverKey = "";

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
  coverKey = await city.addDevice("manhole-cover", "mc-1");
});

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  await rig.stop();
});

async function cover(): Promise<MqttClient> {
  const will = { topic: `${COVER}/status`, payload: Buffer.from("offline"), retain: true };
  const client = await mqtt.connectAsync(
    `mqtt://127.0.0.1:${rig.ports.mqtt}`,
    { username: "mc-1", password: coverKey, reconnectPeriod: 0, will: { ...will, qos: 1 } },
    false,
  );
  clients.push(client);
  return client;
}

const shown = async (deviceId = "mc-1"): Promise<ShownDevice> =>
  (await rig.api.get<ShownDevice>(`/api/v1/devices/${deviceId}`)).body;
const crewSeenBy = async (api: Api): Promise<ShownCrew | undefined> =>
  (await api.get<{ items: ShownCrew[] }>("/api/v1/crews")).body.items[0];

test("a device is online by its status and offline by its will, also after a restart", async () => {
  expect(await shown()).not.toHaveProperty("status");
  const client = await cover();
  await client.publishAsync(`${COVER}/status`, "online", { qos: 1, retain: true });
  const online = await until(async () => {
    const device = await shown();
    return device.status?.state === "online" && device;
  }, "the device to be online");
  expect(online.lastHeardAt).toBe(online.status?.at);
  client.stream.destroy();
  const isOffline = async () => (await shown()).status?.state === "offline";
  await until(isOffline, "the will");
  const offline = await shown();
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
  expect((await shown()).status).toEqual(offline.status);
  const { body } = await rig.api.get<{ items: ShownDevice[] }>("/api/v1/devices");
  expect(body.items).toMatchObject([{ deviceId: "mc-1", status: offline.status }]);
});

test("answers to commands are shown newest first, and a reading counts as being heard", async () => {
  const client = await cover();
  const answer = (payload: object) =>
    client.publishAsync(`${COVER}/command/ack`, JSON.stringify(payload), { qos: 1 });
  await answer({ id: "c1", ok: true });
  await answer({ id: "c2", ok: false, message: "the lid is jammed" });
  const answers = await until(async () => {
    const { commandAnswers = [] } = await shown();
    return commandAnswers.length === 2 && commandAnswers;
  }, "both answers");
  expect(answers).toMatchObject([
    { id: "c2", ok: false, message: "the lid is jammed" },
    { id: "c1", ok: true },
  ]);
  const before = Date.now();
  const reading = JSON.stringify({ values: { tiltDeg: 2 } });
  await client.publishAsync(`${COVER}/telemetry`, reading, { qos: 1 });
  await until(
    async () => Date.parse((await shown()).lastHeardAt ?? "") >= before,
    "the device to be heard",
  );
});

test("where a crew is, is shown to who sends it and to nobody who only looks", async () => {
  const phone = await connect(rig.ports.mqtt ?? 0, "crew-1", city.crewKey);
  clients.push(phone);
  const at = Date.now() - 5_000;
  const say = (place: object) =>
    phone.publishAsync("v1/crews/crew-1/position", JSON.stringify(place), { qos: 1 });
  await say({ lon: 115.42, lat: 31.81, accuracyM: 8, at });
  await say({ lon: 115.41, lat: 31.8, accuracyM: 5, at: at - 60_000 });
  await say({ lon: 115.43, lat: 31.82, accuracyM: 6, at: at + 1_000 });
  const crew = await until(async () => {
    const seen = await crewSeenBy(rig.api);
    return seen?.position?.lon === 115.43 && seen;
  }, "the newest place");
  expect(crew.position).toMatchObject({ lon: 115.43, lat: 31.82, accuracyM: 6 });
  expect(Date.parse(crew.position?.at ?? "")).toBe(at + 1_000);
  const user = { username: "looker", password: "for-tests-only", roles: ["viewer"] };
  await rig.api.post("/api/v1/users", user);
  const looker = await signIn(rig.ports.http, "looker", "for-tests-only");
  expect(await crewSeenBy(looker)).toEqual({ crewId: "crew-1", name: "Crew 1", unitId: "works" });
});
