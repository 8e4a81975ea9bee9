/** The store's work on a real InfluxDB under names that are odd, kills, full disks and refused values. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InfluxServer, startInflux } from "../bench/influx-server.ts";
import { createDatabase, type DatabaseDoor } from "../database/database.ts";
import { createInfluxCore, influxMigrations } from "../ingest/store/influx/influx-store.ts";
import { NO_TAGS } from "../ingest/store/influx/layout.ts";
import { batchOf, DAY, type Row, rawQuery, seriesOf } from "../ingest/store/reading-model.ts";
import type { ReadingQuery, Series } from "../ingest/store/reading-store.ts";
import type { Database } from "../model/database.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { startProxy } from "./support/http-proxy.ts";

type Core = ReturnType<typeof createInfluxCore>;
interface World {
  database: DatabaseDoor;
  bucket: string;
  /** Another core on the same disk: what a start after a kill finds. */
  start(more?: { url?: string; seriesMax?: number; through?: Database }): Core;
}

let server: InfluxServer;
let made = 0;
beforeAll(async () => {
  server = await startInflux();
});
afterAll(async () => {
  await server.running.stop();
});

async function withWorld(work: (world: World) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-core-"));
  const common = { log: silentLog, metrics: memoryMetrics() };
  const database = createDatabase(common, { file: join(directory, "influx.sqlite") });
  await database.open(influxMigrations);
  made += 1;
  const bucket = `core-${made}`;
  const cores: Core[] = [];
  try {
    await work({
      ...{ database, bucket },
      start({ through = database, url = server.url, ...more } = {}) {
        const core = createInfluxCore(
          { database: through, log: silentLog },
          { url, bucket, version: 1, ...more },
        );
        cores.push(core);
        return core;
      },
    });
  } finally {
    for (const core of cores) await core.close();
    await database.close();
    rmSync(directory, { recursive: true });
  }
}

const append = (core: Core, position: number, rows: readonly Row[], series: Series[] = []) =>
  core.append({ ...batchOf(position, rows, series), tags: new Map() });

const valuesOf = async (core: Core, ...ids: number[]): Promise<number[][]> =>
  (await core.query(rawQuery(ids))).map(({ points }) => points.map(([, value]) => value));

const named = (seriesId: number, measurement: string, deviceId = "device-1"): Series[] =>
  seriesOf(seriesId).map((each) => ({ ...each, measurement, deviceId }));

test.each([
  ...["device", "quality", "class", "received", "seq", "time", "fillPercent_flags"],
  ...["air temp", "a,b", "x=1,y", "a\\,b", 'say "x"', "back\\slash\\", "温度"],
])("a measurement called '%s' is stored, and harms no other", async (name) => {
  await withWorld(async ({ database, start }) => {
    const core = start();
    await core.open(DAY);
    await append(core, 1, [{ seriesId: 3, at: DAY, value: 5 }], named(3, "fillPercent", "other"));
    const rows = [1, 2].map((seriesId) => ({ seriesId, at: DAY, value: 40 + seriesId }));
    await append(core, 2, rows, [...named(1, "fillPercent"), ...named(2, name)]);
    await append(core, 3, [{ seriesId: 3, at: DAY + 9, value: 6, flags: 1 }]);
    expect(await valuesOf(core, 1, 2, 3)).toEqual([[41], [42], [5, 6]]);
    expect(await core.lookup([{ seriesId: 2, key: DAY, isSeq: false }])).toEqual([42]);
    expect(await database.reader.all("select line from influx_refused")).toEqual([]);
  });
});

test("a reading whose write fails after batches without any and a kill is there at the next start", async () => {
  await withWorld(async ({ start }) => {
    const killed = start();
    await killed.open(DAY);
    await append(killed, 1, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1));
    for (const position of [2, 3, 4]) await append(killed, position, []);
    const proxy = await startProxy(server.port);
    try {
      const core = start({ url: proxy.url });
      await core.open(DAY);
      proxy.manner = { status: 503, body: "{}" };
      await expect(append(core, 5, [{ seriesId: 1, at: DAY + 1, value: 2 }])).rejects.toThrow();
      proxy.manner = "through";
      expect((await core.open(DAY)).position).toBe(5);
      expect(await valuesOf(core, 1)).toEqual([[1, 2]]);
    } finally {
      await proxy.stop();
    }
  });
});

