/**
 * The write path of InfluxDB alone: batches of readings as ingest hands them over, until InfluxDB 1.6.7
 * has confirmed the last of them; the CPU of this process, and of the server beside it.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { createInfluxStore, type DeviceTags } from "../ingest/store/influx/influx-store.ts";
import { MINUTE_MS, wallClock } from "../model/clock.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { startThread } from "../model/worker-thread.ts";
import type { Row } from "./bench.ts";
import { DAY_START, roundOf, seeded, seriesOf } from "./disk.ts";
import { registerCovers } from "./fleet.ts";
import { startInflux } from "./influx-server.ts";
import { measurePeer, type PeerReport } from "./peer.ts";
import { cpuSeconds, median, runPlatform, temporaryFolder } from "./processes.ts";
import { measureLoad } from "./throughput.ts";

const CONNECTIONS = 500;
const DEVICES = 2_000;
const ROUNDS = 100;
const RUNS = 5;
/** Fewer are gone before either has found its pace. */
const MESSAGES_MIN = 1_000_000;
const LEDGER = { journaled: 0, stored: 0, duplicate: 0, conflict: 0, putAside: 0 };

export async function measureInflux({
  runs,
  messages,
}: {
  runs: number;
  messages: number;
}): Promise<Row[]> {
  const beside = { runs, messages: Math.max(messages, MESSAGES_MIN) };
  return [...(await measureWrites()), ...(await measureBeside(beside))];
}

/**
 * The platform with its readings in InfluxDB and the plain loop, in turns, until the last message is in
 * InfluxDB. What a broker acknowledges from its memory while its subscriber falls behind is told beside.
 */
async function measureBeside({
  runs,
  messages,
}: {
  runs: number;
  messages: number;
}): Promise<Row[]> {
  const ours: Awaited<ReturnType<typeof runOurs>>[] = [];
  const plain: PeerReport[] = [];
  for (let run = 0; run < runs; run += 1) {
    ours.push(await runOurs(messages));
    plain.push(await measurePeer(CONNECTIONS, messages));
  }
  const beside = (name: "storedPerSecond" | "perSecond" | "cpuPer100k", digits: number): string => {
    const [our, their] = [
      median(ours.map((run) => run[name])),
      median(plain.map((run) => run[name])),
    ];
    const told = (value: number): string =>
      value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
    return `${told(our)} against ${told(their)}: ${(our / their).toFixed(2)}`;
  };
  return [
    {
      what: `platform with InfluxDB 1.6.7, acknowledged after disk, judged, beside the plain loop: ${messages.toLocaleString("en")} messages until the last is in InfluxDB, median of ${runs}`,
      measured: `${beside("storedPerSecond", 0)} messages/s`,
      wanted: "≥ 1",
    },
    {
      what: "their CPU s per 100k with InfluxDB's, without the generator's",
      measured: beside("cpuPer100k", 2),
      wanted: "≤ 1",
    },
    {
      what: "acknowledged a second meanwhile: after disk, against from the memory of a broker whose subscriber falls behind",
      measured: `${beside("perSecond", 0)} messages/s`,
      wanted: "said",
    },
  ];
}

async function runOurs(messages: number) {
  const server = await startInflux();
  const platform = await runPlatform({
    env: {
      GRIDWARDEN_INFLUX_URL: server.url,
      GRIDWARDEN_INFLUX_BUCKET: "city",
      GRIDWARDEN_INFLUX_VERSION: "1",
    },
  });
  try {
    const { devices } = await registerCovers(platform, CONNECTIONS);
    const load = { messages, rate: 0, windowPerDevice: 10 };
    // As the peer's loop, it has seen no message before; a short run warms it up all the same.
    await measureLoad(platform, devices, { ...load, messages: Math.ceil(messages / 10) });
    const before = cpuSeconds(server.running.pid);
    const measured = await measureLoad(platform, devices, load);
    const { perSecond, acknowledged, seconds, drainSeconds } = measured;
    const influxCpu = ((cpuSeconds(server.running.pid) - before) * 100_000) / acknowledged;
    return {
      perSecond,
      storedPerSecond: acknowledged / (seconds + drainSeconds),
      cpuPer100k: measured.cpuPer100k + influxCpu,
    };
  } finally {
    await platform.stop();
    await server.running.stop();
  }
}

async function measureWrites(): Promise<Row[]> {
  const runs: Awaited<ReturnType<typeof once>>[] = [];
  for (let run = 0; run < RUNS; run += 1) runs.push(await once(seeded(run + 1)));
  const of = (name: keyof (typeof runs)[number]): number => median(runs.map((run) => run[name]));
  const perSecond = Math.round(of("perSecond")).toLocaleString("en");
  return [
    {
      what: "readings until InfluxDB 1.6.7 has confirmed them, three values a message",
      measured: `${perSecond} values/s; ${of("ourCpu").toFixed(2)} CPU s of ours per 1M values (${of("influxCpu").toFixed(2)} of InfluxDB's), median of ${RUNS}`,
      wanted: "150,000 values/s, 3 CPU s",
    },
  ];
}

const tagsByDevice = new Map<string, DeviceTags>();

function tagsOf(deviceId: string): DeviceTags {
  const known = tagsByDevice.get(deviceId);
  if (known !== undefined) return known;
  const made = {
    ...{ asset: `asset-of-${deviceId}`, class: "manhole-cover" },
    ...{ grid: "41152400101001", street: "411524001" },
  };
  tagsByDevice.set(deviceId, made);
  return made;
}

async function once(random: () => number) {
  const server = await startInflux();
  const directory = temporaryFolder();
  const common = { log: silentLog, metrics: memoryMetrics() };
  const workerData = {
    file: join(directory, "influx.sqlite"),
    options: { url: server.url, bucket: "bench", version: 1 },
  };
  const store = createInfluxStore({
    ...{ ...common, clock: wallClock() },
    startThread: () => startThread("../app/influx-thread", import.meta.url, { workerData }),
    tagsOf,
  });
  try {
    await store.open();
    const rounds = Array.from({ length: ROUNDS }, (_, n) =>
      roundOf(DEVICES, DAY_START + n * MINUTE_MS, random),
    );
    const values = rounds.reduce((sum, { length }) => sum + length, 0);
    const ours = process.cpuUsage();
    const theirs = cpuSeconds(server.running.pid);
    const begunAt = performance.now();
    const appends = rounds.map((columns, n) =>
      store.append({
        ...{ columns, position: n + 1, ledger: LEDGER },
        newSeries: n === 0 ? seriesOf(DEVICES) : [],
      }),
    );
    await Promise.all(appends);
    const seconds = (performance.now() - begunAt) / 1_000;
    const { user, system } = process.cpuUsage(ours);
    const million = values / 1e6;
    return {
      perSecond: values / seconds,
      ourCpu: (user + system) / 1e6 / million,
      influxCpu: (cpuSeconds(server.running.pid) - theirs) / million,
    };
  } finally {
    await store.close();
    await server.running.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}
