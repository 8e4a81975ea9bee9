/**
 * The parts of the alarm engine and how they hang together: rules, bearers of alarms, what lies above
 * them, their machines, and what holds them. The door of the room is `alerts.ts`.
 */

import type { AlarmHappening } from "../model/alarm.ts";
import { assetOfNode, gatewayOfNode } from "../model/alarm-bearer.ts";
import type { AssetClass } from "../model/asset-class.ts";
import { DAY_MS, type Instant } from "../model/clock.ts";
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
import { isSilenceRule } from "./rule-evaluation.ts";
import { createTopology, type Explainer } from "./topology.ts";
import { createUnsaved } from "./unsaved.ts";

interface PartsDeps {
  registry: RegistryView;
  classes: readonly AssetClass[];
  zone: TimeZone;
  onHappening(happening: AlarmHappening): void;
}

/** A gateway of which nobody can say when it is missed keeps nobody waiting for longer. */
const VERDICT_MS_MAX = DAY_MS;

export function createParts({ registry, classes, zone, onHappening }: PartsDeps) {
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
    explainersOf: ({ bearer, rule }) => topology.explainersOf(bearer, rule.rule.family ?? ""),
    verdictAt: (explainer, slot, at) => verdictAt(explainer, slot, at),
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
    ...{ registry, nodes, devices, keeper, deafness },
  });

  const liveCounts = new Map<string, number>();
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

  /** In a storm it is asked for each alarm. */
  function liveCount(nodeId: string, family: string): number {
    const key = `${nodeId} ${family}`;
    const known = liveCounts.get(key) ?? liveBelow(nodeId, family).length;
    liveCounts.set(key, known);
    return known;
  }

  /** The registry may have changed, or who is heard. */
  function lookOver(): void {
    liveCounts.clear();
    noteGroups();
  }

  function verdictAt(explainer: Explainer, { rule }: AlarmSlot, at: Instant): Instant {
    const { nodeId, rule: above, waitMs } = explainer;
    if (gatewayOfNode(nodeId) === undefined) return at + waitMs;
    if (!isSilenceRule(above) || !isSilenceRule(rule)) return at + waitMs;
    const verdict = gateways.verdictAt(nodeId, above, { at, afterMs: rule.afterMs });
    return Math.min(verdict, at + VERDICT_MS_MAX);
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
      lookOver,
    },
  };
}
