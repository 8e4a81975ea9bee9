/**
 * The curve of a case: read from the store while it is open, kept beside it an hour after its end,
 * and still there after a restart and when its readings have gone.
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { connect, foundCity } from "./support/city.ts";
import { startPlatform, until } from "./support/platform.ts";

/** Twenty minutes in a second. */
const CLOCK = "2026-11-23T09:00:00+08:00,1200";

interface Curve {
  from: string;
  to: string;
  keptAt?: string;
  series: { deviceId: string; measurement: string; unit: string; points: [number, number][] }[];
}

test("a case shows what its sensor read from before the alarm on, and keeps it after its end", async () => {
  let rig = await startPlatform({ GRIDWARDEN_CLOCK: CLOCK });
  const city = await foundCity(rig.api);
  const key = await city.addDevice("manhole-cover", "lid-1");
  const lid = await connect(rig.ports.mqtt ?? 0, "lid-1", key);
  const at = async (): Promise<number> =>
    Date.parse((await rig.api.get<{ now: string }>("/healthz")).body.now);
  const say = async (tiltDeg: number): Promise<void> => {
    const payload = JSON.stringify({ observedAt: await at(), values: { tiltDeg } });
    await lid.publishAsync("v1/manhole-cover/lid-1/telemetry", payload, { qos: 1 });
  };
  await say(1);
  await say(2);
  await say(31.5);
  const found = await until(async () => {
    const { body } = await rig.api.get<{ items: { caseNo: string; assetId: string }[] }>(
      "/api/v1/cases?status=open",
    );
    return body.items[0];
  }, "a case of the lid");
  const curveOf = async (): Promise<Curve> =>
    (await rig.api.get<Curve>(`/api/v1/cases/${found.caseNo}/curve`)).body;
  const open = await until(async () => {
    const curve = await curveOf();
    return curve.series[0]?.points.length === 3 && curve;
  }, "three readings in its curve");
  expect(open.keptAt).toBeUndefined();
  expect(open.series[0]).toMatchObject({ measurement: "tiltDeg", unit: "°" });
  expect(open.series[0]?.points.map(([, value]) => value)).toEqual([1, 2, 31.5]);
  const told = open.series[0]?.points[2]?.[0] ?? 0;
  expect(Date.parse(open.from)).toBe(told - HOUR_MS);

  await say(3);
  const end = { event: "forceClose", reason: "the cover is in place again" };
  await rig.api.post(`/api/v1/cases/${found.caseNo}/transitions`, end);
  const closedAt = await at();
  const kept = await until(async () => {
    const curve = await curveOf();
    return curve.keptAt !== undefined && curve;
  }, "the curve to be kept");
  expect(Date.parse(kept.keptAt ?? "")).toBeGreaterThanOrEqual(closedAt + HOUR_MS - 10 * MINUTE_MS);
  expect(kept.series[0]?.points.map(([, value]) => value)).toEqual([1, 2, 31.5, 3]);

  await lid.endAsync(true);
  await rig.stop("keep");
  const readings = join(rig.directory, "readings");
  expect(readdirSync(readings).length).toBeGreaterThan(0);
  rmSync(readings, { recursive: true });
  rig = await startPlatform({ GRIDWARDEN_CLOCK: CLOCK }, rig.directory);
  expect(await curveOf()).toEqual(kept);
  await rig.stop();
});

test("a person's report has a curve without series, and a case that is not there has none", async () => {
  const rig = await startPlatform();
  const report = { lon: 115.41, lat: 31.8, description: "refuse on the pavement" };
  const { body } = await rig.api.post<{ caseNo: string }>("/api/v1/cases", report);
  const curve = await rig.api.get<Curve>(`/api/v1/cases/${body.caseNo}/curve`);
  expect([curve.status, curve.body.series]).toEqual([200, []]);
  const none = await rig.api.get<{ code: string }>("/api/v1/cases/4115242026112399999/curve");
  expect([none.status, none.body.code]).toEqual([404, "CASE_NOT_FOUND"]);
  await rig.stop();
});
