/** Devices: each on one asset, with a key of its own that is shown once; one by one. */
import { type Instant, MINUTE_MS } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import { topicsOfDevice } from "../model/device-formats.ts";
import { lifeOf } from "../model/device-life.ts";
import { GridwardenError } from "../model/errors.ts";
import { Device, type DeviceEntry, type DeviceFilter } from "../model/registry.ts";
import { mergeFields } from "./assets.ts";
import { makeKey, removeCredential } from "./credentials.ts";
import { checkDevice, checkNewDevice } from "./device-checks.ts";
import { type DeviceKey, insertDevice, needDevice, updateDevice } from "./device-writes.ts";
import { type Fault, schemaFault } from "./field-faults.ts";
import { dropDevice, type Holdings } from "./holdings.ts";
import { replaceKey } from "./new-key.ts";
import type { Page, PageRequest } from "./shelf.ts";
import { deviceTable } from "./tables.ts";
import type { Write } from "./writer.ts";

/** Fields that are given are set, null takes a field away. */
export type DevicePatch = { [Field in Exclude<keyof Device, "deviceId" | "life">]?: unknown };

interface Made {
  deviceId: string;
  at: Instant;
}
/** Does it, or says what it did when it was asked the same before. Keys are kept nowhere. */
export type Once = (
  tx: Sql,
  make: () => Promise<Made>,
) => Promise<{ value: Made; isRepeat: boolean }>;
/** So long a repeat is one who has lost the answer; later the device may be out there with its key. */
const REPEAT_MS_MAX = 10 * MINUTE_MS;

export interface Devices {
  list(request: PageRequest & DeviceFilter): Page<Device>;
  get(deviceId: string): Device | undefined;
  create(device: Device): Promise<DeviceKey>;
  /**
   * Of a repeat within ten minutes the device is the one that was made, with another key in place of its
   * first; later it is refused as one that is there. @throws DEVICE_EXISTS
   */
  createOnce(device: Device, once: Once, now: Instant): Promise<DeviceKey>;
  /** @throws DEVICE_NOT_FOUND, ASSET_NOT_FOUND, GATEWAY_NOT_FOUND, DEVICE_EXISTS, REQUEST_INVALID */
  patch(deviceId: string, patch: DevicePatch): Promise<Device>;
  remove(deviceId: string): Promise<void>;
}

export function createDevices(holdings: Holdings, write: Write): Devices {
  return {
    list: ({ limit, cursor, ...filter }) => {
      const page = holdings.devices.page({ limit, cursor }, (entry) => isWanted(entry, filter));
      return { ...page, items: page.items.map((entry) => entry.device) };
    },
    get: (deviceId) => holdings.devices.get(deviceId)?.device,

    create: (device) =>
      write(async (writing) => {
        checkNewDevice(holdings, device);
        return insertDevice(holdings, writing, device);
      }),

    createOnce: (device, once, now) =>
      write(async (writing) => {
        const made = makeKey();
        const { deviceId } = device;
        const insert = async (): Promise<Made> => {
          checkNewDevice(holdings, device);
          await insertDevice(holdings, writing, device, made);
          return { deviceId, at: now };
        };
        const { value, isRepeat } = await once(writing.tx, insert);
        const isThere = holdings.devices.get(deviceId) !== undefined;
        if (isRepeat && isThere && now - value.at <= REPEAT_MS_MAX) {
          await replaceKey(holdings, writing, deviceId, made);
        } else if (isRepeat) await insert();
        return { deviceId, key: made.key };
      }),

    patch: (deviceId, patch) =>
      write((writing) => {
        const entry = needDevice(holdings, deviceId);
        const after = patchedDevice(entry.device, patch);
        if ("fault" in after) throw new GridwardenError(after.fault.code, after.fault.message);
        checkDevice(holdings, after.device);
        return updateDevice(holdings, writing, entry, after.device);
      }),

    remove: (deviceId) =>
      write(async ({ tx, onCommit, note }) => {
        const entry = needDevice(holdings, deviceId);
        await deviceTable.remove(tx, deviceId);
        await removeCredential(tx, deviceId);
        onCommit(() => dropDevice(holdings, entry));
        note({ kind: "device", id: deviceId });
        note({ kind: "key", id: deviceId });
      }),
  };
}

export function patchedDevice(
  device: Device,
  patch: DevicePatch,
): { device: Device } | { fault: Fault } {
  const candidate = mergeFields({ ...device }, { ...patch });
  const parsed = Device.safeParse(candidate);
  return parsed.success ? { device: parsed.data } : { fault: schemaFault(parsed.error, candidate) };
}

/** Those of one value only, each by name. */
const SAME_FIELDS = [
  "assetId",
  "gatewayId",
  "format",
  "vendor",
  "model",
  "firmware",
  "serialNumber",
] as const;

function isWanted({ device, asset }: DeviceEntry, filter: DeviceFilter): boolean {
  const { life, calibrationDueBefore, class: slug, externalId, q } = filter;
  const dueAt = device.calibrationDueAt ?? Number.POSITIVE_INFINITY;
  return (
    SAME_FIELDS.every((field) => filter[field] === undefined || device[field] === filter[field]) &&
    (externalId === undefined || isSameId(device.externalId, externalId)) &&
    (life === undefined || lifeOf(device) === life) &&
    (slug === undefined || asset.class === slug) &&
    (q === undefined || isFoundBy(device, q.toLowerCase())) &&
    (calibrationDueBefore === undefined || dueAt < calibrationDueBefore)
  );
}

const isFoundBy = ({ deviceId, externalId, serialNumber }: Device, q: string): boolean =>
  [deviceId, externalId, serialNumber].some((text) => text?.toLowerCase().includes(q));

/** Whoever looks for one need not know whether its format minds the case. */
function isSameId(one: string | undefined, other: string): boolean {
  return one?.toLowerCase() === other.toLowerCase();
}

/** Topics beside its own that a device of a gateway format may use, signed in as itself. */
export function formatTopics({ device }: DeviceEntry): {
  publish: readonly string[];
  subscribe: readonly string[];
} {
  return topicsOfDevice(device);
}
