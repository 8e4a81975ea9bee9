/**
 * `npm run bench`: every figure that the platform promises, measured on this machine in one run,
 * medians of several runs, and beside them the plain loop that it is compared with. Prints a
 * table and writes bench/results/latest.json. Timings are of a noisy machine: read the ratios.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureBacktest } from "./backtest.ts";
import { measureCalls } from "./calls.ts";
import { measureCases } from "./cases.ts";
import { measureConsole } from "./console.ts";
import { measureCounty } from "./county.ts";
import { measureDecode } from "./decode.ts";
import { measureDisk } from "./disk.ts";
import { measureEvaluation } from "./evaluation.ts";
import { type Credentials, registerCovers } from "./fleet.ts";
import { connectIdle, type IdleReport } from "./idle.ts";
import { measureInflux } from "./influx.ts";
import { measureMix } from "./mix.ts";
import { measureOrders, type OrderTimes } from "./orders.ts";
import { measureOutage } from "./outage.ts";
import { measureOverview } from "./overview.ts";
import { measurePeer } from "./peer.ts";
import { measurePhone } from "./phone.ts";
import { median, pause, type RunningPlatform, runPlatform, temporaryFolder } from "./processes.ts";
import { shareByPart } from "./profile.ts";
import { measureRules } from "./rules.ts";
import { measureSilence } from "./silence.ts";
import { measureStart } from "./start.ts";
import { generateLoad, type Measured, measureLoad } from "./throughput.ts";
import { measureTruth } from "./truth.ts";

const HELP = `npm run bench -- [--runs 5] [--only NAME,NAME] [--messages 200000] [--sustained 120]
                     [--outage-seconds 60] [--county-hours 24] [--truth-hours 24] [--truth-scenarios NAME,NAME]
                     [--console-minutes 10]

  names: throughput profile sustained latency orders idle disk decode start rules backtest cases calls silence evaluation mix influx outage overview county truth phone console peer
`;

export interface Row {
  what: string;
  measured: string;
  wanted: string;
}

interface Plan {
  runs: number;
  messages: number;
  sustainedSeconds: number;
  outageSeconds: number;
  countyHours: number;
  consoleMinutes: number;
  truthHours: number;
  truthScenarios?: readonly string[];
}

const CONNECTIONS = 500;
const IDLE_DEVICES = 10_000;
const BREACHES = 200;
const EXIT_USAGE = 64;

type Bench = (plan: Plan) => Promise<Row[]>;

const BENCHES: Record<string, Bench> = {
  throughput: benchThroughput,
  profile: benchProfile,
  sustained: benchSustained,
  latency: benchLatency,
  orders: benchOrders,
  idle: benchIdle,
  disk: measureDisk,
  decode: measureDecode,
  start: ({ runs }) => measureStart(runs),
  rules: measureRules,
  backtest: measureBacktest,
  cases: measureCases,
  calls: measureCalls,
  silence: measureSilence,
  evaluation: measureEvaluation,
  mix: measureMix,
  influx: measureInflux,
  outage: measureOutage,
  overview: measureOverview,
  county: ({ countyHours }) => measureCounty(countyHours),
  truth: ({ truthHours: hours, truthScenarios: scenarios }) =>
    measureTruth({ hours, ...(scenarios === undefined ? {} : { scenarios }) }),
  console: ({ consoleMinutes }) => measureConsole(consoleMinutes),
  phone: ({ runs }) => measurePhone(runs),
  peer: benchPeer,
};

/** Throughput of the platform in this run, which the peer's is held against. */
let ours: { perSecond: number; cpuPer100k: number } | undefined;

export async function runBench(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: "string", default: "5" },
      only: { type: "string" },
      messages: { type: "string", default: "200000" },
      sustained: { type: "string", default: "120" },
      "outage-seconds": { type: "string", default: "60" },
      "county-hours": { type: "string", default: "24" },
      "truth-hours": { type: "string", default: "24" },
      "console-minutes": { type: "string", default: "10" },
      "truth-scenarios": { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  const names = values.only?.split(",") ?? Object.keys(BENCHES);
  const unknown = names.filter((name) => BENCHES[name] === undefined);
  if (values.help || unknown.length > 0) {
    process.stdout.write(
      `${unknown.map((name) => `there is no benchmark '${name}'\n`).join("")}${HELP}`,
    );
    return values.help ? 0 : EXIT_USAGE;
  }
  const plan: Plan = {
    runs: Number(values.runs),
    messages: Number(values.messages),
    sustainedSeconds: Number(values.sustained),
    outageSeconds: Number(values["outage-seconds"]),
    countyHours: Number(values["county-hours"]),
    consoleMinutes: Number(values["console-minutes"]),
    truthHours: Number(values["truth-hours"]),
    ...(values["truth-scenarios"] === undefined
      ? {}
      : { truthScenarios: values["truth-scenarios"].split(",") }),
  };
  const rows: Row[] = [];
  for (const name of names) {
    const [load = 0] = loadavg();
    process.stderr.write(`bench: ${name} (load of the machine before it ${n1(load)}) ...\n`);
    const found = (await BENCHES[name]?.(plan)) ?? [];
    for (const row of found) process.stderr.write(`  ${row.what}: ${row.measured}\n`);
    rows.push(...found);
  }
  process.stdout.write(table(rows));
  writeResults(rows);
  return 0;
}

