/** The registry on a real database: what is written is in both, and is there after a restart. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { ConsoleDeps } from "../console/console.ts";
import { createDatabase } from "../database/database.ts";
import { HOUR_MS, type ManualClock, manualClock } from "../model/clock.ts";
import type { Database } from "../model/database.ts";
import type { ErrorCode } from "../model/errors.ts";
import { GridwardenError, isErrorCode } from "../model/errors.ts";
import { silentLog } from "../model/log.ts";
import { memoryMetrics } from "../model/metrics.ts";
import { Asset, Crew, Device, Gateway, NewUser, Service, Unit } from "../model/registry.ts";
import { createRegistry, type Registry, registryMigrations } from "../registry/registry.ts";

const START = Date.UTC(2026, 10, 22);
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface World {
  registry: Registry;
  clock: ManualClock;
  changes: string[];
  made: string | undefined;
  restart(): Promise<Registry>;
}

async function openDatabase() {
  const directory = mkdtempSync(join(tmpdir(), "gridwarden-registry-"));
  cleanups.push(() => rmSync(directory, { recursive: true }));
  const common = { log: silentLog, metrics: memoryMetrics() };
  const database = createDatabase(common, { file: join(directory, "city.db") });
  await database.open(registryMigrations);
  cleanups.push(() => database.close());
  const clock = manualClock(START);
  return { database, clock, deps: { ...common, database, clock } };
}

async function setUp(adminPassword?: string): Promise<World> {
  const { deps, clock } = await openDatabase();
  const create = (): Registry =>
    createRegistry(deps, {
      areaCode: "411524",
      adminPassword,
      classes: ["manhole-cover", "streetlight"],
    });
  const registry = create();
  const { madeAdminPassword: made } = await registry.open();
  const changes: string[] = [];
  registry.onChange(({ kind, id }) => changes.push(`${kind} ${id}`));
  const restart = async (): Promise<Registry> => {
    const again = create();
    expect(await again.open()).toEqual({});
    return again;
  };
  return { registry, clock, changes, made, restart };
}

const cover = (assetId: string, more: Record<string, unknown> = {}): Asset =>
  Asset.parse({
    assetId,
    class: "manhole-cover",
    componentCode: "4115240101000001",
    name: "污水井盖",
    lon: 115.41,
    lat: 31.8,
    ...more,
  });
const device = (deviceId: string, assetId: string, more: Record<string, unknown> = {}): Device =>
  Device.parse({ deviceId, assetId, ...more });
const ids = (page: { items: { assetId?: string }[] }): unknown[] =>
  page.items.map(({ assetId }) => assetId);
const refusedAs = (code: ErrorCode) =>
  expect.toSatisfy((error: unknown) => isErrorCode(error, code), code);

test("the registry is what the console asks for", async () => {
  const { registry } = await setUp();
  const asAsked: ConsoleDeps["registry"] = registry;
  expect(asAsked.units.list({ limit: 1 }).items).toHaveLength(1);
});

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

test("everything that is registered is there after a restart, in the same order", async () => {
  const { registry, restart } = await setUp();
  const unit = Unit.parse({ unitId: "water", name: "排水处", kind: "department", peerGroup: "p" });
  await registry.units.create(unit);
  const crew = Crew.parse({
    crewId: "crew-1",
    name: "一组",
    unitId: "water",
    classes: ["streetlight"],
  });
  const { key: crewKey } = await registry.crews.create(crew);
  const asset = cover("c-1", { ownerUnitId: "water", attributes: { heightM: 1.5, isNew: true } });
  await registry.assets.create(asset);
  await registry.assets.create(cover("c-2"));
  const { key: gatewayKey } = await registry.gateways.create(
    Gateway.parse({ gatewayId: "gw-1", name: "网关" }),
  );
  const service = Service.parse({ serviceId: "s-1", publish: [], subscribe: ["v1/#"] });
  const { key: serviceKey } = await registry.services.create(service);
  const { key } = await registry.deviceRegister.create(device("d-1", "c-1", { gatewayId: "gw-1" }));

  const again = await restart();
  expect(again.units.get("water")).toEqual(unit);
  expect(again.crew("crew-1")).toEqual(crew);
  expect(again.crewsOf("water")).toEqual([crew]);
  expect(again.asset("c-1")).toEqual(asset);
  expect(ids(again.assets.list({ limit: 9 }))).toEqual(["c-2", "c-1"]);
  expect(again.device("d-1")?.asset).toBe(again.asset("c-1"));
  expect(again.devicesOf("c-1")).toEqual([again.device("d-1")]);
  expect(again.gatewayMayUse("gw-1", "d-1")).toBe(true);
  expect(again.gatewayMayUse("gw-2", "d-1")).toBe(false);
  expect(await again.authenticate("d-1", key)).toEqual({
    kind: "device",
    deviceId: "d-1",
    class: "manhole-cover",
    publish: [],
    subscribe: [],
  });
  expect(await again.authenticate("crew-1", crewKey)).toEqual({ kind: "crew", crewId: "crew-1" });
  expect(await again.authenticate("gw-1", gatewayKey)).toEqual({
    kind: "gateway",
    gatewayId: "gw-1",
  });
  expect(await again.authenticate("s-1", serviceKey)).toEqual({ kind: "service", ...service });
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

test("of two that register the same id at once, one is refused", async () => {
  const { registry } = await setUp();
  const both = await Promise.allSettled([
    registry.assets.create(cover("c-1", { name: "first" })),
    registry.assets.create(cover("c-1", { name: "second" })),
  ]);
  expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(registry.asset("c-1")?.name).toBe("first");
});

test("what a record names must be there", async () => {
  const { registry } = await setUp();
  await registry.assets.create(cover("c-1"));
  const unit = Unit.parse({ unitId: "u", name: "n", kind: "street", parentId: "none" });
  const crew = Crew.parse({ crewId: "k", name: "n", unitId: "none" });
  const badCrew = Crew.parse({ crewId: "k", name: "n", unitId: "centre", classes: ["lamp"] });
  const user = NewUser.parse({
    username: "u",
    password: "long enough",
    roles: ["crew"],
    crewId: "none",
  });
  const service = Service.parse({ serviceId: "s", publish: ["a/#/b"], subscribe: [] });
  const cases: [() => Promise<unknown>, ErrorCode][] = [
    [() => registry.units.create(unit), "UNIT_NOT_FOUND"],
    [() => registry.crews.create(crew), "UNIT_NOT_FOUND"],
    [() => registry.crews.create(badCrew), "REQUEST_INVALID"],
    [() => registry.users.create(user), "CREW_NOT_FOUND"],
    [() => registry.services.create(service), "REQUEST_INVALID"],
    [() => registry.deviceRegister.create(device("d", "none")), "ASSET_NOT_FOUND"],
    [
      () => registry.deviceRegister.create(device("d", "c-1", { gatewayId: "none" })),
      "GATEWAY_NOT_FOUND",
    ],
    [
      () => registry.deviceRegister.create(device("d", "c-1", { format: "hj212" })),
      "REQUEST_INVALID",
    ],
    [() => registry.assets.create(cover("x", { class: "lamp" })), "REQUEST_INVALID"],
    [() => registry.newKey("none"), "DEVICE_NOT_FOUND"],
  ];
  for (const [call, code] of cases) await expect(call()).rejects.toEqual(refusedAs(code));
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

test("a gateway may use its device by the device's id and by its MN, no other's", async () => {
  const { registry } = await setUp();
  await registry.assets.create(cover("c-1"));
  for (const gatewayId of ["gw-1", "gw-2"]) {
    await registry.gateways.create(Gateway.parse({ gatewayId, name: "n" }));
  }
  const hj212 = { format: "hj212", externalId: "MN001", gatewayId: "gw-1" };
  await registry.deviceRegister.create(device("plc-1", "c-1", hj212));
  const alone = { format: "hj212", externalId: "MN002" };
  await registry.deviceRegister.create(device("plc-2", "c-1", alone));
  const asked = ["plc-1", "MN001", "plc-2", "MN002", "MN003", ""];
  const granted = (gatewayId: string): string[] =>
    asked.filter((id) => registry.gatewayMayUse(gatewayId, id));
  expect(granted("gw-1")).toEqual(["plc-1", "MN001"]);
  expect(granted("gw-2")).toEqual([]);
  await registry.deviceRegister.remove("plc-1");
  expect(granted("gw-1")).toEqual([]);
});

test("a patched asset is seen by its devices at once; null takes away, another class is told", async () => {
  const { registry, changes, restart } = await setUp();
  await registry.assets.create(
    cover("c-1", { gridCell: "41152400100101", attributes: { a: 1, b: 2 } }),
  );
  await registry.deviceRegister.create(device("d-1", "c-1"));
  changes.length = 0;
  const entry = registry.device("d-1");
  await registry.assets.patch("c-1", {
    name: "new",
    gridCell: null,
    attributes: { a: null, c: true },
  });
  expect(changes).toEqual(["asset c-1"]);
  const wanted = cover("c-1", { name: "new", attributes: { b: 2, c: true } });
  expect(entry?.asset).toEqual(wanted);
  await registry.assets.patch("c-1", { class: "streetlight" });
  expect(changes).toEqual(["asset c-1", "asset c-1", "device d-1"]);
  expect((await restart()).asset("c-1")).toEqual({ ...wanted, class: "streetlight" });
  await expect(registry.assets.patch("none", {})).rejects.toEqual(refusedAs("ASSET_NOT_FOUND"));
  const far = registry.assets.patch("c-1", { lon: 500 });
  await expect(far).rejects.toEqual(refusedAs("REQUEST_INVALID"));
});

test("an asset that devices or children hold on to stays, and the text says how to cure it", async () => {
  const { registry, restart } = await setUp();
  await registry.assets.create(cover("parent"));
  await registry.assets.create(cover("child", { parentAssetId: "parent" }));
  await registry.deviceRegister.create(device("d-1", "child"));
  await expect(registry.assets.remove("parent")).rejects.toThrow(/parent of asset 'child'/);
  await expect(registry.assets.remove("child")).rejects.toThrow(/DELETE \/api\/v1\/devices\/d-1/);
  await registry.deviceRegister.remove("d-1");
  await registry.assets.remove("child");
  await registry.assets.remove("parent");
  await expect(registry.assets.remove("parent")).rejects.toEqual(refusedAs("ASSET_NOT_FOUND"));
  expect((await restart()).assets.list({ limit: 9 }).items).toEqual([]);
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

const HEADER = "assetId,componentCode,name,lon,lat,class,parentAssetId,ownerUnitId";
const row = (id: string, rest: string): string => `${id},4115240101000001,n,115.4,31.8,${rest}`;

test("a file's good rows come in, each bad one is rejected with its number and reason", async () => {
  const { registry, restart } = await setUp();
  const text = [
    HEADER,
    row("a", "manhole-cover,,"),
    row("b", "lamp,,"),
    row("c", ",,nobody"),
    "d d,4115240101000001,n,115.4,31.8,,,",
    "e,4115240101000001,n,abc,31.8,,,",
    row("f", ",g,"),
    row("g", ",,centre"),
    row("h", ",nowhere,"),
    row("a", "streetlight,,"),
  ].join("\n");
  const report = await registry.importAssets({ format: "csv", text });
  expect(report).toMatchObject({ created: 3, updated: 1, ignored: [] });
  expect(report.rejected.map(({ row: n, line, code }) => [n, line, code])).toEqual([
    [2, 3, "REQUEST_INVALID"],
    [3, 4, "UNIT_NOT_FOUND"],
    [4, 5, "REQUEST_INVALID"],
    [5, 6, "REQUEST_INVALID"],
    [8, 9, "ASSET_NOT_FOUND"],
  ]);
  expect(report.rejected[3]?.message).toBe("field 'lon': got 'abc', wanted number");
  const again = await restart();
  expect(again.asset("a")?.class).toBe("streetlight");
  expect(again.asset("f")?.parentAssetId).toBe("g");
  expect(ids(again.assets.list({ limit: 9 })).sort()).toEqual(["a", "f", "g"]);
});

test("rows that are each other's parents are rejected, not waited for", async () => {
  const { registry } = await setUp();
  const text = [HEADER, row("a", ",b,"), row("b", ",a,"), row("c", ",,")].join("\n");
  const report = await registry.importAssets({ format: "csv", text });
  expect(report.created).toBe(1);
  expect(report.rejected.map(({ row: n }) => n)).toEqual([1, 2]);
});

test("a file that is not UTF-8 is refused whole, by its line", async () => {
  const { registry } = await setUp();
  const gbk = Buffer.from([
    ...Buffer.from(`${HEADER}\na,4115240101000001,`),
    0xbe,
    0xae,
    0xb8,
    0xc7,
  ]);
  const file = { format: "csv", text: gbk.toString("utf8") } as const;
  await expect(registry.importAssets(file)).rejects.toThrow(/line 2 is not UTF-8/);
});

test("thousands of rows come in over several transactions, and again without a change", async () => {
  const { registry, restart } = await setUp();
  const rows = Array.from({ length: 2_500 }, (_, n) => row(`a-${n}`, "manhole-cover,,centre"));
  const text = [HEADER, ...rows].join("\n");
  expect(await registry.importAssets({ format: "csv", text })).toMatchObject({ created: 2_500 });
  expect(await registry.importAssets({ format: "csv", text })).toMatchObject({ updated: 2_500 });
  const again = await restart();
  expect(ids(again.assets.list({ limit: 1 }))).toEqual(["a-2499"]);
  const { next } = again.assets.list({ limit: 1_000 });
  expect(ids(again.assets.list({ limit: 1, cursor: next }))).toEqual(["a-1499"]);
});

test("a GeoJSON file changes what is known and makes the rest", async () => {
  const { registry } = await setUp();
  await registry.assets.create(cover("a"));
  const feature = (properties: Record<string, unknown>) => ({
    type: "Feature",
    geometry: { type: "Point", coordinates: [115.5, 31.9] },
    properties,
  });
  const text = JSON.stringify({
    type: "FeatureCollection",
    features: [
      feature({ assetId: "a", attributes: { material: "iron" } }),
      feature({ assetId: "b", componentCode: "4115240101000002", name: "b", OBJECTID: 1 }),
    ],
  });
  expect(await registry.importAssets({ format: "geojson", text })).toEqual({
    created: 1,
    updated: 1,
    rejected: [],
    ignored: ["OBJECTID"],
  });
  expect(registry.asset("a")).toEqual(
    cover("a", { lon: 115.5, lat: 31.9, attributes: { material: "iron" } }),
  );
});

test("devices come in by the thousand, each bad one is rejected alone", async () => {
  const { registry, restart } = await setUp();
  await registry.assets.create(cover("c-1"));
  const good = Array.from({ length: 1_200 }, (_, n) => ({ deviceId: `d-${n}`, assetId: "c-1" }));
  const hj212 = { assetId: "c-1", format: "hj212", externalId: "MN1" };
  const report = await registry.importDevices([
    ...good,
    { deviceId: "d-1", assetId: "c-1" },
    { deviceId: "x", assetId: "none" },
    7,
    { deviceId: "p-1", ...hj212 },
    { deviceId: "p-2", ...hj212 },
    { deviceId: "p-1", assetId: "c-1" },
  ]);
  expect(report.created).toHaveLength(1_201);
  expect(report.rejected.map(({ row: n, code }) => [n, code])).toEqual([
    [1_201, "DEVICE_EXISTS"],
    [1_202, "ASSET_NOT_FOUND"],
    [1_203, "REQUEST_INVALID"],
    [1_205, "DEVICE_EXISTS"],
    [1_206, "DEVICE_EXISTS"],
  ]);
  const last = report.created.at(-2);
  const again = await restart();
  expect(await again.authenticate(last?.deviceId ?? "", last?.key ?? "")).toBeDefined();
  expect(again.deviceRegister.list({ limit: 1, assetId: "c-1" }).items[0]?.deviceId).toBe("p-1");
});

test("an import that the database breaks off answers the keys that exist and rejects the rest", async () => {
  const { deps, database } = await openDatabase();
  let commitsLeft = Number.POSITIVE_INFINITY;
  const failing: Database = {
    reader: database.reader,
    async transaction(work) {
      if (commitsLeft === 0) throw new GridwardenError("DATABASE_FAILED", "the disk is full");
      commitsLeft -= 1;
      return database.transaction(work);
    },
  };
  const options = { areaCode: "411524", adminPassword: "chosen by hand" };
  const registry = createRegistry({ ...deps, database: failing }, options);
  await registry.open();
  await registry.assets.create(cover("c-1"));
  const devices = Array.from({ length: 2_500 }, (_, n) => ({ deviceId: `d-${n}`, assetId: "c-1" }));
  commitsLeft = 0;
  await expect(registry.importDevices(devices)).rejects.toEqual(refusedAs("DATABASE_FAILED"));
  commitsLeft = 1;
  const { created, rejected } = await registry.importDevices([7, ...devices]);
  expect(created.map(({ deviceId }) => deviceId)).toEqual(
    devices.slice(0, 999).map(({ deviceId }) => deviceId),
  );
  expect(rejected.map(({ row: n, code }) => [n, code])).toEqual([
    [1, "REQUEST_INVALID"],
    ...Array.from({ length: 1_501 }, (_, n) => [1_001 + n, "DATABASE_FAILED"]),
  ]);
  expect(rejected[1]?.message).toContain("the disk is full");
  const again = createRegistry(deps, options);
  await again.open();
  const last = created.at(-1);
  expect(await again.authenticate(last?.deviceId ?? "", last?.key ?? "")).toBeDefined();
  expect(again.device("d-999")).toBeUndefined();
});

test("a listener that fails harms no write and no other listener", async () => {
  const { registry } = await setUp();
  const heard: string[] = [];
  registry.onChange(() => {
    throw new Error("mine");
  });
  registry.onChange(({ id }) => heard.push(id));
  await registry.assets.create(cover("c-1"));
  expect(heard).toEqual(["c-1"]);
});
