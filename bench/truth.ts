/**
 * Measured against truth: what the simulator did in a day of 5,000 assets with labelled noise, and in
 * each small scenario, against what people were told. Prints who was missed and what was false, and
 * writes each of them to bench/results/truth.json, to be looked at one by one.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./bench.ts";
import { compareLedger } from "./ledger.ts";
import {
  backfillRow,
  falseRow,
  feederRow,
  gatewayRows,
  kindRows,
  lifeSafetyRow,
  partRows,
  scenarioRow,
} from "./truth-rows.ts";
import { type Observed, observeScenario, type ScenarioRun } from "./truth-run.ts";
import { type Scored, score } from "./truth-score.ts";

const MAIN: ScenarioRun = {
  scenario: "truth",
  start: "2026-11-23T08:00:00+08:00",
  // A day in ten minutes.
  speed: 144,
  hours: 24,
  seed: 7,
  // As in the county: at this pace connecting the lines takes part of an hour.
  faultsAfterMinutes: 60,
};

/** The small ones on their suggested days, faster: two lanes beside each other, one after the other. */
const LANES: readonly (readonly ScenarioRun[])[] = [
  [
    small("normal-day", "2026-11-23T06:00:00+08:00", 360, 24),
    small("feeder-outage", "2026-11-23T13:00:00+08:00", 240, 12),
    small("gateway-outage", "2026-11-23T09:00:00+08:00", 120, 4),
    small("bin-fire", "2026-11-23T10:00:00+08:00", 60, 2),
  ],
  [
    small("effluent-exceedance", "2026-11-23T05:00:00+08:00", 360, 22),
    small("pump-failure", "2026-11-23T07:00:00+08:00", 240, 8),
    small("rainstorm", "2026-07-14T13:00:00+08:00", 240, 8),
    small("sensor-faults", "2026-11-23T08:00:00+08:00", 240, 10),
    small("gas-leak", "2026-11-23T17:30:00+08:00", 60, 1),
    small("cover-theft", "2026-11-23T09:00:00+08:00", 60, 0.5),
  ],
];

function small(scenario: string, start: string, speed: number, hours: number): ScenarioRun {
  return { scenario, start, speed, hours, seed: 7, faultsAfterMinutes: 0.02 };
}

export interface TruthPlan {
  /** Of the day; fewer to find faults quickly. */
  hours: number;
  /** Names of the scenarios to run, `truth` among them; absent: all. */
  scenarios?: readonly string[];
}

export async function measureTruth({ hours, scenarios }: TruthPlan): Promise<Row[]> {
  const isWanted = ({ scenario }: ScenarioRun): boolean => scenarios?.includes(scenario) ?? true;
  const looked: Looked[] = [];
  const rows: Row[] = [];
  if (isWanted(MAIN)) {
    const day = await look({ ...MAIN, hours });
    looked.push(day);
    rows.push(...dayRows(day));
    writeDetails(looked);
  }
  const lanes = LANES.map((lane) => lookOneByOne(lane.filter(isWanted)));
  const found = (await Promise.all(lanes)).flat();
  rows.push(...found.map(({ run, scored }) => scenarioRow(run.scenario, scored)));
  looked.push(...found);
  writeDetails(looked);
  return rows;
}

interface Looked {
  run: ScenarioRun;
  observed: Observed;
  scored: Scored;
}

async function lookOneByOne(runs: readonly ScenarioRun[]): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (const run of runs) looked.push(await look(run));
  return looked;
}

async function look(run: ScenarioRun): Promise<Looked> {
  const observed = await observeScenario(run);
  return { run, observed, scored: score(observed) };
}

function dayRows({ run, observed, scored }: Looked): Row[] {
  const part = `truth, ${run.hours} h`;
  const { ledger, cases, endAt } = observed;
  const faults = ledger.filter(({ tellingAt, noise }) => tellingAt === undefined && noise !== true);
  const compared = compareLedger(faults, cases, endAt);
  return [
    lifeSafetyRow(part, scored),
    ...partRows(part, scored),
    falseRow(part, scored),
    feederRow(part, scored, observed),
    ...gatewayRows(part, scored, observed),
    backfillRow(part, scored, observed),
    {
      what: `${part}: cases`,
      measured: `${compared.expected} faults that make a case: ${compared.found} found, ${compared.missed.length} missed, ${compared.undecided} undecided; ${compared.cases} cases, ${compared.false.length} false`,
      wanted: "said",
    },
    ...kindRows(part, scored),
  ];
}

function writeDetails(looked: readonly Looked[]): void {
  const details = looked.map(({ run, scored, observed }) => ({
    run,
    missed: scored.faults
      .filter(({ verdict }) => verdict.kind === "missed")
      .map(({ fault }) => ({
        ...fault,
        assetIds: [...fault.assetIds].slice(0, 5),
        at: iso(fault.at),
      })),
    late: scored.faults.flatMap(({ fault, verdict }) =>
      verdict.kind === "found" && (verdict.delayMs ?? 0) > 0
        ? [
            {
              what: fault.what,
              on: fault.on,
              at: iso(fault.at),
              delayMs: verdict.delayMs,
              ruleId: verdict.alarm.ruleId,
            },
          ]
        : [],
    ),
    false: scored.told
      .filter(({ verdict }) => verdict === "false")
      .map(({ alarm, label }) => ({
        ...alarm,
        label,
        toldAt: iso(alarm.toldAt ?? 0),
        lines: linesAt(observed, alarm.assetId),
      })),
    incomplete: observed.history.filter(({ isComplete }) => !isComplete).map(({ line }) => line),
  }));
  const directory = join("bench", "results");
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "truth.json"), `${JSON.stringify(details, null, 1)}\n`);
}

function linesAt({ ledger }: Observed, assetId: string | undefined): string[] {
  return ledger
    .filter((line) => line.assetId === assetId && line.tellingAt === undefined)
    .map(({ what, label, at, until }) => `${label ?? ""} ${what} ${at} ${until ?? ""}`.trim());
}

const iso = (at: number): string => new Date(at).toISOString();
