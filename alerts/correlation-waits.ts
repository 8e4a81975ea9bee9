/**
 * Alarms that wait to be told: whether something above explains them, or whether they are well again
 * too. A wait is written down as what holds the alarm, and read from there after a restart.
 */
import type { DurationMs, Instant } from "../model/clock.ts";
import { type AlarmSlot, nameOf } from "./alarm-slots.ts";

export interface Wait {
  /**
   * `gateway`, `above`: whether something explains it, in the first case a gateway of which it is not
   * known yet whether it is lost; `settle`: whether it is well again, too.
   */
  readonly kind: WaitKind;
  readonly slot: AlarmSlot;
  readonly since: Instant;
  readonly until: Instant;
  /** What may explain it. */
  readonly keys: readonly string[];
}

type WaitKind = "gateway" | "above" | "settle";

export interface Waits {
  of(name: string): Wait | undefined;
  put(wait: Wait): void;
  drop(name: string): void;
  all(): Wait[];
  /** When the first one ends, or earlier; infinity where none runs. */
  nextEnd(): Instant;
  /** Those that are due, in order of their ends. */
  due(now: Instant): Wait[];
  count(): number;
}

const CAUSE = /^(gateway|above|settle) from (-?\d+) until (-?\d+)$/;

export function causeOf({ kind, since, until }: Pick<Wait, "kind" | "since" | "until">): string {
  return `${kind} from ${since} until ${until}`;
}

/** Undefined: something else holds it. */
export function waitOf(cause: string): Pick<Wait, "kind" | "since" | "until"> | undefined {
  const [, kind, since, until] = CAUSE.exec(cause) ?? [];
  if (kind === undefined) return undefined;
  return { kind: kind as WaitKind, since: Number(since), until: Number(until) };
}

/** The clock was set back to `now`: what began later begins now, and takes as long. */
export function notAfter(wait: Wait, now: Instant): Wait {
  const aheadMs: DurationMs = wait.since - now;
  return aheadMs <= 0 ? wait : { ...wait, since: now, until: wait.until - aheadMs };
}

export function createWaits(): Waits {
  const byName = new Map<string, Wait>();
  let nextEnd = Number.POSITIVE_INFINITY;
  return {
    of: (name) => byName.get(name),
    put(wait) {
      byName.set(nameOf(wait.slot), wait);
      nextEnd = Math.min(nextEnd, wait.until);
    },
    drop(name) {
      byName.delete(name);
      if (byName.size === 0) nextEnd = Number.POSITIVE_INFINITY;
    },
    all: () => [...byName.values()],
    nextEnd: () => nextEnd,
    due(now) {
      if (now < nextEnd) return [];
      nextEnd = Number.POSITIVE_INFINITY;
      const due: Wait[] = [];
      for (const wait of byName.values()) {
        if (wait.until <= now) due.push(wait);
        else nextEnd = Math.min(nextEnd, wait.until);
      }
      return due.sort((a, b) => a.until - b.until || (nameOf(a.slot) < nameOf(b.slot) ? -1 : 1));
    },
    count: () => byName.size,
  };
}
