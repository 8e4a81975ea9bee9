/** The broker's bounds: a client past one is slowed, refused or closed, counted, and hinders nobody. */
import { expect, test } from "vitest";
import { RawClient } from "./raw-client.ts";
import { CASES, closedCount, start, TELEMETRY } from "./started-broker.ts";

test("a subscriber that never reads is cut off at its bound and blocks nobody", async () => {
  const broker = await start({ options: { subscriberPendingBytesMax: 256 * 1024 } });
  const frozen = await broker.connect({ username: "hub", clientId: "frozen", clean: false });
  await frozen.subscribe(["v1/#", 1]);
  frozen.stream.pause();
  const lively = await broker.connect({ username: "hub", clientId: "lively" });
  await lively.subscribe(["v1/#", 0]);
  const device = await broker.connect({ username: "d1", clientId: "x" });
  const payload = "x".repeat(64 * 1024);
  const isCut = (): boolean => closedCount(broker, "slow-subscriber") === 1;
  for (let sent = 0; sent < 400 && !isCut(); sent += 1) {
    await device.publishAcked(TELEMETRY, payload);
    await lively.heard();
  }
  expect(isCut()).toBe(true);
  expect(broker.broker.stats().sessions).toBe(1);
  await device.publishAcked(TELEMETRY, "still served");
  expect((await lively.heard()).payload).toBe("still served");
  frozen.stream.destroy();
});

test("a packet that says it is larger than the limit closes before its payload is sent", async () => {
  const broker = await start();
  const device = await broker.connect({ username: "d1", clientId: "x" });
  // PUBLISH with a remaining length of 10 MB, of which only the beginning comes, byte by byte.
  for (const byte of [0x32, 0x80, 0xad, 0xe2, 0x04]) device.stream.write(Buffer.from([byte]));
  await device.closed();
  expect(closedCount(broker, "packet-size")).toBe(1);
  expect(broker.uplinks).toEqual([]);
});

test("a packet as large as the limit is taken", async () => {
  const broker = await start({ options: { packetBytesMax: 10_000 } });
  const device = await broker.connect({ username: "d1", clientId: "x" });
  await device.publishAcked(TELEMETRY, "x".repeat(10_000 - 4 - TELEMETRY.length));
  device.publish(TELEMETRY, "x".repeat(10_000 - 3 - TELEMETRY.length));
  await device.closed();
  expect(broker.uplinks).toHaveLength(1);
});

test("a client beyond its messages a second is slowed, loses nothing, and hinders nobody", async () => {
  const broker = await start({ options: { messagesPerSecondPerClientMax: 20 } });
  const fast = await broker.connect({ username: "d1", clientId: "x" });
  const count = 60;
  for (let sent = 1; sent <= count; sent += 1) {
    await fast.publishAcked(TELEMETRY, String(sent));
    if (sent === 20) {
      const other = await broker.connect({ username: "d2", clientId: "x" });
      await other.publishAcked("v1/manhole-cover/d2/telemetry", "other");
      expect(broker.uplinks.at(-1)?.sender).toBe("d2");
    }
  }
  expect(broker.uplinks).toHaveLength(count + 1);
  expect(broker.metrics.value("gridwarden_broker_slowed_total")).toBeGreaterThanOrEqual(2);
});

test("connections beyond the limit are refused and counted", async () => {
  const broker = await start({ options: { connectionsMax: 1 } });
  await broker.connect({ username: "d1", clientId: "x" });
  const second = RawClient.toPort(broker.port);
  await second.closed();
  expect(broker.metrics.value("gridwarden_broker_refused_total", { reason: "connections" })).toBe(
    1,
  );
});

test("a topic beyond the retained limit is delivered, not kept", async () => {
  const broker = await start({ options: { retainedMessagesMax: 1 } });
  const sender = await broker.connect({ username: "hub", clientId: "x" });
  await sender.subscribe(["t/#", 0]);
  for (const topic of ["t/a", "t/b", "t/a"])
    await sender.publishAcked(topic, topic, { retain: true });
  expect(await sender.unheard()).toEqual(["t/a", "t/b", "t/a"]);
  expect(broker.broker.stats().retainedMessages).toBe(1);
  expect(broker.metrics.value("gridwarden_broker_dropped_total", { what: "retained" })).toBe(1);
});

test("beyond the number of sessions the one that is away longest is forgotten", async () => {
  const broker = await start({ options: { sessionsMax: 2 } });
  for (const clientId of ["a", "b", "c"]) {
    const client = await broker.connect({ username: "c1", clientId, clean: false });
    await client.subscribe([CASES, 1]);
    await client.disconnect();
  }
  expect(broker.broker.stats().sessions).toBe(2);
  const words = { username: "c1", password: "key", clean: false };
  const first = await RawClient.toPort(broker.port).connect({ ...words, clientId: "a" });
  const last = await RawClient.toPort(broker.port).connect({ ...words, clientId: "c" });
  expect([first.sessionPresent, last.sessionPresent]).toEqual([false, true]);
});
