/** Sessions as the console's tests want them: a user's token is its name, and a code is a name, too. */
import { GridwardenError } from "../model/errors.ts";
import type { User } from "../model/registry.ts";
import type { PasswordsDoor, SessionsDoor } from "./session-door.ts";

/** An hour after the doubles' clock began. */
const EXPIRES_AT = Date.UTC(2026, 10, 22, 1, 30);

export function sessionsDouble(given: {
  asked: { what: string; with: unknown }[];
  users: Map<string, User>;
}): SessionsDoor {
  const { asked, users } = given;
  const sessionOf = (token: string) => {
    const user = users.get(token);
    return user && { expiresAt: EXPIRES_AT, user };
  };
  return {
    renew: async (token) => sessionOf(token),
    async end(token) {
      asked.push({ what: "sessions.end", with: token });
    },
    async endOfCrew(crewId) {
      asked.push({ what: "sessions.endOfCrew", with: crewId });
      return 2;
    },
    async endOfUser(username) {
      asked.push({ what: "sessions.endOfUser", with: username });
      return 1;
    },
    async makeCode(crewId) {
      asked.push({ what: "sessions.makeCode", with: crewId });
      return { code: "ACDEF34679", expiresAt: EXPIRES_AT };
    },
    async signInByCode(code, from, onKnown) {
      asked.push({ what: "sessions.signInByCode", with: { code, from } });
      const session = sessionOf(code);
      if (session === undefined) {
        throw new GridwardenError("SIGN_IN_CODE_REFUSED", "the code is unknown");
      }
      onKnown(session.user);
      return { token: code, ...session };
    },
  };
}

export function passwordsDouble(asked: { what: string; with: unknown }[]): PasswordsDoor {
  return {
    has: (username) => username !== "crew",
    async change(change, by) {
      asked.push({ what: "passwords.change", with: { ...change, ...by } });
      if (change.password === "right password") return 2;
      throw new GridwardenError("OLD_PASSWORD_WRONG", "the old password is wrong");
    },
    async set(username, password) {
      asked.push({ what: "passwords.set", with: { username, password } });
      return 1;
    },
  };
}
