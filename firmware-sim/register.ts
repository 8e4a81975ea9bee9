/**
 * Makes the platform know a fleet: units, crews, gateways, assets as CSV, devices in bulk. What is
 * registered already stays; of devices whose key is not in the ring a new one is asked for. Fills
 * the ring with every key. Each step is told; who is told may answer false to end it there.
 */
import type { KeyRing } from "./credentials.ts";
import type { Fleet, FleetAsset, FleetDevice } from "./fleet.ts";
import type { PlatformApi } from "./platform-api.ts";

const ASSETS_PER_CALL = 5_000;
const DEVICES_PER_CALL = 1_000;
const KEY_CALLS_AT_ONCE = 8;

/** Is it to go on? */
export type Progress = (text: string) => boolean;

const COLUMNS = [
  "assetId",
  "class",
  "componentCode",
  "name",
  "lon",
  "lat",
  "gridCell",
  "responsibleGrid",
  "maintenanceUnitId",
  "ownerUnitId",
  "competentUnitId",
  "parentAssetId",
] as const satisfies readonly (keyof FleetAsset)[];

export async function registerFleet(
  api: PlatformApi,
  fleet: Fleet,
  ring: KeyRing,
  progress: Progress,
): Promise<void> {
  for (const unit of fleet.units) await api.create("/api/v1/units", unit);
  for (const crew of fleet.crews) {
    const made = await api.create("/api/v1/crews", crew);
    if (made?.key !== undefined) ring.crews[crew.crewId] = made.key;
  }
  if (!progress(`${fleet.units.length} units and ${fleet.crews.length} crews are registered`))
    return;
  for (const gateway of fleet.gateways) {
    const made = await api.create("/api/v1/gateways", gateway);
    if (made?.key !== undefined) ring.gateways[gateway.gatewayId] = made.key;
    else if (ring.gateways[gateway.gatewayId] === undefined) throw keyIsLost(gateway.gatewayId);
  }
  const isGoingOn = await registerAssets(api, fleet, progress);
  if (isGoingOn) await registerDevices(api, fleet.devices, ring, progress);
}

async function registerAssets(
  api: PlatformApi,
  fleet: Fleet,
  progress: Progress,
): Promise<boolean> {
  let done = 0;
  for (const slice of slicesOf(fleet.assets, ASSETS_PER_CALL)) {
    const { rejected } = await api.importAssets(assetsCsv(slice));
    const [first] = rejected;
    if (first !== undefined) {
      const { row, code, message } = first;
      throw new Error(
        `${rejected.length} of ${slice.length} assets were rejected, the first in row ${row}: ${code}: ${message}`,
      );
    }
    done += slice.length;
    if (!progress(`${done} of ${fleet.assets.length} components are registered`)) return false;
  }
  return true;
}

async function registerDevices(
  api: PlatformApi,
  devices: readonly FleetDevice[],
  ring: KeyRing,
  progress: Progress,
): Promise<void> {
  const unknown = devices.filter(({ deviceId }) => ring.devices[deviceId] === undefined);
  let done = devices.length - unknown.length;
  for (const slice of slicesOf(unknown, DEVICES_PER_CALL)) {
    const { created, rejected } = await api.importDevices(slice.map(deviceRow));
    for (const { deviceId, key } of created) ring.devices[deviceId] = key;
    const other = rejected.find(({ code }) => code !== "DEVICE_EXISTS");
    if (other !== undefined) {
      throw new Error(`device in row ${other.row} was rejected: ${other.code}: ${other.message}`);
    }
    await renewKeys(api, slice, ring);
    done += slice.length;
    if (!progress(`${done} of ${devices.length} devices have their keys`)) return;
  }
}

/** Registered by somebody else, or by a run whose file of keys is gone. */
async function renewKeys(
  api: PlatformApi,
  slice: readonly FleetDevice[],
  ring: KeyRing,
): Promise<void> {
  const keyless = slice.filter(({ deviceId }) => ring.devices[deviceId] === undefined);
  for (const some of slicesOf(keyless, KEY_CALLS_AT_ONCE)) {
    const keys = await Promise.all(some.map(({ deviceId }) => api.newKey(deviceId)));
    for (const [index, { deviceId }] of some.entries()) ring.devices[deviceId] = keys[index] ?? "";
  }
}

function deviceRow(device: FleetDevice): Record<string, unknown> {
  const { deviceId, assetId, gatewayId, hj212, controllerId } = device;
  return {
    deviceId,
    assetId,
    ...(gatewayId === undefined ? {} : { gatewayId }),
    ...(controllerId === undefined ? {} : { format: "lamp-platform", externalId: controllerId }),
    ...(hj212 === undefined
      ? {}
      : { format: "hj212", externalId: hj212.mn, protocolPassword: hj212.password }),
  };
}

/** RFC 4180 with a header of the API's field names; attributes as `attributes.<name>`. */
export function assetsCsv(assets: readonly FleetAsset[]): string {
  const names = new Set(assets.flatMap(({ attributes }) => Object.keys(attributes ?? {})));
  const attributes = [...names].sort();
  const header = [...COLUMNS, ...attributes.map((name) => `attributes.${name}`)];
  const lines = assets.map((asset) =>
    [
      ...COLUMNS.map((column) => asset[column]),
      ...attributes.map((name) => asset.attributes?.[name]),
    ]
      .map(csvCell)
      .join(","),
  );
  return `${[header.join(","), ...lines].join("\r\n")}\r\n`;
}

function csvCell(value: string | number | boolean | undefined): string {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function* slicesOf<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size);
}

function keyIsLost(gatewayId: string): Error {
  return new Error(
    `gateway '${gatewayId}' is registered already and its key is not in the file of keys; ` +
      "give --credentials-file of the run that registered it, or start on an empty platform",
  );
}