function table(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.what} | ${row.measured} | ${row.wanted} |`);
  return ["| what | measured | wanted |", "|---|---|---|", ...lines, ""].join("\n");
}

function writeResults(rows: readonly Row[]): void {
  const directory = join("bench", "results");
  mkdirSync(directory, { recursive: true });
  const machine = {
    node: process.version,
    cores: cpus().length,
    model: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 1e9),
  };
  const text = JSON.stringify({ at: new Date().toISOString(), machine, rows }, null, 2);
  writeFileSync(join(directory, "latest.json"), `${text}\n`);
}

const n1 = (value: number): string => value.toFixed(1);
const n2 = (value: number): string => value.toFixed(2);
const whole = (value: number): string => Math.round(value).toLocaleString("en");

async function withPlatform<T>(
  deviceCount: number,
  work: (
    platform: RunningPlatform,
    devices: Credentials[],
    crew: { crewId: string; key: string },
  ) => Promise<T>,
  nodeArgs: readonly string[] = [],
): Promise<T> {
  const platform = await runPlatform({ nodeArgs });
  try {
    const { devices, crew } = await registerCovers(platform, deviceCount);
    return await work(platform, devices, crew);
  } finally {
    await platform.stop();
  }
}

async function benchThroughput(plan: Plan): Promise<Row[]> {
  const runs: Measured[] = [];
  await withPlatform(CONNECTIONS, async (platform, devices) => {
    // The first run warms the platform up and is not counted.
    for (let run = 0; run <= plan.runs; run += 1) {
      const load = { messages: plan.messages, rate: 0, windowPerDevice: 10 };
      const measured = await measureLoad(platform, devices, load);
      if (run > 0) runs.push(measured);
    }
  });
  const of = (pick: (run: Measured) => number): number => median(runs.map(pick));
  ours = { perSecond: of((run) => run.perSecond), cpuPer100k: of((run) => run.cpuPer100k) };
  return [
    {
      what: `CPU of the platform per 100,000 messages of 3 values, ${CONNECTIONS} connections, flat out`,
      measured: `${n2(ours.cpuPer100k)} s (generator beside it ${n2(of((run) => run.loadCpuPer100k))} s, others ${n1(of((run) => run.otherBusySeconds))} s busy)`,
      wanted: "4.5 s",
    },
    {
      what: "messages/s flat out, acknowledged after disk",
      measured: `${whole(ours.perSecond)}, PUBACK p50 ${n1(of((run) => run.p50Ms))} p99 ${n1(of((run) => run.p99Ms))} ms, stored ${n1(of((run) => run.drainSeconds))} s after the last`,
      wanted: "20,000",
    },
  ];
}

async function benchProfile(plan: Plan): Promise<Row[]> {
  const directory = temporaryFolder();
  await withPlatform(
    CONNECTIONS,
    (platform, devices) =>
      measureLoad(platform, devices, { messages: plan.messages, rate: 0, windowPerDevice: 10 }),
    ["--cpu-prof", `--cpu-prof-dir=${directory}`],
  );
  const shares = Object.entries(shareByPart(directory));
  return [
    {
      what: "how the CPU divides, by profile",
      measured: shares.map(([part, share]) => `${part} ${Math.round(share * 100)} %`).join(", "),
      wanted: "said",
    },
  ];
}

async function benchSustained(plan: Plan): Promise<Row[]> {
  const rate = 20_000;
  const runs: Measured[] = [];
  for (let run = 0; run < plan.runs; run += 1) {
    const load = { messages: rate * plan.sustainedSeconds, rate, windowPerDevice: 40 };
    runs.push(
      await withPlatform(CONNECTIONS, (platform, devices) => measureLoad(platform, devices, load)),
    );
  }
  const of = (pick: (run: Measured) => number): number => median(runs.map(pick));
  const pending = runs.map((run) => whole(run.pendingAtEnd)).join(", ");
  return [
    {
      what: `${whole(rate)} messages/s for ${plan.sustainedSeconds} s, generator on the same cores`,
      measured: `${whole(of((run) => run.perSecond))}/s, ${pending} waiting at the ends, ${n1(of((run) => run.drainSeconds))} s to store them; CPU ${n2(of((run) => run.cpuPer100k))} s per 100k (generator ${n2(of((run) => run.loadCpuPer100k))} s, others ${n1(of((run) => run.otherBusySeconds))} s busy), resident ${whole(of((run) => run.residentMb))} MB`,
      wanted: "20,000/s, nothing pending growing",
    },
  ];
}

async function benchLatency(plan: Plan): Promise<Row[]> {
  const runs: Measured[] = [];
  await withPlatform(CONNECTIONS, async (platform, devices) => {
    for (let run = 0; run < plan.runs; run += 1) {
      const load = { messages: 50_000, rate: 5_000, windowPerDevice: 40 };
      runs.push(await measureLoad(platform, devices, load));
    }
  });
  return [
    {
      what: "PUBACK at 5,000 messages/s",
      measured: `p50 ${n1(median(runs.map((run) => run.p50Ms)))} ms, p99 ${n1(median(runs.map((run) => run.p99Ms)))} ms`,
      wanted: "p50 8 ms, p99 40 ms",
    },
  ];
}

async function benchOrders(plan: Plan): Promise<Row[]> {
  const rate = 2_000;
  const gapMs = 40;
  const runs: OrderTimes[] = [];
  await withPlatform(CONNECTIONS + BREACHES * plan.runs, async (platform, devices, crew) => {
    for (let run = 0; run < plan.runs; run += 1) {
      const background = generateLoad(platform.directory, {
        port: platform.ports.mqtt,
        devices: devices.slice(0, CONNECTIONS),
        messages: rate * 20,
        rate,
        windowPerDevice: 40,
      });
      await pause(2_000);
      const from = CONNECTIONS + run * BREACHES;
      runs.push(await measureOrders(platform, crew, devices.slice(from, from + BREACHES), gapMs));
      await background;
    }
  });
  return [
    {
      what: `breach published → order on the crew's topic, ${whole(rate)} messages/s beside it`,
      measured: `p50 ${n1(median(runs.map((run) => run.p50Ms)))} ms, p99 ${n1(median(runs.map((run) => run.p99Ms)))} ms, ${BREACHES} breaches a run`,
      wanted: "p99 500 ms",
    },
  ];
}

