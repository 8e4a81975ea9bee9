/**
 * A fleet: what is registered (units, crews, gateways, assets) and the devices that speak. Cutting a
 * fleet keeps the shape of the whole: lamps of whole cabinets, bins of whole gateways, the parents of
 * what is kept, and every unit and crew. Pure.
 */
import { DEVICE_CLASSES, type DeviceClass } from "./models/all.ts";
import type { Attributes } from "./models/model.ts";

export interface FleetUnit {
  unitId: string;
  name: string;
  kind: "department" | "street" | "community" | "enterprise" | "contractor";
  parentId?: string;
  peerGroup?: string;
  calendar?: string;
}

export interface FleetCrew {
  crewId: string;
  name: string;
  unitId: string;
}

export interface FleetGateway {
  gatewayId: string;
  name: string;
  unitId?: string;
}

export interface FleetAsset {
  assetId: string;
  class?: string;
  componentCode: string;
  name: string;
  lon: number;
  lat: number;
  gridCell: string;
  responsibleGrid: string;
  maintenanceUnitId?: string;
  ownerUnitId?: string;
  competentUnitId?: string;
  parentAssetId?: string;
  attributes?: Attributes;
}

export interface FleetDevice {
  deviceId: string;
  assetId: string;
  class: DeviceClass;
  /** What the model needs to know of the place. */
  attributes: Attributes;
  /** The cabinet that feeds a lamp. */
  feederAssetId?: string;
  /** The pump station to which a well's sewage runs. */
  stationAssetId?: string;
  gatewayId?: string;
  hj212?: { mn: string; password: string };
  /** It hangs on a lamp controller platform, which calls it so. */
  controllerId?: string;
}

export interface Fleet {
  areaCode: string;
  units: readonly FleetUnit[];
  crews: readonly FleetCrew[];
  gateways: readonly FleetGateway[];
  /** Parents stand before their parts. */
  assets: readonly FleetAsset[];
  devices: readonly FleetDevice[];
}

export type DeviceMix = Partial<Record<DeviceClass, number>>;

export interface FleetCut {
  /** As many devices of each class. */
  mix: DeviceMix;
  /** And further components without any. */
  plain: number;
  /** Lamps are hung on the cabinets in their order, so many on each; absent: as they are. */
  lampsPerCabinet?: number | undefined;
  /** Bins are bound to the gateways in their order, so many to each; absent: as they are. */
  binsPerGateway?: number | undefined;
}

export function cutFleet(whole: Fleet, wanted: FleetCut): Fleet {
  const { lampsPerCabinet, binsPerGateway } = wanted;
  const hung = lampsPerCabinet === undefined ? whole : rehung(whole, lampsPerCabinet);
  const fleet = binsPerGateway === undefined ? hung : rebound(hung, binsPerGateway);
  const devices = DEVICE_CLASSES.flatMap((slug) => {
    const all = fleet.devices.filter((device) => device.class === slug);
    return pickDevices(slug, all, wanted.mix[slug] ?? 0);
  });
  const kept = new Set(devices.map((device) => device.assetId));
  const sensed = new Set(fleet.devices.map((device) => device.assetId));
  const plain = evenly(
    fleet.assets.filter((asset) => !sensed.has(asset.assetId)),
    wanted.plain,
  );
  for (const asset of plain) kept.add(asset.assetId);
  const byId = new Map(fleet.assets.map((asset) => [asset.assetId, asset]));
  for (const assetId of [...kept]) {
    const parentId = byId.get(assetId)?.parentAssetId;
    if (parentId !== undefined) kept.add(parentId);
  }
  const gatewayIds = new Set(devices.map((device) => device.gatewayId));
  return {
    ...fleet,
    devices,
    assets: fleet.assets.filter((asset) => kept.has(asset.assetId)),
    gateways: fleet.gateways.filter((gateway) => gatewayIds.has(gateway.gatewayId)),
  };
}

/** The lamps with sensors on other cabinets: the first so many on the first, and so on. */
function rehung(fleet: Fleet, lampsPerCabinet: number): Fleet {
  const lamps = fleet.devices.filter((device) => device.class === "streetlight");
  const cabinets = [...new Set(lamps.map((lamp) => lamp.feederAssetId))];
  const feederOf = new Map(
    lamps.map((lamp, index) => [lamp.assetId, cabinets[Math.floor(index / lampsPerCabinet)]]),
  );
  return {
    ...fleet,
    assets: fleet.assets.map((asset) => {
      const parentAssetId = feederOf.get(asset.assetId);
      return parentAssetId === undefined ? asset : { ...asset, parentAssetId };
    }),
    devices: fleet.devices.map((device) => {
      const feederAssetId = feederOf.get(device.assetId);
      return feederAssetId === undefined ? device : { ...device, feederAssetId };
    }),
  };
}

/** The bins behind other gateways: the first so many behind the first, and so on. */
function rebound(fleet: Fleet, binsPerGateway: number): Fleet {
  const bins = fleet.devices.filter((device) => device.class === "waste-bin");
  const gatewayIds = [...new Set(bins.map((bin) => bin.gatewayId))];
  const gatewayOf = new Map(
    bins.map((bin, index) => [bin.deviceId, gatewayIds[Math.floor(index / binsPerGateway)]]),
  );
  return {
    ...fleet,
    devices: fleet.devices.map((device) => {
      const gatewayId = gatewayOf.get(device.deviceId);
      return gatewayId === undefined ? device : { ...device, gatewayId };
    }),
  };
}

/** At most `limit` devices in the proportions of the fleet, at least one of each class; all assets stay. */
export function limitFleet(fleet: Fleet, limit: number): Fleet {
  if (fleet.devices.length <= limit) return fleet;
  const had = deviceMix(fleet);
  const classes = DEVICE_CLASSES.filter((slug) => had[slug] !== undefined);
  const share = Math.max(0, limit - classes.length) / fleet.devices.length;
  const mix: DeviceMix = {};
  for (const slug of classes.slice(0, limit)) {
    mix[slug] = Math.min(had[slug] ?? 0, 1 + Math.floor((had[slug] ?? 0) * share));
  }
  const { devices, gateways } = cutFleet(fleet, { mix, plain: 0 });
  return { ...fleet, devices, gateways };
}

export function deviceMix(fleet: Fleet): DeviceMix {
  const mix: DeviceMix = {};
  for (const { class: slug } of fleet.devices) mix[slug] = (mix[slug] ?? 0) + 1;
  return mix;
}

/** These come in groups, or carry one, and are taken from the front; the rest all over the town. */
const FROM_THE_FRONT: ReadonlySet<DeviceClass> = new Set([
  "streetlight",
  "lighting-cabinet",
  "waste-bin",
  "sewage-plant",
  "pump-station",
]);

function pickDevices(slug: DeviceClass, all: FleetDevice[], count: number): FleetDevice[] {
  return FROM_THE_FRONT.has(slug) ? all.slice(0, count) : evenly(all, count);
}

function evenly<T>(items: readonly T[], count: number): T[] {
  if (count >= items.length) return [...items];
  const step = items.length / Math.max(1, count);
  return Array.from({ length: count }, (_, index) => items[Math.floor(index * step)]).filter(
    (item) => item !== undefined,
  );
}
