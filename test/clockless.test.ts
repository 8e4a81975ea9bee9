/**
 * Devices without a clock, over real MQTT on the real platform: what they send in one burst is
 * judged and stored whole, and a repeat is known by its `seq` alone, also after a restart.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { RawClient } from "../broker/raw-client.ts";
import { foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";
import { expectBalance, latestOf, pointsOf } from "./support/readings.ts";

let rig: TestPlatform;
const BINS = ["bin-array", "bin-1970", "bin-queue", "bin-counter"];
const keys = new Map<string, string>();
const open: RawClient[] = [];

beforeAll(async () => {
  rig = await startPlatform();
  const city = await foundCity(rig.api);
  for (const bin of BINS) keys.set(bin, await city.addDevice("waste-bin", bin));
});

afterAll(async () => {
  for (const client of open) client.stream.destroy();
  await rig.stop();
});

async function restart(): Promise<void> {
  await rig.stop("keep");
  rig = await startPlatform({}, rig.directory);
}

/** Sends all payloads at once and waits until each is acknowledged. */
async function burst(deviceId: string, payloads: readonly object[]): Promise<void> {
  const client = RawClient.toPort(rig.ports.mqtt ?? 0);
  open.push(client);
  const words = { username: deviceId, password: keys.get(deviceId) ?? "", clientId: deviceId };
  expect((await client.connect(words)).returnCode).toBe(0);
  client.stream.cork();
  const topic = `v1/waste-bin/${deviceId}/telemetry`;
  const ids = payloads.map((payload) => client.publish(topic, JSON.stringify(payload)));
  client.stream.uncork();
  for (const id of ids) await client.next("puback", (packet) => packet.messageId === id);
  client.stream.destroy();
}

const temperature = (temperatureC: number) => ({ values: { temperatureC } });
const temperatures = async (deviceId: string): Promise<number[]> => {
  const points = await pointsOf(rig.api, { deviceId, measurement: "temperatureC" });
  expect(new Set(points.map(([at]) => at)).size).toBe(points.length);
  return points.map(([, value]) => value);
};

test.each<[what: string, deviceId: string, payloads: readonly object[]]>([
  ["in one message", "bin-array", [[20, 21, 71].map(temperature)]],
  [
    "with a clock that is wrong",
    "bin-1970",
    [[20, 21, 71].map((value, index) => ({ observedAt: 1_000 + index, ...temperature(value) }))],
  ],
])(
  "a fire at the end of a burst %s raises, and all of it is stored",
  async (_what, deviceId, payloads) => {
    await burst(deviceId, payloads);
    await until(async () => {
      const { body } = await rig.api.get<{ items: { conditionId: string }[] }>(
        `/api/v1/cases?status=open&assetId=asset-of-${deviceId}`,
      );
      return body.items.some(({ conditionId }) => conditionId === "bin-fire");
    }, "the case of the fire");
    await expectBalance(rig.ports.http);
    expect(await temperatures(deviceId)).toEqual([20, 21, 71]);
    expect(await latestOf(rig.api, `asset-of-${deviceId}`)).toMatchObject([{ value: 71 }]);
  },
);

test("of two bursts with a restart between them nothing is lost and nothing stands twice", async () => {
  const values = Array.from({ length: 400 }, (_each, index) => index % 50);
  const before = await expectBalance(rig.ports.http);
  await burst("bin-queue", values.slice(0, 200).map(temperature));
  await restart();
  await burst("bin-queue", values.slice(200).map(temperature));
  const after = await expectBalance(rig.ports.http);
  expect((after.stored ?? 0) - (before.stored ?? 0)).toBe(400);
  expect(after.conflict).toBe(before.conflict);
  expect(await temperatures("bin-queue")).toEqual(values);
});

test("after a restart a repeat is known by its seq, and what is new by its own", async () => {
  const sent = (seqs: readonly number[]) => seqs.map((seq) => ({ seq, ...temperature(seq) }));
  await burst("bin-counter", sent([1, 2, 5]));
  const before = await expectBalance(rig.ports.http);
  await restart();
  await burst("bin-counter", sent([2, 4, 5, 6, 6]));
  const after = await expectBalance(rig.ports.http);
  expect((after.stored ?? 0) - (before.stored ?? 0)).toBe(2);
  expect((after.duplicate ?? 0) - (before.duplicate ?? 0)).toBe(3);
});
