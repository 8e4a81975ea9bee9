/**
 * A few cabinets with lamps on a real database: what of many alarms is one fault. A lamp that is dark
 * alarms after five minutes; a cabinet explains three lamps and a fifth of them within twenty minutes;
 * what is silent behind a gateway is missed after three reports of fifteen minutes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Alerts, alertsMigrations, createAlerts } from "../../alerts/alerts.ts";
import type { DatabaseDoor } from "../../database/database.ts";
import type { AlarmHappening } from "../../model/alarm.ts";
import { AssetClass } from "../../model/asset-class.ts";
import { type Instant, MINUTE_MS } from "../../model/clock.ts";
import { GATEWAY_CLASS } from "../../model/gateway-class.ts";
import { timeZone } from "../../model/local-time.ts";
import { silentLog } from "../../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../../model/metrics.ts";
import type { Reading } from "../../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../../model/registry.ts";
import { savedRows } from "./alarm-world.ts";
import { createTestDatabase } from "./city-database.ts";

export const START: Instant = Date.parse("2026-11-23T20:00:00+08:00");
export const minute = (n: number): Instant => START + n * MINUTE_MS;

const title = { zh: "试", en: "test" };
const yesNo = (name: string) => ({
  ...{ name, title, unit: "", kind: "boolean", min: 0, max: 1, decimals: 0 },
});
const when = (measurement: string, abnormalWhen: boolean) => ({
  ...{ kind: "boolean", measurement, abnormalWhen, period: "instant" },
});
const common = { version: 1, enabled: true, lifeSafety: false, title, source: "test" } as const;
const classCommon = {
  ...{ title, conditions: [], hazards: [], retentionDays: 30, reportPeriodMs: 15 * MINUTE_MS },
};

const LAMP = AssetClass.parse({
  ...classCommon,
  slug: "streetlight",
  componentCategories: ["0137"],
  measurements: [yesNo("isLit"), yesNo("isLeaking")],
  rules: [
    {
      ...common,
      ruleId: "streetlight.dark",
      class: "streetlight",
      condition: when("isLit", false),
      onDelayMs: 5 * MINUTE_MS,
      offDelayMs: 5 * MINUTE_MS,
      severity: "major",
      family: "unlit",
    },
    {
      ...common,
      ruleId: "streetlight.leakage",
      class: "streetlight",
      condition: when("isLeaking", true),
      onDelayMs: 0,
      offDelayMs: 0,
      severity: "critical",
      lifeSafety: true,
    },
    {
      ...common,
      ruleId: "streetlight.no-data",
      class: "streetlight",
      condition: { kind: "no-data", afterMs: 0 },
      onDelayMs: 0,
      offDelayMs: 0,
      severity: "notice",
      isDeviceFault: true,
      family: "silent",
    },
  ],
});

const CABINET = AssetClass.parse({
  ...classCommon,
  slug: "lighting-cabinet",
  componentCategories: ["2104"],
  measurements: [yesNo("isPowered")],
  rules: [
    {
      ...common,
      ruleId: "lighting-cabinet.mains-lost",
      class: "lighting-cabinet",
      condition: when("isPowered", false),
      onDelayMs: 0,
      offDelayMs: 0,
      severity: "major",
      explains: [{ family: "unlit", waitMs: 0 }],
    },
    {
      ...common,
      ruleId: "lighting-cabinet.lamps-dark",
      class: "lighting-cabinet",
      condition: {
        ...{ kind: "children", family: "unlit", countMin: 3, shareMin: 0.2 },
        windowMs: 20 * MINUTE_MS,
      },
      onDelayMs: 0,
      offDelayMs: 2 * MINUTE_MS,
      severity: "major",
    },
  ],
});

export interface LampWorld {
  database: DatabaseDoor;
  alerts: Alerts;
  /** Of the newest start. */
  metrics: MemoryMetrics;
  entries: Map<string, DeviceEntry>;
  assets: Map<string, Asset>;
  /** Lamps `<cabinet>-1` and so on, each with a device of the same name. */
  addLamps(cabinet: string, count: number, gatewayId?: string): string[];
  /** A device on the cabinet itself. */
  addMeter(cabinet: string): void;
  start(now: Instant): Promise<void>;
  /** What was told since it was last asked: who, what, minutes since the start, how many below. */
  told(): Promise<string[]>;
  /** The same as it was told. */
  happened(): Promise<AlarmHappening[]>;
  lit(deviceId: string, isLit: boolean, at: Instant): void;
  say(deviceId: string, measurement: string, value: boolean, at: Instant, flags?: number): void;
  rows(): Promise<unknown>;
}

