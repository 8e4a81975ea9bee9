/**
 * The devices that are judged, each with the rules of its asset, what is not normal on it and when
 * it was heard. Made when first met, renewed when its asset is replaced in the registry (what no
 * longer fits is retired), forgotten when the registry has it no more: then its alarms are ended.
 */
import type { AlarmRecord } from "../model/alarm.ts";
import type { Instant } from "../model/clock.ts";
import type { DeviceId } from "../model/ids.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Device, DeviceEntry, RegistryView } from "../model/registry.ts";
import { isOutOfService } from "./alarm-holds.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { type AlarmBearer, slotsOf } from "./alarm-slots.ts";
import type { StateRow } from "./alarm-tables.ts";
import type { ConditionWatch, ConditionWatches } from "./condition-watches.ts";
import { createDevicePast, type DevicePast } from "./device-past.ts";
import { forgetUnexpected, type Mark, measuredNotAfter, noteMeasured } from "./missing.ts";
import { createNeighbours } from "./neighbours.ts";
import type { RuleBook, RuleSet } from "./rule-book.ts";
import type { SilenceRule } from "./rule-evaluation.ts";

export interface JudgedDevice extends AlarmBearer {
  readonly deviceId: DeviceId;
  rules: RuleSet;
  transport: Device["transport"];
  readonly past: DevicePast;
  /** Of its asset. */
  watches: readonly ConditionWatch[];
  /** Or since when it is expected, while nobody has heard it. */
  heardAt: Instant;
  isHeard: boolean;
  /** When measurements that a rule expects were last received; absent: none is. */
  measured: Map<string, Mark> | undefined;
  /** When a rule of silence or another asset came to it: no silence is raised as of before. */
  boundAt: Instant;
  /** The last look over the registry that met it. */
  round: number;
}

export interface Devices {
  begin(now: Instant): void;
  find(deviceId: string, now: Instant): JudgedDevice | undefined;
  ofAsset(assetId: string): JudgedDevice[];
  /** One that was met. */
  known(deviceId: string): JudgedDevice | undefined;
  all(): Iterable<JudgedDevice>;
  /** False where device or rule are gone: the alarm is cleared instead. */
  restore(row: StateRow, alarm: AlarmRecord | undefined, now: Instant): boolean;
  /** `measurement`: by a value of this one. */
  setHeard(deviceId: string, at: Instant, measurement?: string): void;
  rewatch(assetId: string): void;
  /** Rules have changed. */
  renewRules(now: Instant): void;
  /** Brings everything in line with the registry. */
  lookOver(now: Instant): void;
  /** The clock was set back to `now`: what was heard later counts as heard now. */
  notAfter(now: Instant): void;
}

