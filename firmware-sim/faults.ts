/**
 * Who is struck by what, and when: from the scenario's data, the fleet, a seed and the start. The same
 * four give the same plan. A device that has had a fault is left alone until an hour after it; so is
 * one whose labelled noise would hide a fault. Pure.
 */
import { type DurationMs, HOUR_MS, type Instant } from "../model/clock.ts";
import type { FaultSpec, NoiseProfile } from "./fault-spec.ts";
import type { Fleet, FleetDevice } from "./fleet.ts";
import { GROUP_FAULTS, OFF_LINE } from "./models/all.ts";
import { durationMs } from "./moments.ts";
import { type Random, seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
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
  /** The rule, without its class, whose alarm is to come of it. */
  expectsAlarm?: string;
  /** Nothing to be found: labelled noise. */
  noise?: true;
  label?: string;
  /** The whole group makes that one case, on this asset: its cabinet or pump station. */
  caseAssetId?: string;
  /** When the case stands at the latest, where the scenario says so. */
  expectedBy?: Instant;
  /** How bad, 0 to 1. */
  size: number;
  feederAssetId?: string;
  stationAssetId?: string;
  gatewayId?: string;
  measurement?: string;
  value?: number;
  byMs?: number;
}

const REST_MS = HOUR_MS;
/** With these a device would not show a fault, or show one that is not there. */
const HIDING: ReadonlySet<string> = new Set([
  ...OFF_LINE,
  "sensor-drift",
  "sensor-stuck",
  "sensor-spike",
  "clock-jump",
]);

/** A fault or noise, as it is planned. */
type Strike = FaultSpec & Pick<NoiseProfile, "while"> & { label?: string };

interface Planning {
  fleet: Fleet;
  start: Instant;
  busyUntil: Map<string, Instant>;
  plan: PlannedFault[];
}

export function planFaults(input: {
  scenario: Scenario;
  fleet: Fleet;
  seed: number | string;
  start: Instant;
  /** Repeated faults are planned for so long. */
  horizonMs: DurationMs;
  /** Of the weather, which may have begun before; absent: from `start`. */
  showers?: readonly Shower[];
}): PlannedFault[] {
  const { scenario, fleet, seed, start, horizonMs } = input;
  const showers = input.showers ?? planShowers(scenario, start);
  const planning: Planning = { fleet, start, busyUntil: new Map(), plan: [] };
  for (const { spec, source } of inOrder(scenario)) {
    const random = seededRandom(seed, `${source}/${spec.what}`);
    if (spec.while === "rain") {
      for (const { from, until } of showers) {
        strike(spec, planning, random, 0, { at: from, until });
      }
      continue;
    }
    const every = spec.every ?? Number.POSITIVE_INFINITY;
    for (let turn = 0; turn === 0 || turn * every < horizonMs; turn += 1) {
      strike(spec, planning, random, turn === 0 ? 0 : turn * every);
    }
  }
  return planning.plan.sort(
    (one, other) => one.at - other.at || (one.deviceId < other.deviceId ? -1 : 1),
  );
}

/**
 * As the file has them; where there is noise, first what takes a whole group, then what keeps devices
 * off line, so that single faults leave groups whole and may lie amid it.
 */
function inOrder(scenario: Scenario): { spec: Strike; source: string }[] {
  const faults = scenario.faults.map((spec, index) => ({ spec, source: `faults/${index}` }));
  if (scenario.noiseProfiles.length === 0) return faults;
  const noise = scenario.noiseProfiles.map(({ at = "0s", ...profile }, index) => ({
    spec: { ...profile, at, expectsCase: null },
    source: `noise/${index}`,
  }));
  const rankOf = ({ spec }: { spec: Strike }): number => {
    if (GROUP_FAULTS[spec.what] !== undefined) return 0;
    if (spec.label === undefined) return 2;
    return OFF_LINE.has(spec.what) ? 1 : 3;
  };
  return [...faults, ...noise].sort((one, other) => rankOf(one) - rankOf(other));
}

export function planShowers(scenario: Scenario, start: Instant): Shower[] {
  return scenario.weather.rain.map((rain) => {
    const from = momentOf(rain.at, start);
    return { from, until: from + rain.for, mmPerHour: rain.mmPerHour };
  });
}

interface Span {
  at: Instant;
  until: Instant | undefined;
}

