/** Commands behind a real Mosquitto: published as they are asked for, answered, and sent again. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, connect, foundCity } from "./support/city.ts";
import { commandCalls, commandsOf, say } from "./support/command-calls.ts";
import { type Mosquitto, startMosquitto } from "./support/mosquitto.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

let mosquitto: Mosquitto;
let rig: TestPlatform;
let city: City;
const { tell, untilIs, end } = commandCalls(() => rig);

beforeAll(async () => {
  mosquitto = await startMosquitto();
  rig = await startPlatform({ GRIDWARDEN_MQTT_URL: mosquitto.url });
  city = await foundCity(rig.api);
});
afterAll(async () => {
  await end();
  await rig.stop();
  await mosquitto.stop();
});

test("a lamp that comes late has what goes until it is acknowledged, and not what goes once", async () => {
  await city.addDevice("streetlight", "lamp-1");
  const topic = "v1/streetlight/lamp-1/command";
  const listener = await connect(mosquitto.port, "listener", "");
  const passed: { id: string }[] = [];
  listener.on("message", (_topic, payload) => void passed.push(JSON.parse(String(payload))));
  await listener.subscribeAsync(topic, { qos: 1 });
  const once = await tell("lamp-1", { name: "off", mode: "at-most-once", ttlSeconds: 20 });
  const often = await tell("lamp-1", { name: "on", ttlSeconds: 120 });
  await untilIs("lamp-1", often, "sent");
  // It is on its way before it is gone.
  await until(() => passed.some(({ id }) => id === often.commandId), "the first try");
  await listener.endAsync(true);
  const lamp = await connect(mosquitto.port, "lamp-1", "");
  const heard: { id: string }[] = [];
  lamp.on("message", (_topic, payload) => void heard.push(JSON.parse(String(payload))));
  await lamp.subscribeAsync(topic, { qos: 1 });
  await until(() => heard.length > 0, "the next try", 30_000);
  await say(lamp, `${topic}/ack`, { id: often.commandId, ok: true });
  expect((await untilIs("lamp-1", often, "done")).tries).toBeGreaterThan(1);
  expect((await untilIs("lamp-1", once, "expired")).tries).toBe(1);
  expect(new Set(heard.map(({ id }) => id))).toEqual(new Set([often.commandId]));
  await lamp.endAsync(true);
});

test("what the platform sends to The Things Stack, it hears itself, and puts nothing aside", async () => {
  const eui = "0004a30b00c0ff99";
  await city.addDevice("streetlight", "lora-1", {
    device: { format: "things-stack", externalId: eui },
  });
  const stack = await connect(mosquitto.port, "stack", "");
  const heard: object[] = [];
  stack.on("message", (_topic, payload) => void heard.push(JSON.parse(String(payload))));
  const way = "v3/lamps@city/devices/lamp-17";
  await stack.subscribeAsync(`${way}/down/push`, { qos: 0 });
  const end_device_ids = { device_id: "lamp-17", dev_eui: eui };
  await say(stack, `${way}/up`, { end_device_ids, uplink_message: { f_cnt: 1, rx_metadata: [] } });
  const command = await tell("lora-1", { name: "on" });
  await until(() => heard.length > 0, "the downlink");
  const correlation_ids = [`gridwarden:${command.commandId}`];
  await say(stack, `${way}/down/ack`, { end_device_ids, downlink_ack: { correlation_ids } });
  await untilIs("lora-1", command, "done");
  const letters = await rig.api.get<{ items: unknown[] }>("/api/v1/dead-letters");
  expect(letters.body.items).toEqual([]);
  expect((await rig.api.get(commandsOf("lora-1"))).status).toBe(200);
  await stack.endAsync(true);
});
