/**
 * The promise, tried: the platform is killed at random moments under load and started again.
 * Every reading whose message was acknowledged is stored once, the ledger balances to the value,
 * and each fault has one case and one order. GRIDWARDEN_TEST_KILLS sets how often (nightly: 20).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt, { type MqttClient } from "mqtt";
import { afterAll, expect, test } from "vitest";
import { foundCity } from "./support/city.ts";
import { until } from "./support/platform.ts";
import { type PlatformProcess, readLedger, startProcess } from "./support/process.ts";

const KILLS = Number(process.env.GRIDWARDEN_TEST_KILLS ?? 3);
const DEVICES = 30;
const ONE_KILL_MS_MAX = 60_000;
const SEED = 20_261_122;

let directory = "";
let platform: PlatformProcess;

afterAll(async () => {
  platform.child.kill("SIGKILL");
  await platform.ended;
  rmSync(directory, { recursive: true, force: true });
});

/** Numbers that repeat for a seed, so that a run that failed can be had again. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** A device that sends each message until it is acknowledged, whatever happens to its connection. */
class StubbornDevice {
  readonly acknowledged: { observedAt: number; value: number }[] = [];
  /** Acknowledged payloads that hold nothing readable. */
  unreadable = 0;
  hasBreached = false;
  private isRunning = true;
  private client: MqttClient | undefined;
  private readonly done: Promise<void>;
  readonly deviceId: string;
  private readonly key: string;
  private readonly port: () => number;
  private readonly random: () => number;

  constructor(deviceId: string, key: string, port: () => number, random: () => number) {
    this.deviceId = deviceId;
    this.key = key;
    this.port = port;
    this.random = random;
    this.done = this.live();
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    await this.done;
    await this.client?.endAsync(true);
  }

  private async live(): Promise<void> {
    let observedAt = Date.now();
    for (let _n = 0; this.isRunning; _n += 1) {
      observedAt = Math.max(observedAt + 1, Date.now());
      const value = Math.round(this.random() * 80) / 10;
      if (this.random() < 0.02) {
        await this.sendSurely("not a reading");
        this.unreadable += 1;
        continue;
      }
      const isBreach = !this.hasBreached && this.random() < 0.01;
      const values = isBreach ? { tiltDeg: value, isOpen: true } : { tiltDeg: value };
      await this.sendSurely(JSON.stringify({ observedAt, values }));
      this.acknowledged.push({ observedAt, value });
      if (isBreach) this.hasBreached = true;
    }
  }

