/**
 * A backup is taken while messages come and cases are made; then everything is destroyed, put back, and
 * goes on. With all in the data folder, and with readings in InfluxDB and cases in PostgreSQL.
 */
import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { runBackup } from "../app/backup-command.ts";
import { type InfluxServer, startInflux } from "../bench/influx-server.ts";
import { type City, connect, foundCity } from "./support/city.ts";
import type { Api } from "./support/platform.ts";
import { until } from "./support/platform.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { type PlatformProcess, startProcess } from "./support/process.ts";
import { expectBalance, type Point, pointsOf } from "./support/readings.ts";

const run = promisify(execFile);
const made: string[] = [];
const cleanups: (() => unknown)[] = [];
let out = "";
let err = "";

beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

afterAll(() => {
  for (const directory of made) rmSync(directory, { recursive: true, force: true });
});

function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-backup-"));
  made.push(directory);
  return directory;
}

interface World {
  /** Of the platform before the backup. */
  env: Record<string, string>;
  databaseUrl?: string;
  /** What the servers have, after that of the data folder. */
  backUp(to: string): Promise<void>;
  /** All gone and put back; answers the environment then. */
  restore(from: string): Promise<Record<string, string>>;
}

async function startIn(directory: string, env: Record<string, string>): Promise<PlatformProcess> {
  const platform = await startProcess(directory, undefined, [], env);
  cleanups.push(async () => {
    platform.child.kill("SIGKILL");
    await platform.ended;
  });
  return platform;
}

/** Sends until it is told to stop; what was acknowledged is in `taken`. */
async function speak(port: number, key: string) {
  const device = await connect(port, "lid-1", key);
  const taken: Point[] = [];
  let next = Date.now() - 3_600_000;
  let isSending = true;
  const speaking = (async () => {
    while (isSending) {
      next += 1;
      const point: Point = [next, next % 5];
      await publish(device, point);
      taken.push(point);
    }
  })();
  const stop = async (): Promise<void> => {
    isSending = false;
    await speaking;
    await device.endAsync(true);
  };
  return { taken, stop };
}

const publish = (device: Awaited<ReturnType<typeof connect>>, [observedAt, tiltDeg]: Point) =>
  device.publishAsync(
    "v1/manhole-cover/lid-1/telemetry",
    JSON.stringify({ observedAt, values: { tiltDeg } }),
    { qos: 1 },
  );

const casesOf = async (api: Api): Promise<{ caseNo: string; source: string }[]> =>
  (await api.get<{ items: { caseNo: string; source: string }[] }>("/api/v1/cases?limit=1000")).body
    .items;

async function openCase(api: Api): Promise<void> {
  const report = { assetId: "asset-of-lid-1", conditionId: "cover-rattle", source: "hotline" };
  expect((await api.post("/api/v1/cases", report)).status).toBe(201);
}

async function raiseCase(platform: PlatformProcess, city: City): Promise<void> {
  const key = await city.addDevice("manhole-cover", "lid-2");
  const device = await connect(platform.ports.mqtt, "lid-2", key);
  const payload = JSON.stringify({ values: { isOpen: true } });
  await device.publishAsync("v1/manhole-cover/lid-2/telemetry", payload, { qos: 1 });
  await device.endAsync(true);
  await until(async () => (await casesOf(platform.api)).length > 0, "the case");
}

