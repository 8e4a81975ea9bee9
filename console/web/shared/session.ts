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
}

interface SessionAnswer {
  expiresAt: string;
  user: Omit<SessionUser, "actions">;
  actions: SessionUser["actions"];
}

const userOf = ({ user: who, actions }: SessionAnswer): SessionUser => ({ ...who, actions });

/** undefined: not asked yet; null: nobody. */
export const user = signal<SessionUser | null | undefined>(undefined);

export const hasRole = (...roles: string[]): boolean =>
  user.value?.roles.some((role) => role === "admin" || roles.includes(role)) ?? false;

/** How far one may do it; nothing where one may not at all. */
export const may = (action: Action): "all" | "own" | undefined => user.value?.actions[action];

const mine = { signInIsMine: true };

/** @throws Unreachable */
export async function restoreSession(): Promise<void> {
  try {
    user.value = userOf(await get<SessionAnswer>("/api/v1/session", mine));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    user.value = null;
  }
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
  const isAnother = user.value != null && user.value.username !== answer.user.username;
  user.value = userOf(answer);
  // What one person has typed is not sent under another's name.
  if (isAnother) {
    forget();
    location.reload();
  } else signedInAgain();
}

export async function signOut(): Promise<void> {
  await remove("/api/v1/session").catch(() => undefined);
  forget();
  user.value = null;
}
