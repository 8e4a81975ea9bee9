/**
 * A county from a seed: 57,906 registered components on 25.5 km² with valid codes, places along named
 * roads, units and crews who answer for them, and 10,000 devices on some of them. The same seed gives
 * the same county to the last digit. Numbers and names are data in county-tables.ts.
 */
import {
  createGround,
  digits,
  type Ground,
  HEIGHT_M,
  type Road,
  type Spot,
  WIDTH_M,
} from "./county-grid.ts";
import {
  BINS_PER_GATEWAY,
  COMPONENT_KINDS,
  type ComponentKind,
  DEVICE_PREFIX,
  SENSED,
  UNITS,
  WELLS_PER_STATION,
} from "./county-tables.ts";
import type {
  Fleet,
  FleetAsset,
  FleetCrew,
  FleetDevice,
  FleetGateway,
  FleetUnit,
} from "./fleet.ts";
import { DEVICE_CLASSES, type DeviceClass } from "./models/all.ts";
import type { Attributes } from "./models/model.ts";
import { type Random, seededRandom } from "./random.ts";

export const AREA_CODE = "411524";

/** Of the components, so many have no unit that maintains them, and so many nobody at all. */
const UNMAINTAINED_SHARE = 0.02;
const OWNERLESS_SHARE = 0.003;
const POINTS_OF_PLANT = ["outlet", "inlet", "process"] as const;

interface Placed {
  asset: FleetAsset;
  kind: ComponentKind;
}

export function makeCounty(seed: number | string, areaCode: string = AREA_CODE): Fleet {
  const ground = createGround(areaCode);
  const placed = COMPONENT_KINDS.flatMap((kind) => placeKind(kind, ground, areaCode, seed));
  tieParents(placed);
  const devices = DEVICE_CLASSES.flatMap((slug) => equip(slug, placed, areaCode));
  tieCatchments(placed, devices);
  const gateways = bindGateways(devices);
  return {
    areaCode,
    units: makeUnits(ground),
    crews: makeCrews(ground),
    gateways,
    assets: placed.map(({ asset }) => asset),
    devices,
  };
}

function placeKind(
  kind: ComponentKind,
  ground: Ground,
  areaCode: string,
  seed: number | string,
): Placed[] {
  const random = seededRandom(seed, `county/${kind.code}`);
  return Array.from({ length: kind.count }, (_, index) => {
    const { spot, road } = placeOne(kind, index, ground, random);
    const cell = ground.cellOf(spot);
    const code = `${areaCode}${kind.code}${digits(index + 1, 6)}`;
    const where =
      road?.name ?? ground.streets.find((s) => s.streetId === cell.streetId)?.name ?? "";
    const attributes = attributesOf(kind, index, random);
    const asset: FleetAsset = {
      assetId: code,
      ...(kind.class === undefined ? {} : { class: kind.class }),
      componentCode: code,
      name: `${where}${kind.name}${digits(index + 1, 4)}`,
      ...ground.degreesOf(spot),
      gridCell: cell.gridCell,
      responsibleGrid: cell.responsibleGrid,
      ...keepersOf(kind, cell.streetId, random),
      ...(attributes === undefined ? {} : { attributes }),
    };
    return { asset, kind };
  });
}

/** Rows run along the roads in order of their importance, on alternating sides. */
function placeOne(
  kind: ComponentKind,
  index: number,
  ground: Ground,
  random: Random,
): { spot: Spot; road?: Road } {
  if (kind.place === "block") {
    return { spot: { x: random.between(0, WIDTH_M), y: random.between(0, HEIGHT_M) } };
  }
  const aside = (kind.asideM ?? 0) * (index % 2 === 0 ? 1 : -1);
  if (kind.place === "road") {
    const road = random.pick(ground.roads);
    return { road, spot: road.at(random.between(0, road.lengthM), aside + random.noise(1)) };
  }
  let along = ((index + 0.5) / kind.count) * ground.roadsM;
  for (const road of ground.roads) {
    if (along < road.lengthM) return { road, spot: road.at(along, aside) };
    along -= road.lengthM;
  }
  const last = random.pick(ground.roads);
  return { road: last, spot: last.at(last.lengthM - 1, aside) };
}

