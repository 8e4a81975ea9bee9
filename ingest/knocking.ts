/**
 * Who knocked without being registered: unknown devices and data loggers, newest knock last, so
 * that an installer finds the id to register. Bounded; the longest silent go first.
 */
import type { Instant } from "../model/clock.ts";
import type { Knock } from "./gateways/gateway.ts";

export interface Knocking {
  readonly format: string;
  readonly id: string;
  /** Who signed in and spoke for it; of a TCP data logger its address. */
  readonly sender: string;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  readonly count: number;
}

export interface KnockingList {
  add(knock: Knock, sender: string, at: Instant): void;
  /** It is registered now. */
  forget(knock: Knock): void;
  /** Newest knock first. */
  list(): Knocking[];
}

export function createKnocking(knockingMax: number): KnockingList {
  const known = new Map<string, Knocking>();
  return {
    add(knock, sender, at) {
      const { format, id } = knock;
      const key = keyOf(knock);
      const before = known.get(key);
      known.delete(key);
      const firstAt = before?.firstAt ?? at;
      known.set(key, { format, id, sender, firstAt, lastAt: at, count: (before?.count ?? 0) + 1 });
      if (known.size <= knockingMax) return;
      const [oldest] = known.keys();
      if (oldest !== undefined) known.delete(oldest);
    },
    forget: (knock) => void known.delete(keyOf(knock)),
    list: () => [...known.values()].reverse(),
  };
}

function keyOf({ format, id }: Knock): string {
  return `${format} ${id}`;
}
