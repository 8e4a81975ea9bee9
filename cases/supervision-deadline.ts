/**
 * The deadline of a supervision order and the times of its ladder. A time that is named runs on; a
 * limit in working days is counted by the calendar of the accountable office, and so is the share of
 * it after which the office is warned. Pure.
 */
import { HOUR_MS, type Instant } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { TimeZone } from "../model/local-time.ts";
import { AWAITING_REPLY, type DeadlineStep, type Supervision } from "../model/supervision.ts";
import type { CalendarBook, WorkCalendar } from "./calendar.ts";
import { addLimit, addWorking, workingMsBetween } from "./deadline.ts";

export interface SupervisionDeadline {
  deadline: Instant;
  warnAt: Instant;
  deadlineProvisional?: true;
  deadlineSteps: DeadlineStep[];
}

/** Exactly one of the two is there. */
export interface DeadlineWish {
  until?: Instant | undefined;
  workingDays?: number | undefined;
}

/** Share of the time after which the office is warned. */
const WARNED_SHARE = 0.8;
const WORKING_DAY_MS = 8 * HOUR_MS;

/** What the wish adds to the steps; nothing where no wish is said. */
export function stepOf(
  { until, workingDays }: DeadlineWish,
  { name, version }: WorkCalendar,
  now: Instant,
): DeadlineStep | undefined {
  if (workingDays !== undefined) {
    return { at: now, workingDays, calendar: name, calendarVersion: version };
  }
  return until === undefined ? undefined : { at: now, until };
}

/** The warning counts from the last step. Nothing without a step. */
export function countDeadline(
  steps: readonly DeadlineStep[],
  calendars: CalendarBook,
  zone: TimeZone,
): SupervisionDeadline | undefined {
  let deadline: Instant | undefined;
  let warnAt = 0;
  let isProvisional = false;
  for (const step of steps) {
    const { at } = step;
    if ("until" in step) {
      deadline = step.until;
      warnAt = at + Math.round((step.until - at) * WARNED_SHARE);
      isProvisional = false;
      continue;
    }
    const { workingDays: value, ...calendarName } = step;
    const calendar = calendars.of(calendarName);
    const from: Instant = Math.max(deadline ?? at, at);
    const counted = addLimit(from, { value, unit: "working-day" }, calendar, zone);
    isProvisional = counted.provisional || (isProvisional && from === deadline);
    deadline = counted.deadline;
    const workMs = Math.round(workingMsBetween(at, deadline, calendar, zone) * WARNED_SHARE);
    warnAt = addWorking(at, workMs, calendar, zone).deadline;
  }
  if (deadline === undefined) return undefined;
  const provisional = isProvisional ? { deadlineProvisional: true as const } : {};
  return { deadline, warnAt, ...provisional, deadlineSteps: [...steps] };
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
  const { deadline, warnAt, extensionCount, recountCount = 0 } = order;
  const round = `${extensionCount + recountCount}`;
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
