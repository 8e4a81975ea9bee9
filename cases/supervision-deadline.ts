/**
 * The deadline of a supervision order and the times of its ladder. A time that is named runs on; a
 * limit in working days is counted by the calendar of the accountable office, and so is the share of
 * it after which the office is warned. Pure.
 */
import { HOUR_MS, type Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import type { Supervision } from "../model/supervision.ts";
import { AWAITING_REPLY } from "../model/supervision.ts";
import type { CalendarBook, WorkCalendar } from "./calendar.ts";
import { addLimit, addWorking, workingMsBetween } from "./deadline.ts";

export interface SupervisionDeadline {
  deadline: Instant;
  warnAt: Instant;
  deadlineProvisional?: true;
}

/** Exactly one of the two is there. */
export interface DeadlineWish {
  until?: Instant | undefined;
  workingDays?: number | undefined;
}

/** Share of the time after which the office is warned. */
const WARNED_SHARE = 0.8;
const WORKING_DAY_MS = 8 * HOUR_MS;

/**
 * Nothing where no wish is said. `countedFrom` is where working days begin: now, or the deadline that
 * is extended; the warning always counts from now.
 */
export function deadlineOf(
  wish: DeadlineWish,
  times: { now: Instant; countedFrom: Instant },
  calendar: WorkCalendar,
  zone: TimeZone,
): SupervisionDeadline | undefined {
  const { until, workingDays } = wish;
  const { now, countedFrom } = times;
  if (workingDays === undefined) {
    if (until === undefined) return undefined;
    return { deadline: until, warnAt: now + Math.round((until - now) * WARNED_SHARE) };
  }
  const limit = { value: workingDays, unit: "working-day" } as const;
  const { deadline, provisional } = addLimit(countedFrom, limit, calendar, zone);
  const workMs = Math.round(workingMsBetween(now, deadline, calendar, zone) * WARNED_SHARE);
  return {
    deadline,
    warnAt: addWorking(now, workMs, calendar, zone).deadline,
    ...(provisional && { deadlineProvisional: true }),
  };
}

export type SupervisionDueKind = "warn" | "overdue" | "leader";

export interface SupervisionDue {
  kind: SupervisionDueKind;
  /** Tells it from the same rung under another deadline, or on another day. */
  mark: string;
  at: Instant;
}

/** The ladder of an order that waits for its reply; none where it does not. */
export function duesOf(
  order: Supervision,
  calendars: CalendarBook,
  zone: TimeZone,
): SupervisionDue[] {
  if (!AWAITING_REPLY.has(order.state)) return [];
  const { deadline, warnAt, extensionCount } = order;
  const round = `${extensionCount}`;
  // Leaders work by the office's calendar, whatever the unit's is.
  const office = calendars.named(undefined);
  const days = Array.from({ length: LIMITS.supervisionLeaderNoticesMax }, (_, index) => index + 1);
  return [
    { kind: "warn", mark: round, at: warnAt },
    { kind: "overdue", mark: round, at: deadline },
    ...days.map((day) => ({
      kind: "leader" as const,
      mark: `${round}_${day}`,
      at: addWorking(deadline, day * WORKING_DAY_MS, office, zone).deadline,
    })),
  ];
}
