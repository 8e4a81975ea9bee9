/**
 * Alerts on a real database with rules of a test's own: one that latches, one that is told again,
 * one that is life safety, on two devices of two covers. A file calls `openAlarmWorld` once; all is
 * new before each test.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import { type Alerts, alertsMigrations, createAlerts } from "../../alerts/alerts.ts";
import type { DatabaseDoor } from "../../database/database.ts";
import { AssetClass } from "../../model/asset-class.ts";
import { type Instant, MINUTE_MS } from "../../model/clock.ts";
import type { Migration, Sql } from "../../model/database.ts";
import { timeZone } from "../../model/local-time.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import type { Reading } from "../../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../../model/registry.ts";
import { Rule } from "../../model/rule.ts";
import { createTestDatabase } from "./city-database.ts";

export const START = Date.parse("2026-11-22T20:00:00+08:00");
export const minute = (n: number): Instant => START + n * MINUTE_MS;

const title = { zh: "测试", en: "test" };
const limit = (measurement: string, raise: number, clear: number, steps?: object[]) => ({
  kind: "limit",
  measurement,
  period: "instant",
  direction: "above",
  inclusive: true,
  raise,
  clear,
  ...(steps === undefined ? {} : { steps }),
});
const rule = (name: string, more: object): Rule =>
  Rule.parse({
    ruleId: `manhole-cover.${name}`,
    version: 1,
    class: "manhole-cover",
    title,
    severity: "warning",
    enabled: true,
    lifeSafety: false,
    conditionId: "flooding",
    source: "test",
    onDelayMs: 0,
    offDelayMs: MINUTE_MS,
    ...more,
  });

/** Delays of 1 and 2 minutes; latches. */
const WATER = rule("water", {
  condition: limit("waterLevelCm", 160, 150),
  onDelayMs: MINUTE_MS,
  offDelayMs: 2 * MINUTE_MS,
  latch: true,
});
/** Raised at once, back after a minute, told again every 10. */
const GAS = rule("gas", {
  condition: limit("ch4LelPercent", 10, 8, [{ severity: "critical", raise: 50, clear: 40 }]),
  realarmMs: 10 * MINUTE_MS,
});
const OPEN = rule("open", {
  condition: { kind: "boolean", measurement: "isOpen", abnormalWhen: true, period: "instant" },
  lifeSafety: true,
});

const measured = (name: string, kind: string, max: number) => ({
  name,
  unit: "",
  kind,
  min: 0,
  max,
  decimals: 0,
  title,
});
const COVER = AssetClass.parse({
  slug: "manhole-cover",
  title,
  componentCategories: ["0102"],
  measurements: [
    measured("waterLevelCm", "number", 1_000),
    measured("ch4LelPercent", "number", 100),
    measured("isOpen", "boolean", 1),
  ],
  reportPeriodMs: 600_000,
  rules: [WATER, GAS, OPEN],
  conditions: [],
  hazards: [],
  retentionDays: 30,
});

export interface AlarmWorld {
  database: DatabaseDoor;
  entries: Map<string, DeviceEntry>;
  /** The asset of a device is out of service, or is again in it. */
  setService(deviceId: string, isOut: boolean): void;
  open(name: string, migrations?: readonly Migration[]): Promise<DatabaseDoor>;
  start(now: Instant, from?: DatabaseDoor): Promise<Alerts>;
}

export function openAlarmWorld(): AlarmWorld {
  const world = {} as AlarmWorld;
  let directory: string;
  const entryOf = (deviceId: string, attributes: object): DeviceEntry => {
    const assetId = `cover-${deviceId}`;
    const asset = {
      assetId,
      class: "manhole-cover",
      componentCode: "4115240101000001",
      name: assetId,
      lon: 114.9,
      lat: 31.8,
      attributes,
    };
    return { device: Device.parse({ deviceId, assetId }), asset: Asset.parse(asset) };
  };
  const registry = (): RegistryView => ({
    device: (deviceId) => world.entries.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => world.entries.values(),
    asset: () => undefined,
    devicesOf: (id) => [...world.entries.values()].filter(({ asset }) => asset.assetId === id),
    devicesOfGateway: () => [],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  });
  world.setService = (deviceId, isOut) => {
    world.entries.set(deviceId, entryOf(deviceId, isOut ? { outOfService: true } : {}));
  };
  world.open = async (name, migrations = alertsMigrations) => {
    const deps = { log: silentLog, metrics: memoryMetrics() };
    const opened = createTestDatabase(deps, { file: join(directory, name) });
    await opened.open(migrations);
    return opened;
  };
  world.start = async (now, from = world.database) => {
    const alerts = createAlerts({
      registry: registry(),
      classes: [COVER],
      zone: timeZone("Asia/Shanghai"),
      log: silentLog,
      metrics: memoryMetrics(),
    });
    await alerts.load(from.reader, { now, downSince: now });
    return alerts;
  };
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "gridwarden-holds-"));
    world.entries = new Map();
    for (const deviceId of ["a", "b"]) world.setService(deviceId, false);
    world.database = await world.open("alarms.sqlite");
  });
  afterEach(async () => {
    await world.database.close();
    await rm(directory, { recursive: true });
  });
  return world;
}

/** What was told, line by line: device, rule, what, minutes since the start. */
export async function commit(alerts: Alerts, to: DatabaseDoor): Promise<string[]> {
  const lines = await to.transaction(async (tx) => {
    await alerts.save(tx);
    return alerts.pending().map(({ kind, alarm, at }) => {
      const name = alarm.ruleId.replace("manhole-cover.", "");
      return `${alarm.deviceId} ${name} ${kind} ${(at - START) / MINUTE_MS}`;
    });
  });
  alerts.committed();
  return lines;
}

/** All that is saved of alarms, as it lies there. */
export async function savedRows(sql: Sql): Promise<unknown> {
  return {
    alarms: await sql.all("select * from alarms order by alarm_id"),
    states: await sql.all("select * from alarm_states order by device_id, rule_id"),
    holds: await sql.all("select * from alarm_holds order by device_id, rule_id"),
  };
}

export function reading(
  deviceId: string,
  measurement: string,
  value: number,
  at: Instant,
): Reading {
  return {
    deviceId: Device.shape.deviceId.parse(deviceId),
    measurement,
    period: "instant",
    observedAt: at,
    receivedAt: at,
    value,
    flags: 0,
  };
}
