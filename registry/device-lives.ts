/**
 * Where devices stand in their lives, and how they came there. A step is checked against the table of
 * states, written with its entry in one transaction; the newest entries of a device are kept.
 */
import type { Clock, Instant } from "../model/clock.ts";
import type { Sql } from "../model/database.ts";
import {
  DeviceLife,
  type LifeEntry,
  LifeEvent,
  lifeEventsOf,
  lifeOf,
  nextLife,
} from "../model/device-life.ts";
import { GridwardenError } from "../model/errors.ts";
import { LIMITS } from "../model/limits.ts";
import type { Device, DeviceEntry } from "../model/registry.ts";
import { needDevice, revokeKey, updateDevice } from "./device-writes.ts";
import type { Holdings } from "./holdings.ts";
import type { Write, Writing } from "./writer.ts";

/** What somebody says of a device's life. */
export interface LifeSaid {
  event: LifeEvent;
  /** When it was done; now when absent. */
  at?: Instant | undefined;
  note?: string | undefined;
  by: string;
}

export interface DeviceLives {
  /** Answers the device after it. @throws DEVICE_NOT_FOUND, DEVICE_LIFE_REFUSED, REQUEST_INVALID */
  move(deviceId: string, said: LifeSaid): Promise<Device>;
  /** Newest first. */
  historyOf(deviceId: string): Promise<LifeEntry[]>;
  /** Devices that were said to come into service since then. */
  startedSince(at: Instant): Promise<string[]>;
}

export interface LifeWriting {
  readonly holdings: Holdings;
  readonly writing: Writing;
  readonly now: Instant;
}

export function createDeviceLives(
  holdings: Holdings,
  write: Write,
  deps: { clock: Clock; reader: Sql },
): DeviceLives {
  return {
    move: (deviceId, said) =>
      write((writing) =>
        moveDevice(
          { holdings, writing, now: deps.clock.now() },
          needDevice(holdings, deviceId),
          said,
        ),
      ),
    async historyOf(deviceId) {
      const rows = await deps.reader.all<LifeRow>(
        `select event, from_state, to_state, at, said_at, said_by, note from device_life
          where device_id = ? order by seq desc limit ?`,
        [deviceId, LIMITS.lifeEntriesPerDeviceMax],
      );
      return rows.map(toEntry);
    },
    async startedSince(at) {
      const rows = await deps.reader.all<{ device_id: string }>(
        "select distinct device_id from device_life where to_state = 'in-service' and said_at >= ?",
        [at],
      );
      return rows.map(({ device_id: deviceId }) => deviceId);
    },
  };
}

/** A retired device's key ends with it. `device`: as it is to be, where more than its life changes. */
export async function moveDevice(
  { holdings, writing, now }: LifeWriting,
  entry: DeviceEntry,
  said: LifeSaid,
  device: Device = entry.device,
): Promise<Device> {
  const { event, at = now, note, by } = said;
  const from = lifeOf(device);
  const step = nextLife(from, event);
  if (step.kind === "ignored") throw lifeRefused(device, event, step.why);
  checkNotAhead(at, now);
  const isInstalled = from === "stock" && step.state !== "retired";
  const after: Device = {
    ...device,
    life: step.state,
    ...(isInstalled ? { installedAt: at } : {}),
  };
  const kept = await updateDevice(holdings, writing, entry, after);
  const told: LifeEntry = { event, from, to: step.state, at, saidAt: now, saidBy: by };
  const entryOf = note === undefined ? told : { ...told, note };
  await insertEntry(writing.tx, device.deviceId, entryOf);
  if (step.state === "in-service") writing.note({ kind: "in-service", id: device.deviceId });
  if (step.state === "retired") await revokeKey(holdings, writing, device.deviceId);
  return kept;
}

/** @throws DEVICE_LIFE_REFUSED of a retired one */
export function checkMaySignIn(entry: DeviceEntry | undefined): void {
  if (entry === undefined || lifeOf(entry.device) !== "retired") return;
  throw new GridwardenError(
    "DEVICE_LIFE_REFUSED",
    `device '${entry.device.deviceId}' is retired and gets no other key; register the next one under an id of its own`,
    { details: { life: "retired", allowed: [] } },
  );
}

function lifeRefused(device: Device, event: LifeEvent, why: string): GridwardenError {
  return new GridwardenError(
    "DEVICE_LIFE_REFUSED",
    `device '${device.deviceId}' does not take '${event}': ${why}`,
    { details: { life: lifeOf(device), allowed: lifeEventsOf(lifeOf(device)) } },
  );
}

function checkNotAhead(at: Instant, now: Instant): void {
  if (at <= now) return;
  throw new GridwardenError(
    "REQUEST_INVALID",
    `field 'at': got ${new Date(at).toISOString()}, wanted a time that is not after now, ${new Date(now).toISOString()}`,
  );
}

export async function insertEntry(tx: Sql, deviceId: string, entry: LifeEntry): Promise<void> {
  const row = await tx.get<{ newest: number | null }>(
    "select max(seq) as newest from device_life where device_id = ?",
    [deviceId],
  );
  const seq = (row?.newest ?? 0) + 1;
  const { event, from, to, at, saidAt, saidBy, note = null } = entry;
  await tx.run(
    `insert into device_life (device_id, seq, event, from_state, to_state, at, said_at, said_by,
      note) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [deviceId, seq, event, from, to, at, saidAt, saidBy, note],
  );
  await tx.run("delete from device_life where device_id = ? and seq <= ?", [
    deviceId,
    seq - LIMITS.lifeEntriesPerDeviceMax,
  ]);
}

interface LifeRow {
  event: string;
  from_state: string;
  to_state: string;
  at: Instant;
  said_at: Instant;
  said_by: string;
  note: string | null;
}

function toEntry(row: LifeRow): LifeEntry {
  return {
    event: LifeEvent.parse(row.event),
    from: DeviceLife.parse(row.from_state),
    to: DeviceLife.parse(row.to_state),
    at: row.at,
    saidAt: row.said_at,
    saidBy: row.said_by,
    ...(row.note === null ? {} : { note: row.note }),
  };
}
