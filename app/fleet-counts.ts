/**
 * Devices counted by what they are: class, street, gateway, format, supply, and vendor, model and firmware
 * of the device, or where a city keeps them in the asset's attributes. Those are words of people, so
 * only so many of them are told apart. Pure.
 */
import { calibrationDueOf } from "../model/calibration.ts";
import { type Instant, MINUTE_MS } from "../model/clock.ts";
import { isInService, lifeOf } from "../model/device-life.ts";
import { LIMITS } from "../model/limits.ts";
import type { Device, DeviceEntry } from "../model/registry.ts";
import { streetOfCell } from "./happening-points.ts";

export interface FleetCount {
  tags: Record<string, string>;
  fields: {
    /** Those in service, and of them those that are heard. */
    devices: number;
    online: number;
    /** In stock, installed or worked on; retired ones are counted nowhere. */
    notInService: number;
    /** Devices in service whose clock is usually behind, and the most that one of them is. */
    slowClocks: number;
    slowMinutesMax: number;
    /** Within the next days, and overdue. */
    calibrationDue: number;
    calibrationOverdue: number;
  };
}

export const NO_DEVICES: FleetCount["fields"] = {
  devices: 0,
  online: 0,
  notInService: 0,
  slowClocks: 0,
  slowMinutesMax: 0,
  calibrationDue: 0,
  calibrationOverdue: 0,
};
/** Below it the network's delay and a clock cannot be told apart. */
const SLOW_MINUTES_MIN = 1;

/** The device's own fields, and the attributes of an asset that stand for them. */
const KEPT_AS = [
  ["vendor", "deviceVendor"],
  ["model", "deviceModel"],
  ["firmware", "deviceFirmware"],
] as const;
/** What is no such word is left out: free text is never a tag. */
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,39}$/u;

interface FleetSurroundings {
  now: Instant;
  silent: ReadonlySet<string>;
  usualSkewMs(deviceId: string): number;
}

export function countedFleet(
  devices: Iterable<DeviceEntry>,
  around: FleetSurroundings,
): Map<string, FleetCount> {
  const counts = new Map<string, FleetCount>();
  for (const entry of devices) {
    if (lifeOf(entry.device) === "retired") continue;
    const told = { ...tagsOf(entry), ...wordsOf(entry) };
    const isMany = counts.size >= LIMITS.fleetSeriesMax && !counts.has(JSON.stringify(told));
    const tags = isMany ? tagsOf(entry) : told;
    const key = JSON.stringify(tags);
    const count = counts.get(key) ?? { tags, fields: { ...NO_DEVICES } };
    countDevice(count.fields, entry.device, around);
    counts.set(key, count);
  }
  return counts;
}

function countDevice(
  fields: FleetCount["fields"],
  device: Device,
  { now, silent, usualSkewMs }: FleetSurroundings,
): void {
  const calibration = calibrationDueOf(device, now);
  if (calibration === "due") fields.calibrationDue += 1;
  if (calibration === "overdue") fields.calibrationOverdue += 1;
  if (!isInService(device)) {
    fields.notInService += 1;
    return;
  }
  fields.devices += 1;
  if (!silent.has(device.deviceId)) fields.online += 1;
  const slowMinutes = Math.round(usualSkewMs(device.deviceId) / MINUTE_MS);
  if (slowMinutes >= SLOW_MINUTES_MIN) fields.slowClocks += 1;
  fields.slowMinutesMax = Math.max(fields.slowMinutesMax, slowMinutes);
}

const tagsOf = ({ device, asset }: DeviceEntry): Record<string, string> => ({
  class: asset.class ?? "",
  street: streetOfCell(asset.gridCell),
  gateway: device.gatewayId ?? "",
  format: device.format ?? "native",
  transport: device.transport ?? "",
});

const wordsOf = ({ device, asset }: DeviceEntry): Record<string, string> =>
  Object.fromEntries(
    KEPT_AS.flatMap(([tag, attribute]) => {
      const value = device[tag] ?? asset.attributes?.[attribute];
      return typeof value === "string" && WORD.test(value) ? [[tag, value]] : [];
    }),
  );
