/** What the memory answers of its series: the newest readings, and which series there are. */
import type { LatestReading } from "../model/case.ts";
import type { Period } from "../model/reading.ts";
import type { RegistryView } from "../model/registry.ts";
import {
  type DeviceState,
  describeSeries,
  type SeriesState,
  type SeriesTable,
  seriesOfDevice,
} from "./series-table.ts";
import type { Series } from "./store/reading-store.ts";

export interface SeriesFilter {
  /** Takes precedence over `assetId`. */
  deviceId?: string | undefined;
  assetId?: string | undefined;
  measurement?: string | undefined;
  period?: Period | undefined;
}

/** A series with the unit that its class gives it; empty where the class does not name it. */
export interface NamedSeries extends Series {
  unit: string;
}

/** Newest instant readings of a device by observedAt, with whatever flags they have. */
export function latestOfDevice(
  table: SeriesTable,
  registry: RegistryView,
  deviceId: string,
): LatestReading[] {
  const device = currentDevice(table, registry, deviceId);
  if (device === undefined) return [];
  return [...device.periods.instant.values()]
    .filter((series) => series.latestAt !== 0)
    .map((series) => ({
      deviceId,
      measurement: series.measurement,
      unit: unitOf(series),
      value: series.latestValue,
      observedAt: series.latestAt,
      receivedAt: series.latestReceivedAt,
      flags: series.latestFlags,
    }));
}

export function findSeries(
  table: SeriesTable,
  registry: RegistryView,
  filter: SeriesFilter,
): NamedSeries[] {
  const { deviceId, assetId, measurement, period } = filter;
  const ofAsset = assetId === undefined ? [] : registry.devicesOf(assetId);
  const deviceIds =
    deviceId === undefined ? ofAsset.map((each) => each.device.deviceId) : [deviceId];
  return deviceIds
    .map((each) => currentDevice(table, registry, each))
    .flatMap((device) => (device === undefined ? [] : [...seriesOfDevice(device)]))
    .filter((series) => series.seriesId !== 0)
    .filter((series) => measurement === undefined || series.measurement === measurement)
    .filter((series) => period === undefined || series.period === period)
    .map((series) => ({ ...describeSeries(series), unit: unitOf(series) }));
}

/** The device's card; its class may have changed since it was last heard, and with it the units. */
function currentDevice(
  table: SeriesTable,
  registry: RegistryView,
  deviceId: string,
): DeviceState | undefined {
  const known = table.known(deviceId);
  const entry = registry.device(deviceId);
  return known === undefined || entry === undefined ? known : table.device(entry);
}

function unitOf(series: SeriesState): string {
  return series.definition?.unit ?? "";
}
