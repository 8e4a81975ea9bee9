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
import { type AlarmInput, isAbnormal, isActive } from "./alarm-states.ts";
import { type GroupRule, isExplaining, isGroupRule, isSilenceRule } from "./rule-evaluation.ts";
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
  /** A gateway is heard: what waited whether it is lost does not wait for that any more. */
  gatewayHeard(key: string, at: Instant): void;
  /** What is to be done; asked again until there is nothing. */
  settle(): CorrelationAction[];
  /** When the first wait ends; infinity where none runs. */
  nextEnd(): Instant;
  /** Ends the waits that are due. */
  endWaits(now: Instant): void;
  /** The alarms that the alarm of this key holds, or will hold once it is told. */
  membersOf(key: string): AlarmSlot[];
  /** Of one that was saved: its state, and what of its hold came from here. */
  restore(slot: AlarmSlot, suppressedBy: readonly string[], now: Instant): void;
}

export interface CorrelationDeps {
  explainersOf(slot: AlarmSlot): readonly Explainer[];
  /** When a rule above will have said whether it explains an alarm that was raised at `at`. */
  verdictAt(explainer: Explainer, slot: AlarmSlot, at: Instant): Instant;
  /** How many devices below a node know the family and are heard. */
  liveBelow(nodeId: string, family: string): number;
}

interface Wait {
  /** Whether something above explains it, or whether it is well again, too. */
  readonly cause: typeof WAIT | typeof SETTLE;
  readonly slot: AlarmSlot;
  readonly until: Instant;
  readonly keys: readonly string[];
}

interface Group {
  readonly nodeId: string;
  readonly rule: GroupRule;
}

const WAIT = "wait until ";
const SETTLE = "settle until ";
/** A silence is so many reports that did not come. */
const REPORTS_MISSED = 3;
const NOTHING: CorrelationAction[] = [];

export function isOfCorrelation(cause: string): boolean {
  return isWait(cause) || cause.startsWith("@");
}

const isWait = (cause: string): boolean => cause.startsWith(WAIT) || cause.startsWith(SETTLE);

