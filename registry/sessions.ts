/**
 * Sessions of people over HTTP: whose one is and until when, its renewal and its end; and those of a
 * crew's phones, which are signed in by a code. A code names a crew and no person, so what a phone
 * does is done by the crew's own account: a user of the role `crew` alone, without a password, which
 * the first code makes. A phone stays signed in as long as it is used, since a crew at a manhole
 * cannot ask its lead for a code; what is lost is ended by hand.
 */
import { type Clock, DAY_MS, type Instant } from "../model/clock.ts";
import { GridwardenError } from "../model/errors.ts";
import { CrewId, Username } from "../model/ids.ts";
import type { User } from "../model/registry.ts";
import { makeKey } from "./credentials.ts";
import type { Holdings } from "./holdings.ts";
import { createLoginFailures, tooManyFailures } from "./login-failures.ts";
import type { PasswordHasher } from "./passwords.ts";
import { endCodesOf, keepCode, makeCode, readCode, takeCode } from "./sign-in-codes.ts";
import { userTable } from "./tables.ts";
import type { Tokens } from "./tokens.ts";
import type { Write, Writing } from "./writer.ts";

export interface SignedIn {
  token: string;
  expiresAt: Instant;
  user: User;
}

export interface SessionLimits {
  loginFailuresMax: number;
  loginFailureWindowMs: number;
  tokenAgeMsMax: number;
  signInCodeAgeMsMax: number;
  signInCodesPerCrewMax: number;
  crewSessionAgeMsMax: number;
}

export type Session = Omit<SignedIn, "token">;

export interface Sessions {
  /** Nothing where the token is unknown or has ended. */
  of(token: string): Session | undefined;
  /** Puts the end of a phone's session off where it is due. */
  renew(token: string): Promise<Session | undefined>;
  end(token: string): Promise<void>;
  /** Of all users of the crew, with its codes; answers how many ended. @throws CREW_NOT_FOUND */
  endOfCrew(crewId: string): Promise<number>;
  /** Answers how many ended. @throws USER_NOT_FOUND */
  endOfUser(username: string): Promise<number>;
  /** @throws CREW_NOT_FOUND */
  makeCode(crewId: string): Promise<{ code: string; expiresAt: Instant }>;
  /**
   * @param onKnown told who it is before anything is committed
   * @throws SIGN_IN_CODE_REFUSED, RATE_LIMITED
   */
  signInByCode(code: string, from: string, onKnown: (user: User) => void): Promise<SignedIn>;
  /** A new token of the user, for so long as one of its kind holds. */
  begin(writing: Writing, user: User, kind: "person" | "phone"): Promise<SignedIn>;
}

const NAME_CHARACTERS_MAX = 64;
/** Guesses at codes are counted by address, under a name that no user has. */
const GUESSER = "sign-in code";

