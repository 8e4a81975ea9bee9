/**
 * Who may do what over the API: one table, role by action. Which event of a case is whose is the
 * case machine's own matter; here stands only who may try.
 */
import { GridwardenError } from "../model/errors.ts";
import { type Crew, Role, type User } from "../model/registry.ts";

const EVERYBODY: readonly Role[] = Role.options;
const ADMIN: readonly Role[] = ["admin"];

export const ROLE_TABLE = {
  /** Units, crews, assets, devices: what stands where and who looks after it. */
  "registry.read": EVERYBODY,
  "registry.write": ADMIN,
  /** Gateways and services: who else signs in, and with which topic rights. */
  "senders.read": ["admin", "engineer"],
  "users.read": ["admin", "shift-lead"],
  "users.write": ADMIN,
  "readings.read": EVERYBODY,
  "rules.read": EVERYBODY,
  "rules.write": ["admin", "engineer"],
  /** To try one on stored readings. */
  "rules.backtest": ["admin", "engineer"],
  "alarms.read": EVERYBODY,
  "alarms.acknowledge": ["admin", "acceptor", "shift-lead", "dispatcher", "unit", "engineer"],
  /** To keep one from being told, and to let it go again; life safety: `mayShelveLifeSafety`. */
  "alarms.shelve": ["admin", "shift-lead", "dispatcher", "engineer"],
  "cases.read": EVERYBODY,
  "cases.report": ["admin", "acceptor", "inspector"],
  "cases.transition": [
    "admin",
    "acceptor",
    "shift-lead",
    "dispatcher",
    "unit",
    "crew",
    "inspector",
    "leader",
  ],
  "tasks.read": EVERYBODY,
  /** Of a unit those who maintain the asset: the tasks' own matter. */
  "tasks.done": ["admin", "engineer", "unit"],
  /** Which notices are whose is the notices' own matter. */
  "notices.read": [
    "admin",
    "acceptor",
    "shift-lead",
    "dispatcher",
    "unit",
    "inspector",
    "leader",
    "engineer",
  ],
  "notices.acknowledge": [
    "admin",
    "acceptor",
    "shift-lead",
    "dispatcher",
    "unit",
    "inspector",
    "leader",
    "engineer",
  ],
  "dead-letters.read": ["admin", "engineer"],
  /** Who wrote what, and whether the history of cases is as it was written. */
  "audit.read": ADMIN,
  "stream.read": EVERYBODY,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ROLE_TABLE;

export function mayDo(roles: readonly Role[], action: Action): boolean {
  const allowed: readonly Role[] = ROLE_TABLE[action];
  return roles.some((role) => allowed.includes(role));
}

/** What protects lives is kept back only by those who answer for it. */
export function mayShelveLifeSafety(roles: readonly Role[]): boolean {
  return roles.some((role) => role === "admin" || role === "shift-lead");
}

const SEES_EVERY_CREW: readonly Role[] = ["admin", "shift-lead", "dispatcher", "leader"];

/**
 * Whose crews' places somebody may see: where a person is concerns those who send him and those
 * who lead; a unit, itself and what is below it. `under` answers a unit and all below it.
 */
export function mayLocate(
  { roles, unitId }: Pick<User, "roles" | "unitId">,
  under: (unitId: string) => readonly string[],
): (crew: Pick<Crew, "unitId">) => boolean {
  if (roles.some((role) => SEES_EVERY_CREW.includes(role))) return () => true;
  if (unitId === undefined || !roles.includes("unit")) return () => false;
  const own = new Set(under(unitId));
  return (crew) => own.has(crew.unitId);
}

/** @throws ROLE_REFUSED */
export function checkRole(user: User, action: Action): void {
  if (mayDo(user.roles, action)) return;
  throw new GridwardenError(
    "ROLE_REFUSED",
    `user '${user.username}' has the role ${user.roles.join(", ")}; '${action}' needs one of ${ROLE_TABLE[action].join(", ")}`,
    { details: { action, allowed: [...ROLE_TABLE[action]] } },
  );
}
