/**
 * `gridwarden sim`: registers a scenario's fleet with a running platform, then lives its devices until
 * the time is over or a signal comes. Progress on stdout, a line each; what is wrong on stderr.
 */
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { type Clock, simulatedClock, wallClock } from "../model/clock.ts";
import { type Log, silentLog } from "../model/log.ts";
import { HELP, readArguments, type SimArguments, UsageError } from "./arguments.ts";
import { emptyKeyRing, type KeyRing, readKeyRing, writeKeyRing } from "./credentials.ts";
import { createPlatformApi, type PlatformApi } from "./platform-api.ts";
import { alignedClock } from "./platform-clock.ts";
import { registerFleet } from "./register.ts";
import {
  loadScenario,
  parseScenario,
  type Scenario,
  ScenarioError,
  scenarioNames,
} from "./scenario.ts";
import { createSim, type LedgerEntry, type Sim } from "./sim.ts";
import { PLACE } from "./weather.ts";

const EXIT_USAGE = 64;
const EXIT_FAILED = 1;
const PROGRESS_WALL_MS = 10_000;

/** Runs until it is over; answers the process's exit code. */
export async function runSim(args: readonly string[]): Promise<number> {
  try {
    const read = readArguments(args, process.env);
    if (read.kind === "run") await run(read);
    else process.stdout.write(read.kind === "help" ? HELP : listing());
    return 0;
  } catch (error) {
    if (error instanceof UsageError || error instanceof ScenarioError) {
      process.stderr.write(`sim: ${error.message}\nsim: --help shows what may be said\n`);
      return EXIT_USAGE;
    }
    process.stderr.write(`sim: ${(error as Error).message}\n`);
    return EXIT_FAILED;
  }
}

function listing(): string {
  return scenarioNames()
    .map((name) => {
      const { title, about, suggested } = loadScenario(name);
      return `${name.padEnd(22)}${title.zh} ${title.en}\n${" ".repeat(22)}${about}\n${" ".repeat(22)}--clock "${suggested.clock}"\n`;
    })
    .join("\n");
}

async function run(options: SimArguments): Promise<void> {
  const scenario = scenarioOf(options.scenario);
  const ring =
    options.credentialsFile === undefined ? emptyKeyRing() : readKeyRing(options.credentialsFile);
  const api = options.api === undefined ? undefined : createPlatformApi(options.api);
  const until = stopSignal();
  if (api !== undefined) await api.login("admin", adminPassword(options));
  const clock = await clockFor(options, api);
  const { ledgerFile } = options;
  if (ledgerFile !== undefined) writeFileSync(ledgerFile, "");
  const sim = createSim(
    { clock, log: progressLog() },
    {
      brokerUrl: options.broker,
      scenario,
      seed: options.seed,
      ...(Object.keys(ring.devices).length === 0 && api === undefined ? {} : { credentials: ring }),
      ...(options.devices === undefined ? {} : { devices: options.devices }),
      ...(options.hj212 === undefined ? {} : { hj212: options.hj212 }),
      ...(options.lampPlatformPort === undefined
        ? {}
        : {
            lampPlatform: {
              port: options.lampPlatformPort,
              onListening: (url) => say(`the lamp platform listens at ${url}`),
            },
          }),
      ...(options.caFile === undefined ? {} : { ca: readFileSync(options.caFile, "utf8") }),
      ...(options.durationMs === undefined ? {} : { horizonMs: options.durationMs }),
      ...(options.faultsAfterMs === undefined ? {} : { faultsAfterMs: options.faultsAfterMs }),
      onFault: (entry) => {
        if (ledgerFile !== undefined) appendFileSync(ledgerFile, `${ledgerLine(entry)}\n`);
      },
      onTelling: (entry, at) => {
        if (ledgerFile !== undefined) appendFileSync(ledgerFile, `${tellingLine(entry, at)}\n`);
      },
    },
  );
  say(
    `scenario '${scenario.name}', seed ${options.seed}: ${sim.fleet.assets.length} components, ${sim.fleet.devices.length} devices`,
  );
  if (api !== undefined) await register(api, sim, ring, options.credentialsFile, until);
  if (!until.isStopped()) await live(sim, clock, options, until);
}

/** A signal ends it between two calls; the keys that were given so far are kept. */
async function register(
  api: PlatformApi,
  sim: Sim,
  ring: KeyRing,
  credentialsFile: string | undefined,
  until: StopSignal,
): Promise<void> {
  const isGoingOn = (text: string): boolean => {
    say(text);
    return !until.isStopped();
  };
  try {
    await registerFleet(api, sim.fleet, ring, isGoingOn);
  } finally {
    if (credentialsFile !== undefined) writeKeyRing(credentialsFile, ring);
  }
}