function keepersOf(
  kind: ComponentKind,
  streetId: string,
  random: Random,
): Pick<FleetAsset, "maintenanceUnitId" | "competentUnitId" | "ownerUnitId"> {
  const luck = random.next();
  if (luck < OWNERLESS_SHARE) return {};
  const isNorth = Number(streetId.slice(-1)) > 2;
  const { maintenance, competent } = kind;
  const unitId = typeof maintenance === "string" ? maintenance : maintenance[isNorth ? 0 : 1];
  const isMaintained = luck >= OWNERLESS_SHARE + UNMAINTAINED_SHARE;
  return {
    ...(isMaintained ? { maintenanceUnitId: unitId } : {}),
    ...(unitId.startsWith("ent-") ? { ownerUnitId: unitId } : {}),
    competentUnitId: competent,
  };
}

function attributesOf(kind: ComponentKind, index: number, random: Random): Attributes | undefined {
  if (kind.medium !== undefined) {
    return { medium: kind.medium, depthCm: Math.round(random.between(18, 38)) * 10 };
  }
  if (kind.code === "0137") return { ratedW: random.pick([100, 120, 150, 180]) };
  if (kind.code === "0196") return { setPressureKpa: random.pick([180, 200, 200, 250]) };
  if (kind.code === "2104") return ratedCurrents(random);
  if (kind.code === "2115") {
    const inflowM3h = Math.round(random.between(12, 26)) * 10;
    return { overflowCm: random.pick([400, 420, 450]), inflowM3h };
  }
  if (kind.code === "0198") {
    const isTown = index < POINTS_OF_PLANT.length;
    return {
      point: POINTS_OF_PLANT[index % POINTS_OF_PLANT.length] ?? "outlet",
      designM3h: isTown ? 1250 : Math.round(random.between(20, 120)),
    };
  }
  return undefined;
}

/** Of a cabinet's three feeders, with some 20 lamps on each. */
function ratedCurrents(random: Random): Attributes {
  const rated = (): number => random.pick([12, 13, 14, 16]);
  return { feeder1RatedA: rated(), feeder2RatedA: rated(), feeder3RatedA: rated() };
}

/** Lamps hang on the cabinets along their row, points on their plant, and stand where it stands. */
function tieParents(placed: readonly Placed[]): void {
  const ofCode = (code: string): FleetAsset[] =>
    placed.filter(({ kind }) => kind.code === code).map(({ asset }) => asset);
  const tie = (code: string, parents: readonly FleetAsset[], isSamePlace: boolean): void => {
    const parts = ofCode(code);
    for (const [index, part] of parts.entries()) {
      const parent = parents[Math.floor((index * parents.length) / parts.length)];
      if (parent === undefined) continue;
      part.parentAssetId = parent.assetId;
      if (!isSamePlace) continue;
      part.lon = parent.lon;
      part.lat = parent.lat;
      part.gridCell = parent.gridCell;
      part.responsibleGrid = parent.responsibleGrid;
      part.name = `${parent.name}${POINT_NAMES[String(part.attributes?.point)] ?? "排口"}`;
    }
  };
  tie("0137", ofCode("2104"), false);
  tie("0198", ofCode("9999"), true);
}

