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
  /** When which crew is on duty; of a unit its own and those below it. */
  "rosters.write": ["admin", "shift-lead", "dispatcher", "unit"],
  /** What units and crews have in hand; the same. */
  "load.read": ["admin", "shift-lead", "dispatcher", "unit", "leader"],
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
  /** To end a report as a duplicate of another case. */
  "cases.join": ["admin", "acceptor"],
  /** Orders of hotlines and their answers; services, too, that have the topics for it. */
  "hotline.write": ["admin", "acceptor"],
  "hotline.read": ["admin", "acceptor", "shift-lead", "dispatcher", "leader"],
  /** Services with the topic; an administrator to try it. */
  "intake.video": ADMIN,
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
  /** Whose steward somebody is, is the case machine's matter. */
  "cases.urge": EVERYBODY,
  /** Of a unit the one that has the case; which assist is whose is the assists' own matter. */
  "assists.ask": ["admin", "shift-lead", "dispatcher", "unit"],
  "assists.transition": ["admin", "shift-lead", "dispatcher", "unit", "crew"],
  "rulings.write": ["admin", "shift-lead", "leader"],
  /** Photos and documents; one that is at no case yet is shown to its sender alone. */
  "files.read": EVERYBODY,
  /** Whoever may report a case or move one on. */
  "files.write": [
    "admin",
    "acceptor",
    "shift-lead",
    "dispatcher",
    "unit",
    "crew",
    "inspector",
    "leader",
  ],
  /** By which conditions cases are filed, by which codes and limits: the city's own tables. */
  "filing-tables.read": EVERYBODY,
  "filing-tables.write": ADMIN,
  "tasks.read": EVERYBODY,
  /** Of a unit those who maintain the asset: the tasks' own matter. */
  "tasks.done": ["admin", "engineer", "unit"],
  /** Of a unit's people, their own orders and those of the units below. */
  "supervisions.read": ["admin", "acceptor", "shift-lead", "dispatcher", "unit", "leader"],
  "supervisions.issue": ["admin", "shift-lead", "leader"],
  /** Which event is whose is the orders' own matter. */
  "supervisions.transition": ["admin", "shift-lead", "unit", "leader"],
  /** Which notices are whose is the notices' own matter. */
  "notices.read": EVERYBODY,
  "notices.acknowledge": EVERYBODY,
  "dead-letters.read": ["admin", "engineer"],
  /** Who wrote what, and whether the history of cases is as it was written. */
  "audit.read": ADMIN,
  /** Calendars, holidays, and which class or area has which. */
  "calendars.read": EVERYBODY,
  "calendars.write": ADMIN,
  "stream.read": EVERYBODY,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ROLE_TABLE;

export function mayDo(roles: readonly Role[], action: Action): boolean {
  const allowed: readonly Role[] = ROLE_TABLE[action];
  return roles.some((role) => allowed.includes(role));
}

const KNOWS_REPORTERS: readonly Role[] = ["admin", "acceptor", "shift-lead", "inspector"];

/** Who reported a case is told to those alone who ask back. */
export function mayKnowReporters(roles: readonly Role[]): boolean {
  return roles.some((role) => KNOWS_REPORTERS.includes(role));
}

/** What protects lives is kept back only by those who answer for it. */
export function mayShelveLifeSafety(roles: readonly Role[]): boolean {
  return roles.some((role) => role === "admin" || role === "shift-lead");
}

const SEES_EVERY_CREW: readonly Role[] = ["admin", "shift-lead", "dispatcher", "leader"];

/** Who dispatches or leads all units. */
export const seesEveryUnit = (roles: readonly Role[]): boolean =>
  roles.some((role) => SEES_EVERY_CREW.includes(role));

/**
 * Whose crews' places somebody may see: where a person is concerns those who send him and those
 * who lead; a unit, itself and what is below it. `under` answers a unit and all below it.
 */
export function mayLocate(
  { roles, unitId }: Pick<User, "roles" | "unitId">,
  under: (unitId: string) => readonly string[],
): (crew: Pick<Crew, "unitId">) => boolean {
  if (seesEveryUnit(roles)) return () => true;
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
