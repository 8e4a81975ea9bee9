/**
 * One step of a case: its state, an event and who says so -> the case after it, the records for
 * its history and the kinds of order for its crew; or a refusal that says what would be taken.
 * Pure: the table in `case-table.ts` decides, the caller counts deadlines and chooses the crew.
 */
import assert from "node:assert/strict";
import type { Case, CaseHistoryEntry, CaseState, OrderKind } from "../model/case.ts";
import type { Because } from "../model/case-reasons.ts";
import type { Instant } from "../model/clock.ts";
import type { ErrorCode } from "../model/errors.ts";
import type { CrewId, UnitId } from "../model/ids.ts";
import { changeCase } from "./case-changes.ts";
import { guardFault, isWithinReach } from "./case-guards.ts";
import { CASE_ROWS } from "./case-table.ts";
import type { CaseEvent, CaseRole, CaseRow } from "./case-words.ts";
import { type GuardFault, refused } from "./guard-words.ts";
import { isDisputed } from "./proof-changes.ts";

/** Which crew of its unit has a case, or when one comes on duty. */
export interface CrewPlan {
  crewId?: CrewId;
  /** The crew must have accepted by then; absent: nobody waits for its answer. */
  acceptUntil?: Instant;
  /** When it goes to a crew on duty, unless the crew has accepted by then. */
  handoverAt?: Instant;
  /** Without a crew: when one that could have it comes on duty. */
  nextDutyAt?: Instant;
  /** Said in the history: why it is this crew, or none. */
  note?: string;
}

/** Where a dispatched case goes and until when it is due. */
export interface DispatchPlan extends CrewPlan {
  unitId: UnitId;
  calendar: string;
  /** Absent: as it was shipped. */
  calendarVersion?: number;
  deadline: Instant;
  deadlineProvisional: boolean;
  /** By when the crew must be at the place, where there is a limit for it. */
  arriveBy?: Instant;
  /** The ruling by which it is this unit. */
  ruledBy?: string;
}

export interface MovedDeadline {
  deadline: Instant;
  provisional: boolean;
}

export interface CaseContext {
  /** `crewId`: his own; he has the role `crew` only where the case is his crew's, or may be. */
  actor: { username: string; roles: readonly CaseRole[]; unitId?: UnitId; crewId?: CrewId };
  note?: string;
  reason?: string;
  outcome?: string;
  /** Wanted by `confirm`, `dispatch`, `rule` and a relapse's `reopen`, and by `rework` of a disputed case. */
  plan?: DispatchPlan;
  /** Wanted by `declineOrder` and `redispatch`; of `rework` where it goes to another crew. */
  crewPlan?: CrewPlan;
  /** Wanted by `rework`, `approveExtension` and `resume`: the deadline that holds from then on. */
  movedDeadline?: MovedDeadline;
  /** The end of a suspension. */
  until?: Instant;
  /** The sensor that proved the repair alarms again. */
  hasRelapsed?: boolean;
  /** An alarm of the condition stands. */
  isAlarming?: boolean;
  /** The case is a sensor's, which is heard and has not proven the repair. */
  isUnproven?: boolean;
  /** Wanted by `join`: the case that it is a duplicate of, as it stands. */
  into?: Pick<Case, "caseNo" | "state" | "lifeSafety" | "isDrill">;
  /** An alarm stands behind the case, or did. */
  hasEvidence?: boolean;
  /** How many came with the event; none where absent. */
  photos?: { before: number; after: number; other: number };
}

/** A history entry before it gets its number. */
export type CaseRecord = Omit<CaseHistoryEntry, "seq" | "caseNo">;

interface CaseMove {
  kind: "moved";
  case: Case;
  records: CaseRecord[];
  orders: OrderKind[];
}

/** Its reason is for whoever says it in another language. */
export interface CaseRefusal extends Because {
  kind: "refused";
  code: Extract<ErrorCode, "CASE_TRANSITION_REFUSED" | "ROLE_REFUSED">;
  message: string;
  allowed: CaseEvent[];
}

export type CaseStep = CaseMove | CaseRefusal;

export function nextCase(
  current: Case,
  event: string,
  context: CaseContext,
  now: Instant,
): CaseStep {
  const found = refusalOf(current, event, context, now);
  if (found !== undefined) return found;
  const row = rowOf(current.state, event, context);
  const role = row === undefined ? undefined : roleFor(row, context.actor.roles);
  assert(row !== undefined && role !== undefined, `'${event}' was neither refused nor taken`);
  return row.steps === undefined
    ? moved(current, row, role, context, now)
    : movedBySteps(current, row.steps, role, context, now);
}

/** Why the event is not taken; nothing when it is. Asked first where an answer costs work. */
export function refusalOf(
  current: Case,
  event: string,
  context: CaseContext,
  now: Instant,
): CaseRefusal | undefined {
  const row = rowOf(current.state, event, context);
  if (row === undefined) {
    const allowed = allowedEvents(current);
    const takes = allowed.length === 0 ? "nothing: it has ended" : allowed.join(", ");
    const message = `case '${current.caseNo}' is ${current.state} and does not take '${event}'; it takes ${takes}`;
    const values = { state: current.state, event };
    return refusal(current, refused("state", values, message));
  }
  const role = roleFor(row, context.actor.roles);
  if (role === undefined) {
    const roles = row.roles.filter((each) => each !== "system").join(", ");
    const fault = refused("role", { event, roles }, roleText(current, row, context));
    return refusal(current, { ...fault, code: "ROLE_REFUSED" });
  }
  const fault = guardFault({ current, row, role, context, now });
  return fault === undefined ? undefined : refusal(current, fault);
}

