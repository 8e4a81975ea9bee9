/**
 * The whole platform with its readings in a real InfluxDB: while messages come InfluxDB is killed, then the
 * platform, then both. Cases go on without it, and all that was acknowledged is stored, once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InfluxServer, startInflux } from "../bench/influx-server.ts";
import { type City, type CrewOrder, connect, crewPhone, foundCity } from "./support/city.ts";
import { type Mosquitto, startMosquitto } from "./support/mosquitto.ts";
import { until } from "./support/platform.ts";
import { type PlatformProcess, readLedger, readMetric, startProcess } from "./support/process.ts";
import { expectBalance, latestOf, type Point, pointsOf } from "./support/readings.ts";

let influx: InfluxServer;
/** Keeps what devices say while the platform is killed. */
let mosquitto: Mosquitto;
let platform: PlatformProcess;
let city: City;
let phone: { orders: CrewOrder[]; client: MqttClient };
const directory = mkdtempSync(join(tmpdir(), "gridwarden-influx-platform-"));
const clients: MqttClient[] = [];

beforeAll(async () => {
  influx = await startInflux();
  mosquitto = await startMosquitto();
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
  await influx.running.stop();
  rmSync(directory, { recursive: true, force: true });
});

const start = (ports?: PlatformProcess["ports"]): Promise<PlatformProcess> =>
  startProcess(directory, ports, [], {
    GRIDWARDEN_MQTT_URL: mosquitto.url,
    GRIDWARDEN_INFLUX_URL: influx.url,
    GRIDWARDEN_INFLUX_BUCKET: "city",
    GRIDWARDEN_INFLUX_VERSION: "1",
  });

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

const isStoring = async (): Promise<boolean> =>
  (await fetch(`http://127.0.0.1:${platform.ports.http}/readyz`)).ok;

test("a lifted lid is in InfluxDB with its asset and class, and the API answers from there", async () => {
  const lid = await cover("lid-1");
  await lid.send({ values: { tiltDeg: 41.5, isOpen: true } });
  await until(() => ordersOf("lid-1").length > 0, "the order");
  const points = await until(async () => {
    const found = await pointsOf(platform.api, { deviceId: "lid-1", measurement: "tiltDeg" });
    return found.length > 0 && found;
  }, "the reading");
  expect(points.map(([, value]) => value)).toEqual([41.5]);
  const query = encodeURIComponent('select "tiltDeg", "isOpen" from "instant" group by *');
  const answer = await fetch(`${influx.url}/query?db=city&q=${query}`);
  const { results } = (await answer.json()) as {
    results: { series: { tags: object; values: unknown[][] }[] }[];
  };
  expect(results[0]?.series[0]).toMatchObject({
    tags: { asset: "asset-of-lid-1", class: "manhole-cover", device: "lid-1", quality: "good" },
    values: [[expect.any(String), 41.5, 1]],
  });
});

interface Happened {
  columns: string[];
  values: (string | number | null)[][];
}

/** Rows of a query as InfluxDB itself answers it. */
async function rowsOf(query: string): Promise<Record<string, unknown>[]> {
  const address = `${influx.url}/query?db=city&epoch=ms&q=${encodeURIComponent(query)}`;
  const { results } = (await (await fetch(address)).json()) as {
    results: { series?: Happened[] }[];
  };
  return (results[0]?.series ?? []).flatMap(({ columns, values }) =>
    values.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]))),
  );
}

test("what the alarm and the case did stands beside the readings, and the counts of the moment", async () => {
  const alarms = await until(async () => {
    const found = await rowsOf('select * from "alarm"');
    return found.length > 0 && found;
  }, "the alarm");
  expect(alarms[0]).toMatchObject({
    ...{ asset: "asset-of-lid-1", class: "manhole-cover", event: "raised" },
    ...{ alarm: expect.any(String), title: expect.stringMatching(/[\u4e00-\u9fff]/) },
  });
  const events = await until(async () => {
    const found = await rowsOf('select * from "case_event"');
    return found.some(({ event }) => event === "dispatch") && found;
  }, "the case");
  expect(events.map(({ event }) => event)).toEqual(
    expect.arrayContaining(["report", "file", "dispatch"]),
  );
  const [order] = ordersOf("lid-1");
  expect(events[0]).toMatchObject({
    caseNo: order?.case.caseNo,
    life_safety: "true",
    unit: "works",
  });
  const figures = await until(async () => {
    const query = 'select last("journaled") as "journaled", "connections" from "platform"';
    return (await rowsOf(query))[0];
  }, "the platform's figures");
  expect(figures).toMatchObject({ journaled: expect.any(Number), connections: expect.any(Number) });
});

