/** MQTT 3.1.1 as interoperability suites try it, over bare sockets; clauses in the titles. */
import { generate } from "mqtt-packet";
import { afterEach, beforeEach, expect, test } from "vitest";
import { RawClient } from "./raw-client.ts";
import { startTestBroker, type TestBroker } from "./test-broker.ts";

let at: TestBroker;
beforeEach(async () => {
  at = await startTestBroker();
});
afterEach(async () => {
  await at.stop();
});

const hub = (clientId: string, clean = true) => at.connect({ username: "hub", clientId, clean });

test("a retained message reaches a later subscriber with the retain flag (3.3.1.3)", async () => {
  const sender = await hub("sender");
  await sender.publishAcked("t/a", "kept", { retain: true });
  await sender.publishAcked("t/b", "passing");
  const late = await hub("late");
  await late.subscribe(["t/+", 1]);
  expect(await late.heard()).toMatchObject({ topic: "t/a", payload: "kept", retain: true, qos: 1 });
  await sender.publishAcked("t/a", "live", { retain: true });
  expect(await late.heard()).toMatchObject({ payload: "live", retain: false });
  expect(await late.unheard()).toEqual([]);
});

test("an empty retained message clears what was retained and is delivered itself", async () => {
  const sender = await hub("sender");
  const early = await hub("early");
  await early.subscribe(["t/a", 0]);
  await sender.publishAcked("t/a", "kept", { retain: true });
  await sender.publishAcked("t/a", "", { retain: true });
  expect((await early.heard()).payload).toBe("kept");
  expect((await early.heard()).payload).toBe("");
  const late = await hub("late");
  await late.subscribe(["t/a", 0]);
  expect(await late.unheard()).toEqual([]);
});

test("a retained message comes at no more than the QoS that was granted", async () => {
  const sender = await hub("sender");
  await sender.publishAcked("t/a", "kept", { retain: true });
  const late = await hub("late");
  await late.subscribe(["t/#", 0]);
  expect(await late.heard()).toMatchObject({ qos: 0, retain: true });
});

test("an empty client id with a clean session is taken, twice at once (3.1.3.1)", async () => {
  const one = await hub("", true);
  const other = await hub("", true);
  await one.ping();
  await other.ping();
});

test("an empty client id without a clean session is refused with return code 2", async () => {
  const client = RawClient.toPort(at.port);
  const words = { username: "hub", password: Buffer.from("key"), clientId: "", clean: true };
  const packet = generate({ cmd: "connect", protocolId: "MQTT", keepalive: 0, ...words });
  // mqtt-packet refuses to write it: the flag of a clean session is taken out by hand.
  const flagsAt = 9;
  packet[flagsAt] = (packet[flagsAt] ?? 0) & ~2;
  client.stream.write(packet);
  expect((await client.next("connack")).returnCode).toBe(2);
  await client.closed();
});

test("MQTT 5 is answered with return code 1, MQTT 3.1 is served", async () => {
  const five = RawClient.toPort(at.port);
  const words = { username: "hub", password: "key", clientId: "x" };
  expect((await five.connect({ ...words, protocolVersion: 5 })).returnCode).toBe(1);
  await five.closed();
  const three = RawClient.toPort(at.port);
  expect((await three.connect({ ...words, protocolVersion: 3 })).returnCode).toBe(0);
  await three.ping();
});

test("messages for a session that is away wait for it in their order (3.1.2.4)", async () => {
  const receiver = await hub("receiver", false);
  await receiver.subscribe(["t/+", 1]);
  await receiver.disconnect();
  const sender = await hub("sender");
  for (const payload of ["1", "2", "3"]) await sender.publishAcked("t/a", payload);
  const client = RawClient.toPort(at.port);
  const words = { username: "hub", password: "key", clientId: "receiver", clean: false };
  expect((await client.connect(words)).sessionPresent).toBe(true);
  await sender.publishAcked("t/a", "4");
  for (const payload of ["1", "2", "3", "4"]) {
    const message = await client.heard();
    expect(message).toMatchObject({ payload, qos: 1, dup: false });
    client.acknowledge(message);
  }
  expect(await client.unheard()).toEqual([]);
});

