/**
 * Who is struck by what, and when: from the scenario's data, the fleet, a seed and the start. The same
 * four give the same plan. A device that has had a fault is left alone until an hour after it. Pure.
 */
import { type DurationMs, HOUR_MS, type Instant } from "../model/clock.ts";
import type { Fleet, FleetDevice } from "./fleet.ts";
import { GROUP_FAULTS } from "./models/all.ts";
import { type Random, seededRandom } from "./random.ts";
import { durationMs, type FaultSpec, type Scenario } from "./scenario.ts";
import { nextLocalMinute, type Shower } from "./weather.ts";

/** One device struck by one fault; also the line of the ledger. */
export interface PlannedFault {
  what: string;
  assetId: string;
  class: string;
  deviceId: string;
  at: Instant;
  /** Absent: to the end. */
  until?: Instant;
  /** The filing condition of the case that is to come of it; null: none. */
  expectsCase: string | null;
  /** When the case stands at the latest, where the scenario says so. */
  expectedBy?: Instant;
  /** How bad, 0 to 1. */
  size: number;
  feederAssetId?: string;
  gatewayId?: string;
  measurement?: string;
  value?: number;
  byMs?: number;
}

const REST_MS = HOUR_MS;

export function planFaults(input: {
  scenario: Scenario;
  fleet: Fleet;
  seed: number | string;
  start: Instant;
  /** Repeated faults are planned for so long. */
  horizonMs: DurationMs;
}): PlannedFault[] {
  const { scenario, fleet, seed, start, horizonMs } = input;
  const busyUntil = new Map<string, Instant>();
  const plan: PlannedFault[] = [];
  for (const [index, spec] of scenario.faults.entries()) {
    const random = seededRandom(seed, `faults/${index}/${spec.what}`);
    const every = spec.every ?? Number.POSITIVE_INFINITY;
    for (let turn = 0; turn === 0 || turn * every < horizonMs; turn += 1) {
      const shift = turn === 0 ? 0 : turn * every;
      plan.push(...strike(spec, fleet, random, start, shift, busyUntil));
    }
  }
  return plan.sort((one, other) => one.at - other.at || (one.deviceId < other.deviceId ? -1 : 1));
}

export function planShowers(scenario: Scenario, start: Instant): Shower[] {
  return scenario.weather.rain.map((rain) => {
    const from = momentOf(rain.at, start);
    return { from, until: from + rain.for, mmPerHour: rain.mmPerHour };
  });
}

function strike(
  spec: FaultSpec,
  fleet: Fleet,
  random: Random,
  start: Instant,
  shiftMs: DurationMs,
  busyUntil: Map<string, Instant>,
): PlannedFault[] {
  const groups = candidateGroups(spec, fleet);
  const free = groups.filter((group) =>
    group.every((device) => (busyUntil.get(device.deviceId) ?? 0) < start + shiftMs),
  );
  const planned: PlannedFault[] = [];
  for (const group of choose(spec, free, groups.length, random)) {
    const at = start + shiftMs + (momentBetween(spec.at, start, random) - start);
    const length = spec.for === undefined ? undefined : lengthOf(spec.for, random);
    const until = length === undefined ? undefined : at + length;
    for (const device of group) {
      planned.push(struck(spec, device, at, until, random.next()));
      busyUntil.set(device.deviceId, (until ?? Number.POSITIVE_INFINITY) + REST_MS);
    }
  }
  return planned;
}

function struck(
  spec: FaultSpec,
  device: FleetDevice,
  at: Instant,
  until: Instant | undefined,
  size: number,
): PlannedFault {
  const { feederAssetId, gatewayId } = device;
  const group = GROUP_FAULTS[spec.what];
  return {
    what: spec.what,
    assetId: device.assetId,
    class: device.class,
    deviceId: device.deviceId,
    at,
    ...(until === undefined ? {} : { until }),
    expectsCase: spec.expectsCase,
    ...(spec.within === undefined ? {} : { expectedBy: at + spec.within }),
    size: Math.round(size * 1000) / 1000,
    ...(group === "feeder" && feederAssetId !== undefined ? { feederAssetId } : {}),
    ...(group === "gateway" && gatewayId !== undefined ? { gatewayId } : {}),
    ...(spec.measurement === undefined ? {} : { measurement: spec.measurement }),
    ...(spec.value === undefined ? {} : { value: spec.value }),
    ...(spec.by === undefined ? {} : { byMs: spec.by }),
  };
}

/**
 * Each group is struck as a whole: one device, or all lamps of a cabinet, or all of a gateway. A group
 * of which a cut has left little is passed over.
 */
function candidateGroups(spec: FaultSpec, fleet: Fleet): FleetDevice[][] {
  const only = Object.entries(spec.only ?? {});
  const devices = fleet.devices.filter(
    (device) =>
      device.class === spec.class &&
      only.every(([name, value]) => device.attributes[name] === value),
  );
  const group = GROUP_FAULTS[spec.what];
  if (group === undefined) return devices.map((device) => [device]);
  const groups = new Map<string, FleetDevice[]>();
  for (const device of devices) {
    const key = group === "feeder" ? device.feederAssetId : device.gatewayId;
    if (key === undefined) continue;
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [device]);
    else members.push(device);
  }
  const largest = Math.max(0, ...[...groups.values()].map((members) => members.length));
  return [...groups.values()].filter((members) => members.length * 2 >= largest);
}

function choose(
  spec: FaultSpec,
  free: readonly FleetDevice[][],
  all: number,
  random: Random,
): FleetDevice[][] {
  if (spec.assetIds !== undefined) {
    const wanted = new Set(spec.assetIds);
    return free.filter((group) => group.some((device) => wanted.has(device.assetId)));
  }
  const count = spec.count ?? Math.max(1, Math.round((spec.share ?? 0) * all));
  return random.sample(free, Math.min(count, free.length));
}

function momentOf(text: string, start: Instant): Instant {
  const [hours, minutes] = text.split(":").map(Number);
  if (hours === undefined || minutes === undefined) return start + durationMs(text);
  return nextLocalMinute(start, hours * 60 + minutes);
}

/** Between two local times of day the second follows the first. */
function momentBetween(at: FaultSpec["at"], start: Instant, random: Random): Instant {
  if (typeof at === "string") return momentOf(at, start);
  const from = momentOf(at[0], start);
  const until = at[1].includes(":") ? momentOf(at[1], from) : momentOf(at[1], start);
  return Math.round(random.between(from, Math.max(from, until)));
}

function lengthOf(length: DurationMs | readonly [DurationMs, DurationMs], random: Random): number {
  if (typeof length === "number") return length;
  return Math.round(random.between(length[0], Math.max(length[0], length[1])));
}
