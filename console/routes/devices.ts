/** Devices: each on one asset, with a key that is shown once. */
import { GridwardenError } from "../../model/errors.ts";
import type { DeviceStatus } from "../../model/presence.ts";
import type { Device } from "../../model/registry.ts";
import type { ConsoleDeps } from "../deps.ts";
import { ERROR_ANSWERS, Removed } from "../schemas/common.ts";
import {
  DeviceBody,
  DeviceDetailAnswer,
  DeviceImportAnswer,
  DeviceImportBody,
  DeviceKey,
  DevicePage,
  DeviceParams,
  DeviceQuery,
} from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";

export function addDeviceRoutes(server: Server, given: RouteDeps): void {
  const { registry } = given.deps;
  server.route({
    method: "GET",
    url: "/api/v1/devices",
    config: { action: "registry.read" },
    schema: {
      tags: ["devices"],
      summary: "List devices",
      querystring: DeviceQuery,
      response: { 200: DevicePage, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const page = registry.deviceRegister.list(request.query);
      const statuses = await registry.presence.statusesOf(
        page.items.map(({ deviceId }) => deviceId),
      );
      return showPage(page, (device) => showDevice(device, statuses, given.deps));
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/devices",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Register a device; its key is shown once, and it may connect at once",
      body: DeviceBody,
      response: { 201: DeviceKey, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) =>
      reply.code(201).send(await registry.deviceRegister.create(request.body)),
  });
  server.route({
    method: "POST",
    url: "/api/v1/devices/import",
    config: { action: "registry.write", subject: "devices" },
    bodyLimit: given.importBytesMax,
    schema: {
      tags: ["devices"],
      summary: "Register many devices; a bad one rejects itself",
      body: DeviceImportBody,
      response: { 200: DeviceImportAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => registry.importDevices(request.body.devices),
  });
  addOneDeviceRoutes(server, given.deps);
}

function addOneDeviceRoutes(server: Server, deps: ConsoleDeps): void {
  const { registry } = deps;
  const find = (deviceId: string): Device => {
    const entry = registry.device(deviceId);
    if (entry !== undefined) return entry.device;
    throw new GridwardenError("DEVICE_NOT_FOUND", `no device has the id '${deviceId}'`);
  };
  server.route({
    method: "GET",
    url: "/api/v1/devices/:deviceId",
    config: { action: "registry.read" },
    schema: {
      tags: ["devices"],
      summary: "One device",
      params: DeviceParams,
      response: { 200: DeviceDetailAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const device = find(request.params.deviceId);
      const statuses = await registry.presence.statusesOf([device.deviceId]);
      const answers = await registry.presence.commandAnswersOf(device.deviceId);
      return {
        ...showDevice(device, statuses, deps),
        ...(answers.length === 0
          ? {}
          : { commandAnswers: answers.map((each) => ({ ...each, at: deps.zone.iso(each.at) })) }),
      };
    },
  });
  server.route({
    method: "DELETE",
    url: "/api/v1/devices/:deviceId",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Remove a device; its key ends, its readings stay",
      params: DeviceParams,
      response: { 204: Removed, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      await registry.deviceRegister.remove(request.params.deviceId);
      return reply.code(204).send(null);
    },
  });
  server.route({
    method: "POST",
    url: "/api/v1/devices/:deviceId/key",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Another key for a device; the old one ends at once",
      params: DeviceParams,
      response: { 200: DeviceKey, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { deviceId } = find(request.params.deviceId);
      return { deviceId, ...(await registry.newKey(deviceId)) };
    },
  });
}

/** Without the password of its protocol. It was heard by whatever it sent, if not by its status. */
function showDevice(
  device: Device,
  statuses: ReadonlyMap<string, DeviceStatus>,
  { registry, heardAt, zone }: Pick<ConsoleDeps, "registry" | "heardAt" | "zone">,
) {
  const { protocolPassword: _, ...shown } = device;
  const assetClass = registry.asset(device.assetId)?.class;
  const status = statuses.get(device.deviceId);
  const onlineAt = status?.state === "online" ? status.at : 0;
  const lastHeardAt = Math.max(heardAt(device.deviceId) ?? 0, onlineAt);
  return {
    ...shown,
    ...(assetClass === undefined ? {} : { class: assetClass }),
    ...(status === undefined ? {} : { status: { ...status, at: zone.iso(status.at) } }),
    ...(lastHeardAt === 0 ? {} : { lastHeardAt: zone.iso(lastHeardAt) }),
  };
}
