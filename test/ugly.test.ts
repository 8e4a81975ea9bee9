/**
 * What bad input and bad clients get, over real MQTT on the real platform: nothing is dropped in
 * silence, nobody else is held up, and at the end every value is accounted for.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { RawClient } from "../broker/raw-client.ts";
import { assetsCsv } from "../firmware-sim/register.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { type City, connect, crewPhone, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";
import { readMetric } from "./support/process.ts";
import { expectBalance, latestOf, pointsOf } from "./support/readings.ts";

const MANY_DEVICES = 1_000;

let rig: TestPlatform;
let city: City;
let madeDevices = 0;
const open: RawClient[] = [];

beforeAll(async () => {
  rig = await startPlatform();
  city = await foundCity(rig.api);
});

afterAll(async () => {
  for (const client of open) client.stream.destroy();
  await rig.stop();
});

const port = (): number => rig.ports.mqtt ?? 0;

async function signIn(username: string, password: string): Promise<RawClient> {
  const client = RawClient.toPort(port());
  open.push(client);
  const connack = await client.connect({ username, password, clientId: username });
  expect(connack.returnCode).toBe(0);
  return client;
}

/** A bin of its own for a test, signed in. */
async function bin() {
  madeDevices += 1;
  const deviceId = `bin-${madeDevices}`;
  const key = await city.addDevice("waste-bin", deviceId);
  const topic = `v1/waste-bin/${deviceId}/telemetry`;
  const client = await signIn(deviceId, key);
  return {
    deviceId,
    topic,
    client,
    key,
    assetId: `asset-of-${deviceId}`,
    send: async (payload: string | Buffer) => {
      const messageId = client.publish(topic, payload);
      await client.next("puback", (packet) => packet.messageId === messageId);
    },
  };
}

interface Letter {
  topic: string;
  reason: string;
  text: string;
  payload: string;
}

async function lettersOf(topic: string): Promise<Letter[]> {
  const { body } = await rig.api.get<{ items: Letter[] }>("/api/v1/dead-letters?limit=1000");
  return body.items.filter((letter) => letter.topic === topic);
}

const element = (values: object, more: object = {}): string => JSON.stringify({ ...more, values });
const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

test.each<[what: string, payload: string | Buffer, reason: string]>([
  ["0 bytes", "", "EMPTY"],
  ["an empty array", "[]", "EMPTY"],
  ["no values", element({}), "EMPTY"],
  ["bytes that are not UTF-8", Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), "NOT_UTF8"],
  ["text", "hello", "NOT_JSON"],
  ["NaN", '{"values":{"fillPercent":NaN}}', "NOT_JSON"],
  ["a number beyond the doubles", '{"values":{"fillPercent":1e999}}', "VALUE_INVALID"],
  ["a string for a number", element({ fillPercent: "12" }), "VALUE_INVALID"],
  ["null for a number", element({ fillPercent: null }), "VALUE_INVALID"],
  ["deep JSON", `{"values":{"fillPercent":1},"x":${nested(50)}}`, "TOO_DEEP"],
  ["JSON that is nothing but depth", nested(100_000), "TOO_DEEP"],
  ["an array of 501", `[${Array(501).fill(element({ fillPercent: 1 }))}]`, "TOO_MANY_ELEMENTS"],
  ["a time in words", element({ fillPercent: 1 }, { observedAt: "yesterday" }), "TIME_INVALID"],
])(
  "%s: acknowledged, one dead letter with its reason, nothing stored",
  async (_what, payload, reason) => {
    const sender = await bin();
    await sender.send(payload);
    const letters = await until(async () => {
      const found = await lettersOf(sender.topic);
      return found.length > 0 && found;
    }, "the dead letter");
    expect(letters.map((letter) => letter.reason)).toEqual([reason]);
    expect(letters[0]?.text).not.toBe("");
    expect(Buffer.from(payload).toString("base64")).toContain(letters[0]?.payload.slice(0, 1_000));
    expect(await latestOf(rig.api, sender.assetId)).toEqual([]);
  },
);

test("in an array the bad elements and values are put aside alone, and the good ones stand", async () => {
  const sender = await bin();
  const at = Date.now() - MINUTE_MS;
  await sender.send(
    JSON.stringify([
      { observedAt: at, values: { fillPercent: 10, weightKg: "heavy" } },
      "no element",
      { observedAt: at + 1, values: { fillPercent: 11 } },
    ]),
  );
  const about = { deviceId: sender.deviceId, measurement: "fillPercent" };
  await until(async () => (await pointsOf(rig.api, about)).length === 2, "the good ones");
  const reasons = (await lettersOf(sender.topic)).map((letter) => letter.reason);
  expect(reasons.sort()).toEqual(["ELEMENT_INVALID", "VALUE_INVALID"]);
});

