/** The registry's records on a real database: what is written is in both, and is there after a restart. */
import { expect, test } from "vitest";
import type { ConsoleDeps } from "../console/console.ts";
import type { ErrorCode } from "../model/errors.ts";
import { Crew, Gateway, NewUser, Service, Unit, UnitKind } from "../model/registry.ts";
import { cover, device, ids, refusedAs, setUp } from "./support/registry-world.ts";

test("the registry is what the console asks for", async () => {
  const { registry } = await setUp();
  const asAsked: ConsoleDeps["registry"] = registry;
  expect(asAsked.units.list({ limit: 1 }).items).toHaveLength(1);
});

test("units form a tree from the city down, of every kind", async () => {
  const { registry, restart } = await setUp();
  const tree = UnitKind.options.map((kind, at) =>
    Unit.parse({
      ...{ unitId: `of-${kind}`, name: kind, kind },
      ...(at > 0 && { parentId: `of-${UnitKind.options[at - 1]}` }),
    }),
  );
  for (const unit of tree) await registry.units.create(unit);
  expect(UnitKind.options.slice(0, 4)).toEqual(["city", "county", "street", "community"]);
  const again = await restart();
  expect(again.units.under("of-city")).toEqual(tree.map(({ unitId }) => unitId));
  expect(again.units.get("of-county")).toMatchObject({ kind: "county", parentId: "of-city" });
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
  const sensor = device("d-1", "c-1", { gatewayId: "gw-1", transport: "battery" });
  const { key } = await registry.deviceRegister.create(sensor);

  const again = await restart();
  expect(again.units.get("water")).toEqual(unit);
  expect(again.crew("crew-1")).toEqual(crew);
  expect(again.crewsOf("water")).toEqual([crew]);
  expect(again.asset("c-1")).toEqual(asset);
  expect(ids(again.assets.list({ limit: 9 }))).toEqual(["c-2", "c-1"]);
  expect(again.device("d-1")?.asset).toBe(again.asset("c-1"));
  expect(again.devicesOf("c-1")).toEqual([again.device("d-1")]);
  expect(again.device("d-1")?.device).toEqual(sensor);
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

test("what is part of an asset, and what speaks through a gateway, follows every change", async () => {
  const { registry, restart } = await setUp();
  const gateway = Gateway.parse({ gatewayId: "gw-1", name: "网关" });
  await registry.gateways.create(gateway);
  for (const id of ["cabinet-1", "cabinet-2"]) await registry.assets.create(cover(id));
  for (const id of ["lamp-1", "lamp-2"]) {
    await registry.assets.create(cover(id, { parentAssetId: "cabinet-1" }));
    await registry.deviceRegister.create(device(`d-${id}`, id, { gatewayId: "gw-1" }));
  }
  await registry.assets.patch("lamp-2", { parentAssetId: "cabinet-2" as never });
  await registry.deviceRegister.remove("d-lamp-1");
  await registry.assets.remove("lamp-1");
  for (const view of [registry, await restart()]) {
    expect([...view.partsOf("cabinet-1")]).toEqual([]);
    expect([...view.partsOf("cabinet-2")]).toEqual(["lamp-2"]);
    expect(view.devicesOfGateway("gw-1").map((each) => each.device.deviceId)).toEqual(["d-lamp-2"]);
    expect(view.devicesOfGateway("gw-2")).toEqual([]);
  }
});
