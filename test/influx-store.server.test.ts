/** Readings in a real InfluxDB: the contract of every store, and what is this one's own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type InfluxServer, startInflux } from "../bench/influx-server.ts";
import { openReadOnly } from "../database/database.ts";
import {
  createInfluxStore,
  type DeviceTags,
  type InfluxStoreOptions,
  NO_TAGS,
} from "../ingest/store/influx/influx-store.ts";
import { batchOf, DAY, rawQuery, seriesOf } from "../ingest/store/reading-model.ts";
import { describeReadingStore } from "../ingest/store/reading-store.contract.ts";
import type { ReadingStore } from "../ingest/store/reading-store.ts";
import { wallClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { startThread } from "../model/worker-thread.ts";
import { startProxy } from "./support/http-proxy.ts";

let server: InfluxServer;
let made = 0;

beforeAll(async () => {
  server = await startInflux();
});
afterAll(async () => {
  await server.running.stop();
});

interface Rig {
  store: ReadingStore;
  bucket: string;
  tags: Map<string, DeviceTags>;
  again(more?: Partial<InfluxStoreOptions>): ReadingStore;
  /** What was put aside, read while the store is closed. */
  refused(): Promise<{ line: string; reason: string }[]>;
  remove(): Promise<void>;
}

/** A store with a bucket and a folder of its own. */
async function makeRig(more: Partial<InfluxStoreOptions> = {}): Promise<Rig> {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-influx-"));
  const file = join(directory, "influx.sqlite");
  made += 1;
  const bucket = `city-${made}`;
  const tags = new Map<string, DeviceTags>();
  const again = (changed: Partial<InfluxStoreOptions> = {}) => {
    const options = { url: server.url, bucket, version: 1 as const, ...more, ...changed };
    return createInfluxStore({
      ...{ clock: wallClock(), log: silentLog, metrics: memoryMetrics() },
      startThread: () =>
        startThread("../app/influx-thread", import.meta.url, { workerData: { file, options } }),
      tagsOf: (deviceId) => tags.get(deviceId) ?? NO_TAGS,
    });
  };
  return {
    ...{ store: again(), bucket, tags, again },
    async refused() {
      const { sql, close } = openReadOnly(file);
      const rows = await sql.all<{ line: string; reason: string }>(
        "select line, reason from influx_refused order by seq",
      );
      close();
      return rows;
    },
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}

describeReadingStore("InfluxDB 1.6.7 by the path of 1.x", () => makeRig());

async function withRig(
  work: (rig: Rig) => Promise<void>,
  more: Partial<InfluxStoreOptions> = {},
): Promise<void> {
  const rig = await makeRig(more);
  try {
    await work(rig);
  } finally {
    await rig.store.close();
    await rig.remove();
  }
}

interface Result {
  series?: { columns: string[]; values: (string | number | null)[][] }[];
}

/** Rows of an InfluxQL query as the server itself answers it. */
async function rowsOf(bucket: string, query: string): Promise<Record<string, unknown>[]> {
  const address = `${server.url}/query?epoch=ns&db=${bucket}&q=${encodeURIComponent(query)}`;
  const { results } = (await (await fetch(address)).json()) as { results: Result[] };
  return (results[0]?.series ?? []).flatMap(({ columns, values }) =>
    values.map((row) => Object.fromEntries(columns.map((name, place) => [name, row[place]]))),
  );
}

async function write(bucket: string, line: string): Promise<number> {
  const address = `${server.url}/write?db=${bucket}`;
  return (await fetch(address, { method: "POST", body: line })).status;
}

test("a message is one point: tags say whose, each measurement is a field", async () => {
  await withRig(async ({ store, bucket, tags }) => {
    tags.set("mc 1,=", {
      ...{ asset: "cover-1", class: "manhole-cover" },
      ...{ grid: "41152400101001", street: "411524001" },
    });
    await store.open();
    const series = ["tiltDeg", "batteryVolts", "tiltDeg"].map((measurement, n) => ({
      ...{ seriesId: n + 1, deviceId: "mc 1,=", measurement, retentionDays: 90 },
      period: n === 2 ? ("hour" as const) : ("instant" as const),
    }));
    const rows = [
      { seriesId: 1, at: DAY, value: 38.5 },
      { seriesId: 2, at: DAY, value: 3.6 },
      { seriesId: 3, at: DAY, value: 2, min: 1, max: 3, total: 9 },
    ];
    await store.append(batchOf(1, rows, series));
    const asked = 'select * from "instant", "hour"';
    const found = await rowsOf(bucket, asked);
    const whose = { device: "mc 1,=", asset: "cover-1", class: "manhole-cover" };
    expect(found).toMatchObject([
      { tiltDeg: 2, tiltDeg_min: 1, tiltDeg_max: 3, tiltDeg_total: 9, batteryVolts: null },
      {
        ...whose,
        grid: "41152400101001",
        street: "411524001",
        quality: "good",
        tiltDeg: 38.5,
        batteryVolts: 3.6,
      },
    ]);
    expect(found[1]).toMatchObject({ received: DAY + 1_500 });
    expect(found[1]).not.toHaveProperty("tiltDeg_flags");
  });
});

test("a device that moves to another asset writes there from then on, and its curve is one", async () => {
  await withRig(async ({ store, bucket, tags }) => {
    tags.set("device-1", { ...NO_TAGS, asset: "old", class: "manhole-cover" });
    await store.open();
    await store.append(batchOf(1, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1)));
    tags.set("device-1", { ...NO_TAGS, asset: "new", class: "manhole-cover" });
    await store.append(batchOf(2, [{ seriesId: 1, at: DAY + 1, value: 2 }]));
    const found = await rowsOf(bucket, 'select "fillPercent", "asset" from "instant"');
    expect(found.map(({ asset }) => asset)).toEqual(["old", "new"]);
    expect((await store.query(rawQuery([1])))[0]?.points).toEqual([
      [DAY, 1],
      [DAY + 1, 2],
    ]);
  });
});

