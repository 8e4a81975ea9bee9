/**
 * The cells of the table of roles as a test asks for them: a role, and where what it wants stands
 * in the tree of units: in the user's own unit, in one below it, in another's.
 */
import { type Action, ROLE_TABLE, type Scope, scopeOf } from "../../console/roles.ts";
import { Role } from "../../model/registry.ts";

export const PLACES = ["own", "below", "foreign"] as const;
export type Place = (typeof PLACES)[number];

export interface CellUser {
  username: string;
  role: Role;
  place: Place;
  unitId: string;
  crewId: string;
}

/** What is wanted is always of unit `works`, below `bureau`, and of its crew. */
const UNIT_OF = { own: "works", below: "bureau", foreign: "water" } as const;
export const UNDER: Record<string, string[]> = { bureau: ["bureau", "works"] };

/** A user of each role at each place. A unit has one crew. */
export const CELL_USERS: readonly CellUser[] = Role.options.flatMap((role) =>
  PLACES.map((place) => ({
    username: `${role}-${place}`,
    role,
    place,
    unitId: UNIT_OF[place],
    crewId: `crew-${UNIT_OF[place]}`,
  })),
);

/** By the table: a crew has nothing below it. */
export function mayAt({ role, place }: CellUser, action: Action): boolean {
  const scope = scopeOf([role], action);
  if (scope !== "own") return scope === "all";
  return place === "own" || (place === "below" && role !== "crew");
}

/** Actions that are somewhere a role's own part alone. */
export const LIMITED_ACTIONS: readonly Action[] = (Object.keys(ROLE_TABLE) as Action[]).filter(
  (action) => Object.values<Scope>(ROLE_TABLE[action]).includes("own"),
);
/** Limited by the console before it asks anybody. */
export const AT_THE_DOOR: readonly Action[] = [
  "rosters.read",
  "rosters.write",
  "alarms.acknowledge",
  "shifts.write",
  "crews.position",
  "attendance.read",
  "contacts.read",
  "contacts.write",
  "crew-sessions.write",
  "reaching.read",
  "reaching.take",
];
/** Limited in what the console leaves out of an answer. */
export const IN_ANSWERS: readonly Action[] = [
  "crews.locate",
  "load.read",
  "stewards.phone",
  "evaluation.read",
  "patrols.read",
];
/** Limited by the rooms that the console asks; held against the running platform. */
export const IN_ROOMS: readonly Action[] = [
  "cases.transition",
  "cases.urge",
  "assists.ask",
  "assists.transition",
  "tasks.done",
  "supervisions.read",
  "supervisions.transition",
  "notices.read",
  "notices.acknowledge",
];
