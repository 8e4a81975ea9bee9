/**
 * Puts holds on alarms and takes them off: shelves by people and by chatter, suppression by what lies
 * above. Shows on the newest occurrence what holds it, and has those reviewed that nothing holds any
 * more.
 */
import type { AlarmRecord } from "../model/alarm.ts";
import { bearerIdOf } from "../model/alarm-bearer.ts";
import type { Instant } from "../model/clock.ts";
import { type Hold, type Holds, withShelf } from "./alarm-holds.ts";
import { plainRecord, shownRecord } from "./alarm-records.ts";
import type { AlarmSlot } from "./alarm-slots.ts";
import { isOfCorrelation } from "./correlation.ts";
import type { Shelf } from "./hold-tables.ts";
import type { Unsaved } from "./unsaved.ts";

export interface HoldTarget {
  readonly bearerId: string;
  readonly ruleId: string;
}

export interface ShelvingCalls {
  /** Shelves device and rule of an alarm, in the place of a shelf that they may have. */
  shelve(alarm: AlarmRecord, shelf: Shelf, now: Instant): AlarmRecord;
  /** Ends their shelf; undefined where they have none. */
  unshelve(alarm: AlarmRecord, now: Instant): AlarmRecord | undefined;
  /** What suppresses device and rule from `now` on. */
  suppress(target: HoldTarget, suppressedBy: readonly string[], now: Instant): void;
  /** The bearer is gone, and with it all that holds its rules. */
  dropHolds(bearerId: string): void;
}

export interface AlarmShelving {
  readonly calls: ShelvingCalls;
  /** Of an alarm that is about to be raised. */
  holdFromTheStart(target: HoldTarget, causes: readonly string[]): void;
  /** What lies above holds it by, in the place of what it did before; other causes stay. */
  hold(target: HoldTarget, causes: readonly string[], now: Instant): void;
  endShelf(hold: Hold, at: Instant): void;
  /** The occurrence that was over shows the shelf no more: another shows it, or it has ended. */
  leaveShelf(hold: Hold | undefined): void;
  /** The occurrence that is over shows the shelf until another does. */
  showShelfBy(hold: Hold | undefined, last: AlarmRecord): void;
}

export function createAlarmShelving(deps: {
  holds: Holds;
  unsaved: Pick<Unsaved, "alarm">;
  /** The slot whose alarm stands. */
  standing(target: HoldTarget): AlarmSlot | undefined;
  shown(slot: AlarmSlot, alarm: AlarmRecord): AlarmRecord;
  review(slot: AlarmSlot, now: Instant): void;
}): AlarmShelving {
  const { holds, unsaved, standing, shown } = deps;

  const holdAt = ({ bearerId, ruleId }: HoldTarget): Hold =>
    holds.of(bearerId, ruleId) ?? { bearerId, ruleId, suppressedBy: [] };

  /** The occurrence that was over shows the shelf no more: another shows it, or it has ended. */
  const leaveShelf = (hold: Hold | undefined): void => {
    if (hold?.last === undefined) return;
    unsaved.alarm(hold.last);
    holds.put(withShelf(hold, hold.shelf));
  };

  const showShelfBy = (hold: Hold | undefined, last: AlarmRecord): void => {
    if (hold?.shelf !== undefined) holds.put({ ...hold, last });
  };

  /** What another hold still keeps back stays so. */
  const changeHold = (before: Hold, after: Hold, now: Instant): void => {
    if (before.last !== undefined && after.last?.alarmId !== before.last.alarmId) {
      unsaved.alarm(before.last);
    }
    holds.put(after);
    const slot = standing(after);
    if (slot !== undefined) deps.review(slot, now);
    else if (after.last !== undefined) {
      unsaved.alarm(shownRecord(after.last, undefined, after));
    }
  };

  const endShelf = (hold: Hold, at: Instant): void => changeHold(hold, withShelf(hold), at);

  return {
    calls: {
      shelve(alarm, shelf, now) {
        const target = targetOf(alarm);
        const before = holdAt(target);
        const slot = standing(target);
        const over = slot === undefined ? { last: plainRecord(alarm, "normal") } : {};
        const after = { ...withShelf(before, shelf), ...over };
        changeHold(before, after, now);
        return slot?.alarm === undefined
          ? shownRecord(after.last ?? alarm, undefined, after)
          : shown(slot, slot.alarm);
      },
      unshelve(alarm, now) {
        const hold = holds.of(bearerIdOf(alarm), alarm.ruleId);
        if (hold?.shelf === undefined) return undefined;
        endShelf(hold, Math.min(now, hold.shelf.until));
        const slot = standing(targetOf(alarm));
        return slot?.alarm === undefined ? plainRecord(alarm, "normal") : shown(slot, slot.alarm);
      },
      suppress(target, suppressedBy, now) {
        const before = holdAt(target);
        changeHold(before, { ...before, suppressedBy }, now);
      },
      dropHolds(bearerId) {
        for (const hold of holds.ofBearer(bearerId)) {
          leaveShelf(hold);
          holds.put({ bearerId, ruleId: hold.ruleId, suppressedBy: [] });
        }
      },
    },
    holdFromTheStart(target, causes) {
      if (causes.length > 0) holds.put(withCauses(holdAt(target), causes));
    },
    hold(target, causes, now) {
      const before = holdAt(target);
      changeHold(before, withCauses(before, causes), now);
    },
    endShelf,
    leaveShelf,
    showShelfBy,
  };
}

function targetOf(alarm: AlarmRecord): HoldTarget {
  return { bearerId: bearerIdOf(alarm), ruleId: alarm.ruleId };
}

function withCauses(hold: Hold, causes: readonly string[]): Hold {
  const others = hold.suppressedBy.filter((cause) => !isOfCorrelation(cause));
  return { ...hold, suppressedBy: [...others, ...causes].sort() };
}