export function createCorrelation(deps: CorrelationDeps): Correlation {
  /** By the name of the slot that waits. */
  const waits = new Map<string, Wait>();
  let nextEnd = Number.POSITIVE_INFINITY;
  /** By node and rule. */
  const waiting = new Map<string, Map<string, AlarmSlot>>();
  const members = new Map<string, Map<string, AlarmSlot>>();
  const groups = new Map<string, Group>();
  /** Explaining alarms that are active, by key and bearer. */
  const active = new Map<string, Map<string, AlarmSlot>>();
  /** Keys to look at again, with the time of what happened there. */
  let dirty = new Map<string, Instant>();
  let actions: CorrelationAction[] = [];

  const isExplained = (key: string): boolean => active.has(key);
  const touch = (key: string, at: Instant): void => {
    dirty.set(key, Math.max(at, dirty.get(key) ?? at));
  };

  const causesOf = (slot: AlarmSlot): string[] => {
    const name = nameOf(slot);
    const wait = waits.get(name);
    const holders = [...members].filter(([, of]) => of.has(name)).map(([key]) => key);
    return [...holders, ...(wait === undefined ? [] : [`${wait.cause}${wait.until}`])];
  };

  const beginWait = (wait: Wait, at: Instant): void => {
    const name = nameOf(wait.slot);
    waits.set(name, wait);
    nextEnd = Math.min(nextEnd, wait.until);
    for (const key of wait.keys) {
      put(waiting, key, wait.slot);
      touch(key, at);
    }
  };

  const endWait = (name: string): void => {
    const wait = waits.get(name);
    if (wait === undefined) return;
    waits.delete(name);
    for (const key of wait.keys) drop(waiting, key, name);
  };

  const leave = (slot: AlarmSlot, at: Instant): void => {
    const name = nameOf(slot);
    const isHeld = waits.has(name) || [...members.values()].some((of) => of.has(name));
    if (!isHeld) return;
    for (const key of waits.get(name)?.keys ?? []) touch(key, at);
    endWait(name);
    for (const key of [...members.keys()]) {
      if (drop(members, key, name)) touch(key, at);
    }
    actions.push({ kind: "hold", slot, causes: [], at });
  };

  const noteExplainer = (slot: AlarmSlot, at: Instant): void => {
    const { rule, bearer, state } = slot;
    if (!isExplaining(rule)) return;
    const key = keyOf(nodeOf(bearer), rule);
    const isKnown = active.get(key)?.has(nameOf(slot)) === true;
    if (isActive(state) === isKnown) return;
    if (isKnown) drop(active, key, nameOf(slot));
    else put(active, key, slot);
    touch(key, at);
  };

  /** The node's alarm stands: what waited for it is held by it. */
  const take = (key: string, at: Instant): void => {
    for (const slot of sorted(waiting.get(key))) {
      endWait(nameOf(slot));
      put(members, key, slot);
      actions.push({ kind: "hold", slot, causes: causesOf(slot), at });
    }
  };

  /** It is over: what is still bad waits until others have had time to say that they are well. */
  const letGo = (key: string, at: Instant): void => {
    for (const slot of sorted(members.get(key))) {
      const name = nameOf(slot);
      drop(members, key, name);
      const explainers = deps.explainersOf(slot);
      const until = Math.max(at, ...explainers.map((each) => at + settleMs(each, slot)));
      if (until > at && !waits.has(name)) {
        beginWait({ cause: SETTLE, slot, until, keys: keysOf(explainers) }, at);
      }
      actions.push({ kind: "hold", slot, causes: causesOf(slot), at });
    }
  };

  const judgeGroup = ({ nodeId, rule }: Group, key: string, at: Instant): void => {
    const count = countBad(waiting.get(key)) + countBad(members.get(key));
    if (count === 0 && !isExplained(key)) return;
    const wanted = membersWanted(rule, deps.liveBelow(nodeId, rule.group.family));
    const input: AlarmInput =
      count >= wanted
        ? { kind: "abnormal", ...evidenceOf(waiting.get(key)) }
        : { kind: count * 2 < wanted ? "normal" : "between" };
    actions.push({ kind: "judge", nodeId, rule, input, at });
  };

  const look = (key: string, at: Instant): void => {
    if (isExplained(key)) take(key, at);
    else if (members.has(key)) letGo(key, at);
    const group = groups.get(key);
    if (group !== undefined) judgeGroup(group, key, at);
  };

  const know = ({ nodeId, rule, key }: Pick<Explainer, "nodeId" | "rule" | "key">): void => {
    if (isGroupRule(rule)) groups.set(key, { nodeId, rule });
  };

  return {
    raising(slot, at) {
      const { family, lifeSafety } = slot.rule.rule;
      if (family === undefined || lifeSafety) return [];
      const explainers = deps.explainersOf(slot);
      for (const each of explainers) know(each);
      const standing = explainers.filter(({ key }) => isExplained(key));
      if (standing.length === 0) {
        const until = Math.max(at, ...explainers.map((each) => deps.verdictAt(each, slot, at)));
        if (until <= at) return [];
        beginWait({ cause: WAIT, slot, until, keys: keysOf(explainers) }, at);
        return causesOf(slot);
      }
      for (const { key } of standing) {
        put(members, key, slot);
        touch(key, at);
        const [to] = sorted(active.get(key));
        if (to !== undefined) actions.push({ kind: "joined", to, members: [slot], at });
      }
      return causesOf(slot);
    },
    entered(slot, at) {
      noteExplainer(slot, at);
      if (slot.rule.rule.family === undefined) return;
      if (!isActive(slot.state)) {
        leave(slot, at);
        const isBack = slot.state.state === "returned" || slot.state.state === "latched";
        if (isBack && slot.isUntold) actions.push({ kind: "reset", slot, at });
        return;
      }
      const name = nameOf(slot);
      for (const key of waits.get(name)?.keys ?? []) touch(key, at);
      for (const [key, of] of members) if (of.has(name)) touch(key, at);
    },
    gatewayHeard(key, at) {
      if (isExplained(key)) return;
      for (const slot of sorted(waiting.get(key))) {
        if (waits.get(nameOf(slot))?.cause !== WAIT) continue;
        endWait(nameOf(slot));
        actions.push({ kind: "hold", slot, causes: causesOf(slot), at });
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
    nextEnd: () => nextEnd,
    endWaits(now) {
      if (now < nextEnd) return;
      nextEnd = Number.POSITIVE_INFINITY;
      const due: Wait[] = [];
      for (const wait of waits.values()) {
        if (wait.until <= now) due.push(wait);
        else nextEnd = Math.min(nextEnd, wait.until);
      }
      due.sort((a, b) => a.until - b.until || (nameOf(a.slot) < nameOf(b.slot) ? -1 : 1));
      for (const { slot, until, keys } of due) {
        endWait(nameOf(slot));
        for (const key of keys) touch(key, until);
        actions.push({ kind: "hold", slot, causes: causesOf(slot), at: until });
      }
    },
    membersOf: (key) => [...sorted(members.get(key)), ...sorted(waiting.get(key))],
    restore(slot, suppressedBy, now) {
      noteExplainer(slot, now);
      if (suppressedBy.length === 0) return;
      const explainers = deps.explainersOf(slot);
      for (const each of explainers) know(each);
      for (const cause of suppressedBy) {
        if (isWait(cause)) {
          const kind = cause.startsWith(WAIT) ? WAIT : SETTLE;
          const until = Number(cause.slice(kind.length));
          beginWait({ cause: kind, slot, until, keys: keysOf(explainers) }, now);
        } else if (isOfCorrelation(cause)) {
          put(members, cause, slot);
          touch(cause, now);
        }
      }
    },
  };
}

/** How many make it a fault of the node; of fewer than half it is over. */
export function membersWanted({ group }: GroupRule, liveCount: number): number {
  return Math.max(group.countMin, Math.ceil(group.shareMin * liveCount));
}

/** Where nothing lies above anything. */
export const NO_CORRELATION: Correlation = {
  raising: () => [],
  entered() {},
  gatewayHeard() {},
  settle: () => [],
  nextEnd: () => Number.POSITIVE_INFINITY,
  endWaits() {},
  membersOf: () => [],
  restore() {},
};

/** How long after the node is well those below have to say that they are: one report, at least. */
function settleMs({ waitMs }: Explainer, { rule }: AlarmSlot): DurationMs {
  const reportMs = isSilenceRule(rule) ? rule.afterMs / REPORTS_MISSED : 0;
  return Math.max(waitMs, rule.offDelayMs, reportMs);
}

const keysOf = (explainers: readonly Explainer[]): string[] => explainers.map(({ key }) => key);

function put(index: Map<string, Map<string, AlarmSlot>>, key: string, slot: AlarmSlot): void {
  const of = index.get(key) ?? new Map<string, AlarmSlot>();
  of.set(nameOf(slot), slot);
  index.set(key, of);
}

function drop(index: Map<string, Map<string, AlarmSlot>>, key: string, name: string): boolean {
  const of = index.get(key);
  if (of?.delete(name) !== true) return false;
  if (of.size === 0) index.delete(key);
  return true;
}

function countBad(of: ReadonlyMap<string, AlarmSlot> | undefined): number {
  let count = 0;
  for (const { state } of of?.values() ?? []) if (isAbnormal(state)) count += 1;
  return count;
}

/** The reading of one of them stands for all. */
function evidenceOf(of: ReadonlyMap<string, AlarmSlot> | undefined): { evidence?: AlarmEvidence } {
  const evidence = sorted(of).at(-1)?.alarm?.evidence;
  return evidence === undefined ? {} : { evidence };
}

function sorted(of: ReadonlyMap<string, AlarmSlot> | undefined): AlarmSlot[] {
  if (of === undefined) return [];
  return [...of].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slot]) => slot);
}
