/** `gridwarden migrate readings` from a data folder that lived into a real InfluxDB. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Config } from "../app/config.ts";
import { runMigrate } from "../app/migrate-command.ts";
import { dataPaths } from "../app/paths.ts";
import { type InfluxServer, startInflux } from "../bench/influx-server.ts";
import { openReadOnly } from "../database/database.ts";
import { createEmbeddedStore } from "../ingest/store/embedded-store.ts";
import { createInfluxStore, NO_TAGS } from "../ingest/store/influx/influx-store.ts";
import {
  AGGREGATES,
  columnsOf,
  DAY,
  expectSame,
  type Row,
  rawQuery,
} from "../ingest/store/reading-model.ts";
import type { ReadingQuery, ReadingStore, Series } from "../ingest/store/reading-store.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, wallClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS } from "../model/reading.ts";
import { startThread } from "../model/worker-thread.ts";
import { connect, foundCity } from "./support/city.ts";
import { startProxy } from "./support/http-proxy.ts";
import { startPlatform, until } from "./support/platform.ts";
import { expectBalance, latestOf, pointsOf } from "./support/readings.ts";

const DAYS = 40;
const DEVICES = ["lid-1", "lid-2", "lid-3"] as const;
const NO_LEDGER = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };
const common = { log: silentLog, metrics: memoryMetrics() };

let server: InfluxServer;
let number = 0;
/** A folder that lived; each test carries a copy of it over. */
const lived = mkdtempSync(join(tmpdir(), "gridwarden-lived-"));
let directory = "";
let out = "";
let err = "";

beforeAll(async () => {
  server = await startInflux();
  const rig = await startPlatform({}, lived);
  const city = await foundCity(rig.api);
  for (const deviceId of DEVICES.slice(0, 2)) {
    const key = await city.addDevice("manhole-cover", deviceId, { gridCell: "411524001002003" });
    const device = await connect(rig.ports.mqtt ?? 0, deviceId, key);
    const topic = `v1/manhole-cover/${deviceId}/telemetry`;
    const payload = JSON.stringify({
      observedAt: DAY + 1,
      values: { tiltDeg: 1.5, isOpen: false },
    });
    await device.publishAsync(topic, payload, { qos: 1 });
    await device.publishAsync(topic, payload, { qos: 1 });
    await device.endAsync();
  }
  await expectBalance(rig.ports.http);
  await rig.stop("keep");
  await addHistory(createEmbeddedStore(common, { directory: dataPaths(lived).readings }));
});

afterAll(async () => {
  await server.running.stop();
  rmSync(lived, { recursive: true, force: true });
});

beforeEach(() => {
  number += 1;
  directory = mkdtempSync(join(tmpdir(), "gridwarden-migrate-"));
  cpSync(lived, directory, { recursive: true });
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
  rmSync(directory, { recursive: true, force: true });
});

const bucket = (): string => `city-${number}`;

/** Days that are sealed and days that are not; with keys, periods, claims, flags and repeats. */
async function addHistory(store: ReadingStore): Promise<void> {
  const state = await store.open();
  const first = state.series.length + 1;
  const newSeries: Series[] = (
    [
      ["lid-3", "tiltDeg", "instant", 90],
      ["lid-3", "unheardOf", "instant", 365],
      ["lid-1", "tiltDeg", "hour", 90],
      ["nobodys", "tiltDeg", "day", 90],
      ["lid-2", "never said", "instant", 90],
    ] as const
  ).map(([deviceId, measurement, period, retentionDays], n) => ({
    ...{ seriesId: first + n, deviceId, measurement, period, retentionDays },
  }));
  const rows = Array.from({ length: DAYS }, (_, n) => rowsOf(DAY - n * DAY_MS, first)).flat();
  const batch = { position: state.position, ledger: NO_LEDGER };
  await store.append({ ...batch, newSeries, columns: columnsOf(rows) });
  await store.maintain(DAY + HOUR_MS);
  // Late ones of a sealed day, a repeat among them.
  const late: Row[] = [
    { seriesId: first, at: DAY - 3 * DAY_MS + 5, value: 77, flags: FLAG_BITS.late },
    { seriesId: first, at: DAY - 3 * DAY_MS, value: 99, receivedAt: DAY + DAY_MS },
  ];
  await store.append({ ...batch, newSeries: [], columns: columnsOf(late) });
  await store.close();
}

