/**
 * All that is registered, in memory, with the indexes that the hot paths ask. Filled once from the
 * tables; afterwards changed only by a write that has been committed.
 */
import type { Sql } from "../model/database.ts";
import type { KeptDecoder } from "../model/decoder.ts";
import { externalIdOf, normalExternalId } from "../model/device-formats.ts";
import type { AssetId, DeviceId } from "../model/ids.ts";
import type {
  Asset,
  Crew,
  Device,
  DeviceEntry,
  ForeignFormat,
  Gateway,
  Service,
  Unit,
  User,
} from "../model/registry.ts";
import { type Credential, loadCredentials } from "./credentials.ts";
import type { RecordTable } from "./record-table.ts";
import { createShelf, type Shelf } from "./shelf.ts";
import {
  assetTable,
  crewTable,
  deviceTable,
  gatewayTable,
  serviceTable,
  unitTable,
  userTable,
} from "./tables.ts";

export interface Holdings {
  readonly units: Shelf<Unit>;
  readonly crews: Shelf<Crew>;
  readonly users: Shelf<User>;
  readonly assets: Shelf<Asset>;
  readonly devices: Shelf<DeviceEntry>;
  readonly gateways: Shelf<Gateway>;
  readonly services: Shelf<Service>;
  readonly decoders: Shelf<KeptDecoder>;
  /** By MQTT user name. */
  readonly credentials: Map<string, Credential>;
  readonly crewsOfUnit: Map<string, Crew[]>;
  readonly devicesOfAsset: Map<string, DeviceEntry[]>;
  readonly devicesOfGateway: Map<string, DeviceEntry[]>;
  /** Ids of the assets that name it as their parent. */
  readonly partsOfAsset: Map<string, Set<AssetId>>;
  /** By `externalKey`. */
  readonly devicesByExternalId: Map<string, DeviceEntry>;
  /** The one copy of a text that many records carry. */
  intern(text: string): string;
}

/** Beyond it a text is simply not shared. */
const SHARED_TEXTS_MAX = 100_000;

export function createHoldings(): Holdings {
  const texts = new Map<string, string>();
  return {
    units: createShelf(),
    crews: createShelf(),
    users: createShelf(),
    assets: createShelf(),
    devices: createShelf(),
    gateways: createShelf(),
    services: createShelf(),
    decoders: createShelf(),
    credentials: new Map(),
    crewsOfUnit: new Map(),
    devicesOfAsset: new Map(),
    devicesOfGateway: new Map(),
    partsOfAsset: new Map(),
    devicesByExternalId: new Map(),
    intern(text) {
      const known = texts.get(text);
      if (known !== undefined) return known;
      if (texts.size < SHARED_TEXTS_MAX) texts.set(text, text);
      return text;
    },
  };
}

export async function loadHoldings(sql: Sql, holdings: Holdings): Promise<void> {
  const load = async <T>(table: RecordTable<T>, put: (seq: number, record: T) => void) => {
    for (const { seq, record } of await table.load(sql, holdings.intern)) put(seq, record);
  };
  await load(unitTable, (seq, unit) => holdings.units.put(unit.unitId, seq, unit));
  await load(crewTable, (seq, crew) => putCrew(holdings, seq, crew));
  await load(userTable, (seq, user) => holdings.users.put(user.username, seq, user));
  await load(assetTable, (seq, asset) => putAsset(holdings, seq, asset));
  await load(gatewayTable, (seq, gateway) =>
    holdings.gateways.put(gateway.gatewayId, seq, gateway),
  );
  await load(serviceTable, (seq, service) =>
    holdings.services.put(service.serviceId, seq, service),
  );
  await load(deviceTable, (seq, device) => putDevice(holdings, seq, device));
  await loadCredentials(sql, holdings.credentials);
}

export function putCrew(holdings: Holdings, seq: number, crew: Crew): void {
  holdings.crews.put(crew.crewId, seq, crew);
  addTo(holdings.crewsOfUnit, crew.unitId, crew);
}

/** A device whose asset is gone (only by a hand in the database) is left out. */
export function putDevice(holdings: Holdings, seq: number, device: Device): void {
  const asset = holdings.assets.get(device.assetId);
  if (asset === undefined) return;
  const entry: DeviceEntry = { device: { ...device, assetId: asset.assetId }, asset };
  holdings.devices.put(device.deviceId, seq, entry);
  addTo(holdings.devicesOfAsset, asset.assetId, entry);
  moveTo(holdings.devicesOfGateway, undefined, device.gatewayId, entry);
  const key = externalKeyOf(device);
  if (key !== undefined) holdings.devicesByExternalId.set(key, entry);
}