test("messages that arrive while a queue is being sent come after it, and only once", async () => {
  const receiver = await hub("receiver", false);
  await receiver.subscribe(["t/a", 1]);
  await receiver.disconnect();
  const sender = await hub("sender");
  const expected = Array.from({ length: 600 }, (_, number) => String(number));
  for (const payload of expected.slice(0, 300)) await sender.publishAcked("t/a", payload);
  const client = RawClient.toPort(at.port);
  const connected = client.connect({
    username: "hub",
    password: "key",
    clientId: "receiver",
    clean: false,
  });
  for (const payload of expected.slice(300)) await sender.publishAcked("t/a", payload);
  await connected;
  const heard: string[] = [];
  while (heard.length < expected.length) heard.push((await client.heard()).payload);
  expect(heard).toEqual(expected);
  expect(await client.unheard()).toEqual([]);
});

test("a clean session forgets subscriptions and queue", async () => {
  const receiver = await hub("receiver", false);
  await receiver.subscribe(["t/a", 1]);
  await receiver.disconnect();
  const sender = await hub("sender");
  await sender.publishAcked("t/a", "1");
  await (await hub("receiver", true)).disconnect();
  const client = RawClient.toPort(at.port);
  const words = { username: "hub", password: "key", clientId: "receiver", clean: false };
  expect((await client.connect(words)).sessionPresent).toBe(false);
  expect(await client.unheard()).toEqual([]);
});

test.each([
  {
    order: "the exact filter first",
    filters: [
      ["t/a", 0],
      ["t/+", 1],
    ],
  },
  {
    order: "the wildcard first",
    filters: [
      ["t/+", 1],
      ["t/a", 0],
    ],
  },
] as const)(
  "overlapping subscriptions deliver once, at the highest QoS (3.3.5): $order",
  async ({ filters }) => {
    const receiver = await hub("receiver");
    for (const [filter, qos] of filters) await receiver.subscribe([filter, qos]);
    const sender = await hub("sender");
    await sender.publishAcked("t/a", "x");
    expect(await receiver.heard()).toMatchObject({ payload: "x", qos: 1 });
    expect(await receiver.unheard()).toEqual([]);
  },
);

test("a message comes at the lower of its own QoS and the granted one (3.8.4)", async () => {
  const receiver = await hub("receiver");
  await receiver.subscribe(["t/zero/#", 0], ["t/one/#", 1], ["t/two/#", 2]);
  const sender = await hub("sender");
  for (const level of ["zero", "one", "two"]) {
    sender.publish(`t/${level}/x`, level, { qos: 2, messageId: 77 });
    await sender.next("pubrec");
    sender.send({ cmd: "pubrel", messageId: 77 });
    await sender.next("pubcomp");
  }
  const heard = [await receiver.heard(), await receiver.heard(), await receiver.heard()];
  expect(heard.map(({ payload, qos }) => [payload, qos])).toEqual([
    ["zero", 0],
    ["one", 1],
    ["two", 2],
  ]);
});

test("subscribing again replaces the QoS and sends retained messages again (3.8.4)", async () => {
  const sender = await hub("sender");
  await sender.publishAcked("t/a", "kept", { retain: true });
  const receiver = await hub("receiver");
  expect(await receiver.subscribe(["t/a", 0])).toEqual([0]);
  expect((await receiver.heard()).qos).toBe(0);
  expect(await receiver.subscribe(["t/a", 1])).toEqual([1]);
  expect(await receiver.heard()).toMatchObject({ qos: 1, retain: true });
  await sender.publishAcked("t/a", "live");
  expect(await receiver.heard()).toMatchObject({ qos: 1, payload: "live" });
  await receiver.unsubscribe("t/a");
  await sender.publishAcked("t/a", "unheard");
  expect(await receiver.unheard()).toEqual([]);
});