test("the budget of series counts those of before a restart", async () => {
  await withWorld(async ({ start }) => {
    const first = start({ seriesMax: 2 });
    await first.open(DAY);
    const rows = (...ids: number[]) => ids.map((seriesId) => ({ seriesId, at: DAY, value: 1 }));
    await append(first, 1, rows(1, 2), seriesOf(1, 2));
    await first.close();
    const core = start({ seriesMax: 2 });
    await core.open(DAY);
    await append(core, 2, rows(3, 4), seriesOf(3, 4));
    await append(core, 3, [{ seriesId: 1, at: DAY + 1, value: 7 }]);
    expect(await valuesOf(core, 1, 2, 3, 4)).toEqual([[1, 7], [1], [], []]);
  });
});

test("what is put aside while the next batch is noted and fails is counted once", async () => {
  await withWorld(async ({ start }) => {
    const proxy = await startProxy(server.port);
    try {
      const core = start({ url: proxy.url, seriesMax: 1 });
      await core.open(DAY);
      await append(core, 1, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1));
      proxy.manner = { status: 503, body: "{}" };
      // The first batch is over with, so that these two go one after the other.
      await new Promise((resolve) => setImmediate(resolve));
      const beyond = append(core, 2, [{ seriesId: 2, at: DAY, value: 1 }], seriesOf(2));
      const failing = append(core, 3, [{ seriesId: 1, at: DAY + 1, value: 1 }], seriesOf(3, 4));
      await Promise.all([beyond, expect(failing).rejects.toThrow()]);
      proxy.manner = "through";
      // Each batch of the tests tells of one that was put aside before.
      expect((await core.open(DAY)).ledger).toMatchObject({ stored: 2, putAside: 3 + 1 });
    } finally {
      await proxy.stop();
    }
  });
});

test("what was on its way when an asset moved is written again where it stood then, not twice", async () => {
  await withWorld(async ({ bucket, start }) => {
    const proxy = await startProxy(server.port);
    try {
      const killed = start({ url: proxy.url });
      await killed.open(DAY);
      proxy.manner = "swallow-answer";
      const sent = ["old", "new"].map((asset, n) => {
        const rows = [{ seriesId: 1, at: DAY + n, value: 1 + n }];
        const tags = new Map([["device-1", { ...NO_TAGS, asset }]]);
        return killed.append({ ...batchOf(1 + n, rows, n === 0 ? seriesOf(1) : []), tags });
      });
      await Promise.all(sent.map((each) => expect(each).rejects.toThrow()));
      const core = start();
      expect((await core.open(DAY)).position).toBe(2);
      expect(await valuesOf(core, 1)).toEqual([[1, 2]]);
      await append(core, 3, [{ seriesId: 1, at: DAY + 2, value: 3 }]);
      const asked = encodeURIComponent("SELECT seq, received, asset FROM instant");
      const answer = await fetch(`${server.url}/query?epoch=ms&db=${bucket}&q=${asked}`);
      const { results } = (await answer.json()) as {
        results: { series: { values: unknown[][] }[] }[];
      };
      expect(results[0]?.series[0]?.values.map((row) => [row[0], row.at(-1)])).toEqual([
        [DAY, "old"],
        [DAY + 1, "new"],
        [DAY + 2, "new"],
      ]);
    } finally {
      await proxy.stop();
    }
  });
});

