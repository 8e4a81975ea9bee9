/**
 * Devices counted by what they are: class, street, gateway, format, supply, and vendor, model and firmware where a city
 * keeps them in the asset's attributes. Those are words of people, so only so many of them are told apart. Pure.
 */
import { LIMITS } from "../model/limits.ts";
import type { DeviceEntry } from "../model/registry.ts";
import { streetOfCell } from "./happening-points.ts";

export interface FleetCount {
  tags: Record<string, string>;
  fields: { devices: number; online: number };
}

const KEPT_AS = { vendor: "deviceVendor", model: "deviceModel", firmware: "deviceFirmware" };
/** What is no such word is left out: free text is never a tag. */
const WORD = /^[\p{L}\p{N}][\p{L}\p{N}._+-]{0,39}$/u;

export function countedFleet(
  devices: Iterable<DeviceEntry>,
  silent: ReadonlySet<string>,
): Map<string, FleetCount> {
  const counts = new Map<string, FleetCount>();
  for (const entry of devices) {
    const told = { ...tagsOf(entry), ...wordsOf(entry) };
    const isMany = counts.size >= LIMITS.fleetSeriesMax && !counts.has(JSON.stringify(told));
    const tags = isMany ? tagsOf(entry) : told;
    const key = JSON.stringify(tags);
    const count = counts.get(key) ?? { tags, fields: { devices: 0, online: 0 } };
    count.fields.devices += 1;
    if (!silent.has(entry.device.deviceId)) count.fields.online += 1;
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
