/** What devices are beside their ids, changed in part and found by it, on a real database. */
import { expect, test } from "vitest";
import type { ErrorCode } from "../model/errors.ts";
import { Gateway } from "../model/registry.ts";
import type { Registry } from "../registry/registry.ts";
import { cover, device, refusedAs, START, setUp } from "./support/registry-world.ts";

const EUI = "24e124713b000017";
const DETAILS = {
  vendor: "Milesight",
  model: "EM310-TILT",
  firmware: "v1.3",
  serialNumber: "6713D0017",
  installedAt: START - 1_000,
  calibratedAt: START,
  calibrationDueAt: START + 86_400_000,
  life: "installed",
};

async function stocked(): Promise<Awaited<ReturnType<typeof setUp>>> {
  const world = await setUp();
  await world.registry.assets.create(cover("c-1"));
  await world.registry.assets.create(cover("l-1", { class: "streetlight" }));
  await world.registry.gateways.create(Gateway.parse({ gatewayId: "gw-1", name: "网关" }));
  return world;
}

const listed = (registry: Registry, filter: object): string[] =>
  registry.deviceRegister.list({ limit: 100, ...filter }).items.map(({ deviceId }) => deviceId);

test("vendor, firmware and times of a device are there after a restart", async () => {
  const { registry, restart } = await stocked();
  const given = device("d-1", "c-1", DETAILS);
  await registry.deviceRegister.create(given);
  await registry.deviceRegister.create(device("d-2", "c-1", { life: "in-service" }));
  expect(registry.device("d-1")?.device).toEqual(given);
  const again = await restart();
  expect(again.device("d-1")?.device).toEqual(given);
  // What every device is needs no saying.
  expect(again.device("d-2")?.device).toEqual(device("d-2", "c-1"));
});

test("a registration that is sent again makes another key for ten minutes, and none for a device out there", async () => {
  const { registry } = await stocked();
  const { deviceRegister } = registry;
  type Made = Awaited<ReturnType<Parameters<Parameters<typeof deviceRegister.createOnce>[1]>[1]>>;
  let kept: Made | undefined;
  const send = (now: number) =>
    deviceRegister.createOnce(
      device("d-1", "c-1"),
      async (_tx, make) => {
        const isRepeat = kept !== undefined;
        kept ??= await make();
        return { value: kept, isRepeat };
      },
      now,
    );
  const first = await send(START);
  const second = await send(START + 600_000);
  expect([first.deviceId, second.deviceId]).toEqual(["d-1", "d-1"]);
  expect(second.key).not.toBe(first.key);
  await expect(send(START + 600_001)).rejects.toEqual(refusedAs("DEVICE_EXISTS"));
  await deviceRegister.remove("d-1");
  const third = await send(START + 1);
  expect([registry.device("d-1")?.device.deviceId, third.deviceId]).toEqual(["d-1", "d-1"]);
});

test("devices are found by what they are", async () => {
  const { registry } = await stocked();
  await registry.deviceRegister.create(
    device("d-1", "c-1", { ...DETAILS, format: "chirpstack", externalId: EUI }),
  );
  await registry.deviceRegister.create(
    device("d-2", "l-1", { vendor: "Quectel", calibrationDueAt: START }),
  );
  const found: [object, string[]][] = [
    [{}, ["d-2", "d-1"]],
    [{ vendor: "Milesight" }, ["d-1"]],
    [{ model: "EM310-TILT", firmware: "v1.3", serialNumber: "6713D0017" }, ["d-1"]],
    [{ vendor: "Milesight", firmware: "v1.4" }, []],
    [{ externalId: EUI.toUpperCase() }, ["d-1"]],
    [{ format: "chirpstack" }, ["d-1"]],
    [{ life: "in-service" }, ["d-2"]],
    [{ life: "installed" }, ["d-1"]],
    [{ class: "streetlight" }, ["d-2"]],
    [{ calibrationDueBefore: START }, []],
    [{ calibrationDueBefore: START + 1 }, ["d-2"]],
    [{ calibrationDueBefore: START + 90_000_000 }, ["d-2", "d-1"]],
  ];
  for (const [filter, wanted] of found) {
    expect([filter, listed(registry, filter)]).toEqual([filter, wanted]);
  }
});

test("a patch sets what it names, null takes away, and the indexes follow", async () => {
  const { registry, changes, restart } = await stocked();
  await registry.deviceRegister.create(
    device("d-1", "c-1", { ...DETAILS, format: "chirpstack", externalId: EUI }),
  );
  await registry.deviceRegister.create(device("d-2", "c-1"));
  const entry = registry.device("d-1");
  changes.length = 0;
  await registry.deviceRegister.patch("d-1", { firmware: "v1.4", vendor: null, gatewayId: "gw-1" });
  // Its topics are what they were: its connection stays.
  expect(changes).toEqual([]);
  expect(entry?.device).toMatchObject({ firmware: "v1.4", life: "installed" });
  expect(entry?.device).not.toHaveProperty("vendor");
  expect(registry.devicesOfGateway("gw-1")).toEqual([entry]);

  await registry.deviceRegister.patch("d-1", { assetId: "l-1", externalId: "24e124713b000018" });
  expect(changes).toEqual(["device d-1"]);
  expect(registry.devicesOf("l-1")).toEqual([entry]);
  expect(registry.devicesOf("c-1").map((each) => each.device.deviceId)).toEqual(["d-2"]);
  expect(entry?.asset.assetId).toBe("l-1");
  expect(registry.deviceByExternalId("chirpstack", EUI)).toBeUndefined();
  expect(registry.deviceByExternalId("chirpstack", "24E124713B000018")).toBe(entry);
  expect((await restart()).device("d-1")).toEqual(entry);
});

test("a patch that cannot be names what is wrong and changes nothing", async () => {
  const { registry } = await stocked();
  await registry.deviceRegister.create(
    device("d-1", "c-1", { format: "chirpstack", externalId: EUI }),
  );
  await registry.deviceRegister.create(
    device("d-2", "c-1", { format: "chirpstack", externalId: "24e124713b000018" }),
  );
  const before = { ...registry.device("d-2")?.device };
  const refused: [string, object, ErrorCode][] = [
    ["none", { vendor: "x" }, "DEVICE_NOT_FOUND"],
    ["d-2", { assetId: "nowhere" }, "ASSET_NOT_FOUND"],
    ["d-2", { gatewayId: "none" }, "GATEWAY_NOT_FOUND"],
    ["d-2", { externalId: EUI.toUpperCase() }, "DEVICE_EXISTS"],
    ["d-2", { externalId: null }, "REQUEST_INVALID"],
    ["d-2", { vendor: "\u0007" }, "REQUEST_INVALID"],
  ];
  for (const [deviceId, patch, code] of refused) {
    await expect(registry.deviceRegister.patch(deviceId, patch)).rejects.toEqual(refusedAs(code));
  }
  expect(registry.device("d-2")?.device).toEqual(before);
  await registry.deviceRegister.patch("d-1", { externalId: EUI.toUpperCase() });
});
