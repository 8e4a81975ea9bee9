/** The platform behind a real Mosquitto (Debian's package), started here and stopped by its pid. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { wallClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import type { AcceptUplink } from "../model/uplink.ts";
import type { Broker } from "./broker.ts";
import { createExternalBroker, type ExternalBrokerOptions } from "./external-broker.ts";
import { RawClient } from "./raw-client.ts";
import { eventually } from "./test-broker.ts";

const MOSQUITTO = "/usr/sbin/mosquitto";
const TELEMETRY = "v1/manhole-cover/d1/telemetry";

let directory: string;
let port: number;
let mosquitto: ChildProcess | undefined;
const brokers: Broker[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "gridwarden-mosquitto-"));
  port = await freePort();
  const shipped = await readFile(new URL("mosquitto.example.conf", import.meta.url), "utf8");
  const conf = shipped
    .replace("listener 1883", `listener ${port} 127.0.0.1`)
    .replace("allow_anonymous false", "allow_anonymous true")
    .replace(/^(password_file|acl_file) .*$/gm, "")
    .replace("/var/lib/mosquitto/", `${directory}/`);
  await writeFile(join(directory, "mosquitto.conf"), `${conf}\nuser root\n`);
  await startMosquitto();
});

afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.stop();
  await stopMosquitto();
  await rm(directory, { recursive: true, force: true });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function startMosquitto(): Promise<void> {
  const child = spawn(MOSQUITTO, ["-c", join(directory, "mosquitto.conf")], { stdio: "ignore" });
  mosquitto = child;
  let isUp = false;
  while (!isUp) {
    const client = RawClient.toPort(port);
    isUp = await client.connect({ clientId: "probe" }).then(
      () => true,
      () => false,
    );
    client.stream.destroy();
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function stopMosquitto(): Promise<void> {
  const child = mosquitto;
  mosquitto = undefined;
  if (child === undefined || child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

interface Platform {
  broker: Broker;
  metrics: MemoryMetrics;
  taken: string[];
  delivered: string[];
}

async function startPlatform(
  accept?: AcceptUplink,
  options: Partial<ExternalBrokerOptions> = {},
): Promise<Platform> {
  const metrics = memoryMetrics();
  const taken: string[] = [];
  const delivered: string[] = [];
  const broker = createExternalBroker(
    {
      clock: wallClock(),
      log: silentLog,
      metrics,
      accept: (uplink, done) => {
        expect(uplink.sender).toBe("");
        taken.push(Buffer.from(uplink.payload).toString());
        if (accept === undefined) setImmediate(done);
        else accept(uplink, done);
      },
      onDelivered: ({ username, payload }) => {
        delivered.push(`${username}:${Buffer.from(payload).toString()}`);
      },
    },
    { url: `mqtt://127.0.0.1:${port}`, reconnectMs: 50, ...options },
  );
  brokers.push(broker);
  await broker.start();
  return { broker, metrics, taken, delivered };
}

async function device(): Promise<RawClient> {
  const client = RawClient.toPort(port);
  await client.connect({ clientId: "d1" });
  return client;
}

test("at the broker stands whether the host is there: connected, lost, back, gone", async () => {
  const hostState = {
    topic: "spBv1.0/STATE/city",
    payloadOf: (isUp: boolean, since: number) => `${isUp ? "up" : "down"} ${since}`,
  };
  const { broker } = await startPlatform(undefined, { hostState });
  const watcher = await device();
  const next = async (): Promise<string> => (await watcher.heard()).payload;
  await watcher.subscribe([hostState.topic, 0]);
  const up = await next();
  expect(up).toMatch(/^up \d+$/);
  // Another of the same id: the broker drops the first.
  await RawClient.toPort(port).connect({ clientId: "gridwarden" });
  expect(await next()).toBe(up.replace("up", "down"));
  const back = await next();
  expect(Number(back.slice(3))).toBeGreaterThan(Number(up.slice(3)));
  await broker.stop();
  expect(await next()).toBe(back.replace("up", "down"));
});

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));

test("uplinks of every topic of the platform arrive, foreign ones do not", async () => {
  const platform = await startPlatform();
  const client = await device();
  const topics = [
    TELEMETRY,
    "v1/manhole-cover/d1/status",
    "v1/manhole-cover/d1/command/ack",
    "v1/crews/c1/position",
    "hj212/mn1/up",
  ];
  for (const topic of [...topics, "v1/manhole-cover/d1/command", "else"]) {
    await client.publishAcked(topic, topic);
  }
  await eventually("all uplinks", () => platform.taken.length === topics.length);
  expect(platform.taken.toSorted()).toEqual(topics.toSorted());
});

test("a thousand messages are in flight while the journal has answered none", async () => {
  const waiting: (() => void)[] = [];
  const platform = await startPlatform((_uplink, done) => void waiting.push(done));
  const client = await device();
  for (const payload of numbers(1_000)) client.publish(TELEMETRY, payload);
  await eventually("all at the journal", () => waiting.length === 1_000);
  expect(platform.broker.stats().pendingUplinks).toBe(1_000);
  for (const done of waiting) done();
  await client.publishAcked(TELEMETRY, "last");
  await eventually("the last", () => waiting.length === 1_001);
  waiting[1_000]?.();
  await platform.broker.stop();
  // All were acknowledged: a new process of the same session is sent nothing again.
  const next = await startPlatform();
  await client.publishAcked(TELEMETRY, "next");
  await eventually("the next", () => next.taken.length > 0);
  expect(next.taken).toEqual(["next"]);
});

test("beyond its bound of pending messages nothing more is taken, and nothing is lost", async () => {
  const waiting: (() => void)[] = [];
  const accept: AcceptUplink = (_uplink, done) => void waiting.push(done);
  const platform = await startPlatform(accept, { pendingMax: 10 });
  const client = await device();
  for (const payload of numbers(50)) client.publish(TELEMETRY, payload);
  await eventually("a full house", () => waiting.length === 10);
  while (platform.taken.length < 50) {
    for (const done of waiting.splice(0)) done();
    expect(platform.broker.stats().pendingUplinks).toBeLessThanOrEqual(10);
    await eventually("more", () => waiting.length > 0);
  }
  expect(platform.taken).toEqual(numbers(50));
  for (const done of waiting) done();
});

test("what the journal refused comes again until it is taken", async () => {
  let refusals = 3;
  const stored: string[] = [];
  const platform = await startPlatform((uplink, done) => {
    if (refusals > 0) {
      refusals -= 1;
      setImmediate(() => done(new Error("full")));
      return;
    }
    stored.push(Buffer.from(uplink.payload).toString());
    setImmediate(done);
  });
  const client = await device();
  for (const payload of numbers(20)) await client.publishAcked(TELEMETRY, payload);
  await eventually("all stored", () => new Set(stored).size === 20);
  const closed = platform.metrics.value("gridwarden_broker_closed_total", { reason: "journal" });
  expect(closed).toBeGreaterThanOrEqual(1);
});

test("a process that ends without its acknowledgements is sent everything again", async () => {
  const first = await startPlatform(() => {});
  const client = await device();
  for (const payload of numbers(30)) await client.publishAcked(TELEMETRY, payload);
  await eventually("all seen once", () => first.taken.length === 30);
  // The second takes the session over, as after kill -9 of the first.
  const second = await startPlatform();
  await eventually("all seen again", () => second.taken.length >= 30);
  expect(second.taken.slice(0, 30)).toEqual(numbers(30));
});

test("what is published while the platform is away, or over a restart of the broker, waits", async () => {
  const first = await startPlatform();
  await first.broker.stop();
  const client = await device();
  for (const payload of numbers(1_500)) await client.publishAcked(TELEMETRY, payload);
  client.publish(TELEMETRY, "at qos 0", { qos: 0 });
  await client.ping();
  await stopMosquitto();
  await startMosquitto();
  const second = await startPlatform();
  await eventually("the whole queue", () => second.taken.length >= 1_501);
  expect(second.taken).toEqual([...numbers(1_500), "at qos 0"]);
});

test("the platform finds its way back when the broker restarts under it", async () => {
  const platform = await startPlatform();
  await stopMosquitto();
  await expect(
    platform.broker.publish({ topic: "v1/crews/c1/cases", payload: "x", qos: 1 }),
  ).rejects.toThrow("not connected");
  await startMosquitto();
  await eventually("the connection", () => platform.broker.stats().isConnected);
  const client = await device();
  await client.publishAcked(TELEMETRY, "back");
  await eventually("the uplink", () => platform.taken.length === 1);
});

test("an order counts as delivered with the broker's acknowledgement", async () => {
  const platform = await startPlatform();
  await platform.broker.publish({ topic: "v1/crews/c1/cases", payload: "order", qos: 1 });
  await platform.broker.publish({ topic: "v1/manhole-cover/d1/command", payload: "c", qos: 1 });
  expect(platform.delivered).toEqual(["c1:order"]);
});

test("a retained copy is not taken for news", async () => {
  const client = await device();
  const messageId = client.publish("v1/manhole-cover/d1/status", "online", { retain: true });
  await client.next("puback", (packet) => packet.messageId === messageId);
  const platform = await startPlatform();
  await client.publishAcked(TELEMETRY, "news");
  await eventually("the news", () => platform.taken.length > 0);
  expect(platform.taken).toEqual(["news"]);
});

test("a broker that is not there delays the start, and does not prevent it", async () => {
  await stopMosquitto();
  const platform = await startPlatform(undefined, { startMsMax: 100 });
  expect(platform.broker.stats().isConnected).toBe(false);
});
