/** Roll-ups in a real InfluxDB, by both ways, held against what the readings themselves give. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { seeded } from "../bench/disk.ts";
import { type InfluxServer, startInflux } from "../bench/influx-server.ts";
import { createDatabase } from "../database/database.ts";
import {
  createInfluxCore,
  type InfluxStoreOptions,
  influxMigrations,
} from "../ingest/store/influx/influx-store.ts";
import type { Row } from "../ingest/store/reading-model.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS } from "../model/reading.ts";
import { type HttpProxy, type ProxiedCall, startProxy } from "./support/http-proxy.ts";
import {
  BEGINS,
  type LevelName,
  type Rolled,
  rolledUp,
  TAGS,
  taggedBatch,
} from "./support/rollups.ts";

let server: InfluxServer;
let made = 0;
const afterwards: (() => void | Promise<void>)[] = [];

beforeAll(async () => {
  server = await startInflux();
});
afterEach(async () => {
  for (const undo of afterwards.splice(0).reverse()) await undo();
});
afterAll(async () => {
  await server.running.stop();
});

/** 1.6.7 has no write call of 2.x; it takes the same lines under another path. */
function pathOfV1(path: string): string {
  const { pathname, searchParams } = new URL(path, "http://any");
  if (pathname !== "/api/v2/write") return path;
  return `/write?db=${searchParams.get("bucket")}&precision=${searchParams.get("precision")}`;
}

type Version = InfluxStoreOptions["version"];
type Core = ReturnType<typeof createInfluxCore>;

interface Rig {
  proxy: HttpProxy;
  bucket: string;
  database: Database;
  /** Another core on the same disk and bucket; those before it are forgotten as a kill forgets them. */
  core(through?: Database): Core;
}

async function makeRig(version: Version, seen?: (call: ProxiedCall) => void): Promise<Rig> {
  made += 1;
  const bucket = `city-${made}`;
  await rowsOf("", `CREATE DATABASE "${bucket}"`);
  const proxy = await startProxy(server.port, seen, pathOfV1);
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-rollups-"));
  const database = createDatabase(
    { log: silentLog, metrics: memoryMetrics() },
    { file: join(directory, "influx.sqlite") },
  );
  await database.open(influxMigrations);
  afterwards.push(async () => {
    await database.close();
    await proxy.stop();
    rmSync(directory, { recursive: true });
  });
  const options = { url: proxy.url, bucket, version, timeZone: "Asia/Shanghai" };
  return {
    ...{ proxy, bucket, database },
    core: (through = database) => createInfluxCore({ database: through, log: silentLog }, options),
  };
}

interface Series {
  tags: Record<string, string>;
  columns: string[];
  values: (string | number | null)[][];
}

async function rowsOf(bucket: string, query: string): Promise<Series[]> {
  const address = `${server.url}/query?epoch=ms&db=${bucket}&q=${encodeURIComponent(query)}`;
  const answer = (await (await fetch(address, { method: "POST" })).json()) as {
    results: { series?: Series[]; error?: string }[];
  };
  expect(answer.results[0]?.error).toBeUndefined();
  return answer.results[0]?.series ?? [];
}

/** What stands in InfluxDB, as `rolledUp` says it. */
async function stored(bucket: string, level: LevelName): Promise<Rolled> {
  const rolled: Rolled = {};
  for (const { tags, columns, values } of await rowsOf(
    bucket,
    `SELECT * FROM ${level} GROUP BY *`,
  )) {
    for (const row of values) {
      const fields = columns.flatMap((name, n) =>
        n === 0 || row[n] === null ? [] : [[name, row[n]] as const],
      );
      rolled[`${tags.device} ${row[0]}`] = Object.fromEntries(fields) as Record<string, number>;
    }
  }
  return rolled;
}

const LEVELS = Object.keys(BEGINS) as LevelName[];

/** Equal up to the order in which numbers were added. */
function near(rolled: Rolled): Rolled {
  const rounded = (value: number): number => Number(value.toPrecision(10));
  return Object.fromEntries(
    Object.entries(rolled).map(([place, fields]) => [
      place,
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, rounded(value)])),
    ]),
  );
}

async function expectRolled(bucket: string, rows: readonly Row[], now: number): Promise<void> {
  for (const level of LEVELS) {
    const every = { rolled_5m: 5 * MINUTE_MS, rolled_hour: HOUR_MS, rolled_day: DAY_MS }[level];
    const over = rows.filter(({ at }) => BEGINS[level](at) + every + MINUTE_MS <= now);
    expect(near(await stored(bucket, level)), level).toEqual(near(rolledUp(level, over)));
  }
}

