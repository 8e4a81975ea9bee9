/** The life of devices on a real database: each step with its entry, and the end of a key. */
import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { cover, device, refusedAs, START, setUp } from "./support/registry-world.ts";

async function stocked() {
  const world = await setUp();
  await world.registry.assets.create(cover("c-1"));
  const made = await world.registry.deviceRegister.create(device("d-1", "c-1", { life: "stock" }));
  world.changes.length = 0;
  return { ...world, key: made.key, by: "lin" };
}

test("a device goes from the stock into service and is told step by step", async () => {
  const { registry, clock, restart, by, changes } = await stocked();
  const { deviceLives } = registry;
  expect(await deviceLives.historyOf("d-1")).toEqual([]);
  clock.advance(60_000);
  const installed = { event: "install" as const, at: START + 5_000, note: "pole 12", by };
  expect(await deviceLives.move("d-1", installed)).toMatchObject({
    life: "installed",
    installedAt: START + 5_000,
  });
  clock.advance(60_000);
  expect(await deviceLives.move("d-1", { event: "start", by })).not.toHaveProperty("life");
  const history = [
    { event: "start", from: "installed", to: "in-service", at: START + 120_000 },
    { event: "install", from: "stock", to: "installed", at: START + 5_000, note: "pole 12" },
  ].map((entry) => ({ saidAt: START + (entry.note === undefined ? 120_000 : 60_000), ...entry }));
  const wanted = history.map((entry) => ({ ...entry, saidBy: "lin" }));
  expect(await deviceLives.historyOf("d-1")).toEqual(wanted);
  // It signs in as before.
  expect(changes).toEqual(["in-service d-1"]);
  expect(await deviceLives.startedSince(START + 120_000)).toEqual(["d-1"]);
  expect(await deviceLives.startedSince(START + 120_001)).toEqual([]);
  const again = await restart();
  expect(again.device("d-1")?.device).toEqual(registry.device("d-1")?.device);
  expect(await again.deviceLives.historyOf("d-1")).toEqual(wanted);
});

test("what its state does not take is refused with what it takes", async () => {
  const { registry, by } = await stocked();
  const { deviceLives } = registry;
  const refused = deviceLives.move("d-1", { event: "maintain", by });
  await expect(refused).rejects.toMatchObject({
    code: "DEVICE_LIFE_REFUSED",
    details: { life: "stock", allowed: ["install", "start", "retire"] },
  });
  const ahead = deviceLives.move("d-1", { event: "start", at: START + 1, by });
  await expect(ahead).rejects.toEqual(refusedAs("REQUEST_INVALID"));
  const none = deviceLives.move("none", { event: "start", by });
  await expect(none).rejects.toEqual(refusedAs("DEVICE_NOT_FOUND"));
  expect(await deviceLives.historyOf("d-1")).toEqual([]);
  expect(registry.device("d-1")?.device.life).toBe("stock");
});

test("a retired device's key is over for good, and its id stays its own", async () => {
  const { registry, restart, key, by, changes } = await stocked();
  expect(await registry.authenticate("d-1", key)).toMatchObject({ deviceId: "d-1" });
  await registry.deviceLives.move("d-1", { event: "retire", by });
  expect(changes).toEqual(["key d-1"]);
  for (const each of [registry, await restart()]) {
    expect(await each.authenticate("d-1", key)).toBeUndefined();
    await expect(each.newKey("d-1")).rejects.toEqual(refusedAs("DEVICE_LIFE_REFUSED"));
    const again = each.deviceRegister.create(device("d-1", "c-1"));
    await expect(again).rejects.toEqual(refusedAs("DEVICE_EXISTS"));
    const back = each.deviceLives.move("d-1", { event: "start", by });
    await expect(back).rejects.toEqual(refusedAs("DEVICE_LIFE_REFUSED"));
  }
  const unborn = registry.deviceRegister.create(device("d-2", "c-1", { life: "retired" }));
  await expect(unborn).rejects.toEqual(refusedAs("REQUEST_INVALID"));
});

test("a retired data logger's password ends too, in memory and on disk", async () => {
  const { registry, restart, by } = await stocked();
  const logger = { format: "hj212", externalId: "MN1", protocolPassword: "123456" };
  await registry.deviceRegister.create(device("d-2", "c-1", logger));
  await registry.deviceLives.move("d-2", { event: "maintain", by });
  expect(registry.deviceByExternalId("hj212", "MN1")?.device.protocolPassword).toBe("123456");
  await registry.deviceLives.move("d-2", { event: "retire", by });
  for (const each of [registry, await restart()]) {
    const found = each.deviceByExternalId("hj212", "MN1")?.device;
    expect(found).toMatchObject({ deviceId: "d-2", life: "retired" });
    expect(found).not.toHaveProperty("protocolPassword");
  }
});

test("a life is remembered step by step up to a bound, and goes with its device", async () => {
  const { registry, by, changes: _ } = await stocked();
  const { deviceLives } = registry;
  for (let n = 0; n <= LIMITS.lifeEntriesPerDeviceMax / 2; n++) {
    await deviceLives.move("d-1", { event: "install", note: `${n}`, by });
    await deviceLives.move("d-1", { event: "store", by });
  }
  const history = await deviceLives.historyOf("d-1");
  expect(history).toHaveLength(LIMITS.lifeEntriesPerDeviceMax);
  expect(history.at(-1)?.note).toBe("1");
  await registry.deviceRegister.remove("d-1");
  expect(await deviceLives.historyOf("d-1")).toEqual([]);
});
