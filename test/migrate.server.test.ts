/** `gridwarden migrate cases` from a data folder that lived into a real PostgreSQL. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { runMigrate } from "../app/migrate-command.ts";
import { allMigrations } from "../app/migrations.ts";
import { dataPaths } from "../app/paths.ts";
import { createDatabase } from "../database/database.ts";
import type { Sql } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { connect, foundCity } from "./support/city.ts";
import { type Api, startPlatform, until } from "./support/platform.ts";
import { type PostgresServer, startPostgres } from "./support/postgres.ts";
import { startProxy } from "./support/tcp-proxy.ts";

const LETTERS = 1_700;
const directory = mkdtempSync(join(tmpdir(), "gridwarden-migrate-"));
let server: PostgresServer;
let number = 0;
const name = (): string => `city_${number}`;
const url = (port = server.port): string => `postgres://postgres@127.0.0.1:${port}/${name()}`;
let before: unknown;
let out = "";
let err = "";

async function inDatabase<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
  const deps = { log: silentLog, metrics: memoryMetrics() };
  const database = createDatabase(deps, { file: dataPaths(directory).database });
  await database.open(allMigrations);
  return await database.transaction(work).finally(() => database.close());
}

/** What a person sees of it. */
async function seen(api: Api): Promise<unknown> {
  const paths = [
    "cases?limit=1000",
    "assets",
    "devices",
    "units",
    "crews",
    "alarms",
    "dead-letters",
    "rules",
  ];
  const lists: unknown[] = [];
  for (const path of paths) lists.push((await api.get<object>(`/api/v1/${path}`)).body);
  const { items } = lists[0] as { items: { caseNo: string }[] };
  for (const { caseNo } of items) lists.push((await api.get(`/api/v1/cases/${caseNo}`)).body);
  lists.push((await api.get("/api/v1/audit/verify")).body);
  // How long ago the case beside it was moves on by itself.
  return JSON.parse(JSON.stringify(lists, (key, value) => (key === "ageMs" ? undefined : value)));
}

beforeAll(async () => {
  server = await startPostgres();
  const rig = await startPlatform({}, directory);
  const city = await foundCity(rig.api);
  const key = await city.addDevice("manhole-cover", "lid-1", { name: "井盖 😀 'one'" });
  const device = await connect(rig.ports.mqtt ?? 0, "lid-1", key);
  const topic = "v1/manhole-cover/lid-1/telemetry";
  await device.publishAsync(topic, JSON.stringify({ values: { isOpen: true, tiltDeg: 31.7 } }), {
    qos: 1,
  });
  await device.publishAsync(topic, Buffer.from([0, 255, 1]), { qos: 1 });
  await rig.api.post("/api/v1/cases", {
    assetId: "asset-of-lid-1",
    conditionId: "cover-rattle",
    source: "hotline",
  });
  await until(
    async () => (await rig.api.get<{ items: unknown[] }>("/api/v1/dead-letters")).body.items.length,
    "the dead letter",
  );
  await device.endAsync();
  await rig.stop("keep");
  await inDatabase(async (tx) => {
    for (let id = 10; id < 10 + LETTERS; id += 1) {
      await tx.run(
        `insert into dead_letters values (?, ?, 0, 1795307400000, 'mqtt', 'x', 't', 'R', ?, 1, ?, 3)`,
        [id, 9_007_199_254_730_000 + id, "文 'quoted' \\ \n", new Uint8Array([0, id % 256, 255])],
      );
    }
  });
  const again = await startPlatform({}, directory);
  before = await seen(again.api);
  await again.stop("keep");
});

