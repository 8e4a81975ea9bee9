/** Bytes on disk a stored value once a day is sealed: a county's day as sensors really send it. */
import { rmSync } from "node:fs";
import { createEmbeddedStore } from "../ingest/store/embedded-store.ts";
import type { ReadingColumns, Series } from "../ingest/store/reading-store.ts";
import { DAY_MS, MINUTE_MS } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import type { Row } from "./bench.ts";
import { temporaryFolder } from "./processes.ts";

const DEVICES = 2_000;
const MEASUREMENTS = ["tiltDeg", "waterLevelCm", "temperatureC"];
const PERIOD_MS = 10 * MINUTE_MS;
export const DAY_START = Date.UTC(2026, 10, 20);

export function seriesOf(devices: number): Series[] {
  return Array.from({ length: devices * MEASUREMENTS.length }, (_, n) => ({
    seriesId: n + 1,
    deviceId: `dev-${Math.floor(n / MEASUREMENTS.length)}`,
    measurement: MEASUREMENTS[n % MEASUREMENTS.length] ?? "",
    period: "instant",
    retentionDays: 365,
  }));
}

/** One round of all devices: sensors drift a little and round, networks delay by some seconds. */
export function roundOf(devices: number, at: number, random: () => number): ReadingColumns {
  const length = devices * MEASUREMENTS.length;
  const columns = {
    length,
    seriesId: new Int32Array(length),
    observedAt: new Float64Array(length),
    receivedAt: new Float64Array(length),
    value: new Float64Array(length),
    flags: new Uint16Array(length),
  };
  for (let device = 0; device < devices; device += 1) {
    const observedAt = at + Math.floor(random() * 20_000);
    const receivedAt = observedAt + 50 + Math.floor(random() * 2_000);
    for (let n = 0; n < MEASUREMENTS.length; n += 1) {
      const row = device * MEASUREMENTS.length + n;
      const base = [1.2, 14, 18][n] ?? 0;
      columns.seriesId[row] = row + 1;
      columns.observedAt[row] = observedAt;
      columns.receivedAt[row] = receivedAt;
      columns.value[row] = Math.round((base + (device % 7) + random() * 2) * 10) / 10;
    }
  }
  return columns;
}

/** Numbers that repeat for a seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function fillStore(
  directory: string,
  devices: number,
  days: number,
  periodMs: number,
): Promise<{ rows: number; bytes: number }> {
  const store = createEmbeddedStore({ log: silentLog, metrics: memoryMetrics() }, { directory });
  await store.open();
  const random = seeded(7);
  let newSeries = seriesOf(devices);
  for (let at = DAY_START; at < DAY_START + days * DAY_MS; at += periodMs) {
    const columns = roundOf(devices, at, random);
    const { length } = columns;
    await store.append({
      newSeries,
      columns,
      ledger: { journaled: length, stored: length, duplicate: 0, conflict: 0, putAside: 0 },
      // Nothing of this came by a journal.
      position: 0,
    });
    newSeries = [];
    if (at % DAY_MS === DAY_MS - periodMs) await store.maintain(at + periodMs + 2 * 3_600_000);
  }
  await store.maintain(DAY_START + days * DAY_MS + DAY_MS);
  const size = await store.size();
  await store.close();
  return size;
}

export async function measureDisk(): Promise<Row[]> {
  const directory = temporaryFolder();
  const { rows, bytes } = await fillStore(directory, DEVICES, 1, PERIOD_MS);
  rmSync(directory, { recursive: true, force: true });
  return [
    {
      what: `disk per stored value of a sealed day (${rows.toLocaleString("en")} values, jittered times)`,
      measured: `${(bytes / rows).toFixed(2)} bytes`,
      wanted: "4 bytes",
    },
  ];
}
