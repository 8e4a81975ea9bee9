/** The platform behind another broker, tried against the embedded one; Mosquitto has its own tests. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { wallClock } from "../model/clock.ts";
import { uplinkFilters } from "../model/device-formats.ts";
import { ServiceId } from "../model/ids.ts";
import { type Log, silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { AcceptUplink, Uplink } from "../model/uplink.ts";
import type { Broker } from "./broker.ts";
import { createExternalBroker } from "./external-broker.ts";
import { eventually, startTestBroker, type TestBroker } from "./test-broker.ts";

const TELEMETRY = "v1/manhole-cover/d1/telemetry";

let other: TestBroker;
let platform: Broker | undefined;
beforeEach(async () => {
  other = await startTestBroker();
});
afterEach(async () => {
  await platform?.stop();
  platform = undefined;
  await other.stop();
});

async function startPlatform(accept: AcceptUplink, user = "hub:key"): Promise<string[]> {
  const delivered: string[] = [];
  platform = createExternalBroker(
    {
      clock: wallClock(),
      log: silentLog,
      metrics: memoryMetrics(),
      accept,
      onDelivered: ({ username, topic }) => delivered.push(`${username} ${topic}`),
    },
    { url: `mqtt://${user}@127.0.0.1:${other.port}`, reconnectMs: 20, startMsMax: 300 },
  );
  await platform.start();
  return delivered;
}

test("many messages are in flight; each is acknowledged when the journal has it", async () => {
  const waiting: (() => void)[] = [];
  const uplinks: Uplink[] = [];
  await startPlatform((uplink, done) => {
    uplinks.push(uplink);
    waiting.push(done);
  });
  const device = await other.connect({ username: "d1", clientId: "x" });
  for (const payload of ["1", "2", "3"]) await device.publishAcked(TELEMETRY, payload);
  await eventually("three in flight", () => waiting.length === 3);
  expect(other.broker.stats().queuedMessages).toBe(3);
  expect(platform?.stats()).toMatchObject({ isConnected: true, pendingUplinks: 3 });
  waiting[1]?.();
  await eventually("one acknowledgement", () => other.broker.stats().queuedMessages === 2);
  waiting[0]?.();
  waiting[2]?.();
  await eventually("all acknowledged", () => other.broker.stats().queuedMessages === 0);
  expect(uplinks.map(({ sender, topic }) => [sender, topic])).toEqual(
    Array.from({ length: 3 }, () => ["", TELEMETRY]),
  );
});

test("what the journal refuses is sent again until it takes it", async () => {
  const seen: string[] = [];
  let isFull = true;
  await startPlatform((uplink, done) => {
    seen.push(Buffer.from(uplink.payload).toString());
    setImmediate(() => done(isFull ? new Error("full") : undefined));
    if (seen.length === 3) isFull = false;
  });
  const device = await other.connect({ username: "d1", clientId: "x" });
  await device.publishAcked(TELEMETRY, "again");
  await eventually(
    "the acknowledgement",
    () => !isFull && other.broker.stats().queuedMessages === 0,
  );
  expect(seen.length).toBeGreaterThanOrEqual(3);
  expect(new Set(seen)).toEqual(new Set(["again"]));
});

test("an order counts as delivered with the broker's acknowledgement", async () => {
  const delivered = await startPlatform((_uplink, done) => done());
  const crew = await other.connect({ username: "c1", clientId: "phone" });
  await crew.subscribe(["v1/crews/c1/cases", 1]);
  await platform?.publish({ topic: "v1/crews/c1/cases", payload: "order", qos: 1 });
  expect(delivered).toEqual(["c1 v1/crews/c1/cases"]);
  expect((await crew.heard()).payload).toBe("order");
});

test("a broker that refuses the platform is shown as not connected, and publishing says so", async () => {
  await startPlatform((_uplink, done) => done(), "hub:wrong");
  expect(platform?.stats().isConnected).toBe(false);
  await expect(platform?.publish({ topic: "x", payload: "", qos: 1 })).rejects.toThrow(
    "not connected",
  );
});

/** A broker at which the platform may have the topics of `acme` beside those of every format. */
async function brokerOfCity(): Promise<TestBroker> {
  await other.stop();
  const rights = { publish: ["acme/#"], subscribe: ["v1/#", "acme/#", ...uplinkFilters()] };
  const identity = { kind: "service", serviceId: ServiceId.parse("city"), ...rights } as const;
  return startTestBroker({ deps: { authenticate: async () => identity } });
}

