/** Slots under keys, found both ways: who is under a key, and under which keys somebody is. */
import { type AlarmSlot, nameOf } from "./alarm-slots.ts";

export interface SlotIndex {
  put(key: string, slot: AlarmSlot): void;
  /** Was it there? */
  drop(key: string, name: string): boolean;
  has(key: string): boolean;
  /** Under a key; in no order that counts. */
  of(key: string): ReadonlyMap<string, AlarmSlot>;
  /** Under a key, in the same order before and after a restart. */
  sorted(key: string): AlarmSlot[];
  keys(): Iterable<string>;
  /** As often as they are there; in no order that counts. */
  all(): Iterable<AlarmSlot>;
  keysOf(name: string): readonly string[];
  /** Keys and names that are remembered. */
  count(): number;
}

const NOBODY: ReadonlyMap<string, AlarmSlot> = new Map();
const NO_KEYS: readonly string[] = [];

export function createSlotIndex(): SlotIndex {
  const byKey = new Map<string, Map<string, AlarmSlot>>();
  const byName = new Map<string, readonly string[]>();
  return {
    put(key, slot) {
      const name = nameOf(slot);
      const of = byKey.get(key) ?? new Map<string, AlarmSlot>();
      if (!of.has(name)) byName.set(name, [...(byName.get(name) ?? NO_KEYS), key].sort());
      of.set(name, slot);
      byKey.set(key, of);
    },
    drop(key, name) {
      const of = byKey.get(key);
      if (of?.delete(name) !== true) return false;
      if (of.size === 0) byKey.delete(key);
      const others = (byName.get(name) ?? NO_KEYS).filter((each) => each !== key);
      if (others.length === 0) byName.delete(name);
      else byName.set(name, others);
      return true;
    },
    has: (key) => byKey.has(key),
    of: (key) => byKey.get(key) ?? NOBODY,
    sorted: (key) =>
      [...(byKey.get(key) ?? NOBODY)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, slot]) => slot),
    keys: () => [...byKey.keys()],
    *all() {
      for (const of of byKey.values()) yield* of.values();
    },
    keysOf: (name) => byName.get(name) ?? NO_KEYS,
    count: () => byKey.size + byName.size,
  };
}
