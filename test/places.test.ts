/** Places by name: brought in by the file, found by name, pinyin, number or code, with their grid. */
import { expect, test } from "vitest";
import { placesOf } from "../app/report-place.ts";
import { unitsOfGrid } from "../cases/cases.ts";
import { Unit } from "../model/registry.ts";
import { createRegistry } from "../registry/registry.ts";
import { cover, openDatabase, refusedAs } from "./support/registry-world.ts";

const CELL = "41152400100101";
const HEADER = "placeId,kind,name,aliases,lon,lat,gridCell,streetUnitId";

async function setUp() {
  const { deps } = await openDatabase();
  const open = async () => {
    const registry = createRegistry(deps, {
      areaCode: "411524",
      adminPassword: "chosen by hand",
      classes: ["manhole-cover"],
      unitsOfGrid,
    });
    await registry.open();
    return registry;
  };
  const registry = await open();
  const street = { unitId: "411524001", name: "城关街道", kind: "street" };
  const community = { unitId: "411524001001", name: "东门社区", kind: "community" };
  await registry.units.create(Unit.parse(street));
  await registry.units.create(Unit.parse({ ...community, parentId: street.unitId }));
  return { registry, open };
}

test("a file's good rows come in, each bad one is rejected with its number and reason", async () => {
  const { registry, open } = await setUp();
  const text = [
    HEADER,
    `nj,road,南京路,中央大街|老街,115.41,31.8,${CELL},`,
    "x,raod,某路,,115.41,31.8,,",
    "y,road,某路,,far,31.8,,",
    "z,road,某路,,115.41,31.8,,nobody",
    "w,road,某路,,115.41,31.8,,411524001001",
    "v,gate,东门,,115.42",
    "lamp,lamp-post,LD-0123,,115.43,31.8,,411524001",
    "nj,,,老南京路,115.41,31.81,,",
  ].join("\n");
  const report = await registry.places.importFile({ format: "csv", text });
  expect(report).toMatchObject({ created: 2, updated: 0, ignored: [] });
  expect(report.rejected.map(({ row, line, message }) => [row, line, message])).toEqual([
    [2, 3, expect.stringMatching(/field 'kind': got 'raod'.*did you mean 'road'/)],
    [3, 4, expect.stringMatching(/field 'lon': got 'far', wanted number/)],
    [4, 5, expect.stringMatching(/no unit has the id 'nobody'/)],
    [5, 6, expect.stringMatching(/is of kind 'community', wanted a street/)],
    [6, 7, expect.stringMatching(/the row has 5 cells, the header row 8/)],
    [8, 9, expect.stringMatching(/field 'kind': got nothing/)],
  ]);
  const again = await open();
  expect(again.places.search({ q: "老街", limit: 5 })).toEqual([
    {
      placeId: "nj",
      kind: "road",
      name: "南京路",
      aliases: ["中央大街", "老街"],
      lon: 115.41,
      lat: 31.8,
      gridCell: CELL,
      streetUnitId: "411524001",
      street: "城关街道",
      communityUnitId: "411524001001",
      community: "东门社区",
      match: "exact",
    },
  ]);
  expect(again.places.search({ q: "ld-01", limit: 5 })).toMatchObject([
    { placeId: "lamp", match: "prefix", street: "城关街道" },
  ]);
});

