/**
 * The county for a simulated day: 57,906 components, 10,000 of them with sensors at their real
 * rates, on a clock that runs faster than the wall. What is left waiting, how memory grows, and the
 * simulator's ledger of faults against the cases that were opened.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./bench.ts";
import { type CaseLine, type Comparison, compareLedger, type LedgerLine } from "./ledger.ts";
import {
  cpuSeconds,
  get,
  MAIN,
  metric,
  pause,
  type RunningPlatform,
  residentBytes,
  run,
  runPlatform,
} from "./processes.ts";

const START = "2026-11-23T08:00:00+08:00";
/** A day in ten minutes. */
const SPEED = 144;
/** Memory is told as the mean of so many equal parts of the run. */
const MEMORY_PARTS = 4;
/** At this pace connecting 8,700 lines takes 40 simulated minutes. */
const FAULTS_AFTER = "1h";
const HOUR_MS = 3_600_000;
const PAGE = 1_000;
const MISSED_SHOWN = 5;

export async function measureCounty(hours: number): Promise<Row[]> {
  const platform = await runPlatform({
    env: {
      GRIDWARDEN_CLOCK: `${START},${SPEED}`,
      GRIDWARDEN_HJ212_PORT: "0",
    },
  });
  const ledgerFile = join(platform.directory, "ledger.jsonl");
  const sim = run(process.execPath, [
    MAIN,
    "sim",
    ...["--scenario", "county", "--seed", "7", "--duration", `${hours}h`],
    ...["--broker", `mqtt://127.0.0.1:${platform.ports.mqtt}`],
    ...["--hj212-port", String(platform.ports.hj212)],
    ...["--api", `http://127.0.0.1:${platform.ports.http}`],
    ...["--admin-password", platform.adminPassword],
    ...["--clock", `${START},${SPEED}`, "--ledger", ledgerFile],
    ...["--faults-after", FAULTS_AFTER],
  ]);
  const ended = new Promise<void>((resolve) => sim.child.once("exit", () => resolve()));
  const memoryMb = await followMemory(platform, ended);
  await pause(3_000);
  const pending = await metric(platform, "gridwarden_ledger_pending_uplinks");
  const endAt = Date.parse(
    ((await (await get(platform, "/healthz")).json()) as { now: string }).now,
  );
  const comparison = compareLedger(readLedger(ledgerFile), await allCases(platform), endAt);
  const cpu = cpuSeconds(platform.pid);
  await platform.stop();
  await sim.stop();
  return rows({ hours, pending, memoryMb, comparison, cpu });
}

/** Resident MB at the end of each simulated hour while the fleet lives. */
async function followMemory(platform: RunningPlatform, ended: Promise<void>): Promise<number[]> {
  const samples: number[] = [];
  let isOver = false;
  const over = ended.then(() => {
    isOver = true;
  });
  while (!isOver) {
    await Promise.race([pause(HOUR_MS / SPEED), over]);
    samples.push(residentBytes(platform.pid) / 1e6);
  }
  return samples;
}

function readLedger(file: string): LedgerLine[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as LedgerLine & { tellingAt?: string })
    .filter(({ tellingAt }) => tellingAt === undefined);
}

async function allCases(platform: RunningPlatform): Promise<CaseLine[]> {
  const found: CaseLine[] = [];
  let cursor = "";
  do {
    const page = (await (
      await get(platform, `/api/v1/cases?limit=${PAGE}${cursor === "" ? "" : `&cursor=${cursor}`}`)
    ).json()) as { items: CaseLine[]; next?: string };
    found.push(...page.items);
    cursor = page.next === undefined ? "" : encodeURIComponent(page.next);
  } while (cursor !== "");
  return found;
}

/** MB, the mean of each part of the samples in turn. */
function partMeans(samples: readonly number[]): number[] {
  const length = samples.length / MEMORY_PARTS;
  return Array.from({ length: MEMORY_PARTS }, (_, part) => {
    const own = samples.slice(Math.floor(part * length), Math.floor((part + 1) * length));
    return Math.round(own.reduce((sum, each) => sum + each, 0) / own.length);
  });
}

function rows(found: {
  hours: number;
  pending: number;
  memoryMb: number[];
  comparison: Comparison;
  cpu: number;
}): Row[] {
  const { hours, pending, memoryMb, comparison, cpu } = found;
  const afterAnHour = memoryMb[1] ?? Number.NaN;
  const highest = Math.max(...memoryMb.slice(1));
  const missed = comparison.missed
    .slice(0, MISSED_SHOWN)
    .map((line) => `${line.what} ${line.assetId} ${line.at}`);
  const wrong = comparison.false
    .slice(0, MISSED_SHOWN)
    .map((each) => `${each.conditionId} ${each.assetId} ${each.openedAt}`);
  return [
    {
      what: `county, ${hours} simulated hours in ${Math.round((hours * 60) / SPEED)} minutes`,
      measured: `${pending} uplinks waiting at the end; resident ${Math.round(afterAnHour)} MB after the first hour, at most ${Math.round(highest)}, ${Math.round(memoryMb.at(-1) ?? Number.NaN)} at the end, mean of each quarter ${partMeans(memoryMb.slice(1)).join(", ")}; platform ${Math.round(cpu)} CPU s`,
      wanted: "nothing waiting, no growth after the first hour",
    },
    {
      what: "county, the simulator's ledger against the cases",
      measured: `${comparison.faults} faults injected, ${comparison.expected} that make a case: ${comparison.found} found, ${comparison.missed.length} missed, ${comparison.undecided} undecided at the end; ${comparison.cases} cases, ${comparison.false.length} false${missed.length + wrong.length === 0 ? "" : ` (missed: ${missed.join("; ") || "none"}. false: ${wrong.join("; ") || "none"})`}`,
      wanted: "said",
    },
  ];
}
