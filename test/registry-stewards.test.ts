/** Stewards in the registry: over a restart, in lists, and never taken out of the past. */
import { expect, test } from "vitest";
import { DAY_MS } from "../model/clock.ts";
import { Username } from "../model/ids.ts";
import { Unit } from "../model/registry.ts";
import { StewardId } from "../model/steward.ts";
import type { Registry } from "../registry/registry.ts";
import { START, setUp } from "./support/registry-world.ts";

const wang = (more: object = {}) => ({
  stewardId: StewardId.parse("street-1"),
  name: "Wang Wei",
  scopeKind: "street" as const,
  scope: "411524001",
  ...more,
});

const idsOf = (registry: Registry, filter: object = {}): string[] =>
  registry.stewards.list({ limit: 10, ...filter }).items.map(({ stewardId }) => stewardId);

test("a steward is there over a restart, from now on where no time is said", async () => {
  const { registry, restart } = await setUp();
  const made = await registry.stewards.create(wang({ phone: "0376-1" }));
  expect(made).toEqual({ ...wang({ phone: "0376-1" }), validFrom: START });
  const again = await restart();
  expect([...again.stewards.all()]).toEqual([made]);
  await expect(again.stewards.create(wang())).rejects.toMatchObject({ code: "STEWARD_EXISTS" });
});

test("what makes no sense is refused by name, and nothing is kept", async () => {
  const { registry } = await setUp();
  await registry.units.create(Unit.parse({ unitId: "works", name: "Works", kind: "department" }));
  const refused: [object, string, string][] = [
    [{ scope: "nowhere" }, "UNIT_NOT_FOUND", "'nowhere'"],
    [{ scope: "works" }, "REQUEST_INVALID", "of kind 'department'"],
    [{ username: Username.parse("nobody") }, "REQUEST_INVALID", "field 'username'"],
    [{ validUntil: START }, "REQUEST_INVALID", "field 'validUntil'"],
  ];
  for (const [more, code, text] of refused) {
    await expect(registry.stewards.create(wang(more)), text).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text),
    });
  }
  expect(idsOf(registry)).toEqual([]);
});

test("a patch sets, and null takes away; who is not there is not found", async () => {
  const { registry, restart } = await setUp();
  await registry.stewards.create(wang({ phone: "0376-1" }));
  const until = START + DAY_MS;
  const patched = await registry.stewards.patch("street-1", {
    name: "Wang Wei-min",
    phone: null,
    validUntil: until,
  });
  expect(patched).toEqual({
    ...wang({ name: "Wang Wei-min" }),
    validFrom: START,
    validUntil: until,
  });
  expect([...(await restart()).stewards.all()]).toEqual([patched]);
  await expect(registry.stewards.patch("street-1", { validUntil: START })).rejects.toMatchObject({
    code: "REQUEST_INVALID",
  });
  for (const work of [registry.stewards.patch("moon", {}), registry.stewards.remove("moon")]) {
    await expect(work).rejects.toMatchObject({ code: "STEWARD_NOT_FOUND" });
  }
});

test("who is removed ends now and stays in the past; whose time is to come is gone", async () => {
  const { registry, clock, restart } = await setUp();
  await registry.stewards.create(wang());
  await registry.stewards.create(
    wang({ stewardId: StewardId.parse("next"), validFrom: START + 9 * DAY_MS }),
  );
  await clock.advance(DAY_MS);
  await registry.stewards.remove("next");
  await registry.stewards.remove("street-1");
  expect(idsOf(registry)).toEqual(["street-1"]);
  expect(idsOf(registry, { at: START })).toEqual(["street-1"]);
  expect(idsOf(registry, { at: START + DAY_MS })).toEqual([]);
  await clock.advance(DAY_MS);
  await registry.stewards.remove("street-1");
  const [kept] = (await restart()).stewards.all();
  expect(kept?.validUntil).toBe(START + DAY_MS);
});

test("lists go by kind, place and user", async () => {
  const { registry } = await setUp();
  await registry.users.create({
    username: Username.parse("wang"),
    roles: ["viewer"],
    password: "right password",
  });
  await registry.stewards.create(wang({ username: Username.parse("wang") }));
  await registry.stewards.create(
    wang({ stewardId: StewardId.parse("river"), scopeKind: "river", scope: "Huai" }),
  );
  expect(idsOf(registry)).toEqual(["river", "street-1"]);
  expect(idsOf(registry, { scopeKind: "river" })).toEqual(["river"]);
  expect(idsOf(registry, { scope: "411524001" })).toEqual(["street-1"]);
  expect(idsOf(registry, { username: "wang" })).toEqual(["street-1"]);
});
