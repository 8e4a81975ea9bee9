/** What a person runs by hand on a data folder whose platform is stopped. */
import { existsSync } from "node:fs";
import { repairJournal } from "../journal/journal.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { createCityDatabase, nameOfDatabase } from "./city-database.ts";
import type { Config } from "./config.ts";
import { lockFolder } from "./folder-lock.ts";
import { allMigrations } from "./migrations.ts";
import { dataPaths } from "./paths.ts";

const EXIT_USAGE = 64;

/** Answers the exit code. */
export async function repair(config: Config, args: readonly string[]): Promise<number> {
  const continueAt = continueAtOf(args);
  if (continueAt === "wrong") return EXIT_USAGE;
  // Segments are moved: never under a platform that runs.
  const lock = lockFolder(config.dataDirectory);
  const report = await repairBoth(config.dataDirectory, continueAt).finally(() => lock.release());
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  return 0;
}

/** Raw uplinks lie in a journal of their own; where there are none, none is made. */
async function repairBoth(dataDirectory: string, continueAt: number | undefined) {
  const { journal, rawUplinks } = dataPaths(dataDirectory);
  const report = await repairJournal(journal, continueAt === undefined ? {} : { continueAt });
  if (!existsSync(rawUplinks)) return report;
  return { ...report, rawUplinks: await repairJournal(rawUplinks) };
}

function continueAtOf(args: readonly string[]): number | undefined | "wrong" {
  const [option, text = "", ...more] = args;
  if (option === undefined) return undefined;
  if (option === "--continue-at" && /^\d+$/.test(text) && more.length === 0) return Number(text);
  process.stderr.write(
    `gridwarden journal repair takes --continue-at and a whole number, got '${args.join(" ")}'\n`,
  );
  return "wrong";
}

/** Answers the exit code: 0 sound, 1 with a line a fault. */
export async function checkDatabase(config: Config): Promise<number> {
  const name = nameOfDatabase(config);
  const lock = lockFolder(config.dataDirectory);
  const database = createCityDatabase({ log: silentLog, metrics: memoryMetrics() }, config);
  await database.open(allMigrations);
  const faults = await database.check(allMigrations);
  await database.close();
  lock.release();
  for (const fault of faults) process.stdout.write(`${fault}\n`);
  process.stdout.write(
    faults.length === 0 ? `${name} is sound\n` : `${faults.length} faults in ${name}\n`,
  );
  return faults.length === 0 ? 0 : 1;
}
