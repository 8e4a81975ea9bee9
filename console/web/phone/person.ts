/**
 * Whose phone this is. The platform says it; where it cannot be asked, it is who was here last, so that the
 * page opens without network. Names and roles alone are kept, nothing by which anybody signs in.
 */
import { type SessionUser, user } from "../shared/session.ts";

const KEPT_AS = "gridwarden.phone.person";

/** undefined: not known yet; null: nobody. */
export const person = (): SessionUser | null | undefined =>
  user.value === undefined ? keptPerson() : user.value;

export function keepPerson(who: SessionUser): void {
  localStorage.setItem(KEPT_AS, JSON.stringify(who));
}

export function forgetPerson(): void {
  localStorage.removeItem(KEPT_AS);
}

/** The platform has said that he is signed in, and nobody else has signed in on another page since. */
export function isHisPhone({ username }: SessionUser): boolean {
  if (user.value?.username !== username) return false;
  return (keptPerson()?.username ?? username) === username;
}

/** Told when somebody else signs in on another page of this phone; answers what ends it. */
export function whenAnothers({ username }: SessionUser, tell: () => void): () => void {
  const look = ({ key }: StorageEvent): void => {
    if (key === KEPT_AS && (keptPerson()?.username ?? username) !== username) tell();
  };
  window.addEventListener("storage", look);
  return () => window.removeEventListener("storage", look);
}

export const isA = (who: SessionUser, ...roles: string[]): boolean =>
  who.roles.some((role) => role === "admin" || roles.includes(role));

function keptPerson(): SessionUser | undefined {
  try {
    return (JSON.parse(localStorage.getItem(KEPT_AS) ?? "null") as SessionUser | null) ?? undefined;
  } catch {
    return undefined;
  }
}
