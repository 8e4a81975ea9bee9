/** The thread of the store in InfluxDB: what it keeps on our own disk is a database of its own. */
import { parentPort, workerData } from "node:worker_threads";
import { createDatabase } from "../database/database.ts";
import {
  createInfluxCore,
  type InfluxStoreOptions,
  influxMigrations,
  logBy,
  serveCore,
} from "../ingest/store/influx/influx-store.ts";
import { memoryMetrics } from "../model/metrics.ts";

/** What the thread is started with. */
export interface InfluxThreadSettings {
  /** Of the database beside InfluxDB. */
  file: string;
  options: InfluxStoreOptions;
}

if (parentPort === null) throw new Error("this file runs as the thread of the store in InfluxDB");
const { file, options } = workerData as InfluxThreadSettings;
const log = logBy(parentPort);
const database = createDatabase({ log, metrics: memoryMetrics() }, { file });
const core = createInfluxCore({ database, log }, options);

serveCore(parentPort, {
  ...core,
  async open(now) {
    await database.open(influxMigrations);
    return await core.open(now);
  },
  async close() {
    await core.close();
    await database.close();
  },
});