async function benchIdle(plan: Plan): Promise<Row[]> {
  const first = await runPlatform();
  const { devices } = await registerCovers(first, IDLE_DEVICES);
  await first.stop(true);
  const starts: number[] = [];
  const reports: IdleReport[] = [];
  for (let run = 0; run < plan.runs; run += 1) {
    const restarted = await runPlatform({ directory: first.directory });
    const fleet = await connectIdle(restarted, devices);
    starts.push(restarted.startSeconds);
    reports.push(fleet.report);
    fleet.close();
    await restarted.stop(run < plan.runs - 1);
  }
  const of = (pick: (report: IdleReport) => number): number => median(reports.map(pick));
  return [
    {
      what: `${whole(IDLE_DEVICES)} connected idle devices`,
      measured: `${whole(of((report) => report.residentMb))} MB resident in all`,
      wanted: "600 MB",
    },
    {
      what: "all reconnect after a restart",
      measured: `${n1(of((report) => report.seconds))} s after its start, which took ${n1(median(starts))} s`,
      wanted: "30 s",
    },
  ];
}

async function benchPeer(plan: Plan): Promise<Row[]> {
  const runs = [];
  for (let run = 0; run < plan.runs; run += 1) {
    runs.push(await measurePeer(CONNECTIONS, plan.messages));
  }
  const perSecond = median(runs.map((run) => run.perSecond));
  const cpu = median(runs.map((run) => run.cpuPer100k));
  const ratio =
    ours === undefined
      ? "run 'throughput' too for the ratio"
      : `ours/plain ${n2(ours.perSecond / perSecond)} in messages/s, ${n2(ours.cpuPer100k / cpu)} in CPU`;
  return [
    {
      what: "plain loop: Mosquitto → MQTT.js → InfluxDB's client → InfluxDB",
      measured: `${whole(perSecond)}/s, ${n2(cpu)} CPU s per 100k; ${ratio}`,
      wanted: "≥ 0.8 in messages/s, ≤ 1 in CPU",
    },
  ];
}
