/**
 * Who waits for what lies above, and who is held by it, by node and rule: kept so that a storm asks
 * for numbers and never counts.
 */
import { type AlarmSlot, nameOf } from "./alarm-slots.ts";
import { isAbnormal } from "./alarm-states.ts";
import { createWaits, type Wait, type Waits } from "./correlation-waits.ts";
import { createSlotIndex, type SlotIndex } from "./slot-index.ts";

export interface HeldBelow {
  readonly waits: Waits;
  /** Those that wait for a key, and those that it holds. */
  readonly waiting: SlotIndex;
  readonly members: SlotIndex;
  /** Of both whoever is not on its way back. */
  readonly bad: SlotIndex;
  /** Those that wait for a gateway's silence, by that. */
  readonly unheard: SlotIndex;
  putWait(wait: Wait): void;
  /** Answers the one that ended; undefined where none ran. */
  endWait(name: string): Wait | undefined;
  putMember(key: string, slot: AlarmSlot): void;
  dropMember(key: string, slot: AlarmSlot): void;
  /** Its state has changed. */
  note(key: string, slot: AlarmSlot): void;
  count(): number;
}

export function createHeldBelow(): HeldBelow {
  const waits = createWaits();
  const waiting = createSlotIndex();
  const members = createSlotIndex();
  const bad = createSlotIndex();
  const unheard = createSlotIndex();

  const note = (key: string, slot: AlarmSlot): void => {
    const name = nameOf(slot);
    const isBelow = waiting.of(key).has(name) || members.of(key).has(name);
    if (isBelow && isAbnormal(slot.state)) bad.put(key, slot);
    else bad.drop(key, name);
  };

  return {
    ...{ waits, waiting, members, bad, unheard, note },
    putWait(wait) {
      waits.put(wait);
      for (const key of wait.keys) {
        waiting.put(key, wait.slot);
        note(key, wait.slot);
        if (wait.kind === "gateway") unheard.put(key, wait.slot);
      }
    },
    endWait(name) {
      const wait = waits.of(name);
      if (wait === undefined) return undefined;
      waits.drop(name);
      for (const key of wait.keys) {
        waiting.drop(key, name);
        unheard.drop(key, name);
        note(key, wait.slot);
      }
      return wait;
    },
    putMember(key, slot) {
      members.put(key, slot);
      note(key, slot);
    },
    dropMember(key, slot) {
      members.drop(key, nameOf(slot));
      note(key, slot);
    },
    count: () =>
      [waits, waiting, members, bad, unheard].reduce((sum, each) => sum + each.count(), 0),
  };
}