export function openLampWorld(): LampWorld {
  const world = {} as LampWorld;
  let directory: string;
  const addAsset = (assetId: string, slug: string, parentAssetId?: string): Asset => {
    const asset = Asset.parse({
      ...{ assetId, class: slug, componentCode: "4115240137000001", name: assetId },
      ...{ lon: 114.9, lat: 31.8, ...(parentAssetId === undefined ? {} : { parentAssetId }) },
    });
    world.assets.set(assetId, asset);
    return asset;
  };
  const addDevice = (deviceId: string, asset: Asset, gatewayId?: string): void => {
    const device = Device.parse({
      ...{ deviceId, assetId: asset.assetId, ...(gatewayId === undefined ? {} : { gatewayId }) },
    });
    world.entries.set(deviceId, { device, asset });
  };
  const registry = (): RegistryView => ({
    device: (deviceId) => world.entries.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => world.entries.values(),
    asset: (assetId) => world.assets.get(assetId),
    devicesOf: (id) => [...world.entries.values()].filter(({ asset }) => asset.assetId === id),
    devicesOfGateway: (id) =>
      [...world.entries.values()].filter(({ device }) => device.gatewayId === id),
    partsOf: (id) =>
      [...world.assets.values()]
        .filter((asset) => asset.parentAssetId === id)
        .map(({ assetId }) => assetId),
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  });
  world.addLamps = (cabinet, count, gatewayId) => {
    if (!world.assets.has(cabinet)) addAsset(cabinet, "lighting-cabinet");
    const ids = Array.from({ length: count }, (_, index) => `${cabinet}-${index + 1}`);
    for (const id of ids) addDevice(id, addAsset(id, "streetlight", cabinet), gatewayId);
    return ids;
  };
  world.addMeter = (cabinet) => {
    const asset = world.assets.get(cabinet) ?? addAsset(cabinet, "lighting-cabinet");
    addDevice(`${cabinet}-meter`, asset);
  };
  world.start = async (now) => {
    world.metrics = memoryMetrics();
    world.alerts = createAlerts({
      registry: registry(),
      classes: [LAMP, CABINET, GATEWAY_CLASS],
      zone: timeZone("Asia/Shanghai"),
      log: silentLog,
      metrics: world.metrics,
    });
    await world.alerts.load(world.database.reader, { now, downSince: now });
  };
  world.happened = async () => {
    const happenings = await world.database.transaction(async (tx) => {
      await world.alerts.save(tx);
      return [...world.alerts.pending()];
    });
    world.alerts.committed();
    return happenings;
  };
  world.told = async () =>
    (await world.happened()).map(({ kind, alarm, at, members }) => {
      const who = alarm.deviceId ?? alarm.gatewayId ?? alarm.assetId;
      const below = members === undefined ? "" : ` of ${members.length}`;
      const [, name] = alarm.ruleId.split(".");
      return `${who} ${name} ${kind} ${Math.floor((at - START) / MINUTE_MS)}${below}`;
    });
  world.say = (deviceId, measurement, value, at, flags = 0) => {
    const reading: Reading = {
      deviceId: Device.shape.deviceId.parse(deviceId),
      ...{ measurement, period: "instant", value: value ? 1 : 0, flags },
      ...{ observedAt: at, receivedAt: at },
    };
    world.alerts.heard(deviceId, at);
    world.alerts.judge([reading]);
  };
  world.lit = (deviceId, isLit, at) => world.say(deviceId, "isLit", isLit, at);
  world.rows = () => savedRows(world.database.reader);
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "gridwarden-lamps-"));
    world.entries = new Map();
    world.assets = new Map();
    const deps = { log: silentLog, metrics: memoryMetrics() };
    world.database = createTestDatabase(deps, { file: join(directory, "alarms.sqlite") });
    await world.database.open(alertsMigrations);
  });
  afterEach(async () => {
    await world.database.close();
    await rm(directory, { recursive: true });
  });
  return world;
}
