/** What a person runs by hand on a data folder whose platform is stopped. */
import { parseArgs } from "node:util";
import { createDatabase } from "../database/database.ts";
import { repairJournal } from "../journal/journal.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Config } from "./config.ts";
import { lockFolder } from "./folder-lock.ts";
import { allMigrations } from "./migrations.ts";
import { dataPaths } from "./paths.ts";

export async function repair(config: Config, args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { "continue-at": { type: "string" } },
  });
  const continueAt = values["continue-at"];
  // Segments are moved: never under a platform that runs.
  const lock = lockFolder(config.dataDirectory);
  const report = await repairJournal(
    dataPaths(config.dataDirectory).journal,
    continueAt === undefined ? {} : { continueAt: Number(continueAt) },
  ).finally(() => lock.release());
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
}

/** Answers the exit code: 0 sound, 1 with a line a fault. */
export async function checkDatabase(config: Config): Promise<number> {
  const file = dataPaths(config.dataDirectory).database;
  const lock = lockFolder(config.dataDirectory);
  const database = createDatabase({ log: silentLog, metrics: memoryMetrics() }, { file });
  await database.open(allMigrations);
  const faults = await database.check(allMigrations);
  await database.close();
  lock.release();
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(
    faults.length === 0 ? `${file} is sound\n` : `${faults.length} faults in ${file}\n`,
  );
  return faults.length === 0 ? 0 : 1;
}
