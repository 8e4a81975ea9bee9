import { expect, test } from "vitest";
import { makeCounty } from "./county.ts";
import { createGround } from "./county-grid.ts";
import { BINS_PER_GATEWAY, WELLS_PER_STATION } from "./county-tables.ts";
import { cutFleet, deviceMix, type FleetAsset, type FleetDevice, limitFleet } from "./fleet.ts";

const county = makeCounty(1);

test("the county has 57,906 components of seven categories, 10,000 of them with sensors of seven classes", () => {
  expect(county.assets).toHaveLength(57_906);
  expect(county.devices).toHaveLength(10_000);
  expect(new Set(county.devices.map((device) => device.assetId)).size).toBe(10_000);
  const categories = new Set(county.assets.map((asset) => asset.componentCode.slice(6, 8)));
  expect([...categories].sort()).toEqual(["01", "02", "03", "04", "05", "21", "99"]);
  expect(deviceMix(county)).toEqual({
    streetlight: 5162,
    "manhole-cover": 2640,
    "waste-bin": 1300,
    "gas-line": 800,
    "sewage-plant": 60,
    "lighting-cabinet": 24,
    "pump-station": 14,
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

test("parents stand before their parts, a lamp hangs on a cabinet, a point on its plant, a well on its station", () => {
  const placeOf = new Map(county.assets.map((asset, index) => [asset.assetId, index]));
  const early = county.assets.filter(
    ({ parentAssetId }, index) =>
      parentAssetId !== undefined && !((placeOf.get(parentAssetId) ?? index) < index),
  );
  expect(early).toEqual([]);
  const byId = new Map(county.assets.map((asset) => [asset.assetId, asset]));
  const classOf = (assetId: string | undefined) => byId.get(assetId ?? "")?.class;
  const parentOf = ({ assetId }: FleetDevice) => byId.get(assetId)?.parentAssetId;
  const lamps = county.devices.filter((device) => device.class === "streetlight");
  expect(lamps.every((lamp) => classOf(lamp.feederAssetId) === "lighting-cabinet")).toBe(true);
  expect(lamps.every((lamp) => parentOf(lamp) === lamp.feederAssetId)).toBe(true);
  const wells = county.devices.filter((device) => device.stationAssetId !== undefined);
  expect(wells.every((well) => classOf(well.stationAssetId) === "pump-station")).toBe(true);
  expect(wells.every((well) => parentOf(well) === well.stationAssetId)).toBe(true);
  expect(wells.every((well) => well.attributes.medium === "sewage")).toBe(true);
  const points = county.devices.filter((device) => device.class === "sewage-plant");
  expect(points.filter((point) => point.attributes.point === "outlet")).toHaveLength(20);
  expect(new Set(points.map((point) => point.hj212?.mn)).size).toBe(60);
  expect(points.every((point) => point.hj212?.mn.length === 24)).toBe(true);
});

test("some forty sewage wells hang on each of the 14 pump stations, the nearest to it and nearer to no other", () => {
  const byId = new Map(county.assets.map((asset) => [asset.assetId, asset]));
  const stations = county.assets.filter((asset) => asset.class === "pump-station");
  const wells = county.devices.filter((device) => device.stationAssetId !== undefined);
  for (const { assetId } of stations) {
    const own = wells.filter((well) => well.stationAssetId === assetId);
    expect(own.length).toBeGreaterThan(15);
    expect(own.length).toBeLessThanOrEqual(WELLS_PER_STATION);
  }
  expect(wells.length).toBeGreaterThan(stations.length * 32);
  const metresTo = (assetId: string, station: FleetAsset): number => {
    const well = byId.get(assetId);
    const [east, north] = [(well?.lon ?? 0) - station.lon, (well?.lat ?? 0) - station.lat];
    return Math.hypot(east * 94_600, north * 110_900);
  };
  const furthest = new Map<string | undefined, number>();
  for (const { assetId, stationAssetId } of wells) {
    const nearest = Math.min(...stations.map((station) => metresTo(assetId, station)));
    const own = stations.find((station) => station.assetId === stationAssetId);
    const metres = own === undefined ? Number.NaN : metresTo(assetId, own);
    expect(metres).toBeLessThan(nearest + 2);
    furthest.set(stationAssetId, Math.max(furthest.get(stationAssetId) ?? 0, metres));
  }
  const others = county.devices.filter(
    ({ attributes, stationAssetId }) =>
      attributes.medium === "sewage" && stationAssetId === undefined,
  );
  expect(others.length).toBeGreaterThan(100);
  for (const { assetId } of others) {
    for (const station of stations) {
      const isTaken = metresTo(assetId, station) < (furthest.get(station.assetId) ?? 0) - 2;
      const isOfAnother = stations.some(
        (other) => metresTo(assetId, other) < metresTo(assetId, station) + 2 && other !== station,
      );
      expect(isTaken && !isOfAnother).toBe(false);
    }
  }
});

test("the devices of cabinets stand on the first of them, where the lamps with sensors begin", () => {
  const fed = new Set(county.devices.map((device) => device.feederAssetId));
  const cabinets = county.devices.filter((device) => device.class === "lighting-cabinet");
  expect(cabinets.every(({ assetId }) => fed.has(assetId))).toBe(true);
  const small = cutFleet(county, { mix: { streetlight: 150, "lighting-cabinet": 3 }, plain: 0 });
  const feeders = new Set(small.devices.map(({ feederAssetId }) => feederAssetId));
  for (const device of small.devices.filter((one) => one.class === "lighting-cabinet")) {
    expect(feeders.has(device.assetId)).toBe(true);
  }
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

test("a cut may hang its lamps on fewer cabinets, as devices and as assets", () => {
  const cut = cutFleet(county, { mix: { streetlight: 280 }, plain: 0, lampsPerCabinet: 200 });
  const parents = new Map(cut.assets.map((asset) => [asset.assetId, asset.parentAssetId]));
  const perCabinet = new Map<string, number>();
  for (const { assetId, feederAssetId = "" } of cut.devices) {
    expect(parents.get(assetId)).toBe(feederAssetId);
    expect(parents.has(feederAssetId)).toBe(true);
    perCabinet.set(feederAssetId, (perCabinet.get(feederAssetId) ?? 0) + 1);
  }
  expect([...perCabinet.values()]).toEqual([200, 80]);
  expect(cut.devices).toHaveLength(280);
  const [first] = county.devices;
  expect(county.assets.find((asset) => asset.assetId === first?.assetId)?.parentAssetId).toBe(
    first?.feederAssetId,
  );
});

test.each([5, 100, 999, 20_000])(
  "a limit of %i devices keeps the proportions and every class that it has room for",
  (limit) => {
    const cut = limitFleet(county, limit);
    expect(cut.devices.length).toBeLessThanOrEqual(limit);
    expect(cut.devices.length).toBeGreaterThan(Math.min(limit, 10_000) * 0.9);
    expect(Object.keys(deviceMix(cut))).toHaveLength(Math.min(limit, 7));
    expect(cut.assets).toHaveLength(57_906);
  },
);