test("what is newest is still known after an upkeep that could not save it", async () => {
  await withWorld(async ({ database, start }) => {
    let isFull = false;
    const through: Database = {
      reader: database.reader,
      async transaction(work) {
        if (isFull) throw new Error("the disk is full");
        return await database.transaction(work);
      },
    };
    const first = start({ through });
    await first.open(DAY);
    // What is done once a day is done by now.
    await first.maintain(DAY);
    await append(first, 1, [{ seriesId: 1, at: DAY, value: 2, key: 77 }], seriesOf(1));
    isFull = true;
    await expect(first.maintain(DAY)).rejects.toThrow("the disk is full");
    isFull = false;
    await append(first, 2, [{ seriesId: 2_000, at: DAY, value: 1 }], seriesOf(2_000));
    await first.close();
    const { series } = await start().open(DAY);
    expect(series[0]).toMatchObject({ seriesId: 1, observedAt: DAY, newestSeq: 77 });
  });
});

test("of a message one value that the server refuses is put aside, and the others are stored", async () => {
  await withWorld(async ({ database, bucket, start }) => {
    const core = start();
    await core.open(DAY);
    const line = `instant,device=x poison="text" ${DAY}000000`;
    await fetch(`${server.url}/write?db=${bucket}`, { method: "POST", body: line });
    const names = ["tiltDeg", "poison", "air temp"];
    const series = names.flatMap((name, n) => named(n + 1, name));
    const rows = names.map((_, n) => ({ seriesId: n + 1, at: DAY, value: n, flags: n }));
    expect((await append(core, 1, rows, series)).refused).toBe(1);
    expect(await valuesOf(core, 1, 2, 3)).toEqual([[0], [], [2]]);
    const [aside, ...more] = await database.reader.all<{ line: string }>(
      "select line from influx_refused",
    );
    expect(aside?.line).toMatch(/ received=\d+i,poison=1,poison_flags=1i /);
    expect(more).toEqual([]);
  });
});

const YEAR_1 = Date.parse("0001-01-01T00:00:00Z");
const YEAR_1600 = Date.parse("1600-01-01T00:00:00Z");
const YEAR_9999 = Date.parse("9999-12-31T23:59:59Z");

test.each<[string, from: number, to: number, there: number]>([
  ["of all years", YEAR_1, YEAR_9999, 1],
  ["to the year 9999", DAY, YEAR_9999, 1],
  ["from the year 1600", YEAR_1600, DAY + 1, 1],
  ["of a time before any that InfluxDB knows", YEAR_1, YEAR_1600, 0],
  ["of a time behind any that InfluxDB knows", YEAR_9999, YEAR_9999 + 1, 0],
])("a query %s is answered with what is there", async (_, from, to, there) => {
  await withWorld(async ({ start }) => {
    const core = start();
    await core.open(DAY);
    await append(core, 1, [{ seriesId: 1, at: DAY, value: 7 }], seriesOf(1));
    const hourly = { everyMs: 3_600_000, originMs: 0 };
    const more = [{}, { bucket: { fn: "mean", ...hourly } }, { bucket: { fn: "p95", ...hourly } }];
    for (const each of more as Partial<ReadingQuery>[]) {
      const [answer] = await core.query(rawQuery([1], { from, to, ...each }));
      expect(answer?.points.map(([, value]) => value)).toEqual(there === 1 ? [7] : []);
    }
  });
});

test("a server that cuts its answers short is found out, however many rows it answers", async () => {
  const cutting = await startInflux(["max-row-limit = 15000"]);
  try {
    await withWorld(async ({ start }) => {
      const core = start({ url: cutting.url });
      await core.open(DAY);
      for (const [n, length] of [14_000, 16_000].entries()) {
        const rows = Array.from({ length }, (_, k) => ({ seriesId: n + 1, at: DAY + k, value: k }));
        await append(core, n + 1, rows, seriesOf(n + 1));
      }
      const ask = (...ids: number[]) => core.query(rawQuery(ids, { pointsPerSeriesMax: 50_000 }));
      const [whole] = await ask(1);
      expect([whole?.points.length, whole?.truncated]).toEqual([14_000, false]);
      await expect(ask(2)).rejects.toThrow("set 'max-row-limit = 0'");
      await expect(ask(1, 2)).rejects.toThrow("set 'max-row-limit = 0'");
    });
  } finally {
    await cutting.running.stop();
  }
});
