/** What the console asks of who keeps sessions and passwords. */
import type { Instant } from "../model/clock.ts";
import type { User } from "../model/registry.ts";

export interface Session {
  expiresAt: Instant;
  user: User;
}

export interface SessionsDoor {
  /** Puts the end of a phone's session off where it is due; nothing where the token has ended. */
  renew(token: string): Promise<Session | undefined>;
  end(token: string): Promise<void>;
  /** Ends all of a crew's, and its codes; answers how many. @throws CREW_NOT_FOUND */
  endOfCrew(crewId: string): Promise<number>;
  /** Answers how many ended. @throws USER_NOT_FOUND */
  endOfUser(username: string): Promise<number>;
  /** @throws CREW_NOT_FOUND */
  makeCode(crewId: string): Promise<{ code: string; expiresAt: Instant }>;
  /**
   * @param onKnown told who it is before anything is committed
   * @throws SIGN_IN_CODE_REFUSED, RATE_LIMITED
   */
  signInByCode(
    code: string,
    from: string,
    onKnown: (user: User) => void,
  ): Promise<Session & { token: string }>;
}

export interface PasswordsDoor {
  has(username: string): boolean;
  /**
   * @param by the session that asks, which goes on
   * @returns how many others ended
   * @throws OLD_PASSWORD_WRONG, PASSWORD_REFUSED, TOKEN_REFUSED, RATE_LIMITED after many failures
   */
  change(
    change: { username: string; password: string; newPassword: string },
    by: { token: string; from: string },
  ): Promise<number>;
  /** Answers how many sessions ended. @throws USER_NOT_FOUND, PASSWORD_REFUSED */
  set(username: string, password: string): Promise<number>;
}