test("a client silent for one and a half keep-alive periods is closed, its will sent", async () => {
  const watcher = await hub("watcher");
  await watcher.subscribe(["t/will", 0]);
  const will = { topic: "t/will", payload: "gone" };
  const silent = await at.connect({ username: "hub", clientId: "s", keepalive: 1, will });
  const lively = await at.connect({ username: "hub", clientId: "l", keepalive: 1 });
  const pings = setInterval(() => lively.send({ cmd: "pingreq" }), 400);
  await silent.closed();
  clearInterval(pings);
  expect((await watcher.heard()).payload).toBe("gone");
  expect(lively.isClosed).toBe(false);
  expect(at.metrics.value("gridwarden_broker_closed_total", { reason: "keep-alive" })).toBe(1);
});

test("an unacknowledged message is sent again with dup and its packet id (4.4)", async () => {
  const receiver = await hub("receiver", false);
  await receiver.subscribe(["t/a", 1]);
  const sender = await hub("sender");
  await sender.publishAcked("t/a", "once");
  const first = await receiver.heard();
  expect(first.dup).toBe(false);
  await receiver.drop();
  const again = await hub("receiver", false);
  const second = await again.heard();
  expect(second).toMatchObject({ payload: "once", dup: true, messageId: first.messageId });
  again.acknowledge(second);
  await again.ping();
  await again.disconnect();
  expect(await (await hub("receiver", false)).unheard()).toEqual([]);
});

test("a refused subscription is answered with 0x80 among granted ones, and nothing comes", async () => {
  const dash = await at.connect({ username: "dash", clientId: "x", clean: false });
  const granted = await dash.subscribe(["v1/+/+/telemetry", 1], ["v1/+/+/status", 1], ["#", 1]);
  expect(granted).toEqual([128, 1, 128]);
  await dash.disconnect();
  const device = await at.connect({ username: "d1", clientId: "x" });
  await device.publishAcked("v1/manhole-cover/d1/telemetry", "secret");
  await device.publishAcked("v1/manhole-cover/d1/status", "online");
  expect(at.broker.stats().queuedMessages).toBe(1);
  const again = await at.connect({ username: "dash", clientId: "x", clean: false });
  expect((await again.heard()).payload).toBe("online");
  expect(await again.unheard()).toEqual([]);
});

test("wildcards do not match topics that begin with $ (4.7.2)", async () => {
  const receiver = await hub("receiver", false);
  await receiver.subscribe(["#", 1], ["+/x", 1]);
  const named = await hub("named");
  await named.subscribe(["$lab/#", 1]);
  const sender = await hub("sender");
  await sender.publishAcked("$lab/x", "quiet");
  expect(await receiver.unheard()).toEqual([]);
  expect((await named.heard()).payload).toBe("quiet");
  await receiver.disconnect();
  await sender.publishAcked("$lab/x", "quiet");
  expect(await (await hub("receiver", false)).unheard()).toEqual([]);
});

test("a will is published when the connection drops, never after DISCONNECT (3.1.2.5)", async () => {
  const watcher = await hub("watcher");
  await watcher.subscribe(["t/will", 1]);
  const will = { topic: "t/will", payload: "gone", qos: 1, retain: true } as const;
  const polite = await at.connect({ username: "hub", clientId: "polite", will });
  await polite.disconnect();
  const rude = await at.connect({ username: "hub", clientId: "rude", will });
  await rude.drop();
  expect(await watcher.heard()).toMatchObject({ payload: "gone", qos: 1 });
  expect(await watcher.unheard()).toEqual([]);
  const late = await hub("late");
  await late.subscribe(["t/will", 0]);
  expect((await late.heard()).retain).toBe(true);
});

