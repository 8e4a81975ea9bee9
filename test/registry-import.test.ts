/** Assets and devices by the file: each bad row is rejected alone, the rest comes in. */
import { expect, test } from "vitest";
import type { Database } from "../model/database.ts";
import { GridwardenError } from "../model/errors.ts";
import { createRegistry } from "../registry/registry.ts";
import { cover, ids, openDatabase, refusedAs, setUp } from "./support/registry-world.ts";

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
