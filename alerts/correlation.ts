/**
 * One root cause, one case: alarms that share a fault family are held while something above them
 * explains it. An alarm that something above may explain waits to see whether it does; so many that
 * wait together under one node raise the node's own alarm; whoever comes later joins; when the node's
 * alarm is over, what is still bad waits once more, since others may be late to say that they are
 * well, and then stands alone.
 * Pure: told what became of each alarm, it answers what is to be done. What it knows is in the holds
 * and in the states, from which it is put together again after a restart.
 */
import type { AlarmEvidence } from "../model/alarm.ts";
import type { DurationMs, Instant } from "../model/clock.ts";
import { type AlarmSlot, nameOf } from "./alarm-slots.ts";
import { type AlarmInput, delayEndsAt, isAbnormal, isActive } from "./alarm-states.ts";
import { causeOf, notAfter, type Wait, waitOf } from "./correlation-waits.ts";
import { createHeldBelow } from "./held-below.ts";
import { type GroupRule, isExplaining } from "./rule-evaluation.ts";
import { createSlotIndex } from "./slot-index.ts";
import { type Explainer, keyOf, nodeOf } from "./topology.ts";

export type CorrelationAction =
  /** What the alarms below say of the node. */
  | { kind: "judge"; nodeId: string; rule: GroupRule; input: AlarmInput; at: Instant }
  /** `causes` hold the alarm from now on, in the place of those that correlation put before. */
  | { kind: "hold"; slot: AlarmSlot; causes: readonly string[]; at: Instant }
  /** Nobody was told of it, and it is over: nobody need acknowledge it. */
  | { kind: "reset"; slot: AlarmSlot; at: Instant }
  /** They came after the alarm that explains them was told. */
  | { kind: "joined"; to: AlarmSlot; members: readonly AlarmSlot[]; at: Instant };

export interface Correlation {
  /** An alarm is about to be raised: what holds it from its beginning. */
  raising(slot: AlarmSlot, at: Instant): string[];
  /** Its state has changed. */
  entered(slot: AlarmSlot, at: Instant): void;
  /** Its rule has changed. */
  rebound(slot: AlarmSlot, at: Instant): void;
  /** A gateway is heard: what waited whether it is lost does not wait for that any more. */
  gatewayHeard(key: string, at: Instant): void;
  /** The registry or the rules may have changed, or who is heard. */
  lookOver(now: Instant): void;
  /** The clock was set back to `now`. */
  notAfter(now: Instant): void;
  /** What is to be done; asked again until there is nothing. */
  settle(): CorrelationAction[];
  /** When the first wait ends, or earlier; infinity where none runs. */
  nextEnd(): Instant;
  /** Ends the waits that are due. */
  endWaits(now: Instant): void;
  /** The alarms that the alarm of this key holds, or will hold once it is told. */
  membersOf(key: string): AlarmSlot[];
  /** Of one that was saved: its state, and what of its hold came from here. */
  restore(slot: AlarmSlot, suppressedBy: readonly string[]): void;
  /** What is remembered of alarms that wait, are held, or hold others. */
  count(): number;
}

export interface CorrelationDeps {
  explainersOf(slot: AlarmSlot): readonly Explainer[];
  /** When a rule above will have said whether it explains an alarm that was raised at `at`. */
  verdictAt(explainer: Explainer, slot: AlarmSlot, at: Instant): Instant;
  /** How long after the node is well an alarm below has to say that it is, too. */
  settleMs(explainer: Explainer, slot: AlarmSlot): DurationMs;
  /** The rule of this key on what lies below, as it is now; undefined where it is none. */
  groupOf(key: string): { nodeId: string; rule: GroupRule } | undefined;
  /** How many devices below a node know the family and are heard. */
  liveBelow(nodeId: string, family: string): number;
}

const NOTHING: CorrelationAction[] = [];

export function isOfCorrelation(cause: string): boolean {
  return cause.startsWith("@") || waitOf(cause) !== undefined;
}

