/**
 * The whole platform behind a real Mosquitto: from a lifted lid to the order that a crew gets
 * there, and nothing lost that Mosquitto has acknowledged while the platform is killed.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type City, type CrewOrder, connect, crewPhone, foundCity } from "./support/city.ts";
import { type Mosquitto, startMosquitto } from "./support/mosquitto.ts";
import { until } from "./support/platform.ts";
import { type PlatformProcess, readLedger, startProcess } from "./support/process.ts";
import { expectBalance, latestOf, pointsOf } from "./support/readings.ts";

const DEVICES = 5;
const IN_FLIGHT = 20;

let mosquitto: Mosquitto;
let platform: PlatformProcess;
let city: City;
let phone: { orders: CrewOrder[]; ids: string[]; client: MqttClient };
let directory = "";
const clients: MqttClient[] = [];

beforeAll(async () => {
  mosquitto = await startMosquitto();
  directory = mkdtempSync(join(tmpdir(), "gridwarden-external-"));
  platform = await start();
  city = await foundCity(platform.api);
  phone = await crewPhone(mosquitto.port, city.crewKey);
  clients.push(phone.client);
}, 120_000);

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  platform.child.kill("SIGKILL");
  await platform.ended;
  await mosquitto.stop();
  rmSync(directory, { recursive: true, force: true });
});

const start = (ports?: PlatformProcess["ports"]): Promise<PlatformProcess> =>
  startProcess(directory, ports, [], { GRIDWARDEN_MQTT_URL: mosquitto.url });

async function killAndStart(meanwhile: () => Promise<unknown>): Promise<void> {
  platform.child.kill("SIGKILL");
  await platform.ended;
  await meanwhile();
  platform = await start(platform.ports);
}

async function cover(deviceId: string) {
  await city.addDevice("manhole-cover", deviceId);
  const client = await connect(mosquitto.port, deviceId, "");
  clients.push(client);
  const topic = `v1/manhole-cover/${deviceId}/telemetry`;
  return {
    deviceId,
    send: (payload: object) => client.publishAsync(topic, JSON.stringify(payload), { qos: 1 }),
  };
}

const ordersOf = (deviceId: string): CrewOrder[] =>
  phone.orders.filter((order) => order.case.assetId === `asset-of-${deviceId}`);

test("a lifted lid at Mosquitto is stored, becomes a case, and its order reaches the crew there", async () => {
  const lid = await cover("lid-1");
  await lid.send({ values: { tiltDeg: 41.5, isOpen: true } });
  const [order] = await until(() => {
    const orders = ordersOf("lid-1");
    return orders.length > 0 && orders;
  }, "the order");
  expect(order).toMatchObject({ kind: "dispatched", case: { state: "DISPATCHED" } });
  expect(await latestOf(platform.api, "asset-of-lid-1")).toContainEqual(
    expect.objectContaining({ measurement: "tiltDeg", value: 41.5 }),
  );
});

test("killed twice while messages come: all that Mosquitto took is stored, once", async () => {
  const covers = await Promise.all(Array.from({ length: DEVICES }, (_, n) => cover(`mc-${n}`)));
  const taken = new Map<string, [number, number][]>();
  let next = Date.now() - 60_000;
  let isSending = true;
  let sentWhileDown = 0;

  /** Keeps a few messages in flight until told to stop; notes what Mosquitto has acknowledged. */
  async function speak({ deviceId, send }: (typeof covers)[number]): Promise<void> {
    const mine: [number, number][] = [];
    taken.set(deviceId, mine);
    while (isSending) {
      const some = Array.from({ length: IN_FLIGHT / DEVICES }, (_, n) => {
        next += 1;
        return [next, n] as [number, number];
      });
      await Promise.all(
        some.map(([observedAt, tiltDeg]) => send({ observedAt, values: { tiltDeg } })),
      );
      mine.push(...some);
    }
  }
  const count = (): number => [...taken.values()].reduce((sum, mine) => sum + mine.length, 0);
  const storedMore = async (than: number): Promise<void> => {
    await until(
      async () => ((await readLedger(platform.ports.http)).stored ?? 0) > than,
      "some to be stored",
    );
  };

  const speaking = Promise.all(covers.map(speak));
  await storedMore(200);
  const lid = await cover("lid-2");
  for (const kill of [1, 2]) {
    await killAndStart(async () => {
      const before = count();
      if (kill === 1) await lid.send({ values: { isOpen: true } });
      await until(() => count() > before + 200, "messages at Mosquitto while nobody is there");
      sentWhileDown += count() - before;
    });
    await storedMore((await readLedger(platform.ports.http)).stored ?? 0);
  }
  isSending = false;
  await speaking;

  expect(sentWhileDown).toBeGreaterThan(400);
  await until(async () => {
    for (const { deviceId } of covers) {
      const points = await pointsOf(platform.api, { deviceId, measurement: "tiltDeg" });
      if (points.length < (taken.get(deviceId)?.length ?? 0)) return false;
    }
    return true;
  }, "all of them to be stored");
  const ledger = await expectBalance(platform.ports.http);
  expect(ledger).toMatchObject({ conflict: 0, putAside: 0 });
  for (const { deviceId } of covers) {
    const points = await pointsOf(platform.api, { deviceId, measurement: "tiltDeg" });
    expect(points).toEqual((taken.get(deviceId) ?? []).toSorted(([a], [b]) => a - b));
  }
  // What was lifted while nobody was there has one case and one order.
  await until(() => ordersOf("lid-2").length > 0, "the order");
  expect(ordersOf("lid-2")).toHaveLength(1);
}, 90_000);
