/** Devices: each on one asset, with a key of its own that is shown once; one by one or thousands. */
import { externalIdFault, topicsOfDevice } from "../model/device-formats.ts";
import { GridwardenError } from "../model/errors.ts";
import type { Log } from "../model/log.ts";
import { Device, type DeviceEntry } from "../model/registry.ts";
import {
  type Credential,
  checkNameFree,
  insertCredential,
  makeKey,
  removeCredential,
} from "./credentials.ts";
import { type Fault, schemaFault } from "./field-faults.ts";
import { dropDevice, externalKeyOf, type Holdings, putDevice } from "./holdings.ts";
import type { Page, PageRequest } from "./shelf.ts";
import { deviceTable } from "./tables.ts";
import type { Write, Writing } from "./writer.ts";

interface DeviceFilter {
  assetId?: string | undefined;
  gatewayId?: string | undefined;
}

interface DeviceKey {
  deviceId: string;
  key: string;
}

export interface Rejected extends Fault {
  /** Counted from 1, a header row not counted. */
  row: number;
  /** Line of the file in which the row ends, where there are lines. */
  line?: number;
}

export interface Devices {
  list(request: PageRequest & DeviceFilter): Page<Device>;
  get(deviceId: string): Device | undefined;
  create(device: Device): Promise<DeviceKey>;
  remove(deviceId: string): Promise<void>;
  /**
   * Each is checked by itself; a bad one is rejected alone. Where the database fails after some
   * were created, the rest is rejected: a key is shown once, so those that exist are answered.
   */
  importMany(devices: readonly unknown[]): Promise<{ created: DeviceKey[]; rejected: Rejected[] }>;
}

const ROWS_PER_TRANSACTION = 1_000;
/** It becomes a level of an MQTT topic. */

export function createDevices(holdings: Holdings, write: Write, log: Log): Devices {
  return {
    list: ({ assetId, gatewayId, ...request }) => {
      const page = holdings.devices.page(
        request,
        ({ device }) =>
          (assetId === undefined || device.assetId === assetId) &&
          (gatewayId === undefined || device.gatewayId === gatewayId),
      );
      return { ...page, items: page.items.map((entry) => entry.device) };
    },
    get: (deviceId) => holdings.devices.get(deviceId)?.device,

    create: (device) =>
      write(async (writing) => {
        checkDevice(holdings, device);
        return insertDevice(holdings, writing, device);
      }),

    remove: (deviceId) =>
      write(async ({ tx, onCommit, note }) => {
        const entry = holdings.devices.get(deviceId);
        if (entry === undefined) throw deviceNotFound(deviceId);
        await deviceTable.remove(tx, deviceId);
        await removeCredential(tx, deviceId);
        onCommit(() => dropDevice(holdings, entry));
        note({ kind: "device", id: deviceId });
        note({ kind: "key", id: deviceId });
      }),

    async importMany(devices) {
      const created: DeviceKey[] = [];
      const rejected: Rejected[] = [];
      for (let from = 0; from < devices.length; from += ROWS_PER_TRANSACTION) {
        const rows = devices.slice(from, from + ROWS_PER_TRANSACTION);
        let done: Awaited<ReturnType<typeof insertRows>>;
        try {
          done = await write((writing) => insertRows(holdings, writing, rows, from));
        } catch (error) {
          if (created.length === 0) throw error;
          log.error("an import of devices broke off", { created: created.length, error });
          for (const row of notImported(error, from, devices.length)) rejected.push(row);
          break;
        }
        created.push(...done.created);
        rejected.push(...done.rejected);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return { created, rejected };
    },
  };
}

/** Every row from `from` on, after the transaction that began there has failed. */
function* notImported(error: unknown, from: number, end: number): Generator<Rejected> {
  const why = error instanceof GridwardenError ? error.message : "the database failed";
  const message = `not imported, nor any row after it: ${why}; send these rows again`;
  for (let row = from + 1; row <= end; row += 1) yield { row, code: "DATABASE_FAILED", message };
}

function deviceNotFound(deviceId: string): GridwardenError {
  return new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
}

async function insertRows(
  holdings: Holdings,
  writing: Writing,
  rows: readonly unknown[],
  offset: number,
): Promise<{ created: DeviceKey[]; rejected: Rejected[] }> {
  const created: DeviceKey[] = [];
  const rejected: Rejected[] = [];
  const staged = new Map<string, string>();
  for (const [index, given] of rows.entries()) {
    const row = offset + index + 1;
    const parsed = Device.safeParse(given);
    if (!parsed.success) {
      rejected.push({ row, ...schemaFault(parsed.error, given) });
      continue;
    }
    try {
      checkDevice(holdings, parsed.data, staged);
    } catch (error) {
      if (!(error instanceof GridwardenError)) throw error;
      rejected.push({ row, code: error.code, message: error.message });
      continue;
    }
    stage(staged, parsed.data);
    created.push(await insertDevice(holdings, writing, parsed.data));
  }
  return { created, rejected };
}

/** Names and external ids of the devices that this transaction has written already. */
function stage(staged: Map<string, string>, device: Device): void {
  staged.set(`device ${device.deviceId}`, device.deviceId);
  const key = externalKeyOf(device);
  if (key !== undefined) staged.set(key, device.deviceId);
}

function checkDevice(
  holdings: Holdings,
  device: Device,
  staged: ReadonlyMap<string, string> = new Map(),
): void {
  const { deviceId, assetId, gatewayId, format, externalId } = device;
  const name: Credential | undefined = staged.has(`device ${deviceId}`)
    ? { kind: "device", digest: Buffer.alloc(0) }
    : holdings.credentials.get(deviceId);
  checkNameFree(name, deviceId, "device");
  if (!holdings.assets.has(assetId)) {
    throw new GridwardenError(
      "ASSET_NOT_FOUND",
      `device '${deviceId}': no asset has the id '${assetId}'; register the asset first`,
    );
  }
  if (gatewayId !== undefined && !holdings.gateways.has(gatewayId)) {
    throw new GridwardenError(
      "GATEWAY_NOT_FOUND",
      `device '${deviceId}': no gateway has the id '${gatewayId}'; register the gateway first`,
    );
  }
  if (format === undefined || format === "native") return;
  const wanted = externalIdFault(format, externalId);
  if (wanted !== undefined) {
    throw new GridwardenError(
      "REQUEST_INVALID",
      `field 'externalId': device '${deviceId}' of format '${format}' has ${externalId === undefined ? "none" : `'${externalId}'`}, wanted ${wanted}`,
    );
  }
  const key = externalKeyOf(device) ?? "";
  const other = staged.get(key) ?? holdings.devicesByExternalId.get(key)?.device.deviceId;
  if (other !== undefined) {
    throw new GridwardenError(
      "DEVICE_EXISTS",
      `field 'externalId': '${externalId}' of format '${format}' belongs to device '${other}' already`,
    );
  }
}

async function insertDevice(
  holdings: Holdings,
  { tx, onCommit, note }: Writing,
  device: Device,
): Promise<DeviceKey> {
  const { deviceId } = device;
  const { key, digest } = makeKey();
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

/** Topics beside its own that a device of a gateway format may use, signed in as itself. */
export function formatTopics({ device }: DeviceEntry): {
  publish: readonly string[];
  subscribe: readonly string[];
} {
  return topicsOfDevice(device);
}
