/**
 * A sewage plant's data logger on the real platform: over TCP and in transparent mode over MQTT,
 * with frames in pieces, a platform that is killed between two of them, and a violation that
 * becomes a case. The platform's clock stands a few minutes after a midnight.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createFrameReader, type Received } from "../firmware-sim/encoders/hj212.ts";
import { EFFLUENT_HOUR, EFFLUENT_NOW, FLAGS_NOT_NORMAL } from "../ingest/gateways/hj212-samples.ts";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import { dialIn, LOGGER, retimed } from "./support/data-logger.ts";
import { type Api, startPlatform, type TestPlatform, until } from "./support/platform.ts";
import { type PlatformProcess, readMetric, startProcess } from "./support/process.ts";
import { expectBalance, latestOf, pointsOf } from "./support/readings.ts";

const CLOCK = "2026-11-24T00:03:00+08:00,1";
const MIDNIGHT = Date.parse("2026-11-24T00:00:00+08:00");

let rig: TestPlatform;
let city: City;
let plantsPort = 0;
const clients: MqttClient[] = [];
const ends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  rig = await startPlatform({ GRIDWARDEN_HJ212_PORT: "0", GRIDWARDEN_CLOCK: CLOCK });
  city = await foundCity(rig.api);
  plantsPort = rig.ports.hj212 ?? 0;
}, 120_000);

afterAll(async () => {
  for (const client of clients) await client.endAsync(true);
  for (const end of ends) await end();
  await rig.stop();
});

const plant = (mn: string, more: object = {}) => ({
  attributes: { point: "outlet" },
  device: { format: "hj212", externalId: mn, protocolPassword: LOGGER.pw },
  ...more,
});

interface ShownCase {
  assetId: string;
  conditionId: string;
  state: string;
  history: { event: string }[];
}

async function knockers(api: Api): Promise<{ format: string; id: string }[]> {
  const { body } = await api.get<{ items: { format: string; id: string }[] }>("/api/v1/knocking");
  return body.items;
}

test("a frame in single bytes over TCP is answered 9014 with its QN and read in our units", async () => {
  await city.addDevice("sewage-plant", "outlet-1", plant(LOGGER.mn));
  const logger = await dialIn(plantsPort);
  const at = MIDNIGHT + MINUTE_MS;
  const now = retimed(EFFLUENT_NOW, { QN: at, DataTime: at, SampleTime: at - 30_000 });
  await logger.send(now, 1);
  const answer = await until(() => logger.answers[0], "the answer");
  expect(answer).toMatchObject({ cn: "9014", qn: "20261124000100000", flag: 4 });
  // L/s in the frame; the sample's own time where the factor has one.
  const flow = await until(async () => {
    const points = await pointsOf(rig.api, { deviceId: "outlet-1", measurement: "flowM3h" });
    return points.length > 0 && points;
  }, "the flow");
  expect(flow).toEqual([[at, 833.04]]);
  expect(await pointsOf(rig.api, { deviceId: "outlet-1", measurement: "codMgL" })).toEqual([
    [at - 30_000, 38.6],
  ]);
  logger.socket.destroy();
});

test("two frames in one write are two uplinks; an hour stands at its start with its mean", async () => {
  const logger = await dialIn(plantsPort);
  const hour = MIDNIGHT - HOUR_MS;
  const qn = MIDNIGHT + 90_000;
  await logger.send(
    Buffer.concat([
      retimed(EFFLUENT_HOUR, { QN: qn, DataTime: hour }),
      retimed(FLAGS_NOT_NORMAL, { QN: qn + 1, DataTime: MIDNIGHT + 2 * MINUTE_MS }),
    ]),
  );
  await until(() => logger.answers.length === 2, "both answers");
  expect(logger.answers.map(({ qn: echoed }) => echoed)).toEqual([
    "20261124000130000",
    "20261124000130001",
  ]);
  const cod = { deviceId: "outlet-1", measurement: "codMgL", period: "hour" };
  const mean = await until(async () => {
    const points = await pointsOf(rig.api, cod);
    return points.length > 0 && points;
  }, "the hour");
  expect(mean).toEqual([[hour, 38.3]]);
  expect(await pointsOf(rig.api, { ...cod, every: "1h", fn: "min" })).toEqual([[hour, 35.2]]);
  expect(await pointsOf(rig.api, { ...cod, every: "1h", fn: "max" })).toEqual([[hour, 44]]);
  logger.socket.destroy();
});

test("flag T is suspect and counts until good is asked for; flag M is bad and in no mean", async () => {
  const mean = (measurement: string, more: object = {}) =>
    pointsOf(
      rig.api,
      { deviceId: "outlet-1", measurement, every: "1h", fn: "mean", ...more },
      "2026-11-23T16:00:00Z",
      "2026-11-23T17:00:00Z",
    );
  await until(async () => (await mean("codMgL"))[0]?.[1] === (38.6 + 999.9) / 2, "both COD values");
  expect((await mean("codMgL", { quality: "good" }))[0]?.[1]).toBe(38.6);
  expect((await mean("nh3nMgL"))[0]?.[1]).toBe(2.41);
  const latest = await latestOf(rig.api, "asset-of-outlet-1");
  const of = (name: string) => latest.find(({ measurement }) => measurement === name);
  expect(of("codMgL")).toMatchObject({ quality: "suspect", flags: ["hj212-T"], value: 999.9 });
  expect(of("nh3nMgL")).toMatchObject({ quality: "bad", flags: ["hj212-M"], value: 3.1 });
});

test("noise and a broken checksum cost themselves alone; a frame sent again is answered and not stored twice", async () => {
  const logger = await dialIn(plantsPort);
  const at = MIDNIGHT + 150_000;
  const good = retimed(EFFLUENT_NOW, { QN: at, DataTime: at, SampleTime: at });
  const broken = Buffer.from(good);
  broken[60] = (broken[60] ?? 0) ^ 1;
  await logger.send(good);
  await until(() => logger.answers.length === 1, "the first answer");
  const before = await expectBalance(rig.ports.http);
  await logger.send(Buffer.concat([Buffer.from("~~line noise~~"), broken, good]), 50);
  await until(() => logger.answers.length === 2, "the answer to the repeat");
  const after = await expectBalance(rig.ports.http);
  expect((after.stored ?? 0) - (before.stored ?? 0)).toBe(0);
  expect((after.duplicate ?? 0) - (before.duplicate ?? 0)).toBe(8);
  const { body } = await rig.api.get<{ items: { topic: string; reason: string }[] }>(
    "/api/v1/dead-letters",
  );
  const reasons = body.items
    .filter(({ topic }) => topic === `hj212/${LOGGER.mn}/up`)
    .map(({ reason }) => reason);
  expect(reasons).toContain("FRAME_CRC");
  expect(reasons).toContain("FRAME_NOISE");
  logger.socket.destroy();
});

test.each([
  ["an unknown MN", { MN: "411524STRANGER1" }, "411524STRANGER1"],
  ["a wrong PW", { PW: "654321" }, LOGGER.mn],
])(
  "%s over TCP: closed without an answer, nothing stored, listed as knocking",
  async (_what, fields, id) => {
    const before = rig.platform.engine.stats().ledger.journaled;
    const logger = await dialIn(plantsPort);
    await logger.send(retimed(EFFLUENT_NOW, { QN: MIDNIGHT + 3_000, ...fields }));
    await until(() => logger.isClosed(), "the close");
    expect(logger.answers).toEqual([]);
    expect(await knockers(rig.api)).toContainEqual(
      expect.objectContaining({ format: "hj212", id }),
    );
    expect(rig.platform.engine.stats().ledger.journaled).toBe(before);
  },
);

test("an MN without a password is refused over TCP and may speak over MQTT", async () => {
  const mn = "411524NOPW0001";
  const device = { format: "hj212", externalId: mn };
  const key = await city.addDevice("sewage-plant", "outlet-2", plant(mn, { device }));
  const frame = retimed(EFFLUENT_NOW, {
    MN: mn,
    QN: MIDNIGHT + MINUTE_MS,
    DataTime: MIDNIGHT + MINUTE_MS,
    SampleTime: MIDNIGHT,
  });
  const logger = await dialIn(plantsPort);
  await logger.send(frame);
  await until(() => logger.isClosed(), "the close");
  const unit = await transparentUnit(rig.ports.mqtt ?? 0, "outlet-2", key, mn);
  await unit.send(frame);
  await until(() => unit.answers[0], "the answer");
  expect(await pointsOf(rig.api, { deviceId: "outlet-2", measurement: "codMgL" })).toEqual([
    [MIDNIGHT, 38.6],
  ]);
});

/** A data unit in transparent mode: bytes go out on `up`, answers come on `down`. */
async function transparentUnit(port: number, deviceId: string, key: string, mn: string) {
  const client = await connect(port, deviceId, key);
  clients.push(client);
  const answers: Received[] = [];
  client.on("message", (_topic, payload) => answers.push(...createFrameReader().read(payload)));
  client.on("error", () => {});
  await client.subscribeAsync(`hj212/${mn}/down`, { qos: 1 });
  return {
    client,
    answers,
    send: (bytes: Buffer) => client.publishAsync(`hj212/${mn}/up`, bytes, { qos: 1 }),
  };
}