export function createCorrelation(deps: CorrelationDeps): Correlation {
  const below = createHeldBelow();
  const { waits, waiting, members, bad, unheard } = below;
  /** By node and rule, its own active alarms. */
  const active = createSlotIndex();
  /** Keys to look at again, with the time of what happened there. */
  let dirty = new Map<string, Instant>();
  let actions: CorrelationAction[] = [];

  const isExplained = (key: string): boolean => active.has(key);
  const touch = (keys: Iterable<string>, at: Instant): void => {
    for (const key of keys) dirty.set(key, Math.max(at, dirty.get(key) ?? at));
  };

  /** Life safety waits for nothing, and nothing holds it. */
  const explainersOf = (slot: AlarmSlot): readonly Explainer[] => {
    const { family, lifeSafety } = slot.rule.rule;
    return family === undefined || lifeSafety ? [] : deps.explainersOf(slot);
  };

  const causesOf = (slot: AlarmSlot): string[] => {
    const name = nameOf(slot);
    const wait = waits.of(name);
    return [...members.keysOf(name), ...(wait === undefined ? [] : [causeOf(wait)])];
  };
  const hold = (slot: AlarmSlot, at: Instant): void => {
    actions.push({ kind: "hold", slot, causes: causesOf(slot), at });
  };

  const beginWait = (wait: Wait, at: Instant): void => {
    below.putWait(wait);
    touch(wait.keys, at);
  };
  const endWait = (name: string, at: Instant): void => {
    touch(below.endWait(name)?.keys ?? [], at);
  };

  /** It is raised, and nothing explains it yet. */
  const waitFor = (slot: AlarmSlot, explainers: readonly Explainer[], at: Instant): void => {
    let until = at;
    let kind: Wait["kind"] = "above";
    for (const each of explainers) {
      const verdictAt = deps.verdictAt(each, slot, at);
      if (each.isGateway && verdictAt > at) kind = "gateway";
      until = Math.max(until, verdictAt);
    }
    if (until > at) beginWait({ kind, slot, since: at, until, keys: keysOf(explainers) }, at);
  };

  /** What explained it does so no more, and nothing else does. */
  const settleDown = (slot: AlarmSlot, explainers: readonly Explainer[], at: Instant): void => {
    const name = nameOf(slot);
    if (waits.of(name) !== undefined || members.keysOf(name).length > 0) return;
    let until = at;
    for (const each of explainers) until = Math.max(until, at + deps.settleMs(each, slot));
    if (until === at) return;
    beginWait({ kind: "settle", slot, since: at, until, keys: keysOf(explainers) }, at);
  };

  const leave = (slot: AlarmSlot, at: Instant): void => {
    const name = nameOf(slot);
    const keys = members.keysOf(name);
    if (keys.length === 0 && waits.of(name) === undefined) return;
    endWait(name, at);
    touch(keys, at);
    for (const key of keys) below.dropMember(key, slot);
    hold(slot, at);
  };

  /** Its key, where it explains from now on. */
  const noteExplainer = (slot: AlarmSlot, at: Instant): string | undefined => {
    const name = nameOf(slot);
    const key = keyOf(nodeOf(slot.bearer), slot.rule);
    const isOne = isActive(slot.state) && isExplaining(slot.rule);
    if (isOne === active.of(key).has(name)) return undefined;
    if (isOne) active.put(key, slot);
    else active.drop(key, name);
    touch([key], at);
    return isOne ? key : undefined;
  };

  /** The node's alarm stands: what waited for it is held by it. */
  const take = (key: string, at: Instant): AlarmSlot[] => {
    const taken = waiting.sorted(key);
    for (const slot of taken) {
      endWait(nameOf(slot), at);
      below.putMember(key, slot);
      hold(slot, at);
    }
    return taken;
  };

  /** Of several alarms of one rule whichever was told of. */
  const join = (key: string, slots: readonly AlarmSlot[], at: Instant): void => {
    if (slots.length === 0) return;
    const standing = active.sorted(key);
    const to = standing.find(({ isUntold }) => !isUntold) ?? standing[0];
    if (to !== undefined) actions.push({ kind: "joined", to, members: slots, at });
  };

  /** It is over: what is still bad waits until others have had time to say that they are well. */
  const letGo = (key: string, at: Instant): void => {
    for (const slot of members.sorted(key)) {
      below.dropMember(key, slot);
      settleDown(slot, explainersOf(slot), at);
      hold(slot, at);
    }
  };

  const inputOf = (key: string, nodeId: string, rule: GroupRule): AlarmInput => {
    const count = bad.of(key).size;
    if (count === 0) return { kind: "normal" };
    const wanted = membersWanted(rule, deps.liveBelow(nodeId, rule.group.family));
    if (count >= wanted) return { kind: "abnormal", ...evidenceOf(waiting.of(key)) };
    return { kind: count * 2 < wanted ? "normal" : "between" };
  };

  const look = (key: string, at: Instant): void => {
    if (isExplained(key)) join(key, take(key, at), at);
    else if (members.has(key)) letGo(key, at);
    const group = deps.groupOf(key);
    if (group === undefined) return;
    const input = inputOf(key, group.nodeId, group.rule);
    actions.push({ kind: "judge", ...group, input, at });
  };

  /** Has what lies above one that waits or is held become something else? */
  const isOutdated = (slot: AlarmSlot): boolean => {
    const name = nameOf(slot);
    const explainers = explainersOf(slot);
    const isAbove = (key: string): boolean => explainers.some((each) => each.key === key);
    if (!members.keysOf(name).every(isAbove)) return true;
    const wait = waits.of(name);
    return wait !== undefined && !isSame(wait.keys, explainers);
  };

  const lookAbove = (slot: AlarmSlot, at: Instant): void => {
    const name = nameOf(slot);
    const wait = waits.of(name);
    const explainers = explainersOf(slot);
    const keys = keysOf(explainers);
    const gone = members.keysOf(name).filter((key) => !keys.includes(key));
    if (wait !== undefined && !isSame(wait.keys, explainers)) {
      endWait(name, at);
      if (keys.length > 0) beginWait({ ...wait, keys }, at);
    }
    touch(gone, at);
    for (const key of gone) below.dropMember(key, slot);
    if (gone.length > 0) settleDown(slot, explainers, at);
    hold(slot, at);
  };

  return {
    raising(slot, at) {
      const explainers = explainersOf(slot);
      const standing = explainers.filter(({ key }) => isExplained(key));
      if (standing.length === 0) waitFor(slot, explainers, at);
      for (const { key } of standing) {
        below.putMember(key, slot);
        touch([key], at);
        join(key, [slot], at);
      }
      return causesOf(slot);
    },
    entered(slot, at) {
      const begun = isExplaining(slot.rule) ? noteExplainer(slot, at) : undefined;
      // They are told of together with it.
      if (begun !== undefined) take(begun, at);
      if (!isActive(slot.state)) {
        leave(slot, at);
        const isBack = slot.state.state === "returned" || slot.state.state === "latched";
        const isOfFamily = slot.rule.rule.family !== undefined;
        if (isBack && slot.isUntold && isOfFamily) actions.push({ kind: "reset", slot, at });
        return;
      }
      const name = nameOf(slot);
      for (const keys of [waits.of(name)?.keys ?? [], members.keysOf(name)]) {
        for (const key of keys) below.note(key, slot);
        touch(keys, at);
      }
    },
    rebound(slot, at) {
      noteExplainer(slot, at);
      if (isOutdated(slot)) lookAbove(slot, at);
    },
    gatewayHeard(key, at) {
      if (!unheard.has(key) || isExplained(key)) return;
      for (const slot of unheard.sorted(key)) {
        const name = nameOf(slot);
        const wait = waits.of(name);
        if (wait === undefined) continue;
        endWait(name, at);
        let until = at;
        for (const each of explainersOf(slot)) {
          if (each.key !== key) until = Math.max(until, deps.verdictAt(each, slot, wait.since));
        }
        if (until > at) below.putWait({ ...wait, kind: "above", until });
        hold(slot, at);
      }
    },
    lookOver(now) {
      const outdated = new Map<string, AlarmSlot>();
      for (const index of [waiting, members]) {
        for (const slot of index.all()) if (isOutdated(slot)) outdated.set(nameOf(slot), slot);
      }
      for (const [, slot] of [...outdated].sort(([a], [b]) => (a < b ? -1 : 1))) {
        lookAbove(slot, now);
      }
      for (const index of [waiting, members, active]) touch(index.keys(), now);
    },
    notAfter(now) {
      for (const wait of waits.all()) {
        const after = notAfter(wait, now);
        if (after === wait) continue;
        waits.put(after);
        hold(wait.slot, now);
      }
    },
    settle() {
      if (dirty.size === 0 && actions.length === 0) return NOTHING;
      const touched = [...dirty].sort(([a], [b]) => (a < b ? -1 : 1));
      dirty = new Map();
      for (const [key, at] of touched) look(key, at);
      const todo = actions;
      actions = [];
      return todo;
    },
    nextEnd: waits.nextEnd,
    endWaits(now) {
      for (const wait of waits.due(now)) {
        const { slot, until } = wait;
        const backAt = isAbnormal(slot.state) ? undefined : delayEndsAt(slot.state, slot.rule);
        // On its way back it is over soon, or bad again: until then nobody need hear of it.
        if (backAt !== undefined && backAt >= until) below.putWait({ ...wait, until: backAt + 1 });
        else endWait(nameOf(slot), until);
        hold(slot, until);
      }
    },
    membersOf: (key) => [...members.sorted(key), ...waiting.sorted(key)],
    restore(slot, suppressedBy) {
      if (isActive(slot.state) && isExplaining(slot.rule)) {
        active.put(keyOf(nodeOf(slot.bearer), slot.rule), slot);
      }
      for (const cause of suppressedBy) {
        const wait = waitOf(cause);
        if (wait !== undefined) below.putWait({ ...wait, slot, keys: keysOf(explainersOf(slot)) });
        else if (isOfCorrelation(cause)) below.putMember(cause, slot);
      }
    },
    count: () => below.count() + active.count(),
  };
}

/** How many make it a fault of the node; of fewer than half it is over. */
export function membersWanted({ group }: GroupRule, liveCount: number): number {
  return Math.max(group.countMin, Math.ceil(group.shareMin * liveCount));
}

const isSame = (keys: readonly string[], explainers: readonly Explainer[]): boolean =>
  keys.length === explainers.length && explainers.every(({ key }, index) => key === keys[index]);

const keysOf = (explainers: readonly Explainer[]): string[] => explainers.map(({ key }) => key);

/** The reading of one of them stands for all. */
function evidenceOf(of: ReadonlyMap<string, AlarmSlot>): { evidence?: AlarmEvidence } {
  let last = "";
  for (const name of of.keys()) if (name > last) last = name;
  const evidence = of.get(last)?.alarm?.evidence;
  return evidence === undefined ? {} : { evidence };
}