test("10 MB: the connection is closed before they are read, and it is counted", async () => {
  const closed = 'gridwarden_broker_closed_total{reason="packet-size"}';
  const before = await readMetric(rig.ports.http, closed);
  const sender = await bin();
  const journaled = rig.platform.engine.stats().ledger.journaled;
  sender.client.publish(sender.topic, Buffer.alloc(10_000_000, 0x20));
  await sender.client.closed();
  expect(await readMetric(rig.ports.http, closed)).toBe(before + 1);
  expect(rig.platform.engine.stats().ledger.journaled).toBe(journaled);
});

const TEN_YEARS_MS = 3_653 * DAY_MS;

test.each<[what: string, claim: (now: number) => number | undefined, flag: string]>([
  ["at 1970", () => 1_000, "clock-past"],
  ["at 2000", () => Date.UTC(2000, 0, 1), "clock-past"],
  ["ten years ahead", (now) => now + TEN_YEARS_MS, "clock-future"],
  ["that sends seconds for milliseconds", (now) => Math.floor(now / 1_000), "clock-past"],
  ["that names no time", () => undefined, "clock-absent"],
])(
  "a clock %s: the reading stands at its receipt, good and flagged, and is judged as live",
  async (_what, claim, flag) => {
    const sender = await bin();
    const before = Date.now();
    const observedAt = claim(before);
    await sender.send(element({ temperatureC: 71 }, { observedAt }));
    const [latest] = await until(async () => {
      const found = await latestOf(rig.api, sender.assetId);
      return found.length > 0 && found;
    }, "the reading");
    expect(latest).toMatchObject({ value: 71, quality: "good", flags: [flag] });
    const standsAt = Date.parse(latest?.observedAt ?? "");
    expect(standsAt).toBeGreaterThanOrEqual(before);
    expect(standsAt).toBeLessThanOrEqual(Date.now());
    await until(async () => {
      const { body } = await rig.api.get<{ items: { conditionId: string }[] }>(
        `/api/v1/cases?status=open&assetId=${sender.assetId}`,
      );
      return body.items.some(({ conditionId }) => conditionId === "bin-fire");
    }, "the case of the fire");
  },
);

test("the same batch three times is stored once and judged once", async () => {
  const sender = await bin();
  const at = Date.now() - MINUTE_MS;
  const batch = JSON.stringify(
    [0, 1, 2, 3].map((n) => ({ observedAt: at + n, values: { temperatureC: 65 + n } })),
  );
  const before = await expectBalance(rig.ports.http);
  for (let time = 0; time < 3; time += 1) await sender.send(batch);
  const after = await expectBalance(rig.ports.http);
  expect((after.stored ?? 0) - (before.stored ?? 0)).toBe(4);
  expect((after.duplicate ?? 0) - (before.duplicate ?? 0)).toBe(8);
  expect((after.conflict ?? 0) - (before.conflict ?? 0)).toBe(0);
  const { body } = await rig.api.get<{ items: unknown[] }>(
    `/api/v1/alarms?assetId=${sender.assetId}`,
  );
  expect(body.items).toHaveLength(1);
});

test("readings in reverse order stand in order of time, and the newest stays the newest", async () => {
  const sender = await bin();
  const at = Date.now() - 10 * MINUTE_MS;
  const wanted = [0, 1, 2, 3, 4].map((n) => [at + n * MINUTE_MS, 10 + n]);
  for (const [observedAt, fillPercent] of wanted.toReversed()) {
    await sender.send(element({ fillPercent }, { observedAt }));
  }
  const about = { deviceId: sender.deviceId, measurement: "fillPercent" };
  await until(async () => (await pointsOf(rig.api, about)).length === 5, "all five");
  expect(await pointsOf(rig.api, about)).toEqual(wanted);
  expect(await latestOf(rig.api, sender.assetId)).toMatchObject([{ value: 14 }]);
});

