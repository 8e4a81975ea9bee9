/** The embedded broker's own promises: the journal first, rights, who is connected, and its listeners. */
import { connect as connectTls } from "node:tls";
import { expect, test } from "vitest";
import WebSocket, { createWebSocketStream } from "ws";
import type { AcceptUplink } from "../model/uplink.ts";
import { RawClient } from "./raw-client.ts";
import { CASES, closedCount, start, TELEMETRY } from "./started-broker.ts";
import { eventually, startTestBroker } from "./test-broker.ts";
import { TEST_CERTIFICATE, TEST_KEY } from "./test-certificate.ts";

/** An `accept` whose answers the test gives. */
function heldAccept(): { accept: AcceptUplink; waiting: ((error?: Error) => void)[] } {
  const waiting: ((error?: Error) => void)[] = [];
  return { accept: (_uplink, done) => void waiting.push(done), waiting };
}

test("an uplink carries who sent it, its topic and its bytes as they came", async () => {
  const broker = await start();
  const device = await broker.connect({ username: "d1", clientId: "x" });
  await device.publishAcked(TELEMETRY, "{}");
  device.publish("v1/manhole-cover/d1/status", Buffer.from([0xff, 0]), { qos: 0 });
  device.publish("hj212/mn-d1/up", "##", { qos: 0 });
  await device.publishAcked("v1/manhole-cover/d1/command/ack", "");
  expect(broker.uplinks.map(({ topic, sender, source }) => [topic, sender, source])).toEqual([
    [TELEMETRY, "d1", "mqtt"],
    ["v1/manhole-cover/d1/status", "d1", "mqtt"],
    ["hj212/mn-d1/up", "d1", "mqtt"],
    ["v1/manhole-cover/d1/command/ack", "d1", "mqtt"],
  ]);
  expect(Buffer.from(broker.uplinks[1]?.payload ?? []).toString("hex")).toBe("ff00");
});

test("no PUBACK or PUBREC leaves before the journal has said that the uplink is on disk", async () => {
  const { accept, waiting } = heldAccept();
  const broker = await start({ deps: { accept } });
  const device = await broker.connect({ username: "d1", clientId: "x" });
  device.publish(TELEMETRY, "1", { qos: 1, messageId: 1 });
  device.publish(TELEMETRY, "2", { qos: 2, messageId: 2 });
  device.publish(TELEMETRY, "3", { qos: 1, messageId: 3 });
  await eventually("three uplinks at the journal", () => waiting.length === 3);
  expect(broker.broker.stats().pendingUplinks).toBe(3);
  expect(device.packets).toEqual([]);
  waiting[0]?.();
  expect((await device.next("puback")).messageId).toBe(1);
  expect(device.packets).toEqual([]);
  waiting[1]?.();
  expect((await device.next("pubrec")).messageId).toBe(2);
  waiting[2]?.();
  expect((await device.next("puback")).messageId).toBe(3);
});

test("an uplink that the journal refuses is never acknowledged, and the connection closes", async () => {
  const { accept, waiting } = heldAccept();
  const broker = await start({ deps: { accept } });
  const device = await broker.connect({ username: "d1", clientId: "x" });
  device.publish(TELEMETRY, "1", { messageId: 1 });
  device.publish(TELEMETRY, "2", { messageId: 2 });
  await eventually("both uplinks at the journal", () => waiting.length === 2);
  waiting[0]?.(new Error("full"));
  waiting[1]?.();
  await device.closed();
  expect(device.packets).toEqual([]);
  expect(closedCount(broker, "journal")).toBe(1);
});

test("stop waits for uplinks on their way to the disk and acknowledges them", async () => {
  const { accept, waiting } = heldAccept();
  const broker = await start({ deps: { accept } });
  const device = await broker.connect({ username: "d1", clientId: "x" });
  device.publish(TELEMETRY, "1", { messageId: 7 });
  await eventually("the uplink at the journal", () => waiting.length === 1);
  const stopped = broker.broker.stop();
  waiting[0]?.();
  await stopped;
  expect(device.packets).toMatchObject([{ cmd: "puback", messageId: 7 }]);
});