async function expectAllBack(world: World): Promise<void> {
  const directory = folder();
  const to = join(folder(), "backup");
  let platform = await startIn(directory, world.env);
  const city = await foundCity(platform.api);
  await raiseCase(platform, city);
  const key = await city.addDevice("manhole-cover", "lid-1");
  const speaker = await speak(platform.ports.mqtt, key);
  const { taken } = speaker;
  await until(() => taken.length > 300, "messages before the backup");
  await openCase(platform.api);
  const casesBefore = await casesOf(platform.api);
  const before = taken.length;
  const place = {
    dataDirectory: directory,
    ...(world.databaseUrl !== undefined && { databaseUrl: world.databaseUrl }),
  };
  expect([await runBackup(["--to", to], () => place), err]).toEqual([0, ""]);
  expect(out).toMatch(/readings up to position \d+, the journal from 0 to \d+\n\d+ files in/);
  await world.backUp(to);
  await openCase(platform.api);
  const then = taken.length;
  await until(() => taken.length > then + 50, "messages after the backup");
  await speaker.stop();

  platform.child.kill("SIGKILL");
  await platform.ended;
  rmSync(directory, { recursive: true });
  await run("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: to });
  const env = await world.restore(to);
  cpSync(to, directory, { recursive: true });

  platform = await startIn(directory, env);
  const { api } = platform;
  await expectBalance(platform.ports.http);
  const about = { deviceId: "lid-1", measurement: "tiltDeg" };
  const there = await pointsOf(api, about);
  expect(there).toEqual(taken.slice(0, there.length));
  expect(there.length).toBeGreaterThanOrEqual(before);
  expect(await casesOf(api)).toEqual(casesBefore);
  const verified = await api.get<{ broken?: unknown; records: number }>("/api/v1/audit/verify");
  expect(verified.body.broken).toBeUndefined();
  expect(verified.body.records).toBeGreaterThan(0);

  // The device sends all of it again.
  const device = await connect(platform.ports.mqtt, "lid-1", key);
  await Promise.all(taken.map((point) => publish(device, point)));
  await device.endAsync();
  const ledger = await expectBalance(platform.ports.http);
  expect(ledger).toMatchObject({ conflict: 0, putAside: 0 });
  expect(await pointsOf(api, about)).toEqual(taken);
  expect(await casesOf(api)).toEqual(casesBefore);
}

test("all in the data folder: what was acknowledged before the backup is there, the rest comes again", async () => {
  await expectAllBack({ env: {}, backUp: async () => {}, restore: async () => ({}) });
}, 110_000);

test("readings in InfluxDB, cases in PostgreSQL: the three backups fit together", async () => {
  let influx = await startInflux();
  const postgres = await startPostgres();
  cleanups.push(
    () => influx.running.stop(),
    () => postgres.remove(),
  );
  const databaseUrl = await freshDatabase(postgres);
  await expectAllBack({
    env: environment(influx, databaseUrl),
    databaseUrl,
    async backUp(to) {
      await run("influxd", [
        "backup",
        "-portable",
        "-db",
        "city",
        "-host",
        influx.rpc,
        `${to}-influx`,
      ]);
    },
    async restore(from) {
      await influx.running.kill();
      await postgres.query("drop database city with (force)");
      influx = await startInflux();
      await run("influxd", [
        "restore",
        "-portable",
        "-db",
        "city",
        "-host",
        influx.rpc,
        `${from}-influx`,
      ]);
      const url = await freshDatabase(postgres);
      await run("pg_restore", [
        "--no-owner",
        "--exit-on-error",
        `--dbname=${url}`,
        join(from, "cases.dump"),
      ]);
      return environment(influx, url);
    },
  });
}, 110_000);

async function freshDatabase(postgres: PostgresServer): Promise<string> {
  await postgres.query("create database city template template0");
  return postgres.url.replace(/postgres$/, "city");
}

const environment = (influx: InfluxServer, databaseUrl: string) => ({
  GRIDWARDEN_INFLUX_URL: influx.url,
  GRIDWARDEN_INFLUX_BUCKET: "city",
  GRIDWARDEN_INFLUX_VERSION: "1",
  GRIDWARDEN_DATABASE_URL: databaseUrl,
});

test("a changed file is found by its sum", async () => {
  const directory = folder();
  const platform = await startIn(directory, {});
  await foundCity(platform.api);
  platform.child.kill("SIGTERM");
  await platform.ended;
  const to = join(folder(), "backup");
  expect(
    await runBackup(["--to", to, "--data-dir", directory], () => ({ dataDirectory: "" })),
  ).toBe(0);
  const sums = readFileSync(join(to, "SHA256SUMS"), "utf8");
  expect(sums).toMatch(/^[0-9a-f]{64} {2}gridwarden\.sqlite$/m);
  expect(sums).toMatch(/^[0-9a-f]{64} {2}broker\/broker\.sqlite$/m);
  expect(sums).toMatch(/^[0-9a-f]{64} {2}journal\/\d{20}\.journal$/m);
  expect(sums).toMatch(/^[0-9a-f]{64} {2}readings\/readings\.duckdb$/m);
  cpSync(join(to, "SHA256SUMS"), join(to, "broker", "broker.sqlite"));
  await expect(run("sha256sum", ["--check", "SHA256SUMS"], { cwd: to })).rejects.toThrow(
    "did NOT match",
  );

  expect(
    await runBackup(["--to", to, "--data-dir", directory], () => ({ dataDirectory: "" })),
  ).toBe(1);
  expect(err).toContain(`'${to}' is there already`);
});

test.each([
  [[], 64, "--to: wanted a folder that is not there yet"],
  [["--too", "x"], 64, "Unknown option '--too'"],
  [["--help"], 0, "gridwarden backup --to DIR"],
  [["--to", "/tmp/nowhere-backup"], 1, "is no data folder"],
])("backup %j ends with %i", async (args, code, text) => {
  const empty = folder();
  mkdirSync(join(empty, "x"));
  expect(await runBackup(args, () => ({ dataDirectory: empty }))).toBe(code);
  expect(out + err).toContain(text);
  expect(existsSync("/tmp/nowhere-backup.unfinished")).toBe(false);
});

test("a database that does not answer leaves nothing behind, and its password is not told", async () => {
  const directory = folder();
  const platform = await startIn(directory, {});
  const to = join(folder(), "backup");
  const databaseUrl = "postgres://city:hush@127.0.0.1:1/city";
  expect(await runBackup(["--to", to], () => ({ dataDirectory: directory, databaseUrl }))).toBe(1);
  expect(err).toContain("database 'postgres://city@127.0.0.1:1/city'");
  expect(err).not.toContain("hush");
  expect([existsSync(to), existsSync(`${to}.unfinished`)]).toEqual([false, false]);
  expect((await platform.api.get("/api/v1/cases")).status).toBe(200);
});
