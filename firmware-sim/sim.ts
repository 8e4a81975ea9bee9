/**
 * The simulated fleet: brings a scenario's devices to life on one wheel, connects them at a bounded
 * rate, injects the planned faults and writes each to the ledger. Speaks to the platform as real
 * devices do and in no other way; who registers them is not its business.
 */
import type { Clock, Timer } from "../model/clock.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Log } from "../model/log.ts";
import type { Actor } from "./actor.ts";
import { type Built, bringUp, buildFleet, type LedgerEntry, type SimOptions } from "./build.ts";
import { makeCounty } from "./county.ts";
import { type PlannedFault, planFaults, planShowers } from "./faults.ts";
import { cutFleet, type Fleet, type FleetCut, limitFleet } from "./fleet.ts";
import type { LineCounts, LineDeps, SimLine } from "./lines.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { createWheel, type Wheel } from "./wheel.ts";

export type { LedgerEntry, SimOptions } from "./build.ts";

export interface SimStats extends LineCounts {
  devices: number;
  lines: number;
  connected: number;
  /** Samples stored on devices and messages not yet acknowledged. */
  pending: number;
  reconnects: number;
  refusals: number;
  resent: number;
  /** Samples lost at the bound of a device's memory. */
  shed: number;
  faults: number;
}

export interface Sim {
  readonly fleet: Fleet;
  start(): Promise<void>;
  /** Settles when every line has been connected once. */
  ready(): Promise<void>;
  /** Waits a moment for what is on its way, says offline and closes. Idempotent. */
  stop(): Promise<void>;
  stats(): SimStats;
  /** Faults injected so far, in order. */
  ledger(): readonly LedgerEntry[];
  /** Faults that this run injects, known beforehand once started. */
  plan(): readonly PlannedFault[];
}

const CONNECTS_PER_SECOND = 500;
const TICK_WALL_MS = 50;
const HORIZON_MS = 2 * DAY_MS;
const DRAIN_WALL_MS_MAX = 3_000;
const DRAIN_STEP_WALL_MS = 20;

/** The scenario's devices, and what else of the county it shows. */
export function fleetOf(scenario: Scenario, seed: number, devices?: number): Fleet {
  const county = makeCounty(seed);
  const fleet = scenario.fleet === "county" ? county : cutFleet(county, cutOf(scenario.fleet));
  return devices === undefined ? fleet : limitFleet(fleet, devices);
}

function withLampPlatform(fleet: Fleet): Fleet {
  const devices = fleet.devices.map((device) =>
    device.class === "streetlight" ? { ...device, controllerId: device.deviceId } : device,
  );
  return { ...fleet, devices };
}

function cutOf(wanted: Exclude<Scenario["fleet"], "county">): FleetCut {
  const { devices: mix, components: plain, ...groups } = wanted;
  return { mix, plain, ...groups };
}

export interface SimDeps {
  clock: Clock;
  log: Log;
  /** Timers of the wall for the network; without them the wheel's at the clock's pace. */
  afterWall?(wallMs: number, call: () => void): Timer;
}

