/** Devices: each on one asset, with a key that is shown once. */
import { actorOf } from "../access.ts";
import type { ConsoleDeps } from "../deps.ts";
import { requestKeyOf } from "../idempotency.ts";
import { IdempotencyHeader } from "../schemas/cases.ts";
import { ERROR_ANSWERS, Removed } from "../schemas/common.ts";
import {
  DeviceAnswer,
  DeviceBody,
  DeviceDetailAnswer,
  DeviceKey,
  DevicePage,
  DeviceParams,
  DevicePatchBody,
  DeviceQuery,
} from "../schemas/devices.ts";
import type { RouteDeps, Server } from "../server.ts";
import { showPage } from "../show.ts";
import { showDevice } from "../show-device.ts";
import { addDeviceAdoptionRoutes } from "./devices-adoption.ts";
import { addDeviceImportRoute } from "./devices-import.ts";
import { addDeviceLabelRoutes } from "./devices-labels.ts";
import { addDeviceLifeRoutes, findDevice } from "./devices-life.ts";
import { addDeviceTwinRoutes } from "./devices-twin.ts";

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
      headers: IdempotencyHeader,
      body: DeviceBody,
      response: { 201: DeviceKey, ...ERROR_ANSWERS },
    },
    handler: async (request, reply) => {
      const key = requestKeyOf(request, actorOf(request).username);
      return reply.code(201).send(await registry.deviceRegister.create(request.body, key));
    },
  });
  addOneDeviceRoutes(server, given.deps);
  addDeviceLifeRoutes(server, given);
  void server.register(async (scope) => addDeviceImportRoute(scope as Server, given));
  addDeviceAdoptionRoutes(server, given);
  addDeviceTwinRoutes(server, given);
  addDeviceLabelRoutes(server, given);
}

function addOneDeviceRoutes(server: Server, deps: ConsoleDeps): void {
  const { registry } = deps;
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
      const device = findDevice(deps, request.params.deviceId);
      const statuses = await registry.presence.statusesOf([device.deviceId]);
      const answers = await deps.commands.answersOf(device.deviceId);
      return {
        ...showDevice(device, statuses, deps),
        ...(answers.length === 0
          ? {}
          : { commandAnswers: answers.map((each) => ({ ...each, at: deps.zone.iso(each.at) })) }),
      };
    },
  });
  server.route({
    method: "PATCH",
    url: "/api/v1/devices/:deviceId",
    config: { action: "registry.write" },
    schema: {
      tags: ["devices"],
      summary: "Change a device in part; null takes a field away",
      params: DeviceParams,
      body: DevicePatchBody,
      response: { 200: DeviceAnswer, ...ERROR_ANSWERS },
    },
    handler: async (request) => {
      const { deviceId } = request.params;
      const device = await registry.deviceRegister.patch(deviceId, request.body);
      return showDevice(device, await registry.presence.statusesOf([deviceId]), deps);
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
      const { deviceId } = findDevice(deps, request.params.deviceId);
      return { deviceId, ...(await registry.newKey(deviceId)) };
    },
  });
}