test("a row changes the place that is known; GeoJSON and a file that is no file", async () => {
  const { registry } = await setUp();
  const { places } = registry;
  const feature = (properties: object, geometry: unknown) => ({
    type: "Feature",
    properties,
    geometry,
  });
  const point = { type: "Point", coordinates: [115.4, 31.8] };
  const file = (features: object[]) => ({
    format: "geojson" as const,
    text: JSON.stringify({ type: "FeatureCollection", features }),
  });
  const first = feature({ placeId: "cq", kind: "road", name: "重庆路", OBJECTID: 1 }, point);
  const line = feature({ placeId: "b", kind: "road", name: "b" }, { type: "LineString" });
  expect(await places.importFile(file([first, line]))).toMatchObject({
    created: 1,
    rejected: [{ row: 2, message: "field 'geometry': got 'LineString', wanted a Point" }],
    ignored: ["OBJECTID"],
  });
  const more = feature({ placeId: "cq", aliases: ["渝路"] }, point);
  expect(await places.importFile(file([more]))).toMatchObject({ updated: 1 });
  expect(places.search({ q: "yulu", limit: 5 })).toMatchObject([{ placeId: "cq" }]);
  expect(places.search({ q: "chongqinglu", limit: 5 })).toMatchObject([{ placeId: "cq" }]);
  await expect(places.importFile({ format: "csv", text: "name,lon\na,1" })).rejects.toEqual(
    refusedAs("REQUEST_INVALID"),
  );
  await places.remove("cq");
  expect(places.search({ q: "chongqinglu", limit: 5 })).toEqual([]);
  await expect(places.remove("cq")).rejects.toEqual(refusedAs("PLACE_NOT_FOUND"));
});

test("assets are found by code and name, as they stand now; a place has the grid of the nearest", async () => {
  const { registry } = await setUp();
  const { places, assets } = registry;
  await assets.create(cover("cover-1", { name: "东门污水井", gridCell: CELL }));
  expect(places.search({ q: "4115240101000001", limit: 5 })).toMatchObject([
    { assetId: "cover-1", kind: "component", match: "exact", community: "东门社区" },
  ]);
  const text = `${HEADER}\nnear,gate,东门,,115.4105,31.8,,\nfar,gate,西门,,115.5,31.8,,`;
  await places.importFile({ format: "csv", text });
  const dm = places.search({ q: "dm", limit: 5 });
  expect(dm.map(({ placeId, assetId }) => placeId ?? assetId)).toEqual(["near", "cover-1"]);
  expect(dm[0]).toMatchObject({ gridCell: CELL, gridOfAssetId: "cover-1", street: "城关街道" });
  const [west] = places.search({ q: "西门", limit: 5 });
  expect(west).not.toHaveProperty("gridCell");
  await assets.patch("cover-1", { name: "南门污水井", lon: 115.6 });
  expect(places.search({ q: "dongmenwushui", limit: 5 })).toEqual([]);
  expect(places.search({ q: "南门", kind: "component", limit: 5 })).toHaveLength(1);
  expect(places.search({ q: "南门", kind: "road", limit: 5 })).toEqual([]);
  expect(places.search({ q: "东门", limit: 1 })[0]).not.toHaveProperty("gridCell");
  await assets.remove("cover-1");
  expect(places.search({ q: "南门", limit: 5 })).toEqual([]);
});

test("an address is told the places that it names, also what came or went since", async () => {
  const { registry } = await setUp();
  const row = (id: string, name: string) => `${id},road,${name},,115.41,31.8,${CELL},411524001`;
  const text = [HEADER, row("r-1", "建设路"), row("r-2", "中山路")].join("\n");
  await registry.places.importFile({ format: "csv", text });
  const asked = (address: string) => {
    const { named, nearest } = placesOf(address, registry.places);
    return [named.map(({ name, gridCell }) => [name, gridCell]), nearest];
  };
  expect(asked("建设路 3 号")).toEqual([[["建设路", CELL]], ["城关街道 东门社区 建设路"]]);
  expect(asked("建设路中山路口")[0]).toHaveLength(2);
  expect(asked("建设")).toEqual([[], ["城关街道 东门社区 建设路"]]);
  expect(asked("人民路")).toEqual([[], []]);
  const later = [HEADER, row("r-3", "人民路"), row("r-4", "建设路 3 号")].join("\n");
  await registry.places.importFile({ format: "csv", text: later });
  expect(asked("人民路")[0]).toHaveLength(1);
  expect(asked("建设路 3 号")[0]).toEqual([["建设路 3 号", CELL]]);
  await registry.places.remove("r-4");
  expect(asked("建设路 3 号")[0]).toEqual([["建设路", CELL]]);
});
