/** Where readings live: in the data folder, or in InfluxDB with what the store keeps beside it here. */
import { createDatabase } from "../database/database.ts";
import { createEmbeddedStore } from "../ingest/store/embedded-store.ts";
import {
  createInfluxStore,
  type DeviceTags,
  influxMigrations,
} from "../ingest/store/influx/influx-store.ts";
import type { ReadingStore } from "../ingest/store/reading-store.ts";
import type { Clock } from "../model/clock.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { RegistryView } from "../model/registry.ts";
import type { Config } from "./config.ts";
import type { dataPaths } from "./paths.ts";

interface Deps {
  clock: Clock;
  log: Log;
  metrics: Metrics;
  registry: Pick<RegistryView, "device">;
}

export interface ReadingStoreDoor {
  store: ReadingStore;
  /** After the store was closed for good. */
  close(): Promise<void>;
}

/** Digits of a grid cell that name its street. */
const STREET_DIGITS = 9;

export function openReadingStore(
  deps: Deps,
  { influx }: Pick<Config, "influx">,
  paths: Pick<ReturnType<typeof dataPaths>, "readings" | "influx">,
): ReadingStoreDoor {
  if (influx === undefined) {
    return {
      store: createEmbeddedStore(deps, { directory: paths.readings }),
      close: async () => {},
    };
  }
  const { registry } = deps;
  const database = createDatabase(
    { ...deps, metrics: renamed(deps.metrics) },
    { file: paths.influx },
  );
  function tagsOf(deviceId: string): DeviceTags {
    const {
      assetId = "",
      class: slug = "",
      gridCell = "",
    } = registry.device(deviceId)?.asset ?? {};
    return { asset: assetId, class: slug, street: gridCell.slice(0, STREET_DIGITS) };
  }
  const inner = createInfluxStore({ ...deps, database, tagsOf }, influx);
  const store: ReadingStore = {
    ...inner,
    async open() {
      await database.open(influxMigrations);
      return await inner.open();
    },
  };
  return { store, close: () => database.close() };
}

/** The database beside InfluxDB counts under a name of its own. */
function renamed(metrics: Metrics): Metrics {
  const name = (of: string): string =>
    of.replace("gridwarden_database_", "gridwarden_store_state_");
  return {
    counter: (of, ...rest) => metrics.counter(name(of), ...rest),
    gauge: (of, ...rest) => metrics.gauge(name(of), ...rest),
    gaugeBy: (of, ...rest) => metrics.gaugeBy(name(of), ...rest),
    histogram: (of, ...rest) => metrics.histogram(name(of), ...rest),
  };
}
