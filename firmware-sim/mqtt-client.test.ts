import { afterEach, beforeEach, expect, test } from "vitest";
import { hastyTimers, startTinyBroker, type TinyBroker, until } from "./doubles/tiny-broker.ts";
import { createMqttClient, type MqttClient, type MqttClientOptions } from "./mqtt-client.ts";

let broker: TinyBroker;
let client: MqttClient | undefined;

beforeEach(async () => {
  broker = await startTinyBroker();
});
afterEach(async () => {
  await client?.end();
  await broker.stop();
});

function make(
  more: Partial<MqttClientOptions> = {},
  onMessage?: (topic: string) => void,
): MqttClient {
  client = createMqttClient(
    { after: hastyTimers, random: () => 0.5, ...(onMessage === undefined ? {} : { onMessage }) },
    { url: broker.url, clientId: "mc-1", username: "mc-1", password: "key", ...more },
  );
  return client;
}

const payloads = (): string[] => broker.published.map((packet) => String(packet.payload));

test("signs in as itself with a retained will, says online at once and offline at the end", async () => {
  const status = (payload: string) => ({ topic: "v1/x/mc-1/status", payload });
  const device = make({
    will: status("offline"),
    births: [status("online")],
    farewells: [status("offline")],
  });
  device.connect();
  await until("online", () => broker.published.length === 1);
  const [connect] = broker.connects;
  expect(connect).toMatchObject({ clientId: "mc-1", username: "mc-1", clean: true });
  expect(connect?.will).toMatchObject({ topic: "v1/x/mc-1/status", qos: 1, retain: true });
  await device.end();
  await until("offline", () => broker.published.length === 2);
  expect(broker.published.map(({ payload, retain }) => [String(payload), retain])).toEqual([
    ["online", true],
    ["offline", true],
  ]);
});

test("what was not acknowledged is sent again with dup after a reconnect, and only that", async () => {
  const device = make();
  device.connect();
  await until("connected", () => device.isConnected());
  device.publish({ topic: "t", payload: "1" });
  await until("first acknowledged", () => device.unacknowledged() === 0);
  broker.isAcknowledging = false;
  device.publish({ topic: "t", payload: "2" });
  device.publish({ topic: "t", payload: "3" });
  await until("both arrived", () => broker.published.length === 3);
  broker.isAcknowledging = true;
  broker.cutAll();
  await until("all acknowledged", () => device.unacknowledged() === 0 && device.isConnected());
  expect(payloads()).toEqual(["1", "2", "3", "2", "3"]);
  expect(broker.published.map((packet) => packet.dup)).toEqual([false, false, false, true, true]);
  const ids = broker.published.map((packet) => packet.messageId);
  expect(ids.slice(3)).toEqual(ids.slice(1, 3));
  expect(device.stats).toMatchObject({ published: 3, acked: 3, resent: 2, connects: 2 });
});

test("takes nothing while away or while too much is unacknowledged", async () => {
  const device = make({ inFlightMax: 2 });
  expect(device.publish({ topic: "t", payload: "0" })).toBe(false);
  broker.isAcknowledging = false;
  device.connect();
  await until("connected", () => device.isConnected());
  const taken = ["1", "2", "3"].map((payload) => device.publish({ topic: "t", payload }));
  expect(taken).toEqual([true, true, false]);
});

test("keeps dialling until a broker is there", async () => {
  const { port } = broker;
  await broker.stop();
  const device = make({ url: `mqtt://127.0.0.1:${port}` });
  device.connect();
  await until("a few tries", () => !device.isConnected());
  broker = await startTinyBroker(port);
  await until("connected", () => device.isConnected());
});

test("a refused sign-in is counted and tried again later", async () => {
  broker.returnCode = 5;
  const device = make();
  device.connect();
  await until("refused", () => device.stats.refusals > 0);
  expect(device.isConnected()).toBe(false);
  broker.returnCode = 0;
  await until("taken at last", () => device.isConnected());
});

test("cut: the line dies without farewell and stays dead until it is asked to connect", async () => {
  const device = make({ farewells: [{ topic: "s", payload: "offline" }] });
  device.connect();
  await until("connected", () => device.isConnected());
  device.cut();
  await until("the broker noticed", () => broker.connections() === 0);
  expect(payloads()).toEqual([]);
  expect(device.isConnected()).toBe(false);
  device.connect();
  await until("connected again", () => device.isConnected());
});

test("subscribes again at every connect and acknowledges what it receives", async () => {
  const seen: string[] = [];
  const device = make({ subscriptions: ["v1/x/mc-1/command"] }, (topic) => seen.push(topic));
  device.connect();
  await until("connected", () => device.isConnected());
  broker.cutAll();
  await until("again", () => device.stats.connects === 2);
  await until("received", () => {
    broker.send("v1/x/mc-1/command", "{}");
    return seen.length > 0;
  });
  expect(seen[0]).toBe("v1/x/mc-1/command");
});

test("a quiet line is kept alive by pings and outlives many keep-alive times", async () => {
  const device = make({ keepaliveS: 1 });
  device.connect();
  await until("connected", () => device.isConnected());
  let turns = 0;
  const tick = (): void => {
    turns += 1;
    hastyTimers(1000, tick);
  };
  tick();
  await until("twenty keep-alive times", () => turns > 20);
  expect(device.stats.connects).toBe(1);
  expect(device.isConnected()).toBe(true);
});
