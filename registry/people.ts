/**
 * People: their roles, passwords and sign-ins. A token is 256 random bits, of which only a digest
 * is kept, with the time at which it ends; it outlives a restart. People live by the wall, so
 * spans are stretched by the pace of the platform's clock.
 */
import { randomBytes } from "node:crypto";
import type { Clock } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { Username } from "../model/ids.ts";
import { LIMITS } from "../model/limits.ts";
import type { Role, User } from "../model/registry.ts";
import { checkNameOfOne } from "./credentials.ts";
import type { Holdings } from "./holdings.ts";
import { createLoginFailures, tooManyFailures } from "./login-failures.ts";
import { createPasswordWrites, type PasswordWrites } from "./password-writes.ts";
import { createPasswordHasher } from "./passwords.ts";
import {
  createSessions,
  renewAfterMs,
  type SessionLimits,
  type Sessions,
  type SignedIn,
} from "./sessions.ts";
import type { Page, PageRequest } from "./shelf.ts";
import { userTable } from "./tables.ts";
import { createTokens } from "./tokens.ts";
import { checkUnit } from "./units.ts";
import type { Write } from "./writer.ts";

type UserToMake = User & { password: string };

export interface Users {
  list(request: PageRequest): Page<User>;
  get(username: string): User | undefined;
  /** Members of the crew. */
  ofCrew(crewId: string): User[];
  /** Those of the unit itself that have the role. */
  ofUnit(unitId: string, role: Role): User[];
  withRole(role: Role): User[];
  create(user: UserToMake): Promise<User>;
}

export interface People {
  users: Users;
  load(): Promise<void>;
  /**
   * Makes `admin` where it is missing; answers the password when it had to invent one. `keep` is
   * called with that one before it is committed, so that no kill leaves an `admin` nobody can be.
   */
  ensureAdmin(
    adminPassword: string | undefined,
    keep?: (password: string) => void,
  ): Promise<string | undefined>;
  login(username: string, password: string, from: string): Promise<SignedIn>;
  userOfToken(token: string): Promise<User | undefined>;
  readonly sessions: Sessions;
  readonly passwords: PasswordWrites;
}

const ADMIN = Username.parse("admin");
const MADE_PASSWORD_BYTES = 18;

export function createPeople(
  deps: { database: Database; clock: Clock; holdings: Holdings; write: Write },
  options: Partial<SessionLimits> = {},
): People {
  const { clock, holdings, write, database } = deps;
  const limits: SessionLimits = { ...LIMITS, ...options };
  const hasher = createPasswordHasher();
  const tokens = createTokens(renewAfterMs(clock));
  const passwords = new Map<string, string>();
  const sessions = createSessions({ clock, holdings, write, tokens, hasher }, limits, (username) =>
    passwords.has(username),
  );
  const failures = createLoginFailures({
    failuresMax: limits.loginFailuresMax,
    windowMs: limits.loginFailureWindowMs * clock.speed,
  });

  async function meet(
    username: string,
    password: string,
    from: string,
  ): Promise<string | undefined> {
    const now = clock.now();
    const waitMs = failures.waitMs(username, from, now) / clock.speed;
    if (waitMs > 0) throw tooManyFailures(`user '${username}'`, limits.loginFailuresMax, waitMs);
    // Counted before the slow hash, so that guesses sent at once count, too.
    failures.failed(username, from, now);
    const stored = passwords.get(username);
    if (!(await hasher.isRight(password, stored))) return undefined;
    failures.succeeded(username, from);
    return stored;
  }

  const usersThat = (isWanted: (user: User) => boolean): User[] =>
    [...holdings.users.values()].filter(isWanted);

  async function create({ password, ...user }: UserToMake): Promise<User> {
    checkNewUser(holdings, user);
    const hash = await hasher.hash(password);
    return write(async ({ tx, onCommit }) => {
      checkNewUser(holdings, user);
      const seq = holdings.users.takeSeq();
      await userTable.insert(tx, seq, user);
      await tx.run("insert into passwords (username, hash) values (?, ?)", [user.username, hash]);
      onCommit(() => {
        holdings.users.put(user.username, seq, user);
        passwords.set(user.username, hash);
      });
      return user;
    });
  }

  return {
    users: {
      list: (request) => holdings.users.page(request),
      get: holdings.users.get,
      ofCrew: (crewId) => usersThat((user) => user.crewId === crewId),
      ofUnit: (unitId, role) =>
        usersThat((user) => user.unitId === unitId && user.roles.includes(role)),
      withRole: (role) => usersThat((user) => user.roles.includes(role)),
      create,
    },

    async load() {
      const rows = await database.reader.all<{ username: string; hash: string }>(
        "select username, hash from passwords",
      );
      for (const { username, hash } of rows) passwords.set(username, hash);
      await tokens.load(database.reader, clock.now());
    },

    async ensureAdmin(adminPassword, keep) {
      if (holdings.users.has(ADMIN)) return undefined;
      if (adminPassword !== undefined) {
        await create({ username: ADMIN, roles: ["admin"], password: adminPassword });
        return undefined;
      }
      const password = randomBytes(MADE_PASSWORD_BYTES).toString("base64url");
      keep?.(password);
      await create({ username: ADMIN, roles: ["admin"], password });
      return password;
    },

    async login(username, password, from) {
      const met = await meet(username, password, from);
      const user = holdings.users.get(username);
      if (met === undefined || user === undefined) throw refusedLogin();
      return await write(async (writing) => {
        // Nobody gets in by a password that was changed meanwhile.
        if (passwords.get(username) !== met) throw refusedLogin();
        return await sessions.begin(writing, user, "person");
      });
    },

    userOfToken: async (token) => sessions.of(token)?.user,
    sessions,
    passwords: createPasswordWrites({
      ...{ clock, holdings, write, tokens, hasher, passwords, meet },
      forgetFailures: failures.forget,
    }),
  };
}

const refusedLogin = (): GridwardenError =>
  new GridwardenError("LOGIN_REFUSED", "the user name or the password is wrong");

function checkNewUser(holdings: Holdings, user: User): void {
  const { username, unitId, crewId } = user;
  if (holdings.users.has(username)) {
    throw new GridwardenError("USER_EXISTS", `user '${username}' is already registered`);
  }
  checkNameOfOne(username, "user", holdings);
  checkUnit(holdings, unitId, `user '${username}'`);
  if (crewId !== undefined && !holdings.crews.has(crewId)) {
    throw new GridwardenError(
      "CREW_NOT_FOUND",
      `user '${username}': no crew has the id '${crewId}'; register the crew first`,
    );
  }
}
