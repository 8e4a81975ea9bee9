/** Commands to LoRaWAN devices: down by their network server, and its events back as results. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, foundCity } from "./support/city.ts";
import { commandCalls, say } from "./support/command-calls.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const NOON = "2026-11-23T12:00:00+08:00";
let rig: TestPlatform;
let city: City;
const { tell, untilIs, listen, service, end } = commandCalls(() => rig);

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_CLOCK: `${NOON},1` });
  city = await foundCity(rig.api);
});
afterAll(async () => {
  await end();
  await rig.stop();
});

test("ChirpStack is told where its last uplink came from, and its events are the results", async () => {
  const eui = "24e124713b000099";
  await city.addDevice("streetlight", "lora-1", {
    device: { format: "chirpstack", externalId: eui },
  });
  const command = await tell("lora-1", { name: "dim", args: { percent: 70 } });
  const key = await service("chirpstack", "application/#");
  const down = `application/a1/device/${eui}/command/down`;
  const { client, heard } = await listen("chirpstack", key, down);
  const event = (name: string, said: object) =>
    say(client, `application/a1/device/${eui}/event/${name}`, said);
  await event("up", { time: NOON, fCnt: 1, object: {}, rxInfo: [{ rssi: -90, snr: 5 }] });
  await until(() => heard.length === 1, "the downlink");
  expect(heard[0]).toEqual({
    topic: down,
    said: {
      ...{ id: command.commandId, devEui: eui, confirmed: true, fPort: 1 },
      object: { command: "dim", percent: 70 },
    },
  });
  await event("txack", { queueItemId: command.commandId });
  await untilIs("lora-1", command, "delivered");
  await event("ack", { queueItemId: command.commandId, acknowledged: true });
  await untilIs("lora-1", command, "done");
  const once = { name: "raw", args: { base64: "AQID", fPort: 85 }, mode: "at-most-once" };
  const raw = await tell("lora-1", once);
  await until(() => heard.length === 2, "the second downlink");
  expect(heard[1]?.said).toMatchObject({ data: "AQID", fPort: 85 });
  await event("ack", { queueItemId: raw.commandId });
  expect(await untilIs("lora-1", raw, "refused")).toMatchObject({
    message: "the device did not acknowledge it to its network",
  });
});

test("The Things Stack is given correlation ids, and answers under them", async () => {
  const eui = "0004a30b00c0ff99";
  await city.addDevice("streetlight", "lora-2", {
    device: { format: "things-stack", externalId: eui },
    attributes: { downlinkFPort: 15 },
  });
  const key = await service("stack", "v3/#");
  const way = "v3/lamps@city/devices/lamp-17";
  const { client, heard } = await listen("stack", key, `${way}/down/push`);
  const end_device_ids = { device_id: "lamp-17", dev_eui: eui.toUpperCase() };
  await say(client, `${way}/up`, {
    end_device_ids,
    uplink_message: { f_cnt: 1, received_at: NOON, rx_metadata: [{ rssi: -88 }] },
  });
  const command = await tell("lora-2", { name: "on", ttlSeconds: 60 });
  const correlation_ids = [`gridwarden:${command.commandId}`];
  const downlink = {
    ...{ f_port: 15, decoded_payload: { command: "on" }, priority: "NORMAL", confirmed: true },
    ...{ correlation_ids, confirmed_retry: { max_attempts: 1 } },
  };
  await until(() => heard.length === 1, "the downlink");
  expect(heard[0]?.said).toEqual({ downlinks: [downlink] });
  await say(client, `${way}/down/sent`, { end_device_ids, downlink_sent: { correlation_ids } });
  await untilIs("lora-2", command, "delivered");
  const error = { message_format: "no gateway" };
  const failed = { downlink: { correlation_ids }, error };
  await say(client, `${way}/down/failed`, { end_device_ids, downlink_failed: failed });
  await until(() => heard.length === 2, "the next try", 20_000);
  await say(client, `${way}/down/ack`, { end_device_ids, downlink_ack: { correlation_ids } });
  expect(await untilIs("lora-2", command, "done")).toMatchObject({ tries: 2 });
}, 60_000);

test("with another device's id its commands do not go to the device that had been there", async () => {
  const stands = { format: "things-stack", externalId: "0004a30b00c0ff01" };
  await city.addDevice("streetlight", "lora-4", { device: stands });
  const key = await service("stack-2", "v3/#");
  const { client, heard } = await listen("stack-2", key, "v3/+/devices/+/down/push");
  const speak = (device_id: string, dev_eui: string) =>
    say(client, `v3/lamps@city/devices/${device_id}/up`, {
      end_device_ids: { device_id, dev_eui },
      uplink_message: { f_cnt: 1, received_at: NOON, rx_metadata: [{ rssi: -88 }] },
    });
  await speak("old", "0004A30B00C0FF01");
  await tell("lora-4", { name: "on", mode: "at-most-once" });
  await until(() => heard.length === 1, "the first downlink");
  const swapped = "deviceId,externalId\nlora-4,0004a30b00c0ff02\n";
  const { body } = await rig.api.put("/api/v1/devices/import", swapped, "text/csv");
  expect(body).toMatchObject({ updated: 1 });
  const short = await tell("lora-4", { name: "off", mode: "at-most-once", ttlSeconds: 2 });
  await untilIs("lora-4", short, "expired");
  await speak("new", "0004A30B00C0FF02");
  await tell("lora-4", { name: "off", mode: "at-most-once" });
  await until(() => heard.length === 2, "the second downlink");
  const way = "v3/lamps@city/devices";
  expect(heard.map(({ topic }) => topic)).toEqual([`${way}/old/down/push`, `${way}/new/down/push`]);
});

test("the vendor's own encodeDownlink makes the bytes, and what it refuses is refused", async () => {
  const script = `function decodeUplink(input) { return { data: { n: input.bytes.length } }; }
    function encodeDownlink({ data }) {
      if (typeof data.level !== "number") return { errors: ["level is missing"] };
      return { bytes: [16, data.level], fPort: 12 };
    }`;
  const decoder = { kind: "script", name: "Lamp", script };
  const put = await rig.api.replace("/api/v1/decoders/lamp", decoder);
  expect([put.status, put.body]).toMatchObject([200, {}]);
  const eui = "24e124713b000077";
  await city.addDevice("streetlight", "lora-3", {
    device: { format: "chirpstack", externalId: eui, decoder: "lamp" },
  });
  const key = await service("chirpstack-2", "application/#");
  const { client, heard } = await listen(
    "chirpstack-2",
    key,
    "application/+/device/+/command/down",
  );
  await say(client, `application/a2/device/${eui}/event/up`, { time: NOON, fCnt: 1, object: {} });
  const wrong = await tell("lora-3", { name: "raw", args: { fields: { brightness: 3 } } });
  expect((await untilIs("lora-3", wrong, "refused")).message).toContain("level is missing");
  const right = await tell("lora-3", { name: "raw", args: { fields: { level: 60 } } });
  await until(() => heard.length === 1, "the downlink");
  expect(heard[0]).toMatchObject({
    topic: `application/a2/device/${eui}/command/down`,
    said: { id: right.commandId, data: "EDw=", fPort: 12 },
  });
});