async function rollAll(core: Core, now: number): Promise<number> {
  for (let queries = 0; ; queries += 1) {
    const { rolled } = await core.rollUp(now);
    if (rolled === 0) return queries;
  }
}

/** 16:00 UTC is midnight of the city. */
const MIDNIGHT = Date.UTC(2026, 10, 20, 16);

/** One reading a point: no device says two things of a measurement at one time. */
function readingsOf(count: number, spanMs: number, seed: number): Row[] {
  const random = seeded(seed);
  const flags = [0, 0, 0, FLAG_BITS.range, FLAG_BITS["hj212-F"]];
  return Array.from({ length: count }, (_, n) => ({
    seriesId: 1 + Math.floor(random() * 7),
    at: MIDNIGHT - 2 * HOUR_MS + Math.floor((n * spanMs) / count),
    value: Math.round(random() * 1e4) / 100,
    flags: flags[Math.floor(random() * flags.length)] ?? 0,
  }));
}

describe.each<[string, Version]>([
  ["as the server writes them", 1],
  ["read and written back", 2],
])("roll-ups %s", (_way, version) => {
  test("are the mean, least, most, sum and count of what is not bad, of each window that is over", async () => {
    const { core: makeCore, bucket } = await makeRig(version);
    const core = makeCore();
    await core.open(MIDNIGHT);
    const rows = readingsOf(600, 28 * HOUR_MS, 1);
    await core.append(taggedBatch(1, rows, true));
    for (const now of [MIDNIGHT, MIDNIGHT + HOUR_MS, MIDNIGHT + 25.5 * HOUR_MS]) {
      await rollAll(core, now);
      await expectRolled(bucket, rows, now);
    }
    const tags = await rowsOf(bucket, "SELECT * FROM rolled_day GROUP BY *");
    expect(tags.map((each) => each.tags)).toEqual([
      { device: "cover-1", ...TAGS.get("cover-1") },
      { device: "cover-2", ...TAGS.get("cover-2") },
      { device: "lamp-1", ...TAGS.get("lamp-1") },
    ]);
    await core.close();
  });

  test("a late reading makes its windows anew, and InfluxDB away makes them wait", async () => {
    const { core: makeCore, bucket, proxy } = await makeRig(version);
    const core = makeCore();
    await core.open(MIDNIGHT);
    const rows = readingsOf(60, 3 * HOUR_MS, 2);
    await core.append(taggedBatch(1, rows, true));
    const now = MIDNIGHT + 30 * HOUR_MS;
    await rollAll(core, now);
    const late = [{ seriesId: 1, at: MIDNIGHT - HOUR_MS + 7, value: 1_000 }];
    await core.append(taggedBatch(2, late));
    proxy.manner = { status: 503, body: "{}" };
    await expect(core.rollUp(now)).rejects.toMatchObject({ code: "STORE_FAILED" });
    proxy.manner = "through";
    await rollAll(core, now);
    await expectRolled(bucket, [...rows, ...late], now);
    await core.close();
  });
});

test("killed between any two steps, the roll-ups are right after a start", async () => {
  const [first, late] = [
    readingsOf(20, 2 * HOUR_MS, 3),
    [{ seriesId: 1, at: MIDNIGHT - HOUR_MS + 7, value: 1_000 }],
  ];
  const now = MIDNIGHT + 30 * HOUR_MS;
  let isAlive = true;
  for (let killedAt = 0; isAlive; killedAt += 1) {
    let steps = 0;
    // Even steps are not done at all, of odd ones the answer is lost.
    const next = (): "through" | "swallow-answer" | { status: number; body: string } => {
      const left = killedAt - steps;
      steps += 2;
      if (left > 1) return "through";
      return left === 1 ? "swallow-answer" : { status: 503, body: "{}" };
    };
    const rig = await makeRig(1, () => {
      if (isKilling) rig.proxy.manner = next();
    });
    let isKilling = true;
    const doomed = rig.core({
      reader: rig.database.reader,
      async transaction(work) {
        const manner = next();
        if (typeof manner === "object") throw new Error("killed");
        const answer = await rig.database.transaction(work);
        if (manner !== "through") throw new Error("killed");
        return answer;
      },
    });
    let done = 0;
    try {
      await doomed.open(MIDNIGHT);
      await doomed.append(taggedBatch(1, first, true));
      done = 1;
      await rollAll(doomed, now);
      await doomed.append(taggedBatch(2, late));
      done = 2;
      await rollAll(doomed, now);
      isAlive = false;
    } catch {
      // Nothing that it says counts any more.
    }
    isKilling = false;
    rig.proxy.manner = "through";
    const after = rig.core();
    const { position } = await after.open(MIDNIGHT);
    expect(position).toBeGreaterThanOrEqual(done);
    if (position < 1) await after.append(taggedBatch(1, first, true));
    if (position < 2) await after.append(taggedBatch(2, late));
    await rollAll(after, now);
    await expectRolled(rig.bucket, [...first, ...late], now);
    await after.close();
  }
});

