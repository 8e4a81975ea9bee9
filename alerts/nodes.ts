/**
 * What bears alarms and is no device: assets whose class has rules on what lies below them, and
 * gateways, which are silent when nothing comes through them. Made when first asked for, renewed
 * with the registry and the rules, retired when they are gone.
 */

import type { AlarmRecord } from "../model/alarm.ts";
import { assetNodeId, assetOfNode, gatewayNodeId, gatewayOfNode } from "../model/alarm-bearer.ts";
import type { Instant } from "../model/clock.ts";
import { GATEWAY_CLASS } from "../model/gateway-class.ts";
import { AssetId } from "../model/ids.ts";
import type { Asset, RegistryView } from "../model/registry.ts";
import { isOutOfService } from "./alarm-holds.ts";
import type { AlarmKeeper } from "./alarm-keeper.ts";
import { type AlarmBearer, slotsOf } from "./alarm-slots.ts";
import type { StateRow } from "./alarm-tables.ts";
import type { RuleBook, RuleSet } from "./rule-book.ts";

export interface AlarmNode extends AlarmBearer {
  rules: RuleSet;
}

export interface Nodes {
  find(nodeId: string): AlarmNode | undefined;
  /** Undefined where the asset is gone, or its class has no rule on what lies below. */
  ofAsset(assetId: string): AlarmNode | undefined;
  ofGateway(gatewayId: string): AlarmNode;
  gatewayRules(gatewayId: string): RuleSet;
  /** False where node or rule are gone: the alarm is cleared instead. */
  restore(row: StateRow, alarm: AlarmRecord | undefined, now: Instant): boolean;
  /** Rules or the registry have changed. */
  renew(now: Instant): void;
}

export function createNodes(deps: {
  registry: Pick<RegistryView, "asset" | "devicesOfGateway">;
  rules: Pick<RuleBook, "rulesAbove">;
  keeper: Pick<AlarmKeeper, "retire" | "rebind" | "review" | "drop" | "restore" | "dropHolds">;
}): Nodes {
  const { registry, rules, keeper } = deps;
  const known = new Map<string, AlarmNode>();
  const gatewayAssets = new Map<string, Asset>();

  /** A gateway in the shape in which rules are bound: one object for each. */
  const gatewayAsset = (gatewayId: string): Asset => {
    let asset = gatewayAssets.get(gatewayId);
    if (asset === undefined) {
      const assetId = AssetId.parse(gatewayId);
      const nowhere = { componentCode: "", name: gatewayId, lon: 0, lat: 0 };
      asset = { assetId, class: GATEWAY_CLASS.slug, ...nowhere };
      gatewayAssets.set(gatewayId, asset);
    }
    return asset;
  };

  const meet = (nodeId: string, asset: Asset): AlarmNode => {
    let node = known.get(nodeId);
    if (node === undefined) {
      const set = rules.rulesAbove(asset);
      node = { bearerId: nodeId, asset, rules: set, slots: new Map() };
      known.set(nodeId, node);
    }
    return node;
  };

  const assetNow = (nodeId: string): Asset | undefined => {
    const gatewayId = gatewayOfNode(nodeId);
    if (gatewayId === undefined) return registry.asset(assetOfNode(nodeId) ?? "");
    return registry.devicesOfGateway(gatewayId).length === 0 ? undefined : gatewayAsset(gatewayId);
  };

  const nodes: Nodes = {
    find(nodeId) {
      const gatewayId = gatewayOfNode(nodeId);
      if (gatewayId !== undefined) return nodes.ofGateway(gatewayId);
      return nodes.ofAsset(assetOfNode(nodeId) ?? "");
    },
    ofAsset(assetId) {
      const asset = registry.asset(assetId);
      if (asset === undefined || rules.rulesAbove(asset).groups.length === 0) return undefined;
      return meet(assetNodeId(assetId), asset);
    },
    ofGateway: (gatewayId) => meet(gatewayNodeId(gatewayId), gatewayAsset(gatewayId)),
    gatewayRules: (gatewayId) => rules.rulesAbove(gatewayAsset(gatewayId)),
    restore(row, alarm, now) {
      const node = nodes.find(row.bearerId);
      const rule = node?.rules.all.get(row.ruleId);
      const isWhole = alarm !== undefined || row.state.state === "pending";
      if (node === undefined || rule === undefined || !isWhole) {
        keeper.drop(row, alarm, now);
        return false;
      }
      const isUntold = row.isUntold === true;
      keeper.restore({ bearer: node, rule, state: row.state, alarm, isUntold });
      return true;
    },
    renew(now) {
      for (const node of [...known.values()]) {
        const asset = assetNow(node.bearerId);
        const set = asset === undefined ? undefined : rules.rulesAbove(asset);
        const isSame = asset === node.asset && set === node.rules;
        if (isSame) continue;
        const isHoldChanged = isOutOfService(asset) !== isOutOfService(node.asset);
        for (const slot of slotsOf(node)) {
          const rule = set?.all.get(slot.rule.rule.ruleId);
          if (rule === undefined) keeper.retire(slot, now);
          else if (rule !== slot.rule) keeper.rebind(slot, rule, now);
        }
        if (asset === undefined || set === undefined) {
          keeper.dropHolds(node.bearerId);
          known.delete(node.bearerId);
          gatewayAssets.delete(gatewayOfNode(node.bearerId) ?? "");
        } else {
          node.asset = asset;
          node.rules = set;
          if (isHoldChanged) for (const slot of slotsOf(node)) keeper.review(slot, now);
        }
      }
    },
  };
  return nodes;
}
