/** Who may sign in: the first admin, devices, gateways, crews and services by key, users by token. */
import { expect, test } from "vitest";
import { HOUR_MS } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import { LIMITS } from "../model/limits.ts";
import { Crew, Gateway, NewUser, Service } from "../model/registry.ts";
import { createRegistry } from "../registry/registry.ts";
import { cover, device, openDatabase, refusedAs, START, setUp } from "./support/registry-world.ts";

test("the centre is always there, and the first admin gets a made or a given password", async () => {
  const { registry, made, restart } = await setUp();
  expect(registry.unit("centre")).toMatchObject({ kind: "department" });
  expect((await registry.login("admin", made ?? "", "::1")).user.roles).toEqual(["admin"]);
  expect((await restart()).unit("centre")?.name).toContain("应急处置中心");
  const given = await setUp("chosen by hand");
  expect(given.made).toBeUndefined();
  await expect(given.registry.login("admin", "chosen by hand", "::1")).resolves.toBeDefined();
});

test("a made password is kept before the admin is committed, a given one never", async () => {
  const { deps, database } = await openDatabase();
  const kept: string[] = [];
  const open = (keepAdminPassword: (password: string) => void, adminPassword?: string) =>
    createRegistry(deps, { areaCode: "411524", adminPassword, keepAdminPassword }).open();
  const full = open(() => {
    throw new Error("disk full");
  });
  await expect(full).rejects.toThrow("disk full");
  const failing: Database = {
    reader: database.reader,
    transaction: (work) =>
      database.transaction(async (tx) => {
        await work(tx);
        if (kept.length > 0) throw new Error("killed before the commit");
        throw new Error("nothing was kept");
      }),
  };
  const killed = createRegistry(
    { ...deps, database: failing },
    { areaCode: "411524", keepAdminPassword: (password) => void kept.push(password) },
  ).open();
  await expect(killed).rejects.toThrow("killed before the commit");
  const { madeAdminPassword } = await open((password) => void kept.push(password));
  expect(kept).toEqual([expect.any(String), madeAdminPassword]);
  expect(await open((password) => void kept.push(password))).toEqual({});
  expect(kept).toHaveLength(2);
  const other = await openDatabase();
  const given = { areaCode: "411524", adminPassword: "chosen by hand" };
  const keepAdminPassword = (password: string) => void kept.push(password);
  await createRegistry(other.deps, { ...given, keepAdminPassword }).open();
  expect(kept).toHaveLength(2);
});

test("a wrong key, another's key and an unknown name are nobody", async () => {
  const { registry } = await setUp();
  await registry.assets.create(cover("c-1"));
  const { key } = await registry.deviceRegister.create(device("d-1", "c-1"));
  await registry.deviceRegister.create(device("d-2", "c-1"));
  expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
  for (const [name, password] of [
    ["d-1", ""],
    ["d-1", `${key}x`],
    ["d-1", "x".repeat(1_000)],
    ["d-2", key],
    ["nobody", key],
    ["", ""],
  ] as const) {
    expect(await registry.authenticate(name, password)).toBeUndefined();
  }
});

test("a new key ends the old one and says so", async () => {
  const { registry, changes, restart } = await setUp();
  await registry.assets.create(cover("c-1"));
  const { key: old } = await registry.deviceRegister.create(device("d-1", "c-1"));
  const { key } = await registry.newKey("d-1");
  expect(changes).toContain("key d-1");
  for (const each of [registry, await restart()]) {
    expect(await each.authenticate("d-1", old)).toBeUndefined();
    expect(await each.authenticate("d-1", key)).toBeDefined();
  }
});

