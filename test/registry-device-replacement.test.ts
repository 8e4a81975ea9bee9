/** A device in the place of another, on a real database: who it is, and what becomes of the old one. */
import { expect, test } from "vitest";
import { Decoder } from "../model/decoder.ts";
import { Gateway } from "../model/registry.ts";
import type { Replacement } from "../registry/device-replacement.ts";
import { cover, device, refusedAs, START, setUp } from "./support/registry-world.ts";

const EUI = "24e124713b000017";
const OTHER_EUI = "24e124713b000018";

async function stocked() {
  const world = await setUp();
  const { registry } = world;
  for (const id of ["c-1", "store"]) await registry.assets.create(cover(id));
  await registry.gateways.create(Gateway.parse({ gatewayId: "gw-1", name: "网关" }));
  await registry.decoders.put(
    Decoder.parse({ decoderId: "em310", name: "EM310", kind: "table", mapping: undefined }),
  );
  const old = device("d-1", "c-1", {
    ...{ gatewayId: "gw-1", format: "chirpstack", externalId: EUI, decoder: "em310" },
    ...{ transport: "battery", vendor: "Milesight", model: "EM310", firmware: "v1" },
    ...{ serialNumber: "1", calibratedAt: START, installedAt: START - 1 },
  });
  const { key } = await registry.deviceRegister.create(old);
  const replace = (newDeviceId: string, more: object = {}) => {
    const said = { newDeviceId: device(newDeviceId, "c-1").deviceId, ...more } as Replacement;
    return registry.replaceDevice("d-1", said, "lin");
  };
  world.changes.length = 0;
  return { ...world, old, key, replace };
}

test("the new one speaks as the old one did, under its own external id", async () => {
  const { registry, replace, old, key, restart, changes } = await stocked();
  const made = await replace("d-2", { externalId: OTHER_EUI, firmware: "v2", note: "drowned" });
  expect(made).toEqual({ deviceId: "d-2", key: expect.stringMatching(/^.{43}$/), replaced: "d-1" });
  expect(changes).toEqual(["key d-1", "device d-2"]);
  for (const each of [registry, await restart()]) {
    expect(each.device("d-2")?.device).toEqual(
      device("d-2", "c-1", {
        ...{ gatewayId: "gw-1", format: "chirpstack", externalId: OTHER_EUI, decoder: "em310" },
        ...{ transport: "battery", vendor: "Milesight", model: "EM310", firmware: "v2" },
        installedAt: START,
      }),
    );
    expect(each.device("d-1")?.device).toEqual({ ...old, life: "retired" });
    expect(each.devicesOf("c-1").map((entry) => entry.device.deviceId)).toEqual(["d-1", "d-2"]);
    expect(each.deviceByExternalId("chirpstack", EUI)?.device.deviceId).toBe("d-1");
    expect(await each.authenticate("d-1", key)).toBeUndefined();
    expect(await each.authenticate("d-2", made.key ?? "")).toMatchObject({ deviceId: "d-2" });
    expect(await each.deviceLives.historyOf("d-1")).toMatchObject([
      { event: "retire", from: "in-service", saidBy: "lin", note: "drowned; by 'd-2'" },
    ]);
    expect(await each.deviceLives.historyOf("d-2")).toMatchObject([
      { event: "start", to: "in-service", note: "in the place of 'd-1'" },
    ]);
  }
});

test("without an external id of its own it takes the old one's over", async () => {
  const { registry, replace, restart } = await stocked();
  await replace("d-2");
  for (const each of [registry, await restart()]) {
    expect(each.deviceByExternalId("chirpstack", EUI)?.device.deviceId).toBe("d-2");
    expect(each.device("d-1")?.device).not.toHaveProperty("externalId");
  }
});

test("one from the stock comes with what it is, and keeps its key", async () => {
  const { registry, replace } = await stocked();
  const spare = device("d-2", "store", {
    ...{ format: "chirpstack", externalId: OTHER_EUI, life: "stock" },
    ...{ vendor: "Quectel", serialNumber: "77" },
  });
  const { key } = await registry.deviceRegister.create(spare);
  expect(await replace("d-2", { at: START - 5 })).toEqual({ deviceId: "d-2", replaced: "d-1" });
  expect(registry.device("d-2")?.device).toEqual(
    device("d-2", "c-1", {
      ...{ format: "chirpstack", externalId: OTHER_EUI, decoder: "em310" },
      ...{ vendor: "Quectel", serialNumber: "77", installedAt: START - 5 },
    }),
  );
  expect(registry.device("d-2")?.asset.assetId).toBe("c-1");
  expect(registry.devicesOf("store")).toEqual([]);
  expect(await registry.authenticate("d-2", key)).toMatchObject({ deviceId: "d-2" });
});

test("what cannot be in its place changes nothing", async () => {
  const { registry, replace, old } = await stocked();
  await registry.deviceRegister.create(device("busy", "store"));
  await registry.deviceRegister.create(
    device("other", "store", { format: "chirpstack", externalId: OTHER_EUI }),
  );
  await expect(replace("busy")).rejects.toEqual(refusedAs("DEVICE_EXISTS"));
  await expect(replace("d-1")).rejects.toEqual(refusedAs("DEVICE_EXISTS"));
  await expect(replace("gw-1")).rejects.toEqual(refusedAs("ID_IN_USE"));
  await expect(replace("d-2", { externalId: OTHER_EUI })).rejects.toEqual(
    refusedAs("DEVICE_EXISTS"),
  );
  await expect(replace("d-2", { at: START + 1 })).rejects.toEqual(refusedAs("REQUEST_INVALID"));
  expect(registry.device("d-1")?.device).toEqual(old);
  expect(registry.device("d-2")).toBeUndefined();
  expect(await registry.deviceLives.historyOf("d-1")).toEqual([]);
  await registry.deviceLives.move("d-1", { event: "retire", by: "lin" });
  await expect(replace("d-2")).rejects.toEqual(refusedAs("DEVICE_LIFE_REFUSED"));
});
