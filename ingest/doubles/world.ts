/**
 * A small world for tests: a few classes and devices made by hand, a store that is a map, and the
 * loop that app/ runs: journal, process, then the store.
 */
import type { AssetClass, Measurement } from "../../model/asset-class.ts";
import { type Instant, manualClock } from "../../model/clock.ts";
import type { DecodersView } from "../../model/decoder.ts";
import type { AssetId, CrewId, DeviceId, GatewayId, UnitId } from "../../model/ids.ts";
import { timeZone } from "../../model/local-time.ts";
import { silentLog } from "../../model/log.ts";
import { type MemoryMetrics, memoryMetrics } from "../../model/metrics.ts";
import type { DeviceEntry, RegistryView } from "../../model/registry.ts";
import type { Uplink } from "../../model/uplink.ts";
import type { IngestBatch } from "../batch.ts";
import { createIngest, type Ingest, type IngestLine, type IngestOptions } from "../ingest.ts";
import { type MemoryStore, memoryStore } from "./memory-store.ts";

/** 2026-11-22T08:30:05+08:00 */
export const NOON: Instant = 1_795_307_405_000;

export const NO_DECODERS: DecodersView = { get: () => undefined, hasScripts: () => false };

function measurement(name: string, max: number, min = 0): Measurement {
  const kind = name.startsWith("is") ? "boolean" : "number";
  return { name, unit: `${name} unit`, kind, min, max, decimals: 1, title: { zh: "", en: "" } };
}

function assetClass(slug: string, measurements: Measurement[]): AssetClass {
  return {
    slug,
    title: { zh: "", en: "" },
    componentCategories: ["0101"],
    measurements,
    reportPeriodMs: 60_000,
    rules: [],
    conditions: [],
    hazards: [],
    retentionDays: 400,
  };
}

const CLASSES = [
  assetClass("manhole-cover", [
    measurement("tiltDeg", 180),
    measurement("isOpen", 1),
    measurement("waterLevelCm", 1_000),
    measurement("ch4LelPercent", 100),
    measurement("batteryPercent", 100),
  ]),
  assetClass("waste-bin", [measurement("fillPercent", 100), measurement("temperatureC", 200, -40)]),
  assetClass("gas-line", [measurement("pressureKpa", 10_000), measurement("ch4LelPercent", 100)]),
  assetClass("streetlight", [measurement("powerW", 2_000), measurement("voltageV", 500)]),
];

const DEVICES: Record<string, string> = {
  "mc-000231": "manhole-cover",
  "mc-000232": "manhole-cover",
  "bin-000017": "waste-bin",
  "gl-000004": "gas-line",
  "sl-000900": "streetlight",
};

export interface World {
  readonly registry: RegistryView & { move(deviceId: string, classSlug: string): void };
  readonly store: MemoryStore;
  readonly metrics: MemoryMetrics;
  readonly journal: Uint8Array[];
  ingest: Ingest & IngestLine;
  /** Journals the uplinks, processes them as one batch and stores it. */
  send(...uplinks: Uplink[]): Promise<IngestBatch>;
  /** Processes journaled records again, or further ones, from a position on. */
  replay(from: number): Promise<IngestBatch>;
  /** A new process on what the store holds. */
  restart(): void;
}

/** `options` are asked for anew at each restart. */
export function world(options: () => IngestOptions = () => ({})): World {
  const store = memoryStore();
  const registry = registryDouble();
  const metrics = memoryMetrics();
  const journal: Uint8Array[] = [];
  const make = (): Ingest & IngestLine => {
    const clock = manualClock(NOON);
    const zone = timeZone("Asia/Shanghai");
    const decoders = NO_DECODERS;
    const deps = { registry, classes: CLASSES, zone, decoders, clock, log: silentLog, metrics };
    const made = createIngest(deps, options());
    return Object.assign(made, made.newLine(store.state(), store.lookup));
  };
  const made: World = {
    registry,
    store,
    metrics,
    journal,
    ingest: make(),
    send(...uplinks) {
      const from = journal.length;
      journal.push(...uplinks.map((each) => Buffer.concat(made.ingest.encodeUplink(each))));
      return made.replay(from);
    },
    async replay(from) {
      const answer = await made.ingest.process(journal.slice(from), from);
      made.ingest.note(answer);
      store.append(answer.batch, from + answer.count);
      return answer;
    },
    restart() {
      made.ingest = make();
    },
  };
  return made;
}

function registryDouble(): World["registry"] {
  const devices = new Map<string, DeviceEntry>();
  const add = (deviceId: string, classSlug: string, gatewayId?: string): void => {
    const assetId = `asset-of-${deviceId}` as AssetId;
    const under = gatewayId === undefined ? {} : { gatewayId: gatewayId as GatewayId };
    devices.set(deviceId, {
      device: { deviceId: deviceId as DeviceId, assetId, ...under },
      asset: {
        assetId,
        class: classSlug,
        componentCode: "4115240101000001" as DeviceEntry["asset"]["componentCode"],
        name: deviceId,
        lon: 115,
        lat: 32,
      },
    });
  };
  for (const [deviceId, classSlug] of Object.entries(DEVICES)) add(deviceId, classSlug);
  add("bin-gw-1", "waste-bin", "gw-1");
  const crew = { crewId: "crew-1" as CrewId, name: "crew", unitId: "u1" as UnitId };
  return {
    device: (deviceId) => devices.get(deviceId),
    deviceByExternalId: () => undefined,
    devices: () => devices.values(),
    asset: (assetId) => [...devices.values()].find((each) => each.asset.assetId === assetId)?.asset,
    devicesOf: (assetId) => [...devices.values()].filter((each) => each.asset.assetId === assetId),
    devicesOfGateway: () => [],
    partsOf: () => [],
    unit: () => undefined,
    crewsOf: () => [crew],
    crew: (crewId) => (crewId === "crew-1" ? crew : undefined),
    move: (deviceId, classSlug) => add(deviceId, classSlug),
  };
}

/** An uplink of a device's own telemetry. */
export function telemetry(deviceId: string, payload: unknown, more: Partial<Uplink> = {}): Uplink {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  return {
    source: "mqtt",
    sender: deviceId,
    topic: `v1/${DEVICES[deviceId] ?? "waste-bin"}/${deviceId}/telemetry`,
    payload: bytes,
    receivedAt: NOON,
    ...more,
  };
}
