/**
 * Where the alarm of one rule on one bearer is kept: on the bearer, and only while it is not plain
 * normal, so that a device on which nothing is wrong carries nothing.
 */
import type { AlarmRecord } from "../model/alarm.ts";
import type { Asset } from "../model/registry.ts";
import { type AlarmMachineState, NORMAL } from "./alarm-states.ts";
import type { CompiledRule } from "./rule-evaluation.ts";

/** Whose alarms they are. `slots` holds only what is not plain normal, by rule. */
export interface AlarmBearer {
  /** Of a device its id; of an asset or a gateway that bears alarms itself its node's. */
  readonly bearerId: string;
  asset: Asset;
  readonly slots: Map<string, AlarmSlot>;
}

export interface AlarmSlot {
  readonly bearer: AlarmBearer;
  rule: CompiledRule;
  state: AlarmMachineState;
  /** The occurrence that stands, as the machine has it; absent while the first on-delay runs. */
  alarm: AlarmRecord | undefined;
  /** It began while it was held, and nobody was told of it. */
  isUntold: boolean;
}

/** One that is not there yet is normal, and not kept before `putState`. */
export function slotFor(bearer: AlarmBearer, rule: CompiledRule): AlarmSlot {
  const kept = bearer.slots.get(rule.rule.ruleId);
  return kept ?? { bearer, rule, state: NORMAL, alarm: undefined, isUntold: false };
}

export function putState(slot: AlarmSlot, state: AlarmMachineState): void {
  const { slots } = slot.bearer;
  const { ruleId } = slot.rule.rule;
  slot.state = state;
  if (state.state === "normal") slots.delete(ruleId);
  else slots.set(ruleId, slot);
}

/** In the same order before and after a restart. */
export function slotsOf(bearer: AlarmBearer): AlarmSlot[] {
  return [...bearer.slots.values()].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

export function nameOf({ bearer, rule }: AlarmSlot): string {
  return `${bearer.bearerId} ${rule.rule.ruleId}`;
}
