/** Where what lies in the data folder. */
import { join } from "node:path";

export function dataPaths(directory: string) {
  return {
    database: join(directory, "gridwarden.sqlite"),
    journal: join(directory, "journal"),
    /** Uplinks that may be decoded again. */
    rawUplinks: join(directory, "raw-uplinks"),
    readings: join(directory, "readings"),
    /** What is kept beside InfluxDB, where readings live there. */
    influx: join(directory, "influx.sqlite"),
    /** Is there while readings are being carried over into InfluxDB. */
    influxUnfinished: join(directory, "influx.sqlite.unfinished"),
    broker: join(directory, "broker"),
    files: join(directory, "files"),
    /** Into which decoders are dropped, where nobody names another. */
    decoders: join(directory, "decoders"),
    channels: join(directory, "channels.json"),
    adminPassword: join(directory, "admin-password"),
  };
}