test.each<[who: string, words: { username?: string; password?: string }, code: number]>([
  ["an unknown device", { username: "nobody-knows-me", password: "x" }, 4],
  ["a wrong key", { username: "bin-1", password: "not-the-key" }, 4],
  ["an anonymous client", {}, 5],
])("%s is refused at the door, and counted", async (_who, words, code) => {
  const refusals = async () => {
    const text = await (await fetch(`http://127.0.0.1:${rig.ports.http}/metrics`)).text();
    const counts = text.matchAll(/^gridwarden_broker_refused_total\{[^}]*\} (\d+)/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const before = await refusals();
  const client = RawClient.toPort(port());
  open.push(client);
  const connack = await client.connect({ ...words, clientId: "stranger" });
  expect(connack.returnCode).toBe(code);
  await client.closed();
  expect(await refusals()).toBe(before + 1);
});

test.each(["v1/waste-bin/bin-1/telemetry", "v1/crews/crew-1/cases", "anything/else"])(
  "a device that publishes to %s is cut off, counted, and nothing is stored",
  async (topic) => {
    const sender = await bin();
    const closed = async () => {
      const text = await (await fetch(`http://127.0.0.1:${rig.ports.http}/metrics`)).text();
      const counts = text.matchAll(/^gridwarden_broker_closed_total\{[^}]*\} (\d+)/gm);
      return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const before = await closed();
    const { journaled } = await expectBalance(rig.ports.http);
    sender.client.publish(topic, element({ fillPercent: 1 }));
    await sender.client.closed();
    expect(await closed()).toBe(before + 1);
    expect((await expectBalance(rig.ports.http)).journaled).toBe(journaled);
  },
);

test("a subscriber that never reads is let go and holds up nobody's order", async () => {
  const { body } = await rig.api.post<{ key: string }>("/api/v1/services", {
    serviceId: "frozen",
    publish: [],
    subscribe: ["v1/+/+/telemetry"],
  });
  const frozen = await signIn("frozen", body.key);
  expect(await frozen.subscribe(["v1/+/+/telemetry", 0])).toEqual([0]);
  frozen.stream.pause();
  const phone = await crewPhone(port(), city.crewKey);
  const noisy = await bin();
  const burning = await bin();
  // More than the sockets between and the subscriber's bound can hold.
  const padding = "x".repeat(250_000);
  for (let n = 0; n < 60; n += 1) {
    await noisy.send(JSON.stringify({ values: { fillPercent: n }, padding }));
  }
  await burning.send(element({ temperatureC: 88 }));
  await until(
    () => phone.orders.some((order) => order.case.assetId === burning.assetId),
    "the order",
  );
  await until(
    async () =>
      (await readMetric(
        rig.ports.http,
        'gridwarden_broker_closed_total{reason="slow-subscriber"}',
      )) > 0,
    "the frozen subscriber to be let go",
  );
  await phone.client.endAsync(true);
});

test(`${MANY_DEVICES} devices that reconnect at once after a restart are all served`, async () => {
  const assets = Array.from({ length: 50 }, (_, n) => ({
    assetId: `many-${n}`,
    class: "waste-bin",
    componentCode: `4115240305${String(n + 900_000)}`,
    name: `many ${n}`,
    lon: 115.41,
    lat: 31.8,
  }));
  const imported = await rig.api.put(
    "/api/v1/assets/import",
    assetsCsv(assets as unknown as Parameters<typeof assetsCsv>[0]),
    "text/csv",
  );
  expect(imported.body).toMatchObject({ created: 50, rejected: [] });
  const devices = Array.from({ length: MANY_DEVICES }, (_, n) => ({
    deviceId: `many-${n}`,
    assetId: `many-${n % 50}`,
  }));
  const { body } = await rig.api.post<{ created: { deviceId: string; key: string }[] }>(
    "/api/v1/devices/import",
    { devices },
  );
  expect(body.created).toHaveLength(MANY_DEVICES);
  const allSay = (fillPercent: number) =>
    Promise.all(
      body.created.map(async ({ deviceId, key }) => {
        const client = await signIn(deviceId, key);
        const topic = `v1/waste-bin/${deviceId}/telemetry`;
        await client.publishAcked(
          topic,
          element({ fillPercent }, { observedAt: at + fillPercent }),
        );
      }),
    );
  const at = Date.now() - HOUR_MS;
  await allSay(1);
  const mqttPort = port();
  await rig.stop("keep");
  rig = await startPlatform({ GRIDWARDEN_MQTT_PORT: String(mqttPort) }, rig.directory);
  await allSay(2);
  await expectBalance(rig.ports.http);
  for (const n of [0, 499, MANY_DEVICES - 1]) {
    const about = { deviceId: `many-${n}`, measurement: "fillPercent" };
    expect(await pointsOf(rig.api, about)).toEqual([
      [at + 1, 1],
      [at + 2, 2],
    ]);
  }
});

test("after all of it the ledger balances, and a connection still works", async () => {
  const ledger = await expectBalance(rig.ports.http);
  expect(ledger.putAside).toBeGreaterThan(0);
  const client = await connect(port(), "crew-1", city.crewKey);
  await client.endAsync(true);
});