async function live(
  sim: Sim,
  clock: Clock,
  options: SimArguments,
  until: StopSignal,
): Promise<void> {
  await sim.start();
  say(`connecting to ${options.broker} ...`);
  const over = new Promise<void>((resolve) => {
    if (options.durationMs !== undefined) clock.after(options.durationMs, resolve);
  });
  const progress = setInterval(() => say(statsLine(sim, clock)), PROGRESS_WALL_MS);
  sim.ready().then(
    () => {
      const { connected, lines } = sim.stats();
      if (connected > 0) say(`${connected} of ${lines} lines are connected`);
    },
    () => {},
  );
  await Promise.race([over, until.stopped]);
  clearInterval(progress);
  await sim.stop();
  say(`stopped. ${statsLine(sim, clock)}`);
}

function scenarioOf(from: SimArguments["scenario"]): Scenario {
  if ("name" in from) return loadScenario(from.name);
  let text: string;
  try {
    text = readFileSync(from.file, "utf8");
  } catch (error) {
    throw new UsageError(
      `--scenario-file '${from.file}' cannot be read: ${(error as Error).message}`,
    );
  }
  return parseScenario(text, from.file);
}

function adminPassword(options: SimArguments): string {
  if (options.adminPassword !== undefined) return options.adminPassword;
  try {
    return readFileSync(options.adminPasswordFile, "utf8").trim();
  } catch (error) {
    throw new UsageError(
      `the password of 'admin' is not known: give --admin-password, or --admin-password-file; '${options.adminPasswordFile}' cannot be read (${(error as NodeJS.ErrnoException).code})`,
    );
  }
}

/** The platform's time where there is a platform; else its own. */
async function clockFor(options: SimArguments, api: PlatformApi | undefined): Promise<Clock> {
  if (api !== undefined) return alignedClock(api, options.clock);
  if (options.clock === undefined) return wallClock();
  return simulatedClock(options.clock.start, options.clock.speed);
}

interface StopSignal {
  stopped: Promise<void>;
  isStopped(): boolean;
}

function stopSignal(): StopSignal {
  let isStopped = false;
  const stopped = new Promise<void>((resolve) => {
    const stop = (): void => {
      isStopped = true;
      resolve();
    };
    process.once("SIGINT", stop);
    process.once("SIGTERM", stop);
  });
  return { stopped, isStopped: () => isStopped };
}

function statsLine(sim: Sim, clock: Clock): string {
  const stats = sim.stats();
  return [
    localIso(clock.now()),
    `${stats.connected}/${stats.lines} lines`,
    `${stats.messages} messages`,
    `${stats.readings} readings`,
    `${stats.pending} waiting`,
    `${stats.faults} faults`,
    ...(stats.refusals > 0
      ? [`${stats.refusals} sign-ins refused (other keys than the platform's)`]
      : []),
    ...(stats.shed > 0 ? [`${stats.shed} samples lost at the bound of a device's memory`] : []),
  ].join(", ");
}

/** The ledger's times are ISO 8601 with the place's offset. */
export function ledgerLine(entry: LedgerEntry): string {
  const { at, until, expectedBy, ...rest } = entry;
  return JSON.stringify({
    ...rest,
    at: localIso(at),
    ...(until === undefined ? {} : { until: localIso(until) }),
    ...(expectedBy === undefined ? {} : { expectedBy: localIso(expectedBy) }),
  });
}

/** A line of its own, later: when a reading first showed the fault that began `at`. */
export function tellingLine(entry: LedgerEntry, tellingAt: number): string {
  const { what, assetId, class: slug, deviceId, at } = entry;
  const times = { at: localIso(at), tellingAt: localIso(tellingAt) };
  return JSON.stringify({ what, assetId, class: slug, deviceId, ...times });
}

function localIso(at: number): string {
  return `${new Date(at + PLACE.offsetMs).toISOString().slice(0, -1)}+08:00`;
}

function progressLog(): Log {
  const log: Log = {
    ...silentLog,
    info: (message, about) => say(`${message} ${about === undefined ? "" : JSON.stringify(about)}`),
    warn: (message, about) => say(`${message} ${about === undefined ? "" : JSON.stringify(about)}`),
    of: () => log,
  };
  return log;
}

function say(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}
