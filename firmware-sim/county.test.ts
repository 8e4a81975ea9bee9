import { expect, test } from "vitest";
import { makeCounty } from "./county.ts";
import { createGround } from "./county-grid.ts";
import { BINS_PER_GATEWAY } from "./county-tables.ts";
import { cutFleet, deviceMix, limitFleet } from "./fleet.ts";

const county = makeCounty(1);

test("the county has 57,906 components of seven categories, 10,000 of them with sensors of five classes", () => {
  expect(county.assets).toHaveLength(57_906);
  expect(county.devices).toHaveLength(10_000);
  expect(new Set(county.devices.map((device) => device.assetId)).size).toBe(10_000);
  const categories = new Set(county.assets.map((asset) => asset.componentCode.slice(6, 8)));
  expect([...categories].sort()).toEqual(["01", "02", "03", "04", "05", "21", "99"]);
  expect(deviceMix(county)).toEqual({
    streetlight: 5200,
    "manhole-cover": 2640,
    "waste-bin": 1300,
    "gas-line": 800,
    "sewage-plant": 60,
  });
});

test("every component code is 16 digits of the area, and every id is unique", () => {
  const codes = county.assets.map((asset) => asset.componentCode);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.every((code) => /^411524\d{10}$/.test(code))).toBe(true);
  const ids = [
    ...county.devices.map((device) => device.deviceId),
    ...county.gateways.map((gateway) => gateway.gatewayId),
    ...county.crews.map((crew) => crew.crewId),
  ];
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => /^[A-Za-z0-9._:-]{1,64}$/.test(id))).toBe(true);
});

test("19 responsibility grids hold 2,550 cells of 14 digits, each code once, on 25.5 km²", () => {
  const { cells } = createGround("411524");
  expect(cells).toHaveLength(2550);
  expect(new Set(cells.map((cell) => cell.gridCell)).size).toBe(2550);
  expect(cells.every((cell) => /^411524\d{8}$/.test(cell.gridCell))).toBe(true);
  expect(new Set(cells.map((cell) => cell.responsibleGrid)).size).toBe(19);
  expect(new Set(county.assets.map((asset) => asset.responsibleGrid)).size).toBe(19);
  const lons = county.assets.map((asset) => asset.lon);
  const lats = county.assets.map((asset) => asset.lat);
  const widthKm = (Math.max(...lons) - Math.min(...lons)) * 111.32 * Math.cos(0.555);
  const heightKm = (Math.max(...lats) - Math.min(...lats)) * 110.9;
  expect(widthKm * heightKm).toBeGreaterThan(25);
  expect(widthKm * heightKm).toBeLessThan(26.2);
});

test("a cell's first nine digits are a street's unit, and every unit that is named is there", () => {
  const units = new Set(county.units.map((unit) => unit.unitId));
  const named = county.assets.flatMap((asset) => [
    asset.gridCell.slice(0, 9),
    asset.maintenanceUnitId,
    asset.ownerUnitId,
    asset.competentUnitId,
  ]);
  const unknown = named.filter((unitId) => unitId !== undefined && !units.has(unitId));
  expect(unknown).toEqual([]);
  for (const crew of county.crews) expect(units.has(crew.unitId)).toBe(true);
  expect(county.assets.some((asset) => asset.competentUnitId === undefined)).toBe(true);
});

test("parents stand before their parts, a lamp hangs on a cabinet and a point on its plant", () => {
  const placeOf = new Map(county.assets.map((asset, index) => [asset.assetId, index]));
  const early = county.assets.filter(
    ({ parentAssetId }, index) =>
      parentAssetId !== undefined && !((placeOf.get(parentAssetId) ?? index) < index),
  );
  expect(early).toEqual([]);
  const lamps = county.devices.filter((device) => device.class === "streetlight");
  expect(lamps.every((lamp) => lamp.feederAssetId?.slice(6, 10) === "2104")).toBe(true);
  const points = county.devices.filter((device) => device.class === "sewage-plant");
  expect(points.filter((point) => point.attributes.point === "outlet")).toHaveLength(20);
  expect(new Set(points.map((point) => point.hj212?.mn)).size).toBe(60);
  expect(points.every((point) => point.hj212?.mn.length === 24)).toBe(true);
});

test("lamps stand in rows along a road, some twelve metres apart on alternating sides", () => {
  const byId = new Map(county.assets.map((asset) => [asset.assetId, asset]));
  const lamps = county.devices
    .filter((device) => device.class === "streetlight")
    .slice(0, 400)
    .map((lamp) => byId.get(lamp.assetId));
  expect(new Set(lamps.map((lamp) => lamp?.name.slice(0, 4))).size).toBe(1);
  expect(new Set(lamps.map((lamp) => lamp?.lat)).size).toBe(2);
});

test("no gateway carries more bins than it can", () => {
  const perGateway = new Map<string, number>();
  for (const { gatewayId } of county.devices) {
    if (gatewayId !== undefined) perGateway.set(gatewayId, (perGateway.get(gatewayId) ?? 0) + 1);
  }
  expect(perGateway.size).toBe(county.gateways.length);
  expect(Math.max(...perGateway.values())).toBeLessThanOrEqual(BINS_PER_GATEWAY);
});

test("the same seed gives the same county, another seed another one", () => {
  const text = JSON.stringify(county);
  expect(JSON.stringify(makeCounty(1)) === text).toBe(true);
  expect(JSON.stringify(makeCounty(2)) === text).toBe(false);
});

test("a cut keeps what its devices need and has as many as were asked for", () => {
  const cut = cutFleet(county, { mix: { streetlight: 120, "waste-bin": 60 }, plain: 40 });
  expect(deviceMix(cut)).toEqual({ streetlight: 120, "waste-bin": 60 });
  const ids = new Set(cut.assets.map((asset) => asset.assetId));
  for (const asset of cut.assets) {
    if (asset.parentAssetId !== undefined) expect(ids.has(asset.parentAssetId)).toBe(true);
  }
  for (const device of cut.devices) expect(ids.has(device.assetId)).toBe(true);
  const carried = new Set(cut.devices.map((device) => device.gatewayId));
  expect(cut.gateways.every((gateway) => carried.has(gateway.gatewayId))).toBe(true);
});

test.each([5, 100, 999, 20_000])(
  "a limit of %i devices keeps the proportions and every class",
  (limit) => {
    const cut = limitFleet(county, limit);
    expect(cut.devices.length).toBeLessThanOrEqual(limit);
    expect(cut.devices.length).toBeGreaterThan(Math.min(limit, 10_000) * 0.9);
    expect(Object.keys(deviceMix(cut))).toHaveLength(5);
    expect(cut.assets).toHaveLength(57_906);
  },
);
