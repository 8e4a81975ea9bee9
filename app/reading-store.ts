/** Where readings live: in the data folder, or in InfluxDB with what the store keeps beside it here. */
import { existsSync } from "node:fs";
import { createEmbeddedStore } from "../ingest/store/embedded-store.ts";
import {
  createInfluxStore,
  type DeviceTags,
  NO_TAGS,
} from "../ingest/store/influx/influx-store.ts";
import type { ReadingStore } from "../ingest/store/reading-store.ts";
import type { Clock } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import { startThread } from "../model/worker-thread.ts";
import type { Config } from "./config.ts";
import type { InfluxThreadSettings } from "./influx-thread.ts";
import type { dataPaths } from "./paths.ts";

interface Deps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  registry: Pick<RegistryView, "device">;
}

/** Digits of a grid cell that name its street. */
const STREET_DIGITS = 9;

export function createReadingStore(
  { registry, ...deps }: Deps,
  { influx, timeZone }: Pick<Config, "influx" | "timeZone">,
  paths: Pick<ReturnType<typeof dataPaths>, "readings" | "influx" | "influxUnfinished">,
): ReadingStore {
  if (influx !== undefined && existsSync(paths.influxUnfinished)) throw isUnfinished();
  if (influx === undefined) return createEmbeddedStore(deps, { directory: paths.readings });
  const settings: InfluxThreadSettings = {
    file: paths.influx,
    options: { ...influx, timeZone },
  };
  const tags = new WeakMap<Asset, DeviceTags>();
  return createInfluxStore({
    ...deps,
    startThread: () =>
      startThread("./influx-thread", import.meta.url, { name: "store", workerData: settings }),
    tagsOf(deviceId) {
      // An asset that changes is another object.
      const asset = registry.device(deviceId)?.asset;
      if (asset === undefined) return NO_TAGS;
      const known = tags.get(asset);
      if (known !== undefined) return known;
      const made = tagsOfAsset(asset);
      tags.set(asset, made);
      return made;
    },
  });
}

function isUnfinished(): GridwardenError {
  const text =
    "the readings are not all carried over into InfluxDB: call 'gridwarden migrate readings --from embedded --to influx' again, or start without GRIDWARDEN_INFLUX_URL";
  return new GridwardenError("CONFIG_INVALID", text, { details: { faults: [text] } });
}

export const tagsOfAsset = ({
  assetId,
  class: slug = "",
  gridCell = "",
}: Pick<Asset, "assetId" | "class" | "gridCell">): DeviceTags => ({
  asset: assetId,
  class: slug,
  grid: gridCell,
  street: gridCell.slice(0, STREET_DIGITS),
});
