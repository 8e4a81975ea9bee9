/**
 * `gridwarden migrate readings --from embedded --to influx`: every reading of a data folder into
 * InfluxDB, while the platform stands still. It may be broken off at any moment and goes on when it is
 * called again. Progress goes to stderr, the count of every class and month to stdout.
 */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { createDatabase, type DatabaseDoor } from "../database/database.ts";
import { openExport, type StoreExport } from "../ingest/store/embedded-store.ts";
import {
  type Balance,
  type CarryProgress,
  compareSample,
  countBalance,
  createCarrier,
  finishCarried,
  forgetCarried,
  influxMigrations,
  loadRefused,
  NO_TAGS,
  type Sample,
} from "../ingest/store/influx/influx-store.ts";
import { MINUTE_MS, SECOND_MS, wallClock } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { readDeviceAssets } from "../registry/registry.ts";
import { readCityDatabase } from "./city-database.ts";
import { checkedOptions, say, tellFault, UsageError } from "./command-faults.ts";
import type { Config } from "./config.ts";
import { lockFolder } from "./folder-lock.ts";
import { dataPaths } from "./paths.ts";
import { tagsOfAsset } from "./reading-store.ts";

const HELP = `gridwarden migrate readings --from embedded --to influx [options]

  --data-dir D     the data folder (GRIDWARDEN_DATA_DIR, ./data); its platform must be stopped

  The settings GRIDWARDEN_INFLUX_* say where to; the bucket must be empty. Broken off at any moment it
  goes on when it is called again; then every class and month is counted in InfluxDB and some series are
  read back. The readings in the data folder stay as they are.
  Exit code: 0 all is there, 1 it is not yet, 64 wrong options, 78 the platform runs.
`;

const EXIT_NOT_DONE = 1;
const PROGRESS_WALL_MS = 2_000;
const SAMPLED_DAYS_MAX = 64;
const REFUSED_SHOWN_MAX = 20;

export type ReadingsSettings = Pick<Config, "dataDirectory" | "databaseUrl"> &
  Partial<Pick<Config, "influx" | "timeZone">>;

