/**
 * The platform is killed in the middle of decoding again, and of trying dead letters again: each value
 * stands once and is the corrected one, the ledger is as it was, and live readings come as ever.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MqttClient } from "mqtt";
import { afterAll, expect, test } from "vitest";
import { connect, foundCity } from "./support/city.ts";
import { until } from "./support/platform.ts";
import { type PlatformProcess, readLedger, startProcess } from "./support/process.ts";

const EUI = "24e124713b000017";
const UNKNOWN_EUI = "24e124713b000018";
const UPLINKS = 2_000;
const LETTERS = 300;
const BEGUN = Date.now() - 3_600_000;
const timeOf = (index: number): number => BEGUN + index * 1_000;
const PERIOD = { from: BEGUN - 86_400_000, to: BEGUN + 86_400_000 };

const directory = mkdtempSync(join(tmpdir(), "gridwarden-redecode-"));
let platform: PlatformProcess;
let chirpstack: MqttClient;

afterAll(async () => {
  await chirpstack.endAsync(true);
  platform.child.kill("SIGKILL");
  await platform.ended;
  rmSync(directory, { recursive: true, force: true });
});

async function putDecoder(scale: number): Promise<void> {
  const fields = [{ path: "t", measurement: "temperatureC", scale }];
  const decoder = { name: "bins", kind: "table", mapping: { fields } };
  expect((await platform.api.replace("/api/v1/decoders/bins", decoder)).status).toBe(200);
}

const sent = (eui: string, index: number): Promise<unknown> =>
  chirpstack.publishAsync(
    `application/a1/device/${eui}/event/up`,
    JSON.stringify({
      ...{ deduplicationId: `${eui}-${index}`, fCnt: index, time: new Date(timeOf(index)) },
      object: { t: 100 + (index % 50) },
    }),
    { qos: 1 },
  );

async function curve(deviceId: string): Promise<[number, number][]> {
  const asked = `deviceId=${deviceId}&measurement=temperatureC&from=${PERIOD.from}&to=${PERIOD.to}`;
  const { body } = await platform.api.get<{ series: { points: [number, number][] }[] }>(
    `/api/v1/readings?${asked}`,
  );
  return body.series[0]?.points ?? [];
}

const wanted = (count: number, scale: number): [number, number][] =>
  Array.from({ length: count }, (_, index) => [timeOf(index), (100 + (index % 50)) * scale]);

async function settled(): Promise<Record<string, number>> {
  return await until(async () => {
    const found = await readLedger(platform.ports.http);
    return found.pendingUplinks === 0 ? found : undefined;
  }, "everything to be stored");
}

async function killed(): Promise<void> {
  platform.child.kill("SIGKILL");
  await platform.ended;
  platform = await startProcess(directory, platform.ports);
}

test("killed while it decodes again: every value is the corrected one, once", async () => {
  platform = await startProcess(directory);
  const city = await foundCity(platform.api);
  await putDecoder(0.1);
  const device = { format: "chirpstack", externalId: EUI, decoder: "bins" };
  await city.addDevice("waste-bin", "bin-1", { device });
  const right = { serviceId: "chirpstack", publish: ["application/#"], subscribe: [] };
  const { body } = await platform.api.post<{ key: string }>("/api/v1/services", right);
  chirpstack = await connect(platform.ports.mqtt, "chirpstack", body.key);
  await Promise.all(Array.from({ length: UPLINKS }, (_, index) => sent(EUI, index)));
  await Promise.all(Array.from({ length: LETTERS }, (_, index) => sent(UNKNOWN_EUI, index)));
  const before = await settled();
  expect(await curve("bin-1")).toEqual(wanted(UPLINKS, 0.1));
  await putDecoder(0.2);

  const asked = { ...PERIOD, to: Date.now() + 60_000, format: "chirpstack" };
  const { body: job } = await platform.api.post<{ redecodingId: string }>(
    "/api/v1/redecodings",
    asked,
  );
  const path = `/api/v1/redecodings/${job.redecodingId}`;
  interface Told {
    state: string;
    uplinks: number;
    values: { replaced: number; same: number };
  }
  const cutAt = await until(async () => {
    const { uplinks } = (await platform.api.get<Told>(path)).body;
    return uplinks > 0 && uplinks;
  }, "its beginning");
  expect(cutAt).toBeLessThan(UPLINKS);
  await killed();
  const done = await until(async () => {
    const told = (await platform.api.get<Told>(path)).body;
    return told.state === "done" && told;
  }, "its end after the start");
  expect(done.uplinks).toBe(UPLINKS + LETTERS);
  expect(done.values.replaced + done.values.same).toBe(UPLINKS);
  expect(await curve("bin-1")).toEqual(wanted(UPLINKS, 0.2));
  expect(await settled()).toEqual(before);
}, 120_000);

test("killed while dead letters are tried again: each of their values is there once", async () => {
  const place = { lon: 115.41, lat: 31.8, componentCode: "4115240305000017" };
  const asset = { assetId: "asset-2", class: "waste-bin", name: "bin", ...place };
  await platform.api.post("/api/v1/assets", asset);
  const device = { deviceId: "bin-2", assetId: "asset-2", format: "chirpstack", decoder: "bins" };
  await platform.api.post("/api/v1/devices", { ...device, externalId: UNKNOWN_EUI });
  const retry = () =>
    platform.api.post<{ tried: number; left: number }>("/api/v1/dead-letters/retry", {});
  const cut = retry().catch(() => undefined);
  await until(async () => (await curve("bin-2")).length > 0, "the first of their values");
  await killed();
  await cut;
  const { body } = await retry();
  expect(body.left).toBe(body.tried);
  expect(await curve("bin-2")).toEqual(wanted(LETTERS, 0.2));
  const letters = await platform.api.get<{ items: object[] }>("/api/v1/dead-letters");
  expect(letters.body.items).toEqual([]);
  chirpstack = await connect(platform.ports.mqtt, "chirpstack", await newKey());
  await sent(EUI, UPLINKS);
  await settled();
  expect(await curve("bin-1")).toEqual(wanted(UPLINKS + 1, 0.2));
}, 120_000);

async function newKey(): Promise<string> {
  const { body } = await platform.api.post<{ key: string }>("/api/v1/services/chirpstack/key", {});
  return body.key;
}
