/**
 * Who may do what over the API, and how far: one table, action by role. `all` reaches everything,
 * `own` a role's own part: of `unit` the user's unit and all below it, of `crew` the user's own
 * crew, and what the action says where it says more. A role that an action does not name may not.
 * Which event of a case, an assist or an order is whose is the matter of their machines.
 */
import { GridwardenError } from "../model/errors.ts";
import { Role, type User } from "../model/registry.ts";
import type { Actor, RegistryDoor } from "./deps.ts";

export type Scope = "all" | "own";
type Row = Readonly<Partial<Record<Role, Scope>>>;

const everybody = (scope: Scope): Record<Role, Scope> =>
  Object.fromEntries(Role.options.map((role) => [role, scope])) as Record<Role, Scope>;

const EVERYBODY = everybody("all");
const ADMIN = { admin: "all" } as const;
/** Who sends units and crews, and who leads them. */
const LEADS = { admin: "all", "shift-lead": "all", dispatcher: "all", leader: "all" } as const;
/** Who steers the centre's work. */
const CENTRE = { ...LEADS, acceptor: "all" } as const;

export const ROLE_TABLE = {
  /** Units, crews, assets, devices: what stands where and who looks after it. */
  "registry.read": EVERYBODY,
  "registry.write": ADMIN,
  /** To install, maintain and retire devices, and to say how they should be set. */
  "devices.service": { ...ADMIN, engineer: "all" },
  /** Where crews are. */
  "crews.locate": { ...LEADS, unit: "own" },
  /** Who is on duty when; of a crew the roster of its unit. */
  "rosters.read": { ...LEADS, unit: "own", crew: "own" },
  "rosters.write": { ...ADMIN, "shift-lead": "all", dispatcher: "all", unit: "own" },
  /** Shift on and off; of a crew those of its unit. */
  "shifts.write": { ...LEADS, unit: "own", crew: "own" },
  /** Where one's own crew is. */
  "crews.position": { ...ADMIN, crew: "own" },
  /** Whose a patrol area is; who is on patrol, where, and how much of it he has seen. */
  "patrols.read": { ...LEADS, unit: "own" },
  "patrol-areas.write": { ...ADMIN, "shift-lead": "all" },
  /** One's own area and one's own patrol. */
  "patrols.own": { ...ADMIN, inspector: "all" },
  /** Who was at work when the roster says so. */
  "attendance.read": { ...LEADS, unit: "own" },
  /** What units and crews have in hand. */
  "load.read": { ...LEADS, unit: "own" },
  /** Telephone numbers of stewards; `own`: of those of a case that is one's own. */
  "stewards.phone": { ...CENTRE, unit: "own", crew: "own", inspector: "all" },
  /** Gateways and services: who else signs in, and with which topic rights. */
  "senders.read": { ...ADMIN, engineer: "all" },
  /** Telephone numbers and addresses of people, their crews and groups. */
  "contacts.read": { ...ADMIN, "shift-lead": "all", unit: "own" },
  "contacts.write": { ...ADMIN, "shift-lead": "all", unit: "own" },
  /** How one is reached oneself. */
  "contacts.own": EVERYBODY,
  /** Whose session it is, and to sign out. */
  "sessions.own": EVERYBODY,
  /** To change one's own, with the old one. */
  "passwords.own": EVERYBODY,
  /** To sign a crew's phones in by codes, and to sign out all that the crew has. */
  "crew-sessions.write": { ...ADMIN, "shift-lead": "all", dispatcher: "all", unit: "own" },
  "users.read": { ...ADMIN, "shift-lead": "all" },
  "users.write": ADMIN,
  "readings.read": EVERYBODY,
  "rules.read": EVERYBODY,
  "rules.write": { ...ADMIN, engineer: "all" },
  "decoders.read": EVERYBODY,
  "decoders.write": { ...ADMIN, engineer: "all" },
  "decoders.try": { ...ADMIN, engineer: "all" },
  /** To try one on stored readings. */
  "rules.backtest": { ...ADMIN, engineer: "all" },
  /** To lamps by name; to any device bytes of its own protocol. */
  "commands.send": { ...ADMIN, dispatcher: "all", engineer: "all" },
  "commands.send-raw": { ...ADMIN, engineer: "all" },
  "commands.read": { ...LEADS, engineer: "all" },
  "alarms.read": EVERYBODY,
  /** Of a unit those at assets that it maintains, owns or is competent for. */
  "alarms.acknowledge": {
    ...ADMIN,
    acceptor: "all",
    "shift-lead": "all",
    dispatcher: "all",
    unit: "own",
    engineer: "all",
  },
  /** To keep one from being told, and to let it go again. */
  "alarms.shelve": { ...ADMIN, "shift-lead": "all", dispatcher: "all", engineer: "all" },
  /** What protects lives is kept back only by those who answer for it. */
  "alarms.shelve-life-safety": { ...ADMIN, "shift-lead": "all" },
  "cases.read": EVERYBODY,
  /** Who reported a case: told to those alone who ask back. */
  "cases.reporters": { ...ADMIN, acceptor: "all", "shift-lead": "all", inspector: "all" },
  /** Telephone calls about a case, with who called. */
  "cases.calls": { ...ADMIN, acceptor: "all", "shift-lead": "all" },
  "cases.report": { ...ADMIN, acceptor: "all", inspector: "all" },
  /** To have the centre and its crews practise. */
  "cases.drill": { ...ADMIN, "shift-lead": "all" },
  /** To end a report as a duplicate of another case. */
  "cases.join": { ...ADMIN, acceptor: "all" },
  /** Orders of hotlines and their answers; services, too, that have the topics for it. */
  "hotline.write": { ...ADMIN, acceptor: "all" },
  "hotline.read": CENTRE,
  /** Whom to ask after a close, and what they said. */
  "questions.read": { ...ADMIN, acceptor: "all", "shift-lead": "all" },
  "questions.answer": { ...ADMIN, acceptor: "all" },
  /** Their links, to be sent: services with the topic; an administrator to try it. */
  "questions.send": ADMIN,
  /** Services with the topic; an administrator to try it. */
  "intake.video": ADMIN,
  /** Where other platforms push, and the secrets by which they are known. */
  "intakes.read": { ...ADMIN, engineer: "all" },
  "intakes.write": ADMIN,
  /** Open311: services with the topic; an administrator to try it. */
  "open311.read": ADMIN,
  "open311.report": ADMIN,
  "cases.transition": { ...CENTRE, unit: "own", crew: "own", inspector: "all" },
  /** Who was called about a case; of a unit and a crew of those that their unit has. */
  "reaching.read": { ...CENTRE, unit: "own", crew: "own" },
  /** To take the care of it, so that nobody else is called. */
  "reaching.take": { ...LEADS, unit: "own" },
  /** `own`: cases of a place whose steward one is. */
  "cases.urge": { ...everybody("own"), ...ADMIN, "shift-lead": "all", leader: "all" },
  /** Of a unit for the cases that it has. */
  "assists.ask": { ...ADMIN, "shift-lead": "all", dispatcher: "all", unit: "own" },
  /** Of a unit also those that help with its cases. */
  "assists.transition": {
    ...ADMIN,
    "shift-lead": "all",
    dispatcher: "all",
    unit: "own",
    crew: "own",
  },
  "rulings.write": { ...ADMIN, "shift-lead": "all", leader: "all" },
  /** Photos and documents; one that is at no case yet is shown to its sender and `admin` alone. */
  "files.read": EVERYBODY,
  /** Whoever may report a case or move one on. */
  "files.write": { ...CENTRE, unit: "all", crew: "all", inspector: "all" },
  /** By which conditions cases are filed, by which codes and limits: the city's own tables. */
  "filing-tables.read": EVERYBODY,
  "filing-tables.write": ADMIN,
  "tasks.read": EVERYBODY,
  /** Of a unit those at assets that it maintains. */
  "tasks.done": { ...ADMIN, unit: "own", engineer: "all" },
  "supervisions.read": { ...CENTRE, unit: "own" },
  "supervisions.issue": { ...ADMIN, "shift-lead": "all", leader: "all" },
  "supervisions.transition": { ...ADMIN, "shift-lead": "all", unit: "own", leader: "all" },
  /** Handovers of the centre's shifts, and what a shift has pledged. */
  "handovers.read": CENTRE,
  "handovers.write": { ...ADMIN, acceptor: "all", "shift-lead": "all", dispatcher: "all" },
  /** `own`: what is told to one's role or one's name, of a unit about what is its own. */
  "notices.read": { ...everybody("own"), ...CENTRE },
  "notices.acknowledge": { ...everybody("own"), ...CENTRE },
  /** Indicators, scores and ranks; of a unit its own and those below it. */
  "evaluation.read": { ...LEADS, unit: "own" },
  /** Briefs of all units, and what became of them. */
  "publications.read": LEADS,
  /** To count a brief anew, to approve it for everybody, and to withdraw it. */
  "publications.write": { ...ADMIN, leader: "all" },
  /** By which models points are given. */
  "evaluation.configure": ADMIN,
  /** Bonus and deduction items, and third parties' marks. */
  "evaluation.record": { ...ADMIN, "shift-lead": "all", leader: "all" },
  "dead-letters.read": { ...ADMIN, engineer: "all" },
  /** To have uplinks and dead letters decoded again, which changes readings that stand. */
  "redecode.write": { ...ADMIN, engineer: "all" },
  /** Who wrote what, and whether the history of cases is as it was written. */
  "audit.read": ADMIN,
  /** Calendars, holidays, and which class or area has which. */
  "calendars.read": EVERYBODY,
  "calendars.write": ADMIN,
  /** Notices in it are those that one may read. */
  "stream.read": EVERYBODY,
} as const satisfies Record<string, Row>;