test("a line that the server refuses is put aside alone, with the reason", async () => {
  await withRig(async ({ store, bucket, refused, again }) => {
    await store.open();
    // Somebody else has made the field of another type.
    expect(await write(bucket, `instant,device=x poison="text" ${DAY}000000`)).toBe(204);
    const series = seriesOf(1, 2, 3).map((each) =>
      each.seriesId === 2 ? { ...each, measurement: "poison" } : each,
    );
    const rows = Array.from({ length: 300 }, (_, n) => ({
      ...{ seriesId: 1 + (n % 3), at: DAY + n, value: n },
    }));
    expect(await store.append(batchOf(1, rows, series))).toBe(100);
    const answer = await store.query(rawQuery([1, 2, 3]));
    expect(answer.map(({ points }) => points.length)).toEqual([100, 0, 100]);
    const aside = await refused();
    expect(aside).toHaveLength(100);
    expect(aside[0]?.line).toMatch(/^instant,device=device-2,quality=good .*poison=1 /);
    expect(aside[0]?.reason).toContain("field type conflict");
    await store.append(batchOf(2, [{ seriesId: 1, at: DAY + 999, value: 1 }]));
    await store.close();
    const after = again();
    const { ledger } = await after.open();
    expect(ledger).toMatchObject({ stored: 300 - 100 + 1, putAside: 2 + 100 });
    await after.close();
  });
});

test("beyond the budget of series values are put aside, and the others go on", async () => {
  await withRig(
    async ({ store, refused }) => {
      await store.open();
      const rows = [1, 2, 3].map((seriesId) => ({ seriesId, at: DAY, value: seriesId }));
      await store.append(batchOf(1, rows, seriesOf(1, 2, 3)));
      const answer = await store.query(rawQuery([1, 2, 3]));
      expect(answer.map(({ points }) => points.length)).toEqual([1, 1, 0]);
      const [aside] = await refused();
      expect(aside?.reason).toBe("the budget of 2 series is spent");
    },
    { seriesMax: 2 },
  );
});