/** Sewage runs to the nearest pump station; the nearest of its wells hang on it. */
function tieCatchments(placed: readonly Placed[], devices: readonly FleetDevice[]): void {
  const stations = placed.filter(({ kind }) => kind.code === "2115").map(({ asset }) => asset);
  const byId = new Map(devices.map((device) => [device.assetId, device]));
  const catchments = new Map<FleetAsset, { well: FleetAsset; distance: number }[]>();
  for (const { asset: well, kind } of placed) {
    if (kind.medium !== "sewage" || !byId.has(well.assetId)) continue;
    const distances = stations.map((station) => distanceBetween(well, station));
    const distance = Math.min(...distances);
    const station = stations[distances.indexOf(distance)];
    if (station === undefined) continue;
    catchments.set(station, [...(catchments.get(station) ?? []), { well, distance }]);
  }
  for (const [station, wells] of catchments) {
    wells.sort((one, other) => one.distance - other.distance);
    for (const { well } of wells.slice(0, WELLS_PER_STATION)) {
      well.parentAssetId = station.assetId;
      const device = byId.get(well.assetId);
      if (device !== undefined) device.stationAssetId = station.assetId;
    }
  }
}

/** In degrees of latitude. */
function distanceBetween(one: FleetAsset, other: FleetAsset): number {
  const lonShare = Math.cos((one.lat * Math.PI) / 180);
  return Math.hypot((one.lon - other.lon) * lonShare, one.lat - other.lat);
}

const POINT_NAMES: Record<string, string> = {
  outlet: "出水口",
  inlet: "进水口",
  process: "生化池",
};

/** Lamps and points from the front of their rows; the rest all over the town, bins by neighbourhood. */
function equip(slug: DeviceClass, placed: readonly Placed[], areaCode: string): FleetDevice[] {
  const { count, codes } = SENSED[slug];
  const candidates = placed.filter(({ kind }) => codes.includes(kind.code));
  const isSpread = slug === "manhole-cover" || slug === "waste-bin";
  const step = isSpread ? candidates.length / count : 1;
  const chosen = Array.from({ length: count }, (_, index) => candidates[Math.floor(index * step)]);
  const equipped = chosen.filter((one) => one !== undefined);
  if (slug === "waste-bin") {
    equipped.sort((one, other) => (one.asset.gridCell < other.asset.gridCell ? -1 : 1));
  }
  return equipped.map(({ asset }, index) => {
    const number = digits(index + 1, 6);
    return {
      deviceId: `${DEVICE_PREFIX[slug]}-${number}`,
      assetId: asset.assetId,
      class: slug,
      attributes: asset.attributes ?? {},
      ...(slug === "streetlight" && asset.parentAssetId !== undefined
        ? { feederAssetId: asset.parentAssetId }
        : {}),
      ...(slug === "sewage-plant"
        ? { hj212: { mn: `${areaCode}WWTP${digits(index + 1, 14)}`, password: number } }
        : {}),
    };
  });
}

/** A gateway carries the bins of one neighbourhood. */
function bindGateways(devices: readonly FleetDevice[]): FleetGateway[] {
  const gateways: FleetGateway[] = [];
  const bins = devices.filter((device) => device.class === "waste-bin");
  for (const [index, bin] of bins.entries()) {
    const number = digits(Math.floor(index / BINS_PER_GATEWAY) + 1, 4);
    bin.gatewayId = `gw-${number}`;
    if (index % BINS_PER_GATEWAY > 0) continue;
    const name = `垃圾箱网关${number}`;
    gateways.push({ gatewayId: bin.gatewayId, name, unitId: "con-clean-1" });
  }
  return gateways;
}

function makeUnits(ground: Ground): FleetUnit[] {
  return [
    ...ground.streets.map(
      ({ streetId, name }): FleetUnit => ({
        unitId: streetId,
        name,
        kind: "street",
        peerGroup: "streets",
      }),
    ),
    ...UNITS.map(({ crews: _crews, ...unit }): FleetUnit => ({ ...unit, peerGroup: unit.kind })),
  ];
}

function makeCrews(ground: Ground): FleetCrew[] {
  const streets = ground.streets.map((street) => ({
    unitId: street.streetId,
    name: street.name,
    crews: 1,
  }));
  return [...UNITS, ...streets].flatMap(({ unitId, name, crews }) =>
    Array.from({ length: crews }, (_, index) => ({
      crewId: `crew-${unitId}-${index + 1}`,
      name: `${name}处置${index + 1}组`,
      unitId,
    })),
  );
}
