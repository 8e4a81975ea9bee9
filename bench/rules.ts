/**
 * The default rules alone: readings of all classes through rule book, judging and alarm machine on
 * one core, with nothing decoded, stored or committed. Each device says what its kind says, at its
 * class's pace; a few values in a thousand break a rule.
 */
import { createAlerts } from "../alerts/alerts.ts";
import type { AssetClass, Measurement } from "../model/asset-class.ts";
import { ASSET_CLASSES } from "../model/asset-classes/all.ts";
import type { Sql } from "../model/database.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Reading } from "../model/reading.ts";
import { Asset, Device, type DeviceEntry, type RegistryView } from "../model/registry.ts";
import type { Row } from "./bench.ts";
import { seeded } from "./disk.ts";
import { median } from "./processes.ts";

const DEVICES_PER_CLASS = 500;
const READINGS = 2_000_000;
const BATCH = 2_000;
const BREACH_SHARE = 0.002;
const START = Date.UTC(2026, 10, 20);

/** A database that takes everything and keeps nothing. */
const NOWHERE: Sql = {
  run: async () => ({ changes: 0 }),
  all: async () => [],
  get: async () => undefined,
};

export async function measureRules({ runs }: { runs: number }): Promise<Row[]> {
  const perSecond: number[] = [];
  let happenings = 0;
  // The first run warms up and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const found = await judgeAll();
    if (run > 0) perSecond.push(found.perSecond);
    happenings = found.happenings;
  }
  const rules = ASSET_CLASSES.reduce((sum, each) => sum + each.rules.length, 0);
  return [
    {
      what: `readings/s through the ${rules} default rules of ${ASSET_CLASSES.length} classes, one core`,
      measured: `${Math.round(median(perSecond)).toLocaleString("en")}/s, ${happenings} happenings of alarms in ${READINGS.toLocaleString("en")} readings`,
      wanted: "400,000",
    },
  ];
}

async function judgeAll(): Promise<{ perSecond: number; happenings: number }> {
  const entries = ASSET_CLASSES.flatMap(devicesOf);
  const alerts = createAlerts({
    ...{ registry: registryOf(entries), classes: ASSET_CLASSES, log: silentLog },
    ...{ zone: timeZone("Asia/Shanghai"), metrics: memoryMetrics() },
  });
  await alerts.load(NOWHERE, { now: START });
  const next = readingsOf(entries);
  let judgingMs = 0;
  let happenings = 0;
  for (let count = 0; count < READINGS; count += BATCH) {
    const batch = Array.from({ length: BATCH }, next);
    const begunAt = performance.now();
    alerts.judge(batch);
    judgingMs += performance.now() - begunAt;
    happenings += alerts.pending().length;
    await alerts.save(NOWHERE);
    alerts.committed();
  }
  return { perSecond: (READINGS / judgingMs) * 1000, happenings };
}

function devicesOf(ofClass: AssetClass): DeviceEntry[] {
  return Array.from({ length: DEVICES_PER_CLASS }, (_, n) => {
    const assetId = `${ofClass.slug}-${n}`;
    const asset = Asset.parse({
      assetId,
      class: ofClass.slug,
      componentCode: `4115240101${String(n).padStart(6, "0")}`,
      name: assetId,
      lon: 114.9,
      lat: 31.8,
      // Discharge limits bind outlets.
      attributes: { point: "outlet" },
    });
    return { device: Device.parse({ deviceId: `dev-${assetId}`, assetId }), asset };
  });
}

function registryOf(entries: readonly DeviceEntry[]): RegistryView {
  const byId = new Map(entries.map((entry) => [entry.device.deviceId as string, entry]));
  const byAsset = new Map(entries.map((entry) => [entry.asset.assetId as string, [entry]]));
  return {
    device: (deviceId) => byId.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => entries,
    asset: (assetId) => byAsset.get(assetId)?.[0]?.asset,
    devicesOf: (assetId) => byAsset.get(assetId) ?? [],
    devicesOfGateway: () => [],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [],
    crew: () => undefined,
  };
}

/** Round after round, device by device, each with all that its class measures. */
function readingsOf(entries: readonly DeviceEntry[]): () => Reading {
  const random = seeded(11);
  const classes = new Map(ASSET_CLASSES.map((each) => [each.slug, each]));
  const said = entries.map(({ device, asset }) => {
    const ofClass = classes.get(asset.class ?? "");
    const calm = (ofClass?.measurements ?? []).map((measurement) => ({
      measurement,
      value: calmValue(measurement, ofClass),
    }));
    return { deviceId: device.deviceId, calm, periodMs: ofClass?.reportPeriodMs ?? 0 };
  });
  let [device, measurement, round] = [0, 0, 0];
  return () => {
    const { deviceId, calm, periodMs } = said[device] ?? { calm: [], periodMs: 0 };
    const found = calm[measurement];
    if (deviceId === undefined || found === undefined) throw new Error("a class measures nothing");
    const at = START + round * periodMs + device;
    const { name, min, max } = found.measurement;
    const value =
      random() < BREACH_SHARE
        ? min + random() * (max - min)
        : found.value * (0.98 + random() * 0.04);
    measurement += 1;
    if (measurement === calm.length) {
      measurement = 0;
      device += 1;
    }
    if (device === said.length) {
      device = 0;
      round += 1;
    }
    const flags = 0;
    return {
      deviceId,
      measurement: name,
      period: "instant",
      observedAt: at,
      receivedAt: at,
      value,
      flags,
    };
  };
}

/** One at which no rule of the class is abnormal, as near the middle of the range as there is one. */
function calmValue({ name, kind, min, max }: Measurement, ofClass: AssetClass | undefined): number {
  const limits = (ofClass?.rules ?? []).flatMap(({ condition }) =>
    condition.kind === "limit" && condition.measurement === name && condition.signal === undefined
      ? [condition]
      : [],
  );
  if (kind === "boolean") return 0;
  const numbers = (direction: "above" | "below"): number[] =>
    limits
      .filter((each) => each.direction === direction)
      .flatMap(({ clear }) => (typeof clear === "number" ? clear : (clear.otherwise ?? [])));
  const low = Math.max(min, ...numbers("below"));
  const high = Math.min(max, ...numbers("above"));
  return (low + high) / 2;
}
