/** Slots whose delay runs; asked often and answering nothing, it costs one comparison. */
import type { Instant } from "../model/clock.ts";
import { type AlarmSlot, nameOf } from "./alarm-slots.ts";
import { delayEndsAt } from "./alarm-states.ts";

export function createDelays() {
  const running = new Set<AlarmSlot>();
  /** No delay ends before it; it may be too early, never too late. */
  let earliestEnd = Number.POSITIVE_INFINITY;
  const endOf = (slot: AlarmSlot): Instant =>
    delayEndsAt(slot.state, slot.rule) ?? Number.POSITIVE_INFINITY;
  return {
    count: () => running.size,
    /** No delay ends before it. */
    nextEnd: (): Instant => earliestEnd,
    running: (): AlarmSlot[] => [...running],
    follow(slot: AlarmSlot): void {
      const end = endOf(slot);
      if (end === Number.POSITIVE_INFINITY) running.delete(slot);
      else running.add(slot);
      earliestEnd = Math.min(earliestEnd, end);
    },
    /** In order of their ends, so that a replay numbers the same things the same way. */
    takeDue(now: Instant): AlarmSlot[] {
      if (now < earliestEnd) return [];
      const due: AlarmSlot[] = [];
      earliestEnd = Number.POSITIVE_INFINITY;
      for (const slot of running) {
        const end = endOf(slot);
        if (end <= now) due.push(slot);
        else earliestEnd = Math.min(earliestEnd, end);
      }
      return due.sort((a, b) => endOf(a) - endOf(b) || (nameOf(a) < nameOf(b) ? -1 : 1));
    },
  };
}
