/**
 * Builds what a simulation is made of: for each device its actor, for each device or gateway its line,
 * by the scenario's data and the keys that registration gave; and brings them up one after the other.
 */
import type { DurationMs, Instant } from "../model/clock.ts";
import { Actor } from "./actor.ts";
import { type PlannedFault, planShowers } from "./faults.ts";
import type { Fleet, FleetDevice } from "./fleet.ts";
import {
  createLampPlatformLine,
  type LampPlatformOptions,
  type Manner,
} from "./lamp-platform-line.ts";
import {
  createNativeLine,
  createPlantLine,
  type LineDeps,
  type MqttAccess,
  type SimLine,
} from "./lines.ts";
import { seededRandom } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { weatherAt } from "./weather.ts";
import type { Wheel } from "./wheel.ts";

/** An injected fault, as it happened. */
export type LedgerEntry = PlannedFault;

/** Keys by id, as registration gave them. */
interface Credentials {
  devices: Readonly<Record<string, string>>;
  gateways: Readonly<Record<string, string>>;
}

export interface SimOptions {
  brokerUrl: string;
  /** The platform's listener for data loggers; without it plants use MQTT in transparent mode. */
  hj212?: { host: string; port: number };
  scenario: Scenario;
  seed: number;
  /** Lamps are behind a lamp controller platform, which the simulation then is, too. */
  lampPlatform?: LampPlatformOptions & { mannerOf?: () => Manner };
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
  /** No fault before so long after the start. */
  faultsAfterMs?: DurationMs;
  tickWallMs?: number;
  onFault?(entry: LedgerEntry): void;
  /** The first reading that shows an injected fault has been measured. */
  onTelling?(entry: LedgerEntry, at: Instant): void;
}

export interface Built {
  line: SimLine;
  actors: Actor[];
}

export function buildFleet(
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
  const { onTelling } = options;
  const actorOn = (line: SimLine, device: FleetDevice): Actor => {
    const isWrong = skew !== undefined && skewOf.isLucky(skew.share);
    const skewMs = isWrong ? skewOf.between(-1, 1) * skew.upTo : 0;
    const periodMs = scenario.rates[device.class];
    return new Actor(
      { wheel, weatherAt: surroundings, line, ...(onTelling === undefined ? {} : { onTelling }) },
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

const LAMP_PLATFORM = "lamp-platform";

/** Devices that share a line: alone, behind their gateway, or on the lamp platform. */
function groupsOf(fleet: Fleet): { name: string; gatewayId?: string; devices: FleetDevice[] }[] {
  const gateways = new Map<string, FleetDevice[]>();
  const groups: { name: string; gatewayId?: string; devices: FleetDevice[] }[] = [];
  for (const device of fleet.devices) {
    const { deviceId, controllerId } = device;
    const gatewayId = controllerId === undefined ? device.gatewayId : LAMP_PLATFORM;
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
  if (first?.controllerId !== undefined && options.lampPlatform !== undefined) {
    return createLampPlatformLine(deps, devices, options.lampPlatform);
  }
  if (first?.hj212 !== undefined) {
    const tcp = options.hj212 === undefined ? {} : { tcp: options.hj212 };
    return createPlantLine(deps, { device: first, ...first.hj212, ...tcp, access });
  }
  return createNativeLine(deps, { clientId: name, devices, access, noise: scenario.transport });
}

/** One line after the other, so that a broker is not met by all at once; devices boot with theirs. */
export function bringUp(built: readonly Built[], wheel: Wheel, gapMs: DurationMs): void {
  for (const [index, { line, actors }] of built.entries()) {
    wheel.after(Math.round(index * gapMs), (now) => {
      line.connect();
      for (const actor of actors) actor.boot(now);
    });
  }
}