function rowsOf(day: number, first: number): Row[] {
  const every = (n: number): number => day + n * 10 * MINUTE_MS;
  const plain = Array.from({ length: 100 }, (_, n): Row[] => [
    { seriesId: 1, at: every(n) + 7, value: n / 3 },
    { seriesId: 2, at: every(n) + 7, value: n % 2 },
    { seriesId: first, at: every(n), value: -1 - n, flags: n % 9 === 0 ? FLAG_BITS.range : 0 },
    { seriesId: first + 1, at: every(n), value: 1e300 / (n + 1) },
  ]).flat();
  const claimed = [1, 2, 2_000_001].map(
    (key): Row => ({
      ...{ seriesId: first, at: day + HOUR_MS + 3, value: key, key, claimedAt: 86_400_000 + key },
      flags: FLAG_BITS["clock-past"],
    }),
  );
  const periods = [0, 1, 2].map(
    (hour): Row => ({
      ...{ seriesId: first + 2, at: day + hour * HOUR_MS, value: 5, min: 1 + hour, max: 9 },
      total: 300,
    }),
  );
  return [...plain, ...claimed, ...periods, { seriesId: first + 3, at: day, value: 4, min: 2 }];
}

const settings = (url = server.url) => ({
  ...{ dataDirectory: directory, databaseUrl: undefined, timeZone: "Asia/Shanghai" },
  influx: { url, bucket: bucket(), version: 1 } satisfies Config["influx"],
});

const run = (url?: string): Promise<number> =>
  runMigrate(["readings", "--from", "embedded", "--to", "influx"], () => settings(url));

/** The same question to both. */
async function expectSameAnswers(): Promise<void> {
  const embedded = createEmbeddedStore(common, {
    ...{ directory: dataPaths(directory).readings, lateRowsMin: 1, lateShareMin: 0 },
  });
  const options = { ...settings().influx, timeZone: "Asia/Shanghai" };
  const workerData = { file: dataPaths(directory).influx, options };
  const influx = createInfluxStore({
    ...{ ...common, clock: wallClock() },
    startThread: () => startThread("../app/influx-thread", import.meta.url, { workerData }),
    tagsOf: () => NO_TAGS,
  });
  try {
    const wanted = await embedded.open();
    // Only sealing makes the repeat go.
    await embedded.maintain(DAY + HOUR_MS);
    expect(await influx.open()).toEqual(wanted);
    const ids = wanted.series.map(({ seriesId }) => seriesId);
    const bucketed = AGGREGATES.flatMap((fn) =>
      [HOUR_MS, DAY_MS].map((everyMs) => ({ fn, everyMs, originMs: DAY - 16 * HOUR_MS })),
    );
    const queries: ReadingQuery[] = [
      rawQuery(ids),
      rawQuery(ids, { goodOnly: true }),
      rawQuery(ids, { from: DAY - 5 * DAY_MS, to: DAY - DAY_MS + 11, pointsPerSeriesMax: 17 }),
      ...bucketed.map((one) => rawQuery(ids, { bucket: one })),
    ];
    for (const query of queries) expectSame(await influx.query(query), await embedded.query(query));
    const columns = await embedded.queryColumns(rawQuery(ids));
    expect(await influx.queryColumns(rawQuery(ids))).toEqual(columns);
    const keys = columns.flatMap(({ seriesId, at }) => [
      ...[...at].slice(0, 50).map((key) => ({ seriesId, key, isSeq: false })),
      ...[1, 2, 3, 2_000_001].map((key) => ({ seriesId, key, isSeq: true })),
    ]);
    expect(await influx.lookup(keys)).toEqual(await embedded.lookup(keys));
    expect((await influx.size()).rows).toBe((await embedded.size()).rows);
  } finally {
    await embedded.close();
    await influx.close();
  }
}

