#!/usr/bin/env node
/**
 * The command line: `gridwarden <command>`. Reads the configuration, refuses a bad one with every
 * fault at once (exit 78), runs the command, and stops on SIGTERM or SIGINT within ten seconds.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { GridwardenError } from "../model/errors.ts";
import { runAudit } from "./audit-command.ts";
import { runBackup } from "./backup-command.ts";
import { checkDatabase, repair } from "./care.ts";
import { runChannels } from "./channels-command.ts";
import { type Config, readConfig } from "./config.ts";
import { runDemo } from "./demo.ts";
import { runEvaluation } from "./evaluation-command.ts";
import { createLog } from "./log.ts";
import { runMigrate } from "./migrate-command.ts";
import { packageVersion } from "./package-version.ts";
import { createPlatform } from "./platform.ts";
import { runRules } from "./rules-command.ts";
import { stopOnSignal } from "./stop.ts";

const HELP = `gridwarden: telemetry of a city's facilities, every breach a case

  gridwarden start             the platform on a data folder (GRIDWARDEN_DATA_DIR, ./data)
  gridwarden demo              the platform with a simulated county, to look at
  gridwarden sim --help        the simulated fleet alone, against any broker
  gridwarden bench             the benchmarks; prints a table
  gridwarden rules backtest    what a changed rule would have raised on stored readings, beside the
                               one that stands; --help shows its options
  gridwarden audit verify      is the history of all cases as it was written? --help shows its options
  gridwarden evaluation recompute
                               the evaluation of a period anew, out of the history of cases alone;
                               --help shows its options
  gridwarden channels check    are the ways to people sound? 'send' tries one; --help shows its options
  gridwarden journal repair    moves a damaged part of the journal aside and says what is lost;
                               --continue-at N where an error text asks for it
  gridwarden database check    compares the database with what this version expects
  gridwarden backup --to DIR   copies the data folder, and PostgreSQL, while the platform runs
  gridwarden migrate cases     carries registry, alarms, cases and orders over into PostgreSQL;
                               --help shows its options
  gridwarden migrate readings  carries the readings over into InfluxDB; --help shows its options

Settings are environment variables, also read from ./.env; docs/configuration.md lists them.
`;

/** sysexits.h: EX_USAGE, EX_SOFTWARE, EX_CONFIG. */
const EXIT_USAGE = 64;
const EXIT_SOFTWARE = 70;
const EXIT_CONFIG = 78;

async function main(): Promise<void> {
  const [command = "start", ...rest] = process.argv.slice(2);
  switch (command) {
    case "start":
      return start();
    case "demo":
      return runDemo(configured(), rest);
    case "sim": {
      const { runSim } = await import("../firmware-sim/main.ts");
      // Sockets of thousands of devices may linger; the fleet has said goodbye.
      return process.exit(await runSim(rest));
    }
    case "bench": {
      const { runBench } = await import("../bench/bench.ts");
      process.exitCode = await runBench(rest);
      return;
    }
    case "rules":
      process.exitCode = await runRules(rest);
      return;
    case "audit":
      process.exitCode = await runAudit(rest, configured);
      return;
    case "evaluation":
      process.exitCode = await runEvaluation(rest, configured);
      return;
    case "channels":
      process.exitCode = await runChannels(rest, () => configured().dataDirectory);
      return;
    case "journal":
      if (rest[0] !== "repair") return refuse(`journal ${rest.join(" ")}`);
      process.exitCode = await repair(configured(), rest.slice(1));
      return;
    case "database":
      if (rest[0] !== "check") return refuse(`database ${rest.join(" ")}`);
      process.exitCode = await checkDatabase(configured());
      return;
    case "backup":
      process.exitCode = await runBackup(rest, configured);
      return;
    case "migrate":
      process.exitCode = await runMigrate(rest, configured);
      return;
    case "--version":
      process.stdout.write(`${packageVersion()}\n`);
      return;
    case "help":
    case "--help":
    case "-h":
      process.stdout.write(HELP);
      return;
    default:
      return refuse(command);
  }
}

function refuse(command: string): void {
  process.stderr.write(`gridwarden: there is no command '${command}'\n\n${HELP}`);
  process.exitCode = EXIT_USAGE;
}

/** The configuration, or an end of the process that lists every fault. */
function configured(): Config {
  if (existsSync(".env")) process.loadEnvFile(".env");
  try {
    const config = readConfig(process.env);
    mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
    return config;
  } catch (error) {
    const faults =
      error instanceof GridwardenError
        ? (error.details?.faults as string[])
        : [`GRIDWARDEN_DATA_DIR cannot be made: ${(error as Error).message}`];
    for (const fault of faults) process.stderr.write(`CONFIG_INVALID: ${fault}\n`);
    process.exit(EXIT_CONFIG);
  }
}

async function start(): Promise<void> {
  const config = configured();
  const log = createLog(config.logLevel);
  const platform = createPlatform(config, log);
  stopOnSignal(platform, log);
  const at = await platform.start();
  if (at.madeAdminPassword !== undefined) {
    log.info(
      `first start: sign in as 'admin' with the password in ${join(config.dataDirectory, "admin-password")}`,
    );
  }
  log.info("gridwarden is ready", { ...at.ports });
}

main().catch((error: unknown) => {
  if (error instanceof GridwardenError && error.code === "CONFIG_INVALID") {
    process.stderr.write(`CONFIG_INVALID: ${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  const text =
    error instanceof GridwardenError
      ? `${error.code}: ${error.message}`
      : String((error as Error)?.stack ?? error);
  process.stderr.write(`${text}\n`);
  process.exit(EXIT_SOFTWARE);
});