test("a bucket of another data folder is refused, and so is one that lost what it had", async () => {
  await withRig(async (first) => {
    await first.store.open();
    await first.store.append(batchOf(9, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1)));
    await withRig(
      async (second) => {
        await expect(second.store.open()).rejects.toThrow(
          `InfluxDB '${first.bucket}' at ${server.url}: it holds the readings of another data folder`,
        );
      },
      { bucket: first.bucket },
    );
    await first.store.close();
    const emptied = first.again({ bucket: "emptied" });
    await expect(emptied.open()).rejects.toThrow(
      "it holds nothing of this data folder, whose readings go up to position 9",
    );
    await emptied.close();
  });
});

test("what was noted and not confirmed is written at the next start, and counted once", async () => {
  await withRig(async ({ store, again }) => {
    await store.open();
    await store.append(batchOf(1, [{ seriesId: 1, at: DAY, value: 1 }], seriesOf(1)));
    await store.close();
    const proxied = await startProxy(server.port);
    try {
      const cut = again({ url: proxied.url });
      await cut.open();
      // The server has the lines, but its answer never comes.
      proxied.manner = "swallow-answer";
      const second = [{ seriesId: 1, at: DAY + 1, value: 2 }];
      await expect(cut.append(batchOf(2, second))).rejects.toMatchObject({ code: "STORE_FAILED" });
      await expect(cut.append(batchOf(3, []))).rejects.toMatchObject({ code: "STORE_FAILED" });
      // Not even the lines get through.
      proxied.manner = "through";
      await cut.open();
      proxied.manner = { status: 503, body: "{}" };
      const third = [{ seriesId: 1, at: DAY + 2, value: 3 }];
      await expect(cut.append(batchOf(3, third))).rejects.toMatchObject({ code: "STORE_FAILED" });
      await expect(cut.open()).rejects.toMatchObject({ code: "STORE_FAILED" });
      await cut.close();
    } finally {
      await proxied.stop();
    }
    const after = again();
    const state = await after.open();
    expect(state).toMatchObject({ position: 3, ledger: { stored: 3, journaled: 9 } });
    expect(state.series[0]).toMatchObject({ observedAt: DAY + 2, value: 3 });
    expect((await after.query(rawQuery([1])))[0]?.points).toEqual([
      [DAY, 1],
      [DAY + 1, 2],
      [DAY + 2, 3],
    ]);
    expect((await after.size()).rows).toBe(3);
    await after.close();
  });
});

test("a server that does not answer at all stops the store with its address, and nothing else", async () => {
  await withRig(async ({ again }) => {
    const nowhere = again({ url: "http://127.0.0.1:9" });
    await expect(nowhere.open()).rejects.toThrow(/127\.0\.0\.1:9.* does not answer/);
    await expect(nowhere.query(rawQuery([1]))).rejects.toMatchObject({ code: "STORE_FAILED" });
    await nowhere.close();
  });
});

test("tens of thousands of rows in many batches are each there, whatever is saved meanwhile", async () => {
  await withRig(async ({ store, again }) => {
    await store.open();
    const ids = Array.from({ length: 2_000 }, (_, n) => n + 1);
    const appends: Promise<number>[] = [];
    for (let round = 0; round < 20; round += 1) {
      const rows = ids.map((seriesId) => ({
        ...{ seriesId, at: DAY + round * 1_000, value: seriesId + round / 100 },
      }));
      appends.push(store.append(batchOf(round + 1, rows, round === 0 ? seriesOf(...ids) : [])));
    }
    await Promise.all(appends);
    expect((await store.size()).rows).toBe(40_000);
    await store.close();
    const after = again();
    const { series, position } = await after.open();
    expect([series.length, position]).toEqual([2_000, 20]);
    expect(series.every(({ value, seriesId }) => value === seriesId + 0.19)).toBe(true);
    const bucket = { fn: "count", everyMs: 3_600_000, originMs: 0 } as const;
    const counted = await after.query(rawQuery(ids.slice(0, 100), { bucket }));
    expect(counted.every(({ points }) => points[0]?.[1] === 20)).toBe(true);
    await after.close();
  });
});
