/** A judge of four devices, a lid's, a lamp's and two of a plant, and what a test says to it and hears. */
import type { AlarmRecord } from "../../model/alarm.ts";
import { ASSET_CLASSES } from "../../model/asset-classes/all.ts";
import type { Instant } from "../../model/clock.ts";
import type { Sql, SqlRow } from "../../model/database.ts";
import { timeZone } from "../../model/local-time.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import type { Reading } from "../../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../../model/registry.ts";
import { type Alerts, type AlertsDeps, createAlerts } from "../alerts.ts";

export const START = Date.parse("2026-11-22T12:00:00+08:00");
export const NIGHT = Date.parse("2026-11-22T20:00:00+08:00");

/** An empty database that takes everything and keeps nothing. */
export const nowhere: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

export interface FakeRegistry extends RegistryView {
  entries: Map<string, DeviceEntry>;
  add(deviceId: string, asset: Asset): void;
}

function fakeRegistry(): FakeRegistry {
  const entries = new Map<string, DeviceEntry>();
  return {
    entries,
    add(deviceId, asset) {
      const device = Device.parse({ deviceId, assetId: asset.assetId });
      entries.set(deviceId, { device, asset });
    },
    device: (deviceId) => entries.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => entries.values(),
    asset: (assetId) => [...entries.values()].find(({ asset }) => asset.assetId === assetId)?.asset,
    devicesOf: (assetId) => [...entries.values()].filter(({ asset }) => asset.assetId === assetId),
    devicesOfGateway: () => [],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  };
}

export function assetOf(
  assetId: string,
  slug: string,
  attributes: Record<string, string> = {},
): Asset {
  return Asset.parse({
    assetId,
    class: slug,
    componentCode: "4115240101000001",
    name: assetId,
    lon: 114.9,
    lat: 31.8,
    attributes,
  });
}

export function fourDevices(): FakeRegistry {
  const registry = fakeRegistry();
  registry.add("lid-1", assetOf("cover-1", "manhole-cover"));
  registry.add("lamp-1", assetOf("light-1", "streetlight"));
  registry.add("out-1", assetOf("outlet-1", "sewage-plant", { point: "outlet" }));
  registry.add("in-1", assetOf("inlet-1", "sewage-plant", { point: "inlet" }));
  return registry;
}

export interface Begun {
  deps?: Partial<AlertsDeps>;
  downSince?: Instant;
  from?: Sql;
}

export async function beginAlerts(
  registry: RegistryView,
  now: Instant,
  { deps = {}, downSince, from = nowhere }: Begun = {},
): Promise<Alerts> {
  const alerts = createAlerts({
    registry,
    classes: ASSET_CLASSES,
    zone: timeZone("Asia/Shanghai"),
    log: silentLog,
    metrics: memoryMetrics(),
    ...deps,
  });
  await alerts.load(from, downSince === undefined ? { now } : { now, downSince });
  return alerts;
}

export function reading(
  deviceId: string,
  measurement: string,
  value: number,
  at: Instant,
  more: Partial<Reading> = {},
): Reading {
  const id = Device.shape.deviceId.parse(deviceId);
  return {
    deviceId: id,
    measurement,
    period: "instant",
    observedAt: at,
    receivedAt: at,
    value,
    flags: 0,
    ...more,
  };
}

/** What happened since the last time that it was asked. */
export async function happenedOf(alerts: Alerts): Promise<string[]> {
  await alerts.save(nowhere);
  const lines = alerts
    .pending()
    .map(({ kind, alarm, at }) => `${alarm.deviceId} ${alarm.ruleId} ${kind} +${at - START}`);
  alerts.committed();
  return lines;
}

/** What the devices say of the proof, without when they were heard. */
export const proofOf = (alerts: Alerts, assetId: string, conditionId: string): object[] =>
  alerts
    .health(assetId, conditionId)
    .devices.map(({ heardAt: _heard, silentAt: _silent, ...proof }) => proof);

/** As the database would have it. */
export function rowOf(alarm: AlarmRecord | undefined): SqlRow | undefined {
  if (alarm === undefined) return undefined;
  return {
    ...{ alarm_id: alarm.alarmId, rule_id: alarm.ruleId, rule_version: alarm.ruleVersion },
    ...{ asset_id: alarm.assetId ?? "", device_id: alarm.deviceId ?? "", class: alarm.class },
    ...{ severity: alarm.severity, life_safety: alarm.lifeSafety ? 1 : 0 },
    ...{ state: alarm.state, raised_at: alarm.raisedAt, evidence: null, cleared_at: null },
  };
}