test("a wrong PW over MQTT: closed without an answer, put aside and listed; then the right one is read", async () => {
  const mn = "411524MQTTPW01";
  const key = await city.addDevice("sewage-plant", "outlet-4", plant(mn));
  const at = MIDNIGHT + MINUTE_MS;
  const right = retimed(EFFLUENT_NOW, { MN: mn, QN: at, DataTime: at, SampleTime: at });
  const wrong = retimed(EFFLUENT_NOW, { MN: mn, QN: at, DataTime: at, SampleTime: at, PW: "1" });
  const closings = () =>
    readMetric(rig.ports.http, 'gridwarden_broker_closed_total{reason="turned-away"}');
  const before = await closings();

  const stranger = await transparentUnit(rig.ports.mqtt ?? 0, "outlet-4", key, mn);
  await stranger.send(wrong);
  await until(() => !stranger.client.connected, "the close");
  expect(stranger.answers).toEqual([]);
  expect(await closings()).toBe(before + 1);
  const { body } = await rig.api.get<{
    items: { topic: string; reason: string; sender: string }[];
  }>("/api/v1/dead-letters");
  expect(body.items).toContainEqual(
    expect.objectContaining({
      topic: `hj212/${mn}/up`,
      reason: "PASSWORD_WRONG",
      sender: "outlet-4",
    }),
  );
  expect(await knockers(rig.api)).toContainEqual(
    expect.objectContaining({ format: "hj212", id: mn }),
  );
  expect(await pointsOf(rig.api, { deviceId: "outlet-4", measurement: "codMgL" })).toEqual([]);

  const unit = await transparentUnit(rig.ports.mqtt ?? 0, "outlet-4", key, mn);
  await unit.send(right);
  await until(() => unit.answers[0], "the answer");
  expect(unit.client.connected).toBe(true);
  expect(await pointsOf(rig.api, { deviceId: "outlet-4", measurement: "codMgL" })).toEqual([
    [at, 38.6],
  ]);
});

