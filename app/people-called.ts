/**
 * Who is called about a case on each level of an escalation, as the register stands now: the crew's own
 * telephone and its members, the leads of its unit, those of the nearest unit above with the
 * centre's shift leads, and leaders. Whoever belongs to a lower level is not called on a higher one, too. Pure.
 */
import type { Contacts, HolderKind } from "../model/contact.ts";
import { LIMITS } from "../model/limits.ts";
import type { Person, Who } from "../model/reaching.ts";
import type { Role, Unit, User } from "../model/registry.ts";

export interface PeopleView {
  unit(unitId: string): Unit | undefined;
  usersOfCrew(crewId: string): User[];
  usersOfUnit(unitId: string, role: Role): User[];
  usersWithRole(role: Role): User[];
  contactsOf(kind: HolderKind, id: string): Contacts | undefined;
}

/** Whose contacts stand in the register. */
export type Called = Person & { kind: HolderKind };

interface About {
  unitId?: string;
  crewId?: string;
}

/** A tree deeper than this is a circle. */
const UNIT_DEPTH_MAX = 20;

/** By name, those alone that have a way to be reached. */
export function peopleCalled(who: Who | "group", about: About, view: PeopleView): Called[] {
  const { unitId, crewId } = about;
  if (who === "group") return unitId === undefined ? [] : holders("unit", [unitId], view);
  if (who === "crew") {
    if (crewId === undefined) return [];
    return [...holders("crew", [crewId], view), ...users(view.usersOfCrew(crewId), view)];
  }
  const below = new Set<string>();
  for (const level of ["crew", "lead", "department"] as const) {
    if (level === who) break;
    for (const { id } of peopleCalled(level, about, view)) below.add(id);
  }
  const found = who === "lead" ? leads(unitId, view) : above(who, unitId, view);
  return users(found, view)
    .filter(({ id }) => !below.has(id))
    .slice(0, LIMITS.calledAtOnceMax);
}

const leads = (unitId: string | undefined, view: PeopleView): User[] =>
  unitId === undefined ? [] : view.usersOfUnit(unitId, "unit");

function above(who: "department" | "leader", unitId: string | undefined, view: PeopleView): User[] {
  const units = unitsAbove(unitId, view);
  if (who === "department") {
    const nearest = units
      .map((id) => view.usersOfUnit(id, "unit"))
      .find((found) => found.length > 0);
    return [...(nearest ?? []), ...view.usersWithRole("shift-lead")];
  }
  const own = new Set([...(unitId === undefined ? [] : [unitId]), ...units]);
  return view
    .usersWithRole("leader")
    .filter((user) => user.unitId === undefined || own.has(user.unitId));
}

function unitsAbove(unitId: string | undefined, view: PeopleView): string[] {
  const found: string[] = [];
  let at = unitId === undefined ? undefined : view.unit(unitId)?.parentId;
  while (at !== undefined && found.length < UNIT_DEPTH_MAX) {
    found.push(at);
    at = view.unit(at)?.parentId;
  }
  return found;
}

function users(all: readonly User[], view: PeopleView): Called[] {
  const names = [...new Set(all.map(({ username }) => String(username)))];
  return holders("user", names.sort(), view);
}

function holders(kind: HolderKind, ids: readonly string[], view: PeopleView): Called[] {
  return ids.flatMap((id) => {
    const contacts = view.contactsOf(kind, id);
    return contacts === undefined || contacts.points.length === 0 ? [] : [{ kind, id, contacts }];
  });
}
