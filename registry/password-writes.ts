/**
 * Passwords after the first: changed by whoever knows it, or set anew for somebody by an
 * administrator. Either ends the user's other sessions in the same transaction, so that who had the
 * old one is out. A crew's own account signs in by codes and never gets a password.
 */
import type { Clock } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Holdings } from "./holdings.ts";
import type { PasswordHasher } from "./passwords.ts";
import type { Tokens } from "./tokens.ts";
import type { Write, Writing } from "./writer.ts";

export interface PasswordChange {
  username: string;
  password: string;
  newPassword: string;
}

export interface PasswordWrites {
  has(username: string): boolean;
  /**
   * @param by the session that asks, which goes on
   * @returns how many others ended
   * @throws OLD_PASSWORD_WRONG, PASSWORD_REFUSED, TOKEN_REFUSED, RATE_LIMITED after many failures
   */
  change(change: PasswordChange, by: { token: string; from: string }): Promise<number>;
  /** Answers how many sessions ended. @throws USER_NOT_FOUND, PASSWORD_REFUSED */
  set(username: string, password: string): Promise<number>;
}

interface Deps {
  clock: Clock;
  holdings: Holdings;
  write: Write;
  tokens: Tokens;
  hasher: PasswordHasher;
  /** Hashes by name. */
  passwords: Map<string, string>;
  /** The hash that the password has met; nothing where it is wrong. @throws RATE_LIMITED */
  meet(username: string, password: string, from: string): Promise<string | undefined>;
  /** Of sign-ins by the old one. */
  forgetFailures(username: string): void;
}

export function createPasswordWrites(deps: Deps): PasswordWrites {
  const { clock, holdings, write, tokens, hasher, passwords } = deps;

  function checkHasOne(username: string): void {
    if (!passwords.has(username)) throw withoutPassword(username);
  }

  async function put(
    writing: Writing,
    change: { username: string; hash: string },
    exceptToken?: string,
  ): Promise<number> {
    const { username, hash } = change;
    await writing.tx.run("update passwords set hash = ? where username = ?", [hash, username]);
    writing.onCommit(() => {
      passwords.set(username, hash);
      deps.forgetFailures(username);
    });
    return await tokens.endOf(writing, [username], clock.now(), exceptToken);
  }

  return {
    has: (username) => passwords.has(username),

    async change({ username, password, newPassword }, { token, from }) {
      checkHasOne(username);
      const met = await deps.meet(username, password, from);
      if (met === undefined) throw wrongPassword();
      const hash = await hasher.hash(newPassword);
      return await write(async (writing) => {
        // While it was hashed somebody else may have set another, or ended this session.
        if (passwords.get(username) !== met) throw wrongPassword();
        if (tokens.find(token, clock.now()) === undefined) {
          throw new GridwardenError("TOKEN_REFUSED", "the session has just ended; sign in again");
        }
        return await put(writing, { username, hash }, token);
      });
    },

    async set(username, password) {
      if (!holdings.users.has(username)) {
        throw new GridwardenError("USER_NOT_FOUND", `no user has the name '${username}'`);
      }
      checkHasOne(username);
      const hash = await hasher.hash(password);
      return await write((writing) => put(writing, { username, hash }));
    },
  };
}

const wrongPassword = (): GridwardenError =>
  new GridwardenError("OLD_PASSWORD_WRONG", "the old password is wrong; nothing was changed");

const withoutPassword = (username: string): GridwardenError =>
  new GridwardenError(
    "PASSWORD_REFUSED",
    `user '${username}' is a crew's account, which signs in by codes and has no password`,
  );