export function createSim(deps: SimDeps, options: SimOptions): Sim {
  const { clock, log } = deps;
  const whole = options.fleet ?? fleetOf(options.scenario, options.seed, options.devices);
  const fleet = options.lampPlatform === undefined ? whole : withLampPlatform(whole);
  const counts: LineCounts = { readings: 0, messages: 0, duplicates: 0, late: 0 };
  const ledger: LedgerEntry[] = [];
  let lines: SimLine[] = [];
  let plan: PlannedFault[] = [];
  let ticking: Timer | undefined;
  let stopping: Promise<void> | undefined;
  let waitingFor = 0;
  let becomeReady = (): void => {};
  const readiness = new Promise<void>((resolve) => {
    becomeReady = resolve;
  });

  const lineDeps = (wheel: Wheel, label: string): LineDeps => ({
    after: deps.afterWall ?? ((wallMs, call) => wheel.after(wallMs * clock.speed, call)),
    now: () => wheel.now(),
    random: seededRandom(options.seed, `line/${label}`),
    count: counts,
    onFirstConnected: () => {
      waitingFor -= 1;
      if (waitingFor === 0) becomeReady();
    },
    onClosed: (who, why) => log.debug("a simulated line closed", { who, why }),
  });

  const start = async (): Promise<void> => {
    const begun = clock.now();
    const wheel = createWheel({
      start: begun,
      slotMs: Math.max(1, Math.round((options.tickWallMs ?? TICK_WALL_MS) * clock.speed)),
    });
    const built = buildFleet(fleet, options, begun, wheel, lineDeps);
    lines = built.map(({ line }) => line);
    waitingFor = lines.length;
    if (waitingFor === 0) becomeReady();
    bringUp(
      built,
      wheel,
      (1000 / (options.connectsPerSecond ?? CONNECTS_PER_SECOND)) * clock.speed,
    );

    const faultsAfterMs = options.faultsAfterMs ?? 0;
    plan = planFaults({
      scenario: options.scenario,
      fleet,
      seed: options.seed,
      start: begun + faultsAfterMs,
      horizonMs: Math.max(0, (options.horizonMs ?? HORIZON_MS) - faultsAfterMs),
      showers: planShowers(options.scenario, begun),
    });
    scheduleFaults(plan, built, wheel, (entry) => {
      ledger.push(entry);
      options.onFault?.(entry);
      log.info(`fault injected: ${entry.what}`, { asset: entry.assetId, device: entry.deviceId });
    });
    ticking = clock.every((options.tickWallMs ?? TICK_WALL_MS) * clock.speed, () =>
      wheel.advance(clock.now()),
    );
  };

  const stop = async (): Promise<void> => {
    ticking?.cancel();
    for (const line of lines) line.letGo();
    await drain(lines);
    await Promise.all(lines.map((line) => line.end()));
    becomeReady();
  };

  return {
    fleet,
    start,
    ready: () => readiness,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
    ledger: () => ledger,
    plan: () => plan,
    stats: () => ({
      ...counts,
      ...statsOf(lines),
      devices: fleet.devices.length,
      faults: ledger.length,
    }),
  };
}

function statsOf(
  lines: readonly SimLine[],
): Omit<SimStats, keyof LineCounts | "devices" | "faults"> {
  const sum = (of: (line: SimLine) => number): number =>
    lines.reduce((total, line) => total + of(line), 0);
  return {
    lines: lines.length,
    connected: sum((line) => Number(line.isConnected())),
    pending: sum((line) => line.pending()),
    reconnects: sum((line) => Math.max(0, line.connects() - 1)),
    refusals: sum((line) => line.refusals()),
    resent: sum((line) => line.resent()),
    shed: sum((line) => line.shed()),
  };
}

function scheduleFaults(
  plan: readonly PlannedFault[],
  built: readonly Built[],
  wheel: Wheel,
  note: (entry: LedgerEntry) => void,
): void {
  const actors = new Map<string, Actor>();
  for (const one of built) for (const actor of one.actors) actors.set(actor.device.deviceId, actor);
  for (const fault of plan) {
    const actor = actors.get(fault.deviceId);
    if (actor === undefined) continue;
    wheel.at(fault.at, (now) => {
      note(fault);
      actor.begin(fault, now);
    });
    if (fault.until !== undefined) wheel.at(fault.until, (now) => actor.end(fault, now));
  }
}

async function drain(lines: readonly SimLine[]): Promise<void> {
  const isPending = (): boolean => lines.some((line) => line.isConnected() && line.pending() > 0);
  for (let waited = 0; waited < DRAIN_WALL_MS_MAX && isPending(); waited += DRAIN_STEP_WALL_MS) {
    await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_WALL_MS));
  }
}
