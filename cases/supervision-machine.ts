/**
 * One step of a supervision order: its state, an event and who says so -> the order after it and the
 * record for its history; or a refusal that says why and what would be taken. Pure: the table in
 * `supervision-table.ts` decides, the caller counts deadlines.
 */
import assert from "node:assert/strict";
import { type Because, because } from "../model/case-reasons.ts";
import type { Instant } from "../model/clock.ts";
import type { ErrorCode } from "../model/errors.ts";
import type { UnitId } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Supervision, SupervisionState } from "../model/supervision.ts";
import type { HistoryRecord } from "./case-history.ts";
import type { CaseRole } from "./case-words.ts";
import type { SupervisionDeadline } from "./supervision-deadline.ts";
import {
  SUPERVISION_ROWS,
  type SupervisionEvent,
  type SupervisionRow,
} from "./supervision-table.ts";

export interface SupervisionContext {
  actor: { username: string; roles: readonly CaseRole[]; unitId?: UnitId };
  note?: string;
  reason?: string;
  /** Wanted by `extend`. */
  deadline?: SupervisionDeadline;
}

export interface SupervisionRefusal extends Because {
  kind: "refused";
  code: Extract<ErrorCode, "SUPERVISION_TRANSITION_REFUSED" | "ROLE_REFUSED">;
  message: string;
  allowed: SupervisionEvent[];
}

export type SupervisionStep =
  | { kind: "moved"; supervision: Supervision; record: HistoryRecord }
  | SupervisionRefusal;

export function nextSupervision(
  current: Supervision,
  event: string,
  context: SupervisionContext,
  now: Instant,
): SupervisionStep {
  const { supervisionNo, state } = current;
  if (context.actor.roles.length === 0) return strangerRefused(current, context);
  const row = rowOf(state, event);
  if (row === undefined) {
    const allowed = allowedEvents(current);
    const takes = allowed.length === 0 ? "nothing: it has ended" : allowed.join(", ");
    const message = `order '${supervisionNo}' is ${state} and does not take '${event}'; it takes ${takes}`;
    return refused(current, { message, ...because("order-state", {}) });
  }
  const role = roleFor(row, context.actor.roles);
  if (role === undefined) {
    const fault = { message: roleText(current, row, context), ...because("order-role", {}) };
    return { ...refused(current, fault), code: "ROLE_REFUSED" };
  }
  const fault = faultOf(current, row, context, now);
  if (fault !== undefined) return refused(current, fault);
  const to = row.to === "same" ? state : row.to;
  return {
    kind: "moved",
    supervision: {
      ...changed(current, row.event, context, now),
      state: to,
      version: current.version + 1,
    },
    record: recordOf({ event: row.event, from: state, to, role }, context, now),
  };
}

/** Events that the order takes as it stands, whoever says so. */
export function allowedEvents(current: Supervision): SupervisionEvent[] {
  return SUPERVISION_ROWS.filter(
    ({ from, guard }) =>
      from.includes(current.state) &&
      (guard !== "may-extend" || current.extensionCount < LIMITS.supervisionExtensionsMax),
  ).map(({ event }) => event);
}

/** The role by which somebody may issue one; nothing where none is. */
export function issuingRole(roles: readonly CaseRole[]): CaseRole | undefined {
  const row = rowOf("none", "issue");
  return row === undefined ? undefined : roleFor(row, roles);
}

function rowOf(state: SupervisionState | "none", event: string): SupervisionRow | undefined {
  return SUPERVISION_ROWS.find((row) => row.event === event && row.from.includes(state));
}

function roleFor(row: SupervisionRow, roles: readonly CaseRole[]): CaseRole | undefined {
  return (
    row.roles.find((role) => roles.includes(role)) ??
    (roles.includes("admin") ? "admin" : undefined)
  );
}

interface Fault extends Because {
  message: string;
}

