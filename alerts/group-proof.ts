/**
 * Proof of repair for a fault that many below share: an asset that was alarming since many below it
 * were is well again when few of them still are, by what those that are heard say. Noted from time to
 * time, since no reading of one of them says it for all.
 */
import { type Instant, MINUTE_MS } from "../model/clock.ts";
import { isAbnormal } from "./alarm-states.ts";
import type { ConditionWatch, ConditionWatches } from "./condition-watches.ts";
import type { JudgedDevice } from "./devices.ts";
import type { Verdict } from "./levels.ts";
import type { AlarmNode, Nodes } from "./nodes.ts";
import type { GroupRule } from "./rule-evaluation.ts";

/** A proof that goes on is written down this often. */
const NOTED_MS = MINUTE_MS;

export function createGroupProof(deps: {
  nodes: Pick<Nodes, "ofAsset">;
  watches: Pick<ConditionWatches, "all" | "note">;
  /** Devices below that know the family and are heard. */
  liveBelow(nodeId: string, family: string): JudgedDevice[];
  wanted(rule: GroupRule, liveCount: number): number;
}): () => void {
  const noteOne = (watch: ConditionWatch, node: AlarmNode, rule: GroupRule): void => {
    const { ruleId } = rule.rule;
    const live = deps.liveBelow(node.bearerId, rule.group.family);
    const isBad = (device: JudgedDevice): boolean =>
      [...device.slots.values()].some(
        (slot) => slot.rule.rule.family === rule.group.family && isAbnormal(slot.state),
      );
    const bad: JudgedDevice[] = [];
    const well: JudgedDevice[] = [];
    for (const device of live) (isBad(device) ? bad : well).push(device);
    const verdict = verdictOf(bad.length, deps.wanted(rule, live.length), live.length);
    const at = newestOf(verdict === "abnormal" ? bad : well);
    const known = watch.trackers.get(`${node.bearerId} ${ruleId}`);
    const isSoon = at - (known?.lastGoodAt ?? Number.NEGATIVE_INFINITY) < NOTED_MS;
    if (verdict === "normal" && isSoon) return;
    deps.watches.note(watch, { deviceId: node.bearerId, ruleId, verdict, at });
  };

  return () => {
    for (const watch of deps.watches.all()) {
      const node = deps.nodes.ofAsset(watch.assetId);
      if (node === undefined) continue;
      for (const rule of node.rules.groups) {
        if (rule.conditionId === watch.conditionId) noteOne(watch, node, rule);
      }
    }
  };
}

function verdictOf(bad: number, wanted: number, live: number): Verdict {
  if (live === 0) return "unknown";
  if (bad >= wanted) return "abnormal";
  return bad * 2 < wanted ? "normal" : "between";
}

function newestOf(devices: readonly JudgedDevice[]): Instant {
  return devices.reduce((newest, each) => Math.max(newest, each.heardAt), Number.NEGATIVE_INFINITY);
}