/** Events that the case takes as it stands, whoever says so. */
export function allowedEvents(current: Case): CaseEvent[] {
  const rows = CASE_ROWS.filter(
    (row) => row.from.includes(current.state) && isWithinReach(current, row.guard),
  );
  return [...new Set(rows.map((row) => row.event))];
}

/** The role by which somebody may bring a case into being; nothing where none is. */
export function reportRole(roles: readonly CaseRole[]): CaseRole | undefined {
  const row = CASE_ROWS.find(({ event }) => event === "report");
  return row === undefined ? undefined : roleFor(row, roles);
}

/** Of several rows the first that is the actor's, else the first: who may take it is told by that. */
function rowOf(
  state: CaseState,
  event: string,
  { outcome, actor }: Pick<CaseContext, "outcome" | "actor">,
): CaseRow | undefined {
  const rows = CASE_ROWS.filter(
    (row) =>
      row.event === event &&
      row.from.includes(state) &&
      (row.outcome === undefined || row.outcome === outcome),
  );
  return rows.find((row) => row.roles.some((role) => actor.roles.includes(role))) ?? rows[0];
}

function roleFor(row: CaseRow, roles: readonly CaseRole[]): CaseRole | undefined {
  return (
    row.roles.find((role) => roles.includes(role)) ??
    (roles.includes("admin") ? "admin" : undefined)
  );
}

/** The events in its place, each by its own row, all by the role that the outer event was for. */
function movedBySteps(
  current: Case,
  steps: readonly CaseEvent[],
  role: CaseRole,
  context: CaseContext,
  now: Instant,
): CaseMove {
  const { note, outcome, ...rest } = context;
  let step: CaseMove = { kind: "moved", case: current, records: [], orders: [] };
  for (const [index, event] of steps.entries()) {
    const row = rowOf(step.case.state, event, { actor: context.actor });
    assert(row !== undefined, `no row takes '${event}' from ${step.case.state}`);
    const said =
      index === 0 ? { ...rest, ...(note && { note }), ...(outcome && { outcome }) } : rest;
    const next = moved(step.case, row, role, said, now);
    step = {
      kind: "moved",
      case: next.case,
      records: [...step.records, ...next.records],
      orders: [...step.orders, ...next.orders],
    };
  }
  return step;
}

function moved(
  current: Case,
  row: CaseRow,
  role: CaseRole,
  context: CaseContext,
  now: Instant,
): CaseMove {
  const to = row.to === "same" ? current.state : row.to;
  const after: Case = {
    ...changeCase(row.effect, current, context, now),
    state: to,
    ...(to !== current.state && { stageSince: now }),
    version: current.version + 1,
  };
  if (current.state === "REPORTED" && to !== "REPORTED") delete after.reviewUntil;
  return {
    kind: "moved",
    case: after,
    records: [recordOf(row, current.state, to, role, context, now)],
    orders: ordersOf(row, current, after),
  };
}

/** A crew that loses the case hears of it, too, and so does the one that has it instead. */
function ordersOf({ event, order }: CaseRow, current: Case, after: Case): OrderKind[] {
  const isPassedOn = after.crewId !== undefined && after.crewId !== current.crewId;
  if (order === "withdrawn") {
    // Nobody else is there, so who declined it keeps it.
    if (event === "declineOrder" && after.crewId !== undefined && !isPassedOn) return [];
    return [
      ...(current.crewId === undefined ? [] : [order]),
      ...(isPassedOn ? (["dispatched"] as const) : []),
    ];
  }
  // Who takes a case that stood at its unit has its order, too, with the hazards of the place.
  if (event === "start" || event === "arrive") return isPassedOn ? ["dispatched"] : [];
  if (order === undefined || after.crewId === undefined) return [];
  // A ruling for who has it already is no new order.
  if (event === "rule" && !isPassedOn) {
    return [current.state === "RETURN_REVIEW" ? "returned" : "changed"];
  }
  // Of what was closed before, its former crew has heard the end.
  const isTaken = event === "rework" && current.crewId !== undefined && !isDisputed(current);
  return isTaken && isPassedOn ? ["withdrawn", order] : [order];
}

/** `unitId` is who acted; of a dispatch, who receives. */
export function recordOf(
  row: { event: string },
  from: CaseState | undefined,
  to: CaseState,
  role: CaseRole,
  context: CaseContext,
  now: Instant,
): CaseRecord {
  const { actor, reason, outcome, plan, crewPlan } = context;
  const isDispatch = row.event === "dispatch" && plan !== undefined;
  const unitId = isDispatch ? plan.unitId : actor.unitId;
  const planned = isDispatch ? plan.note : crewPlan?.note;
  const notes = [context.note, planned].filter((text) => text);
  return {
    event: row.event,
    from,
    to,
    actor: actor.username,
    role,
    at: now,
    ...(unitId !== undefined && { unitId }),
    ...(notes.length > 0 && { note: notes.join("; ") }),
    ...(reason !== undefined && { reason }),
    ...(outcome !== undefined && { outcome }),
  };
}

function roleText(current: Case, row: CaseRow, { actor }: CaseContext): string {
  const roles =
    actor.roles.length === 0 ? "no role in this case" : `roles ${actor.roles.join(", ")}`;
  const whose = row.roles.filter((role) => role !== "system").join(", ");
  const where = row.roles.includes("unit")
    ? ` of unit '${current.unitId ?? "none"}' or a unit above it, or its crew`
    : "";
  return (
    `'${actor.username}' has ${roles} and may not '${row.event}' case '${current.caseNo}'; ` +
    `it belongs to ${whose}${where}`
  );
}

function refusal(current: Case, fault: GuardFault): CaseRefusal {
  return { kind: "refused", ...fault, allowed: allowedEvents(current) };
}
