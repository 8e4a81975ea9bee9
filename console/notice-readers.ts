/**
 * Whose a notice of the live stream is; of the list and of what is acknowledged the notices
 * themselves know it, and a test holds the two alike.
 */
import { NOTICE_ROLE, type Notice } from "../model/notice.ts";
import type { Actor } from "./deps.ts";
import { limitOf, scopeOf, type UnitTree } from "./roles.ts";

export function mayReadNotice(
  user: Actor,
  { kind, unitId, username }: Notice,
  tree: UnitTree,
): boolean {
  if (username !== undefined) return username === user.username;
  if (scopeOf(user.roles, "notices.read") === "all") return true;
  const role = NOTICE_ROLE[kind];
  if (role === "inspector" || role === "engineer") return user.roles.includes(role);
  if (role !== "unit" || unitId === undefined || !user.roles.includes("unit")) return false;
  return limitOf({ ...user, roles: ["unit"] }, "notices.read", tree)?.has(unitId) === true;
}
