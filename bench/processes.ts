/**
 * Processes under measurement: the platform on a temporary folder, peers beside it, and what they
 * cost. CPU is user and system time of the whole process, threads included, as the kernel counts.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const MAIN = fileURLToPath(new URL("../app/main.js", import.meta.url));
const CLOCK_TICKS_A_SECOND = 100;
const READY_MS_MAX = 120_000;
const PAGE_BYTES = 4096;

export interface Running {
  pid: number;
  child: ChildProcess;
  directory: string;
  /** Ends it with SIGTERM, waits, and removes its folder unless it is to be kept. */
  stop(keep?: boolean): Promise<void>;
  kill(): Promise<void>;
}

export interface RunningPlatform extends Running {
  ports: { mqtt: number; http: number; hj212?: number };
  token: string;
  adminPassword: string;
  startSeconds: number;
}

const ADMIN_PASSWORD = "bench-only-password";

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "gridwarden-bench-"));
}

export function run(
  command: string,
  args: readonly string[],
  options: { directory?: string; env?: Record<string, string> } = {},
): Running {
  const directory = options.directory ?? temporaryFolder();
  const child = spawn(command, args, {
    cwd: directory,
    env: { ...process.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    if (process.env.GRIDWARDEN_BENCH_VERBOSE !== undefined) process.stderr.write(chunk);
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    child,
    directory,
    async stop(keep = false) {
      await end("SIGTERM");
      if (!keep) rmSync(directory, { recursive: true, force: true });
    },
    kill: () => end("SIGKILL"),
  };
}

export async function runPlatform(
  options: { directory?: string; env?: Record<string, string>; nodeArgs?: readonly string[] } = {},
): Promise<RunningPlatform> {
  const begunAt = performance.now();
  const started = asStarted();
  const args = [...started.nodeArgs, ...(options.nodeArgs ?? []), MAIN, "start"];
  const running = run(process.execPath, args, {
    ...(options.directory === undefined ? {} : { directory: options.directory }),
    env: {
      ...started.env,
      GRIDWARDEN_DATA_DIR: "data",
      GRIDWARDEN_BIND: "127.0.0.1",
      GRIDWARDEN_MQTT_PORT: "0",
      GRIDWARDEN_HTTP_PORT: "0",
      GRIDWARDEN_ADMIN_PASSWORD: ADMIN_PASSWORD,
      ...options.env,
    },
  });
  const ports = await readyPorts(running.child);
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${ports.http}/readyz`);
    if (ready.ok) break;
    await ready.arrayBuffer();
    await pause(20);
  }
  const startSeconds = (performance.now() - begunAt) / 1000;
  const { token } = await post<{ token: string }>(ports.http, "", "/api/v1/login", {
    username: "admin",
    password: ADMIN_PASSWORD,
  });
  return { ...running, ports, token, adminPassword: ADMIN_PASSWORD, startSeconds };
}

/** What `npm start` gives the process: `NAME=value … exec node --option … app/launch.js start`. */
function asStarted(): { env: Record<string, string>; nodeArgs: string[] } {
  const file = fileURLToPath(new URL("../../package.json", import.meta.url));
  const { scripts } = JSON.parse(readFileSync(file, "utf8")) as { scripts: { start: string } };
  const words = scripts.start.split(" ");
  return {
    env: Object.fromEntries(
      words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split("=")),
    ),
    nodeArgs: words.filter((word) => word.startsWith("--")),
  };
}

function readyPorts(child: ChildProcess): Promise<RunningPlatform["ports"]> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => reject(new Error(`not ready in time:\n${text}`)), READY_MS_MAX);
    child.once("exit", (code) => reject(new Error(`the platform ended with ${code}:\n${text}`)));
    child.stdout?.on("data", (chunk: Buffer) => {
      if (text.length < 100_000) text += chunk.toString();
      const line = text.split("\n").find((each) => each.includes("gridwarden is ready"));
      if (line === undefined) return;
      clearTimeout(timer);
      resolve(JSON.parse(line) as RunningPlatform["ports"]);
    });
  });
}

export async function post<T>(
  port: number,
  token: string,
  path: string,
  body: unknown,
): Promise<T> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  if (!response.ok)
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

export async function get(platform: RunningPlatform, path: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${platform.ports.http}${path}`, {
    headers: { authorization: `Bearer ${platform.token}` },
  });
}

/** The value of a metric; of one with labels, the first line that begins so. */
export async function metric(platform: RunningPlatform, name: string): Promise<number> {
  const text = await (await get(platform, "/metrics")).text();
  const line = text.split("\n").find((each) => each.startsWith(`${name} `) || each === name);
  return Number(line?.split(" ").at(-1) ?? Number.NaN);
}

/** User and system seconds of a process and its threads. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / CLOCK_TICKS_A_SECOND;
}

export function residentBytes(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE_BYTES;
}

/** Busy seconds of all cores together since boot: what else the machine was doing. */
export function machineBusySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, soft = 0] = (
    readFileSync("/proc/stat", "utf8").split("\n")[0] ?? ""
  )
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + soft) / CLOCK_TICKS_A_SECOND;
}

export async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = createConnection(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (isOpen) return;
    await pause(20);
  }
  throw new Error(`nothing listens on port ${port}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
