/**
 * The parts of the alarm engine and how they hang together: rules, bearers of alarms, what lies above
 * them, their machines, and what holds them. The door of the room is `alerts.ts`.
 */

import type { AlarmHappening } from "../model/alarm.ts";
import { assetOfNode, gatewayOfNode } from "../model/alarm-bearer.ts";
import type { AssetClass } from "../model/asset-class.ts";
import { DAY_MS, type DurationMs, type Instant } from "../model/clock.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { RegistryView } from "../model/registry.ts";
import { createHolds } from "./alarm-holds.ts";
import { createAlarmKeeper } from "./alarm-keeper.ts";
import type { AlarmBearer, AlarmSlot } from "./alarm-slots.ts";
import { isAbnormal } from "./alarm-states.ts";
import { createChatter } from "./chatter.ts";
import { createConditionWatches } from "./condition-watches.ts";
import { type Correlation, createCorrelation, membersWanted } from "./correlation.ts";
import { createDeafness } from "./deafness.ts";
import { createDevices, type Devices, type JudgedDevice } from "./devices.ts";
import { createGatewaySilence, type GatewaySilence } from "./gateway-silence.ts";
import { createGroupProof } from "./group-proof.ts";
import { createNodes, type Nodes } from "./nodes.ts";
import { createRuleBook } from "./rule-book.ts";
import { type GroupRule, isSilenceRule, silentAfterMs } from "./rule-evaluation.ts";
import { createTopology, type Explainer } from "./topology.ts";
import { createUnsaved } from "./unsaved.ts";

interface PartsDeps {
  registry: RegistryView;
  classes: readonly AssetClass[];
  zone: TimeZone;
  gatewayOf?: ((deviceId: string) => string | undefined) | undefined;
  onHappening(happening: AlarmHappening): void;
}

/** A gateway of which nobody can say when it is missed keeps nobody waiting for longer. */
const VERDICT_MS_MAX = DAY_MS;
/** A silence is so many reports that did not come. */
const REPORTS_MISSED = 3;

export function createParts({ registry, classes, zone, onHappening, ...deps }: PartsDeps) {
  const gatewayOf =
    deps.gatewayOf ?? ((deviceId: string) => registry.device(deviceId)?.device.gatewayId);
  const book = createRuleBook(classes, zone);
  const unsaved = createUnsaved();
  const holds = createHolds(unsaved.hold);
  const watches = createConditionWatches(unsaved);
  const deafness = createDeafness(() => unsaved.deafness(deafness.spans));
  const topology = createTopology({
    registry,
    rules: book,
    gatewayRules: (gatewayId) => nodes.gatewayRules(gatewayId),
  });
  const correlation: Correlation = createCorrelation({
    explainersOf: ({ bearer, rule }) => explainersOf(bearer, rule.rule.family ?? ""),
    verdictAt: (explainer, slot, at) => verdictAt(explainer, slot, at),
    settleMs: (explainer, slot) => settleMs(explainer, slot),
    groupOf: (key) => groupOf(key),
    liveBelow: (nodeId, family) => liveCount(nodeId, family),
  });
  const chatter = createChatter();
  const keeper = createAlarmKeeper({
    ...{ unsaved, holds, correlation, chatter, onHappening },
    nodeBearer: (nodeId) => nodes.find(nodeId),
  });
  const nodes: Nodes = createNodes({ registry, rules: book, keeper });
  const devices: Devices = createDevices({ registry, rules: book, zone, keeper, watches });
  const gateways: GatewaySilence = createGatewaySilence({
    ...{ registry, gatewayOf, nodes, devices, keeper, deafness },
  });

  /** Both are asked for each alarm of a storm. */
  const liveCounts = new Map<string, number>();
  const explainers = new Map<string, readonly Explainer[]>();
  const noteGroups = createGroupProof({
    ...{ nodes, watches, wanted: membersWanted },
    liveBelow: (nodeId, family) => liveBelow(nodeId, family),
  });

  const isLive = (device: JudgedDevice): boolean =>
    device.rules.silence.every(({ rule }) => {
      const slot = device.slots.get(rule.ruleId);
      return slot === undefined || !isAbnormal(slot.state);
    });

  function liveBelow(nodeId: string, family: string): JudgedDevice[] {
    const live: JudgedDevice[] = [];
    for (const deviceId of topology.devicesBelow(assetOfNode(nodeId) ?? "")) {
      const device = devices.known(deviceId);
      if (device?.rules.families.has(family) === true && isLive(device)) live.push(device);
    }
    return live;
  }

  /** The same for all that share parent and gateway. */
  function explainersOf(bearer: AlarmBearer, family: string): readonly Explainer[] {
    const gatewayId = registry.device(bearer.bearerId)?.device.gatewayId ?? "";
    const key = `${gatewayId} ${bearer.asset.parentAssetId ?? ""} ${family}`;
    const known = explainers.get(key) ?? topology.explainersOf(bearer, family);
    explainers.set(key, known);
    return known;
  }

  function liveCount(nodeId: string, family: string): number {
    const key = `${nodeId} ${family}`;
    const known = liveCounts.get(key) ?? liveBelow(nodeId, family).length;
    liveCounts.set(key, known);
    return known;
  }

  function groupOf(key: string): { nodeId: string; rule: GroupRule } | undefined {
    const [nodeId = "", ruleId] = key.split(" ");
    const rule = nodes.find(nodeId)?.rules.groups.find((each) => each.rule.ruleId === ruleId);
    return rule === undefined ? undefined : { nodeId, rule };
  }

  /** The registry or the rules may have changed. */
  function forget(): void {
    liveCounts.clear();
    explainers.clear();
  }

  /** After all have been renewed. */
  function lookOver(now: Instant): void {
    forget();
    keeper.lookOver(now);
  }

  /** Who is heard may have changed. */
  function noteHeard(): void {
    liveCounts.clear();
    noteGroups();
  }

  function verdictAt(explainer: Explainer, slot: AlarmSlot, at: Instant): Instant {
    const { nodeId, rule: above, waitMs } = explainer;
    const afterMs = silenceMs(slot);
    if (gatewayOfNode(nodeId) === undefined || !isSilenceRule(above) || afterMs === 0) {
      return at + waitMs;
    }
    const verdict = gateways.verdictAt(nodeId, above, { at, afterMs });
    return Math.min(verdict, at + VERDICT_MS_MAX);
  }

  /** How long those below have, once the node is well, to say that they are: one report, at least. */
  function settleMs({ waitMs }: Explainer, slot: AlarmSlot): DurationMs {
    return Math.max(waitMs, silenceMs(slot) / REPORTS_MISSED) + slot.rule.offDelayMs;
  }

  /** Of an alarm that is a device's silence: how long that may last; 0: it is none. */
  function silenceMs({ bearer, rule }: AlarmSlot): DurationMs {
    const { bearerId } = bearer;
    return isSilenceRule(rule) ? silentAfterMs(rule, devices.known(bearerId)?.transport) : 0;
  }

  /** Devices of an asset, and itself where its class has rules on what lies below. */
  function bearersOf(assetId: string): AlarmBearer[] {
    const node = nodes.ofAsset(assetId);
    return [...devices.ofAsset(assetId), ...(node === undefined ? [] : [node])];
  }

  return {
    ...{
      book,
      unsaved,
      holds,
      chatter,
      keeper,
      watches,
      deafness,
      devices,
      nodes,
      gateways,
      bearersOf,
      liveBelow,
      forget,
      lookOver,
      noteHeard,
    },
  };
}
