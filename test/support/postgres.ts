/**
 * A real PostgreSQL (Debian's package) in a temporary folder on a free port. Its server refuses to
 * be root, so as root it runs as the user of the package. What is on its disk is gone with the test.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wallDelay } from "node:timers/promises";
import pg from "pg";
import { freePort } from "../../bench/free-port.ts";

const PACKAGES = "/usr/lib/postgresql";
const USER = "postgres";
const START_WALL_MS_MAX = 30_000;

export interface PostgresServer {
  port: number;
  /** Of the administrator, to make databases with. */
  url: string;
  /** As an administrator. */
  query(sql: string, database?: string): Promise<Record<string, unknown>[]>;
  /** `immediate` is the power cut: it recovers at the next start. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  start(): Promise<void>;
  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** `settings` as `name=value`; without `fsync=on` a test only waits longer. */
export const startPostgres = (settings: readonly string[] = []): Promise<PostgresServer> =>
  startServer(settings, (data) => ["initdb", "-D", data, "-U", USER, ...INIT_OPTIONS]);

/** A server that follows another one's log, and only reads until it is asked to `pg_promote()`. */
export const startStandby = ({ port }: PostgresServer): Promise<PostgresServer> =>
  startServer([], (data) => {
    const from = ["-h", "127.0.0.1", "-p", String(port), "-U", USER];
    return ["pg_basebackup", "-D", data, ...from, ...BASE_BACKUP_OPTIONS];
  });

const INIT_OPTIONS = ["-A", "trust", "-E", "UTF8", "--no-sync"];
const BASE_BACKUP_OPTIONS = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync"];

async function startServer(
  settings: readonly string[],
  making: (data: string) => readonly string[],
): Promise<PostgresServer> {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-postgres-"));
  const asUser = userOfPackage();
  if (asUser !== undefined) chownSync(directory, asUser.uid, asUser.gid);
  const bin = binaries();
  const data = join(directory, "data");
  const options = {
    ...asUser,
    cwd: directory,
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C.UTF-8" },
  };
  const [make = "", ...how] = making(data);
  execFileSync(join(bin, make), how, { ...options, stdio: "ignore" });
  const port = await freePort();
  const all = [
    `port=${port}`,
    "listen_addresses=127.0.0.1",
    `unix_socket_directories=${directory}`,
  ];
  all.push("fsync=off", "max_connections=60", ...settings);
  const args = ["-D", data, ...all.flatMap((each) => ["-c", each])];
  const url = `postgres://${USER}@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | undefined;

  const server: PostgresServer = {
    port,
    url,
    async query(sql, database = "postgres") {
      const client = new pg.Client({ host: "127.0.0.1", port, user: USER, database });
      await client.connect();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    async start() {
      child = spawn(join(bin, "postgres"), args, { ...options, stdio: "ignore" });
      const begunAt = performance.now();
      for (;;) {
        const isThere = await server.query("select 1").then(
          () => true,
          () => false,
        );
        if (isThere) return;
        if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
        if (performance.now() - begunAt > START_WALL_MS_MAX) throw new Error("postgres is silent");
        await wallDelay(50);
      }
    },
    async stop(how = "fast") {
      const stopping = child;
      if (stopping === undefined || stopping.exitCode !== null) return;
      const ended = new Promise((resolve) => stopping.once("exit", resolve));
      stopping.kill(how === "fast" ? "SIGINT" : "SIGQUIT");
      await ended;
      child = undefined;
    },
    async remove() {
      await server.stop("immediate");
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

function binaries(): string {
  const versions = readdirSync(PACKAGES).sort((a, b) => Number(b) - Number(a));
  const [newest] = versions;
  if (newest === undefined) throw new Error("no PostgreSQL: apt-get install postgresql");
  return join(PACKAGES, newest, "bin");
}

function userOfPackage(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (option: string): number =>
    Number(execFileSync("id", [option, USER], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