test("InfluxDB away, the platform killed, both: cases go on, nothing is lost, nothing is there twice", async () => {
  const speaker = await cover("mc-1");
  const lid = await cover("lid-2");
  const taken: Point[] = [];
  const tilt = { deviceId: "mc-1", measurement: "tiltDeg" };
  let next = Date.now() - 600_000;
  let isSending = true;
  const speak = async (): Promise<void> => {
    while (isSending) {
      const some = Array.from({ length: 5 }, (): Point => {
        next += 1;
        return [next, next % 5];
      });
      await Promise.all(
        some.map(([observedAt, tiltDeg]) => speaker.send({ observedAt, values: { tiltDeg } })),
      );
      taken.push(...some);
      await new Promise((resolve) => setTimeout(resolve, 4));
    }
  };
  const storedMore = async (than: number): Promise<void> => {
    await until(
      async () => ((await readLedger(platform.ports.http)).stored ?? 0) > than,
      "some to be stored",
    );
  };
  const speaking = speak();
  await storedMore(100);

  await influx.running.kill();
  await until(async () => !(await isStoring()), "the platform to say that it does not store");
  await lid.send({ values: { isOpen: true } });
  await until(() => ordersOf("lid-2").length > 0, "the order, without InfluxDB");
  const before = taken.length;
  await until(() => taken.length > before + 200, "messages while it is away");
  influx = await influx.again();
  await until(isStoring, "the platform to store again", 30_000);

  platform.child.kill("SIGKILL");
  await platform.ended;
  platform = await start(platform.ports);
  await storedMore((await readLedger(platform.ports.http)).stored ?? 0);

  await influx.running.kill();
  platform.child.kill("SIGKILL");
  await platform.ended;
  influx = await influx.again();
  platform = await start(platform.ports);
  await storedMore((await readLedger(platform.ports.http)).stored ?? 0);

  isSending = false;
  await speaking;
  // Mosquitto has acknowledged them; what it still holds for us is in no ledger of ours yet.
  await until(
    async () => (await pointsOf(platform.api, tilt)).length >= taken.length,
    "all of them to be stored",
  );
  const ledger = await expectBalance(platform.ports.http);
  expect(ledger).toMatchObject({ conflict: 0, putAside: 0 });
  const points = await pointsOf(platform.api, tilt);
  expect(taken.length).toBeGreaterThan(1_000);
  expect(points).toEqual(taken.toSorted(([a], [b]) => a - b));
  expect(await readMetric(platform.ports.http, "gridwarden_store_rows")).toBe(ledger.stored);
  expect(ordersOf("lid-2")).toHaveLength(1);
  // What happened while it was away is there at its own time, once.
  const raised = await until(async () => {
    const found = await rowsOf(
      `select * from "alarm" where "asset" = 'asset-of-lid-2' and "event" = 'raised'`,
    );
    return found.length > 0 && found;
  }, "the alarm of the time in which InfluxDB was away");
  expect(raised).toHaveLength(1);
  const dispatched = `select * from "case_event" where "asset" = 'asset-of-lid-2' and "event" = 'dispatch'`;
  expect(await rowsOf(dispatched)).toHaveLength(1);
  const [fleet] = await rowsOf('select last("devices") as "devices", "online" from "fleet"');
  expect(fleet).toMatchObject({ devices: 3, online: 3 });
  const [work] = await rowsOf(`select last("open") as "open", "life_safety" from "work"`);
  expect(work).toMatchObject({ open: 2, life_safety: 2 });
  expect(await latestOf(platform.api, "asset-of-mc-1")).toMatchObject([
    { value: taken.at(-1)?.[1] },
  ]);
}, 110_000);
