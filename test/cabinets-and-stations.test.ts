/**
 * The simulated lighting cabinets and pump stations against the rules of their classes, without a
 * network between: healthy ones raise nothing in days of sun and rain, and each fault of theirs
 * raises what it must. Beside them the cover that lorries shake.
 */
import { expect, test } from "vitest";
import { createAlerts } from "../alerts/alerts.ts";
import { type DeviceClass, modelOf } from "../firmware-sim/models/all.ts";
import type { Attributes, Values } from "../firmware-sim/models/model.ts";
import { seededRandom } from "../firmware-sim/random.ts";
import { type Shower, weatherAt } from "../firmware-sim/weather.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { Asset, Device, type RegistryView } from "../model/registry.ts";

const MONDAY = Date.parse("2026-11-23T00:00:00+08:00");
const nowhere: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

const ATTRIBUTES: Partial<Record<DeviceClass, Attributes>> = {
  "lighting-cabinet": { feeder1RatedA: 12, feeder2RatedA: 13, feeder3RatedA: 16 },
  "pump-station": { overflowCm: 420, inflowM3h: 180 },
};

interface Life {
  slug: DeviceClass;
  seed?: number;
  days?: number;
  showers?: Shower[];
  /** What is wrong with it, from and until so many hours after midnight. */
  fault?: { what: string; from: number; until: number; size?: number };
  attributes?: Attributes;
  /** What its sensors say otherwise. */
  altered?(values: Values, hours: number): Values;
}

function registryOf(slug: string, attributes: Attributes): RegistryView {
  const asset = Asset.parse({
    assetId: "asset-1",
    class: slug,
    componentCode: "4115242104000001",
    name: "asset 1",
    lon: 115.41,
    lat: 31.8,
    attributes,
  });
  const device = Device.parse({ deviceId: "device-1", assetId: "asset-1" });
  const entry = { device, asset };
  return {
    device: (id) => (id === "device-1" ? entry : undefined),
    deviceByExternalId: () => undefined,
    devices: () => [entry].values(),
    asset: () => asset,
    devicesOf: () => [entry],
    devicesOfGateway: () => [],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  };
}

/** `rule kind severity hours` of all that the device's life raises. */
async function alarmsOf(life: Life): Promise<string[]> {
  const attributes = life.attributes ?? ATTRIBUTES[life.slug] ?? {};
  const alerts = createAlerts({
    registry: registryOf(life.slug, attributes),
    classes: ASSET_CLASSES,
    zone: timeZone("Asia/Shanghai"),
    log: silentLog,
    metrics: memoryMetrics(),
  });
  await alerts.load(nowhere, { now: MONDAY });
  const model = modelOf(life.slug);
  const random = seededRandom(life.seed ?? 1, life.slug);
  const { deviceId } = Device.parse({ deviceId: "device-1", assetId: "asset-1" });
  let state = model.begin(MONDAY, random, attributes);
  const end = MONDAY + (life.days ?? 1) * DAY_MS;
  for (let at = MONDAY; at < end; ) {
    const weather = weatherAt(at, { showers: life.showers ?? [], warmerByC: 0 });
    const step = model.next(state, at, random, { weather, faults: faultsAt(life, at), noise: 1 });
    state = step.state;
    const values = life.altered?.(step.values, (at - MONDAY) / HOUR_MS) ?? step.values;
    alerts.heard(deviceId, at);
    alerts.tick(at, { canHear: true });
    alerts.judge(
      Object.entries(values).map(([measurement, value]) => {
        const when = { period: "instant", observedAt: at, receivedAt: at } as const;
        return { deviceId, measurement, ...when, value: Number(value), flags: 0 };
      }),
    );
    at += step.isUrgent ? model.urgentPeriodMs : model.periodMs;
  }
  await alerts.save(nowhere);
  return alerts.pending().map(({ kind, alarm, at }) => {
    const hours = Math.round(((at - MONDAY) / HOUR_MS) * 10) / 10;
    return `${alarm.ruleId.split(".")[1]} ${kind} ${alarm.severity} ${hours}`;
  });
}

function faultsAt({ fault }: Life, at: number) {
  if (fault === undefined) return [];
  const { what, from, until, size = 0.5 } = fault;
  const since = MONDAY + from * HOUR_MS;
  return since <= at && at < MONDAY + until * HOUR_MS ? [{ what, since, size }] : [];
}

const names = (lines: readonly string[], kind: string): string[] =>
  lines.filter((line) => line.split(" ")[1] === kind).map((line) => line.split(" ")[0] ?? "");

const storm: Shower = {
  from: MONDAY + DAY_MS,
  until: MONDAY + DAY_MS + 3 * HOUR_MS,
  mmPerHour: 46,
};

test.each([
  ["lighting-cabinet", 1],
  ["lighting-cabinet", 2],
  ["pump-station", 1],
  ["pump-station", 2],
  ["pump-station", 3],
] as const)(
  "a healthy %s of seed %i raises nothing in three days, one of them with a storm",
  async (slug, seed) => {
    expect(await alarmsOf({ slug, seed, days: 3, showers: [storm] })).toEqual([]);
  },
);

test("an outage is raised a minute after the cabinet has told it, by the mains; the currents follow in the evening", async () => {
  const fault = { what: "feeder-outage", from: 20.2, until: 21 };
  const lines = await alarmsOf({ slug: "lighting-cabinet", fault });
  expect(lines[0]).toBe("mains-lost raised major 20.3");
  expect(names(lines, "raised")).toEqual([
    "mains-lost",
    "feeder-1-lost",
    "feeder-2-lost",
    "feeder-3-lost",
  ]);
  expect(names(lines, "returned")).toHaveLength(4);
  const byDay = await alarmsOf({
    slug: "lighting-cabinet",
    fault: { ...fault, from: 11, until: 12 },
  });
  expect(names(byDay, "raised")).toEqual(["mains-lost"]);
});

