/**
 * The platform's own counts of a county, made once: the simulator's 57,906 components and 10,000 devices as a
 * registry, open cases and standing alarms in a database. The lines are what the platform would write.
 */
import { join } from "node:path";
import { createCounts } from "../app/happening-counts.ts";
import { allMigrations } from "../app/migrations.ts";
import { createDatabase } from "../database/database.ts";
import type { Fleet, FleetAsset } from "../firmware-sim/fleet.ts";
import { classBySlug } from "../model/asset-classes/all.ts";
import type { LatestReading } from "../model/case.ts";
import {
  type DurationMs,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  manualClock,
  SECOND_MS,
} from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { timeZone } from "../model/local-time.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Asset, DeviceEntry } from "../model/registry.ts";

/** What is written at one time, and how often. */
export interface CountedLines {
  everyMs: DurationMs;
  lines: string[];
}

const OPEN_CASES = 600;
const STANDING_ALARMS = 400;
const STATES = ["REPORTED", "DISPATCHED", "HANDLING", "FEEDBACK", "SUSPENDED"];

export async function countedLines(
  fleet: Fleet,
  now: Instant,
  directory: string,
): Promise<CountedLines[]> {
  const common = { log: silentLog, metrics: memoryMetrics() };
  const database = createDatabase(common, { file: join(directory, "counts.sqlite") });
  await database.open(allMigrations);
  try {
    await putCases(database, fleet, now);
    await putAlarms(database, fleet, now);
    return await count(database, fleet, now);
  } finally {
    await database.close();
  }
}

async function count(database: Database, fleet: Fleet, now: Instant): Promise<CountedLines[]> {
  const clock = manualClock(now);
  let taken: string[] = [];
  const write = async (lines: readonly string[]): Promise<void> => void taken.push(...lines);
  const deps = {
    ...{ clock, reader: database.reader, classBySlug, zone: timeZone("Asia/Shanghai") },
    ...registryOf(fleet, now),
    usualSkewMs: () => 0,
    silentDevices: async () => new Set(fleet.devices.slice(0, 300).map((each) => each.deviceId)),
    figures: () => FIGURES,
  };
  const counts = createCounts(deps, { write });
  // What is raised since the first count is in the second one.
  clock.advance(MINUTE_MS);
  const made: CountedLines[] = [];
  const make = async (everyMs: DurationMs, works: (() => Promise<void>)[]): Promise<void> => {
    for (const work of works) await work();
    made.push({ everyMs, lines: taken });
    taken = [];
  };
  await make(MINUTE_MS, [counts.writeWork]);
  await make(5 * MINUTE_MS, [counts.writeFleet, counts.writeCity]);
  await make(15 * SECOND_MS, [counts.writeFigures]);
  return made;
}

const FIGURES: Record<string, number> = {
  ...{ journaled: 3e8, stored: 3e8, duplicate: 1e5, conflict: 40, putAside: 900 },
  ...{ pendingUplinks: 20, unjudgedUplinks: 3, journalBytes: 6e8, connections: 8_700 },
  residentBytes: 5e8,
};

/** Of the lamps each so manyth stands on a trunk road. */
const TRUNK_EACH = 3;

/** As look-ups of the registry, with newest values of what has a device. */
function registryOf({ assets, devices }: Fleet, now: Instant) {
  const onRoads = assets.map((asset, n) =>
    n % TRUNK_EACH === 0
      ? { ...asset, attributes: { ...asset.attributes, roadClass: "trunk" } }
      : asset,
  );
  const byId = new Map(onRoads.map((asset) => [asset.assetId, asset as unknown as Asset]));
  const entries = devices.flatMap((device): DeviceEntry[] => {
    const asset = byId.get(device.assetId);
    return asset === undefined
      ? []
      : [{ device: device as unknown as DeviceEntry["device"], asset }];
  });
  const onAsset = new Map<string, DeviceEntry[]>();
  for (const entry of entries) {
    const { assetId } = entry.asset;
    onAsset.set(assetId, [...(onAsset.get(assetId) ?? []), entry]);
  }
  return {
    registry: {
      asset: (assetId: string) => byId.get(assetId),
      devices: () => entries,
      devicesOf: (assetId: string) => onAsset.get(assetId) ?? [],
    },
    assetPages: () => [[...byId.values()]],
    latest: (assetId: string) =>
      (onAsset.get(assetId) ?? []).flatMap((entry) => newest(entry, now)),
  };
}

function newest({ device, asset }: DeviceEntry, now: Instant): LatestReading[] {
  const { measurements = [] } = classBySlug(asset.class ?? "") ?? {};
  return measurements.map(({ name, unit, kind, min, max }) => ({
    ...{ deviceId: device.deviceId, measurement: name, unit, flags: 0 },
    ...{ value: kind === "boolean" ? 1 : (min + max) / 2, observedAt: now, receivedAt: now },
  }));
}

async function putCases(database: Database, fleet: Fleet, now: Instant): Promise<void> {
  const step = Math.floor(fleet.assets.length / OPEN_CASES);
  await database.transaction(async (tx) => {
    for (let n = 0; n < OPEN_CASES; n += 1) {
      const { assetId, gridCell, lon, lat, ...asset } = fleet.assets[n * step] as FleetAsset;
      const caseNo = `411524202611${String(n).padStart(7, "0")}`;
      const state = STATES[n % STATES.length] ?? "";
      const body = {
        ...{ caseNo, assetId, gridCell, lon, lat, class: asset.class },
        unitId: asset.maintenanceUnitId ?? "centre",
        deadline: now + ((n % 24) - 4) * HOUR_MS,
        lifeSafety: n % 20 === 0,
      };
      await tx.run(
        `insert into cases (case_no, version, state, is_open, condition_id, opened_at, body)
         values (?, 1, ?, 1, 'x', ?, ?)`,
        [caseNo, state, now, JSON.stringify(body)],
      );
    }
  });
}

const SEVERITIES = ["critical", "major", "warning", "notice"];

async function putAlarms(database: Database, fleet: Fleet, now: Instant): Promise<void> {
  const step = Math.floor(fleet.devices.length / STANDING_ALARMS);
  await database.transaction(async (tx) => {
    for (let n = 0; n < STANDING_ALARMS; n += 1) {
      const {
        deviceId,
        assetId,
        class: slug,
      } = fleet.devices[n * step] as Fleet["devices"][number];
      const { rules = [] } = classBySlug(slug) ?? {};
      await tx.run(
        `insert into alarms (alarm_id, rule_id, rule_version, asset_id, device_id, class, severity,
           life_safety, state, raised_at) values (?, ?, 1, ?, ?, ?, ?, 0, 'unacknowledged', ?)`,
        [
          ...[`alarm-${n}`, rules[n % rules.length]?.ruleId ?? "", assetId, deviceId, slug],
          ...[SEVERITIES[n % SEVERITIES.length] ?? "", now + 20 * SECOND_MS + n],
        ],
      );
    }
  });
}
