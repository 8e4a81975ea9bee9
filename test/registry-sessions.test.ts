/** Sessions, sign-in codes and passwords in the registry: how they begin, go on and end, also over a restart. */
import { expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import { Crew, NewUser, Service, Unit } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import { refusedAs, START, setUp } from "./support/registry-world.ts";

const ADDRESS = "10.0.0.1";
const MONTH_MS = LIMITS.crewSessionAgeMsMax;
const nobodyAsks = (): void => {};
const signIn = (registry: Registry, code: string, from = ADDRESS) =>
  registry.sessions.signInByCode(code, from, nobodyAsks);

/** A unit with two crews, of which the first has a member with a password. */
async function crews(): Promise<Awaited<ReturnType<typeof setUp>>> {
  const world = await setUp("chosen by hand");
  const { registry } = world;
  await registry.units.create(Unit.parse({ unitId: "works", name: "Works", kind: "department" }));
  for (const crewId of ["one", "two"]) {
    await registry.crews.create(Crew.parse({ crewId, name: crewId, unitId: "works" }));
  }
  const member = { username: "li", password: "long enough", roles: ["crew"], crewId: "one" };
  await registry.users.create(NewUser.parse(member));
  return world;
}

test("a code signs a phone in as its crew's own account, which the first one makes", async () => {
  const { registry, clock, restart } = await crews();
  const { code, expiresAt } = await registry.sessions.makeCode("one");
  expect(code).toMatch(/^[34679ACDEFGHJKMNPQRTWXY]{10}$/);
  expect(expiresAt).toBe(START + 30 * MINUTE_MS);
  const known: unknown[] = [];
  const first = await registry.sessions.signInByCode(code, ADDRESS, (user) => known.push(user));
  const account = { username: "crew-one", roles: ["crew"], unitId: "works", crewId: "one" };
  expect([first.user, known]).toEqual([account, [account]]);
  expect(first.expiresAt).toBe(START + 30 * DAY_MS);
  const again = await restart();
  expect((await again.userOfToken(first.token))?.username).toBe("crew-one");
  const { code: other } = await again.sessions.makeCode("one");
  expect((await signIn(again, other)).user).toEqual(account);
  const { items } = again.users.list({ limit: 9 });
  expect(items.map(({ username }) => username)).toEqual(["crew-one", "li", "admin"]);
  for (const password of ["", "undefined", code]) {
    const login = again.login("crew-one", password, ADDRESS);
    await expect(login).rejects.toEqual(refusedAs("LOGIN_REFUSED"));
  }
  expect(clock.now()).toBe(START);
});

test("a code holds over a restart, is used once, and is read as people type it", async () => {
  const { registry, restart } = await crews();
  const { code } = await registry.sessions.makeCode("one");
  const typed = ` ${code.slice(0, 5).toLowerCase()}-${code.slice(5)} `;
  const again = await restart();
  expect((await signIn(again, typed)).user.crewId).toBe("one");
  await expect(signIn(again, code)).rejects.toEqual(refusedAs("SIGN_IN_CODE_REFUSED"));
});

test("of two phones with one code at once one is signed in", async () => {
  const { registry } = await crews();
  const { code } = await registry.sessions.makeCode("one");
  const both = await Promise.allSettled([signIn(registry, code), signIn(registry, code, "::1")]);
  expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
});

test("a late, a wrong and an empty code are refused with the same words", async () => {
  const { registry, clock } = await crews();
  const { code, expiresAt } = await registry.sessions.makeCode("one");
  clock.set(expiresAt);
  const said = new Set<string>();
  for (const each of [code, "ACDEF34679", "", "x".repeat(40)]) {
    const refused = await signIn(registry, each).catch((error: unknown) => error);
    expect(refused).toEqual(refusedAs("SIGN_IN_CODE_REFUSED"));
    said.add((refused as Error).message);
  }
  expect(said.size).toBe(1);
});

test("who guesses codes must wait, even with a right one, and from that address alone", async () => {
  const { registry, clock } = await crews();
  const { code } = await registry.sessions.makeCode("one");
  const guesses = Array.from({ length: LIMITS.loginFailuresMax }, () =>
    signIn(registry, "ACDEF34679").catch((error: unknown) => error),
  );
  expect(await Promise.all(guesses)).toEqual(
    Array(LIMITS.loginFailuresMax).fill(refusedAs("SIGN_IN_CODE_REFUSED")),
  );
  await expect(signIn(registry, code)).rejects.toEqual(refusedAs("RATE_LIMITED"));
  expect((await signIn(registry, code, "10.0.0.2")).user.crewId).toBe("one");
  clock.advance(LIMITS.loginFailureWindowMs);
  const { code: next } = await registry.sessions.makeCode("one");
  expect((await signIn(registry, next)).user.crewId).toBe("one");
});

test("no code and no session is for a crew that is not there", async () => {
  const { registry } = await crews();
  await expect(registry.sessions.makeCode("none")).rejects.toEqual(refusedAs("CREW_NOT_FOUND"));
  await expect(registry.sessions.endOfCrew("none")).rejects.toEqual(refusedAs("CREW_NOT_FOUND"));
});

test("of too many codes of a crew the oldest goes, another crew's stays", async () => {
  const { registry, clock } = await crews();
  const { code: others } = await registry.sessions.makeCode("two");
  const codes: string[] = [];
  for (let n = 0; n <= LIMITS.signInCodesPerCrewMax; n += 1) {
    codes.push((await registry.sessions.makeCode("one")).code);
    clock.advance(1);
  }
  const [oldest = "", second = ""] = codes;
  await expect(signIn(registry, oldest)).rejects.toEqual(refusedAs("SIGN_IN_CODE_REFUSED"));
  for (const code of [second, others]) await expect(signIn(registry, code)).resolves.toBeDefined();
});

test("the table of codes and the history of tokens show no code and no token", async () => {
  const { registry, database } = await crews();
  const { code } = await registry.sessions.makeCode("one");
  const kept = JSON.stringify(await database.reader.all("select * from sign_in_codes"));
  expect(kept).toContain("one");
  expect(kept).not.toContain(code);
});

test("a phone that is used goes on for 30 days each time, one that is not ends", async () => {
  const { registry, clock, restart } = await crews();
  const { code } = await registry.sessions.makeCode("one");
  const { token, expiresAt } = await signIn(registry, code);
  clock.advance(DAY_MS - 1);
  expect((await registry.sessions.renew(token))?.expiresAt).toBe(expiresAt);
  clock.advance(1);
  expect((await registry.sessions.renew(token))?.expiresAt).toBe(expiresAt + DAY_MS);
  const again = await restart();
  clock.set(expiresAt + DAY_MS - 1);
  expect((await again.userOfToken(token))?.username).toBe("crew-one");
  expect((await again.sessions.renew(token))?.expiresAt).toBe(clock.now() + MONTH_MS);
  clock.advance(MONTH_MS);
  expect(await again.sessions.renew(token)).toBeUndefined();
  expect(await again.userOfToken(token)).toBeUndefined();
});

test("a person's session ends when it was said, however often it is used", async () => {
  const { registry, clock } = await crews();
  const { token, expiresAt } = await registry.login("li", "long enough", ADDRESS);
  clock.advance(11 * HOUR_MS);
  expect((await registry.sessions.renew(token))?.expiresAt).toBe(expiresAt);
  clock.set(expiresAt);
  expect(await registry.sessions.renew(token)).toBeUndefined();
});

test("who signs out has signed out, also after a restart; nobody else has", async () => {
  const { registry, restart } = await crews();
  const { token } = await registry.login("li", "long enough", ADDRESS);
  const { token: other } = await registry.login("li", "long enough", ADDRESS);
  await registry.sessions.end(token);
  await registry.sessions.end("nobody's");
  for (const each of [registry, await restart()]) {
    expect(await each.userOfToken(token)).toBeUndefined();
    expect((await each.userOfToken(other))?.username).toBe("li");
  }
});

test("a lost phone ends all that its crew has, with its codes, and nothing of another crew", async () => {
  const { registry, restart } = await crews();
  const codeOf = async (crewId: string) => (await registry.sessions.makeCode(crewId)).code;
  const phone = await signIn(registry, await codeOf("one"));
  const member = await registry.login("li", "long enough", ADDRESS);
  const other = await signIn(registry, await codeOf("two"));
  const unused = await codeOf("one");
  expect(await registry.sessions.endOfCrew("one")).toBe(2);
  expect(await registry.sessions.endOfCrew("one")).toBe(0);
  for (const each of [registry, await restart()]) {
    expect(await each.userOfToken(phone.token)).toBeUndefined();
    expect(await each.userOfToken(member.token)).toBeUndefined();
    expect((await each.userOfToken(other.token))?.crewId).toBe("two");
    await expect(signIn(each, unused)).rejects.toEqual(refusedAs("SIGN_IN_CODE_REFUSED"));
  }
});

test("an account takes nobody's name", async () => {
  const { registry } = await crews();
  const taken = { username: "crew-one", password: "long enough", roles: ["admin"] };
  await registry.users.create(NewUser.parse(taken));
  const service = { serviceId: "crew-one-2", publish: [], subscribe: [] };
  await registry.services.create(Service.parse(service));
  const { code } = await registry.sessions.makeCode("one");
  expect((await signIn(registry, code)).user).toMatchObject({
    username: "crew-one-3",
    roles: ["crew"],
  });
  const long = Crew.parse({ crewId: "x".repeat(64), name: "long", unitId: "works" });
  await registry.crews.create(long);
  const { code: other } = await registry.sessions.makeCode(long.crewId);
  expect((await signIn(registry, other)).user.username).toBe(`crew-${"x".repeat(59)}`);
});

test("all that one person has signed in ends, also after a restart, and nobody else's", async () => {
  const { registry, restart } = await crews();
  const tokens: string[] = [];
  for (const from of [ADDRESS, "::1"]) {
    tokens.push((await registry.login("li", "long enough", from)).token);
  }
  const { token: other } = await registry.login("admin", "chosen by hand", ADDRESS);
  expect(await registry.sessions.endOfUser("li")).toBe(2);
  expect(await registry.sessions.endOfUser("li")).toBe(0);
  for (const each of [registry, await restart()]) {
    for (const token of tokens) expect(await each.userOfToken(token)).toBeUndefined();
    expect((await each.userOfToken(other))?.username).toBe("admin");
  }
  await expect(registry.sessions.endOfUser("no")).rejects.toEqual(refusedAs("USER_NOT_FOUND"));
});

/** A session of `li`, who changes the password. */
async function changing() {
  const world = await crews();
  const { registry } = world;
  const { token } = await registry.login("li", "long enough", ADDRESS);
  const change = (password: string, from = ADDRESS, by = token): Promise<number> =>
    registry.passwords.change(
      { username: "li", password, newPassword: "another one" },
      { token: by, from },
    );
  return { ...world, token, change };
}

test("a password is changed by whoever knows it; the session goes on, the others end", async () => {
  const { registry, restart, token, change } = await changing();
  const { token: elsewhere } = await registry.login("li", "long enough", "::1");
  await expect(change("a guess")).rejects.toEqual(refusedAs("OLD_PASSWORD_WRONG"));
  expect((await registry.userOfToken(elsewhere))?.username).toBe("li");
  expect(await change("long enough")).toBe(1);
  for (const each of [registry, await restart()]) {
    expect((await each.userOfToken(token))?.username).toBe("li");
    expect(await each.userOfToken(elsewhere)).toBeUndefined();
    const old = each.login("li", "long enough", "::1");
    await expect(old).rejects.toEqual(refusedAs("LOGIN_REFUSED"));
    expect((await each.login("li", "another one", "::1")).user.username).toBe("li");
  }
});

test("who guesses the old password must wait as at the sign-in, which counts with it", async () => {
  const { registry, clock, change } = await changing();
  const wrong = (n: number) => (n % 2 === 0 ? change("guess") : registry.login("li", "g", ADDRESS));
  const guessAll = (): Promise<unknown> =>
    Promise.allSettled(Array.from({ length: LIMITS.loginFailuresMax }, (_, n) => wrong(n)));
  await guessAll();
  await expect(change("long enough")).rejects.toEqual(refusedAs("RATE_LIMITED"));
  const login = registry.login("li", "long enough", ADDRESS);
  await expect(login).rejects.toEqual(refusedAs("RATE_LIMITED"));
  clock.advance(LIMITS.loginFailureWindowMs);
  expect(await change("long enough")).toBe(0);
  // Whoever has the administrator set another one does not wait.
  await guessAll();
  await registry.passwords.set("li", "set for him");
  expect((await registry.login("li", "set for him", ADDRESS)).user.username).toBe("li");
});

test("a session that ended meanwhile changes no password", async () => {
  const { registry, change } = await changing();
  const late = change("long enough");
  await registry.sessions.endOfUser("li");
  await expect(late).rejects.toEqual(refusedAs("TOKEN_REFUSED"));
  expect((await registry.login("li", "long enough", ADDRESS)).user.username).toBe("li");
});

test("another password is set for somebody, all whose sessions end; a crew's account gets none", async () => {
  const { registry, restart, token } = await changing();
  expect(await registry.passwords.set("li", "set for him")).toBe(1);
  expect(await registry.userOfToken(token)).toBeUndefined();
  expect((await (await restart()).login("li", "set for him", ADDRESS)).user.username).toBe("li");
  const old = registry.login("li", "long enough", ADDRESS);
  await expect(old).rejects.toEqual(refusedAs("LOGIN_REFUSED"));
  await signIn(registry, (await registry.sessions.makeCode("one")).code);
  expect(["li", "crew-one"].map(registry.passwords.has)).toEqual([true, false]);
  for (const [name, code] of [
    ["crew-one", "PASSWORD_REFUSED"],
    ["nobody", "USER_NOT_FOUND"],
  ] as const) {
    await expect(registry.passwords.set(name, "a password")).rejects.toEqual(refusedAs(code));
  }
});

test("nobody gets in by a password that is changed while it is looked at", async () => {
  const { registry, change } = await changing();
  const setting = registry.passwords.set("li", "set for him");
  // Hashes are made one after another, and each is written when it is made.
  const late = Promise.allSettled([
    registry.login("li", "long enough", "::1"),
    change("long enough"),
  ]);
  await setting;
  expect(await late).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  expect((await registry.login("li", "set for him", ADDRESS)).user.username).toBe("li");
});
