/** Files of devices on a real database: what a row makes or changes, and what a bad one is told. */
import { expect, test } from "vitest";
import { LIMITS } from "../model/limits.ts";
import { createRegistry } from "../registry/registry.ts";
import { cover, device, openDatabase, refusedAs, setUp } from "./support/registry-world.ts";

const EUI = "24e124713b000017";
const HEADER = "deviceId,assetId,format,externalId,vendor,life,calibrationDueAt,colour";
const file = (...rows: string[]): string => `\uFEFF${[HEADER, ...rows].join("\r\n")}\r\n`;

async function stocked() {
  const world = await setUp();
  for (const id of ["c-1", "c-2"]) await world.registry.assets.create(cover(id));
  world.changes.length = 0;
  return world;
}

test("a row makes a device with a key that is told once, or changes one that is known", async () => {
  const { registry, restart } = await stocked();
  await registry.deviceRegister.create(device("d-0", "c-1", { vendor: "Old", model: "M" }));
  const due = "2027-03-01T00:00:00+08:00";
  const report = await registry.importDeviceFile(
    file(`d-1,c-1,chirpstack,${EUI},Milesight,stock,${due},red`, "d-0,c-2,,,,in-service,,"),
  );
  expect(report).toEqual({
    ...{ created: 1, updated: 1, rejected: [], ignored: ["colour"] },
    keys: [{ deviceId: "d-1", key: expect.stringMatching(/^.{43}$/) }],
  });
  const again = await restart();
  expect(again.device("d-1")?.device).toEqual(
    device("d-1", "c-1", {
      ...{ format: "chirpstack", externalId: EUI, vendor: "Milesight", life: "stock" },
      calibrationDueAt: Date.parse(due),
    }),
  );
  // An empty cell takes away, a column that is not there leaves alone.
  expect(again.device("d-0")?.device).toEqual(device("d-0", "c-2", { model: "M" }));
  const key = report.keys[0]?.key ?? "";
  expect(await again.authenticate("d-1", key)).toMatchObject({ deviceId: "d-1" });
});

test("a bad row is rejected alone, with its number, its line and its reason", async () => {
  const { registry } = await stocked();
  await registry.deviceRegister.create(device("d-0", "c-1", { life: "stock" }));
  const { created, updated, rejected } = await registry.importDeviceFile(
    file(
      "d-1,c-1,,,,,,",
      "d-2,nowhere,,,,,,",
      "d-3,c-1,chirpstack,12,,,,",
      `d-4,c-1,chirpstack,${EUI},,,,`,
      `d-5,c-1,chirpstack,${EUI.toUpperCase()},,,,`,
      "d-1,c-2,,,,,,",
      "d-0,c-1,,,,retired,,",
      "d-6,c-1,,,,,1 March,",
      "d 7,c-1,,,,,,",
      "d-8,c-1",
      '"d-9,c-1,,,,,,',
      "d-10,c-2,,,Dingtek,,,",
    ),
  );
  expect([created, updated]).toEqual([3, 0]);
  const told = rejected.map(({ row, line, code }) => [row, line, code]);
  expect(told).toEqual([
    [2, 3, "ASSET_NOT_FOUND"],
    [3, 4, "REQUEST_INVALID"],
    [5, 6, "DEVICE_EXISTS"],
    [6, 7, "REQUEST_INVALID"],
    [7, 8, "DEVICE_LIFE_REFUSED"],
    [8, 9, "REQUEST_INVALID"],
    [9, 10, "REQUEST_INVALID"],
    [10, 11, "REQUEST_INVALID"],
    [11, 12, "REQUEST_INVALID"],
  ]);
  expect(rejected[3]?.message).toBe("device 'd-1' stands in row 1 already");
  expect(registry.device("d-1")?.device.assetId).toBe("c-1");
  expect(registry.device("d-10")?.device.vendor).toBe("Dingtek");
  expect(registry.device("d-0")?.device.life).toBe("stock");
});

test("a file that only changes devices needs their ids and what changes", async () => {
  const { registry } = await stocked();
  await registry.deviceRegister.create(device("d-0", "c-1"));
  const { updated } = await registry.importDeviceFile("deviceId,firmware\nd-0,v2\n");
  expect(updated).toBe(1);
  expect(registry.device("d-0")?.device).toEqual(device("d-0", "c-1", { firmware: "v2" }));
  const unknown = registry.importDeviceFile("deviceId,firmware\nd-0,v2\nd-1,v2\n");
  await expect(unknown).rejects.toEqual(refusedAs("REQUEST_INVALID"));
  await expect(registry.importDeviceFile("")).rejects.toEqual(refusedAs("REQUEST_INVALID"));
  await expect(registry.importDeviceFile(file("\uFFFD,c-1,,,,,,"))).rejects.toEqual(
    refusedAs("REQUEST_INVALID"),
  );
  const long = `deviceId\n${"d-0\n".repeat(LIMITS.deviceImportRowsMax + 1)}`;
  await expect(registry.importDeviceFile(long)).rejects.toEqual(refusedAs("REQUEST_INVALID"));
});

test("ten thousand rows come in, and again they change what they made", async () => {
  const { registry } = await stocked();
  const rows = Array.from({ length: 10_000 }, (_, n) => `d-${n},c-1,,,Vendor ${n % 7},stock,,`);
  const first = await registry.importDeviceFile(file(...rows));
  expect([first.created, first.updated, first.rejected]).toEqual([10_000, 0, []]);
  expect(new Set(first.keys.map(({ key }) => key)).size).toBe(10_000);
  const second = await registry.importDeviceFile(file(...rows));
  expect([second.created, second.updated, second.keys]).toEqual([0, 10_000, []]);
  expect(registry.devicesOf("c-1")).toHaveLength(10_000);
}, 120_000);

test("where the database fails on the way, those that were made have their keys told", async () => {
  const { deps } = await openDatabase();
  let left = 0;
  const database: typeof deps.database = {
    ...deps.database,
    transaction: async (work) => {
      if (left-- <= 0) throw new Error("the disk is full");
      return await deps.database.transaction(work);
    },
  };
  const registry = createRegistry({ ...deps, database }, { areaCode: "411524" });
  left = 3;
  await registry.open();
  await registry.assets.create(cover("c-1"));
  left = 1;
  const rows = Array.from({ length: 1_500 }, (_, n) => `d-${n},c-1,,,,,,`);
  const { created, keys, rejected } = await registry.importDeviceFile(file(...rows));
  expect([created, keys.length, rejected.length]).toEqual([1_000, 1_000, 500]);
  expect(rejected[0]).toMatchObject({ row: 1_001, line: 1_002, code: "DATABASE_FAILED" });
  expect(registry.device("d-1000")).toBeUndefined();
});
