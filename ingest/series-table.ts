/**
 * Every series that has ever had a reading, in memory, like the index cards of an archive: device,
 * then period, then measurement. A card carries the series' newest reading and what identity needs
 * to tell a new key from a known one without asking the store. Ids are dense from 1, in the order
 * of the series' first readings, so that a replay gives the same ids.
 */
import type { AssetClass, Measurement } from "../model/asset-class.ts";
import type { Instant } from "../model/clock.ts";
import type { DeviceId } from "../model/ids.ts";
import { CLOCK_FLAGS, FLAG_BITS, type Flags, type Period } from "../model/reading.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { LATE_MS_MIN, newSkew, type Skew } from "./quality/late.ts";
import type { NewestOfSeries, Series } from "./store/reading-store.ts";

/** Kept of a device whose asset has no class. */
const RETENTION_DAYS_DEFAULT = 365;
const NAME_LENGTH_MAX = 64;
/** Printable, in any script; and none of the names that an object of JavaScript is born with. */
const NAME = /^[^\p{C}]+$/u;
const RESERVED = new Set(["__proto__", "constructor", "prototype"]);

export interface SeriesState {
  /** 0 until its first reading stands. */
  seriesId: number;
  readonly device: DeviceState;
  readonly measurement: string;
  readonly period: Period;
  /** What its class says of it; undefined for one that the class does not name. */
  definition: Measurement | undefined;
  /** Newest reading by observedAt; 0: none yet. */
  latestAt: Instant;
  latestReceivedAt: Instant;
  latestValue: number;
  latestFlags: Flags;
  /** Newest key among readings that stand by their time, and its value (NaN: not known). */
  newestKey: number;
  newestKeyValue: number;
  /** Greatest key among readings that stand by their seq. */
  newestSeq: number;
  /** Number of the batch that last had a reading of it; the next three are of that batch. */
  batch: number;
  /** `newestKey` and its value as they were before the batch. */
  baseKey: number;
  baseKeyValue: number;
  /** Its last new row in the batch; -1: none. */
  lastRow: number;
}

export interface DeviceState {
  readonly deviceId: DeviceId;
  classSlug: string | undefined;
  retentionDays: number;
  readonly periods: Record<Period, Map<string, SeriesState>>;
  /** Measurements that its class does not name. */
  readonly extraNames: Set<string>;
  readonly skew: Skew;
  /** Receipt of the newest uplink in which it was truly heard; 0: none is known. */
  heardAt: Instant;
}

export interface SeriesTable {
  /** The device's card, made when it is first seen, always of the class that it has now. */
  device(entry: DeviceEntry): DeviceState;
  known(deviceId: string): DeviceState | undefined;
  /** The series, made when it is first seen; else why there is none. */
  series(device: DeviceState, measurement: string, period: Period): SeriesState | SeriesRefusal;
  /** Gives the series its id, when its first reading stands. */
  number(series: SeriesState): Series;
  /** Series with readings. */
  size(): number;
}

export type SeriesRefusal = "name" | "too-many";