test("a voltage that is low is told; one that is gone is the outage's, not low", async () => {
  const raisedAt = async (voltageV: number): Promise<string[]> => {
    const altered = (values: Values, hours: number): Values =>
      hours > 10 && hours < 11 ? { ...values, voltageV } : values;
    return alarmsOf({ slug: "lighting-cabinet", altered });
  };
  expect(names(await raisedAt(150), "raised")).toEqual(["voltage-low"]);
  expect(names(await raisedAt(22), "raised")).toEqual(["voltage-low"]);
  expect(await raisedAt(21)).toEqual([]);
});

test("one dead feeder of three is found at night; a spare one, of which the cabinet names no rated current, is not", async () => {
  const altered = (values: Values, hours: number): Values =>
    hours > 20 && hours < 22 ? { ...values, feeder2A: 0 } : { ...values, feeder3A: 0 };
  const attributes = { feeder1RatedA: 12, feeder2RatedA: 13 };
  const lines = await alarmsOf({ slug: "lighting-cabinet", attributes, altered });
  expect(lines).toEqual(["feeder-2-lost raised major 20.3", "feeder-2-lost returned major 22.2"]);
});

test("a leaking feeder is raised by its first reading and latches", async () => {
  const fault = { what: "leakage", from: 3, until: 5, size: 0 };
  const lines = await alarmsOf({ slug: "lighting-cabinet", fault });
  expect(lines[0]).toBe("leakage raised critical 3");
  expect(names(lines, "latched")).toEqual(["leakage"]);
  expect(names(lines, "raised")).toEqual(["leakage", "leakage-notice"]);
});

test("a door is let be for half an hour", async () => {
  const open = (until: number) =>
    alarmsOf({ slug: "lighting-cabinet", fault: { what: "door-open", from: 10, until } });
  expect(await open(10.4)).toEqual([]);
  expect(names(await open(11), "raised")).toEqual(["door-open"]);
});

test("a station that stands is forecast to run over, raises at 80 % and is major below the brim", async () => {
  const fault = { what: "pump-stopped", from: 8, until: 12 };
  const lines = await alarmsOf({ slug: "pump-station", fault });
  const [soon, high] = ["overflow-soon", "wet-well-high"].map((name) =>
    Number(lines.find((line) => line.startsWith(`${name} raised`))?.split(" ")[3]),
  );
  expect(soon).toBeGreaterThan(8.5);
  expect(soon).toBeLessThan(high ?? 0);
  expect(high).toBeLessThan(10);
  expect(lines.some((line) => line.startsWith("wet-well-high severity major"))).toBe(true);
  expect(names(lines, "raised").sort()).toEqual(["level-held", "overflow-soon", "wet-well-high"]);
  expect(names(lines, "returned").sort()).toEqual(["level-held", "overflow-soon", "wet-well-high"]);
});

test("a level that stays above both pumps' switches for an hour is told before it is high", async () => {
  const altered = (values: Values, hours: number): Values =>
    hours > 6 && hours < 10
      ? { ...values, wetWellCm: Math.min(270, 90 + (hours - 6) * 120) }
      : values;
  const lines = await alarmsOf({ slug: "pump-station", altered });
  expect(names(lines, "raised")).toEqual(["level-held"]);
  expect(lines[0]).toMatch(/^level-held raised major 8\.[34]$/);
});

test("a pump that has not run for a day is told, and a station without flow after 5 hours", async () => {
  const idle = await alarmsOf({
    slug: "pump-station",
    days: 2,
    altered: (values) => ({ ...values, pump2On: false }),
  });
  expect(idle).toHaveLength(1);
  expect(idle[0]).toMatch(/^pump-2-idle raised notice 23/);
  const dry = await alarmsOf({
    slug: "pump-station",
    altered: (values, hours) => (hours > 6 && hours < 13 ? { ...values, flowM3h: 0 } : values),
  });
  expect(names(dry, "raised")).toEqual(["no-flow"]);
});

test("a clogged pump that is freed in time raises nothing", async () => {
  const fault = { what: "pump-clogged", from: 9, until: 9 + 20 / 60, size: 1 };
  expect(await alarmsOf({ slug: "pump-station", fault })).toEqual([]);
});

test("an outage is over for the cabinet as soon as its mains are there for five minutes", async () => {
  const fault = { what: "feeder-outage", from: 20, until: 21 };
  const lines = await alarmsOf({ slug: "lighting-cabinet", fault });
  const at = Number(lines.find((line) => line.startsWith("mains-lost returned"))?.split(" ")[3]);
  expect(at).toBeGreaterThanOrEqual(21);
  expect(at).toBeLessThanOrEqual(21 + (10 * MINUTE_MS) / HOUR_MS);
});

test("a cover that shakes in two reports running rattles; a lorry whose all-clear was lost does not", async () => {
  const fault = { what: "cover-rattle", from: 10, until: 12 };
  const lines = await alarmsOf({ slug: "manhole-cover", fault });
  expect(lines[0]).toBe("rattle raised warning 10.6");
  const altered = (values: Values, hours: number): Values =>
    hours > 9.9 && hours < 10.1 ? { ...values, vibrationG: 4 } : values;
  expect(await alarmsOf({ slug: "manhole-cover", altered })).toEqual([]);
});