export function createDevices(deps: {
  registry: RegistryView;
  rules: RuleBook;
  zone: TimeZone;
  keeper: AlarmKeeper;
  watches: ConditionWatches;
}): Devices {
  const { registry, keeper, watches } = deps;
  const known = new Map<string, JudgedDevice>();
  let startedAt = Number.NEGATIVE_INFINITY;
  let newestAt = Number.NEGATIVE_INFINITY;
  let round = 0;

  const meet = ({ device: { deviceId, transport }, asset }: DeviceEntry): JudgedDevice => {
    const rules = deps.rules.rulesFor(asset);
    const device: JudgedDevice = {
      deviceId,
      bearerId: deviceId,
      asset,
      rules,
      transport,
      past: createDevicePast(deps.zone, asset, rules, neighbours),
      slots: new Map(),
      watches: watches.of(asset.assetId),
      heardAt: newestAt,
      isHeard: false,
      measured: undefined,
      boundAt: Number.NEGATIVE_INFINITY,
      round,
    };
    known.set(deviceId, device);
    return device;
  };

  const renew = (device: JudgedDevice, { asset }: Pick<DeviceEntry, "asset">): void => {
    const rules = deps.rules.rulesFor(asset);
    const isMoved = asset.assetId !== device.asset.assetId;
    for (const slot of slotsOf(device)) {
      const rule = isMoved ? undefined : rules.all.get(slot.rule.rule.ruleId);
      if (rule === undefined) keeper.retire(slot, newestAt);
      else if (rule !== slot.rule) keeper.rebind(slot, rule, newestAt);
    }
    const isBoundAnew = ({ rule }: SilenceRule) => isMoved || !device.rules.all.has(rule.ruleId);
    const silences = [...rules.silence, ...[...rules.missing.values()].flat()];
    if (silences.some(isBoundAnew)) device.boundAt = newestAt;
    const isHoldChanged = isOutOfService(device.asset) !== isOutOfService(asset);
    device.asset = asset;
    device.rules = rules;
    device.past.renew(asset, rules);
    forgetUnexpected(device);
    device.watches = watches.of(asset.assetId);
    if (!isHoldChanged) return;
    for (const slot of slotsOf(device)) keeper.review(slot, newestAt);
  };

  const of = (entry: DeviceEntry): JudgedDevice => {
    const device = known.get(entry.device.deviceId);
    if (device === undefined) return meet(entry);
    if (device.asset !== entry.asset) renew(device, entry);
    device.transport = entry.device.transport;
    return device;
  };
  const neighbours = createNeighbours({
    registry,
    devicesOf: (assetId) => registry.devicesOf(assetId).map(of),
    all: () => known.values(),
  });

  return {
    begin(now) {
      startedAt = now;
      newestAt = now;
    },
    find(deviceId, now) {
      if (now > newestAt) newestAt = now;
      const entry = registry.device(deviceId);
      return entry === undefined ? undefined : of(entry);
    },
    ofAsset: (assetId) => registry.devicesOf(assetId).map(of),
    known: (deviceId) => known.get(deviceId),
    all: () => known.values(),
    restore(row, alarm, now) {
      const device = this.find(row.bearerId, now);
      const rule = device?.rules.all.get(row.ruleId);
      const isWhole = alarm !== undefined || row.state.state === "pending";
      if (device?.asset.assetId === row.assetId && rule !== undefined && isWhole) {
        const isUntold = row.isUntold === true;
        keeper.restore({ bearer: device, rule, state: row.state, alarm, isUntold });
        return true;
      }
      keeper.drop(row, alarm, now);
      if (device !== undefined) device.boundAt = now;
      return false;
    },
    setHeard: (deviceId, at, measurement) => {
      const entry = registry.device(deviceId);
      if (startedAt > newestAt) newestAt = startedAt;
      const device = entry === undefined ? undefined : of(entry);
      if (device === undefined) return;
      if (measurement !== undefined) noteMeasured(device, measurement, at);
      device.heardAt = device.isHeard ? Math.max(device.heardAt, at) : at;
      device.isHeard = true;
    },
    rewatch(assetId) {
      for (const device of this.ofAsset(assetId)) device.watches = watches.of(assetId);
    },
    renewRules(now) {
      if (now > newestAt) newestAt = now;
      for (const device of known.values()) renew(device, device);
    },
    lookOver(now) {
      if (now > newestAt) newestAt = now;
      round++;
      let metCount = 0;
      for (const entry of registry.devices()) {
        of(entry).round = round;
        metCount++;
      }
      if (metCount === known.size) return;
      for (const device of [...known.values()]) {
        if (device.round === round) continue;
        for (const slot of slotsOf(device)) keeper.leave(slot, now);
        keeper.dropHolds(device.deviceId);
        known.delete(device.deviceId);
      }
    },
    notAfter(now) {
      newestAt = Math.min(newestAt, now);
      for (const device of known.values()) {
        device.heardAt = Math.min(device.heardAt, now);
        device.boundAt = Math.min(device.boundAt, now);
        measuredNotAfter(device, now);
      }
    },
  };
}