test("every reading arrives, the counts balance, and both stores answer alike", async () => {
  expect([await run(), err]).toEqual([0, expect.stringContaining("16,286 of 16,286 values")]);
  const all = /^all +([\d,]+) +([\d,]+)$/m.exec(out);
  expect(all?.slice(1)).toEqual(["16,285", "16,285"]);
  expect(out).toMatch(/^manhole-cover +2026-11 +[\d,]+ +[\d,]+$/m);
  expect(out).toMatch(/^\(none\) +2026-10 +[\d,]+ +[\d,]+$/m);
  expect(out).toContain("1 repeats of readings were left out");
  expect(err).toMatch(/[\d,]{3,} values of some series were read back, each as it went/);
  await expectSameAnswers();
  const rows = await inInflux('select * from "instant" where "device" = \'lid-1\' limit 1');
  expect(rows[0]).toMatchObject({
    ...{ asset: "asset-of-lid-1", class: "manhole-cover", street: "411524001", quality: "good" },
  });
  expect(await waitingWindows()).toEqual(["manhole-cover"]);

  expect(await run()).toBe(1);
  expect(err).toContain("live in InfluxDB already");
});

/** Classes that are to be rolled up by the platform. */
async function waitingWindows(): Promise<unknown[]> {
  const { sql, close } = openReadOnly(dataPaths(directory).influx);
  const rows = await sql.all("select distinct class from influx_windows");
  close();
  return rows.map((row) => row.class);
}

async function inInflux(query: string): Promise<Record<string, unknown>[]> {
  const address = `${server.url}/query?db=${bucket()}&q=${encodeURIComponent(query)}`;
  const { results } = (await (await fetch(address)).json()) as {
    results: { series?: { columns: string[]; values: unknown[][] }[] }[];
  };
  return (results[0]?.series ?? []).flatMap(({ columns, values }) =>
    values.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]))),
  );
}

test("killed in the middle, again and again, it goes on, and nothing is lost or there twice", async () => {
  let writes = 0;
  let killAt = 3;
  let kill = (): void => {};
  const proxy = await startProxy(server.port, ({ url }) => {
    if (!url.startsWith("/write")) return;
    writes += 1;
    if (writes === killAt) kill();
  });
  const command = [join("dist", "app", "main.js"), "migrate", "readings"];
  const runProcess = async (): Promise<number | string> => {
    const child = spawn(process.execPath, [...command, "--from", "embedded", "--to", "influx"], {
      env: {
        PATH: process.env.PATH ?? "",
        GRIDWARDEN_DATA_DIR: directory,
        GRIDWARDEN_INFLUX_URL: proxy.url,
        GRIDWARDEN_INFLUX_BUCKET: bucket(),
        GRIDWARDEN_INFLUX_VERSION: "1",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.on("data", (chunk) => {
      out += String(chunk);
    });
    kill = () => child.kill("SIGKILL");
    return await new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve(code ?? signal ?? "?"));
    });
  };
  for (const next of [4, 11, 17]) {
    killAt = writes + next;
    expect(await runProcess()).toBe("SIGKILL");
    expect(existsSync(dataPaths(directory).influxUnfinished)).toBe(true);
  }
  await expect(startPlatform(environment(), directory)).rejects.toThrow("not all carried over");
  killAt = Number.POSITIVE_INFINITY;
  const before = writes;
  expect([await runProcess(), out]).toEqual([0, expect.stringMatching(/^all +16,285 +16,285$/m)]);
  // What was there is not written again; a day is a write for each of its two retentions.
  expect(writes - before).toBeLessThan(2 * DAYS - 20);
  await proxy.stop();
  await expectSameAnswers();
});

const environment = () => ({
  GRIDWARDEN_INFLUX_URL: server.url,
  GRIDWARDEN_INFLUX_BUCKET: bucket(),
  GRIDWARDEN_INFLUX_VERSION: "1",
});