/** Answers the exit code. @throws GridwardenError CONFIG_INVALID where the platform runs */
export async function runMigrateReadings(
  args: readonly string[],
  configured: () => ReadingsSettings,
): Promise<number> {
  try {
    const options = readOptions(args);
    if (options.help) return say(HELP);
    const settings = configured();
    const dataDirectory = options["data-dir"] ?? settings.dataDirectory;
    return await migrate({ ...settings, dataDirectory });
  } catch (error) {
    if (error instanceof GridwardenError && error.code === "CONFIG_INVALID") throw error;
    return tellFault(error, { name: "migrate readings", help: HELP, exitCode: EXIT_NOT_DONE });
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readOptions(args: readonly string[]) {
  return checkedOptions(() => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: { type: "string" },
        to: { type: "string" },
        "data-dir": { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    const isKnown = values.from === "embedded" && values.to === "influx";
    if (!isKnown && !values.help) throw new Error("wanted: --from embedded --to influx");
    return values;
  });
}

async function migrate(settings: ReadingsSettings): Promise<number> {
  const { influx, dataDirectory } = settings;
  if (influx === undefined) {
    throw new UsageError("GRIDWARDEN_INFLUX_URL and GRIDWARDEN_INFLUX_BUCKET say where to");
  }
  const paths = dataPaths(dataDirectory);
  const lock = lockFolder(dataDirectory);
  try {
    refuseStored(paths);
    const source = await openExport(paths.readings, { log: stderrLog });
    const database = createDatabase(
      { log: stderrLog, metrics: memoryMetrics() },
      { file: paths.influx },
    );
    try {
      // Before there is anything that a platform would take for whole.
      writeFileSync(paths.influxUnfinished, "", { flush: true });
      await database.open(influxMigrations);
      return await carryOver({ ...settings, influx }, source, database, paths);
    } finally {
      source.close();
      await database.close();
    }
  } finally {
    lock.release();
  }
}

function refuseStored({ influx: file, influxUnfinished }: Paths): void {
  if (!existsSync(file) || existsSync(influxUnfinished)) return;
  throw new Error(
    `the readings of this data folder live in InfluxDB already, as '${file}' says; to carry the older ones over all the same, name an empty bucket and move that file away, with what only InfluxDB has`,
  );
}

type Paths = ReturnType<typeof dataPaths>;

async function carryOver(
  { influx, ...place }: ReadingsSettings & { influx: NonNullable<Config["influx"]> },
  source: StoreExport,
  database: DatabaseDoor,
  paths: Paths,
): Promise<number> {
  const assets = await readDevices(place);
  const tagsOf = (deviceId: string) => {
    const asset = assets.get(deviceId);
    return asset === undefined ? NO_TAGS : tagsOfAsset(asset);
  };
  const carrier = createCarrier(
    {
      ...{ source, database, log: stderrLog, tagsOf, tell: progressTeller() },
      now: () => wallClock().now(),
      tellAway: (text, delayMs) =>
        tell(`${text}; it is tried again in ${Math.ceil(delayMs / SECOND_MS)} s`),
    },
    { ...influx, ...(place.timeZone !== undefined && { timeZone: place.timeZone }) },
  );
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= carrier.close();
    return closing;
  };
  try {
    const notes = await carrier.carry();
    tell("counting in InfluxDB");
    const { door, whileAway } = carrier;
    const query: typeof door.query = (statements) => whileAway(() => door.query(statements));
    const balance = await countBalance(query, source, notes.values());
    const { refused } = balance;
    const daysMax = SAMPLED_DAYS_MAX;
    const sample = await compareSample(query, source, { daysMax, refused });
    printBalance(source, balance);
    if (balance.refused > 0) await nameRefused(database, balance.refused);
    if (!isAllThere(balance, sample)) {
      for (const day of balance.unbalanced) await forgetCarried(database, day);
      return EXIT_NOT_DONE;
    }
    await close();
    await finish(source, balance, database, paths);
    tell(`${whole(sample.compared)} values of some series were read back, each as it went`);
    tell("start the platform with the settings GRIDWARDEN_INFLUX_*");
    return 0;
  } finally {
    await close();
  }
}

async function readDevices(place: Pick<Config, "dataDirectory" | "databaseUrl">) {
  const { sql, close } = readCityDatabase({
    dataDirectory: place.dataDirectory,
    ...(place.databaseUrl !== undefined && { databaseUrl: place.databaseUrl }),
  });
  try {
    return await readDeviceAssets(sql);
  } finally {
    await close();
  }
}

/** From now on the platform goes on there where the embedded store stood. */
async function finish(
  { state }: StoreExport,
  { lines, refused }: Balance,
  database: DatabaseDoor,
  { influxUnfinished }: Paths,
): Promise<void> {
  const rows = lines.reduce((sum, line) => sum + line.influx, 0);
  const { stored, putAside } = state.ledger;
  const ledger = { ...state.ledger, stored: stored - refused, putAside: putAside + refused };
  await finishCarried(database, { position: state.position, ledger, rows });
  rmSync(influxUnfinished);
}

function isAllThere({ unbalanced }: Balance, { different }: Sample): boolean {
  if (unbalanced.length > 0) {
    tell(
      `not all is in InfluxDB on ${unbalanced.length} days, ${dateOf(unbalanced[0] ?? 0)} the first; call it again, and these are carried over anew`,
    );
  }
  for (const what of different.slice(0, REFUSED_SHOWN_MAX)) tell(`not the same: ${what}`);
  return unbalanced.length === 0 && different.length === 0;
}

const dateOf = (day: number): string =>
  new Date(day * 24 * 60 * MINUTE_MS).toISOString().slice(0, "2026-11-27".length);

const whole = (value: number): string => Math.round(value).toLocaleString("en");

function printBalance({ days, missingRows }: StoreExport, { lines, refused }: Balance): void {
  const width = Math.max(...lines.map(({ slug }) => nameOfClass(slug).length), "class".length);
  const print = (slug: string, month: string, embedded: string, influx: string): void => {
    const counts = `${embedded.padStart(14)}  ${influx.padStart(14)}`;
    process.stdout.write(`${slug.padEnd(width)}  ${month.padEnd(7)}  ${counts}\n`);
  };
  print("class", "month", "embedded", "InfluxDB");
  const sum = { embedded: 0, influx: 0 };
  for (const { slug, month, embedded, influx } of lines) {
    print(nameOfClass(slug), month, whole(embedded), whole(influx));
    sum.embedded += embedded;
    sum.influx += influx;
  }
  print("all", "", whole(sum.embedded), whole(sum.influx));
  const repeats = days.reduce((total, { rows }) => total + rows, 0) - sum.embedded;
  if (refused > 0) process.stdout.write(`${whole(refused)} values were refused\n`);
  if (repeats > 0) {
    process.stdout.write(`${whole(repeats)} repeats of readings were left out\n`);
  }
  if (missingRows > 0) {
    process.stdout.write(
      `${whole(missingRows)} values of sealed files that are gone are in none\n`,
    );
  }
}

const nameOfClass = (slug: string): string => (slug === "" ? "(none)" : slug);

async function nameRefused(database: DatabaseDoor, refused: number): Promise<void> {
  tell(`InfluxDB refused ${whole(refused)} values; the table 'influx_refused' has them:`);
  for (const { line, reason } of await loadRefused(database, REFUSED_SHOWN_MAX)) {
    tell(`  ${line}: ${reason}`);
  }
}

function progressTeller(): (progress: CarryProgress) => void {
  const begunAt = performance.now();
  let toldAt = begunAt;
  return ({ done, of, now }) => {
    const at = performance.now();
    if (at - toldAt < PROGRESS_WALL_MS && done < of) return;
    toldAt = at;
    const perSecond = now / ((at - begunAt) / SECOND_MS);
    const left = perSecond > 0 ? (of - done) / perSecond : 0;
    tell(
      `${whole(done)} of ${whole(of)} values, ${whole(perSecond)} a second, ${Math.ceil(left / 60)} min left`,
    );
  };
}

const stderrLog: Log = {
  ...{ debug: () => {}, info: () => {} },
  warn: (text) => tell(text),
  error: (text) => tell(text),
  of: () => stderrLog,
};