export type Action = keyof typeof ROLE_TABLE;

/** How far somebody's roles reach together; nothing where none may. */
export function scopeOf(roles: readonly Role[], action: Action): Scope | undefined {
  const row: Row = ROLE_TABLE[action];
  const scopes = roles.map((role) => row[role]);
  if (scopes.includes("all")) return "all";
  return scopes.includes("own") ? "own" : undefined;
}

/** All that somebody may, and how far: for a page, which shows what one may do. */
export function actionsOf(roles: readonly Role[]): Partial<Record<Action, Scope>> {
  const scopes = (Object.keys(ROLE_TABLE) as Action[]).map((action) => [
    action,
    scopeOf(roles, action),
  ]);
  return Object.fromEntries(scopes.filter(([, scope]) => scope !== undefined));
}

/** The roles that may, in the order in which roles are named. */
function rolesOf(action: Action): Role[] {
  return Role.options.filter((role) => scopeOf([role], action) !== undefined);
}

type Whose = Pick<Actor, "roles" | "unitId" | "crewId">;

/** What is below which unit, and whose a crew is. */
export interface UnitTree {
  units: Pick<RegistryDoor["units"], "under">;
  crews: Pick<RegistryDoor["crews"], "get">;
}

/** Ids of the units to which somebody is limited in an action; nothing where he is not. */
export function limitOf(
  { roles, unitId, crewId }: Whose,
  action: Action,
  { units, crews }: UnitTree,
): ReadonlySet<string> | undefined {
  if (scopeOf(roles, action) === "all") return undefined;
  const own = new Set<string>();
  const row: Row = ROLE_TABLE[action];
  if (roles.includes("unit") && row.unit === "own" && unitId !== undefined) {
    for (const each of units.under(unitId)) own.add(each);
  }
  if (roles.includes("crew") && row.crew === "own") {
    const unitOfCrew = crewId === undefined ? unitId : crews.get(crewId)?.unitId;
    if (unitOfCrew !== undefined) own.add(unitOfCrew);
  }
  return own;
}

/** Of several units one is enough. @throws ROLE_REFUSED */
export function checkReach(
  user: Actor,
  action: Action,
  what: { called: string; unitIds: readonly (string | undefined)[] },
  tree: UnitTree,
): void {
  const limit = limitOf(user, action, tree);
  const isWithin = (unitId: string | undefined) => unitId !== undefined && limit?.has(unitId);
  if (limit === undefined || what.unitIds.some(isWithin)) return;
  const { username, roles, unitId = "none" } = user;
  throw new GridwardenError(
    "ROLE_REFUSED",
    `user '${username}' has the role ${roles.join(", ")} and the unit '${unitId}'; '${action}' ` +
      `reaches that unit and those below it, not ${what.called}`,
    { details: { action } },
  );
}

/** @throws ROLE_REFUSED */
export function checkRole(user: Pick<User, "roles"> & { username: string }, action: Action): void {
  if (scopeOf(user.roles, action) !== undefined) return;
  const allowed = rolesOf(action);
  throw new GridwardenError(
    "ROLE_REFUSED",
    `user '${user.username}' has the role ${user.roles.join(", ")}; '${action}' needs one of ${allowed.join(", ")}`,
    { details: { action, allowed } },
  );
}