test.each([
  { username: "d1", password: "wrong", returnCode: 4, reason: "wrong-key" },
  { username: "nobody", password: "key", returnCode: 4, reason: "wrong-key" },
  { username: "d1", returnCode: 5, reason: "anonymous" },
  { returnCode: 5, reason: "anonymous" },
])("a sign-in is refused and counted: $reason ($username)", async (words) => {
  const broker = await start();
  const { returnCode, reason, ...given } = words;
  const client = RawClient.toPort(broker.port);
  expect((await client.connect({ clientId: "x", ...given })).returnCode).toBe(returnCode);
  await client.closed();
  expect(broker.metrics.value("gridwarden_broker_refused_total", { reason })).toBe(1);
});

test("a failed sign-in under another's name leaves that session alone", async () => {
  const broker = await start();
  const position = "v1/crews/c1/position";
  const watcher = await broker.connect({ username: "dash", clientId: "w" });
  await watcher.subscribe([position, 0]);
  const crew = await broker.connect({ username: "c1", clientId: "phone" });
  await crew.subscribe([CASES, 1]);
  crew.publish(position, "here", { qos: 2, messageId: 9 });
  await crew.next("pubrec");
  const thief = RawClient.toPort(broker.port);
  await thief.connect({ username: "c1", password: "guess", clientId: "phone", clean: true });
  await thief.closed();
  crew.publish(position, "here", { qos: 2, messageId: 9, dup: true });
  await crew.next("pubrec");
  expect(await watcher.unheard()).toEqual(["here"]);
  await broker.broker.publish({ topic: CASES, payload: "order", qos: 1 });
  expect((await crew.heard()).payload).toBe("order");
});

test.each([
  { username: "d1", topic: "v1/manhole-cover/d2/telemetry" },
  { username: "d1", topic: "v1/streetlight/d1/telemetry" },
  { username: "d1", topic: "v1/manhole-cover/d1/command" },
  { username: "d1", topic: "hj212/mn-d2/up" },
  { username: "d1", topic: "$SYS/x/new/clients" },
  { username: "c1", topic: CASES },
  { username: "c1", topic: "v1/crews/c2/position" },
  { username: "dash", topic: TELEMETRY },
])(
  "$username on the foreign topic $topic is closed, counted, and nothing is taken",
  async (row) => {
    const broker = await start();
    const watcher = await broker.connect({ username: "hub", clientId: "w" });
    await watcher.subscribe(["#", 0]);
    const client = await broker.connect({ username: row.username, clientId: "x" });
    client.publish(row.topic, "x", { retain: true });
    await client.closed();
    expect(broker.uplinks).toEqual([]);
    expect(await watcher.unheard()).toEqual([]);
    expect(closedCount(broker, "foreign-topic")).toBe(1);
    expect(broker.broker.stats().retainedMessages).toBe(0);
  },
);

test("a will on a foreign topic is refused at sign-in", async () => {
  const broker = await start();
  const client = RawClient.toPort(broker.port);
  const will = { topic: "v1/manhole-cover/d2/status", payload: "offline" };
  const connack = await client.connect({ username: "d1", password: "key", clientId: "x", will });
  expect(connack.returnCode).toBe(5);
});

test("a gateway speaks for its devices; for others it is acknowledged and only put aside", async () => {
  const broker = await start();
  const watcher = await broker.connect({ username: "hub", clientId: "w" });
  await watcher.subscribe(["v1/#", 0]);
  const gateway = await broker.connect({ username: "g1", clientId: "x" });
  await gateway.publishAcked("v1/manhole-cover/d1/status", "offline", { retain: true });
  await gateway.publishAcked("nonsense", "x", { retain: true });
  await gateway.publishAcked("v1/manhole-cover/d2/status", "online", { retain: true });
  expect((await watcher.heard()).topic).toBe("v1/manhole-cover/d2/status");
  expect(await watcher.unheard()).toEqual([]);
  expect(broker.uplinks.map(({ topic, sender }) => [topic, sender])).toEqual([
    ["v1/manhole-cover/d1/status", "g1"],
    ["nonsense", "g1"],
    ["v1/manhole-cover/d2/status", "g1"],
  ]);
  expect(broker.broker.stats().retainedMessages).toBe(1);
});

