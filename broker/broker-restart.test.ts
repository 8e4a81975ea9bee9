/** What waits for those who are away, and what a restart of the broker keeps. */
import { expect, test } from "vitest";
import { RawClient } from "./raw-client.ts";
import { CASES, restart, start } from "./started-broker.ts";
import { eventually } from "./test-broker.ts";

test("sessions, retained messages and queues are there after a restart", async () => {
  const before = await start();
  const crew = await before.connect({ username: "c1", clientId: "phone", clean: false });
  await crew.subscribe([CASES, 1]);
  await before.broker.publish({ topic: CASES, payload: "sent before", qos: 1 });
  await crew.heard();
  await crew.disconnect();
  await eventually("the end", () => before.broker.stats().connections === 0);
  await before.broker.publish({ topic: CASES, payload: "queued", qos: 1 });
  const device = await before.connect({ username: "d1", clientId: "x" });
  await device.publishAcked("v1/manhole-cover/d1/status", "online", { retain: true });
  await device.disconnect();
  const at = await restart(before);
  await at.broker.publish({ topic: CASES, payload: "after", qos: 1 });
  const back = RawClient.toPort(at.port);
  const words = { username: "c1", password: "key", clientId: "phone", clean: false };
  expect((await back.connect(words)).sessionPresent).toBe(true);
  const heard = [await back.heard(), await back.heard(), await back.heard()];
  expect(heard.map(({ payload, dup }) => [payload, dup])).toEqual([
    ["sent before", true],
    ["queued", false],
    ["after", false],
  ]);
  for (const message of heard) back.acknowledge(message);
  await back.ping();
  expect(at.delivered.map(({ payload }) => payload)).toEqual(["sent before", "queued", "after"]);
  const watcher = await at.connect({ username: "dash", clientId: "w" });
  await watcher.subscribe(["v1/+/+/status", 0]);
  expect(await watcher.heard()).toMatchObject({ payload: "online", retain: true });
  expect(at.broker.stats()).toMatchObject({ queuedMessages: 0, retainedMessages: 1, sessions: 1 });
});

test("those who wait for the host hear that it is there, that it goes, and of each start anew", async () => {
  const hostState = {
    topic: "spBv1.0/STATE/city",
    payloadOf: (isUp: boolean, since: number) => `${isUp ? "up" : "down"} ${since}`,
  };
  const before = await start({ options: { hostState } });
  const watcher = await before.connect({ username: "hub", clientId: "w" });
  await watcher.subscribe(["spBv1.0/STATE/+", 1]);
  const up = await watcher.heard();
  expect(up).toMatchObject({ topic: hostState.topic, retain: true });
  expect(up.payload).toMatch(/^up \d+$/);
  const going = watcher.heard();
  const at = await restart(before);
  expect((await going).payload).toBe(up.payload.replace("up", "down"));
  const later = await at.connect({ username: "hub", clientId: "w2" });
  await later.subscribe([hostState.topic, 1]);
  const again = await later.heard();
  expect(Number(again.payload.slice(3))).toBeGreaterThan(Number(up.payload.slice(3)));
  expect(at.broker.stats().retainedMessages).toBe(1);
});

test("the will of a client that does not come back after a restart is published then", async () => {
  const before = await start({ options: { willDelayMs: 200 } });
  const will = { payload: "offline", retain: true, qos: 1 as const };
  const of = (id: string) => ({ ...will, topic: `v1/manhole-cover/${id}/status` });
  await before.connect({ username: "d1", clientId: "x", will: of("d1") });
  await before.connect({ username: "d2", clientId: "x", will: of("d2") });
  const polite = await before.connect({ username: "d1", clientId: "y", will: of("d1") });
  await polite.disconnect();
  const at = await restart(before);
  expect(before.uplinks).toEqual([]);
  const returned = await at.connect({ username: "d2", clientId: "x" });
  const uplinks = at.uplinks;
  await eventually("the will", () => uplinks.length > 0);
  await returned.ping();
  expect(uplinks).toMatchObject([{ sender: "d1", topic: "v1/manhole-cover/d1/status" }]);
  await eventually("the retained status", () => at.broker.stats().retainedMessages === 1);
});

test("a will left while taking a session over is still owed after a restart", async () => {
  const before = await start({ options: { willDelayMs: 200 } });
  const topic = "v1/manhole-cover/d1/status";
  const leaving = (payload: string) => ({
    username: "d1",
    clientId: "x",
    will: { topic, payload },
  });
  const first = await before.connect(leaving("of the first"));
  await before.connect(leaving("of the second"));
  await first.closed();
  await eventually("the first will", () => before.uplinks.length === 1);
  const at = await restart(before);
  const uplinks = at.uplinks;
  await eventually("the second will", () => uplinks.length > 0);
  expect(Buffer.from(uplinks[0]?.payload ?? []).toString()).toBe("of the second");
});

test.each([true, false])(
  "an order counts as delivered when a session of its crew has acknowledged it (clean: %s)",
  async (clean) => {
    const broker = await start();
    const crew = await broker.connect({ username: "c1", clientId: "phone", clean });
    expect(await crew.subscribe([CASES, 1])).toEqual([1]);
    expect(broker.subscribed).toEqual([{ filter: CASES }]);
    await broker.broker.publish({ topic: CASES, payload: "one", qos: 1 });
    await broker.broker.publish({ topic: CASES, payload: "two", qos: 1 });
    await crew.heard();
    const second = await crew.heard();
    await crew.ping();
    expect(broker.delivered).toEqual([]);
    crew.acknowledge(second);
    await crew.ping();
    expect(broker.delivered).toEqual([{ username: "c1", topic: CASES, payload: "two" }]);
  },
);

test("a queue keeps its newest messages, and the loss is told when its session returns", async () => {
  const broker = await start({ options: { offlineMessagesPerSessionMax: 3 } });
  const crew = await broker.connect({ username: "c1", clientId: "phone", clean: false });
  await crew.subscribe([CASES, 1]);
  await crew.disconnect();
  for (const payload of ["1", "2", "3", "4", "5"]) {
    await broker.broker.publish({ topic: CASES, payload, qos: 1 });
  }
  expect(broker.metrics.value("gridwarden_broker_dropped_total", { what: "message" })).toBe(2);
  const back = await broker.connect({ username: "c1", clientId: "phone", clean: false });
  const heard = [await back.heard(), await back.heard(), await back.heard()];
  expect(heard.map(({ payload }) => payload)).toEqual(["3", "4", "5"]);
  expect(broker.subscribed).toEqual([{ filter: CASES }, { filter: CASES, isRestored: true }]);
});
