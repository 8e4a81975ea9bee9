/** Where a device stands in its life; only one that is in service is judged. */
import { lifeEventsOf, lifeOf } from "../../model/device-life.ts";
import { GridwardenError } from "../../model/errors.ts";
import type { Device } from "../../model/registry.ts";
import { actorOf } from "../access.ts";
import type { ConsoleDeps } from "../deps.ts";
import { ERROR_ANSWERS } from "../schemas/common.ts";
import { LifeAnswer, LifeBody } from "../schemas/device-life.ts";
import { DeviceParams } from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";

export function addDeviceLifeRoutes(server: Server, { deps }: RouteDeps): void {
  const { registry } = deps;
  server.route({
    method: "GET",
    url: "/api/v1/devices/:deviceId/life",
    config: { action: "registry.read" },
    schema: {
      tags: ["devices"],
      summary: "Where a device stands in its life, what it takes, and how it came there",
      params: DeviceParams,
      response: { 200: LifeAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => showLife(findDevice(deps, request.params.deviceId), deps),
  });
  server.route({
    method: "POST",
    url: "/api/v1/devices/:deviceId/life",
    config: { action: "devices.service" },
    schema: {
      tags: ["devices"],
      summary: "Install, start, maintain, store or retire a device",
      params: DeviceParams,
      body: LifeBody,
      response: { 200: LifeAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const by = actorOf(request).username;
      const said = { ...request.body, by };
      return await showLife(await registry.deviceLives.move(request.params.deviceId, said), deps);
    },
  });
}

async function showLife(device: Device, { registry, zone }: ConsoleDeps) {
  const { deviceId } = device;
  const entries = await registry.deviceLives.historyOf(deviceId);
  const life = lifeOf(device);
  const history = entries.map((entry) => ({
    ...entry,
    at: zone.iso(entry.at),
    saidAt: zone.iso(entry.saidAt),
  }));
  return { deviceId, life, allowed: lifeEventsOf(life), history };
}

/** @throws DEVICE_NOT_FOUND */
export function findDevice({ registry }: Pick<ConsoleDeps, "registry">, deviceId: string): Device {
  const entry = registry.device(deviceId);
  if (entry !== undefined) return entry.device;
  throw new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
}
