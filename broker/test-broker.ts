/**
 * A broker for tests on a free port and a data folder of its own, with a few identities whose key
 * is `key`: devices d1 and d2, gateway g1 (of d2), crews c1 and c2, services hub and dash.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { wallClock } from "../model/clock.ts";
import type { Identity } from "../model/identity.ts";
import { CrewId, DeviceId, GatewayId, ServiceId } from "../model/ids.ts";
import { silentLog } from "../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../model/metrics.ts";
import type { Uplink } from "../model/uplink.ts";
import { type Broker, type BrokerDeps, type BrokerOptions, createBroker } from "./broker.ts";
import { type ConnectWords, RawClient } from "./raw-client.ts";

const device = (id: string): Identity => ({
  kind: "device",
  deviceId: DeviceId.parse(id),
  class: "manhole-cover",
  publish: [`hj212/mn-${id}/up`],
  subscribe: [`hj212/mn-${id}/down`],
});

const service = (id: string, publish: string[], subscribe: string[]): Identity => ({
  kind: "service",
  serviceId: ServiceId.parse(id),
  publish,
  subscribe,
});

const IDENTITIES: Record<string, Identity> = {
  d1: device("d1"),
  d2: device("d2"),
  g1: { kind: "gateway", gatewayId: GatewayId.parse("g1") },
  c1: { kind: "crew", crewId: CrewId.parse("c1") },
  c2: { kind: "crew", crewId: CrewId.parse("c2") },
  hub: service("hub", ["#", "$lab/#"], ["#", "$lab/#"]),
  dash: service("dash", ["v1/+/+/command"], ["v1/+/+/status", "v1/crews/+/position"]),
};

export interface TestBroker {
  broker: Broker;
  port: number;
  ports: { mqtt?: number; mqtts?: number; ws?: number };
  metrics: MemoryMetrics;
  uplinks: Uplink[];
  delivered: { username: string; topic: string; payload: string }[];
  subscribed: { filter: string; isRestored?: boolean }[];
  directory: string;
  connect(words: ConnectWords): Promise<RawClient>;
  /** Ends the process' broker and starts another on the same data. */
  restarted(): Promise<TestBroker>;
  stop(): Promise<void>;
}

export interface TestBrokerWords {
  deps?: Partial<BrokerDeps>;
  options?: Partial<BrokerOptions>;
  directory?: string;
}

export async function startTestBroker(words: TestBrokerWords = {}): Promise<TestBroker> {
  const directory = words.directory ?? (await mkdtemp(join(tmpdir(), "gridwarden-broker-")));
  const metrics = memoryMetrics();
  const uplinks: Uplink[] = [];
  const delivered: TestBroker["delivered"] = [];
  const subscribed: TestBroker["subscribed"] = [];
  const broker = createBroker(
    {
      clock: wallClock(),
      log: silentLog,
      metrics,
      accept: (uplink, done) => {
        uplinks.push(uplink);
        setImmediate(done);
      },
      authenticate: async (username, password) =>
        password === "key" ? IDENTITIES[username] : undefined,
      gatewayMayUse: (gatewayId, id) => gatewayId === "g1" && (id === "d2" || id === "mn-d2"),
      onDelivered: ({ username, topic, payload }) => {
        delivered.push({ username, topic, payload: Buffer.from(payload).toString() });
      },
      onSubscribed: ({ filter, isRestored }) => {
        subscribed.push(isRestored === undefined ? { filter } : { filter, isRestored });
      },
      ...words.deps,
    },
    { dataDirectory: directory, bind: "127.0.0.1", mqttPort: 0, ...words.options },
  );
  const ports = await broker.start();
  const port = ports.mqtt ?? 0;
  return {
    broker,
    port,
    ports,
    metrics,
    uplinks,
    delivered,
    subscribed,
    directory,
    async connect(connectWords) {
      const client = RawClient.toPort(port);
      const connack = await client.connect({ password: "key", ...connectWords });
      if (connack.returnCode !== 0) throw new Error(`refused with ${connack.returnCode}`);
      return client;
    },
    async restarted() {
      await broker.stop();
      return startTestBroker({ ...words, directory });
    },
    async stop() {
      await broker.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** Waits for a condition that no event tells of, with a limit. */
export async function eventually(what: string, isSo: () => boolean): Promise<void> {
  for (let check = 0; !isSo(); check += 1) {
    if (check > 800) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
