/**
 * What an asset's devices together say of a filing condition: any device alarms, and all that
 * report what the condition is judged by must be normal for it to be proven right.
 */
import type { ConditionHealth } from "../model/alarm.ts";
import type { LatestReading } from "../model/case.ts";
import type { AlarmBearer, AlarmSlot } from "./alarm-slots.ts";
import { isAbnormal, isActive } from "./alarm-states.ts";
import { type ConditionWatches, deviceHealth } from "./condition-watches.ts";
import type { Devices, JudgedDevice } from "./devices.ts";
import type { AlarmNode, Nodes } from "./nodes.ts";
import { measurementsOf } from "./rule-book.ts";

/** What each device of an asset has ever reported. */
export type ReportedOf = (
  assetId: string,
) => readonly (Pick<LatestReading, "deviceId" | "measurement"> &
  Partial<Pick<LatestReading, "receivedAt">>)[];

export function createConditionHealth(deps: {
  devices: Devices;
  nodes: Pick<Nodes, "ofAsset">;
  watches: ConditionWatches;
  reportedOf: ReportedOf;
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

  const nodeOf = (assetId: string, conditionId: string): AlarmNode[] => {
    const node = nodes.ofAsset(assetId);
    const isJudged = node?.rules.groups.some((rule) => rule.conditionId === conditionId) === true;
    return node === undefined || !isJudged ? [] : [node];
  };

  return {
    health(assetId: string, conditionId: string): ConditionHealth {
      const watch = watches.find(assetId, conditionId);
      return {
        devices: [...witnessesOf(assetId, conditionId), ...nodeOf(assetId, conditionId)].map(
          (bearer) => {
            const states = slotsOf(bearer, conditionId).map(({ state }) => state);
            return deviceHealth(watch, bearer.bearerId, {
              isJudgedBy: (ruleId) => bearer.rules.all.get(ruleId)?.conditionId === conditionId,
              isAbnormal: states.some(isAbnormal),
              isStanding: states.some((state) => isActive(state) && isAbnormal(state)),
            });
          },
        ),
      };
    },
    isAlarming: (assetId: string, conditionId: string): boolean =>
      [...devices.ofAsset(assetId), ...nodeOf(assetId, conditionId)].some((bearer) =>
        slotsOf(bearer, conditionId).some(({ state }) => isActive(state)),
      ),
  };
}

function slotsOf(bearer: AlarmBearer, conditionId: string): AlarmSlot[] {
  return [...bearer.slots.values()].filter((slot) => slot.rule.conditionId === conditionId);
}