test("a day that changes after it was carried over is carried over anew", async () => {
  const proxy = await startProxy(server.port, ({ url }) => {
    if (url.startsWith("/write")) writes += 1;
    // The server takes it no more, and not for a passing reason.
    if (writes === 30) proxy.manner = { status: 403, body: '{"error":"no"}' };
  });
  let writes = 0;
  expect(await run(proxy.url)).toBe(1);
  expect(err).toContain("HTTP 403: no; give the token the right");
  await proxy.stop();
  const store = createEmbeddedStore(common, { directory: dataPaths(directory).readings });
  const { position } = await store.open();
  const late = [{ seriesId: 1, at: DAY - 35 * DAY_MS + 1, value: 5 }];
  await store.append({ position, newSeries: [], ledger: NO_LEDGER, columns: columnsOf(late) });
  await store.maintain(DAY - 39 * DAY_MS + 91 * DAY_MS);
  await store.close();
  expect([await run(), out]).toEqual([0, expect.stringMatching(/^all +([\d,]+) +\1$/m)]);
  const span = `"device" = 'lid-3' and time >= ${DAY - 39 * DAY_MS}ms and time < ${DAY - 38 * DAY_MS}ms`;
  // Sealed and past its retention since.
  expect(await inInflux(`select "tiltDeg" from "instant" where ${span}`)).toEqual([]);
  await expectSameAnswers();
});

test("what InfluxDB refuses is named, and the count balances with it", async () => {
  const database = `CREATE DATABASE "${bucket()}" WITH DURATION 8000d`;
  await fetch(`${server.url}/query?q=${encodeURIComponent(database)}`, { method: "POST" });
  const store = createEmbeddedStore(common, { directory: dataPaths(directory).readings });
  const { position } = await store.open();
  const old: Row[] = [1, 2].map((value) => ({ seriesId: 1, at: 631_152_000_000 + value, value }));
  await store.append({ position, newSeries: [], ledger: NO_LEDGER, columns: columnsOf(old) });
  await store.close();
  expect(await run()).toBe(0);
  expect(out).toMatch(/^manhole-cover +1990-01 +2 +0$/m);
  expect(out).toContain("2 values were refused");
  expect(err).toContain("beyond retention policy");
});

test("InfluxDB away for a while is waited for", async () => {
  let writes = 0;
  let calls = 0;
  const proxy = await startProxy(server.port, ({ url }) => {
    if (url.startsWith("/write")) writes += 1;
    if (writes < 5) return;
    calls += 1;
    if (calls === 1) proxy.manner = { status: 503, body: '{"error":"busy"}' };
    if (calls === 2) proxy.manner = "swallow-answer";
    if (calls === 3) proxy.manner = "through";
  });
  expect([await run(proxy.url), out]).toEqual([0, expect.stringMatching(/^all +16,285 +16,285$/m)]);
  expect(err).toContain("HTTP 503: busy; it is tried again in 1 s");
  await proxy.stop();
  await expectSameAnswers();
});

test("what InfluxDB has not, though it said so, is found by the count, and carried over anew", async () => {
  let writes = 0;
  const proxy = await startProxy(server.port, ({ url }) => {
    if (url.startsWith("/write")) writes += 1;
    proxy.manner =
      writes === 10 && url.startsWith("/write") ? { status: 204, body: "" } : "through";
  });
  expect(await run(proxy.url)).toBe(1);
  expect(err).toMatch(
    /not all is in InfluxDB on 1 days, 20\d\d-\d\d-\d\d the first; call it again/,
  );
  await proxy.stop();
  expect([await run(), out]).toEqual([0, expect.stringMatching(/^all +16,285 +16,285$/m)]);
  await expectSameAnswers();
});

