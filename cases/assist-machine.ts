/**
 * One step of an assist: ASKED -> STARTED -> DONE, or DECLINED by its unit, or CANCELLED by those
 * who asked. Pure: takes the time, returns the assist after it and whose step it was, or a refusal
 * that says what would be taken. A crew that does a small thing at once need not say `start`.
 */

import { type Assist, AssistEvent, type AssistState } from "../model/assist.ts";
import { type Because, because } from "../model/case-reasons.ts";
import type { Instant } from "../model/clock.ts";
import type { CrewId } from "../model/ids.ts";

/**
 * `unit` and `crew` are those of the assist; `lead` is the unit that has the case, `system` the
 * platform where the case has ended.
 */
export type AssistRole =
  | "unit"
  | "crew"
  | "lead"
  | "dispatcher"
  | "shift-lead"
  | "system"
  | "admin";

interface AssistRow {
  event: AssistEvent;
  from: readonly AssistState[];
  to: AssistState;
  roles: readonly AssistRole[];
  needs?: "note" | "reason";
}

const OPEN: readonly AssistState[] = ["ASKED", "STARTED"];

const ASSIST_ROWS: readonly AssistRow[] = [
  { event: "start", from: ["ASKED"], to: "STARTED", roles: ["unit", "crew"] },
  { event: "done", from: OPEN, to: "DONE", roles: ["unit", "crew"], needs: "note" },
  { event: "decline", from: OPEN, to: "DECLINED", roles: ["unit", "crew"], needs: "reason" },
  {
    event: "cancel",
    from: OPEN,
    to: "CANCELLED",
    roles: ["dispatcher", "shift-lead", "lead", "system"],
    needs: "reason",
  },
];

export interface AssistSaid {
  roles: readonly AssistRole[];
  username: string;
  note?: string | undefined;
  reason?: string | undefined;
  /** Of a `start`: the crew that goes. */
  crewId?: CrewId | undefined;
}

type AssistStep =
  | { kind: "moved"; assist: Assist; role: AssistRole }
  | ({ kind: "refused"; code: "ASSIST_STATE_REFUSED" | "ROLE_REFUSED"; message: string } & Because);

export function nextAssist(
  current: Assist,
  event: string,
  said: AssistSaid,
  now: Instant,
): AssistStep {
  const row = ASSIST_ROWS.find((each) => each.event === event && each.from.includes(current.state));
  if (row === undefined) {
    return refused(stateText(current, event), because("assist-state", {}));
  }
  const role = roleFor(row, said.roles);
  if (role === undefined) {
    const fault = refused(roleText(current, row, said), because("assist-role", {}));
    return { ...fault, code: "ROLE_REFUSED" };
  }
  const text = row.needs === undefined ? "" : (said[row.needs] ?? "").trim();
  if (row.needs !== undefined && text === "") {
    return refused(
      `'${event}' of assist '${current.assistId}' came without a '${row.needs}'; write one`,
      because(`needs-${row.needs}`, {}),
    );
  }
  const assist: Assist = {
    ...current,
    state: row.to,
    version: current.version + 1,
    ...(row.needs !== undefined && { [row.needs]: text }),
    ...(row.to === "STARTED" ? { startedAt: now } : { endedAt: now }),
    ...(row.to === "STARTED" && said.crewId !== undefined && { crewId: said.crewId }),
  };
  return { kind: "moved", assist, role };
}

/** Events that the assist takes as it stands, whoever says so. */
export function allowedAssistEvents({ state }: Pick<Assist, "state">): AssistEvent[] {
  return ASSIST_ROWS.filter(({ from }) => from.includes(state)).map(({ event }) => event);
}

function roleFor(row: AssistRow, roles: readonly AssistRole[]): AssistRole | undefined {
  return (
    row.roles.find((role) => roles.includes(role)) ??
    (roles.includes("admin") ? "admin" : undefined)
  );
}

function stateText(current: Assist, event: string): string {
  if (!AssistEvent.safeParse(event).success) {
    return `'${event}' is no event of an assist; write one of ${AssistEvent.options.join(", ")}`;
  }
  const allowed = allowedAssistEvents(current);
  const takes = allowed.length === 0 ? "nothing: it has ended" : allowed.join(", ");
  const { assistId, state } = current;
  return `assist '${assistId}' is ${state} and does not take '${event}'; it takes ${takes}`;
}

const WHOSE: Record<AssistRole, string> = {
  unit: "the assisting unit or one above it",
  crew: "its crew",
  lead: "the unit that has the case",
  dispatcher: "dispatcher",
  "shift-lead": "shift-lead",
  system: "the platform",
  admin: "admin",
};

function roleText({ assistId, unitId }: Assist, row: AssistRow, { username }: AssistSaid): string {
  const whose = row.roles.filter((role) => role !== "system").map((role) => WHOSE[role]);
  return (
    `'${username}' may not '${row.event}' assist '${assistId}' of unit '${unitId}'; ` +
    `it belongs to ${whose.join(", ")}`
  );
}

const refused = (message: string, why: Because) =>
  ({ kind: "refused", code: "ASSIST_STATE_REFUSED", message, ...why }) as const;