test("all that sign in over MQTT share one space of names", async () => {
  const { registry } = await setUp();
  await registry.assets.create(cover("c-1"));
  await registry.deviceRegister.create(device("one", "c-1"));
  const crew = Crew.parse({ crewId: "one", name: "n", unitId: "centre" });
  await expect(registry.crews.create(crew)).rejects.toEqual(refusedAs("ID_IN_USE"));
  const gateway = Gateway.parse({ gatewayId: "one", name: "n" });
  await expect(registry.gateways.create(gateway)).rejects.toEqual(refusedAs("ID_IN_USE"));
  const again = registry.deviceRegister.create(device("one", "c-1"));
  await expect(again).rejects.toEqual(refusedAs("DEVICE_EXISTS"));
});

test("a device of HJ 212 may use its MN's topics, and the MN is its alone", async () => {
  const { registry, restart } = await setUp();
  await registry.assets.create(cover("c-1"));
  const plc = device("plc-1", "c-1", {
    format: "hj212",
    externalId: "MN001",
    protocolPassword: "123456",
  });
  const { key } = await registry.deviceRegister.create(plc);
  expect(await registry.authenticate("plc-1", key)).toMatchObject({
    publish: ["hj212/MN001/up"],
    subscribe: ["hj212/MN001/down"],
  });
  const other = device("plc-2", "c-1", { format: "hj212", externalId: "MN001" });
  const again = registry.deviceRegister.create(other);
  await expect(again).rejects.toEqual(refusedAs("DEVICE_EXISTS"));
  const after = await restart();
  expect(after.deviceByExternalId("hj212", "MN001")?.device).toEqual(plc);
  await after.deviceRegister.remove("plc-1");
  expect(after.deviceByExternalId("hj212", "MN001")).toBeUndefined();
});

test("a gateway may use its device by its id and by that of its format, no other's", async () => {
  const { registry } = await setUp();
  await registry.assets.create(cover("c-1"));
  for (const gatewayId of ["gw-1", "gw-2"]) {
    await registry.gateways.create(Gateway.parse({ gatewayId, name: "n" }));
  }
  const hj212 = { format: "hj212", externalId: "MN001", gatewayId: "gw-1" };
  await registry.deviceRegister.create(device("plc-1", "c-1", hj212));
  const alone = { format: "hj212", externalId: "MN002" };
  await registry.deviceRegister.create(device("plc-2", "c-1", alone));
  const eui = { format: "chirpstack", externalId: "24E124713B000017", gatewayId: "gw-1" };
  await registry.deviceRegister.create(device("lora-1", "c-1", eui));
  const asked = ["plc-1", "MN001", "plc-2", "MN002", "24e124713b000017", ""];
  const granted = (gatewayId: string): string[] => [
    ...asked.filter((id) => registry.gatewayMayUse(gatewayId, id)),
    ...asked.filter((id) => registry.gatewayMayUse(gatewayId, id, "hj212")),
    ...asked.filter((id) => registry.gatewayMayUse(gatewayId, id, "chirpstack")),
  ];
  expect(granted("gw-1")).toEqual(["plc-1", "MN001", "24e124713b000017"]);
  expect(granted("gw-2")).toEqual([]);
  await registry.deviceRegister.remove("plc-1");
  expect(granted("gw-1")).toEqual(["24e124713b000017"]);
});

test("a removed device can sign in no more, and its name is free again", async () => {
  const { registry, changes } = await setUp();
  await registry.assets.create(cover("c-1"));
  const { key } = await registry.deviceRegister.create(device("d-1", "c-1"));
  changes.length = 0;
  await registry.deviceRegister.remove("d-1");
  expect(changes).toEqual(["device d-1", "key d-1"]);
  expect(await registry.authenticate("d-1", key)).toBeUndefined();
  expect(registry.devicesOf("c-1")).toEqual([]);
  await expect(
    registry.crews.create(Crew.parse({ crewId: "d-1", name: "n", unitId: "centre" })),
  ).resolves.toBeDefined();
});