export function createSessions(
  deps: { clock: Clock; holdings: Holdings; write: Write; tokens: Tokens; hasher: PasswordHasher },
  limits: SessionLimits,
  hasPassword: (username: string) => boolean,
): Sessions {
  const { clock, holdings, write, tokens, hasher } = deps;
  const wall = (ms: number): number => Math.round(ms * clock.speed);
  const failures = createLoginFailures({
    failuresMax: limits.loginFailuresMax,
    windowMs: limits.loginFailureWindowMs * clock.speed,
  });

  function sessionOf(token: string): Session | undefined {
    const found = tokens.find(token, clock.now());
    const user = found && holdings.users.get(found.username);
    return found && user && { expiresAt: found.expiresAt, user };
  }

  async function begin(writing: Writing, user: User, kind: "person" | "phone"): Promise<SignedIn> {
    const { key: token, digest } = makeKey();
    const now = clock.now();
    const slideMs = kind === "phone" ? wall(limits.crewSessionAgeMsMax) : undefined;
    const expiresAt = now + (slideMs ?? wall(limits.tokenAgeMsMax));
    const kept = { digest: digest.toString("hex"), username: user.username, expiresAt };
    await tokens.add(writing, slideMs === undefined ? kept : { ...kept, slideMs }, now);
    return { token, expiresAt, user };
  }

  function checkCrew(crewId: string): void {
    if (holdings.crews.has(crewId)) return;
    throw new GridwardenError("CREW_NOT_FOUND", `no crew has the id '${crewId}'`);
  }

  return {
    of: sessionOf,
    begin,

    async renew(token) {
      const now = clock.now();
      const found = tokens.find(token, now);
      const expiresAt = found && tokens.laterEnd(found, now);
      if (found !== undefined && expiresAt !== undefined) {
        await write((writing) => tokens.renew(writing, found.digest, expiresAt));
      }
      return sessionOf(token);
    },

    async end(token) {
      const found = tokens.find(token, clock.now());
      if (found !== undefined) await write((writing) => tokens.end(writing, found.digest));
    },

    async endOfCrew(crewId) {
      checkCrew(crewId);
      return await write(async (writing) => {
        const users = [...holdings.users.values()].filter((user) => user.crewId === crewId);
        const names = users.map(({ username }) => username);
        await endCodesOf(writing, crewId);
        return await tokens.endOf(writing, names, clock.now());
      });
    },

    async endOfUser(username) {
      if (!holdings.users.has(username)) {
        throw new GridwardenError("USER_NOT_FOUND", `no user has the name '${username}'`);
      }
      return await write((writing) => tokens.endOf(writing, [username], clock.now()));
    },

    async makeCode(crewId) {
      checkCrew(crewId);
      const code = makeCode();
      const digest = await hasher.digest(code);
      const now = clock.now();
      const expiresAt = now + wall(limits.signInCodeAgeMsMax);
      const room = { now, perCrewMax: limits.signInCodesPerCrewMax };
      await write((writing) => keepCode(writing, { digest, crewId, expiresAt }, room));
      return { code, expiresAt };
    },

    async signInByCode(code, from, onKnown) {
      const began = clock.now();
      const waitMs = failures.waitMs(GUESSER, from, began) / clock.speed;
      if (waitMs > 0) throw tooManyFailures("sign-in codes", limits.loginFailuresMax, waitMs);
      // Counted before the slow digest, so that guesses sent at once count, too.
      failures.failed(GUESSER, from, began);
      const digest = await hasher.digest(readCode(code));
      const signedIn = await write(async (writing) => {
        const crewId = await takeCode(writing, digest, clock.now());
        if (crewId === undefined) throw refusedCode();
        const user =
          accountOf(holdings, crewId, hasPassword) ??
          (await makeAccount(writing, holdings, crewId));
        onKnown(user);
        return await begin(writing, user, "phone");
      });
      failures.succeeded(GUESSER, from);
      return signedIn;
    },
  };
}

/** When sliding tokens are renewed. */
export const renewAfterMs = (clock: Clock): number => DAY_MS * clock.speed;

const refusedCode = (): GridwardenError =>
  new GridwardenError(
    "SIGN_IN_CODE_REFUSED",
    "the code is unknown, was used already, or has ended; ask for another one",
  );

/** Users that are registered have passwords; of a crew's users the one without is its account. */
function accountOf(
  holdings: Holdings,
  crewId: string,
  hasPassword: (username: string) => boolean,
): User | undefined {
  return [...holdings.users.values()].find(
    (user) => user.crewId === crewId && !hasPassword(user.username),
  );
}

async function makeAccount(
  { tx, onCommit }: Writing,
  holdings: Holdings,
  crewId: string,
): Promise<User> {
  const unitId = holdings.crews.get(crewId)?.unitId;
  const user: User = {
    username: freeName(holdings, `crew-${crewId}`),
    roles: ["crew"],
    ...(unitId !== undefined && { unitId }),
    crewId: CrewId.parse(crewId),
  };
  const seq = holdings.users.takeSeq();
  await userTable.insert(tx, seq, user);
  onCommit(() => holdings.users.put(user.username, seq, user));
  return user;
}

/** The name itself, or with the first number that makes it nobody else's. */
function freeName({ users, services }: Holdings, wanted: string): Username {
  for (let number = 1; ; number++) {
    const ending = number === 1 ? "" : `-${number}`;
    const name = wanted.slice(0, NAME_CHARACTERS_MAX - ending.length) + ending;
    if (!users.has(name) && !services.has(name)) return Username.parse(name);
  }
}
