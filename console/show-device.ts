/** Devices as the API shows them: never with the password of their protocol. */
import { lifeOf } from "../model/device-life.ts";
import type { DeviceStatus } from "../model/presence.ts";
import type { Device } from "../model/registry.ts";
import type { ConsoleDeps } from "./deps.ts";

/** It was heard by whatever it sent, if not by its status. */
export function showDevice(
  device: Device,
  statuses: ReadonlyMap<string, DeviceStatus>,
  { registry, heardAt, zone }: Pick<ConsoleDeps, "registry" | "heardAt" | "zone">,
) {
  const { protocolPassword: _, installedAt, calibratedAt, calibrationDueAt, ...shown } = device;
  const assetClass = registry.asset(device.assetId)?.class;
  const status = statuses.get(device.deviceId);
  const onlineAt = status?.state === "online" ? status.at : 0;
  const lastHeardAt = Math.max(heardAt(device.deviceId) ?? 0, onlineAt);
  const times = { installedAt, calibratedAt, calibrationDueAt };
  return {
    ...shown,
    life: lifeOf(device),
    ...Object.fromEntries(
      Object.entries(times).flatMap(([name, at]) =>
        at === undefined ? [] : [[name, zone.iso(at)] as const],
      ),
    ),
    ...(assetClass === undefined ? {} : { class: assetClass }),
    ...(status === undefined ? {} : { status: { ...status, at: zone.iso(status.at) } }),
    ...(lastHeardAt === 0 ? {} : { lastHeardAt: zone.iso(lastHeardAt) }),
  };
}