test("a gateway hears the commands of its devices, no longer once a device has left it", async () => {
  let isRegistered = true;
  const broker = await start({ deps: { gatewayMayUse: () => isRegistered } });
  const gateway = await broker.connect({ username: "g1", clientId: "x" });
  const granted = await gateway.subscribe(["v1/manhole-cover/d2/command", 1]);
  const service = await broker.connect({ username: "dash", clientId: "x" });
  await service.publishAcked("v1/manhole-cover/d2/command", "open");
  isRegistered = false;
  await service.publishAcked("v1/manhole-cover/d2/command", "close");
  expect(granted).toEqual([1]);
  expect((await gateway.heard()).payload).toBe("open");
  expect(await gateway.unheard()).toEqual([]);
  expect(broker.uplinks).toEqual([]);
});

test("a gateway speaks HJ 212 for its devices and gets their answers, another's not", async () => {
  const broker = await start();
  const watcher = await broker.connect({ username: "hub", clientId: "w" });
  await watcher.subscribe(["hj212/+/up", 0]);
  const gateway = await broker.connect({ username: "g1", clientId: "x" });
  const asked = ["hj212/mn-d2/down", "hj212/mn-d1/down", "hj212/+/down"];
  const granted = [];
  for (const filter of asked) granted.push(await gateway.subscribe([filter, 1]));
  expect(granted).toEqual([[1], [128], [128]]);
  await gateway.publishAcked("hj212/mn-d1/up", "of another");
  await gateway.publishAcked("hj212/mn-d2/up", "of its own");
  expect((await watcher.heard()).payload).toBe("of its own");
  for (const mn of ["mn-d1", "mn-d2"]) {
    await broker.broker.publish({ topic: `hj212/${mn}/down`, payload: `9014 ${mn}`, qos: 0 });
  }
  expect((await gateway.heard()).payload).toBe("9014 mn-d2");
  expect(await gateway.unheard()).toEqual([]);
  expect(await watcher.unheard()).toEqual([]);
});

test("disconnect closes every connection of that user alone", async () => {
  const broker = await start();
  const one = await broker.connect({ username: "d1", clientId: "a" });
  const two = await broker.connect({ username: "d1", clientId: "b" });
  const other = await broker.connect({ username: "d2", clientId: "a" });
  broker.broker.disconnect("d1");
  await one.closed();
  await two.closed();
  await other.ping();
});

test("of two clients of one session the one that took it over is closed, and no more is known", async () => {
  const broker = await start();
  const words = { username: "c1", clientId: "phone", clean: false };
  const former = await broker.connect(words);
  const newer = await broker.connect(words);
  await former.closed();
  await eventually("one client", () => broker.broker.stats().clients === 1);
  await newer.ping();
  broker.broker.disconnect("c1");
  await newer.closed();
  await eventually("no client", () => broker.broker.stats().clients === 0);
  const again = await broker.connect(words);
  expect(broker.broker.stats().clients).toBe(1);
  await again.ping();
});