test("a daily mean over the limit opens one case for review at an outlet, none at an inlet", async () => {
  const yesterday = Date.parse("2026-11-23T00:00:00+08:00");
  const sendDay = async (deviceId: string, mn: string, point: string, avg: string) => {
    await city.addDevice("sewage-plant", deviceId, plant(mn, { attributes: { point } }));
    const logger = await dialIn(plantsPort);
    const sample = EFFLUENT_HOUR.replace("CN=2061", "CN=2031");
    await logger.send(
      retimed(sample, { MN: mn, QN: MIDNIGHT, DataTime: yesterday, "w01018-Avg": avg }),
    );
    await until(() => logger.answers[0], "the answer");
    logger.socket.destroy();
  };
  await sendDay("inlet-9", "411524INLET009", "inlet", "310.0");
  await sendDay("outlet-8", "411524OUTLT008", "outlet", "49.9");
  await sendDay("outlet-9", "411524OUTLT009", "outlet", "62.0");
  const cases = async () =>
    (await rig.api.get<{ items: ShownCase[] }>("/api/v1/cases?status=open")).body.items;
  await until(async () => (await cases()).length > 0, "the case");
  expect(await cases()).toMatchObject([
    { assetId: "asset-of-outlet-9", conditionId: "effluent-over-limit", state: "REPORTED" },
  ]);
  const deviceId = "outlet-9";
  expect(await pointsOf(rig.api, { deviceId, measurement: "codMgL", period: "day" })).toEqual([
    [yesterday, 62],
  ]);
  await expectBalance(rig.ports.http);
});

test("a frame cut by a kill of the platform is put together once it is back, and stored once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-hj212-"));
  ends.push(async () => rmSync(directory, { recursive: true, force: true }));
  const env = { GRIDWARDEN_HJ212_PORT: "0", GRIDWARDEN_CLOCK: CLOCK };
  let platform: PlatformProcess = await startProcess(directory, undefined, [], env);
  ends.push(async () => {
    platform.child.kill("SIGKILL");
    await platform.ended;
  });
  const there = await foundCity(platform.api);
  const key = await there.addDevice("sewage-plant", "outlet-3", plant(LOGGER.mn));
  const killAndStart = async () => {
    platform.child.kill("SIGKILL");
    await platform.ended;
    platform = await startProcess(directory, platform.ports, [], env);
  };
  const at = MIDNIGHT + MINUTE_MS;
  const whole = retimed(EFFLUENT_NOW, { QN: at, DataTime: at, SampleTime: at });
  const next = retimed(EFFLUENT_NOW, { QN: at + 1, DataTime: at + 1000, SampleTime: at + 1000 });

  const before = await transparentUnit(platform.ports.mqtt, "outlet-3", key, LOGGER.mn);
  await before.send(whole.subarray(0, 200));
  await until(
    async () => (await readMetric(platform.ports.http, "gridwarden_ledger_pending_uplinks")) === 0,
    "the first part to be stored",
  );
  await killAndStart();
  const after = await transparentUnit(platform.ports.mqtt, "outlet-3", key, LOGGER.mn);
  await after.send(whole.subarray(200, 300));
  await after.send(Buffer.concat([whole.subarray(300), next]));
  await until(() => after.answers.length >= 2, "the answers");
  expect(after.answers.map(({ cn, qn }) => `${cn} ${qn}`)).toEqual([
    "9014 20261124000100000",
    "9014 20261124000100001",
  ]);
  await killAndStart();
  const ledger = await expectBalance(platform.ports.http);
  expect(ledger).toMatchObject({ stored: 16, duplicate: 0, conflict: 0, putAside: 0 });
  expect(await pointsOf(platform.api, { deviceId: "outlet-3", measurement: "codMgL" })).toEqual([
    [at, 38.6],
    [at + 1000, 38.6],
  ]);
}, 60_000);