test("topics of JSON sources are followed as they come and go, each for itself", async () => {
  other = await brokerOfCity();
  const seen: string[] = [];
  // The second is refused, and stands in nobody's way.
  let filters = ["acme/+/up", "secret/+"];
  const told: unknown[] = [];
  const log: Log = { ...silentLog, error: (_text, about) => told.push(about), of: () => log };
  platform = createExternalBroker(
    {
      ...{ clock: wallClock(), log, metrics: memoryMetrics(), onDelivered: () => {} },
      accept: ({ topic }, done) => {
        seen.push(topic);
        done();
      },
      sourceFilters: () => filters,
    },
    { url: `mqtt://city:key@127.0.0.1:${other.port}`, reconnectMs: 20, startMsMax: 300 },
  );
  await platform.start();
  const service = await other.connect({ username: "city", clientId: "v" });
  await eventually("the source's topic", () =>
    other.subscribed.some(({ filter }) => filter === "acme/+/up"),
  );
  expect(platform.stats().isConnected).toBe(true);
  await service.publishAcked("acme/17/up", "{}");
  await eventually("the message", () => seen.includes("acme/17/up"));
  filters = ["acme/+/down"];
  platform.sourcesChanged();
  await eventually("the other topic", () =>
    other.subscribed.some(({ filter }) => filter === "acme/+/down"),
  );
  await service.publishAcked("acme/17/up", "{}");
  await service.publishAcked("acme/17/down", "{}");
  await eventually("the other message", () => seen.includes("acme/17/down"));
  expect(seen).toEqual(["acme/17/up", "acme/17/down"]);
  expect(told).toMatchObject([{ refused: ["secret/+"] }]);
});

/** A process of the platform with these sources; what it hears. */
async function startWith(
  filters: readonly string[],
  kept: { filters: readonly string[] } | undefined,
): Promise<string[]> {
  const seen: string[] = [];
  const keptFilters = kept && {
    read: () => kept.filters,
    write: (next: readonly string[]) => {
      kept.filters = next;
    },
  };
  platform = createExternalBroker(
    {
      ...{ clock: wallClock(), log: silentLog, metrics: memoryMetrics(), onDelivered: () => {} },
      accept: ({ topic }, done) => {
        seen.push(topic);
        done();
      },
      sourceFilters: () => filters,
      ...(keptFilters && { keptFilters }),
    },
    { url: `mqtt://city:key@127.0.0.1:${other.port}`, reconnectMs: 20, startMsMax: 300 },
  );
  await platform.start();
  return seen;
}

test("a topic that a source gave up while the platform was down is not heard any more", async () => {
  other = await brokerOfCity();
  const kept = { filters: [] as readonly string[] };
  await startWith(["acme/+/up", "acme/+/more"], kept);
  await eventually("the subscription", () =>
    other.subscribed.some(({ filter }) => filter === "acme/+/up"),
  );
  expect(kept.filters).toEqual(["acme/+/up", "acme/+/more"]);
  await platform?.stop();
  const service = await other.connect({ username: "city", clientId: "v" });
  const seen = await startWith(["acme/+/more"], kept);
  await eventually("the end of it", () => kept.filters.length === 1);
  await service.publishAcked("acme/17/up", "{}");
  await service.publishAcked("acme/17/more", "{}");
  await eventually("the other topic", () => seen.includes("acme/17/more"));
  expect(seen).toEqual(["acme/17/more"]);
  expect(kept.filters).toEqual(["acme/+/more"]);
});
