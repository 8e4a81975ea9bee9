/**
 * Gateways through which nothing comes. A gateway is missed before any device behind it is, so that
 * their silence is explained by its own; as soon as anything comes through it, it explains nothing
 * any more, also by a device that is not judged. One device alone says nothing of its gateway.
 */
import { gatewayOfNode } from "../model/alarm-bearer.ts";
import { type DurationMs, type Instant, MINUTE_MS } from "../model/clock.ts";
import type { RegistryView } from "../model/registry.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { isAbnormal } from "./alarm-states.ts";
import type { Deafness } from "./deafness.ts";
import type { Devices } from "./devices.ts";
import type { Nodes } from "./nodes.ts";
import { type SilenceRule, silentAfterMs } from "./rule-evaluation.ts";
import { keyOf } from "./topology.ts";

export interface GatewaySilence {
  /** By any device, judged or not. */
  heard(deviceId: string, at: Instant): void;
  /** The same of before the start: it moves no alarm. */
  setHeard(deviceId: string, at: Instant): void;
  /** The clock was set back to `now`. */
  notAfter(now: Instant): void;
  /** Looks for gateways that are silent for too long by now. */
  lookOver(now: Instant): void;
  /**
   * When it will be known whether a gateway explains a silence of `afterMs` that was raised at `at`:
   * at once where the gateway was heard while the device missed two of three reports.
   */
  verdictAt(
    nodeId: string,
    rule: SilenceRule,
    silence: { at: Instant; afterMs: DurationMs },
  ): Instant;
}

/** Of the longest silence that a device behind it may keep. */
const SHARE_OF_SILENCE = 2 / 3;
const DEVICES_MIN = 2;
/** A gateway is looked at every few seconds; whoever waits for it waits until it surely was. */
const LOOKED_AT_MS = MINUTE_MS;

interface Behind {
  /** When anything last came through it. */
  heardAt: Instant;
  longestMs: DurationMs;
  devices: number;
}

export function createGatewaySilence(deps: {
  registry: Pick<RegistryView, "device" | "devicesOfGateway">;
  /** Of any registered device. */
  gatewayOf(deviceId: string): string | undefined;
  nodes: Pick<Nodes, "ofGateway">;
  devices: Pick<Devices, "all" | "known">;
  keeper: Pick<AlarmKeeper, "step" | "gatewayHeard">;
  deafness: Pick<Deafness, "endOf">;
}): GatewaySilence {
  const { registry, gatewayOf, nodes, devices, keeper, deafness } = deps;
  /** When anything last came through each gateway, whoever sent it. */
  const heardThrough = new Map<string, Instant>();

  const dueAt = (rule: SilenceRule, { heardAt, longestMs, devices: count }: Behind): Instant => {
    if (count < DEVICES_MIN) return Number.POSITIVE_INFINITY;
    const { condition } = rule.rule;
    const own = condition.kind === "no-data" ? condition.afterMs : 0;
    // Where no device is expected to speak, nobody is missed.
    if (own === 0 && longestMs === 0) return Number.POSITIVE_INFINITY;
    return deafness.endOf(heardAt, own || longestMs * SHARE_OF_SILENCE);
  };

  const add = (behind: Behind, deviceId: string): void => {
    const device = devices.known(deviceId);
    if (device === undefined) return;
    behind.devices += 1;
    behind.heardAt = Math.max(behind.heardAt, device.heardAt);
    for (const rule of device.rules.silence) {
      behind.longestMs = Math.max(behind.longestMs, silentAfterMs(rule, device.transport));
    }
  };

  const behindAll = (): Map<string, Behind> => {
    const all = new Map<string, Behind>();
    for (const { deviceId } of devices.all()) {
      const gatewayId = registry.device(deviceId)?.device.gatewayId;
      if (gatewayId === undefined) continue;
      const behind = all.get(gatewayId) ?? nothing(gatewayId);
      all.set(gatewayId, behind);
      add(behind, deviceId);
    }
    return all;
  };

  const nothing = (gatewayId: string): Behind => {
    const heardAt = heardThrough.get(gatewayId) ?? Number.NEGATIVE_INFINITY;
    return { heardAt, longestMs: 0, devices: 0 };
  };

  const noteHeard = (deviceId: string, at: Instant): string | undefined => {
    const gatewayId = gatewayOf(deviceId);
    if (gatewayId === undefined) return undefined;
    heardThrough.set(gatewayId, Math.max(heardThrough.get(gatewayId) ?? at, at));
    return gatewayId;
  };

  return {
    setHeard: (deviceId, at) => void noteHeard(deviceId, at),
    notAfter(now) {
      for (const [gatewayId, at] of heardThrough) {
        if (at > now) heardThrough.set(gatewayId, now);
      }
    },
    heard(deviceId, at) {
      const gatewayId = noteHeard(deviceId, at);
      // Of one behind which nobody is judged nothing is said.
      if (gatewayId === undefined || registry.devicesOfGateway(gatewayId).length === 0) return;
      const node = nodes.ofGateway(gatewayId);
      for (const rule of node.rules.silence) {
        if (node.slots.has(rule.rule.ruleId)) keeper.step(node, rule, { kind: "normal" }, at);
        keeper.gatewayHeard(keyOf(node.bearerId, rule), at);
      }
    },
    lookOver(now) {
      const all = behindAll();
      for (const gatewayId of heardThrough.keys()) {
        if (!all.has(gatewayId)) heardThrough.delete(gatewayId);
      }
      for (const [gatewayId, behind] of all) {
        const node = nodes.ofGateway(gatewayId);
        for (const rule of node.rules.silence) {
          const at = dueAt(rule, behind);
          const slot = node.slots.get(rule.rule.ruleId);
          if (now < at || (slot !== undefined && isAbnormal(slot.state))) continue;
          keeper.step(node, rule, { kind: "abnormal" }, at);
        }
      }
    },
    verdictAt(nodeId, rule, { at, afterMs }) {
      const gateway = gatewayOfNode(nodeId) ?? "";
      const behind = nothing(gateway);
      for (const { device } of registry.devicesOfGateway(gateway)) {
        add(behind, device.deviceId);
      }
      const isAtWork = behind.heardAt >= at - afterMs * (1 - SHARE_OF_SILENCE);
      return behind.devices < DEVICES_MIN || isAtWork ? at : dueAt(rule, behind) + LOOKED_AT_MS;
    },
  };
}
