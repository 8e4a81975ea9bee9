/**
 * A street in memory for conditions of several measurements and assets: a cabinet with its lamps, a
 * line of pipe sections; each asset with the devices that a test gives it. Nothing is saved; a
 * restart forgets all and is told by `remember` what the platform would read again of its store.
 */
import { AssetClass } from "../../model/asset-class.ts";
import { type Instant, MINUTE_MS } from "../../model/clock.ts";
import type { Sql } from "../../model/database.ts";
import { AssetId, DeviceId } from "../../model/ids.ts";
import { timeZone } from "../../model/local-time.ts";
import { silentLog } from "../../model/log.ts";
import { memoryMetrics } from "../../model/metrics.ts";
import type { Reading } from "../../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../../model/registry.ts";
import { type Alerts, type AlertsDeps, createAlerts } from "../alerts.ts";

export const START = Date.parse("2026-11-23T20:00:00+08:00");
export const minute = (n: number): Instant => START + n * MINUTE_MS;
export const ZONE = timeZone("Asia/Shanghai");

const title = { zh: "测试", en: "test" };
const NOWHERE: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

export function ruleOf(slug: string, name: string, condition: object, more: object = {}) {
  return {
    ...{ ruleId: `${slug}.${name}`, version: 1, class: slug, title, condition, source: "test" },
    ...{ onDelayMs: 0, offDelayMs: 0, severity: "warning", enabled: true, lifeSafety: false },
    ...more,
  };
}

/** Of 10 minutes' report; names with a capital `I` at their `is` are booleans. */
export function classOf(slug: string, names: string[], rules: object[], more: object = {}) {
  const measured = (name: string) => {
    const isBoolean = /^is[A-Z]/.test(name);
    const kind = isBoolean ? "boolean" : "number";
    return { name, unit: "", kind, min: 0, max: isBoolean ? 1 : 1_000, decimals: 1, title };
  };
  return AssetClass.parse({
    ...{ slug, title, componentCategories: ["0199"], measurements: names.map(measured), rules },
    ...{ reportPeriodMs: 10 * MINUTE_MS, conditions: [], hazards: [], retentionDays: 1 },
    ...more,
  });
}

export function test(measurement: string, sign: "<" | ">", raise: unknown, clear = raise) {
  const direction = sign === ">" ? "above" : "below";
  const series = { measurement, period: "instant" };
  return { kind: "limit", ...series, direction, inclusive: false, raise, clear };
}

export function is(measurement: string, abnormalWhen: boolean) {
  return { kind: "boolean", measurement, abnormalWhen, period: "instant" };
}

export interface ConditionWorld {
  readonly alerts: Alerts;
  readonly registry: RegistryView;
  addAsset(assetId: string, slug: string, more?: object, devices?: string[]): void;
  /** On an asset that is there. */
  addDevice(device: Device): void;
  /** One uplink of these values, observed and received so many minutes after the start. */
  say(deviceId: string, atMinute: number, values: Record<string, number>, more?: object): void;
  /** What happened since the last time: device, rule, what, minutes since the start. */
  happened(): Promise<string[]>;
  /** Forgets everything, and is told again what is asked for of what was said. */
  restart(atMinute: number): Promise<void>;
}

export async function openWorld(
  classes: readonly AssetClass[],
  more: Partial<AlertsDeps> = {},
): Promise<ConditionWorld> {
  const assets = new Map<string, Asset>();
  const entries = new Map<string, DeviceEntry>();
  const said: Reading[] = [];
  const registry = registryOf(assets, entries);
  const start = async (now: Instant): Promise<Alerts> => {
    const metrics = memoryMetrics();
    const deps = { registry, classes, zone: ZONE, log: silentLog, metrics, ...more };
    const made = createAlerts(deps);
    await made.load(NOWHERE, { now, downSince: now });
    return made;
  };
  let alerts = await start(START);
  return {
    get alerts() {
      return alerts;
    },
    registry,
    addAsset(assetId, slug, more = {}, devices = [`d-${assetId}`]) {
      const place = { componentCode: "4115240101000001", name: assetId, lon: 114.9, lat: 31.8 };
      const asset = Asset.parse({ assetId, class: slug, ...place, ...more });
      assets.set(assetId, asset);
      for (const deviceId of devices) {
        entries.set(deviceId, { device: Device.parse({ deviceId, assetId }), asset });
      }
    },
    addDevice(device) {
      const asset = assets.get(device.assetId);
      if (asset !== undefined) entries.set(device.deviceId, { device, asset });
    },
    say(deviceId, atMinute, values, more = {}) {
      const at = minute(atMinute);
      alerts.heard(deviceId, at);
      const readings = Object.entries(values).map(([measurement, value]): Reading => {
        const times = { observedAt: at, receivedAt: at };
        const id = DeviceId.parse(deviceId);
        return { deviceId: id, measurement, period: "instant", ...times, value, flags: 0, ...more };
      });
      said.push(...readings);
      alerts.judge(readings);
    },
    async happened() {
      await alerts.save(NOWHERE);
      const lines = alerts.pending().map(({ kind, alarm, at }) => {
        const name = alarm.ruleId.split(".")[1];
        const atMinute = Math.round(((at - START) / MINUTE_MS) * 100) / 100;
        return `${alarm.deviceId} ${name} ${kind} ${atMinute}`;
      });
      alerts.committed();
      return lines;
    },
    async restart(atMinute) {
      const now = minute(atMinute);
      alerts = await start(now);
      for (const { deviceId, measurement, period, depthMs } of alerts.lookBacks()) {
        const isWanted = (reading: Reading): boolean =>
          reading.deviceId === deviceId &&
          reading.measurement === measurement &&
          reading.period === period &&
          reading.observedAt >= now - depthMs;
        const found = said.filter(isWanted);
        alerts.remember(found.map(({ receivedAt: _receivedAt, ...reading }) => reading));
      }
    },
  };
}

function registryOf(
  assets: ReadonlyMap<string, Asset>,
  entries: ReadonlyMap<string, DeviceEntry>,
): RegistryView {
  return {
    device: (deviceId) => entries.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => entries.values(),
    asset: (assetId) => assets.get(assetId),
    devicesOf: (assetId) => [...entries.values()].filter(({ asset }) => asset.assetId === assetId),
    devicesOfGateway: () => [],
    partsOf: (assetId) =>
      [...assets.values()]
        .filter(({ parentAssetId }) => parentAssetId === assetId)
        .map((asset) => AssetId.parse(asset.assetId)),
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  };
}
