/** Where registry, alarms, cases and orders live: in the data folder, or in PostgreSQL. */
import { createDatabase, type DatabaseDoor, openReadOnly } from "../database/database.ts";
import {
  createPostgresDatabase,
  openPostgresReadOnly,
  withoutPassword,
} from "../database/postgres.ts";
import type { Sql } from "../model/database.ts";
import type { Log } from "../model/log.ts";
import type { Metrics } from "../model/metrics.ts";
import type { Config } from "./config.ts";
import { dataPaths } from "./paths.ts";

export type DatabasePlace = Pick<Config, "dataDirectory"> & Partial<Pick<Config, "databaseUrl">>;

export function createCityDatabase(
  deps: { log: Log; metrics: Metrics },
  { dataDirectory, databaseUrl }: DatabasePlace,
): DatabaseDoor {
  if (databaseUrl !== undefined) return createPostgresDatabase(deps, { url: databaseUrl });
  return createDatabase(deps, { file: dataPaths(dataDirectory).database });
}

/** To read in beside a platform that may be running. @throws GridwardenError DATABASE_FAILED */
export function readCityDatabase({ dataDirectory, databaseUrl }: DatabasePlace): {
  sql: Sql;
  close(): void | Promise<void>;
} {
  if (databaseUrl !== undefined) return openPostgresReadOnly(databaseUrl);
  return openReadOnly(dataPaths(dataDirectory).database);
}

/** For people; without a password. */
export function nameOfDatabase({ dataDirectory, databaseUrl }: DatabasePlace): string {
  return databaseUrl === undefined
    ? dataPaths(dataDirectory).database
    : withoutPassword(databaseUrl);
}
