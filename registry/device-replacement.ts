/**
 * A device in the place of another: on its asset, by its gateway, format, decoder and, unless it has one
 * of its own, under its external id; the old one is retired in the same transaction. Readings stay
 * with the device that measured them, and both devices with the asset.
 */
import type { Clock, Instant } from "../model/clock.ts";
import { lifeOf } from "../model/device-life.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Device, DeviceEntry } from "../model/registry.ts";
import { checkDevice, checkNewDevice } from "./device-checks.ts";
import { insertEntry, type LifeWriting, moveDevice } from "./device-lives.ts";
import { insertDevice, needDevice } from "./device-writes.ts";
import type { Holdings } from "./holdings.ts";
import type { Write } from "./writer.ts";

/** What is said of the new one; the rest it has of the old one, or of its own where it lay in stock. */
export interface Replacement
  extends Pick<
    Device,
    | "externalId"
    | "protocolPassword"
    | "vendor"
    | "model"
    | "firmware"
    | "serialNumber"
    | "calibratedAt"
    | "calibrationDueAt"
  > {
  newDeviceId: Device["deviceId"];
  /** When it was done; now when absent. */
  at?: Instant | undefined;
  note?: string | undefined;
}

export interface Replaced {
  deviceId: string;
  /** Shown once; absent where the new one was registered already and has its key. */
  key?: string;
  replaced: string;
}

/** @throws DEVICE_NOT_FOUND, DEVICE_EXISTS, ID_IN_USE, DEVICE_LIFE_REFUSED, REQUEST_INVALID */
export type ReplaceDevice = (deviceId: string, said: Replacement, by: string) => Promise<Replaced>;

export function createReplaceDevice(holdings: Holdings, write: Write, clock: Clock): ReplaceDevice {
  return (deviceId, said, by) =>
    write(async (writing) => {
      const about: LifeWriting = { holdings, writing, now: clock.now() };
      const old = needDevice(holdings, deviceId);
      const spare = holdings.devices.get(said.newDeviceId);
      checkSpare(old, spare);
      const after = newDevice(old.device, said, spare?.device);
      const retired = withoutId(old.device, after);
      const { at, note = "replaced" } = said;
      const goes = { event: "retire" as const, at, by, note: `${note}; by '${after.deviceId}'` };
      await moveDevice(about, old, goes, retired);
      const comes = { at, by, note: `in the place of '${deviceId}'` };
      if (spare === undefined) {
        checkNewDevice(holdings, after, new Map(), deviceId);
        return { ...(await insertNew(about, after, comes)), replaced: deviceId };
      }
      checkDevice(holdings, after, new Map(), deviceId);
      await moveDevice(about, spare, { event: "start", ...comes }, after);
      return { deviceId: after.deviceId, replaced: deviceId };
    });
}

/** One that stands somewhere else is in nobody's place. */
function checkSpare(old: DeviceEntry, spare: DeviceEntry | undefined): void {
  if (spare === undefined) return;
  const { deviceId } = spare.device;
  const life = lifeOf(spare.device);
  if (deviceId !== old.device.deviceId && (life === "stock" || life === "installed")) return;
  throw new GridwardenError(
    "DEVICE_EXISTS",
    `field 'newDeviceId': device '${deviceId}' is registered and '${life}', wanted an id that is free, or another device that is 'stock' or 'installed'`,
  );
}

/** A new one speaks as the old one did; one that was registered already speaks as it was registered. */
function newDevice(old: Device, said: Replacement, spare: Device | undefined): Device {
  const { newDeviceId: deviceId, at: _at, note: _note, ...given } = said;
  const { assetId, gatewayId, format, externalId, protocolPassword, decoder, transport } = old;
  const { vendor, model } = old;
  const speaks = { gatewayId, format, externalId, protocolPassword, decoder, transport };
  const isSameFormat = (spare?.format ?? "native") === (format ?? "native");
  const before =
    spare === undefined
      ? { ...speaks, vendor, model }
      : { ...(isSameFormat ? { decoder } : {}), ...spare };
  return present({ ...before, ...present(given), assetId, deviceId });
}

function present<T extends object>(fields: T): T {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as T;
}

/** The old one without its external id, where the new one has it. */
function withoutId(old: Device, after: Device): Device {
  const { externalId, ...rest } = old;
  const isTaken = externalId === after.externalId && old.format === after.format;
  return isTaken ? rest : old;
}

async function insertNew(
  { holdings, writing, now }: LifeWriting,
  device: Device,
  { at = now, by, note }: { at?: Instant | undefined; by: string; note: string },
) {
  const made = await insertDevice(holdings, writing, { ...device, installedAt: at });
  const entry = { event: "start", from: "stock", to: "in-service", at, saidAt: now } as const;
  await insertEntry(writing.tx, device.deviceId, { ...entry, saidBy: by, note });
  return made;
}
