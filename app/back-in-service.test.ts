/** Which devices are judged by what they told last, when, and how often it is tried. */
import { afterEach, expect, test, vi } from "vitest";
import type { LatestReading } from "../model/case.ts";
import { HOUR_MS } from "../model/clock.ts";
import type { DeviceLife } from "../model/device-life.ts";
import { silentLog } from "../model/log.ts";
import type { Reading } from "../model/reading.ts";
import { Asset, Device } from "../model/registry.ts";
import { createBackInService } from "./back-in-service.ts";
import type { Engine } from "./engine.ts";

const ASSET = Asset.parse({
  ...{ assetId: "c-1", class: "manhole-cover", componentCode: "4115240101000001", name: "lid" },
  ...{ lon: 114.9, lat: 31.8 },
});
const latest = (deviceId: string, measurement: string, observedAt: number): LatestReading => ({
  ...{ deviceId, measurement, unit: "", value: 1, observedAt, receivedAt: observedAt, flags: 0 },
});

const ends: (() => void)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function setUp(alive: { aliveAt?: number } = {}) {
  const lives = new Map<string, { life?: DeviceLife; installedAt?: number }>();
  const judged: [reading: string, at: number][] = [];
  const asked: number[] = [];
  const stats = { isLatestKnown: true, judgedTo: 7, storedTo: 5, pendingUplinks: 2 };
  const world = { failures: 0, stats, lives, judged, asked, latest: [] as LatestReading[] };
  const write = async (work: (tx: unknown, now: number) => Promise<{ value: unknown }>) => {
    const { value } = await work(undefined, 1_000);
    if (world.failures-- > 0) throw new Error("database is locked");
    return value;
  };
  const made = createBackInService(
    {
      alerts: {
        judgeStanding: (readings: readonly Reading[], now) => {
          for (const { deviceId, measurement } of readings) {
            judged.push([`${deviceId} ${measurement}`, now]);
          }
        },
      },
      registry: {
        device: (deviceId) => {
          const kept = lives.get(deviceId);
          const device = kept && Device.parse({ deviceId, assetId: "c-1", ...kept });
          return device && { device, asset: ASSET };
        },
        deviceLives: {
          startedSince: async (at) => {
            asked.push(at);
            return [...lives.keys()];
          },
        },
      },
      engine: {
        write: write as Engine["write"],
        latest: () => world.latest,
        stats: () => ({ ...stats }),
      },
      reader: {
        get: async () => (alive.aliveAt === undefined ? undefined : { alive_at: alive.aliveAt }),
      } as never,
      clock: { speed: 1 },
      log: silentLog,
    },
    { retryWallMs: 5 },
  );
  ends.push(made.stop);
  return { ...made, world };
}

test("a device that comes into service is judged by its own newest readings, told at its place", async () => {
  const { start, came, world } = setUp();
  world.lives.set("d-1", { installedAt: 500 });
  world.latest = [
    latest("d-1", "isOpen", 500),
    latest("d-1", "tiltDeg", 499),
    latest("d-2", "isOpen", 600),
  ];
  start();
  came("d-1");
  await vi.waitFor(() => expect(world.judged).toEqual([["d-1 isOpen", 1_000]]));
});

test("one that left service again meanwhile, or is gone, is not judged", async () => {
  const { start, came, world } = setUp();
  world.lives.set("d-1", { life: "maintenance" }).set("d-2", {});
  world.latest = [latest("d-1", "isOpen", 500), latest("d-2", "isOpen", 500)];
  start();
  came("d-1");
  came("none");
  came("d-2");
  await vi.waitFor(() => expect(world.judged).toEqual([["d-2 isOpen", 1_000]]));
});

test("it waits until what came before is judged, and until newest values are known", async () => {
  const { start, came, world } = setUp();
  world.lives.set("d-1", {});
  world.latest = [latest("d-1", "isOpen", 500)];
  world.stats.judgedTo = 6;
  start();
  came("d-1");
  // What comes afterwards is not waited for.
  world.stats.pendingUplinks = 9;
  const turn = () => new Promise((resolve) => setTimeout(resolve, 15));
  await turn();
  Object.assign(world.stats, { judgedTo: 7, isLatestKnown: false });
  await turn();
  expect(world.judged).toEqual([]);
  world.stats.isLatestKnown = true;
  await vi.waitFor(() => expect(world.judged).toHaveLength(1));
});

test("a refused transaction is tried again", async () => {
  const { start, came, world } = setUp();
  world.failures = 1;
  world.lives.set("d-1", {});
  world.latest = [latest("d-1", "isOpen", 500)];
  start();
  came("d-1");
  await vi.waitFor(() => expect(world.judged).toHaveLength(2));
  expect(world.failures).toBe(-1);
});

test("whom a stop or a crash has left unjudged is judged at the start", async () => {
  const { open, start, world } = setUp({ aliveAt: 2 * HOUR_MS });
  world.lives.set("d-1", {});
  world.latest = [latest("d-1", "isOpen", 500)];
  await open();
  // A store that is away, or a judge far behind, may have kept it waiting while the platform lived.
  expect(world.asked).toEqual([HOUR_MS]);
  expect(world.judged).toEqual([]);
  start();
  await vi.waitFor(() => expect(world.judged).toHaveLength(1));
  const fresh = setUp();
  await fresh.open();
  expect(fresh.world.asked).toEqual([]);
});
