/**
 * What an asset's devices together say of a filing condition: any device alarms, and all that
 * report what the condition is judged by must be normal for it to be proven right.
 */
import type { ConditionHealth } from "../model/alarm.ts";
import type { LatestReading } from "../model/case.ts";
import type { DurationMs, Instant } from "../model/clock.ts";
import { qualityOf } from "../model/reading.ts";
import type { AlarmBearer, AlarmSlot } from "./alarm-slots.ts";
import { isAbnormal, isActive } from "./alarm-states.ts";
import { type ConditionWatches, deviceHealth } from "./condition-watches.ts";
import type { Deafness } from "./deafness.ts";
import type { Devices, JudgedDevice } from "./devices.ts";
import type { AlarmNode, Nodes } from "./nodes.ts";
import { measurementsOf } from "./rule-book.ts";
import { silentAfterMs } from "./rule-evaluation.ts";

/** What each device of an asset has ever reported. */
export type ReportedOf = (
  assetId: string,
) => readonly (Pick<LatestReading, "deviceId" | "measurement"> &
  Partial<Pick<LatestReading, "receivedAt" | "flags">>)[];

export function createConditionHealth(deps: {
  devices: Devices;
  nodes: Pick<Nodes, "ofAsset">;
  watches: ConditionWatches;
  reportedOf: ReportedOf;
  deafness: Pick<Deafness, "endOf">;
  /** Devices below that know the family and are heard. */
  liveBelow(nodeId: string, family: string): JudgedDevice[];
}) {
  const { devices, nodes, watches, reportedOf } = deps;

  const witnessesOf = (assetId: string, conditionId: string): JudgedDevice[] => {
    const bearers = devices
      .ofAsset(assetId)
      .map((device) => ({ device, measurements: measurementsOf(device.rules, conditionId) }))
      .filter(({ measurements }) => measurements.length > 0);
    const reported = new Set(
      reportedOf(assetId).map(({ deviceId, measurement }) => `${deviceId} ${measurement}`),
    );
    const reporting = bearers.filter(({ device, measurements }) =>
      measurements.some((measurement) => reported.has(`${device.deviceId} ${measurement}`)),
    );
    // Where none has reported, all are asked: no witness at all would prove everything.
    return (reporting.length > 0 ? reporting : bearers).map(({ device }) => device);
  };

  /** By what the condition is judged by alone: a level says nothing of a tilt. */
  const heardAt = (device: JudgedDevice, conditionId: string): Instant => {
    const judged = new Set(measurementsOf(device.rules, conditionId));
    return reportedOf(device.asset.assetId).reduce((newest, reading) => {
      const { deviceId, measurement, receivedAt = 0, flags = 0 } = reading;
      const isOurs = deviceId === device.deviceId && judged.has(measurement);
      return isOurs && qualityOf(flags) === "good" ? Math.max(newest, receivedAt) : newest;
    }, 0);
  };

  /** A node has no voice of its own: the newest of those below it that are heard. */
  const heardBelow = (node: AlarmNode, conditionId: string): Instant => {
    const groups = node.rules.groups.filter((rule) => rule.conditionId === conditionId);
    const live = groups.flatMap(({ group }) => deps.liveBelow(node.bearerId, group.family));
    return live
      .filter(({ isHeard }) => isHeard)
      .reduce((newest, device) => Math.max(newest, device.heardAt), 0);
  };

  const nodeOf = (assetId: string, conditionId: string): AlarmNode[] => {
    const node = nodes.ofAsset(assetId);
    const isJudged = node?.rules.groups.some((rule) => rule.conditionId === conditionId) === true;
    return node === undefined || !isJudged ? [] : [node];
  };

  const wordOf = (
    assetId: string,
    conditionId: string,
    bearer: JudgedDevice | AlarmNode,
    heard: Instant,
  ): ConditionHealth["devices"][number] => {
    const states = slotsOf(bearer, conditionId).map(({ state }) => state);
    const said = deviceHealth(watches.find(assetId, conditionId), bearer.bearerId, {
      isJudgedBy: (ruleId) => bearer.rules.all.get(ruleId)?.conditionId === conditionId,
      isAbnormal: states.some(isAbnormal),
      isStanding: states.some((state) => isActive(state) && isAbnormal(state)),
    });
    const { lastGoodAt = 0, lastAbnormalAt = 0 } = said;
    const heardAt = Math.max(heard, lastGoodAt, lastAbnormalAt);
    if (heardAt === 0) return said;
    const afterMs = silenceMsOf(bearer);
    // What the platform could not hear is no silence.
    const silentAt = afterMs === undefined ? undefined : deps.deafness.endOf(heardAt, afterMs);
    return { ...said, heardAt, ...(silentAt !== undefined && { silentAt }) };
  };

  return {
    health(assetId: string, conditionId: string): ConditionHealth {
      const ofDevices = witnessesOf(assetId, conditionId).map((device) =>
        wordOf(assetId, conditionId, device, heardAt(device, conditionId)),
      );
      const ofNode = nodeOf(assetId, conditionId).map((node) =>
        wordOf(assetId, conditionId, node, heardBelow(node, conditionId)),
      );
      return { devices: [...ofDevices, ...ofNode] };
    },
    isAlarming: (assetId: string, conditionId: string): boolean =>
      [...devices.ofAsset(assetId), ...nodeOf(assetId, conditionId)].some((bearer) =>
        slotsOf(bearer, conditionId).some(({ state }) => isActive(state)),
      ),
  };
}

/** After so long it is silent; nothing where no rule says so, as of a node. */
function silenceMsOf({ rules, ...bearer }: JudgedDevice | AlarmNode): DurationMs | undefined {
  const transport = "transport" in bearer ? bearer.transport : undefined;
  const after = rules.silence.map((rule) => silentAfterMs(rule, transport));
  return after.length === 0 ? undefined : Math.min(...after);
}

function slotsOf(bearer: AlarmBearer, conditionId: string): AlarmSlot[] {
  return [...bearer.slots.values()].filter((slot) => slot.rule.conditionId === conditionId);
}