test("a token holds over a restart until it ends", async () => {
  const { registry, clock, restart } = await setUp("chosen by hand");
  const { token, expiresAt } = await registry.login("admin", "chosen by hand", "::1");
  expect(expiresAt).toBe(START + 12 * HOUR_MS);
  const again = await restart();
  expect((await again.userOfToken(token))?.username).toBe("admin");
  expect(await again.userOfToken(`${token}x`)).toBeUndefined();
  clock.set(expiresAt);
  expect(await again.userOfToken(token)).toBeUndefined();
  expect(await (await restart()).userOfToken(token)).toBeUndefined();
});

test("who fails ten times from one address must wait, even with the right password", async () => {
  const { registry, clock } = await setUp("chosen by hand");
  const fails = Array.from({ length: 10 }, () =>
    registry.login("admin", "wrong", "10.0.0.1").catch((error: unknown) => error),
  );
  expect(await Promise.all(fails)).toEqual(Array(10).fill(refusedAs("LOGIN_REFUSED")));
  const locked = registry.login("admin", "chosen by hand", "10.0.0.1");
  await expect(locked).rejects.toEqual(refusedAs("RATE_LIMITED"));
  await expect(registry.login("admin", "chosen by hand", "10.0.0.2")).resolves.toBeDefined();
  clock.advance(5 * 60_000);
  await expect(registry.login("admin", "chosen by hand", "10.0.0.1")).resolves.toBeDefined();
});

test("an unknown user is refused as a wrong password is, and users show no secret", async () => {
  const { registry } = await setUp("chosen by hand");
  const unknown = registry.login("nobody", "chosen by hand", "::1");
  await expect(unknown).rejects.toThrow("the user name or the password is wrong");
  const user = NewUser.parse({ username: "li", password: "long enough", roles: ["acceptor"] });
  expect(await registry.users.create(user)).toEqual({ username: "li", roles: ["acceptor"] });
  await expect(registry.users.create(user)).rejects.toEqual(refusedAs("USER_EXISTS"));
  expect(JSON.stringify(registry.users.list({ limit: 9 }))).not.toMatch(/scrypt|long enough/);
});

test("a service that guesses must wait, from that address alone; a device is none", async () => {
  const { registry, clock } = await setUp();
  await registry.assets.create(cover("c-1"));
  const { key: deviceKey } = await registry.deviceRegister.create(device("d-1", "c-1"));
  const line = Service.parse({ serviceId: "line", publish: ["intake/hotline"], subscribe: [] });
  const { key } = await registry.services.create(line);
  const signIn = registry.authenticateService;
  expect(await signIn("d-1", deviceKey, "10.0.0.1")).toBeUndefined();
  for (let n = 0; n < LIMITS.loginFailuresMax; n += 1) {
    expect(await signIn("line", "guess", "10.0.0.1")).toBeUndefined();
  }
  await expect(signIn("line", key, "10.0.0.1")).rejects.toEqual(refusedAs("RATE_LIMITED"));
  expect(await signIn("line", key, "10.0.0.2")).toMatchObject({ serviceId: "line" });
  clock.advance(LIMITS.loginFailureWindowMs);
  expect(await signIn("line", key, "10.0.0.1")).toMatchObject({ publish: ["intake/hotline"] });
});

test("a service and a user never have one name: the history says who did it by the name alone", async () => {
  const { registry } = await setUp();
  const service = (serviceId: string) =>
    registry.services.create(Service.parse({ serviceId, publish: [], subscribe: [] }));
  const user = (username: string) =>
    registry.users.create(
      NewUser.parse({ username, password: "for-tests-only", roles: ["acceptor"] }),
    );
  await service("line");
  await expect(user("line")).rejects.toEqual(refusedAs("ID_IN_USE"));
  await expect(service("admin")).rejects.toEqual(refusedAs("ID_IN_USE"));
  await user("li");
  await expect(service("li")).rejects.toEqual(refusedAs("ID_IN_USE"));
  await expect(user("system")).rejects.toEqual(refusedAs("ID_IN_USE"));
  await expect(service("system")).rejects.toEqual(refusedAs("ID_IN_USE"));
});
