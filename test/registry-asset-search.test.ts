/** Assets found by what a person remembers of them: a code, a name, a street, what is the matter. */
import { expect, test } from "vitest";
import { cover, device, ids, setUp } from "./support/registry-world.ts";

test("an asset is found by any part of its id, code, name and grid, in either case, and by its street", async () => {
  const { registry } = await setUp();
  const { create, list } = registry.assets;
  await create(cover("East-1", { name: "东门 Cover", gridCell: "41152400100101" }));
  await create(cover("west-1", { componentCode: "4115240101000777", responsibleGrid: "Grid-07" }));
  await create(cover("west-2", { responsibleGrid: "411524001" }));
  const found = (filter: object): unknown[] => ids(list({ limit: 10, ...filter }));
  expect(found({ q: "east" })).toEqual(["East-1"]);
  expect(found({ q: "东门" })).toEqual(["East-1"]);
  expect(found({ q: "COVER" })).toEqual(["East-1"]);
  expect(found({ q: "0777" })).toEqual(["west-1"]);
  expect(found({ q: "grid-07" })).toEqual(["west-1"]);
  expect(found({ q: "nobody" })).toEqual([]);
  // A letter that means something in a pattern is itself.
  expect([found({ q: "e.st" }), found({ q: "(" }), found({ q: "t-1\\" })]).toEqual([[], [], []]);
  expect(found({ street: "411524001" })).toEqual(["west-2", "East-1"]);
  expect(found({ q: "west", street: "411524001" })).toEqual(["west-2"]);
  expect(found({ among: new Set(["west-1", "gone"]) })).toEqual(["west-1"]);
});

test("a device is found by any part of its id, external id and serial number, in either case", async () => {
  const { registry } = await setUp();
  await registry.assets.create(cover("c-1"));
  const { create, list } = registry.deviceRegister;
  await create(device("Lid-1", "c-1", { serialNumber: "6713D0017" }));
  await create(device("other", "c-1", { format: "chirpstack", externalId: "24e124713b000017" }));
  const found = (q: string): string[] =>
    list({ limit: 10, q }).items.map(({ deviceId }) => deviceId);
  expect(found("lid")).toEqual(["Lid-1"]);
  expect(found("13d")).toEqual(["Lid-1"]);
  expect(found("24E124")).toEqual(["other"]);
  expect(found("none")).toEqual([]);
});