/** What the row needs beside state and role; nothing where all holds. */
function faultOf(
  current: Supervision,
  row: SupervisionRow,
  context: SupervisionContext,
  now: Instant,
): Fault | undefined {
  const { supervisionNo, deadline, extensionCount } = current;
  if (row.needs !== undefined && (context[row.needs] ?? "").trim() === "") {
    const message = `'${row.event}' of order '${supervisionNo}' came without a '${row.needs}'; write one`;
    return { message, ...because(`needs-${row.needs}`, {}) };
  }
  if (row.guard === undefined) return undefined;
  if (extensionCount >= LIMITS.supervisionExtensionsMax) {
    const message = `order '${supervisionNo}' has been extended ${extensionCount} times, the most there is`;
    return { message, ...because("order-extensions-spent", { count: extensionCount }) };
  }
  const wanted = context.deadline?.deadline;
  if (wanted === undefined) {
    const message = `'extend' of order '${supervisionNo}' came without 'until' or 'workingDays'; say one`;
    return { message, ...because("order-deadline-missing", {}) };
  }
  if (wanted > Math.max(deadline, now)) return undefined;
  const message = `'extend' of order '${supervisionNo}' wants a deadline that is still to come and later than the present one`;
  return { message, ...because("order-deadline-early", {}) };
}

function changed(
  current: Supervision,
  event: SupervisionEvent,
  { deadline }: SupervisionContext,
  now: Instant,
): Supervision {
  switch (event) {
    case "acknowledge":
      return { ...current, acknowledgedAt: now };
    case "reply":
      return { ...current, acknowledgedAt: current.acknowledgedAt ?? now, repliedAt: now };
    case "sendBack": {
      const { repliedAt: _refused, ...kept } = current;
      return { ...kept, sentBackCount: current.sentBackCount + 1 };
    }
    case "extend": {
      assert(deadline !== undefined, `order '${current.supervisionNo}' is extended to nowhere`);
      const { deadlineProvisional: _former, ...kept } = current;
      return { ...kept, ...deadline, extensionCount: current.extensionCount + 1 };
    }
    case "accept":
    case "cancel":
      return { ...current, endedAt: now };
    case "issue":
      throw new Error(`order '${current.supervisionNo}' is issued already`);
  }
}

/** For the history; `deadline` is said where it is set. */
export function recordOf(
  step: {
    event: string;
    from: SupervisionState | undefined;
    to: SupervisionState;
    role: CaseRole;
  },
  context: SupervisionContext,
  now: Instant,
): HistoryRecord {
  const { actor, note, reason, deadline } = context;
  return {
    ...step,
    actor: actor.username,
    at: now,
    ...(actor.unitId !== undefined && { unitId: actor.unitId }),
    ...(note !== undefined && { note }),
    ...(reason !== undefined && { reason }),
    ...(deadline !== undefined && { detail: JSON.stringify({ deadline: deadline.deadline }) }),
  };
}

/** To somebody of another unit nothing is said of how the order stands. */
function strangerRefused(
  { supervisionNo, unitId }: Supervision,
  { actor }: SupervisionContext,
): SupervisionRefusal {
  const message =
    `'${actor.username}' has no role in order '${supervisionNo}'; it belongs to unit '${unitId}' ` +
    "or a unit above it, and to the leads";
  const why = because("order-role", {});
  return { kind: "refused", code: "ROLE_REFUSED", message, ...why, allowed: [] };
}

function roleText(
  current: Supervision,
  row: SupervisionRow,
  { actor }: SupervisionContext,
): string {
  const roles = `roles ${actor.roles.join(", ")}`;
  const where = row.roles.includes("unit") ? ` of unit '${current.unitId}' or a unit above it` : "";
  return (
    `'${actor.username}' has ${roles} and may not '${row.event}' order '${current.supervisionNo}'; ` +
    `it belongs to ${row.roles.join(", ")}${where}`
  );
}

function refused(current: Supervision, fault: Fault): SupervisionRefusal {
  const code = "SUPERVISION_TRANSITION_REFUSED";
  return { kind: "refused", code, ...fault, allowed: allowedEvents(current) };
}
