/** Who is told the telephone numbers of stewards; everybody may know who they are. */
import type { Case } from "../model/case.ts";
import type { Role } from "../model/registry.ts";
import type { Steward } from "../model/steward.ts";
import type { Actor } from "./deps.ts";
import { limitOf, scopeOf, type UnitTree } from "./roles.ts";

/** With a case: of its stewards. */
export function showsPhones(
  user: Pick<Actor, "roles" | "unitId" | "crewId">,
  tree: UnitTree,
  theCase?: Pick<Case, "unitId" | "crewId">,
): boolean {
  if (scopeOf(user.roles, "stewards.phone") === "all") return true;
  const { unitId, crewId } = theCase ?? {};
  const isOwnOf = (role: Role): boolean =>
    user.roles.includes(role) && scopeOf([role], "stewards.phone") === "own";
  if (isOwnOf("crew") && crewId !== undefined && crewId === user.crewId) return true;
  if (!isOwnOf("unit") || unitId === undefined) return false;
  return limitOf({ ...user, roles: ["unit"] }, "stewards.phone", tree)?.has(unitId) === true;
}

export function withoutPhone({ phone: _, ...steward }: Steward): Steward {
  return steward;
}
