/**
 * The simulated fleet: brings a scenario's devices to life on one wheel, connects them at a bounded
 * rate, injects the planned faults and writes each to the ledger. Speaks to the platform as real
 * devices do and in no other way; who registers them is not its business.
 */
import type { Clock, DurationMs, Instant, Timer } from "../model/clock.ts";
import { DAY_MS } from "../model/clock.ts";
import type { Log } from "../model/log.ts";
import { Actor } from "./actor.ts";
import { makeCounty } from "./county.ts";
import { type PlannedFault, planFaults, planShowers } from "./faults.ts";
import { cutFleet, type Fleet, type FleetDevice, limitFleet } from "./fleet.ts";
import {
  createNativeLine,
  createPlantLine,
  type LineCounts,
  type LineDeps,
  type MqttAccess,
  type SimLine,
} from "./lines.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { weatherAt } from "./weather.ts";
import { createWheel, type Wheel } from "./wheel.ts";

export type { PlannedFault } from "./faults.ts";
export type { Fleet, FleetAsset, FleetDevice } from "./fleet.ts";
export { loadScenario, parseScenario, Scenario, scenarioNames } from "./scenario.ts";

/** An injected fault, as it happened. */
export type LedgerEntry = PlannedFault;

/** Keys by id, as registration gave them. */
export interface Credentials {
  devices: Readonly<Record<string, string>>;
  gateways: Readonly<Record<string, string>>;
}

export interface SimOptions {
  brokerUrl: string;
  /** The platform's listener for data loggers; without it plants use MQTT in transparent mode. */
  hj212?: { host: string; port: number };
  scenario: Scenario;
  seed: number;
  /** At most so many devices, in the fleet's proportions. */
  devices?: number;
  /** Another fleet than the scenario's own from the seed. */
  fleet?: Fleet;
  /** Without them nobody signs in with a name. */
  credentials?: Credentials;
  /** PEM of the authority behind mqtts. */
  ca?: string;
  /** Of the wall. */
  connectsPerSecond?: number;
  /** Faults that come again are planned for so long. */
  horizonMs?: DurationMs;
  tickWallMs?: number;
  onFault?(entry: LedgerEntry): void;
}

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
  const fleet =
    scenario.fleet === "county"
      ? county
      : cutFleet(county, { mix: scenario.fleet.devices, plain: scenario.fleet.components });
  return devices === undefined ? fleet : limitFleet(fleet, devices);
}

export function createSim(deps: { clock: Clock; log: Log }, options: SimOptions): Sim {
  const { clock, log } = deps;
  const fleet = options.fleet ?? fleetOf(options.scenario, options.seed, options.devices);
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
    after: (wallMs, call) => wheel.after(wallMs * clock.speed, call),
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

    plan = planFaults({
      scenario: options.scenario,
      fleet,
      seed: options.seed,
      start: begun,
      horizonMs: options.horizonMs ?? HORIZON_MS,
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

interface Built {
  line: SimLine;
  actors: Actor[];
}

function buildFleet(
  fleet: Fleet,
  options: SimOptions,
  start: Instant,
  wheel: Wheel,
  lineDeps: (wheel: Wheel, label: string) => LineDeps,
): Built[] {
  const { scenario, seed } = options;
  const climate = {
    showers: planShowers(scenario, start),
    warmerByC: scenario.weather.warmerByC,
  };
  const surroundings = (now: Instant) => weatherAt(now, climate);
  const skewOf = seededRandom(seed, "skew");
  const { skew } = scenario.transport;
  const actorOn = (line: SimLine, device: FleetDevice): Actor => {
    const isWrong = skew !== undefined && skewOf.isLucky(skew.share);
    const skewMs = isWrong ? skewOf.between(-1, 1) * skew.upTo : 0;
    const periodMs = scenario.rates[device.class];
    return new Actor(
      { wheel, weatherAt: surroundings, line },
      {
        device,
        seed,
        start,
        noise: scenario.noise,
        skewMs,
        ...(periodMs === undefined ? {} : { periodMs }),
      },
    );
  };
  return groupsOf(fleet).map(({ name, gatewayId, devices }) => {
    const line = lineOf(lineDeps(wheel, name), options, name, gatewayId, devices);
    return { line, actors: devices.map((device) => actorOn(line, device)) };
  });
}

/** Devices that share a line: alone, or behind their gateway. */
function groupsOf(fleet: Fleet): { name: string; gatewayId?: string; devices: FleetDevice[] }[] {
  const gateways = new Map<string, FleetDevice[]>();
  const groups: { name: string; gatewayId?: string; devices: FleetDevice[] }[] = [];
  for (const device of fleet.devices) {
    const { gatewayId, deviceId } = device;
    const members = gatewayId === undefined ? undefined : gateways.get(gatewayId);
    if (members !== undefined) {
      members.push(device);
      continue;
    }
    const devices = [device];
    if (gatewayId === undefined) {
      groups.push({ name: deviceId, devices });
      continue;
    }
    gateways.set(gatewayId, devices);
    groups.push({ name: gatewayId, gatewayId, devices });
  }
  return groups;
}

function lineOf(
  deps: LineDeps,
  options: SimOptions,
  name: string,
  gatewayId: string | undefined,
  devices: readonly FleetDevice[],
): SimLine {
  const { credentials, scenario } = options;
  const keys = gatewayId === undefined ? credentials?.devices : credentials?.gateways;
  const password = keys?.[name];
  const access: MqttAccess = {
    url: options.brokerUrl,
    isClean: !scenario.transport.keepsSessions,
    ...(password === undefined ? {} : { username: name, password }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  };
  const [first] = devices;
  if (first?.hj212 !== undefined) {
    const tcp = options.hj212 === undefined ? {} : { tcp: options.hj212 };
    return createPlantLine(deps, { device: first, ...first.hj212, ...tcp, access });
  }
  return createNativeLine(deps, { clientId: name, devices, access, noise: scenario.transport });
}

/** One line after the other, so that a broker is not met by all at once; devices boot with theirs. */
function bringUp(built: readonly Built[], wheel: Wheel, gapMs: DurationMs): void {
  for (const [index, { line, actors }] of built.entries()) {
    wheel.after(Math.round(index * gapMs), (now) => {
      line.connect();
      for (const actor of actors) actor.boot(now);
    });
  }
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