export function createSeriesTable(options: {
  classes: readonly AssetClass[];
  retentionDays: Readonly<Record<string, number>>;
  extraMeasurementsPerDeviceMax: number;
  series: readonly NewestOfSeries[];
}): SeriesTable {
  const classes = new Map(
    options.classes.map((assetClass) => [
      assetClass.slug,
      {
        retentionDays: options.retentionDays[assetClass.slug] ?? assetClass.retentionDays,
        measurements: new Map(assetClass.measurements.map((each) => [each.name, each])),
      },
    ]),
  );
  const devices = new Map<string, DeviceState>();
  let size = 0;

  const definitionOf = (device: DeviceState, measurement: string): Measurement | undefined =>
    device.classSlug === undefined
      ? undefined
      : classes.get(device.classSlug)?.measurements.get(measurement);

  const cardOf = (deviceId: DeviceId): DeviceState => {
    const known = devices.get(deviceId);
    if (known !== undefined) return known;
    const made = newDevice(deviceId);
    devices.set(deviceId, made);
    return made;
  };

  const setClass = (device: DeviceState, classSlug: string | undefined): void => {
    const assetClass = classSlug === undefined ? undefined : classes.get(classSlug);
    device.classSlug = classSlug;
    device.retentionDays = assetClass?.retentionDays ?? RETENTION_DAYS_DEFAULT;
    device.extraNames.clear();
    for (const series of seriesOfDevice(device)) {
      series.definition = definitionOf(device, series.measurement);
      if (series.definition === undefined) device.extraNames.add(series.measurement);
    }
  };

  for (const stored of options.series) {
    const device = cardOf(stored.deviceId as DeviceId);
    device.heardAt = Math.max(device.heardAt, stored.receivedAt);
    device.periods[stored.period].set(stored.measurement, restoredSeries(device, stored));
    restoreSkew(device, stored);
    size = Math.max(size, stored.seriesId);
  }

  return {
    device(entry) {
      const device = cardOf(entry.device.deviceId);
      if (device.classSlug !== entry.asset.class || device.retentionDays === 0) {
        setClass(device, entry.asset.class);
      }
      return device;
    },
    known: (deviceId) => devices.get(deviceId),
    series(device, measurement, period) {
      const known = device.periods[period].get(measurement);
      if (known !== undefined) return known;
      const definition = definitionOf(device, measurement);
      if (definition === undefined && !device.extraNames.has(measurement)) {
        if (!isName(measurement)) return "name";
        if (device.extraNames.size >= options.extraMeasurementsPerDeviceMax) return "too-many";
        device.extraNames.add(measurement);
      }
      const made = newSeries(device, measurement, period, definition);
      device.periods[period].set(measurement, made);
      return made;
    },
    number(series) {
      size += 1;
      series.seriesId = size;
      return describeSeries(series);
    },
    size: () => size,
  };
}

export function describeSeries(series: SeriesState): Series {
  const { seriesId, device, measurement, period } = series;
  const { deviceId, retentionDays } = device;
  return { seriesId, deviceId, measurement, period, retentionDays };
}

export function* seriesOfDevice(device: DeviceState): Generator<SeriesState> {
  for (const byMeasurement of Object.values(device.periods)) yield* byMeasurement.values();
}

function isName(measurement: string): boolean {
  return (
    measurement.length <= NAME_LENGTH_MAX && NAME.test(measurement) && !RESERVED.has(measurement)
  );
}

function newDevice(deviceId: DeviceId): DeviceState {
  return {
    deviceId,
    classSlug: undefined,
    // 0: its class has not been looked at yet.
    retentionDays: 0,
    periods: { instant: new Map(), minute: new Map(), hour: new Map(), day: new Map() },
    extraNames: new Set(),
    skew: newSkew(),
    heardAt: 0,
  };
}

function newSeries(
  device: DeviceState,
  measurement: string,
  period: Period,
  definition: Measurement | undefined,
): SeriesState {
  return {
    seriesId: 0,
    device,
    measurement,
    period,
    definition,
    latestAt: 0,
    latestReceivedAt: 0,
    latestValue: 0,
    latestFlags: 0,
    newestKey: Number.NEGATIVE_INFINITY,
    newestKeyValue: Number.NaN,
    newestSeq: Number.NEGATIVE_INFINITY,
    batch: 0,
    baseKey: 0,
    baseKeyValue: 0,
    lastRow: -1,
  };
}

/**
 * A series as the store last saw it. Its newest row may stand by its seq where its clock was no
 * good; then the value at its time is not known here and the store is asked.
 */
function restoredSeries(device: DeviceState, stored: NewestOfSeries): SeriesState {
  const hasRows = stored.observedAt !== 0;
  const standsByTime = (stored.flags & CLOCK_FLAGS) === 0;
  return {
    ...newSeries(device, stored.measurement, stored.period, undefined),
    seriesId: stored.seriesId,
    latestAt: stored.observedAt,
    latestReceivedAt: stored.receivedAt,
    latestValue: stored.value,
    latestFlags: stored.flags,
    newestKey: hasRows ? stored.observedAt : Number.NEGATIVE_INFINITY,
    newestKeyValue: hasRows && standsByTime ? stored.value : Number.NaN,
    newestSeq: stored.newestSeq ?? Number.NEGATIVE_INFINITY,
  };
}

/** A delay that was not called late was usual; a smaller one corrects it at once. */
function restoreSkew(device: DeviceState, stored: NewestOfSeries): void {
  if (stored.period !== "instant" || stored.observedAt === 0) return;
  if ((stored.flags & (CLOCK_FLAGS | FLAG_BITS.late)) !== 0) return;
  const delayMs = stored.receivedAt - stored.observedAt;
  if (delayMs > LATE_MS_MIN) device.skew.usualMs = Math.max(device.skew.usualMs, delayMs);
}
