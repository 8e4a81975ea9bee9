/** The command line of the simulated fleet: what may be said, its defaults, and what is wrong with it. */
import { parseArgs } from "node:util";
import type { DurationMs, Instant } from "../model/clock.ts";
import { durationMs } from "./moments.ts";

export const HELP = `The simulated fleet: real clients over MQTT and HJ 212, with faults on a schedule.

  npm run sim -- [options]

  --scenario NAME           one of those that --list shows (normal-day)
  --scenario-file FILE      a scenario of your own, in the same form
  --list                    shows the scenarios and ends
  --seed N                  the same seed gives the same fleet and the same faults (1)
  --devices N               at most so many devices, in the fleet's proportions
  --broker URL              mqtt://host:port or mqtts://host:port (mqtt://127.0.0.1:1883)
  --ca-file FILE            PEM of the authority behind mqtts
  --hj212-port PORT         the listener for plants' data loggers, on --hj212-host; without it
  --hj212-host HOST         they use MQTT in transparent mode (the broker's host)
  --lamp-platform-port PORT lamps are behind a lamp controller platform, which listens here;
                            the platform asks it under GRIDWARDEN_LAMP_PLATFORM_URL
  --api URL                 registers the fleet there as admin (http://127.0.0.1:8080);
                            'off': registers nothing, takes keys from --credentials-file only
  --admin-password TEXT     or GRIDWARDEN_ADMIN_PASSWORD in the environment, or
  --admin-password-file F   (./data/admin-password)
  --credentials-file FILE   keys of what was registered, for the next run; made with mode 0600
  --clock "<ISO>,<speed>"   the same pair as the platform's GRIDWARDEN_CLOCK
  --duration TIME           of simulated time, like 30m or 24h; without it until it is stopped
  --faults-after TIME       no fault before so long after the start: at a fast clock connecting
                            many lines takes long, and what is told late pages nobody (0s)
  --ledger FILE             every injected fault as a line of JSON
  --help                    this text

Ends with 0; 64 when the command line is wrong, 1 when something outside fails.
`;

export interface SimArguments {
  kind: "run";
  scenario: { name: string } | { file: string };
  seed: number;
  devices?: number;
  broker: string;
  caFile?: string;
  hj212?: { host: string; port: number };
  lampPlatformPort?: number;
  api?: string;
  adminPassword?: string;
  adminPasswordFile: string;
  credentialsFile?: string;
  clock?: ClockPair;
  durationMs?: DurationMs;
  faultsAfterMs?: DurationMs;
  ledgerFile?: string;
}

export interface ClockPair {
  start: Instant;
  speed: number;
}

/** The command line is wrong; the text says how. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

const OPTIONS = {
  scenario: { type: "string", default: "normal-day" },
  "scenario-file": { type: "string" },
  list: { type: "boolean", default: false },
  seed: { type: "string", default: "1" },
  devices: { type: "string" },
  broker: { type: "string", default: "mqtt://127.0.0.1:1883" },
  "ca-file": { type: "string" },
  "hj212-port": { type: "string" },
  "hj212-host": { type: "string" },
  "lamp-platform-port": { type: "string" },
  api: { type: "string", default: "http://127.0.0.1:8080" },
  "admin-password": { type: "string" },
  "admin-password-file": { type: "string", default: "./data/admin-password" },
  "credentials-file": { type: "string" },
  clock: { type: "string" },
  duration: { type: "string" },
  "faults-after": { type: "string" },
  ledger: { type: "string" },
  help: { type: "boolean", short: "h", default: false },
} as const;

/** @throws UsageError */
export function readArguments(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>> = {},
): SimArguments | { kind: "help" | "list" } {
  const values = parsed(args);
  if (values.help) return { kind: "help" };
  if (values.list) return { kind: "list" };
  const broker = urlOf("--broker", values.broker, ["mqtt:", "mqtts:"]);
  const { devices, clock, duration, ledger } = values;
  const password = values["admin-password"] ?? environment.GRIDWARDEN_ADMIN_PASSWORD;
  const port = values["hj212-port"];
  const lampPort = values["lamp-platform-port"];
  const file = values["scenario-file"];
  const faultsAfter = values["faults-after"];
  const host = values["hj212-host"] ?? new URL(broker).hostname;
  return {
    kind: "run",
    scenario: file === undefined ? { name: values.scenario } : { file },
    seed: whole("--seed", values.seed, 0),
    broker,
    adminPasswordFile: values["admin-password-file"],
    ...(devices === undefined ? {} : { devices: whole("--devices", devices, 1) }),
    ...(values["ca-file"] === undefined ? {} : { caFile: values["ca-file"] }),
    ...(port === undefined ? {} : { hj212: { host, port: whole("--hj212-port", port, 1) } }),
    ...(lampPort === undefined
      ? {}
      : { lampPlatformPort: whole("--lamp-platform-port", lampPort, 0) }),
    ...(values.api === "off" ? {} : { api: urlOf("--api", values.api, ["http:", "https:"]) }),
    ...(password === undefined ? {} : { adminPassword: password }),
    ...(values["credentials-file"] === undefined
      ? {}
      : { credentialsFile: values["credentials-file"] }),
    ...(clock === undefined ? {} : { clock: readClockPair(clock) }),
    ...(duration === undefined ? {} : { durationMs: durationOf("--duration", duration) }),
    ...(faultsAfter === undefined
      ? {}
      : { faultsAfterMs: durationOf("--faults-after", faultsAfter) }),
    ...(ledger === undefined ? {} : { ledgerFile: ledger }),
  };
}

/** @throws UsageError */
export function readClockPair(text: string): ClockPair {
  const [iso = "", speed = ""] = text.split(",");
  const start = Date.parse(iso);
  const hasOffset = /(Z|[+-]\d\d:?\d\d)$/.test(iso);
  if (Number.isNaN(start) || !hasOffset || !(Number(speed) > 0)) {
    throw new UsageError(
      `--clock: got '${text}', wanted an ISO time with offset, a comma and a speed, like 2026-11-23T06:00:00+08:00,60`,
    );
  }
  return { start, speed: Number(speed) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whole(option: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= min && text !== "") return value;
  throw new UsageError(`${option}: got '${text}', wanted a whole number of at least ${min}`);
}

function durationOf(option: string, text: string): DurationMs {
  const ms = durationMs(text);
  if (ms > 0) return ms;
  throw new UsageError(`${option}: got '${text}', wanted a time like 90s, 30m, 24h or 2d`);
}

function urlOf(option: string, text: string, protocols: readonly string[]): string {
  const protocol = URL.canParse(text) ? new URL(text).protocol : "";
  if (protocols.includes(protocol)) return text;
  const wanted = protocols.map((one) => `${one}//host:port`).join(" or ");
  throw new UsageError(`${option}: got '${text}', wanted ${wanted}`);
}