/** Adds to the plan; `given` where the weather says when. */
function strike(
  spec: Strike,
  planning: Planning,
  random: Random,
  shiftMs: DurationMs,
  given?: Span,
): void {
  const { fleet, start, busyUntil } = planning;
  const groups = candidateGroups(spec, fleet);
  const chosen = choose(spec, freeGroups(spec, groups, planning, shiftMs), groups.length, random);
  for (const group of chosen) {
    const { at, until } = given ?? spanOf(spec, start, shiftMs, random);
    for (const device of group.devices) {
      planning.plan.push(struck(spec, { group, device }, { at, until }, random.next()));
      if (spec.label !== undefined && !HIDING.has(spec.what)) continue;
      const restUntil = (until ?? Number.POSITIVE_INFINITY) + REST_MS;
      busyUntil.set(device.deviceId, Math.max(busyUntil.get(device.deviceId) ?? 0, restUntil));
    }
  }
}

function spanOf(spec: Strike, start: Instant, shiftMs: DurationMs, random: Random): Span {
  const at = start + shiftMs + (momentBetween(spec.at, start, random) - start);
  const length = spec.for === undefined ? undefined : lengthOf(spec.for, random);
  return { at, until: length === undefined ? undefined : at + length };
}

/** Nobody is struck while he has something else; amid an outage those that are off line all the time. */
function freeGroups(
  spec: Strike,
  groups: readonly Group[],
  { start, busyUntil, plan }: Planning,
  shiftMs: DurationMs,
): Group[] {
  const { amid } = spec;
  if (spec.label !== undefined && !HIDING.has(spec.what)) return [...groups];
  if (amid === undefined) {
    return groups.filter((group) =>
      group.devices.every((device) => (busyUntil.get(device.deviceId) ?? 0) < start + shiftMs),
    );
  }
  const [first, last] = typeof spec.at === "string" ? [spec.at, spec.at] : spec.at;
  const from = momentOf(first, start) + shiftMs;
  const longest = typeof spec.for === "number" ? spec.for : (spec.for?.[1] ?? 0);
  const until = momentOf(last, start) + shiftMs + longest;
  const away = new Set(
    plan
      .filter((line) => line.label === amid && line.at <= from && (line.until ?? 0) >= until)
      .map(({ deviceId }) => deviceId),
  );
  return groups.filter(({ devices }) => devices.every(({ deviceId }) => away.has(deviceId)));
}

function struck(
  spec: Strike,
  { group, device }: { group: Group; device: FleetDevice },
  { at, until }: Span,
  size: number,
): PlannedFault {
  const isOneCase = spec.oneCase === true;
  return {
    what: spec.what,
    assetId: device.assetId,
    class: device.class,
    deviceId: device.deviceId,
    at,
    ...(until === undefined ? {} : { until }),
    // Of what carries the group only where the case is its own.
    expectsCase: isOneCase || device.class === spec.class ? spec.expectsCase : null,
    ...(isOneCase ? { caseAssetId: group.name } : {}),
    ...(spec.expectsAlarm === undefined ? {} : { expectsAlarm: spec.expectsAlarm }),
    ...(spec.label === undefined ? {} : { noise: true, label: spec.label }),
    ...(spec.within === undefined ? {} : { expectedBy: at + spec.within }),
    size: Math.round(size * 1000) / 1000,
    ...(group.field === undefined ? {} : { [group.field]: group.name }),
    ...(spec.measurement === undefined ? {} : { measurement: spec.measurement }),
    ...(spec.value === undefined ? {} : { value: spec.value }),
    ...(spec.by === undefined ? {} : { byMs: spec.by }),
  };
}

/** What is struck as a whole: one device, or all that a cabinet, a station or a gateway carries. */
interface Group {
  /** Of the device, or of what carries the group. */
  name: string;
  field?: (typeof GROUP_FAULTS)[string];
  devices: FleetDevice[];
}

/** A group of which a cut has left little is passed over. What carries it has a device, or none. */
function candidateGroups(spec: FaultSpec, fleet: Fleet): Group[] {
  const only = Object.entries(spec.only ?? {});
  const devices = fleet.devices.filter(
    (device) =>
      device.class === spec.class &&
      only.every(([name, value]) => device.attributes[name] === value),
  );
  const field = GROUP_FAULTS[spec.what];
  if (field === undefined) {
    return devices.map((device) => ({ name: device.deviceId, devices: [device] }));
  }
  const groups = new Map<string, Group>();
  for (const device of devices) {
    const name = device[field];
    if (name === undefined) continue;
    const group = groups.get(name) ?? { name, field, devices: [] };
    group.devices.push(device);
    groups.set(name, group);
  }
  const largest = Math.max(0, ...[...groups.values()].map((group) => group.devices.length));
  const whole = [...groups.values()].filter((group) => group.devices.length * 2 >= largest);
  for (const device of fleet.devices) groups.get(device.assetId)?.devices.push(device);
  return whole;
}

function choose(spec: FaultSpec, free: readonly Group[], all: number, random: Random): Group[] {
  if (spec.assetIds !== undefined) {
    const wanted = new Set(spec.assetIds);
    return free.filter(({ devices }) => devices.some(({ assetId }) => wanted.has(assetId)));
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
