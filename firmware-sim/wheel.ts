/**
 * One wheel of slots in place of ten thousand timers: what is due is put into the slot of its time,
 * and whoever holds the wheel turns it. Like an egg carton on a turntable: only the cups that pass
 * the pointer are looked into. Runs in order of time; reads no clock.
 */
import type { DurationMs, Instant, Timer } from "../model/clock.ts";

export interface Wheel {
  /** The time up to which everything due has been run. */
  now(): Instant;
  /** Calls once with the time it was due at, when the wheel passes it. */
  at(due: Instant, call: (due: Instant) => void): Timer;
  after(delayMs: DurationMs, call: (due: Instant) => void): Timer;
  advance(to: Instant): void;
  /** How much is waiting. */
  size(): number;
}

interface Entry {
  due: Instant;
  order: number;
  call: ((due: Instant) => void) | undefined;
}

const SLOTS = 4096;

export function createWheel(options: { start: Instant; slotMs: DurationMs }): Wheel {
  const { slotMs } = options;
  const slots: Entry[][] = Array.from({ length: SLOTS }, () => []);
  let now = options.start;
  let cursor = Math.floor(now / slotMs);
  let order = 0;
  let waiting = 0;

  const slotOf = (tick: number): number => ((tick % SLOTS) + SLOTS) % SLOTS;

  const at = (due: Instant, call: (due: Instant) => void): Timer => {
    order += 1;
    const entry: Entry = { due, order, call };
    slots[slotOf(Math.max(cursor, Math.floor(due / slotMs)))]?.push(entry);
    waiting += 1;
    return {
      cancel() {
        if (entry.call === undefined) return;
        entry.call = undefined;
        waiting -= 1;
      },
    };
  };

  /** Runs what is due in the slot under the pointer; what it adds there and is due runs too. */
  const runSlot = (to: Instant): void => {
    const index = slotOf(cursor);
    const isDue = (entry: Entry): boolean =>
      entry.due <= to && Math.floor(entry.due / slotMs) <= cursor;
    for (;;) {
      const entries = slots[index] ?? [];
      const due = entries.filter((entry) => entry.call !== undefined && isDue(entry));
      slots[index] = entries.filter((entry) => entry.call !== undefined && !isDue(entry));
      if (due.length === 0) return;
      due.sort((one, other) => one.due - other.due || one.order - other.order);
      for (const entry of due) {
        const call = entry.call;
        if (call === undefined) continue;
        entry.call = undefined;
        waiting -= 1;
        now = Math.max(now, entry.due);
        call(entry.due);
      }
    }
  };

  return {
    now: () => now,
    at,
    after: (delayMs, call) => at(now + delayMs, call),
    size: () => waiting,
    advance(to) {
      const last = Math.floor(to / slotMs);
      for (; cursor < last; cursor += 1) runSlot(to);
      runSlot(to);
      now = Math.max(now, to);
    },
  };
}