/** In the place of what it was; whoever holds the entry sees what it is now. */
export function replaceDevice(holdings: Holdings, entry: DeviceEntry, given: Device): void {
  const before = entry.device;
  const asset = holdings.assets.get(given.assetId) ?? entry.asset;
  const after: Device = { ...given, assetId: asset.assetId };
  moveTo(holdings.devicesOfAsset, before.assetId, after.assetId, entry);
  moveTo(holdings.devicesOfGateway, before.gatewayId, after.gatewayId, entry);
  dropExternalId(holdings, entry);
  entry.device = after;
  entry.asset = asset;
  const key = externalKeyOf(after);
  if (key !== undefined) holdings.devicesByExternalId.set(key, entry);
}

export function dropDevice(holdings: Holdings, entry: DeviceEntry): void {
  const { deviceId, assetId, gatewayId } = entry.device;
  holdings.devices.remove(deviceId);
  moveTo(holdings.devicesOfAsset, assetId, undefined, entry);
  moveTo(holdings.devicesOfGateway, gatewayId, undefined, entry);
  dropExternalId(holdings, entry);
  holdings.credentials.delete(deviceId);
}

/** What it was known by may be another device's already. */
function dropExternalId(holdings: Holdings, entry: DeviceEntry): void {
  const key = externalKeyOf(entry.device) ?? "";
  if (holdings.devicesByExternalId.get(key) === entry) holdings.devicesByExternalId.delete(key);
}

export function putAsset(holdings: Holdings, seq: number, asset: Asset): void {
  holdings.assets.put(asset.assetId, seq, asset);
  joinParent(holdings, asset);
}

export function removeAsset(holdings: Holdings, asset: Asset): void {
  holdings.assets.remove(asset.assetId);
  leaveParent(holdings, asset);
}

function joinParent(holdings: Holdings, { assetId, parentAssetId }: Asset): void {
  if (parentAssetId === undefined) return;
  const parts = holdings.partsOfAsset.get(parentAssetId);
  if (parts === undefined) holdings.partsOfAsset.set(parentAssetId, new Set([assetId]));
  else parts.add(assetId);
}

function leaveParent(holdings: Holdings, { assetId, parentAssetId }: Asset): void {
  if (parentAssetId === undefined) return;
  const parts = holdings.partsOfAsset.get(parentAssetId);
  parts?.delete(assetId);
  if (parts?.size === 0) holdings.partsOfAsset.delete(parentAssetId);
}

/** Puts the asset in the place of its former self, also in the entries of its devices. */
export function replaceAsset(holdings: Holdings, asset: Asset): DeviceId[] {
  const former = holdings.assets.get(asset.assetId);
  if (former !== undefined) leaveParent(holdings, former);
  joinParent(holdings, asset);
  holdings.assets.replace(asset.assetId, asset);
  const entries = holdings.devicesOfAsset.get(asset.assetId) ?? [];
  for (const entry of entries) entry.asset = asset;
  return entries.map((entry) => entry.device.deviceId);
}

/** Native devices have no external id that anything is looked up by. */
export function externalKeyOf(
  device: Pick<Device, "deviceId" | "format" | "externalId">,
): string | undefined {
  const known = externalIdOf(device);
  return known === undefined ? undefined : externalKey(known.format, known.externalId);
}

export function externalKey(format: ForeignFormat, externalId: string): string {
  return `${format} ${normalExternalId(format, externalId)}`;
}

function addTo<T>(index: Map<string, T[]>, key: string, thing: T): void {
  const things = index.get(key);
  if (things === undefined) index.set(key, [thing]);
  else things.push(thing);
}

function moveTo<T>(
  index: Map<string, T[]>,
  from: string | undefined,
  to: string | undefined,
  thing: T,
): void {
  if (from === to) return;
  if (from !== undefined) takeFrom(index, from, thing);
  if (to !== undefined) addTo(index, to, thing);
}

function takeFrom<T>(index: Map<string, T[]>, key: string, thing: T): void {
  const left = index.get(key)?.filter((other) => other !== thing);
  if (left === undefined || left.length === 0) index.delete(key);
  else index.set(key, left);
}