afterAll(async () => {
  await server.remove();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  number += 1;
  await server.query(`create database ${name()} template template0`);
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

afterEach(() => {
  vi.restoreAllMocks();
});

const run = (...args: string[]): Promise<number> =>
  runMigrate(args, () => ({ dataDirectory: directory, databaseUrl: undefined }));

const tablesThere = async (): Promise<number> =>
  (await server.query("select 1 from pg_tables where schemaname = 'public'", name())).length;

test("every row arrives, the counts balance, and the platform goes on there as if nothing were", async () => {
  expect([await run("cases", "--to", url()), err.includes("dead_letters: 1,7")]).toEqual([0, true]);
  const lines = out.trim().split("\n").slice(1, -1);
  const counts = lines.map((line) => line.trim().split(/\s+/));
  expect(counts.length).toBeGreaterThan(40);
  for (const [table, rows, arrived] of counts) {
    expect([table, arrived]).toEqual([table, rows]);
    const [there] = await server.query(`select count(*)::int as n from ${table}`, name());
    expect([table, there?.n]).toEqual([table, Number(rows?.replaceAll(",", ""))]);
  }
  expect(counts.find(([table]) => table === "dead_letters")?.[1]).toBe(
    (LETTERS + 1).toLocaleString("en"),
  );
  const rig = await startPlatform({ GRIDWARDEN_DATABASE_URL: url() }, directory);
  const after = await seen(rig.api);
  const made = { unitId: "parks", name: "Parks", kind: "department" };
  const { status } = await rig.api.post("/api/v1/units", made);
  await rig.stop("keep");
  expect([after, status]).toEqual([before, 201]);

  expect(await run("cases", "--to", url())).toBe(1);
  expect(err).toContain("it is not empty: it has ");
});

test("a line that is cut in the middle leaves nothing there, and it can be begun again", async () => {
  const proxy = await startProxy(() => server.port);
  proxy.cutAt("insert into dead_letters", "lost");
  expect(await run("cases", "--to", url(proxy.port))).toBe(1);
  expect(err).toContain("gridwarden migrate: database 'postgres://postgres@127.0.0.1:");
  await proxy.close();
  expect(await tablesThere()).toBe(0);
  expect(await run("cases", "--to", url())).toBe(0);
});

test("a line that is lost while it is committed leaves a doubt, which is told with the cure", async () => {
  const proxy = await startProxy(() => server.port);
  // The statement alone, not the setting whose name ends so.
  proxy.cutAt("commit\u0000", "unanswered");
  expect(await run("cases", "--to", url(proxy.port))).toBe(1);
  expect(err).toContain("whether it was committed is not known: run it again");
  await proxy.close();
  expect(await run("cases", "--to", url())).toBe(1);
  expect(err).toContain("it is not empty: it has ");
});

test("a value that PostgreSQL would keep as another is found, and nothing is kept", async () => {
  await inDatabase((tx) =>
    tx.run("update dead_letters set received_at = received_at + 0.5 where id = 77"),
  );
  expect(await run("cases", "--to", url())).toBe(1);
  expect(err).toContain(
    "table 'dead_letters': 1701 rows went, 1701 arrived, and they are not the same",
  );
  expect(await tablesThere()).toBe(0);
  await inDatabase((tx) =>
    tx.run("update dead_letters set received_at = received_at - 0.5 where id = 77"),
  );
});

test("while the platform runs, on the folder or on the database, it is refused", async () => {
  const rig = await startPlatform({}, directory);
  await expect(run("cases", "--to", url())).rejects.toThrow("is in use by the process");
  await rig.stop("keep");
  const other = mkdtempSync(join(tmpdir(), "gridwarden-migrate-other-"));
  const there = await startPlatform({ GRIDWARDEN_DATABASE_URL: url() }, other);
  expect(await run("cases", "--to", url())).toBe(1);
  expect(err).toContain("another platform uses it");
  await there.stop();
});

test.each([
  [[], 0, "gridwarden migrate cases"],
  [["people"], 64, "there is no command 'migrate people'"],
  [["cases"], 64, "--to: wanted postgres://"],
  [["cases", "--to", "mysql://x:hush@y/z"], 64, "--to is not a PostgreSQL URL"],
  [["cases", "--to", "postgres://x@127.0.0.1:1/z"], 1, "no server listens there"],
  [["cases", "--to", "postgres://x@y/z", "--data-dir", "/nowhere"], 1, "there is no '/nowhere/"],
])("migrate %j ends with %i", async (args, code, text) => {
  expect(await run(...args)).toBe(code);
  expect(out + err).toContain(text);
  expect(out + err).not.toContain("hush");
});
