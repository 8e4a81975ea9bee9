/** How a device gets into the tables and into memory, in a transaction that somebody else began. */
import { keptLife, lifeOf } from "../model/device-life.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Device, DeviceEntry } from "../model/registry.ts";
import { type Credential, insertCredential, makeKey } from "./credentials.ts";
import { externalKeyOf, type Holdings, putDevice, replaceDevice } from "./holdings.ts";
import { deviceTable } from "./tables.ts";
import type { Writing } from "./writer.ts";

export interface DeviceKey {
  deviceId: string;
  /** Shown once. */
  key: string;
}

export async function insertDevice(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  given: Device,
  { key, digest } = makeKey(),
): Promise<DeviceKey> {
  const device = asKept(given);
  const { deviceId } = device;
  const credential: Credential = { kind: "device", digest };
  const seq = holdings.devices.takeSeq();
  await deviceTable.insert(tx, seq, device);
  await insertCredential(tx, deviceId, credential);
  onCommit(() => {
    putDevice(holdings, seq, device);
    holdings.credentials.set(deviceId, credential);
  });
  note({ kind: "device", id: deviceId });
  return { deviceId, key };
}

/** Where its topics become others it is named as changed, so that it signs in with the new ones. */
export async function updateDevice(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  entry: DeviceEntry,
  given: Device,
): Promise<Device> {
  const device = asKept(given);
  const before = entry.device;
  await deviceTable.update(tx, device);
  const classOf = ({ assetId }: Device) => holdings.assets.get(assetId)?.class;
  const isHeardElsewhere =
    classOf(device) !== classOf(before) || externalKeyOf(device) !== externalKeyOf(before);
  onCommit(() => replaceDevice(holdings, entry, device));
  if (isHeardElsewhere) note({ kind: "device", id: device.deviceId });
  return device;
}

/** Its key ends for good; its name stays its own. */
export async function revokeKey(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  deviceId: string,
): Promise<void> {
  const credential: Credential = { kind: "device", digest: makeKey().digest };
  await insertCredential(tx, deviceId, credential);
  onCommit(() => void holdings.credentials.set(deviceId, credential));
  note({ kind: "key", id: deviceId });
}

/** @throws DEVICE_NOT_FOUND */
export function needDevice(holdings: Holdings, deviceId: string): DeviceEntry {
  const entry = holdings.devices.get(deviceId);
  if (entry !== undefined) return entry;
  throw new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
}

/** Nobody speaks as a retired one: over HJ 212's TCP its password would be all that it takes. */
function asKept(device: Device): Device {
  const { life: _said, ...rest } = device;
  const life = keptLife(lifeOf(device));
  if (life === undefined) return rest;
  const { protocolPassword: _ended, ...silenced } = rest;
  return { ...(life === "retired" ? silenced : rest), life };
}