test("clients are known while they are signed in: not when refused, not when they have gone", async () => {
  const broker = await start({ options: { wsPort: 0 } });
  const refused = RawClient.toPort(broker.port);
  await refused.connect({ username: "d1", password: "wrong", clientId: "a" });
  const silent = RawClient.toPort(broker.port);
  await eventually("a connection", () => broker.broker.stats().connections > 0);
  expect(broker.broker.stats().clients).toBe(0);
  broker.broker.disconnect("d1");

  const byes: ((client: RawClient) => void)[] = [
    (client) => void client.disconnect(),
    (client) => client.stream.destroy(),
    (client) => client.stream.end(),
    (client) => client.publish("v1/manhole-cover/d2/telemetry", "foreign"),
    () => broker.broker.disconnect("d1"),
  ];
  for (const bye of byes) {
    const client = await broker.connect({ username: "d1", clientId: "a" });
    expect(broker.broker.stats().clients).toBe(1);
    bye(client);
    await eventually("no client", () => broker.broker.stats().clients === 0);
  }
  const socket = new WebSocket(`ws://127.0.0.1:${broker.ports.ws}`, "mqtt");
  const client = new RawClient(createWebSocketStream(socket));
  await client.connect({ username: "d1", password: "key", clientId: "a" });
  expect(broker.broker.stats().clients).toBe(1);
  broker.broker.disconnect("d1");
  await client.closed();
  await eventually("no client", () => broker.broker.stats().clients === 0);
  silent.stream.destroy();
});

test("an import of thousands of users holds nobody up, however many clients there are", async () => {
  const broker = await start();
  for (let n = 0; n < 500; n++) await broker.connect({ username: "d1", clientId: `${n}` });
  expect(broker.broker.stats().clients).toBe(500);
  const begunAt = performance.now();
  for (let n = 0; n < 100_000; n++) broker.broker.disconnect(`device-${n}`);
  expect(performance.now() - begunAt).toBeLessThan(1_000);
  broker.broker.disconnect("d1");
  await eventually("no client", () => broker.broker.stats().clients === 0);
  expect(closedCount(broker, "identity")).toBe(500);
});

test("a user that is turned away may come again; the closings are counted by their reason", async () => {
  const broker = await start();
  const words = { username: "d1", password: "key", clientId: "a" };
  const turned = await broker.connect(words);
  broker.broker.disconnect("d1", "turned-away");
  await turned.closed();
  const again = await broker.connect(words);
  broker.broker.disconnect("d1");
  await again.closed();
  broker.broker.disconnect("d1", "turned-away");
  const closed = (reason: string): number =>
    broker.metrics.value("gridwarden_broker_closed_total", { reason });
  expect([closed("turned-away"), closed("identity")]).toEqual([1, 1]);
});

test("WebSocket clients are served; a text frame closes them", async () => {
  const broker = await start({ options: { wsPort: 0 } });
  const open = async (): Promise<[WebSocket, RawClient]> => {
    const socket = new WebSocket(`ws://127.0.0.1:${broker.ports.ws}`, "mqtt");
    const client = new RawClient(createWebSocketStream(socket));
    const words = { username: "d1", password: "key", clientId: "x" };
    expect((await client.connect(words)).returnCode).toBe(0);
    return [socket, client];
  };
  const [socket, client] = await open();
  expect(socket.protocol).toBe("mqtt");
  await client.publishAcked(TELEMETRY, "by web socket");
  expect(broker.uplinks).toHaveLength(1);
  socket.send("text");
  await client.closed();
});

test("TLS clients are served, and without a certificate the port is refused by name", async () => {
  const tls = { cert: TEST_CERTIFICATE, key: TEST_KEY };
  const broker = await start({ options: { mqttsPort: 0, tls } });
  const socket = connectTls({
    port: broker.ports.mqtts,
    host: "127.0.0.1",
    servername: "localhost",
    ca: TEST_CERTIFICATE,
  });
  const client = new RawClient(socket);
  const words = { username: "d1", password: "key", clientId: "x" };
  expect((await client.connect(words)).returnCode).toBe(0);
  await client.publishAcked(TELEMETRY, "by tls");
  expect(broker.uplinks).toHaveLength(1);
  await client.drop();
  await expect(startTestBroker({ options: { mqttsPort: 0 } })).rejects.toThrow("certificate");
});

test("a port that is taken is said at start, and stop may be called again", async () => {
  const broker = await start();
  await expect(startTestBroker({ options: { mqttPort: broker.port } })).rejects.toThrow(
    `port ${broker.port}`,
  );
  await broker.broker.stop();
  await broker.broker.stop();
  await expect(broker.broker.publish({ topic: CASES, payload: "x", qos: 1 })).rejects.toThrow(
    "not running",
  );
});
