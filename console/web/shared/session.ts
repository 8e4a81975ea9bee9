/** Who is signed in on this page. */
import { signal } from "@preact/signals";
import type { Action } from "../../roles.ts";
import { get, post, Refused, remove } from "./api.ts";
import { forget, signedInAgain } from "./session-ended.ts";

export interface SessionUser {
  username: string;
  roles: string[];
  unitId?: string;
  crewId?: string;
  unitName?: string;
  crewName?: string;
  /** What one may do, and whether of everything or of one's own part. */
  actions: Partial<Record<Action, "all" | "own">>;
  /** A crew's account has none. */
  hasPassword?: boolean;
}

interface SessionAnswer {
  expiresAt: string;
  user: Omit<SessionUser, "actions" | "hasPassword">;
  actions: SessionUser["actions"];
  hasPassword: boolean;
}

const userOf = ({ user: who, actions, hasPassword }: SessionAnswer): SessionUser => ({
  ...who,
  actions,
  hasPassword,
});

/** undefined: not asked yet; null: nobody. */
export const user = signal<SessionUser | null | undefined>(undefined);

/** Why the platform could not yet be asked who is signed in. */
export const restoreFault = signal<unknown>(undefined);

export const hasRole = (...roles: string[]): boolean =>
  user.value?.roles.some((role) => role === "admin" || roles.includes(role)) ?? false;

/** How far one may do it; nothing where one may not at all. */
export const may = (action: Action): "all" | "own" | undefined => user.value?.actions[action];

const mine = { signInIsMine: true };
const NOT_SIGNED_IN = 401;

/** Whose page it is, also while the platform has not said so and while the session has ended. */
let owner: string | undefined;
/** For a client that knows it by itself, before the platform could be asked. */
export function belongsTo(username: string): void {
  owner = username;
}

/** @throws Unreachable; Refused where the platform, or a proxy before it, cannot say it now */
export async function restoreSession(): Promise<void> {
  const found = await get<SessionAnswer>("/api/v1/session", mine).catch((error: unknown) => {
    if (error instanceof Refused && error.status === NOT_SIGNED_IN) return null;
    throw error;
  });
  // Whoever signed in meanwhile is who it is.
  if (user.value !== undefined) return;
  if (found !== null) owner = found.user.username;
  user.value = found && userOf(found);
}

/** Asked for, a phone's session goes on. @throws Refused, Unreachable */
export async function renewSession(): Promise<void> {
  await get<SessionAnswer>("/api/v1/session");
}

/** @throws Refused, Unreachable */
export async function signIn(username: string, password: string): Promise<void> {
  enter(await post<SessionAnswer>("/api/v1/session", { username, password }, mine));
}

/** By the code that a lead has handed out. @throws Refused, Unreachable */
export async function signInByCode(code: string): Promise<void> {
  enter(await post<SessionAnswer>("/api/v1/session/code", { code }, mine));
}

function enter(answer: SessionAnswer): void {
  const isAnother = owner !== undefined && owner !== answer.user.username;
  owner = answer.user.username;
  user.value = userOf(answer);
  // What one person has typed is not sent under another's name.
  if (isAnother) {
    forget();
    location.reload();
  } else signedInAgain();
}

/** Also of a session that has ended already. */
export async function signOut(): Promise<void> {
  await remove("/api/v1/session", mine).catch(() => undefined);
  forget();
  owner = undefined;
  user.value = null;
}
