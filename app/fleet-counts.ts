/**
 * Devices counted by what they are: class, street, gateway, format, supply, and vendor, model and firmware where a city
 * keeps them in the asset's attributes. Those are words of people, so only so many of them are told apart. Pure.
 */
import { MINUTE_MS } from "../model/clock.ts";
import { LIMITS } from "../model/limits.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { streetOfCell } from "./happening-points.ts";

export interface FleetCount {
  tags: Record<string, string>;
  /** Devices whose clock is usually behind, and the most that one of them is. */
  fields: { devices: number; online: number; slowClocks: number; slowMinutesMax: number };
}

const NONE: FleetCount["fields"] = { devices: 0, online: 0, slowClocks: 0, slowMinutesMax: 0 };
/** Below it the network's delay and a clock cannot be told apart. */
const SLOW_MINUTES_MIN = 1;

const KEPT_AS = { vendor: "deviceVendor", model: "deviceModel", firmware: "deviceFirmware" };
/** What is no such word is left out: free text is never a tag. */
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,39}$/u;

export function countedFleet(
  devices: Iterable<DeviceEntry>,
  { silent, usualSkewMs }: { silent: ReadonlySet<string>; usualSkewMs(deviceId: string): number },
): Map<string, FleetCount> {
  const counts = new Map<string, FleetCount>();
  for (const entry of devices) {
    const told = { ...tagsOf(entry), ...wordsOf(entry) };
    const isMany = counts.size >= LIMITS.fleetSeriesMax && !counts.has(JSON.stringify(told));
    const tags = isMany ? tagsOf(entry) : told;
    const key = JSON.stringify(tags);
    const count = counts.get(key) ?? { tags, fields: { ...NONE } };
    count.fields.devices += 1;
    if (!silent.has(entry.device.deviceId)) count.fields.online += 1;
    const slowMinutes = Math.round(usualSkewMs(entry.device.deviceId) / MINUTE_MS);
    if (slowMinutes >= SLOW_MINUTES_MIN) count.fields.slowClocks += 1;
    count.fields.slowMinutesMax = Math.max(count.fields.slowMinutesMax, slowMinutes);
    counts.set(key, count);
  }
  return counts;
}

const tagsOf = ({ device, asset }: DeviceEntry): Record<string, string> => ({
  class: asset.class ?? "",
  street: streetOfCell(asset.gridCell),
  gateway: device.gatewayId ?? "",
  format: device.format ?? "native",
  transport: device.transport ?? "",
});

const wordsOf = ({ asset }: DeviceEntry): Record<string, string> =>
  Object.fromEntries(
    Object.entries(KEPT_AS).flatMap(([tag, attribute]) => {
      const value = asset.attributes?.[attribute];
      return typeof value === "string" && WORD.test(value) ? [[tag, value]] : [];
    }),
  );