test("a week that waits is caught up, the newest first, and a window of very many readings in parts", async () => {
  const { core: makeCore, bucket } = await makeRig(1);
  const core = makeCore();
  await core.open(MIDNIGHT);
  const rows = readingsOf(2_000, 7 * DAY_MS, 4);
  const many = Array.from({ length: 12_000 }, (_, n) => ({
    ...{ seriesId: 4, at: MIDNIGHT + 2 * DAY_MS + n * 20, value: n % 7 },
  }));
  const extremes = [1, 2].map((n) => ({ seriesId: 3, at: MIDNIGHT + n, value: 1.5e308 }));
  await core.append(taggedBatch(1, [...rows, ...many], true));
  const now = MIDNIGHT + 8 * DAY_MS;
  const ends: (number | undefined)[] = [];
  for (;;) {
    const { rolled, waiting, oldestEnd } = await core.rollUp(now);
    if (rolled === 0) {
      expect([waiting, oldestEnd]).toEqual([0, undefined]);
      break;
    }
    ends.push(oldestEnd);
  }
  // The oldest ones wait until almost all is done.
  expect(ends.slice(0, -10).every((end) => end === ends[0])).toBe(true);
  await expectRolled(bucket, [...rows, ...many], now);
  await core.append(taggedBatch(2, extremes));
  await rollAll(core, now);
  expect(Object.keys(await stored(bucket, "rolled_day"))).toHaveLength(
    Object.keys(rolledUp("rolled_day", rows)).length,
  );
  await core.close();
});

test("a field that somebody made of another type is said, and nothing else waits for it", async () => {
  const { core: makeCore, bucket } = await makeRig(1);
  const core = makeCore();
  await core.open(MIDNIGHT);
  const line = `rolled_5m,device=x powerW_count="text" ${MIDNIGHT}000000`;
  await fetch(`${server.url}/write?db=${bucket}`, { method: "POST", body: line });
  const rows = readingsOf(60, 3 * HOUR_MS, 5);
  await core.append(taggedBatch(1, rows, true));
  let refused = 0;
  for (;;) {
    const report = await core.rollUp(MIDNIGHT + 3 * HOUR_MS);
    if (report.rolled === 0) break;
    refused += report.refused;
  }
  expect(refused).toBeGreaterThan(0);
  const covers = rows.filter(({ seriesId }) => seriesId !== 4);
  const found = await stored(bucket, "rolled_hour");
  expect(near(found)).toEqual(near(rolledUp("rolled_hour", covers)));
  await core.close();
});

test("each level of each class is deleted when its own time is over", async () => {
  const { core: makeCore, bucket } = await makeRig(1);
  const core = makeCore();
  await core.open(MIDNIGHT);
  await core.append(taggedBatch(1, readingsOf(60, 3 * HOUR_MS, 6), true));
  await rollAll(core, MIDNIGHT + 2 * DAY_MS);
  const after = async (days: number): Promise<string[]> => {
    await core.maintain(MIDNIGHT + days * DAY_MS);
    const left = await rowsOf(bucket, "SHOW SERIES");
    const names = (left[0]?.values ?? []).map(([key]) => String(key).split(","));
    const covers = names.filter(([, ...tags]) => tags.includes("class=manhole-cover"));
    return [...new Set(covers.map(([name = ""]) => name))].toSorted();
  };
  const levels = ["rolled_5m", "rolled_day", "rolled_hour"];
  expect(await after(39)).toEqual(["hour", "instant", ...levels]);
  expect(await after(41)).toEqual(levels);
  expect(await after(81)).toEqual(["rolled_day", "rolled_hour"]);
  expect(await after(201)).toEqual(["rolled_day"]);
  expect(await after(3_649)).toEqual(["rolled_day"]);
  expect(await after(3_652)).toEqual([]);
  await core.close();
});
