/**
 * The ladder of supervision orders that nobody has answered: at 80 % of the time the office is told;
 * at the deadline the office, the unit above it and the shift lead; on each further working day the
 * leaders, up to a bound. Each rung is a due row and is done once, in the order of its time, also
 * after downtime, with a record in the order's history.
 */
import type { Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import type { Supervision } from "../model/supervision.ts";
import { addHistory } from "./case-history.ts";
import { type CaseEffects, type CasesDeps, SYSTEM_ACTOR } from "./desk-words.ts";
import type { TryOne } from "./set-aside.ts";
import { recordOf } from "./supervision-machine.ts";
import { putSupervisionNotice, settle } from "./supervision-notices.ts";
import {
  findSupervision,
  firstSupervisionDueAt,
  markSupervisionDueDone,
  postponeSupervisionDue,
  type WaitingSupervision,
  waitingSupervisionDues,
} from "./supervision-store.ts";

/** Dues of one transaction; more wait for the next tick, which is asked for at once. */
const DUES_PER_TICK_MAX = 200;
/** How long a due that failed is left alone. */
const RETRY_MS = 5 * 60_000;

const RUNG_NOTICE = {
  warn: "supervision-80",
  overdue: "supervision-overdue",
  leader: "supervision-overdue-leader",
} as const;

export function createSupervisionTicks(
  { registry }: { registry: Pick<CasesDeps["registry"], "unit"> },
  tryOne: TryOne,
) {
  async function tick(tx: Sql, now: Instant, effects: CaseEffects): Promise<void> {
    for (const due of await waitingSupervisionDues(tx, now, DUES_PER_TICK_MAX)) {
      const tried = { what: "due", about: { ...due } } as const;
      const isDone = await tryOne(tx, tried, effects, (own) => doDue(tx, due, now, own));
      if (!isDone) await postponeSupervisionDue(tx, due, now + RETRY_MS);
    }
  }

  async function doDue(
    tx: Sql,
    due: WaitingSupervision,
    now: Instant,
    effects: CaseEffects,
  ): Promise<void> {
    await markSupervisionDueDone(tx, due, now);
    const order = await findSupervision(tx, due.supervisionNo);
    if (order === undefined) return;
    const { kind, mark } = due;
    const notice = RUNG_NOTICE[kind];
    putSupervisionNotice(effects, order, { kind: notice, mark }, now);
    if (kind === "overdue") tellAbove(effects, order, mark, now);
    const { state } = order;
    const step = { event: "remind", from: state, to: state, role: "system" } as const;
    const record = recordOf(step, { actor: SYSTEM_ACTOR }, now);
    await addHistory(tx, order.supervisionNo, [{ ...record, outcome: notice }]);
  }

  /** The unit above has a notice of its own, so that it stands until that unit takes care of it. */
  function tellAbove(effects: CaseEffects, order: Supervision, mark: string, now: Instant): void {
    settle(effects, order, "supervision-80", now);
    const parentId = registry.unit(order.unitId)?.parentId;
    if (parentId !== undefined) {
      const above = {
        kind: "supervision-overdue",
        mark: `${mark}_above`,
        unitId: parentId,
      } as const;
      putSupervisionNotice(effects, order, above, now);
    }
    putSupervisionNotice(effects, order, { kind: "supervision-overdue-lead", mark }, now);
  }

  return { tick, nextDue: firstSupervisionDueAt };
}