  private async sendSurely(payload: string): Promise<void> {
    for (;;) {
      try {
        const client = await this.connected();
        await Promise.race([
          client.publishAsync(`v1/manhole-cover/${this.deviceId}/telemetry`, payload, { qos: 1 }),
          new Promise<never>((_resolve, reject) => {
            client.once("close", () => reject(new Error("the connection is gone")));
          }),
        ]);
        return;
      } catch {
        this.client?.end(true);
        this.client = undefined;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  private async connected(): Promise<MqttClient> {
    if (this.client !== undefined) return this.client;
    const options = { username: this.deviceId, password: this.key, reconnectPeriod: 0 };
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${this.port()}`, options, false);
    client.on("error", () => {});
    client.setMaxListeners(0);
    this.client = client;
    return client;
  }
}

test(
  `killed ${KILLS} times under load: nothing acknowledged is lost, nothing is there twice`,
  async () => {
    const random = seeded(SEED);
    directory = mkdtempSync(join(tmpdir(), "gridwarden-kill-"));
    platform = await startProcess(directory);
    const { ports } = platform;
    const city = await foundCity(platform.api);
    const devices: StubbornDevice[] = [];
    for (let n = 0; n < DEVICES; n += 1) {
      const key = await city.addDevice("manhole-cover", `mc-${n}`);
      devices.push(new StubbornDevice(`mc-${n}`, key, () => ports.mqtt, random));
    }
    for (let kill = 0; kill < KILLS; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, 400 + random() * 1_600));
      platform.child.kill("SIGKILL");
      await platform.ended;
      platform = await startProcess(directory, ports);
    }
    await Promise.all(devices.map((device) => device.stop()));

    const ledger = await until(async () => {
      const found = await readLedger(ports.http);
      return found.pendingUplinks === 0 ? found : undefined;
    }, "everything acknowledged to be stored");
    const { journaled = 0, stored = 0, duplicate = 0, conflict = 0, putAside = 0 } = ledger;
    expect(stored + duplicate + conflict + putAside).toBe(journaled);
    expect(conflict).toBe(0);
    expect(putAside).toBeGreaterThanOrEqual(
      devices.reduce((sum, device) => sum + device.unreadable, 0),
    );

    let rows = 0;
    for (const device of devices) {
      const { body } = await platform.api.get<{ series: { points: [number, number][] }[] }>(
        `/api/v1/readings?deviceId=${device.deviceId}&measurement=tiltDeg&from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`,
      );
      const points = body.series[0]?.points ?? [];
      // A message that was sent and never acknowledged may be there too; never one twice.
      expect(new Set(points.map(([at]) => at)).size).toBe(points.length);
      const byTime = new Map(points);
      const lost = device.acknowledged.filter((each) => byTime.get(each.observedAt) !== each.value);
      expect(lost).toEqual([]);
      rows += points.length;
    }
    const breached = devices.filter((device) => device.hasBreached);
    expect(rows + breached.length).toBeLessThanOrEqual(stored);

    const cases = await until(async () => {
      const { body } = await platform.api.get<{ items: { assetId: string; state: string }[] }>(
        "/api/v1/cases?status=open&limit=1000",
      );
      return body.items.length >= breached.length ? body.items : undefined;
    }, "a case for each breach");
    const assets = cases.map((each) => each.assetId);
    expect(new Set(assets).size).toBe(assets.length);
    for (const device of breached) expect(assets).toContain(`asset-of-${device.deviceId}`);

    const orders = await ordersOf(ports.mqtt, city.crewKey, cases.length);
    expect([...orders.values()].sort()).toEqual([...new Set(orders.values())].sort());
    expect(new Set(orders.values()).size).toBe(cases.length);

    const { body: chain } = await platform.api.get("/api/v1/audit/verify");
    expect(chain).toMatchObject({ isUnbroken: true });
  },
  (KILLS + 1) * ONE_KILL_MS_MAX,
);

/** Order id -> case number of every dispatched order that the crew is given. */
async function ordersOf(port: number, key: string, count: number): Promise<Map<string, string>> {
  const orders = new Map<string, string>();
  const phone = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    username: "crew-1",
    password: key,
    clientId: "phone",
    clean: false,
  });
  phone.on("message", (_topic, payload) => {
    const order = JSON.parse(payload.toString()) as {
      id: string;
      kind: string;
      case: { caseNo: string };
    };
    if (order.kind === "dispatched") orders.set(order.id, order.case.caseNo);
  });
  await phone.subscribeAsync("v1/crews/crew-1/cases", { qos: 1 });
  await until(() => orders.size >= count, "the orders");
  await phone.endAsync();
  return orders;
}

test("SIGTERM under load: ends with 0 within ten seconds, and a second one changes nothing", async () => {
  const { ports } = platform;
  const key = (await platform.api.post<{ key: string }>("/api/v1/devices/mc-0/key", {})).body.key;
  const device = new StubbornDevice("mc-0", key, () => ports.mqtt, seeded(1));
  await until(() => device.acknowledged.length > 50, "some load");
  platform.child.kill("SIGTERM");
  platform.child.kill("SIGTERM");
  expect(await platform.ended).toBe(0);
  platform = await startProcess(directory, ports);
  await device.stop();
  await until(
    async () => (await readLedger(ports.http)).pendingUplinks === 0,
    "everything acknowledged to be stored",
  );
  const { body } = await platform.api.get<{ series: { points: [number, number][] }[] }>(
    `/api/v1/readings?deviceId=mc-0&measurement=tiltDeg&from=2026-01-01T00:00:00Z&to=2100-01-01T00:00:00Z`,
  );
  const times = new Set(body.series[0]?.points.map(([at]) => at));
  expect(device.acknowledged.filter((each) => !times.has(each.observedAt))).toEqual([]);
}, 60_000);
