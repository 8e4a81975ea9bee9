/**
 * `gridwarden migrate cases`: registry, alarms, cases and orders of a data folder's embedded database
 * into an empty PostgreSQL, all or nothing, while the platform stands still. Progress goes to
 * stderr, the counts of every table to stdout.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { createDatabase } from "../database/database.ts";
import { type CopyProgress, copyToPostgres } from "../database/postgres.ts";
import { GridwardenError } from "../model/errors.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { checkedOptions, say, tellFault, UsageError } from "./command-faults.ts";
import { DatabaseUrl } from "./config.ts";
import { lockFolder } from "./folder-lock.ts";
import { type ReadingsSettings, runMigrateReadings } from "./migrate-readings.ts";
import { allMigrations } from "./migrations.ts";
import { dataPaths } from "./paths.ts";

const HELP = `gridwarden migrate cases [options]
gridwarden migrate readings --from embedded --to influx; its own --help shows the options

  --to URL         an empty database: postgres://user:password@host:5432/database; without it
                   GRIDWARDEN_DATABASE_URL, which keeps the password out of the list of processes
  --data-dir D     the data folder (GRIDWARDEN_DATA_DIR, ./data); its platform must be stopped

  Carries every table of the embedded database over, reads it again, and commits only when all rows
  have arrived as they went: broken off, nothing is there. The embedded database stays as it is; with
  GRIDWARDEN_DATABASE_URL set the platform reads it no more.
  Exit code: 0 done, 1 nothing was kept, or it is not known and the text says so, 64 wrong options,
  78 the platform runs.
`;

const EXIT_NOT_DONE = 1;
/** On a terminal a line a table; else a long table says at times how far it is. */
const ROWS_A_LINE = 20_000;

/** Answers the exit code. @throws GridwardenError CONFIG_INVALID where the platform runs */
export async function runMigrate(
  args: readonly string[],
  configured: () => ReadingsSettings,
): Promise<number> {
  try {
    const [command, ...rest] = args;
    if (command === undefined || command === "--help") return say(HELP);
    if (command === "readings") return await runMigrateReadings(rest, configured);
    if (command !== "cases") throw new UsageError(`there is no command 'migrate ${command}'`);
    const options = readOptions(rest);
    if (options.help) return say(HELP);
    const config = configured();
    const url = options.to ?? config.databaseUrl;
    if (url === undefined)
      throw new UsageError("--to: wanted postgres://user:password@host/database");
    return await migrateCases(options["data-dir"] ?? config.dataDirectory, url);
  } catch (error) {
    if (error instanceof GridwardenError && error.code === "CONFIG_INVALID") throw error;
    return tellFault(error, { name: "migrate", help: HELP, exitCode: EXIT_NOT_DONE });
  }
}

function readOptions(args: readonly string[]) {
  return checkedOptions(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        to: { type: "string" },
        "data-dir": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    const url = DatabaseUrl.optional().safeParse(values.to);
    if (!url.success) throw new Error(`--to ${url.error.issues[0]?.message}`);
    return values;
  });
}

async function migrateCases(dataDirectory: string, url: string): Promise<number> {
  const { database: file } = dataPaths(dataDirectory);
  if (!existsSync(file)) throw new Error(`there is no '${file}' to carry over`);
  const lock = lockFolder(dataDirectory);
  try {
    await bringUpToDate(file);
    const copied = await copyToPostgres({ file, migrations: allMigrations }, { url }, progress);
    const width = Math.max(...copied.map(({ table }) => table.length));
    const line = (name: string, rows: string, arrived: string): string =>
      `${name.padEnd(width)}  ${rows.padStart(12)}  ${arrived.padStart(12)}\n`;
    const sum = copied.reduce((total, { arrived }) => total + arrived, 0);
    return say(
      line("table", "embedded", "PostgreSQL") +
        copied
          .map(({ table, rows, arrived }) =>
            line(table, rows.toLocaleString("en"), arrived.toLocaleString("en")),
          )
          .join("") +
        `${sum.toLocaleString("en")} rows of ${copied.length} tables, each as it went; ` +
        "set GRIDWARDEN_DATABASE_URL and start the platform\n",
    );
  } finally {
    lock.release();
  }
}

/** Both must have the tables of this version; an older embedded database gets them as at a start. */
async function bringUpToDate(file: string): Promise<void> {
  const database = createDatabase({ log: silentLog, metrics: memoryMetrics() }, { file });
  await database.open(allMigrations);
  await database.close();
}

function progress({ table, rows, of }: CopyProgress): void {
  const isTold = rows === of || rows % ROWS_A_LINE === 0;
  if (isTold)
    process.stderr.write(`${table}: ${rows.toLocaleString("en")} of ${of.toLocaleString("en")}\n`);
}
