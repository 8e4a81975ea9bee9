/**
 * What lies above whose alarm it is: the gateway that it speaks through, and the chain of parents of
 * its asset; and which rules up there explain a family of alarms below. Asked only when an alarm is
 * raised or told of, never for a reading that breaks nothing.
 */
import { assetNodeId, gatewayNodeId, gatewayOfNode, isNode } from "../model/alarm-bearer.ts";
import type { AssetId } from "../model/ids.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import type { AlarmBearer } from "./alarm-slots.ts";
import type { RuleBook } from "./rule-book.ts";
import type { CompiledRule, ExplainingRule } from "./rule-evaluation.ts";

/** A rule above that explains a family of alarms, at the node nearest to them that has it. */
export interface Explainer extends ExplainingRule {
  readonly nodeId: string;
  readonly isGateway: boolean;
  /** Node and rule. */
  readonly key: string;
}

export interface Topology {
  explainersOf(bearer: AlarmBearer, family: string): Explainer[];
  /** Devices of the assets below, however deep, whose rules know the family. */
  devicesBelow(assetId: string): Iterable<string>;
}

/** As deep as the registry lets the graph be. */
const LEVELS_MAX = 16;

/** The node that an alarm stands on: of a device that of its asset. */
export function nodeOf({ bearerId, asset }: AlarmBearer): string {
  return isNode(bearerId) ? bearerId : assetNodeId(asset.assetId);
}

export function keyOf(nodeId: string, { rule }: CompiledRule): string {
  return `${nodeId} ${rule.ruleId}`;
}

export function createTopology(deps: {
  registry: Pick<RegistryView, "device" | "asset" | "devicesOf" | "partsOf">;
  rules: Pick<RuleBook, "rulesAbove">;
  gatewayRules(gatewayId: string): ReturnType<RuleBook["rulesAbove"]>;
}): Topology {
  const { registry, rules } = deps;

  function* parentsOf(asset: Asset): Iterable<Asset> {
    let parent = asset;
    for (let level = 0; level < LEVELS_MAX && parent.parentAssetId !== undefined; level++) {
      const next = registry.asset(parent.parentAssetId);
      if (next === undefined) return;
      yield next;
      parent = next;
    }
  }

  return {
    explainersOf(bearer, family) {
      const found = new Map<string, Explainer>();
      const look = (nodeId: string, set: ReturnType<RuleBook["rulesAbove"]>): void => {
        for (const explaining of set.explains.get(family) ?? []) {
          const { ruleId } = explaining.rule.rule;
          if (found.has(ruleId)) continue;
          const { rule, waitMs } = explaining;
          const isGateway = gatewayOfNode(nodeId) !== undefined;
          found.set(ruleId, { rule, waitMs, nodeId, isGateway, key: keyOf(nodeId, rule) });
        }
      };
      const gatewayId = registry.device(bearer.bearerId)?.device.gatewayId;
      if (gatewayId !== undefined) look(gatewayNodeId(gatewayId), deps.gatewayRules(gatewayId));
      if (gatewayOfNode(bearer.bearerId) === undefined) {
        for (const parent of parentsOf(bearer.asset)) {
          look(assetNodeId(parent.assetId), rules.rulesAbove(parent));
        }
      }
      return [...found.values()];
    },
    *devicesBelow(assetId) {
      let level: Iterable<AssetId> = registry.partsOf(assetId);
      for (let depth = 0; depth < LEVELS_MAX; depth++) {
        const next: AssetId[] = [];
        for (const part of level) {
          for (const { device } of registry.devicesOf(part)) yield device.deviceId;
          next.push(...registry.partsOf(part));
        }
        if (next.length === 0) return;
        level = next;
      }
    },
  };
}
