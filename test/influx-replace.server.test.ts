/** Rows that are put in the place of others in a real InfluxDB: tags, roll-ups, and a server that goes away in between. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InfluxServer, startInflux } from "../bench/influx-server.ts";
import { createDatabase } from "../database/database.ts";
import {
  createInfluxCore,
  createInfluxDoor,
  type DeviceTags,
  influxMigrations,
  NO_TAGS,
} from "../ingest/store/influx/influx-store.ts";
import {
  batchOf,
  columnsOf,
  DAY,
  type Row,
  rawQuery,
  seriesOf,
} from "../ingest/store/reading-model.ts";
import type { Series } from "../ingest/store/reading-store.ts";
import { DAY_MS } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { FLAG_BITS } from "../model/reading.ts";
import { type ProxiedCall, startProxy } from "./support/http-proxy.ts";

let server: InfluxServer;
let made = 0;
beforeAll(async () => {
  server = await startInflux();
});
afterAll(async () => {
  await server.running.stop();
});

type Core = ReturnType<typeof createInfluxCore>;
interface World {
  core: Core;
  ask(statement: string): Promise<(number | string | null)[][]>;
}

async function withWorld(work: (world: World) => Promise<void>, url = server.url): Promise<void> {
  made += 1;
  const bucket = `replace-${made}`;
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-replace-"));
  const common = { log: silentLog, metrics: memoryMetrics() };
  const database = createDatabase(common, { file: join(directory, "influx.sqlite") });
  await database.open(influxMigrations);
  const core = createInfluxCore({ database, log: silentLog }, { url, bucket, version: 1 });
  const door = createInfluxDoor({ url: server.url, bucket, version: 1 });
  await core.open(DAY);
  try {
    await work({
      core,
      async ask(statement) {
        const [answer = []] = await door.query([statement]);
        return answer.flatMap(({ values }) => values);
      },
    });
  } finally {
    await core.close();
    door.close();
    await database.close();
    rmSync(directory, { recursive: true });
  }
}

const SERIES: Series[] = ["fillPercent", "temperatureC"].flatMap((measurement, index) =>
  seriesOf(index + 1).map((each) => ({ ...each, deviceId: "bin", measurement })),
);
const tagged = (asset: string): Map<string, DeviceTags> =>
  new Map([["bin", { ...NO_TAGS, asset, class: "waste-bin" }]]);
const append = (core: Core, rows: readonly Row[], asset: string) =>
  core.append({ ...batchOf(1, rows, SERIES), tags: tagged(asset) });
const replace = (core: Core, rows: readonly Row[], asset?: string): Promise<void> =>
  core.replace({
    ...{ newSeries: [], columns: columnsOf(rows) },
    tags: asset === undefined ? new Map() : tagged(asset),
  });
const pointsOf = async (core: Core): Promise<[number, number][][]> =>
  (await core.query(rawQuery([1, 2]))).map(({ points }) => points);

const rows: Row[] = [0, 1, 2].flatMap((index) => [
  { seriesId: 1, at: DAY + index * 60_000, value: 10 + index },
  { seriesId: 2, at: DAY + index * 60_000, value: 20 + index, min: 19, max: 30 },
]);

test("what a device has told before it moved stands once, under the tags of today", async () => {
  await withWorld(async ({ core, ask }) => {
    await append(core, rows, "asset-1");
    await replace(core, [{ seriesId: 1, at: DAY + 60_000, value: 55 }], "asset-2");
    expect(await pointsOf(core)).toEqual([
      [10, 55, 12].map((value, index) => [DAY + index * 60_000, value]),
      [20, 21, 22].map((value, index) => [DAY + index * 60_000, value]),
    ]);
    const statement = `SELECT "fillPercent", "temperatureC_max" FROM "instant" WHERE "asset"::tag =`;
    expect(await ask(`${statement} 'asset-2'`)).toEqual([[DAY + 60_000, 55, 30]]);
    expect((await ask(`${statement} 'asset-1'`)).map(([at]) => at)).toEqual([DAY, DAY + 120_000]);
    expect((await core.size()).rows).toBe(6);
  });
});

test("a flag that is gone leaves no trace of it", async () => {
  await withWorld(async ({ core }) => {
    const late = { seriesId: 1, at: DAY, value: 1, flags: FLAG_BITS.late };
    await append(core, [late], "asset-1");
    await replace(core, [{ seriesId: 1, at: DAY, value: 2 }]);
    const ask = { seriesIds: [1], from: DAY, to: DAY + 1, pointsPerSeriesMax: 9 };
    const [columns] = await core.queryColumns(ask);
    expect([columns?.value, columns?.flags].map((each) => [...(each ?? [])])).toEqual([[2], [0]]);
  });
});

test("what is rolled up of it is rolled up again", async () => {
  await withWorld(async ({ core, ask }) => {
    await append(core, rows, "asset-1");
    const rolled = async (): Promise<unknown> => {
      while ((await core.rollUp(DAY + 2 * DAY_MS)).rolled > 0) {}
      return await ask(`SELECT "fillPercent", "fillPercent_max" FROM "rolled_day"`);
    };
    expect(await rolled()).toEqual([[DAY, 11, 12]]);
    await replace(core, [{ seriesId: 1, at: DAY, value: 70 }]);
    expect(await rolled()).toEqual([[DAY, 31, 70]]);
  });
});

test("a server that goes away when a point is deleted and not yet written loses none of it", async () => {
  const calls: ProxiedCall[] = [];
  let isCut = false;
  const proxy = await startProxy(server.port, (call) => {
    calls.push(call);
    const isWrite = call.url.startsWith("/write");
    proxy.manner = isCut && isWrite ? { status: 503, body: "{}" } : "through";
  });
  try {
    await withWorld(async ({ core }) => {
      await append(core, rows, "asset-1");
      isCut = true;
      const suspect = { seriesId: 1, at: DAY, value: 900, flags: FLAG_BITS.range };
      await expect(replace(core, [suspect])).rejects.toThrow("503");
      expect(calls.some(({ body }) => body.includes("DELETE"))).toBe(true);
      await expect(core.query(rawQuery([1]))).rejects.toThrow();
      isCut = false;
      const { ledger } = await core.open(DAY);
      expect(ledger.stored).toBe(6);
      expect(await pointsOf(core)).toEqual([
        [900, 11, 12].map((value, index) => [DAY + index * 60_000, value]),
        [20, 21, 22].map((value, index) => [DAY + index * 60_000, value]),
      ]);
    }, proxy.url);
  } finally {
    await proxy.stop();
  }
});

test("a server that goes away before a point is deleted has it once when it is back", async () => {
  let isCut = false;
  const proxy = await startProxy(server.port, ({ body }) => {
    proxy.manner = isCut && body.includes("DELETE") ? { status: 503, body: "{}" } : "through";
  });
  try {
    await withWorld(async ({ core, ask }) => {
      await append(core, rows, "asset-1");
      isCut = true;
      const suspect = { seriesId: 1, at: DAY, value: 900, flags: FLAG_BITS.range };
      await expect(replace(core, [suspect])).rejects.toThrow("503");
      isCut = false;
      await core.open(DAY);
      expect(await pointsOf(core)).toEqual([
        [900, 11, 12].map((value, index) => [DAY + index * 60_000, value]),
        [20, 21, 22].map((value, index) => [DAY + index * 60_000, value]),
      ]);
      expect(await ask(`SELECT "fillPercent" FROM "instant" WHERE time = ${DAY}ms`)).toEqual([
        [DAY, 900],
      ]);
    }, proxy.url);
  } finally {
    await proxy.stop();
  }
});

test("a replacement that fails before it is noted stops the store: its series and tags are told again", async () => {
  let isCut = false;
  const proxy = await startProxy(server.port, () => {
    proxy.manner = isCut ? { status: 503, body: "{}" } : "through";
  });
  try {
    await withWorld(async ({ core }) => {
      await append(core, rows, "asset-1");
      isCut = true;
      await expect(replace(core, [{ seriesId: 1, at: DAY, value: 1 }], "asset-2")).rejects.toThrow(
        "503",
      );
      isCut = false;
      const next = { ...batchOf(2, [], []), tags: new Map() };
      await expect(core.append(next)).rejects.toThrow("503");
      await core.open(DAY);
      await core.append(next);
    }, proxy.url);
  } finally {
    await proxy.stop();
  }
});
