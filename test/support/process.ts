/** The built platform as a process of its own, to be killed and started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { databaseOf } from "./city-database.ts";
import { ADMIN_PASSWORD, type Api, signIn, until } from "./platform.ts";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export interface ProcessPorts {
  mqtt: number;
  http: number;
}

export interface PlatformProcess {
  child: ChildProcess;
  ports: ProcessPorts;
  api: Api;
  /** Settles with the exit code, or the signal's name. */
  ended: Promise<number | string>;
}

export function spawnPlatform(
  env: Record<string, string>,
  wrapper: readonly string[] = [],
): { child: ChildProcess; ended: Promise<number | string>; output: () => string } {
  const command = [...wrapper, process.execPath, join(root, "dist", "app", "main.js"), "start"];
  const child = spawn(command[0] ?? "", command.slice(1), {
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-200_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  const ended = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "?"));
  });
  return { child, ended, output: () => output };
}

/** Starts on a folder; with the ports of an earlier start, on those. */
export async function startProcess(
  directory: string,
  ports?: ProcessPorts,
  wrapper: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<PlatformProcess> {
  const spawned = spawnPlatform(
    {
      GRIDWARDEN_DATA_DIR: directory,
      GRIDWARDEN_BIND: "127.0.0.1",
      GRIDWARDEN_MQTT_PORT: String(ports?.mqtt ?? 0),
      GRIDWARDEN_HTTP_PORT: String(ports?.http ?? 0),
      GRIDWARDEN_ADMIN_PASSWORD: ADMIN_PASSWORD,
      ...(await databaseOf(directory)),
      ...env,
    },
    wrapper,
  );
  const line = await until(
    () => {
      if (spawned.child.exitCode !== null) throw new Error(`it ended: ${spawned.output()}`);
      return spawned
        .output()
        .split("\n")
        .find((each) => each.includes("gridwarden is ready"));
    },
    "the platform to be ready",
    60_000,
  );
  const found = JSON.parse(line) as ProcessPorts;
  await until(
    async () => (await fetch(`http://127.0.0.1:${found.http}/readyz`)).ok,
    "readyz",
    60_000,
  );
  return {
    child: spawned.child,
    ended: spawned.ended,
    ports: found,
    api: await signIn(found.http),
  };
}

/** A metric's value by its whole name, labels and all; 0 while it has not been counted. */
export async function readMetric(port: number, name: string): Promise<number> {
  const line = (await readMetrics(port)).split("\n").find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? 0);
}

async function readMetrics(port: number): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
}

/** Values by their fate, as the metrics show the ledger. */
export async function readLedger(port: number): Promise<Record<string, number>> {
  const text = await readMetrics(port);
  const found: Record<string, number> = {};
  for (const [, fate = "", value] of text.matchAll(
    /^gridwarden_ledger_values\{fate="(\w+)"\} (\d+)/gm,
  )) {
    found[fate] = Number(value);
  }
  found.pendingUplinks = Number(/^gridwarden_ledger_pending_uplinks (\d+)/m.exec(text)?.[1]);
  return found;
}
