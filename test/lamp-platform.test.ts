/** A lamp controller platform as a real HTTP counterpart: asked, pushing, told what to do, and failing. */
import { afterEach, expect, test } from "vitest";
import type { Manner } from "../firmware-sim/lamp-platform-line.ts";
import { Scenario } from "../firmware-sim/scenario.ts";
import { createSim, type Sim, type SimOptions } from "../firmware-sim/sim.ts";
import { simulatedClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { type City, foundCity } from "./support/city.ts";
import { startPlatform, type TestPlatform, until } from "./support/platform.ts";

const NOON = "2026-11-23T12:00:00+08:00";
const TOKEN = "tokenOfTheLampPlatform00";
/** Seconds of the platform's time in one of the wall: it asks every 30 s. */
const SPEED = 20;

let rig: TestPlatform | undefined;
let sim: Sim | undefined;
let manner: Manner = "well";

afterEach(async () => {
  manner = "well";
  await sim?.stop();
  await rig?.stop();
  [sim, rig] = [undefined, undefined];
});

const at = (now: number): string => `${new Date(now).toISOString().slice(0, -1)}+00:00`;

/** The lamps of the simulation, behind its platform. */
async function startLamps(
  lamps: string[],
  now: number,
  more: Partial<NonNullable<SimOptions["lampPlatform"]>> = {},
): Promise<string> {
  const about = { name: "lamp", title: { zh: "", en: "" }, about: "", fleet: "county" as const };
  const suggested = { clock: `${NOON},1`, duration: "1h" };
  const rates = { streetlight: "60s" };
  const url = new Promise<string>((onListening) => {
    sim = createSim(
      { clock: simulatedClock(now, SPEED), log: silentLog },
      {
        brokerUrl: "mqtt://127.0.0.1:1",
        scenario: Scenario.parse({ ...about, suggested, rates, faults: [] }),
        seed: 1,
        lampPlatform: { port: 0, token: TOKEN, onListening, mannerOf: () => manner, ...more },
        fleet: {
          ...{ areaCode: "411524", units: [], crews: [], gateways: [], assets: [] },
          devices: lamps.map((deviceId) => ({
            ...{ deviceId, assetId: `asset-of-${deviceId}`, class: "streetlight" },
            attributes: { ratedW: 150 },
          })),
        },
      },
    );
  });
  await sim?.start();
  return await url;
}

async function startWith(url: string | undefined, now: number, directory?: string): Promise<City> {
  rig = await startPlatform(
    {
      GRIDWARDEN_CLOCK: `${at(now)},${SPEED}`,
      ...(url === undefined
        ? {}
        : { GRIDWARDEN_LAMP_PLATFORM_URL: url, GRIDWARDEN_LAMP_PLATFORM_TOKEN: TOKEN }),
    },
    directory,
  );
  return await foundCity(rig.api);
}

const addLamp = (city: City, deviceId: string) =>
  city.addDevice("streetlight", deviceId, {
    device: { format: "lamp-platform", externalId: deviceId },
  });
const newest = async (deviceId: string): Promise<Record<string, number>> => {
  const path = `/api/v1/readings/latest?assetId=asset-of-${deviceId}`;
  const { body } = (await rig?.api.get<{ items: { measurement: string; value: number }[] }>(
    path,
  )) ?? { body: { items: [] } };
  return Object.fromEntries(body.items.map(({ measurement, value }) => [measurement, value]));
};
const shows = (deviceId: string, what: (values: Record<string, number>) => boolean) =>
  until(async () => what(await newest(deviceId)), `the readings of ${deviceId}`, 40_000);
async function tell(deviceId: string, body: object) {
  const path = `/api/v1/devices/${deviceId}/commands`;
  const { body: told } = (await rig?.api.post<{ commandId: string; message?: string }>(
    path,
    body,
  )) ?? { body: { commandId: "", message: undefined } };
  return {
    ...told,
    is: (state: string) =>
      until(
        async () => {
          const { body: page } = (await rig?.api.get<{
            items: { commandId: string; state: string; message?: string }[];
          }>(path)) ?? { body: { items: [] } };
          const found = page.items.find(({ commandId }) => commandId === told.commandId);
          return found?.state === state && found;
        },
        `the command to be ${state}`,
        40_000,
      ),
  };
}

test("asked in turn it tells of its lamps, and a command through it turns one on", async () => {
  const now = Date.parse(NOON);
  const city = await startWith(await startLamps(["lc-1"], now), now);
  await addLamp(city, "lc-1");
  await shows("lc-1", ({ isLit, voltageV = 0 }) => isLit === 0 && voltageV > 200);
  const on = await tell("lc-1", { name: "on", ttlSeconds: 3_600 });
  await on.is("done");
  await shows("lc-1", ({ isLit, powerW = 0 }) => isLit === 1 && powerW > 130);
  const dim = await tell("lc-1", { name: "dim", args: { percent: 30 }, ttlSeconds: 3_600 });
  await dim.is("done");
  await shows("lc-1", ({ dimPercent }) => dimPercent === 30);
  const raw = await tell("lc-1", { name: "raw", args: { base64: "AQI=" } });
  expect(raw.message).toContain("carries no 'raw'");
}, 120_000);

test("half answers, none and errors lose nothing and store nothing twice", async () => {
  const now = Date.parse(NOON);
  const url = await startLamps(["lc-1", "lc-2"], now);
  manner = "half";
  const city = await startWith(url, now);
  await addLamp(city, "lc-1");
  await addLamp(city, "lc-2");
  const failed = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${rig?.ports.http}/metrics`);
    const text = await answer.text();
    const [, count = "0"] =
      /gridwarden_lamp_platform_polls_total\{result="failed"\} (\d+)/.exec(text) ?? [];
    return Number(count);
  };
  await until(async () => (await failed()) >= 2, "half answers", 40_000);
  manner = "error";
  const before = await failed();
  await until(async () => (await failed()) > before, "errors", 40_000);
  expect(await newest("lc-1")).toEqual({});
  manner = "well";
  await shows("lc-1", ({ voltageV = 0 }) => voltageV > 200);
  await shows("lc-2", ({ voltageV = 0 }) => voltageV > 200);
  const letters = await rig?.api.get<{ items: unknown[] }>("/api/v1/dead-letters");
  expect(letters?.body.items).toEqual([]);
}, 120_000);

test("what no lamp platform can take is refused or waits, and says why", async () => {
  const now = Date.parse(NOON);
  const city = await startWith(await startLamps(["lc-1"], now), now);
  await addLamp(city, "lc-none");
  const none = await tell("lc-none", { name: "on", ttlSeconds: 3_600 });
  expect(await none.is("refused")).toMatchObject({
    message: `the lamp platform answered 404: '{"message":"no controller 'lc-none'"}'`,
  });
}, 120_000);

test("pushed under its secret, reports come without being asked for", async () => {
  const now = Date.parse(NOON);
  const city = await startWith(undefined, now);
  await addLamp(city, "lc-1");
  const put = await rig?.api.replace<{ secret: string }>("/api/v1/intakes/lamps", {
    format: "lamp-platform",
  });
  const secret = put?.body.secret ?? "";
  const push = { url: `http://127.0.0.1:${rig?.ports.http}/api/v1/intake/lamp-platform`, secret };
  await startLamps(["lc-1"], now, { push });
  await shows("lc-1", ({ voltageV = 0 }) => voltageV > 200);
  const wait = await tell("lc-1", { name: "on", ttlSeconds: 60 });
  expect(await wait.is("expired")).toMatchObject({
    message: "the device could not be reached in its time",
  });
}, 120_000);