test("what was journaled and not stored is stored there, nothing twice, and the platform runs on", async () => {
  const send = async (port: number | undefined, observedAt: number[]): Promise<void> => {
    const device = await connect(port ?? 0, "lid-9", key);
    const topic = "v1/manhole-cover/lid-9/telemetry";
    for (const at of observedAt) {
      const payload = { observedAt: at, values: { waterLevelCm: at % 50 } };
      await device.publishAsync(topic, JSON.stringify(payload), { qos: 1 });
    }
    await device.endAsync();
  };
  const begin = Date.now() - 600_000;
  const times = Array.from({ length: 40 }, (_, n) => begin + n * 1_000);
  const { readings } = dataPaths(directory);
  let rig = await startPlatform({}, directory);
  const key = await (await foundCityOnce(rig.api)).addDevice("manhole-cover", "lid-9");
  await send(rig.ports.mqtt, times.slice(0, 10));
  await expectBalance(rig.ports.http);
  await rig.stop("keep");
  cpSync(readings, `${readings}-then`, { recursive: true });
  rig = await startPlatform({}, directory);
  await send(rig.ports.mqtt, times.slice(5, 20));
  await expectBalance(rig.ports.http);
  await rig.stop("keep");
  // As if the store had not taken the last of them when the platform ended.
  rmSync(readings, { recursive: true });
  cpSync(`${readings}-then`, readings, { recursive: true });

  expect(await run()).toBe(0);
  rig = await startPlatform(environment(), directory);
  await send(rig.ports.mqtt, times.slice(15));
  const ledger = await expectBalance(rig.ports.http);
  // Of lid-1 and lid-2, which sent two values twice, one each, and of lid-9.
  expect(ledger).toMatchObject({ stored: 4 + 40, duplicate: 4 + 5 + 5, conflict: 0, putAside: 0 });
  const about = { deviceId: "lid-9", measurement: "waterLevelCm" };
  expect(await pointsOf(rig.api, about)).toEqual(times.map((at) => [at, at % 50]));
  const latest = await until(async () => {
    const found = await latestOf(rig.api, "asset-of-lid-9");
    return found.length > 0 && found;
  }, "the newest value");
  expect(latest[0]).toMatchObject({ value: (times.at(-1) ?? 0) % 50 });
  await rig.stop("keep");
});

/** The folder has the city's unit and crew already. */
const foundCityOnce = async (api: Parameters<typeof foundCity>[0]) =>
  foundCity({ ...api, post: async (path, body) => skipKnown(await api.post(path, body)) });

function skipKnown<T>(answer: { status: number; body: T }): { status: number; body: T } {
  return answer.status === 409 ? { ...answer, status: 200 } : answer;
}

test("while the platform runs it is refused", async () => {
  const rig = await startPlatform({}, directory);
  await expect(run()).rejects.toThrow("is in use by the process");
  await rig.stop("keep");
});

test("a bucket with readings of another folder is refused", async () => {
  expect(await run()).toBe(0);
  rmSync(dataPaths(directory).influx);
  expect(await run()).toBe(1);
  expect(err).toContain(`bucket '${bucket()}' at ${server.url} holds readings already`);
});

test.each([
  [["--from", "influx", "--to", "embedded"], 64, "wanted: --from embedded --to influx"],
  [["--form", "embedded"], 64, "Unknown option '--form'"],
  [["--help"], 0, "gridwarden migrate readings --from"],
])("migrate readings %j ends with %i", async (args, code, text) => {
  expect(await runMigrate(["readings", ...args], () => settings())).toBe(code);
  expect(out + err).toContain(text);
});

test("without settings, a server or a store it ends with the reason", async () => {
  const given = ["readings", "--from", "embedded", "--to", "influx"];
  const without = { ...settings(), influx: undefined };
  expect(await runMigrate(given, () => without)).toBe(64);
  expect(err).toContain("GRIDWARDEN_INFLUX_URL and GRIDWARDEN_INFLUX_BUCKET say where to");
  expect(await run("http://127.0.0.1:1")).toBe(1);
  expect(err).toContain("http://127.0.0.1:1 does not answer");
  rmSync(dataPaths(directory).readings, { recursive: true });
  expect(await run()).toBe(1);
  expect(err).toContain("readings.duckdb'");
});
