/**
 * The registry as alarms see it: of devices only those that are in service. One that is in stock, only
 * installed, worked on or retired is judged by nothing and missed by nobody, as if it were not there;
 * when it leaves service its alarms end, and when it comes back its silence begins anew. Pure.
 */
import { isInService } from "../model/device-life.ts";
import type { DeviceEntry, RegistryView } from "../model/registry.ts";

export function devicesInService(registry: RegistryView): RegistryView {
  return {
    ...registry,
    device: (deviceId) => serving(registry.device(deviceId)),
    deviceByExternalId: (format, id) => serving(registry.deviceByExternalId(format, id)),
    devices: () => servingOf(registry.devices()),
    devicesOf: (assetId) => allServing(registry.devicesOf(assetId)),
    devicesOfGateway: (gatewayId) => allServing(registry.devicesOfGateway(gatewayId)),
  };
}

function serving(entry: DeviceEntry | undefined): DeviceEntry | undefined {
  return entry !== undefined && isInService(entry.device) ? entry : undefined;
}

function* servingOf(entries: Iterable<DeviceEntry>): Generator<DeviceEntry> {
  for (const entry of entries) if (isInService(entry.device)) yield entry;
}

/** Nearly always all of them: then no list is made. */
function allServing(entries: readonly DeviceEntry[]): readonly DeviceEntry[] {
  const isAll = entries.every(({ device }) => isInService(device));
  return isAll ? entries : entries.filter(({ device }) => isInService(device));
}
