/**
 * A year's holidays were put: the deadline of an order that has not ended is counted again from its
 * issue on, with its extensions, as if they had always been known. Where it moves, its history has a
 * record `recount` and the ladder begins anew; where it stays, the rungs that wait go by the office's
 * new days.
 */
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Supervision } from "../model/supervision.ts";
import type { CalendarBook } from "./calendar.ts";
import { addHistory } from "./case-history.ts";
import { type CaseEffects, SYSTEM_ACTOR } from "./desk-words.ts";
import { countDeadline, duesOf } from "./supervision-deadline.ts";
import { recordOf } from "./supervision-machine.ts";
import { tellSupervisionStep } from "./supervision-notices.ts";
import { saveSupervisionDues, updateSupervision } from "./supervision-store.ts";

export function createSupervisionRecount(calendars: CalendarBook, zone: TimeZone) {
  /** Answers whether the deadline moved. */
  return async function recountOrder(
    tx: Sql,
    before: Supervision,
    { year, version }: { year: number; version: number },
    now: Instant,
    effects: CaseEffects,
  ): Promise<boolean> {
    const { supervisionNo, state, deadlineProvisional, ...kept } = before;
    const counted = countDeadline(before.deadlineSteps ?? [], calendars, zone);
    const isMoved = counted !== undefined && counted.deadline !== before.deadline;
    const isSurer = counted?.deadlineProvisional !== deadlineProvisional;
    if (counted === undefined || (!isMoved && !isSurer)) {
      await saveSupervisionDues(tx, supervisionNo, duesOf(before, calendars, zone));
      return false;
    }
    const after: Supervision = {
      ...kept,
      ...{ supervisionNo, state },
      ...counted,
      ...(isMoved && { recountCount: (before.recountCount ?? 0) + 1 }),
      version: before.version + 1,
    };
    await updateSupervision(tx, after, before.version);
    const by = `counted again by the holidays of ${year}, version ${version}`;
    const note = isMoved
      ? `${by}: the deadline is ${zone.iso(after.deadline)}, it was ${zone.iso(before.deadline)}`
      : `${by}: the deadline stays`;
    const step = { event: "recount", from: state, to: state, role: "system" } as const;
    const record = recordOf(step, { actor: SYSTEM_ACTOR, note, deadline: counted }, now);
    const seq = await addHistory(tx, supervisionNo, [record]);
    await saveSupervisionDues(tx, supervisionNo, duesOf(after, calendars, zone));
    tellSupervisionStep(effects, { before, after, seq }, now);
    return isMoved;
  };
}