test("QoS 2 in: published once however often it is sent, until it is released (4.3.3)", async () => {
  const receiver = await hub("receiver");
  await receiver.subscribe(["t/a", 2]);
  const sender = await hub("sender", false);
  sender.publish("t/a", "once", { qos: 2, messageId: 9 });
  await sender.next("pubrec");
  sender.publish("t/a", "once", { qos: 2, messageId: 9, dup: true });
  await sender.next("pubrec");
  await sender.drop();
  const back = await hub("sender", false);
  back.publish("t/a", "once", { qos: 2, messageId: 9, dup: true });
  await back.next("pubrec");
  back.send({ cmd: "pubrel", messageId: 9 });
  await back.next("pubcomp");
  back.publish("t/a", "twice", { qos: 2, messageId: 9 });
  await back.next("pubrec");
  expect(await receiver.heard()).toMatchObject({ payload: "once", qos: 2, dup: false });
  expect((await receiver.heard()).payload).toBe("twice");
  expect(await receiver.unheard()).toEqual([]);
});

test("QoS 2 out: released under the same packet id, over a reconnection too", async () => {
  const receiver = await hub("receiver", false);
  await receiver.subscribe(["t/a", 2]);
  const sender = await hub("sender");
  sender.publish("t/a", "once", { qos: 2, messageId: 1 });
  await sender.next("pubrec");
  const message = await receiver.heard();
  receiver.send({ cmd: "pubrec", messageId: message.messageId ?? 0 });
  await receiver.next("pubrel");
  await receiver.drop();
  const back = await hub("receiver", false);
  expect((await back.next("pubrel")).messageId).toBe(message.messageId);
  back.send({ cmd: "pubcomp", messageId: message.messageId ?? 0 });
  expect(await back.unheard()).toEqual([]);
});

test("a second connection of a session ends the first (3.1.4)", async () => {
  const watcher = await hub("watcher");
  await watcher.subscribe(["t/will", 1]);
  const will = { topic: "t/will", payload: "taken over", qos: 1 } as const;
  const first = await at.connect({ username: "hub", clientId: "same", clean: false, will });
  await first.subscribe(["t/a", 1]);
  const sender = await hub("sender");
  await sender.publishAcked("t/a", "unacknowledged");
  await first.heard();
  const second = await hub("same", false);
  await first.closed();
  expect(first.packets).toEqual([]);
  expect(await watcher.heard()).toMatchObject({ payload: "taken over", qos: 1 });
  expect(await second.heard()).toMatchObject({ payload: "unacknowledged", dup: true });
  await sender.publishAcked("t/a", "x");
  expect((await second.heard()).payload).toBe("x");
});

test("the same client id under another user is another session", async () => {
  const crew = await at.connect({ username: "c1", clientId: "phone", clean: false });
  await crew.subscribe(["v1/crews/c1/cases", 1]);
  await crew.disconnect();
  await at.broker.publish({ topic: "v1/crews/c1/cases", payload: "order", qos: 1 });
  const stranger = RawClient.toPort(at.port);
  const words = { username: "c2", password: "key", clientId: "phone", clean: false };
  expect((await stranger.connect(words)).sessionPresent).toBe(false);
  expect(await stranger.unheard()).toEqual([]);
  const back = await at.connect({ username: "c1", clientId: "phone", clean: false });
  expect((await back.heard()).payload).toBe("order");
});

test.each([
  ["a packet before CONNECT", (client: RawClient) => client.send({ cmd: "pingreq" })],
  [
    "a second CONNECT",
    async (client: RawClient) => {
      await client.connect({ username: "hub", password: "key", clientId: "x" });
      client.connect({ username: "hub", password: "key", clientId: "x" }).catch(() => {});
    },
  ],
  [
    "a wildcard in a published topic",
    async (client: RawClient) => {
      await client.connect({ username: "hub", password: "key", clientId: "x" });
      client.publish("t/+", "x");
    },
  ],
  ["bytes of no protocol", (client: RawClient) => client.stream.write("GET / HTTP/1.1\r\n\r\n")],
] as const)("%s ends the connection", async (_what, say) => {
  const client = RawClient.toPort(at.port);
  await say(client);
  await client.closed();
  await (await hub("other")).ping();
});
